//! The policies that ship, against what differs from them in one place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use reach_analysis::{Limits, Play, Played};
use reach_compiler::ir::Bundle;
use reach_tests::changes::Compared;
use reach_tests::generate::Choices;
use reach_tests::mutants::{Mutant, mutants};
use serde_json::{Map, Value};

use super::number;
use super::shipped::shipped;

/// Sessions that are tried with a policy: those of its tests, and such that mix their values.
struct Evidence {
    sessions: Vec<Vec<String>>,
}

impl Evidence {
    fn of(bundle: &Bundle, seed: u16) -> Self {
        let mut sessions: Vec<Vec<String>> = bundle.tests.iter().map(|t| t.items.iter().map(|i| i.event.clone()).collect()).collect();
        let mut values: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
        let mut steps: Vec<Map<String, Value>> = Vec::new();
        for event in sessions.iter().flatten() {
            let Ok(Value::Object(event)) = serde_json::from_str(event) else { continue };
            if event.contains_key("args") {
                for part in ["args", "facts"] {
                    for (name, value) in event.get(part).and_then(Value::as_object).into_iter().flatten() {
                        let known = values.entry((part.to_owned(), name.clone())).or_default();
                        if !known.contains(value) {
                            known.push(value.clone());
                        }
                    }
                }
                steps.push(event);
            }
        }
        let tape: Vec<u16> = (0..60_000u32).map(|n| (n.wrapping_mul(40_503).wrapping_add(u32::from(seed) * 7_919) >> 3 & 0xffff) as u16).collect();
        let mut c = Choices::new(&tape);
        let written = sessions.len();
        for number in 0..400 {
            if steps.is_empty() || written == 0 {
                break;
            }
            // The beginning of a test, then a step with values of other steps.
            let mut session = sessions[c.below(written)].clone();
            session.truncate(1 + c.below(session.len().max(1)));
            let mut step = steps[c.below(steps.len())].clone();
            for part in ["args", "facts"] {
                if let Some(Value::Object(fields)) = step.get_mut(part) {
                    for (name, value) in fields.iter_mut() {
                        let known = &values[&(part.to_owned(), name.clone())];
                        if c.chance(50) {
                            *value = known[c.below(known.len())].clone();
                        }
                    }
                }
            }
            step.insert("id".to_owned(), Value::from(format!("mixed{number}")));
            let at = session.iter().rev().find_map(|e| Some(serde_json::from_str::<Value>(e).ok()?.get("at")?.clone()));
            step.insert("at".to_owned(), at.unwrap_or_else(|| Value::from("2026-01-01T00:00:00Z")));
            session.push(Value::Object(step).to_string());
            sessions.push(session);
        }
        Self { sessions }
    }

    /// Returns a session in which two machines decide otherwise. Which rules decided, and in which order, is no difference.
    fn against(&self, old: &Compared, new: &Compared) -> Option<String> {
        self.sessions.iter().find_map(|session| {
            let (before, after) = (old.replay.play(session), new.replay.play(session));
            let at = before.iter().zip(&after).position(|(b, a)| match (b, a) {
                (Played::Decided(b), Played::Decided(a)) => reach_tests::changes::Behaviour::between("", b, a).is_some(),
                _ => false,
            })?;
            Some(session[..=at].join("\n"))
        })
    }
}

/// What came of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// A replayed session shows that it differs.
    Changed,
    /// It is proved to decide the same.
    Same,
    /// It could not be told.
    Unknown,
    /// It can't be compiled to a machine.
    Refused,
    /// The analysis and the machine disagree.
    Mistaken,
}

/// Compares a policy with mutants of it, on two threads. Returns what came of each, in order, and why where it is unknown.
fn outcomes(policy: &Compared, all: &[Mutant]) -> Vec<(Outcome, String, Duration)> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let found = std::sync::Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(mutant) = all.get(at) else { break };
                    let begun = Instant::now();
                    let (outcome, why) = outcome(policy, mutant);
                    let took = begun.elapsed();
                    if std::env::var("REACH_SHOW").is_ok() {
                        println!("{outcome:?} {:.1} {} {why}", took.as_secs_f64(), mutant.what);
                    }
                    found.lock().unwrap().insert(at, (outcome, why, took));
                }
            });
        }
    });
    found.into_inner().unwrap().into_values().collect()
}

fn outcome(policy: &Compared, mutant: &Mutant) -> (Outcome, String) {
    let Ok(mutant) = Compared::of(mutant.bundle.clone()) else { return (Outcome::Refused, String::new()) };
    let difference = match reach_analysis::diff(&policy.bundle, &mutant.bundle, &policy.replay, &mutant.replay, &Limits::default()) {
        Ok(difference) => difference,
        Err(why) => return (Outcome::Mistaken, why.to_string()),
    };
    match (difference.changes.first(), difference.unknown.first()) {
        (Some(change), _) => (Outcome::Changed, change.witness.events.last().cloned().unwrap_or_default()),
        (None, Some(unknown)) => (Outcome::Unknown, unknown.why.clone()),
        (None, None) => (Outcome::Same, String::new()),
    }
}

#[test]
fn every_mutant_of_a_shipped_policy_differs_by_a_replayed_step_or_is_the_same() {
    // All of them with `REACH_CASES` beyond their number.
    let most = usize::try_from(number("REACH_CASES", 4)).unwrap();
    let only = std::env::var("REACH_ONLY").unwrap_or_default();
    let mut table = String::new();
    let (mut slowest, mut which) = (Duration::ZERO, String::new());
    let mut wrong = Vec::new();
    for (name, policy) in shipped() {
        let mut all = mutants(&policy.bundle);
        all.retain(|mutant| format!("{name}, {}", mutant.what).contains(&only));
        let found = all.len();
        let step = found.div_ceil(most).max(1);
        let all: Vec<Mutant> = all.into_iter().step_by(step).collect();
        if all.is_empty() {
            continue;
        }
        println!("policies/{name}: {} of {found}", all.len());
        let evidence = Evidence::of(&policy.bundle, 1);
        let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
        for (Mutant { what, bundle }, (outcome, why, took)) in all.iter().zip(outcomes(&policy, &all)) {
            *counts.entry(outcome).or_default() += 1;
            if took > slowest {
                (slowest, which) = (took, format!("policies/{name}, {what}"));
            }
            if outcome == Outcome::Mistaken {
                wrong.push(format!("policies/{name}, {what}: {why}"));
            }
            if !matches!(outcome, Outcome::Same | Outcome::Unknown) {
                continue;
            }
            let session = evidence.against(&policy, &Compared::of(bundle.clone()).unwrap());
            match (outcome, session) {
                (Outcome::Same, Some(session)) => wrong.push(format!("policies/{name}, {what}: nothing differs, but\n{session}")),
                (_, session) => {
                    println!("{outcome:?}, {}: policies/{name}, {what}: {why}", if session.is_some() { "though it differs" } else { "no evidence" })
                }
            }
        }
        writeln!(table, "{name}: {counts:?}").unwrap();
    }
    println!("{table}the slowest took {:.2} s: {which}", slowest.as_secs_f64());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
