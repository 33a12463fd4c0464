//! A decision is the same whichever passes have made the program of the rules, and it is the oracle's.

use std::cell::Cell;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{TestCaseError, TestError};
use reach_engine::{Decision, Options, Outcome, Session};
use reach_evaluator::image::Image;
use reach_evaluator::{Pass, Passes, VerifiedImage};
use reach_tests::agreement::agree;
use reach_tests::generate::{Choices, generate_dense_bundle, generate_dense_event, runner};
use reach_tests::oracle::Oracle;
use reach_tests::subject::{Subject, decide};

use super::{check, number, subject};

/// Every choice of passes that is compared: all, none, each alone with what it needs, and all but each.
fn choices() -> Vec<Passes> {
    let alone = Pass::ALL.iter().map(|pass| Passes::NONE.with(Pass::Index).with(*pass));
    let without = Pass::ALL.iter().map(|pass| Passes::ALL.without(*pass));
    [Passes::ALL, Passes::NONE].into_iter().chain(alone).chain(without).collect()
}

fn images(bytes: &[u8]) -> Result<Vec<(Passes, Arc<VerifiedImage>)>, String> {
    let verified = |passes| Image::decode(bytes).and_then(|image| image.verify_with(passes)).map(|image| (passes, Arc::new(image)));
    choices().into_iter().map(|passes| verified(passes).map_err(|e| e.to_string())).collect()
}

/// What is compared of a decision: all of it.
fn shown(decision: &Decision) -> String {
    serde_json::to_string(decision).unwrap()
}

/// Runs events in a session for each choice of passes and compares what they say. Returns how many steps there were.
fn compare(subject: &Subject, events: &[String]) -> Result<u64, String> {
    let mut sessions: Vec<(Passes, Session)> =
        images(&subject.bytes)?.into_iter().map(|(passes, image)| (passes, Session::new(image, "", Options::default()))).collect();
    let mut steps = 0;
    for event in events {
        let mut first: Option<(String, reach_engine::Verdict)> = None;
        for (passes, session) in &mut sessions {
            let verdict = session.decide(event);
            let Outcome::Decision(decision) = session.event(event) else { continue };
            let said = (shown(&decision), verdict);
            match &first {
                None => {
                    steps += 1;
                    first = Some(said);
                }
                Some(first) if *first != said => return Err(format!("with {passes:?} it is\n{said:?}\nwith all passes\n{first:?}\nat {event}")),
                Some(_) => {}
            }
        }
    }
    Ok(steps)
}

#[test]
fn generated_bundles_decide_alike_with_and_without_each_pass() {
    let steps = Cell::new(0);
    check(150, 60, 31, |case| {
        let generated = case.bundle();
        let subject = subject(&generated.source())?;
        steps.set(steps.get() + compare(&subject, &case.events(&generated))?);
        Ok(())
    });
    assert!(steps.get() > 5_000, "only {} steps were compared", steps.get());
}

#[test]
fn bundles_with_many_rules_on_one_tool_decide_alike_and_as_the_oracle_does() {
    let cases = number("REACH_DENSE_CASES", 120);
    let tapes = (vec(any::<u16>(), 0..900), vec(vec(any::<u16>(), 24), 20..50));
    let (steps, effects) = (Cell::new(0u64), std::cell::RefCell::new(std::collections::BTreeMap::<String, u64>::new()));
    let strategy = tapes.prop_map(|(bundle, events)| {
        let source = generate_dense_bundle(&mut Choices::new(&bundle));
        let events: Vec<String> = events.iter().enumerate().map(|(id, tape)| generate_dense_event(id, &mut Choices::new(tape))).collect();
        (source, events)
    });
    let seed = number("REACH_SEED", 1).wrapping_mul(1_000).wrapping_add(32);
    let result = runner(u32::try_from(cases).unwrap(), seed).run(&strategy, |(source, events)| {
        let hold = || -> Result<(), String> {
            let subject = subject(&source)?;
            steps.set(steps.get() + compare(&subject, &events)?);
            let (mut session, mut oracle) = (subject.session(), Oracle::new(&subject.bundle));
            for event in &events {
                let (expected, actual) = (oracle.event(event), decide(&mut session, event));
                match (&expected, &actual) {
                    (Some(expected), Some(actual)) => {
                        agree(&subject.bundle, expected, actual).map_err(|why| format!("{why}\nat {event}"))?;
                        *effects.borrow_mut().entry(format!("{:?}", actual.effect)).or_default() += 1;
                    }
                    (None, None) => {}
                    _ => return Err(format!("the oracle decides {expected:?}, the engine {actual:?}\nat {event}")),
                }
            }
            Ok(())
        };
        hold().map_err(TestCaseError::fail)
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, (source, events))) => panic!("{why}\n\n{source}\n{}", events.join("\n")),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    println!("{} steps, {:?}", steps.get(), effects.borrow());
    assert!(steps.get() > cases * 15, "only {} steps were compared", steps.get());
    assert!(effects.borrow().len() == 3 && effects.borrow().values().all(|n| *n > cases), "{:?}", effects.borrow());
}
