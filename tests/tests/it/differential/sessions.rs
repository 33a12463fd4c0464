//! Sessions: the engine against the oracle, event by event.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use reach_compiler::ir::Bundle;
use reach_engine::{Effect, Obligation, Options, Outcome, Session};
use reach_tests::agreement::agree;
use reach_tests::generate::{Allowed, Choices, Driver, Mix, Told, generate_session_bundle};
use reach_tests::oracle::{Came, Oracle};
use reach_tests::subject::Subject;

use super::number;

/// How often something occurred.
type Tally = RefCell<BTreeMap<String, u64>>;

fn count(tally: &Tally, what: impl Into<String>) {
    *tally.borrow_mut().entry(what.into()).or_default() += 1;
}

/// Feeds both, and compares what they say; `Err` says how they differ.
fn compare(bundle: &Bundle, session: &mut Session, oracle: &mut Oracle<'_>, line: &str, tally: &Tally) -> Result<Option<(String, Told)>, String> {
    let glance = session.decide(line);
    let (expected, actual) = (oracle.take(line), session.event(line));
    match (expected, actual) {
        (Came::Decision(expected), Outcome::Decision(actual)) => {
            agree(bundle, &expected, &actual)?;
            // What is only looked at is decided alike, and changes nothing.
            if Session::is_step(line) && glance.effect != actual.effect {
                return Err(format!("at a glance it is {:?}, then {:?}", glance.effect, actual.effect));
            }
            for reason in actual.rules.iter().filter(|reason| reason.file.is_none()) {
                count(tally, format!("forbid by {}", reason.rule));
            }
            let answered = actual.rules.iter().any(|reason| reason.approved_by.is_some());
            let by = if !Session::is_step(line) { " when answered" } else { "" };
            count(tally, format!("{:?}{}{by}", actual.effect, if answered { " by a person" } else { "" }));
            actual.errors.iter().for_each(|error| count(tally, format!("error {:?}", error.detail.cause)));
            actual.obligations.iter().filter(|o| matches!(o, Obligation::Clear { .. })).for_each(|_| count(tally, "clear"));
            let told = match actual.effect {
                Effect::Permit => Told::Permitted,
                Effect::Ask => Told::Asked,
                Effect::Forbid => Told::Forbidden,
            };
            Ok(Some((actual.id.clone(), told)))
        }
        (Came::Observed, Outcome::Observed) => Ok(None),
        (Came::Rejected, Outcome::Rejected(error)) => {
            count(tally, format!("rejected {}", error.name));
            Ok(None)
        }
        // What doesn't fit in the context is compared by what is decided afterwards.
        (Came::Observed, Outcome::Rejected(_)) if line.contains(r#""type":"start""#) || line.contains(r#""type":"context""#) => Ok(None),
        (expected, actual) => Err(format!("the oracle says {expected:?}\nthe engine {actual:?}")),
    }
}

/// Goes over events that are given; returns the first difference.
fn replay(source: &str, events: &[String]) -> Option<String> {
    let subject = Subject::new([("generated.reach", source)]).ok()?;
    let (mut session, mut oracle) = (subject.session(), Oracle::new(&subject.bundle));
    events.iter().find_map(|line| compare(&subject.bundle, &mut session, &mut oracle, line, &Tally::default()).err().map(|why| format!("{why}\nat {line}")))
}

/// Leaves out what isn't needed for a difference, until nothing more can be.
fn shrink(source: &str, events: &[String]) -> (String, Vec<String>) {
    let (mut source, mut events) = (source.to_owned(), events.to_vec());
    loop {
        let before = (source.len(), events.len());
        (source, events) = shrink_once(&source, &events);
        if (source.len(), events.len()) == before {
            return (source, events);
        }
    }
}

/// Leaves out events, then declarations.
fn shrink_once(source: &str, events: &[String]) -> (String, Vec<String>) {
    let (mut source, mut events) = (source.to_owned(), events.to_vec());
    let mut size = events.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < events.len() {
            let without: Vec<String> = events[..at].iter().chain(&events[(at + size).min(events.len())..]).cloned().collect();
            if replay(&source, &without).is_some() { events = without } else { at += size }
        }
        size /= 2;
    }
    let mut at = 0;
    loop {
        // A declaration begins in the first column.
        let mut parts: Vec<String> = Vec::new();
        for line in source.lines() {
            match parts.last_mut() {
                Some(part) if line.starts_with([' ', '}']) || part.starts_with('@') && !part.contains('\n') => part.push_str(&format!("\n{line}")),
                _ => parts.push(line.to_owned()),
            }
        }
        if at >= parts.len() {
            return (source, events);
        }
        parts.remove(at);
        let without = parts.join("\n");
        if replay(&without, &events).is_some() { source = without } else { at += 1 }
    }
}

fn failure(source: &str, events: &[String], why: &str) -> String {
    let (source, events) = if replay(source, events).is_some() { shrink(source, events) } else { (source.to_owned(), events.to_vec()) };
    let why = replay(&source, &events).unwrap_or_else(|| why.to_owned());
    format!("{why}\n\n{source}\n{}", events.join("\n"))
}

