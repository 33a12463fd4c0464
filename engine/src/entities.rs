//! What the host tells of entities: data that is read once, before the first event, and never changes in a session.
//!
//! The data is JSON: an array of objects, or one object a line. Nothing of it is kept unless all of it fits: what would be left out could be
//! what a rule forbids by.

mod digest;
mod read;
mod schema;

use std::collections::HashMap;

use reach_codes::table::event as codes;
use reach_codes::{Code, Diagnostic};
use reach_evaluator::VerifiedImage;
use reach_evaluator::entities::{Entities, HierarchyError, MAX_ANCESTORS, MAX_ENTITIES};

pub use schema::entities_schema;

/// The largest data, in bytes.
pub const MAX_ENTITY_BYTES: usize = 1 << 30;

/// Data of entities can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EntitiesError {
    /// What is wrong.
    pub code: Code,
    /// The same for people.
    pub message: String,
    /// The line of the data, from 1; none where it is about the whole.
    pub line: Option<usize>,
    /// The JSON pointer of what is wrong (RFC 6901): in the array, or in the line's object.
    pub pointer: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl EntitiesError {
    fn whole(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), line: None, pointer: String::new(), help: None }
    }

    /// Returns it as a message for people, about the data of that name.
    #[must_use]
    pub fn diagnostic(&self, name: &str) -> Diagnostic {
        let place = match (self.line, self.pointer.as_str()) {
            (None, _) => format!("{name}: "),
            (Some(line), "") => format!("{name}:{line}: "),
            (Some(line), pointer) => format!("{name}:{line}: at `{pointer}`: "),
        };
        let d = Diagnostic::general(self.code, format!("{place}{}", self.message));
        match &self.help {
            Some(help) => d.help(help.clone()),
            None => d,
        }
    }
}

/// Reads the data of a bundle's entities, with all that rules may ask of them.
///
/// # Errors
/// What is wrong first.
pub fn read_entities(image: &VerifiedImage, text: &str) -> Result<Entities, EntitiesError> {
    if text.len() > MAX_ENTITY_BYTES {
        return Err(EntitiesError::whole(codes::ENTITIES_OVER_LIMIT, format!("the data has more than {} MiB", MAX_ENTITY_BYTES >> 20)));
    }
    let tables = image.image();
    let kinds: HashMap<&str, u32> = (0u32..).zip(&tables.entities).map(|(row, entity)| (image.text(entity.name), row)).collect();
    let mut all = read::All::new(image, text, kinds);
    all.read()?;
    let read::All { hierarchy, found, array, .. } = all;
    let place = read::Place { text, array, found: &found };
    let (mut entities, order) = hierarchy.build().map_err(|e| unsound(image, &place, &e))?;
    read::fields(image, &place, &mut entities, &order)?;
    digest::add(image, entities).ok_or_else(|| EntitiesError::whole(codes::ENTITIES_OVER_LIMIT, "the fields of an entity are larger than 1 MiB"))
}

/// Says what is wrong with a hierarchy.
fn unsound(image: &VerifiedImage, place: &read::Place<'_>, error: &HierarchyError) -> EntitiesError {
    match error {
        HierarchyError::TooMany => {
            EntitiesError::whole(codes::ENTITIES_OVER_LIMIT, format!("there are more than {MAX_ENTITIES} entities, or {MAX_ANCESTORS} parents"))
        }
        HierarchyError::TooDeep => {
            let message = format!("the entities lie in more than {MAX_ANCESTORS} others, counted together");
            let help = "lay fewer of them in each other: a long chain of folders counts its length for each of them";
            EntitiesError { help: Some(help.to_owned()), ..EntitiesError::whole(codes::ENTITIES_OVER_LIMIT, message) }
        }
        HierarchyError::Duplicate { first, again } => {
            let line = place.line(*first);
            place.error(*again, "", codes::ENTITY_TWICE, format!("{} is there already, from line {line} on", place.name(image, *again)))
        }
        HierarchyError::MissingParent { entity, parent } => {
            let message = format!("{} lies in an entity that the data doesn't have", place.name(image, *entity));
            let e = place.error(*entity, &format!("/parents/{parent}"), codes::ENTITY_WITHOUT_PARENT, message);
            EntitiesError { help: Some("add the parent, with what it lies in: without it, not all that it lies in is known".to_owned()), ..e }
        }
        HierarchyError::Cycle(path) => {
            let names: Vec<String> = path.iter().map(|at| place.name(image, *at)).collect();
            let message = match names.as_slice() {
                [one, _] => format!("{one} lies in itself"),
                _ => format!("entities lie in each other: {}", names.join(" in ")),
            };
            place.error(path.first().copied().unwrap_or(0), "/parents", codes::ENTITIES_IN_CIRCLE, message)
        }
    }
}
