//! What the host tells of entities, as a graph that is walked for each question.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Type};

use super::intake::read;
use super::json::Json;
use super::value::Val;

/// A type and an id.
type Name = (String, String);

/// Entities.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    all: BTreeMap<Name, Known>,
}

/// What is known of an entity.
#[derive(Clone, Debug)]
struct Known {
    parents: Vec<Name>,
    fields: BTreeMap<String, Val>,
}

impl Entities {
    /// Reads data that the engine takes.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn read(bundle: &Bundle, text: &str) -> Self {
        let items = match Json::read(text) {
            Some(Json::List(items)) => items,
            _ => text.lines().filter(|line| !line.trim().is_empty()).map(|line| Json::read(line).expect("a line of JSON")).collect(),
        };
        let name = |json: &Json| -> Name {
            let part = |key: &str| json.get(key).and_then(Json::text).expect("a type and an id").to_owned();
            (part("type"), part("id"))
        };
        let known = |json: &Json| {
            let declared = bundle.entities.iter().find(|entity| *entity.name == *name(json).0).expect("a declared entity");
            let parents = match json.get("parents") {
                Some(Json::List(parents)) => parents.iter().map(name).collect(),
                _ => Vec::new(),
            };
            let field = |(field, ty): &(String, Type)| {
                let value = json.get("fields").and_then(|fields| fields.get(field));
                (field.clone(), value.map_or(Val::Absent, |value| read(value, ty, "").expect("a field that fits")))
            };
            Known { parents, fields: declared.fields.iter().map(field).collect() }
        };
        Self { all: items.iter().map(|item| (name(item), known(item))).collect() }
    }

    /// Returns whether an entity is known.
    #[must_use]
    pub fn knows(&self, kind: &str, id: &str) -> bool {
        self.all.contains_key(&(kind.to_owned(), id.to_owned()))
    }

    /// Returns a field of an entity; none when it isn't known.
    #[must_use]
    pub fn field(&self, kind: &str, id: &str, field: &str) -> Option<Val> {
        self.all.get(&(kind.to_owned(), id.to_owned()))?.fields.get(field).cloned()
    }

    /// Returns whether an entity lies in another one, over one step or many.
    #[must_use]
    pub fn lies_in(&self, of: (&str, &str), other: (&str, &str)) -> bool {
        let other = (other.0.to_owned(), other.1.to_owned());
        let (mut open, mut seen) = (vec![(of.0.to_owned(), of.1.to_owned())], BTreeSet::new());
        while let Some(next) = open.pop() {
            for parent in self.all.get(&next).map_or(&[][..], |known| known.parents.as_slice()) {
                if *parent == other {
                    return true;
                }
                if seen.insert(parent.clone()) {
                    open.push(parent.clone());
                }
            }
        }
        false
    }
}
