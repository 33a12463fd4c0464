//! What the tests of a bundle play: what is decided of each step, and what would be with other rules.

use std::collections::BTreeSet;

use reach_analysis::{Decided, Effect, MakePlay, Played};
use reach_compiler::ir::{self, Bundle, Expect, Test};

/// Returns what becomes of each item of each test; none where the bundle can't be built. For no tests it isn't built: that takes as long as
/// most lints together.
pub(crate) fn tests(bundle: &Bundle, make: &MakePlay<'_>) -> Option<Vec<Vec<Played>>> {
    if bundle.tests.is_empty() {
        return Some(Vec::new());
    }
    let play = make(bundle)?;
    Some(bundle.tests.iter().map(|test| play.play_among(&events(test), test.entities.as_deref())).collect())
}

fn events(test: &Test) -> Vec<String> {
    test.items.iter().map(|item| item.event.clone()).collect()
}

/// Returns the `oblige` rules that match a step of some test that goes on. Beside each stands an advisory one with the same condition, which tells.
pub(crate) fn obliged(bundle: &Bundle, make: &MakePlay<'_>) -> Option<BTreeSet<usize>> {
    let mut rules = Vec::with_capacity(bundle.rules.len());
    for (index, rule) in bundle.rules.iter().enumerate() {
        rules.push(rule.clone());
        if rule.effect == ir::Effect::Oblige {
            let mut rule = rule.clone();
            rule.name = format!("<watch {index}>").into();
            rule.advisory = true;
            rule.message = Vec::new();
            rule.obligations = Vec::new();
            rule.examples = Vec::new();
            // Behind the one that it watches: rules of an image stand in the order of their places.
            rules.push(rule);
        }
    }
    let watched = Bundle { rules, ..bundle.clone() };
    let mut found = BTreeSet::new();
    for played in tests(&watched, make)?.into_iter().flatten() {
        let Played::Decided(decided) = played else { continue };
        if decided.effect != Effect::Forbid {
            found.extend(decided.advisory.iter().filter_map(|name| name.strip_prefix("<watch ")?.strip_suffix('>')?.parse::<usize>().ok()));
        }
    }
    Some(found)
}

/// Returns whether some tests pass with other rules, each by its index; false also where that isn't known.
pub(crate) fn pass(bundle: &Bundle, tests: &[usize], make: &MakePlay<'_>) -> Vec<bool> {
    let Some(play) = make(bundle) else { return vec![false; tests.len()] };
    let passes = |index: &usize| {
        let Some(test) = bundle.tests.get(*index) else { return false };
        let played = play.play_among(&events(test), test.entities.as_deref());
        test.items.iter().zip(played).all(|(item, played)| match (&item.expect, played) {
            (None, _) => true,
            (Some(expect), Played::Decided(decided)) => holds(expect, &decided),
            (Some(_), _) => false,
        })
    };
    tests.iter().map(passes).collect()
}

/// Returns whether a decision is as expected. What is expected of arguments isn't looked at: then it doesn't hold.
fn holds(expect: &Expect, decided: &Decided) -> bool {
    expect.effect == decided.effect.word()
        && expect.by.iter().all(|by| decided.rules.iter().any(|rule| rule.rule == *by))
        && expect.because.as_ref().is_none_or(|because| decided.rules.iter().any(|rule| rule.message.as_ref() == Some(because)))
        && expect.args.is_none()
}
