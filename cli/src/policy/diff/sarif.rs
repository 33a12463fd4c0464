//! What differs, for services that show findings beside code.

use reach_analysis::{Because, Change, ChangeKind, Decided};
use serde_json::{Value, json};

use super::gates::looser;
use super::{DiffData, KINDS, words};
use crate::failure::Failure;
use crate::policy::report::{about, decision, session};
use crate::policy::sarif;

/// Returns the differences as a log with one run: a result for each, where the rule stands that decides after, else the one before.
/// `after` and `before` tell where people find a file of a bundle.
///
/// # Errors
/// When it has no JSON form, which is a mistake of ours.
pub fn sarif(data: &DiffData, after: &dyn Fn(&str) -> Option<String>, before: &dyn Fn(&str) -> Option<String>) -> Result<String, Failure> {
    let result = |change: &Change| {
        let refused = data.failed.iter().any(|gate| gate.refuses(change));
        let level = match (refused, looser(change)) {
            (true, _) => "error",
            (false, true) => "warning",
            (false, false) => "note",
        };
        let mut result = json!({ "ruleId": id(change.kind), "level": level, "message": { "text": message(change) } });
        let place = location(&change.after, after).or_else(|| location(&change.before, before));
        if let (Some(place), Some(result)) = (place, result.as_object_mut()) {
            result.insert("locations".to_owned(), json!([place]));
        }
        result
    };
    let changes = data.difference.changes.iter().map(result);
    let unknown = data.difference.unknown.iter().map(|u| json!({ "ruleId": UNKNOWN, "level": "warning", "message": { "text": about(u) } }));
    let rules = KINDS.iter().map(|kind| (id(*kind), format!("A step is decided otherwise: {}.", words(*kind))));
    let rules = rules.chain([(UNKNOWN, "It is not known whether a decision differs.".to_owned())]);
    let rules: Vec<Value> = rules.map(|(id, text)| json!({ "id": id, "shortDescription": { "text": text } })).collect();
    sarif::log(&rules, &changes.chain(unknown).collect::<Vec<_>>())
}

const UNKNOWN: &str = "decision-not-known";

const fn id(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::NewlyPermitted => "newly-permitted",
        ChangeKind::NewlyAsked => "newly-asked",
        ChangeKind::NewlyForbidden => "newly-forbidden",
        ChangeKind::ObligationsChanged => "obligations-changed",
    }
}

fn message(change: &Change) -> String {
    let with = change.kind == ChangeKind::ObligationsChanged;
    let told = |decided: &Decided| decision(decided, false, with).join("; ");
    format!("{}: {}\nbefore: {}\nafter: {}", words(change.kind), session(&change.witness.events).join("\n"), told(&change.before), told(&change.after))
}

fn location(decided: &Decided, place: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
    let at = |because: &Because| Some((place(because.file.as_deref()?)?, because.line?));
    let (path, line) = decided.rules.iter().find_map(at)?;
    Some(sarif::location(&path, &json!({ "startLine": line })))
}
