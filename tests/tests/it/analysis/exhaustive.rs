//! Bundles over domains so small that every step can be tried in every context.

use std::collections::BTreeSet;
use std::time::Instant;

use reach_analysis::{Effect, Limits, Play, Played, Verdict};
use reach_codes::Sources;
use reach_compiler::ir::{Claim, ClaimEffect};
use reach_tests::changes::{Behaviour, Compared, behaviours};
use reach_tests::generate::{Choices, SmallBundle, SmallRule, all_steps, change, claim, contexts};

use super::{Count, check, number};

/// Looks at everything that differs.
fn limits() -> Limits {
    Limits { examples: 100_000, ..Limits::default() }
}

/// Makes two bundles of a tape.
fn pair(tape: &[u16]) -> (SmallBundle, SmallBundle) {
    let mut c = Choices::new(tape);
    let old = SmallBundle::generate(&mut c);
    let new = change(&old, &mut c);
    (old, new)
}

#[test]
fn what_differs_between_small_bundles_is_what_trying_all_steps_finds() {
    let [bundles, refused, tried, differing, told, open, products] = [const { Count::new() }; 7];
    let begun = Instant::now();
    check(number("REACH_CASES", 2_000), 260, 60, |tape| {
        let (one, other) = pair(tape);
        let (Ok(old), Ok(new)) = (Compared::new(&one.source()), Compared::new(&other.source())) else {
            if std::env::var("REACH_SHOW").is_ok() {
                let why = [Compared::new(&one.source()).err(), Compared::new(&other.source()).err()];
                println!("{why:?}");
            }
            refused.add(1);
            return Ok(());
        };
        bundles.add(1);
        let (contexts, steps) = (contexts(&one, &other), all_steps(&one, &other));
        tried.add(contexts.len() * steps.len());
        let shown = || format!("old:\n{}\nnew:\n{}", one.source(), other.source());
        let report = reach_analysis::diff(&old.bundle, &new.bundle, &old.replay, &new.replay, &limits()).map_err(|e| format!("{e}\n{}", shown()))?;
        let found = behaviours(&old, &new, &contexts, &steps);
        let said: BTreeSet<Behaviour> = report.changes.iter().map(Behaviour::told).collect();
        differing.add(found.len());
        told.add(said.len());
        let unknown: BTreeSet<&str> = report.unknown.iter().map(|u| u.step.as_deref().unwrap_or("*")).collect();
        if !unknown.is_empty() {
            let may = one.may_be_left_open("") || other.may_be_left_open("");
            if may {
                products.add(1)
            } else {
                open.add(1)
            }
            if !may && std::env::var("REACH_SHOW").is_ok() {
                println!("{:?}\n{}", report.unknown, shown());
            }
        }
        if let Some(wrong) = said.difference(&found).next() {
            return Err(format!("no step differs so: {wrong:?}\n{}", shown()));
        }
        if let Some(missed) = found.difference(&said).find(|b| !unknown.contains(b.step.as_str()) && !unknown.contains("*")) {
            return Err(format!("it is not told: {missed:?}\n{}", shown()));
        }
        Ok(())
    });
    println!(
        "{} bundles ({} refused), {} steps in {:.1} s: {} behaviours differ, {} are told; unknown {}, with products or lists {}",
        bundles.get(),
        refused.get(),
        tried.get(),
        begun.elapsed().as_secs_f64(),
        differing.get(),
        told.get(),
        open.get(),
        products.get()
    );
    assert!(refused.get() * 20 <= bundles.get(), "{} generated bundles have errors", refused.get());
}

#[test]
fn what_is_claimed_of_small_bundles_is_proved_where_no_step_breaks_it() {
    let [proved, violated, refused, open, products] = [const { Count::new() }; 5];
    let begun = Instant::now();
    check(number("REACH_CASES", 2_000), 260, 61, |tape| {
        let mut c = Choices::new(tape);
        let small = SmallBundle::generate(&mut c);
        let text = claim(&small, &mut c);
        let mut sources = Sources::new();
        sources.add("small.reach", small.source());
        let Ok(claimed) = reach_compiler::claim(sources, &text) else {
            refused.add(1);
            return Ok(());
        };
        let shown = || format!("{text}\n{}", small.source());
        let bundle = Compared::of(claimed.bundle)?;
        let watched = Compared::of(reach_analysis::watched(&bundle.bundle, &claimed.claim))?;
        let proof = reach_analysis::prove(&bundle.bundle, &claimed.claim, &watched.replay, &limits());
        let broken = broken(&small, &bundle, &text, &claimed.claim)?;
        match (proof.verdict, broken) {
            (Verdict::Proved, None) => proved.add(1),
            (Verdict::Violated, Some(_)) => violated.add(1),
            (Verdict::Unknown, _) if small.may_be_left_open(&text) => products.add(1),
            (Verdict::Unknown, _) => {
                if std::env::var("REACH_SHOW").is_ok() {
                    println!("{:?}\n{}", proof.unknown, shown());
                }
                open.add(1);
            }
            (verdict, broken) => return Err(format!("{verdict:?}, and {broken:?} breaks it\n{:?} {:?}\n{}", proof.witness, proof.decided, shown())),
        }
        Ok(())
    });
    println!(
        "{} proved, {} violated, {} unknown, with products or lists {}, {} refused, in {:.1} s",
        proved.get(),
        violated.get(),
        open.get(),
        products.get(),
        refused.get(),
        begun.elapsed().as_secs_f64()
    );
}

/// Returns a step that breaks a claim. Which steps it is about is told by the machine too: by a rule with the claim's condition.
pub(crate) fn broken(small: &SmallBundle, bundle: &Compared, text: &str, claim: &Claim) -> Result<Option<String>, String> {
    let (head, when) = text.split_once(" when ").map_or((text, None), |(head, when)| (head, Some(when)));
    let on = head.split(' ').skip(2).collect::<Vec<_>>().join(" ");
    let when = when.and_then(|when| if when == "not approved" { None } else { Some(when.trim_end_matches(" and not approved").to_owned()) });
    let about = SmallRule { advisory: false, effect: "ask", name: "about".to_owned(), on, when, unless: None, with: Vec::new() };
    let about = Compared::new(&SmallBundle { rules: vec![about], ..small.clone() }.source())?;
    let steps = all_steps(small, small);
    for context in contexts(small, small) {
        let events: Vec<String> = std::iter::once(&context).chain(&steps).cloned().collect();
        let (claimed, decided) = (about.replay.play(&events), bundle.replay.play(&events));
        for ((event, claimed), decided) in events.iter().zip(claimed).zip(decided).skip(1) {
            let (Played::Decided(claimed), Played::Decided(decided)) = (claimed, decided) else { return Err(format!("{event} is no step")) };
            // What doesn't fit is no step that a claim is about: the machine asks no rule then.
            if claimed.effect == Effect::Ask && breaks(claim, decided.effect) {
                return Ok(Some(format!("{context}\n{event}")));
            }
        }
    }
    Ok(None)
}

fn breaks(claim: &Claim, decided: Effect) -> bool {
    let wanted = match claim.expect.effect {
        ClaimEffect::Permit => Effect::Permit,
        ClaimEffect::Ask => Effect::Ask,
        ClaimEffect::Forbid => Effect::Forbid,
    };
    let approved = claim.expect.negated && wanted == Effect::Permit && !claim.unless_approved && decided == Effect::Ask;
    (decided == wanted) == claim.expect.negated || approved
}
