//! What data of entities is called: a SHA-256 over what it says, whatever the order and the blanks of its text.

use std::sync::Arc;

use reach_evaluator::VerifiedImage;
use reach_evaluator::data::{ContextData, StepData, View};
use reach_evaluator::entities::{Entities, Node};
use reach_evaluator::print::json_text;
use reach_evaluator::value::Value;
use sha2::{Digest, Sha256};

/// Begins what the digest is computed from, so that no other digest is one.
const TAG: &[u8] = b"reach entities\0";
/// The version of how it is computed.
const VERSION: u16 = 1;

/// Computes the digest of entities, whose fields are read, and gives it to them; none if a field is too large.
///
/// Entities stand by type and id, each with what it lies in at once, and its fields by name, in their normal form. An absent one is left out.
pub(super) fn add(image: &VerifiedImage, entities: Entities) -> Option<Entities> {
    let tables = image.image();
    // For each type its fields by name.
    let sorted: Vec<Vec<(&str, u16)>> = tables
        .entities
        .iter()
        .map(|entity| {
            let mut fields: Vec<(&str, u16)> = entity.fields.iter().map(|(name, _)| image.text(*name)).zip(0u16..).collect();
            fields.sort_unstable();
            fields
        })
        .collect();
    let step = StepData::default();
    let context = ContextData { entities: Arc::new(entities), ..ContextData::default() };
    let view = View { image, step: &step, context: &context };
    let entities = &context.entities;
    let mut hash = Sha256::new();
    hash.update(TAG);
    hash.update(VERSION.to_le_bytes());
    let mut put = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    let name = |node: Node| entities.name(node).map(|(kind, id)| (tables.entities.get(kind as usize).map_or("", |entity| image.text(entity.name)), id));
    for node in entities.nodes() {
        let (kind, id) = name(node)?;
        put(kind.as_bytes());
        put(id.as_bytes());
        for (kind, id) in entities.parents(node).filter_map(name) {
            put(b"in");
            put(kind.as_bytes());
            put(id.as_bytes());
        }
        let row = entities.name(node)?.0 as usize;
        for (field, index) in sorted.get(row).into_iter().flatten() {
            let ty = tables.entities.get(row)?.fields.get(usize::from(*index))?.1;
            let value = entities.field(node, *index)?;
            if !matches!(value, Value::Absent) {
                put(b"has");
                put(field.as_bytes());
                put(json_text(view, ty, value)?.as_bytes());
            }
        }
        put(b"");
    }
    let digest = hash.finalize().iter().fold(String::from("sha256:"), |text, byte| format!("{text}{byte:02x}"));
    let mut entities = Arc::into_inner(context.entities)?;
    entities.set_digest(digest, image);
    Some(entities)
}
