//! What the tests of a bundle play: what is decided of each step, and which rules match it.

use reach_analysis::{Decided, MakePlay, Played};
use reach_compiler::ir::{Bundle, Test};

/// Returns what becomes of each item of each test; none where the bundle can't be built.
pub(crate) fn tests(bundle: &Bundle, make: &MakePlay<'_>) -> Option<Vec<Vec<Played>>> {
    let play = make(bundle)?;
    Some(bundle.tests.iter().map(|test| play.play(&events(test))).collect())
}

fn events(test: &Test) -> Vec<String> {
    test.items.iter().map(|item| item.event.clone()).collect()
}

/// What is decided at an item, and which rules match.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What is decided.
    pub decided: Decided,
    /// The rules that match, by index, ascending.
    pub rules: Vec<usize>,
}

/// Of each test each item: what is seen there; none for what isn't decided.
pub type Matched = Vec<Vec<Option<Seen>>>;

/// Returns which rules match at each item of each test. Beside each rule stands an advisory one with the same condition, which tells.
pub(crate) fn matched(bundle: &Bundle, make: &MakePlay<'_>) -> Option<Matched> {
    let mut watched = bundle.clone();
    for (index, rule) in bundle.rules.iter().enumerate() {
        let mut rule = rule.clone();
        rule.name = format!("<watch {index}>");
        rule.advisory = true;
        rule.message = Vec::new();
        rule.obligations = Vec::new();
        rule.approver = None;
        rule.expires = None;
        rule.grants = None;
        rule.examples = Vec::new();
        watched.rules.push(rule);
    }
    let play = make(&watched)?;
    let all = bundle.tests.iter().map(|test| play.play(&events(test)).into_iter().map(seen).collect());
    Some(all.collect())
}

fn seen(played: Played) -> Option<Seen> {
    let Played::Decided(mut decided) = played else { return None };
    let watched = |name: &String| name.strip_prefix("<watch ")?.strip_suffix('>')?.parse().ok();
    let mut rules: Vec<usize> = decided.advisory.iter().filter_map(watched).collect();
    rules.sort_unstable();
    decided.advisory.retain(|name| watched(name).is_none());
    Some(Seen { decided, rules })
}
