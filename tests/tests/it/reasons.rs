//! What would change a decision, against all steps of bundles over domains so small that every step can be tried.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use reach_engine::{Options, Session};
use reach_harness::reasons::{Asked, Found, Moment, reasons};
use reach_tests::generate::{Choices, SmallBundle, all_steps, contexts};
use reach_tests::subject::Subject;
use serde_json::{Map, Value};

use crate::analysis::{check, number};

/// A step of which only the arguments may be other ones.
fn alike(a: &Value, b: &Value) -> bool {
    ["type", "name", "facts"].iter().all(|field| a[field] == b[field])
}

fn args(step: &Value) -> Map<String, Value> {
    step["args"].as_object().cloned().unwrap_or_default()
}

/// How many arguments differ.
fn apart(a: &Value, b: &Value) -> usize {
    let (a, b) = (args(a), args(b));
    a.keys().chain(b.keys()).collect::<std::collections::BTreeSet<_>>().into_iter().filter(|name| a.get(*name) != b.get(*name)).count()
}

#[test]
fn the_smallest_change_of_a_step_of_a_small_bundle_is_the_smallest_of_all_its_steps() {
    let counts: Mutex<BTreeMap<String, usize>> = Mutex::default();
    check(number("REACH_CASES", 150), 260, 61, |tape| {
        let mut c = Choices::new(tape);
        let small = SmallBundle::generate(&mut c);
        let Ok(subject) = Subject::new([("small.reach", small.source().as_str())]) else { return Ok(()) };
        let (contexts, steps) = (contexts(&small, &small), all_steps(&small, &small));
        let past = vec![contexts[c.below(contexts.len())].clone()];
        let mut session = Session::new(Arc::clone(&subject.image), "", Options::default());
        past.iter().for_each(|event| drop(session.event(event)));
        let read: Vec<Value> = steps.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        for _ in 0..2 {
            let at = c.below(steps.len());
            let explanation = session.explain(&steps[at]).map_err(|e| e.to_string())?;
            let moment = Moment { bundle: &subject.bundle, image: Arc::clone(&subject.image), past: &past, step: &steps[at], recorded: false, entities: None };
            let shown = |what: &str| format!("{what}\n{}\n{}\n{}", past[0], steps[at], small.source());
            let told = reasons(&moment, &explanation, &Asked::default()).map_err(|e| shown(&e))?;
            for change in told.changes {
                let mut nearest: Option<usize> = None;
                for (line, other) in steps.iter().zip(&read).filter(|(_, other)| alike(other, &read[at])) {
                    let decision = session.explain(line).map_err(|e| e.to_string())?.decision;
                    // Steps whose values don't fit are no answer.
                    let fits = decision.rules.iter().all(|r| r.rule != "invalid_arguments");
                    if fits && decision.effect == change.effect {
                        nearest = Some(nearest.unwrap_or(usize::MAX).min(apart(other, &read[at])));
                    }
                }
                let kind = match (change.found, change.smallest) {
                    (Found::Found, true) => "smallest",
                    (Found::Found, false) => "found",
                    (Found::None, _) => "none",
                    (Found::Unknown, _) => "unknown",
                };
                *counts.lock().unwrap().entry(kind.to_owned()).or_default() += 1;
                let wrong = match (change.found, nearest) {
                    (Found::None, None) | (Found::Unknown, _) => None,
                    (Found::Found, Some(least)) => {
                        let line = change.event.clone().unwrap_or_default();
                        let decided = session.decide(&line).effect;
                        let event: Value = serde_json::from_str(&line).unwrap();
                        let size = change.values.len();
                        let same = decided == change.effect && alike(&event, &read[at]) && apart(&event, &read[at]) <= size;
                        let fewest = if change.smallest { size == least } else { size >= least };
                        (!same || !fewest).then_some("it is not so")
                    }
                    _ => Some("it was missed, or isn't there"),
                };
                if let Some(wrong) = wrong {
                    return Err(shown(&format!("{wrong}: {change:?}, where the nearest is {nearest:?}")));
                }
            }
        }
        Ok(())
    });
    let counts = counts.into_inner().unwrap();
    println!("{counts:?}");
    let count = |kind: &str| counts.get(kind).copied().unwrap_or(0);
    assert!(count("smallest") > 30 && count("none") > 100, "{counts:?}");
    // What can't be told is the exception.
    assert!((count("unknown") + count("found")) * 5 <= count("smallest") + count("none"), "{counts:?}");
}
