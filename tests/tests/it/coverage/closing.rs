//! Tests that are made close the gaps that they are made for; where none can be, trying every step finds none.

use std::sync::Arc;

use reach_analysis::Limits;
use reach_coverage::{Closing, Closings, Coverage, Measure, Model, Point, close, covered, measure};
use reach_harness::{Progress, TestOptions};
use reach_tests::generate::{Choices, SmallBundle, all_steps, contexts};
use reach_tests::subject::Subject;

use super::sessions;
use crate::analysis::{Count, check, number};

/// What is asked of a bundle of one source, and what was answered.
struct Asked<'s> {
    source: &'s str,
    subject: Subject,
    model: Model,
    /// What is shown already.
    base: Coverage,
    closings: Closings,
}

impl<'s> Asked<'s> {
    /// Looks for tests beside these sessions. A source that doesn't compile is none.
    fn of(source: &'s str, sessions: &[Vec<String>]) -> Result<Option<Self>, String> {
        let Ok(subject) = Subject::new([("small.reach", source)]) else { return Ok(None) };
        let model = Model::of(&subject.bundle, &subject.image).map_err(|_| "no model".to_owned())?;
        let base = cover(&subject, &model, sessions);
        let closings = close(&subject.bundle, &base, &Limits::default(), &mut |_, _| {}).map_err(|_| "no closings".to_owned())?;
        Ok(Some(Self { source, subject, model, base, closings }))
    }

    /// Returns what was answered of each gap. A test that doesn't close what it is suggested for is an error, and so is a proof where one of
    /// `every` session shows the point.
    fn answers(&self, every: &[Vec<String>]) -> Result<Vec<(Point, &Closing)>, String> {
        let every = cover(&self.subject, &self.model, every);
        let mut out = Vec::new();
        for point in self.model.points().into_iter().filter(|point| !self.base.shows(*point)) {
            let wrong = |what: &str| Err(format!("{point:?} {what}\n{:#?}\n{}", self.closings.tests, self.source));
            let Some(closing) = self.closings.points.get(&point) else { return wrong("is not spoken of") };
            match closing {
                Closing::Tests(names) if !self.closes(point, names)? => return wrong("is not closed"),
                Closing::Impossible if every.shows(point) => return wrong("is said to be impossible, and is not"),
                Closing::Unknown(why) if std::env::var("REACH_SHOW").is_ok() => println!("{point:?} {why:?}\n{}", self.source),
                _ => {}
            }
            out.push((point, closing));
        }
        Ok(out)
    }

    /// Tells whether tests pass, and show a point together with what is shown already.
    fn closes(&self, point: Point, names: &[String]) -> Result<bool, String> {
        let texts = self.closings.tests.iter().filter(|test| names.contains(&test.name)).map(|test| test.text.as_str());
        let source: String = std::iter::once(self.source).chain(texts).collect();
        let with = Subject::new([("small.reach", source.as_str())])?;
        let model = Model::of(&with.bundle, &with.image).map_err(|_| "no model".to_owned())?;
        let (report, mut coverage) = measure(&with.image, &with.bundle, &model, &TestOptions { jobs: 1, ..TestOptions::default() }, &Progress::UNSEEN);
        coverage.join(&self.base);
        Ok(report.ok() && report.passed == names.len() && coverage.shows(point))
    }
}

/// Returns what sessions show.
fn cover(subject: &Subject, model: &Model, sessions: &[Vec<String>]) -> Coverage {
    let mut coverage = Coverage::none(model);
    sessions.iter().for_each(|session| coverage.join(&covered(&subject.image, model, session)));
    coverage
}

/// How many gaps there were, by what was answered.
struct Answered {
    closed: Count,
    impossible: Count,
    unknown: Count,
}

impl Answered {
    const fn new() -> Self {
        Self { closed: Count::new(), impossible: Count::new(), unknown: Count::new() }
    }

    fn add(&self, closing: &Closing) {
        match closing {
            Closing::Tests(_) => self.closed.add(1),
            Closing::Impossible => self.impossible.add(1),
            Closing::Unknown(_) => self.unknown.add(1),
        }
    }

    /// Fails where too little was closed, or more than so many of a hundred gaps are not known.
    fn is_enough(&self, what: &str, closed: u64, unknown_percent: u64) {
        let (tests, proofs, unknown) = (self.closed.get(), self.impossible.get(), self.unknown.get());
        println!("{what}: {tests} gaps closed, {proofs} impossible, {unknown} not known");
        assert!(tests >= closed, "{what}: too few are closed");
        assert!(unknown * 100 <= (tests + proofs + unknown) * unknown_percent, "{what}: too much is not known");
    }
}

