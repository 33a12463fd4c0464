//! What the host may tell of entities while a property is tested: nothing, and what it tells in the tests of the bundle.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_compiler::ir::{Bundle, Entity, Type};
use reach_grammar::quoted;

use crate::witness::{Json, laid_out, typed};

/// How many worlds there are at most, that of which nothing is told among them.
const MOST: usize = 8;
/// How many ids are kept of each type.
const MOST_IDS: usize = 400;

/// Returns the data of each world. The order is that of the tests.
pub(super) fn of(bundle: &Bundle) -> Vec<Option<&str>> {
    let mut worlds = vec![None];
    for data in bundle.tests.iter().filter_map(|test| test.entities.as_deref()) {
        if worlds.len() < MOST && !worlds.contains(&Some(data)) {
            worlds.push(Some(data));
        }
    }
    worlds
}

/// Returns ids of each type that some world knows.
pub(super) fn ids(bundle: &Bundle) -> BTreeMap<Arc<str>, Vec<String>> {
    let mut ids: BTreeMap<Arc<str>, Vec<String>> = BTreeMap::new();
    let lines = of(bundle).into_iter().flatten().flat_map(str::lines).filter_map(Json::read);
    for line in lines {
        let (Some(kind), Some(id)) = (line.text_of("type"), line.text_of("id")) else { continue };
        let all = ids.entry(Arc::from(kind)).or_default();
        if all.len() < MOST_IDS && all.iter().all(|known| known != id) {
            all.push(id.to_owned());
        }
    }
    ids
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
