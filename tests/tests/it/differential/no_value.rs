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

use std::cell::Cell;

use reach_tests::oracle::{Effect, Oracle, OracleDecision};
use reach_tests::subject::compile_files;

use super::check;

#[test]
fn no_value_never_helps_the_agent() {
    let seen = Cell::new(0u32);
    check(400, 80, 7, |case| {
        let generated = case.bundle();
        let source = generated.source();
        let bundle = compile_files([("generated.reach", source.as_str())])?;
        let mut oracle = Oracle::new(&bundle);
        for event in case.events(&generated) {
            let Some(decision) = oracle.event(&event) else { continue };
            if !decision.any_none {
                continue;
            }
            seen.set(seen.get() + 1);
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
            if resolved.iter().any(|d| d.any_none) {
                return Err(format!("something is left without a value\nat {event}"));
            }
            let loosest = resolved.iter().map(|d| d.effect).min().unwrap();
            if decision.effect < loosest {
                return Err(format!("{decision:?} is looser than all of {resolved:?}\nat {event}"));
            }
            let by_obligation = |d: &OracleDecision| d.rules.iter().any(|h| h.span.is_none() && h.rule == "obligation");
            if decision.effect == Effect::Permit
                && let Some(stricter) = resolved.iter().find(|d| d.effect != Effect::Permit && !by_obligation(d))
            {
                return Err(format!("{decision:?} is a permit although it could have been {stricter:?}\nat {event}"));
            }
        }
        Ok(())
    });
    assert!(seen.get() > 500, "only {} decisions had a condition without a value", seen.get());
}