#[test]
fn each_gap_of_a_small_bundle_is_closed_by_its_tests_or_by_no_step_at_all() {
    let bundles = Count::new();
    let [all, elements, boundaries] = [const { Answered::new() }; 3];
    check(number("REACH_CASES", 300), 260, 71, |tape| {
        let mut c = Choices::new(tape);
        let small = SmallBundle::generate(&mut c);
        let source = small.source();
        let sessions = sessions(&small, &mut c, 4);
        let Some(asked) = Asked::of(&source, &sessions)? else { return Ok(()) };
        bundles.add(1);
        let steps = all_steps(&small, &small);
        let every: Vec<Vec<String>> =
            contexts(&small, &small).into_iter().map(|context| std::iter::once(context).chain(steps.iter().cloned()).collect()).collect();
        for (point, closing) in asked.answers(&every)? {
            let element = match point {
                Point::Condition(at, _) | Point::Independence(at) => asked.model.conditions[at].element,
                _ => false,
            };
            all.add(closing);
            if element {
                elements.add(closing);
            }
            if point.measure() == Measure::Boundaries {
                boundaries.add(closing);
            }
        }
        Ok(())
    });
    println!("{} bundles", bundles.get());
    all.is_enough("all", 5 * bundles.get(), 4);
    elements.is_enough("conditions on elements", bundles.get() / 5, 10);
    boundaries.is_enough("boundaries", bundles.get() / 5, 6);
}

/// Returns a bundle with budgets over so few values that every session of two steps, with a usage between them, can be tried.
fn with_budgets(c: &mut Choices<'_>) -> String {
    let mut out = "tool t(n: int where it >= 0 and it <= 3, b: bool)\ntool u(n: int where it >= 0 and it <= 3, b: bool)\n".to_owned();
    for budget in ["x", "y"].iter().take(1 + c.below(2)) {
        let (limit, scope) = (*c.pick(&["0", "1", "3", "4", "7"]), *c.pick(&["session", "agent", "session over 1h"]));
        let opening = *c.pick(&["", "", "", " opening 2", " opening 5"]);
        out.push_str(&format!("budget {budget}: int limit {limit} per {scope}{opening}\n"));
        for target in ["t", "u"] {
            if c.chance(70) {
                let by = *c.pick(&["args.n", "2", "args.n + 1", "0", "5", "if args.b then 3 else 1"]);
                let when = *c.pick(&["", "", " when args.b", " when args.n > 1", " when count(call t) > 0"]);
                out.push_str(&format!("charge {budget} by {by} on {target}{when}\n"));
            }
        }
    }
    let effect = |c: &mut Choices<'_>| *c.pick(&["permit", "permit", "ask"]);
    let when = |c: &mut Choices<'_>| *c.pick(&["", "\n  when args.n <= 1", "\n  when args.b", "\n  when count(call t) < 1", "\n  when args.n > 5"]);
    out.push_str(&format!("{} first\n  on t{}\n{} second\n  on u{}\n", effect(c), when(c), effect(c), when(c)));
    out
}

/// Returns every session of a step, a person's answer, a usage, and a step.
fn spending() -> Vec<Vec<String>> {
    let steps = |id: &str| {
        let mut all = Vec::new();
        for name in ["t", "u"] {
            for n in 0..4 {
                all.extend(
                    [true, false].map(|b| format!(r#"{{"type":"call","id":"{id}","name":"{name}","args":{{"n":{n},"b":{b}}},"at":"2026-01-01T00:00:00Z"}}"#)),
                );
            }
        }
        all
    };
    let (first, second) = (steps("a"), steps("b"));
    let approval = r#"{"type":"approval","step":"a","granted":true,"by":"ann@x.example","at":"2026-01-01T00:00:00Z"}"#;
    let mut all = Vec::new();
    for one in &first {
        for used in 0..9 {
            for budget in ["x", "y"] {
                let usage = format!(r#"{{"type":"usage","step":"a","charges":{{"{budget}":{used}}},"at":"2026-01-01T00:00:00Z"}}"#);
                all.extend(second.iter().map(|two| vec![one.clone(), approval.to_owned(), usage.clone(), two.clone()]));
            }
        }
    }
    all
}

#[test]
fn what_budgets_say_is_shown_by_tests_or_by_no_session_at_all() {
    let bundles = Count::new();
    let budgets = Answered::new();
    let every = spending();
    check(number("REACH_CASES", 40), 40, 72, |tape| {
        let source = with_budgets(&mut Choices::new(tape));
        let Some(asked) = Asked::of(&source, &[])? else { return Ok(()) };
        bundles.add(1);
        for (point, closing) in asked.answers(&every)? {
            if point.measure() == Measure::Budgets {
                budgets.add(closing);
            }
        }
        Ok(())
    });
    println!("{} bundles", bundles.get());
    budgets.is_enough("budgets", bundles.get() * 3 / 2, 10);
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
        let mut unknown = 0;
        for of in Measure::ALL {
            let answers = || closings.points.iter().filter(|(point, _)| point.measure() == of);
            let count = |is: &dyn Fn(&Closing) -> bool| answers().filter(|(_, closing)| is(closing)).count();
            let open = count(&|closing| matches!(closing, Closing::Unknown(_)));
            let (tests, proofs) = (count(&|closing| matches!(closing, Closing::Tests(_))), count(&|closing| *closing == Closing::Impossible));
            println!("{name}, {}: {tests} closed, {proofs} impossible, {open} not known", of.word());
            unknown += open;
            if std::env::var("REACH_SHOW").is_ok() {
                answers().filter(|(_, closing)| matches!(closing, Closing::Unknown(_))).for_each(|gap| println!("{gap:?}"));
            }
        }
        assert!(unknown * 10 <= closings.points.len(), "{name}: {unknown} gaps are not known");
    }
}
