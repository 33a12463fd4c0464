//! What is known of a step before anything changes: the context that it stands in, and which of its values don't fit.

use std::collections::BTreeSet;

use reach_analysis::Values;
use reach_compiler::ir::{SlotRef, Type};
use reach_engine::{Options, Outcome, Session};

use super::named;
use crate::reasons::{Moment, Scene};
use crate::witness::Json;

/// Returns the context of the session before a step, as far as it is sure.
pub(super) fn context(moment: &Moment<'_>) -> Result<Values, String> {
    let mut values = Values::new();
    let mut session = Session::new(moment.image.clone(), "", Options { recorded: moment.recorded, entities: moment.entities.clone(), ..Options::default() });
    for line in moment.past {
        let outcome = session.event(line);
        let Some(event) = Json::read(line) else { continue };
        if !matches!(event.text_of("type"), Some("start" | "context")) {
            continue;
        }
        if !matches!(outcome, Outcome::Observed) {
            return Err("an event that gives context does not fit".to_owned());
        }
        if event.text_of("type") == Some("start") {
            // What is optional and left out isn't there.
            let optional = moment.bundle.context.iter().filter(|f| matches!(f.ty, Type::Optional(_)));
            values.extend(optional.map(|f| (SlotRef::Context(f.name.clone()), "null".to_owned())));
        }
        for (name, value) in event.get("context").map_or(&[][..], Json::entries) {
            values.insert(SlotRef::Context(name.clone().into()), value.written());
        }
    }
    Ok(values)
}

/// Returns the fields that don't fit, which must change.
pub(super) fn forced(scene: &Scene<'_>, fields: &[SlotRef]) -> Result<Vec<SlotRef>, String> {
    if scene.reserved() != Some("invalid_arguments") {
        return Ok(Vec::new());
    }
    let mut forced = BTreeSet::new();
    for problem in scene.decision.rules.iter().flat_map(|r| &r.problems) {
        let mut parts = problem.pointer.split('/').skip(1);
        let slot = match (parts.next(), parts.next()) {
            (Some("args"), Some(name)) => SlotRef::Arg(name.replace("~1", "/").replace("~0", "~").into()),
            (Some("facts"), Some(name)) => SlotRef::Fact(name.replace("~1", "/").replace("~0", "~").into()),
            _ => return Err(format!("`{}` of the event does not fit, which is no value that may change", problem.pointer)),
        };
        if !fields.contains(&slot) {
            return Err(format!("`{}` does not fit, and may not change", named(&slot)));
        }
        forced.insert(slot);
    }
    Ok(forced.into_iter().collect())
}
