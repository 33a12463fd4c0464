//! The context of a session, once read.

use reach_evaluator::VerifiedImage;
use reach_evaluator::data::ContextData;
use reach_evaluator::image::CheckDef;
use reach_evaluator::value::{Cause, Cells, Space, Str, Value};

use super::Session;
use crate::decide::Tri;
use crate::decision::ArgumentProblem;
use crate::intake::missing;
use crate::intake::problems::Flaw;
use crate::work::operand;

impl Session {
    /// Asks the refinements of the context; a field that doesn't satisfy its own has no value.
    pub(super) fn check_context(&mut self) {
        let image = std::sync::Arc::clone(&self.image);
        for check in &image.image().context_checks {
            let Some(field) = image.image().context.iter().find(|f| names(&image, check, "context", image.text(f.name))) else { continue };
            let value = self.work.context.slots.get(field.slot.0 as usize).copied();
            if matches!(value, None | Some(Value::None(_))) {
                continue;
            }
            if self.work.condition(&image, check.region) == Ok(Tri::True) {
                continue;
            }
            let actual = operand(self.work.view(&image), field.ty, value.unwrap_or(Value::Absent));
            self.work.problems.add(Flaw::Type, true, || problem(&image, check, actual));
            if let Some(slot) = self.work.context.slots.get_mut(field.slot.0 as usize) {
                *slot = missing(Cause::MissingContext);
            }
        }
    }

    /// Drops what no field of the context holds any more, so that memory is bounded by one context however many come.
    pub(super) fn compact_context(&mut self) {
        let old = std::mem::take(&mut self.work.context);
        let mut new = ContextData { entities: std::sync::Arc::clone(&old.entities), ..ContextData::default() };
        for slot in &old.slots {
            let kept = keep(*slot, &old, &mut new);
            new.slots.push(kept);
        }
        self.work.context = new;
    }
}

/// Returns whether a check is about a field of `args`, `facts` or `context`.
pub(super) fn names(image: &VerifiedImage, check: &CheckDef, object: &str, field: &str) -> bool {
    let mut pointer = String::new();
    reach_values::json::push_pointer(&mut pointer, object);
    reach_values::json::push_pointer(&mut pointer, field);
    image.text(check.pointer) == pointer
}

pub(super) fn problem(image: &VerifiedImage, check: &CheckDef, actual: String) -> ArgumentProblem {
    ArgumentProblem { pointer: image.text(check.pointer).to_owned(), expected: format!("`{}`", image.text(check.expected)), actual }
}

/// Copies a value with all that it holds. Recurses as deep as events are nested.
fn keep(value: Value, old: &ContextData, new: &mut ContextData) -> Value {
    match value {
        Value::Text(s) => Value::Text(keep_text(s, old, new)),
        Value::Number(s) => Value::Number(keep_text(s, old, new)),
        Value::List(c) => Value::List(keep_cells(c, old, new)),
        Value::Record(c) => Value::Record(keep_cells(c, old, new)),
        Value::Map(c) => Value::Map(keep_cells(c, old, new)),
        Value::Absent | Value::None(_) | Value::Bool(_) | Value::Num(_) => value,
    }
}

fn keep_text(s: Str, old: &ContextData, new: &mut ContextData) -> Str {
    if s.space != Space::Context {
        return s;
    }
    let start = u32::try_from(new.text.len()).unwrap_or(u32::MAX);
    new.text.push_str(old.text.get(s.start as usize..s.start.saturating_add(s.len) as usize).unwrap_or(""));
    Str { start, ..s }
}

fn keep_cells(c: Cells, old: &ContextData, new: &mut ContextData) -> Cells {
    if c.space != Space::Context {
        return c;
    }
    let from = c.at as usize..c.at.saturating_add(c.len) as usize;
    let at = new.cells.len();
    new.cells.extend_from_slice(old.cells.get(from.clone()).unwrap_or(&[]));
    for (index, cell) in old.cells.get(from).unwrap_or(&[]).iter().enumerate() {
        let kept = keep(*cell, old, new);
        if let Some(place) = new.cells.get_mut(at + index) {
            *place = kept;
        }
    }
    Cells { at: u32::try_from(at).unwrap_or(u32::MAX), ..c }
}
