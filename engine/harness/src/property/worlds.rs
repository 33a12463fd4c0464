//! What the host may tell of entities while a property is tested: nothing, what it tells in the tests of the bundle, and hierarchies that are
//! made of the declarations and of what the policy names.

mod made;

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_compiler::ir::{Bundle, Entity, Type};
use reach_grammar::quoted;

use crate::witness::{Json, laid_out, typed};

/// How many worlds tests give at most, that of which nothing is told among them.
const MOST: usize = 8;
/// How many are made.
const MADE: usize = 8;
/// How many ids are kept of each type.
const MOST_IDS: usize = 400;
/// How many entities are tried to be left out of what breaks a property.
const MOST_TRIED: usize = 200;

/// Ids of each type that some world knows.
pub(super) type Ids = BTreeMap<Arc<str>, Vec<String>>;

/// Returns the data of each world: those of tests in the order of the tests, then those that are made. The same seed makes the same.
pub(super) fn of(bundle: &Bundle, seed: u64) -> Vec<Option<String>> {
    let mut worlds: Vec<Option<String>> = vec![None];
    for data in bundle.tests.iter().filter_map(|test| test.entities.as_deref()) {
        if worlds.len() < MOST && worlds.iter().all(|known| known.as_deref() != Some(data)) {
            worlds.push(Some(data.to_owned()));
        }
    }
    if !bundle.entities.is_empty() {
        let mut maker = made::Maker::of(bundle, seed);
        worlds.extend((0..MADE).map(|_| Some(maker.world())));
    }
    worlds
}

/// Returns ids of each type that some world knows.
pub(super) fn ids(worlds: &[Option<String>]) -> Ids {
    let mut ids = Ids::new();
    let lines = worlds.iter().flatten().flat_map(|world| world.lines()).filter_map(Json::read);
    for line in lines {
        let (Some(kind), Some(id)) = (line.text_of("type"), line.text_of("id")) else { continue };
        let all = ids.entry(Arc::from(kind)).or_default();
        if all.len() < MOST_IDS && all.iter().all(|known| known != id) {
            all.push(id.to_owned());
        }
    }
    ids
}

/// Leaves entities out of a world, one after the other, as long as it `holds`.
pub(super) fn smaller(data: &str, holds: impl Fn(&str) -> bool) -> String {
    let mut lines: Vec<&str> = data.lines().collect();
    let mut at = lines.len();
    for _ in 0..MOST_TRIED.min(lines.len()) {
        at -= 1;
        let fewer: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| *line).collect();
        if holds(&fewer.join("\n")) {
            lines = fewer;
        }
    }
    lines.join("\n")
}

/// Puts a world before the events of a test.
///
/// # Errors
/// When something can't stand in a test, and why.
pub(super) fn written(test: &str, data: &str, bundle: &Bundle) -> Result<String, String> {
    let mut block = String::from("entities {\n");
    for line in data.lines() {
        let entity = Json::read(line).ok_or("an entity of a test is no JSON")?;
        block.push_str(&literal(&entity, bundle)?);
        block.push('\n');
    }
    block.push_str("}\n");
    let (head, events) = test.split_once("{\n").ok_or("a test has no events")?;
    laid_out(&format!("{head}{{\n{block}{events}"))
}

/// Writes an entity as a test does.
fn literal(entity: &Json, bundle: &Bundle) -> Result<String, String> {
    let name = |of: &Json| Some(format!("{}[{}]", of.text_of("type")?, quoted(of.text_of("id")?)));
    let mut text = name(entity).ok_or("an entity has no name")?;
    if let Some(Json::List(parents)) = entity.get("parents") {
        let parents: Vec<String> = parents.iter().filter_map(name).collect();
        text.push_str(&format!(" in {{ {} }}", parents.join(", ")));
    }
    let declared: Option<&Entity> = bundle.entities.iter().find(|declared| Some(&*declared.name) == entity.text_of("type"));
    let fields = entity.get("fields").map_or(&[][..], Json::entries);
    if !fields.is_empty() {
        let ty = |field: &str| declared.and_then(|declared| declared.fields.iter().find(|(name, _)| name == field)).map_or(&Type::Any, |(_, ty)| ty);
        let written: Vec<String> = fields.iter().map(|(field, value)| Ok(format!("{field}: {}", typed(ty(field), value)?))).collect::<Result<_, String>>()?;
        text.push_str(&format!(" {{ {} }}", written.join(", ")));
    }
    Ok(text)
}
