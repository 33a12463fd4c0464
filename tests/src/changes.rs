//! What differs between two bundles, found by trying: what the analysis is held against.

use std::collections::BTreeSet;

use reach_analysis::{Change, ChangeKind, Decided, Effect, Play, Played};
use reach_compiler::ir::Bundle;
use reach_harness::Replay;

use crate::subject::compile_files;

/// A bundle that is compared.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What it means.
    pub bundle: Bundle,
    /// What plays its sessions.
    pub replay: Replay,
}

impl Compared {
    /// Compiles a source.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn new(source: &str) -> Result<Self, String> {
        Self::of(compile_files([("small.reach", source)])?)
    }

    /// Takes a bundle.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn of(bundle: Bundle) -> Result<Self, String> {
        let replay = Replay::new(&bundle).map_err(|d| format!("{:?} {}", d.code, d.message))?;
        Ok(Self { bundle, replay })
    }
}

/// A way in which two bundles differ: the step, how, and what decides before and after.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Behaviour {
    /// The step as reports call it.
    pub step: String,
    /// How it differs.
    pub kind: ChangeKind,
    /// What decides before.
    pub before: String,
    /// What decides after.
    pub after: String,
}

impl Behaviour {
    /// Returns what a report says.
    #[must_use]
    pub fn told(change: &Change) -> Self {
        Self { step: change.step.clone(), kind: change.kind, before: by(&change.before), after: by(&change.after) }
    }

    /// Returns how two decisions of a step differ, if they do.
    #[must_use]
    pub fn between(step: &str, before: &Decided, after: &Decided) -> Option<Self> {
        let sorted = |decided: &Decided| decided.obligations.iter().cloned().collect::<BTreeSet<_>>();
        let kind = match (before.effect, after.effect) {
            // In which order things are obliged is no difference.
            (b, a) if b == a && (a == Effect::Forbid || (sorted(before) == sorted(after) && before.args == after.args)) => return None,
            (b, a) if b == a => ChangeKind::ObligationsChanged,
            (_, Effect::Permit) => ChangeKind::NewlyPermitted,
            (_, Effect::Ask) => ChangeKind::NewlyAsked,
            (_, Effect::Forbid) => ChangeKind::NewlyForbidden,
        };
        Some(Self { step: step.to_owned(), kind, before: by(before), after: by(after) })
    }
}

/// What decided, as one text.
fn by(decided: &Decided) -> String {
    let rules: Vec<&str> = decided.rules.iter().map(|r| r.rule.as_str()).collect();
    format!("{} by {}", decided.effect.word(), rules.join(", "))
}

/// What a report calls a step of these bundles.
#[must_use]
pub fn called(bundles: &[&Bundle], event: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(event).unwrap_or_default();
    let (kind, name) = (value["type"].as_str().unwrap_or_default(), value["name"].as_str().unwrap_or_default());
    let declared = |b: &&Bundle| b.targets.iter().any(|t| t.kind.word() == kind && t.name == name);
    match kind {
        "say" => kind.to_owned(),
        _ if bundles.iter().any(|b| declared(b)) => format!("{kind} {name}"),
        _ => format!("{kind} of an undeclared name"),
    }
}

/// Plays steps with both bundles, after each context, and returns how they differ.
///
/// # Panics
/// When a step is not decided.
#[must_use]
pub fn behaviours(old: &Compared, new: &Compared, contexts: &[String], steps: &[String]) -> BTreeSet<Behaviour> {
    let names: Vec<String> = steps.iter().map(|event| called(&[&old.bundle, &new.bundle], event)).collect();
    let mut found = BTreeSet::new();
    for context in contexts {
        let events: Vec<String> = std::iter::once(context).chain(steps).cloned().collect();
        let (before, after) = (old.replay.play(&events), new.replay.play(&events));
        for ((name, before), after) in names.iter().zip(before.iter().skip(1)).zip(after.iter().skip(1)) {
            let (Played::Decided(before), Played::Decided(after)) = (before, after) else { panic!("`{name}` is no step: {before:?}, {after:?}") };
            found.extend(Behaviour::between(name, before, after));
        }
    }
    found
}
