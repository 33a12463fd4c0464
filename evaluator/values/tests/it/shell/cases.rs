//! Adversarial cases: what is found, and what real shells start.

mod evasions;
mod grammar;
mod input;
mod quoting;
mod wrappers;

use std::collections::BTreeSet;

use reach_values::shell::parse;

use super::{check, sandbox};

/// A command line, the programs that are found in it in order, why there may be others (nothing where there are none), programs that
/// shells do start, and why it is here.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn all() -> impl Iterator<Item = &'static Case> {
    [grammar::CASES, quoting::CASES, wrappers::CASES, evasions::CASES, input::CASES].into_iter().flatten()
}

#[test]
fn the_programs_of_each_case_are_found() {
    assert!(all().count() >= 400, "{}", all().count());
    let mut wrong = Vec::new();
    for (text, programs, opaque, _, why) in all() {
        let script = parse(text);
        let found: Vec<&str> = script.commands.iter().map(|c| c.words[0].as_deref().unwrap().rsplit('/').next().unwrap()).collect();
        let reason = script.opaque.map(|o| format!("{o:?}")).unwrap_or_default();
        if found.join(" ") != *programs || reason != *opaque {
            wrong.push(format!("{text}\n   found {:?} {reason:?} instead of {programs:?} {opaque:?}: {why}", found.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn shells_start_nothing_else_in_each_case() {
    let texts: Vec<&str> = all().map(|c| c.0).collect();
    let Some(outcomes) = sandbox::run(&texts) else { return };
    let mut wrong = Vec::new();
    for ((text, _, _, starts, why), outcome) in all().zip(&outcomes) {
        wrong.extend(check(text, outcome).err());
        let started: BTreeSet<&str> = outcome.bash.union(&outcome.dash).map(String::as_str).collect();
        if let Some(missed) = starts.split_whitespace().find(|p| !started.contains(p)) {
            wrong.push(format!("{text}\n   `{missed}` is not started, but {started:?}: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}
