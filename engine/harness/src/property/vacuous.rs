//! A property that was about no step: whether there is one at all. Generation doesn't know, the analysis may.

use reach_analysis::{Limits, Verdict};
use reach_compiler::ir::{Claim, ClaimEffect, ClaimExpect};

use super::play::Watch;
use super::{Properties, PropertyRun, reduced};
use crate::replay::Replay;
use crate::witness::Json;

/// How much the analysis may take here: it is asked beside the tests, and often enough in vain.
const ROUNDS: u32 = 400;
const STATES: usize = 400;

/// Looks for a step that a property is about. The one that is found is a case like others.
pub(super) fn look(properties: &Properties<'_>, watch: &Watch<'_>, run: &mut PropertyRun) {
    // Of what other properties ask nothing is kept: there may be thousands.
    let mut about = [watch.claim.clone()];
    let bundle = &reduced(properties.scene.bundle, &mut about);
    let [about] = about;
    let limits = Limits { rounds: ROUNDS, states: STATES, ..Limits::default() };
    let mut proved = true;
    // Every step is permitted or isn't: where it is neither always nor never, there is one.
    for negated in [true, false] {
        let expect = ClaimExpect { negated, effect: ClaimEffect::Permit, by: Vec::new() };
        let claim = Claim { expect, unless_approved: true, ..about.clone() };
        let Ok(replay) = Replay::new(&reach_analysis::watched(bundle, &claim)) else { return };
        let proof = reach_analysis::prove(bundle, &claim, &replay, &limits);
        if let Some(witness) = proof.witness {
            let events: Option<Vec<Json>> = witness.events.iter().map(|event| Json::read(event)).collect();
            run.cases += 1;
            run.met += 1;
            if let Some(events) = events
                && let Some(decided) = watch.replayed(&events)
            {
                run.broken = Some(properties.broken(watch, 0, events, decided));
            }
            return;
        }
        proved &= proof.verdict == Verdict::Proved;
    }
    run.vacuous = Some(if proved {
        "no step can come under its `given`, which is proved".to_owned()
    } else {
        format!("no step of {} sessions came under its `given`", run.cases)
    });
}
