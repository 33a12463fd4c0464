//! What has no value never helps the agent.
//!
//! A condition without a value could have been true or false. Let `d` be the decision with it, and `d_r` the decisions
//! under every way `r` of replacing such conditions by true or false. Then, with `permit < ask < forbid`:
//!
//! 1. `d` is at least as strict as the loosest `d_r`: not knowing never gives more than the best case;
//! 2. `d` is `permit` only if every `d_r` is: not knowing never permits what knowing could have refused.
//!
//! A decision that an obligation refuses is left out of 2: a permit that would have matched too brings its obligations along,
//! and those may conflict with others.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use reach_tests::generate::{Case, GeneratedBundle, RuleText};
use reach_tests::oracle::{Effect, Oracle, OracleDecision, Why};
use reach_tests::subject::compile_files;

use super::check;
use super::metamorphic::with_rules;

/// Decisions that had a condition without a value, and what they had none of.
#[derive(Default)]
struct Seen {
    decisions: Cell<u32>,
    reasons: RefCell<BTreeMap<Why, u32>>,
}

/// Holds the decisions of a bundle against all ways of knowing more.
fn hold(case: &Case, generated: &GeneratedBundle, seen: &Seen) -> Result<(), String> {
    let source = generated.source();
    let bundle = compile_files([("generated.reach", source.as_str())])?;
    let mut oracle = Oracle::new(&bundle);
    // The events are made from the unchanged bundle.
    for event in case.events(&case.bundle()) {
        let reasons: Vec<Why> =
            oracle.look(&event).map(|looked| looked.rules.iter().filter_map(|(_, o)| o.as_ref().err().map(|none| none.why)).collect()).unwrap_or_default();
        let Some(decision) = oracle.event(&event) else { continue };
        if !decision.any_none {
            continue;
        }
        seen.decisions.set(seen.decisions.get() + 1);
        for why in reasons {
            *seen.reasons.borrow_mut().entry(why).or_default() += 1;
        }
        let mut resolved: Vec<OracleDecision> = Vec::new();
        // All true, all false, and by the place of what has no value, both ways round.
        for way in 0..6u32 {
            oracle.resolve(Some(Box::new(move |span| {
                Some(match way {
                    0 => true,
                    1 => false,
                    way => (span.start.wrapping_mul(0x9E37_79B9) >> (way * 3)) & 1 == way & 1,
                })
            })));
            resolved.extend(oracle.event(&event));
        }
        oracle.resolve(None);
        let at = || format!("\nat {event}\nchanged bundle:\n{source}");
        if resolved.iter().any(|d| d.any_none) {
            return Err(format!("something is left without a value{}", at()));
        }
        let loosest = resolved.iter().map(|d| d.effect).min().unwrap();
        if decision.effect < loosest {
            return Err(format!("{decision:?} is looser than all of {resolved:?}{}", at()));
        }
        let by_obligation = |d: &OracleDecision| d.rules.iter().any(|h| h.span.is_none() && h.rule == "obligation");
        if decision.effect == Effect::Permit
            && let Some(stricter) = resolved.iter().find(|d| d.effect != Effect::Permit && !by_obligation(d))
        {
            return Err(format!("{decision:?} is a permit although it could have been {stricter:?}{}", at()));
        }
    }
    Ok(())
}

fn negated(condition: &str) -> String {
    format!("not ({condition})")
}

/// Denies what stands in `when` and in `unless`.
fn deny(rule: &mut RuleText) {
    // What `has` and `as` let a condition know ends at a `not`, so `unless` must not need it.
    if rule.unless.is_none() {
        rule.when = rule.when.take().map(|c| negated(&c));
    }
    rule.unless = rule.unless.take().map(|c| negated(&c));
}

/// Moves the one condition of a rule to the other clause, as it is.
fn exchange(rule: &mut RuleText) {
    if rule.when.is_none() != rule.unless.is_none() {
        std::mem::swap(&mut rule.when, &mut rule.unless);
    }
}

#[test]
fn no_value_never_helps_the_agent_whichever_way_round_conditions_stand() {
    let seen = Seen::default();
    check(300, 40, 7, |case| {
        let bundle = case.bundle();
        hold(case, &bundle, &seen)?;
        hold(case, &with_rules(&bundle, deny), &seen)?;
        hold(case, &with_rules(&bundle, exchange), &seen)?;
        let both = |rule: &mut RuleText| {
            deny(rule);
            exchange(rule);
        };
        hold(case, &with_rules(&bundle, both), &seen)
    });
    let reasons = seen.reasons.borrow();
    println!("{} decisions had a condition without a value: {reasons:?}", seen.decisions.get());
    assert!(seen.decisions.get() > 2_000, "only {} decisions had a condition without a value", seen.decisions.get());
    for why in [Why::Opaque, Why::NoPart, Why::Ambiguous, Why::RelativePath, Why::MissingContext, Why::MissingFact, Why::Overflow] {
        assert!(reasons.get(&why).is_some_and(|n| *n >= 5), "{why:?} is seen too rarely: {reasons:?}");
    }
}
