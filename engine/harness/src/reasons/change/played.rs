//! The step with other values, and what the machine decides of it in the session as it is.

use std::collections::BTreeSet;

use reach_analysis::Values;
use reach_compiler::ir::SlotRef;
use reach_engine::{Effect, Outcome};

use super::Changes;
use crate::witness::Json;

impl Changes<'_, '_> {
    /// Returns the step with other values, and the event before it that changes the context, where that changes.
    pub(super) fn changed(&self, values: &Values, set: &BTreeSet<SlotRef>) -> (Option<String>, String) {
        let mut event = self.event.clone();
        let mut context = Vec::new();
        for slot in set {
            let value = values.get(slot).and_then(|json| Json::read(json));
            match slot {
                SlotRef::Arg(name) => event.put("args", name, value),
                SlotRef::Fact(name) => event.put("facts", name, value),
                SlotRef::Context(name) => context.push((name.to_string(), value.unwrap_or(Json::Null))),
                SlotRef::System(_) | SlotRef::Result => {}
            }
        }
        let before = (!context.is_empty()).then(|| {
            let text = |name: &str| event.text_of(name).map(|text| (name.to_owned(), Json::Text(text.to_owned())));
            let fields =
                text("session").into_iter().chain([("type".to_owned(), Json::Text("context".to_owned())), ("context".to_owned(), Json::Object(context))]);
            Json::Object(fields.chain(text("at")).collect()).written()
        });
        (before, event.written())
    }

    /// Returns what is decided with other values; none where they don't fit.
    pub(super) fn decides(&mut self, values: &Values, set: &BTreeSet<SlotRef>) -> Option<Effect> {
        let (before, line) = self.changed(values, set);
        let mut other;
        let session = match before {
            None => &mut self.session,
            Some(before) => {
                other = self.moment.session(&self.moment.image, false);
                if !matches!(other.event(&before), Outcome::Observed) {
                    return None;
                }
                &mut other
            }
        };
        let verdict = session.decide(&line);
        if verdict.effect == Effect::Forbid && verdict.rules == 0 {
            // Values that don't fit are no answer.
            let reason = session.explain(&line).ok()?.decision.rules.into_iter().next()?;
            if matches!(reason.rule.as_str(), "invalid_arguments" | "limit" | "internal") {
                return None;
            }
        }
        Some(verdict.effect)
    }
}
