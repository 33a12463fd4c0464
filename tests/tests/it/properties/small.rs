//! Bundles over domains so small that every step can be tried in every context: what generation finds, what it misses, and what it says.

use reach_analysis::{Limits, Play, Played, Verdict};
use reach_codes::Sources;
use reach_harness::{PropertyOptions, Status, TestOptions, run_tests};
use reach_tests::changes::Compared;
use reach_tests::generate::{Choices, SmallBundle, claim};
use reach_tests::subject::Subject;

use crate::analysis::exhaustive::broken;
use crate::analysis::{Count, check, number};

#[test]
fn what_breaks_a_property_of_a_small_bundle_is_found_mostly_and_never_made_up() {
    let [holding, found, missed, vacuous, wrongly_vacuous, refused, plays] = [const { Count::new() }; 7];
    check(number("REACH_CASES", 400), 260, 71, |tape| {
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
        let mut bundle = claimed.bundle.clone();
        bundle.properties = vec![claimed.claim.clone()];
        let subject = Compared::of(bundle.clone())?;
        let image = reach_compiler::lower::lower(&bundle).map_err(|d| d.message)?.verify().map_err(|e| e.to_string())?;
        let options = TestOptions { jobs: 1, properties: PropertyOptions { seed: 1, cases: Some(400) }, ..TestOptions::default() };
        let report = run_tests(std::sync::Arc::new(image), &bundle, &options);
        let [test] = report.tests.as_slice() else { return Err(format!("{} tests\n{}", report.tests.len(), shown())) };
        let run = test.property.as_ref().ok_or_else(|| format!("no run: {:?}\n{}", test.failures, shown()))?;
        plays.add(run.cases as usize);
        let breaks = broken(&small, &subject, &text, &claimed.claim)?;
        match (&run.broken, breaks) {
            (Some(made), Some(_)) => {
                found.add(1);
                match &made.test {
                    Some(tried) => fails(&small, tried).map_err(|why| format!("{why}\n{tried}\n{}", shown()))?,
                    // No test can expect a permit there.
                    None if text.contains("undeclared") || text.contains('*') => {}
                    None => return Err(format!("there is no test: {:?}\n{}", made.no_test, shown())),
                }
                smallest(&claimed.bundle, &claimed.claim, &made.events).map_err(|why| format!("{why}\n{:?}\n{}", made.session, shown()))?;
            }
            (Some(made), None) => return Err(format!("no step breaks it: {:?}\n{}", made.session, shown())),
            (None, Some(step)) => {
                missed.add(1);
                if std::env::var("REACH_SHOW").is_ok() {
                    println!("missed ({} of {} met): {step}\n{}", run.met, run.cases, shown());
                }
            }
            (None, None) => holding.add(1),
        }
        if let Some(why) = &run.vacuous {
            vacuous.add(1);
            // What is said to be proved is that no step comes under it.
            let says_so = why.contains("proved");
            let never = ["never permit", "always permit"].iter().all(|head| {
                let rest = text.split(' ').skip(2).collect::<Vec<_>>().join(" ");
                proved(&small, &format!("{head} {rest}"))
            });
            if says_so && !never {
                return Err(format!("some step comes under it\n{}", shown()));
            }
            wrongly_vacuous.add(usize::from(!says_so));
        }
        Ok(())
    });
    let broken = found.get() + missed.get();
    println!(
        "{} hold, {} of {broken} that are broken are found ({} sessions); {} are about no step, {} of them without a proof; {} refused",
        holding.get(),
        found.get(),
        plays.get(),
        vacuous.get(),
        wrongly_vacuous.get(),
        refused.get()
    );
    assert!(found.get() * 100 >= broken * 97, "{} of {broken}", found.get());
}

fn proved(small: &SmallBundle, text: &str) -> bool {
    let mut sources = Sources::new();
    sources.add("small.reach", small.source());
    let claimed = reach_compiler::claim(sources, text.trim_end_matches(" and not approved")).unwrap();
    let watched = Compared::of(reach_analysis::watched(&claimed.bundle, &claimed.claim)).unwrap();
    let proof = reach_analysis::prove(&claimed.bundle, &claimed.claim, &watched.replay, &Limits::default());
    // Of `never permit` what is asked counts too, so that all that is known is that no step is permitted.
    proof.verdict != Verdict::Violated || proof.decided.is_some_and(|d| d.rules.iter().any(|r| r.rule == "person"))
}

/// Tells whether a test that was printed compiles with its bundle, and fails there by its last step alone.
fn fails(small: &SmallBundle, test: &str) -> Result<(), String> {
    let source = format!("{}\n{test}", small.source());
    let subject = Subject::new([("small.reach", source.as_str())])?;
    let report = run_tests(subject.image, &subject.bundle, &TestOptions { jobs: 1, ..TestOptions::default() });
    let [test] = report.tests.as_slice() else { return Err(format!("{} tests", report.tests.len())) };
    match (test.status, test.failures.as_slice()) {
        (Status::Failed, [failure]) if subject.bundle.tests[0].items.last().is_some_and(|item| item.event == failure.event) => Ok(()),
        (status, failures) => Err(format!("{status:?} by {failures:?}")),
    }
}

/// Tells whether no event and no field of a session that breaks a claim can be left out.
fn smallest(bundle: &reach_compiler::ir::Bundle, claim: &reach_compiler::ir::Claim, events: &[String]) -> Result<(), String> {
    let watched = Compared::of(reach_analysis::watched(bundle, claim))?;
    let breaks = |events: &[String]| {
        let played = watched.replay.play(events);
        let about = |played: &Played| matches!(played, Played::Decided(d) if d.advisory.iter().any(|name| name == "<claim>"));
        let fits = played.iter().all(|p| !matches!(p, Played::Rejected(_)));
        let approved = events.last().is_some_and(|e| e.contains("\"approval\"")) && played.len() >= 2 && about(&played[played.len() - 2]);
        fits && (played.last().is_some_and(about) || approved) && matches!(played.last(), Some(Played::Decided(d)) if reach_analysis::violates(claim, d))
    };
    if !breaks(events) {
        return Err("it doesn't break the claim".to_owned());
    }
    for at in 0..events.len() - 1 {
        let mut fewer = events.to_vec();
        fewer.remove(at);
        if breaks(&fewer) {
            return Err(format!("event {at} is not needed"));
        }
    }
    for (at, event) in events.iter().enumerate() {
        let event: serde_json::Value = serde_json::from_str(event).unwrap();
        for part in ["args", "facts", "context"] {
            for name in event.get(part).and_then(|p| p.as_object()).into_iter().flat_map(|o| o.keys()) {
                let mut fewer = event.clone();
                fewer[part].as_object_mut().unwrap().remove(name);
                let mut events = events.to_vec();
                events[at] = fewer.to_string();
                if breaks(&events) {
                    return Err(format!("{part}.{name} of event {at} is not needed"));
                }
            }
        }
    }
    Ok(())
}
