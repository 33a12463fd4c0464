//! The policies that ship, against themselves, and against what differs in one place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use reach_analysis::{Difference, Limits, Play, Played};
use reach_compiler::ir::Bundle;
use reach_tests::changes::Compared;
use reach_tests::generate::Choices;
use reach_tests::mutants::{Mutant, mutants};
use serde_json::{Map, Value};

use super::number;
use crate::policies::bundles;

pub(super) fn shipped() -> Vec<(String, Compared)> {
    let compile = |files: Vec<(String, String)>| reach_tests::subject::compile_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
    bundles().into_iter().map(|(name, files)| (name, Compared::of(compile(files)).unwrap())).collect()
}

pub(super) fn diff(old: &Compared, new: &Compared) -> Difference {
    reach_analysis::diff(&old.bundle, &new.bundle, &old.replay, &new.replay, &Limits::default()).unwrap()
}

pub(super) fn is_equal(name: &str, what: &str, difference: &Difference) {
    let shown: Vec<_> = difference.changes.iter().map(|c| (&c.step, c.kind, &c.witness)).collect();
    assert!(shown.is_empty() && difference.unknown.is_empty(), "policies/{name}, {what}: {shown:#?}\n{:#?}", difference.unknown);
}

#[test]
fn a_shipped_policy_does_not_differ_from_itself() {
    for (name, policy) in shipped() {
        is_equal(&name, "itself", &diff(&policy, &policy));
    }
}

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

#[test]
#[ignore = "takes minutes while command lines and queries are slow to compare: run it by name"]
fn every_mutant_of_a_shipped_policy_differs_by_a_replayed_step_or_is_the_same_as_far_as_can_be_tried() {
    // All of them with `REACH_CASES` beyond their number.
    let most = usize::try_from(number("REACH_CASES", 4)).unwrap();
    let mut table = String::new();
    let (mut slowest, mut which) = (Duration::ZERO, String::new());
    let mut wrong = Vec::new();
    for (name, policy) in shipped() {
        let all = mutants(&policy.bundle);
        let found = all.len();
        let step = found.div_ceil(most).max(1);
        let evidence = Evidence::of(&policy.bundle, 1);
        let (mut changed, mut same, mut unknown, mut refused) = (0, 0, 0, 0);
        for Mutant { what, bundle } in all.into_iter().step_by(step) {
            let Ok(mutant) = Compared::of(bundle) else {
                refused += 1;
                continue;
            };
            let begun = Instant::now();
            let difference = match reach_analysis::diff(&policy.bundle, &mutant.bundle, &policy.replay, &mutant.replay, &Limits::default()) {
                Ok(difference) => difference,
                Err(why) => {
                    wrong.push(format!("policies/{name}, {what}: {why}"));
                    continue;
                }
            };
            let took = begun.elapsed();
            if std::env::var("REACH_SHOW").is_ok() && took > Duration::from_secs(5) {
                println!("{:.1} s: policies/{name}, {what}", took.as_secs_f64());
            }
            if took > slowest {
                (slowest, which) = (took, format!("policies/{name}, {what}"));
            }
            if !difference.changes.is_empty() {
                changed += 1;
            } else if !difference.unknown.is_empty() {
                if std::env::var("REACH_SHOW").is_ok() {
                    println!("unknown: policies/{name}, {what}: {:?}", difference.unknown.first());
                }
                unknown += 1;
            } else {
                same += 1;
                if let Some(session) = evidence.against(&policy, &mutant) {
                    wrong.push(format!("policies/{name}, {what}: nothing differs, but\n{session}"));
                } else if std::env::var("REACH_SHOW").is_ok() {
                    println!("the same: policies/{name}, {what}");
                }
            }
        }
        writeln!(table, "{name}: {changed} changed, {same} the same, {unknown} unknown, {refused} refused").unwrap();
    }
    println!("{table}the slowest took {:.2} s: {which}", slowest.as_secs_f64());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
