//! Tests that are made close the gaps that they are made for; where none can be, trying every step finds none.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_analysis::Limits;
use reach_coverage::{Closing, Coverage, Measure, Model, Point, close, covered, measure};
use reach_harness::{Progress, TestOptions};
use reach_tests::generate::{Choices, SmallBundle, all_steps, contexts};
use reach_tests::subject::Subject;

use super::sessions;
use crate::analysis::{Count, check, number};

#[test]
fn each_gap_of_a_small_bundle_is_closed_by_its_tests_or_by_no_step_at_all() {
    let [bundles, closed, impossible, unknown, elements] = [const { Count::new() }; 5];
    check(number("REACH_CASES", 300), 260, 71, |tape| {
        let mut c = Choices::new(tape);
        let small = SmallBundle::generate(&mut c);
        let Ok(subject) = Subject::new([("small.reach", small.source().as_str())]) else { return Ok(()) };
        bundles.add(1);
        let sessions = sessions(&small, &mut c, 4);
        let model = Model::of(&subject.bundle, &subject.image).map_err(|_| "no model".to_owned())?;
        let cover = |sessions: &[Vec<String>]| {
            let mut coverage = Coverage::none(&model);
            sessions.iter().for_each(|session| coverage.join(&covered(&subject.image, &model, session)));
            coverage
        };
        let base = cover(&sessions);
        let closings = close(&subject.bundle, &base, &Limits::default(), &mut |_, _| {}).map_err(|_| "no closings".to_owned())?;
        let steps = all_steps(&small, &small);
        let every: Vec<Vec<String>> =
            contexts(&small, &small).into_iter().map(|context| std::iter::once(context).chain(steps.iter().cloned()).collect()).collect();
        let every = cover(&every);
        let shown = |what: String| Err(format!("{what}\n{:#?}\n{}\n{}", closings.tests, small.source(), sessions.concat().join("\n")));
        let texts: BTreeMap<&str, &str> = closings.tests.iter().map(|test| (test.name.as_str(), test.text.as_str())).collect();
        for point in model.points().into_iter().filter(|point| !base.shows(*point)) {
            match closings.points.get(&point) {
                Some(Closing::Tests(names)) => {
                    let mut source = small.source();
                    names.iter().for_each(|name| source.push_str(texts[name.as_str()]));
                    let with = Subject::new([("small.reach", source.as_str())])?;
                    let model = Model::of(&with.bundle, &with.image).map_err(|_| "no model".to_owned())?;
                    let (report, mut coverage) =
                        measure(&with.image, &with.bundle, &model, &TestOptions { jobs: 1, ..TestOptions::default() }, &Progress::UNSEEN);
                    coverage.join(&base);
                    if !report.ok() || !coverage.shows(point) {
                        return shown(format!("{point:?} is not closed: {report:?}"));
                    }
                    closed.add(1);
                }
                Some(Closing::Impossible) if every.shows(point) => return shown(format!("{point:?} is said to be impossible, and is not")),
                Some(Closing::Impossible) => impossible.add(1),
                Some(Closing::Unknown(why)) if why.iter().any(|why| why.contains("elements")) => elements.add(1),
                Some(Closing::Unknown(why)) => {
                    if std::env::var("REACH_SHOW").is_ok() {
                        println!("{point:?} {why:?}\n{}", small.source());
                    }
                    unknown.add(1);
                }
                None => return shown(format!("nothing is said of {point:?}")),
            }
        }
        Ok(())
    });
    println!(
        "{} bundles: {} gaps closed, {} impossible, {} not known, {} about elements of lists",
        bundles.get(),
        closed.get(),
        impossible.get(),
        unknown.get(),
        elements.get()
    );
    assert!(closed.get() > 5 * bundles.get() && impossible.get() > bundles.get() / 10);
    assert!(unknown.get() * 20 <= closed.get() + impossible.get(), "too much is not known");
}

#[test]
fn each_gap_of_the_shipped_policies_is_closed_by_the_tests_that_are_suggested() {
    // Those with long histories take a minute each.
    let quick = ["agents/banking", "banking", "database", "support", "web"];
    for (name, files) in crate::policies::bundles().into_iter().filter(|(name, _)| quick.contains(&name.as_str())) {
        let subject = Subject::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
        let model = Model::of(&subject.bundle, &subject.image).unwrap();
        // Without their own tests nothing is covered, and everything must be found.
        let nothing = Coverage::none(&model);
        let closings = close(&subject.bundle, &nothing, &Limits::default(), &mut |_, _| {}).unwrap();
        let more: String = closings.tests.iter().map(|test| format!("{}\n", test.text)).collect();
        let without = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain([("zz-suggested.reach", more.as_str())]);
        let with = Subject::new(without).unwrap();
        let model = Model::of(&with.bundle, &with.image).unwrap();
        let options = TestOptions::default();
        let mut bundle = with.bundle.clone();
        bundle.tests.retain(|test| closings.tests.iter().any(|suggested| suggested.name == test.name));
        bundle.rules.iter_mut().for_each(|rule| rule.examples.clear());
        bundle.properties.clear();
        let (report, coverage) = measure(&Arc::clone(&with.image), &bundle, &model, &options, &Progress::UNSEEN);
        assert_eq!((report.failed, report.passed), (0, closings.tests.len()), "{name}");
        let found = |point: &Point| matches!(closings.points.get(point), Some(Closing::Tests(_)));
        let missed: Vec<Point> = model.points().into_iter().filter(|point| found(point) && !coverage.shows(*point)).collect();
        assert!(missed.is_empty(), "{name}: {missed:?}");
        let conditions = model.points().into_iter().filter(|point| point.measure() == Measure::Conditions);
        let (shown, all) = conditions.fold((0, 0), |(shown, all), point| (shown + usize::from(found(&point)), all + 1));
        println!("{name}: {} tests, {shown} of {all} outcomes of conditions", closings.tests.len());
    }
}
