//! Differences that are found by trying: where it isn't told whether a step differs, the sessions of both bundles' tests are played, and
//! such in which the step has a value that stands in another test. What differs there is an example as good as any; what doesn't is no
//! proof, so that it stays unknown.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, StepKind};
use serde_json::{Map, Value};

use super::fits;
use super::pose::KINDS;
use crate::limits::Limits;
use crate::report::{Change, ChangeKind, Decided, Difference, Play, Played, Witness};

/// How many sessions are played for one step at most.
const SESSIONS: usize = 1_500;

/// Sessions of tests, each once, the shortest first.
pub(super) struct Sessions(Vec<Vec<String>>);

impl Sessions {
    /// Takes the tests of two bundles.
    pub(super) fn of(old: &Bundle, new: &Bundle) -> Self {
        let written = |bundle: &Bundle| bundle.tests.iter().map(|test| test.items.iter().map(|item| item.event.clone()).collect()).collect::<Vec<Vec<String>>>();
        let all: BTreeSet<Vec<String>> = written(old).into_iter().chain(written(new)).collect();
        let mut all: Vec<Vec<String>> = all.into_iter().collect();
        all.sort_by_key(Vec::len);
        Self(all)
    }

    /// Returns sessions that end with a step, those that are written first.
    fn with(&self, kind: StepKind, name: Option<&str>) -> Vec<Vec<String>> {
        let mut written = Vec::new();
        let mut values: BTreeMap<(&'static str, String), Vec<Value>> = BTreeMap::new();
        for session in &self.0 {
            for (at, event) in session.iter().enumerate() {
                let Some(step) = step_of(event, kind, name) else { continue };
                for part in PARTS {
                    for (field, value) in step.get(part).and_then(Value::as_object).into_iter().flatten() {
                        let known = values.entry((part, field.clone())).or_default();
                        if !known.contains(value) {
                            known.push(value.clone());
                        }
                    }
                }
                written.push(session.iter().take(at + 1).cloned().collect::<Vec<String>>());
            }
        }
        let mut mixed = Vec::new();
        for session in &written {
            let Some(step) = session.last().and_then(|event| step_of(event, kind, name)) else { continue };
            for ((part, field), known) in &values {
                for value in known.iter().chain([&Value::Null]) {
                    if written.len() + mixed.len() >= SESSIONS {
                        break;
                    }
                    mixed.extend(with_value(&step, part, field, value).map(|event| {
                        let before = session.iter().take(session.len().saturating_sub(1)).cloned();
                        before.chain([event]).collect()
                    }));
                }
            }
        }
        written.extend(mixed);
        written.truncate(SESSIONS);
        written
    }
}

/// The parts of a step whose values are exchanged.
const PARTS: [&str; 2] = ["args", "facts"];

/// Returns an event that is such a step.
fn step_of(event: &str, kind: StepKind, name: Option<&str>) -> Option<Map<String, Value>> {
    let Ok(Value::Object(event)) = serde_json::from_str(event) else { return None };
    let is = |field: &str, expected: &str| event.get(field).and_then(Value::as_str) == Some(expected);
    let named = kind == StepKind::Say || name.is_some_and(|name| is("name", name));
    (is("type", kind.word()) && named).then_some(event)
}

/// Returns a step with another value of a field, or without it; none where that is no other step.
fn with_value(step: &Map<String, Value>, part: &str, field: &str, value: &Value) -> Option<String> {
    let mut step = step.clone();
    let Some(Value::Object(fields)) = step.get_mut(part) else { return None };
    let before = if value.is_null() { fields.remove(field) } else { fields.insert(field.to_owned(), value.clone()) };
    (before.as_ref() != Some(value) && !(before.is_none() && value.is_null())).then(|| Value::Object(step).to_string())
}

/// The two machines.
pub(super) struct Machines<'a> {
    pub(super) old: &'a dyn Play,
    pub(super) new: &'a dyn Play,
}

impl Machines<'_> {
    fn decided(&self, events: &[String]) -> Option<(Decided, Decided)> {
        match (self.old.play(events).pop()?, self.new.play(events).pop()?) {
            (Played::Decided(before), Played::Decided(after)) => Some((before, after)),
            _ => None,
        }
    }

    /// Leaves out what the difference doesn't need, from behind.
    fn shrunk(&self, mut events: Vec<String>, way: &Way) -> Vec<String> {
        let mut at = events.len().saturating_sub(1);
        while at > 0 {
            at -= 1;
            let mut fewer = events.clone();
            fewer.remove(at);
            if self.decided(&fewer).is_some_and(|(before, after)| Way::between(&before, &after).as_ref() == Some(way)) {
                events = fewer;
            }
        }
        events
    }
}

/// How a step differs: in which way, and what decided it before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Way(ChangeKind, String, String);

impl Way {
    fn between(before: &Decided, after: &Decided) -> Option<Self> {
        let kind = KINDS.into_iter().find(|kind| fits(*kind, before, after))?;
        Some(Self(kind, super::by(before), super::by(after)))
    }
}

/// Tries the sessions that end with a step, and adds what differs in a way that isn't told yet.
pub(super) fn tried(sessions: &Sessions, (kind, name): (StepKind, Option<&str>), machines: &Machines<'_>, limits: &Limits, report: &mut Difference) {
    let step = super::called(kind, name);
    let mut known: Vec<Way> = report.changes.iter().filter(|c| c.step == step).filter_map(|c| Way::between(&c.before, &c.after)).collect();
    for events in sessions.with(kind, name) {
        if limits.stop.is_due() || known.len() >= limits.examples {
            return;
        }
        let Some((before, after)) = machines.decided(&events) else { continue };
        let Some(way) = Way::between(&before, &after).filter(|way| !known.contains(way)) else { continue };
        let events = machines.shrunk(events, &way);
        if let Some((before, after)) = machines.decided(&events) {
            report.changes.push(Change { kind: way.0, step: step.clone(), before, after, witness: Witness { events } });
            known.push(way);
        }
    }
}