/// Runs a property over tapes: that of a bundle, and one for each event.
pub(super) fn tapes(cases: u64, events: usize, salt: u64, property: impl Fn(&[u16], &[Vec<u16>]) -> Result<(), String>) {
    let seed = number("REACH_SEED", 1).wrapping_mul(1_000).wrapping_add(salt);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases: u32::try_from(cases).unwrap(), failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let strategy = (vec(any::<u16>(), 600), vec(vec(any::<u16>(), 40), events / 2..=events));
    match runner.run(&strategy, |(bundle, steps)| property(&bundle, &steps).map_err(TestCaseError::fail)) {
        Ok(()) => {}
        Err(TestError::Fail(why, _)) => panic!("{why}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// Drives one session; stops at the first difference.
fn drive(bundle: &str, mix: Mix, tape: &[Vec<u16>], tally: &Tally) -> Result<(), String> {
    let subject = Subject::new([("generated.reach", bundle)]).map_err(|why| format!("a generated bundle does not compile: {why}\n\n{bundle}"))?;
    let (mut session, mut oracle) = (subject.session(), Oracle::new(&subject.bundle));
    let mut driver = Driver::new(mix);
    let mut events = Vec::new();
    for step in tape {
        let line = driver.next(&mut Choices::new(step));
        events.push(line.clone());
        count(tally, "event");
        // Now and then it is saved and restored, which changes nothing.
        if step[39] < 1_600 {
            let saved = session.save();
            session =
                Session::restore(Arc::clone(&subject.image), Options::default(), &saved).map_err(|why| format!("{why}\n\n{bundle}\n{}", events.join("\n")))?;
            count(tally, "restored");
        }
        match compare(&subject.bundle, &mut session, &mut oracle, &line, tally) {
            Ok(Some((id, told))) => driver.told(&id, told),
            Ok(None) => {}
            Err(why) => return Err(failure(bundle, &events, &why)),
        }
    }
    for (what, times) in oracle.asked() {
        *tally.borrow_mut().entry(what).or_default() += times;
    }
    Ok(())
}

/// Sessions in which little goes wrong, some, and much.
const MIXES: [Mix; 4] = [
    Mix { bad: 0, children: 30, over: 0 },
    Mix { bad: 25, children: 40, over: 2 },
    Mix { bad: 60, children: 60, over: 2 },
    Mix { bad: 200, children: 50, over: 4 },
];

#[test]
fn engine_sessions() {
    let wanted = number("REACH_CASES", 20_000);
    let (tally, begun) = (Tally::default(), Instant::now());
    // A case has 150 events on average, so this is more than twice what is wanted: what is rare must come too.
    tapes(wanted / 60 + 8, 200, 10, |bundle, events| {
        let mix = *Choices::new(&bundle[590..]).pick(&MIXES);
        let bundle = generate_session_bundle(&mut Choices::new(bundle), &Allowed::ALL);
        drive(&bundle, mix, events, &tally)
    });
    println!("in {:.1} s: {:#?}", begun.elapsed().as_secs_f64(), tally.borrow());
    assert!(tally.borrow()["event"] >= wanted, "only {} events were compared", tally.borrow()["event"]);
    for what in OFTEN {
        assert!(tally.borrow().get(*what).is_some_and(|times| *times >= 8), "`{what}` came too seldom: {:#?}", tally.borrow());
    }
    for what in NOW_AND_THEN {
        assert!(tally.borrow().contains_key(*what), "`{what}` never came: {:#?}", tally.borrow());
    }
}

/// What must have come at all.
const NOW_AND_THEN: &[&str] = &["Ask when answered", "error MissingContext", "error MissingFact", "rights none"];

/// What must have come, eight times at least.
const OFTEN: &[&str] = &[
    "restored",
    "Permit",
    "Ask",
    "Forbid",
    "Permit by a person",
    "Permit by a person when answered",
    "Permit when answered",
    "Forbid when answered",
    "clear",
    "forbid by default",
    "forbid by undeclared",
    "forbid by invalid_arguments",
    "forbid by budget",
    "error Unsure",
    "error TooShort",
    "rejected approval-lapsed",
    "rejected approval-not-asked",
    "rejected approval-of-unknown-step",
    "rejected approver-not-accepted",
    "rejected result-already-given",
    "rejected result-of-refused-step",
    "rejected result-of-unknown-step",
    "rejected usage-not-counted",
    "rejected usage-of-unknown-step",
    "rejected session-ended",
    "rejected unreadable-event",
    "ever true",
    "ever false",
    "ever none",
    "count value",
    "count none",
    "sum value",
    "sum none",
    "latest there",
    "latest absent",
    "latest none",
    "Permitted value",
    "Permitted none",
    "Attempted value",
    "Attempted none",
    "Denied value",
    "Denied none",
    "Result value",
    "Result none",
    "Prompt value",
    "Prompt none",
    "over value",
    "over none",
    "since value",
    "since none",
    "per agent value",
    "per agent none",
    "each value",
    "each none",
    "joined value",
    "joined none",
    "from user true",
    "from user false",
    "from user none",
    "from label true",
    "from label false",
    "from label none",
    "from results true",
    "from results false",
    "from results none",
    "from part true",
    "from part false",
    "from part none",
    "named true",
    "named false",
    "named none",
    "labelled true",
    "labelled false",
    "labelled none",
    "rights true",
    "rights false",
];

#[test]
fn a_long_session_is_decided_alike_to_its_end() {
    let tally = Tally::default();
    tapes(2, 3_000, 12, |bundle, events| {
        let bundle = generate_session_bundle(&mut Choices::new(bundle), &Allowed::ALL);
        drive(&bundle, Mix { bad: 1, children: 30, over: 0 }, events, &tally)
    });
    assert!(tally.borrow()["event"] >= 3_000);
}

#[test]
fn generated_bundles_about_sessions_compile() {
    let wrong = Tally::default();
    tapes(number("REACH_CASES", 20_000) / 60, 2, 11, |bundle, _| {
        let source = generate_session_bundle(&mut Choices::new(bundle), &Allowed::ALL);
        if let Err(why) = Subject::new([("generated.reach", source.as_str())]) {
            why.lines().for_each(|line| count(&wrong, line.split_once('`').map_or(line, |(_, what)| what)));
        }
        Ok(())
    });
    assert!(wrong.borrow().is_empty(), "{:#?}", wrong.borrow());
}
