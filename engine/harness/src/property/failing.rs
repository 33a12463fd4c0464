//! A session that breaks a property as a test that fails.

use reach_analysis::Decided;
use reach_compiler::ir::{Bundle, Claim, ClaimEffect};

use crate::witness::{Event, test_that_expects};

/// Returns what a property expects, as it is written.
pub(super) fn expected(claim: &Claim) -> String {
    let by = if claim.expect.by.is_empty() { String::new() } else { format!(" by {}", claim.expect.by.join(", ")) };
    format!("{}{}{by}", if claim.expect.negated { "not " } else { "" }, claim.expect.effect.word())
}

/// Writes a test that expects what the property wants: it fails on the bundle that breaks it.
///
/// # Errors
/// When some event can't stand in a test, and why.
pub(super) fn test(claim: &Claim, events: &[Event], decided: &Decided, bundle: &Bundle) -> Result<String, String> {
    // What a person agreed to isn't written as an answer: once the step is forbidden, nobody is asked any more.
    let answered = events.last().is_some_and(|event| event.kind() == "approval");
    let events = if answered { events.split_last().map_or(events, |(_, before)| before) } else { events };
    test_that_expects(&claim.name, events, &wanted(claim, decided, answered), bundle)
}

/// Returns what stands behind `=>`: the property's own words, or where it only says what must not be, what is right instead. Of two
/// effects that is the stricter one.
fn wanted(claim: &Claim, decided: &Decided, answered: bool) -> String {
    let expect = &claim.expect;
    if !expect.negated {
        let by = if expect.by.is_empty() { String::new() } else { format!(" by {}", expect.by.join(", ")) };
        return format!("{}{by}", expect.effect.word());
    }
    let instead = match (expect.effect, decided.effect) {
        _ if answered => ClaimEffect::Forbid,
        (ClaimEffect::Forbid, _) => ClaimEffect::Permit,
        _ => ClaimEffect::Forbid,
    };
    instead.word().to_owned()
}
