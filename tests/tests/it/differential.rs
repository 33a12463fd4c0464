//! The product against the oracle, on generated bundles and steps.
//!
//! `REACH_CASES` is how many decisions are compared (20,000 unless it says otherwise), `REACH_SEED` where the tapes begin.

mod entities;
mod given;
mod invariants;
mod metamorphic;
mod no_value;
mod packs;
mod passes;
mod saved;
mod sessions;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Instant;

use proptest::test_runner::{TestCaseError, TestError};
use reach_tests::agreement::agree;
use reach_tests::generate::{Case, case_strategy, runner};
use reach_tests::machine::OnMachine;
use reach_tests::oracle::Oracle;
use reach_tests::subject::{Subject, decide};

/// How many steps a bundle gets, at most.
const STEPS: usize = 100;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|v| v.replace('_', "").parse().ok()).unwrap_or(default)
}

/// Runs a property over cases; a failure is shrunk and printed as sources and events.
fn check(cases: u64, steps: usize, seed: u64, property: impl Fn(&Case) -> Result<(), String>) {
    let seed = number("REACH_SEED", 1).wrapping_mul(1_000).wrapping_add(seed);
    let result = runner(u32::try_from(cases).unwrap(), seed).run(&case_strategy(steps), |case| property(&case).map_err(TestCaseError::fail));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, case)) => panic!("{why}\n\n{case:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

fn subject(source: &str) -> Result<Subject, String> {
    Subject::new([("generated.reach", source)]).map_err(|why| format!("a generated bundle does not compile: {why}"))
}

#[test]
fn engine_machine_and_oracle_agree_on_generated_bundles() {
    let wanted = number("REACH_CASES", 20_000);
    let (decisions, rules, unknown, begun) = (Cell::new(0u64), Cell::new(0u64), Cell::new(0u64), Instant::now());
    let reasons = RefCell::new(BTreeMap::<String, u64>::new());
    // A case has 75 steps on average.
    check(wanted / 75 + 8, STEPS, 1, |case| {
        let generated = case.bundle();
        let subject = subject(&generated.source())?;
        let (mut session, mut oracle) = (subject.session(), Oracle::new(&subject.bundle));
        for event in case.events(&generated) {
            let looked = oracle.look(&event);
            let (expected, actual) = (oracle.event(&event), decide(&mut session, &event));
            match (&expected, &actual) {
                (Some(expected), Some(actual)) => agree(&subject.bundle, expected, actual).map_err(|why| format!("{why}\nat {event}"))?,
                (None, None) => {}
                _ => return Err(format!("the oracle decides {expected:?}, the engine {actual:?}\nat {event}")),
            }
            if let Some(looked) = looked {
                OnMachine::new(&subject.image, &looked).compare(&subject.bundle, &looked).map_err(|why| format!("{why}\nat {event}"))?;
                rules.set(rules.get() + looked.rules.len() as u64);
                for none in looked.rules.iter().filter_map(|(_, outcome)| outcome.as_ref().err()) {
                    unknown.set(unknown.get() + 1);
                    *reasons.borrow_mut().entry(format!("{:?}", none.why)).or_default() += 1;
                }
            }
            decisions.set(decisions.get() + u64::from(actual.is_some()));
        }
        Ok(())
    });
    let share = unknown.get() as f64 / rules.get() as f64;
    println!("{} decisions and {} rules twice in {:.1} s", decisions.get(), rules.get(), begun.elapsed().as_secs_f64());
    println!("{:.1} % of the conditions had no value: {:?}", share * 100.0, reasons.borrow());
    assert!(decisions.get() >= wanted, "only {} decisions were compared", decisions.get());
}

#[test]
fn equal_sources_give_equal_images_in_any_order_and_on_any_thread() {
    check(60, 2, 2, |case| {
        let generated = case.bundle();
        let [a, b] = generated.sources();
        let (a, b) = ((a.0, a.1.as_str()), (b.0, b.1.as_str()));
        let one = Subject::new([a, b])?.bytes;
        let other_order = Subject::new([b, a])?.bytes;
        let owned = [(a.0, a.1.to_owned()), (b.0, b.1.to_owned())];
        let small_stack = std::thread::Builder::new()
            .stack_size(256 << 10)
            .spawn(move || Subject::new(owned.iter().map(|(n, t)| (*n, t.as_str()))).map(|s| s.bytes))
            .unwrap()
            .join()
            .unwrap()?;
        if one != other_order {
            return Err("the order in which files are added changes the image".to_owned());
        }
        if one != small_stack {
            return Err("the thread changes the image".to_owned());
        }
        Ok(())
    });
}
