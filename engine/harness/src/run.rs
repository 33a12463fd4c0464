//! The runner.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reach_codes::table::event as codes;
use reach_codes::{Position, Sources, Span};
use reach_compiler::ir::{self, Test, TestItem};
use reach_engine::{Explanation, ObservationError, Options, Outcome, Session, Sightings, Truth, VerifiedImage};

use crate::expect::{Steps, actual, expected, fits};
use crate::report::{EventFailure, Report, Status, TestKind, TestReport};

/// What to run, and how.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// Runs only tests whose name holds this text.
    pub filter: Option<String>,
    /// Stops after the first failure, in source order.
    pub fail_fast: bool,
    /// How many threads; 0 is as many as the machine has.
    pub jobs: usize,
}

/// Sees what tests see while they run. With `()` nothing is noted and nothing is told.
pub trait Watcher: Send {
    /// Whether it wants to be told.
    const WATCHES: bool = true;

    /// An event of a test was decided. `test` is its number in the report, `event` that of the event in the test.
    fn decided(&mut self, test: usize, event: usize, seen: &Sightings);
}

impl Watcher for () {
    const WATCHES: bool = false;

    fn decided(&mut self, _: usize, _: usize, _: &Sightings) {}
}

/// Runs the tests, examples and counterexamples of a bundle. The same bundle and options make the same report, in source order, whatever `jobs` is.
#[must_use]
pub fn run_tests(image: Arc<VerifiedImage>, bundle: &ir::Bundle, options: &TestOptions) -> Report {
    run_tests_timed(image, bundle, options, &|| Duration::ZERO)
}

/// As [`run_tests`]; `clock` tells the time since any beginning, for the durations, which nothing else depends on.
#[must_use]
pub fn run_tests_timed(image: Arc<VerifiedImage>, bundle: &ir::Bundle, options: &TestOptions, clock: &(dyn Fn() -> Duration + Sync)) -> Report {
    run_tests_watched(image, bundle, options, clock, &|| ()).0
}

/// As [`run_tests_timed`]; each thread makes a watcher of its own, which sees every decision of the tests that it runs.
#[must_use]
pub fn run_tests_watched<W: Watcher>(
    image: Arc<VerifiedImage>,
    bundle: &ir::Bundle,
    options: &TestOptions,
    clock: &(dyn Fn() -> Duration + Sync),
    watcher: &(dyn Fn() -> W + Sync),
) -> (Report, Vec<W>) {
    let all = cases(bundle);
    let found = all.len();
    let wanted = |name: &str| options.filter.as_deref().is_none_or(|f| name.contains(f));
    let cases: Vec<Case<'_>> = all.into_iter().filter(|c| wanted(&c.name)).collect();
    let filtered_out = found - cases.len();
    let (mut done, watchers) = run_all(&image, &bundle.sources, &cases, options, clock, watcher);
    done.sort_by_key(|(index, _)| *index);
    let first_failure = done.iter().find(|(_, t)| t.status == Status::Failed).map(|(index, _)| *index);
    let mut finished = done.into_iter().peekable();
    let mut tests = Vec::with_capacity(cases.len());
    for (index, case) in cases.iter().enumerate() {
        let result = finished.next_if(|(i, _)| *i == index).map(|(_, test)| test);
        let after = options.fail_fast && first_failure.is_some_and(|first| index > first);
        tests.push(match result {
            // What ran beside the first failure is not told, so that the report is the same whatever ran in parallel.
            Some(test) if !after => test,
            _ => case.report(&bundle.sources, Status::Skipped, Vec::new(), Duration::ZERO),
        });
    }
    let count = |status| tests.iter().filter(|t| t.status == status).count();
    let report = Report { passed: count(Status::Passed), failed: count(Status::Failed), skipped: count(Status::Skipped), filtered_out, tests };
    (report, watchers)
}

/// A test, or an example of a rule.
struct Case<'b> {
    kind: TestKind,
    name: String,
    span: Span,
    what: What<'b>,
}

enum What<'b> {
    Test(&'b Test),
    Example { rule: &'b ir::Rule, event: &'b str },
}

/// Returns all tests in source order.
fn cases(bundle: &ir::Bundle) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> =
        bundle.tests.iter().map(|test| Case { kind: TestKind::Test, name: test.name.clone(), span: test.span, what: What::Test(test) }).collect();
    for rule in &bundle.rules {
        let (mut examples, mut counterexamples) = (0, 0);
        for example in &rule.examples {
            let (kind, word, number) = if example.counter {
                counterexamples += 1;
                (TestKind::Counterexample, "counterexample", counterexamples)
            } else {
                examples += 1;
                (TestKind::Example, "example", examples)
            };
            let name = format!("{}: {word} {number}", rule.name);
            cases.push(Case { kind, name, span: example.span, what: What::Example { rule, event: &example.event } });
        }
    }
    // Stable, so that the rows of a table, which have one place, stay in order.
    cases.sort_by_key(|c| (c.span.file, c.span.start));
    cases
}

fn run_all<W: Watcher>(
    image: &Arc<VerifiedImage>,
    sources: &Sources,
    cases: &[Case<'_>],
    options: &TestOptions,
    clock: &(dyn Fn() -> Duration + Sync),
    watcher: &(dyn Fn() -> W + Sync),
) -> (Vec<(usize, TestReport)>, Vec<W>) {
    let jobs = if options.jobs == 0 { std::thread::available_parallelism().map_or(1, std::num::NonZero::get) } else { options.jobs };
    let (next, first_failure) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
    let work = || {
        let (mut done, mut watcher) = (Vec::new(), watcher());
        loop {
            let index = next.fetch_add(1, Ordering::SeqCst);
            let Some(case) = cases.get(index) else { return (done, watcher) };
            if options.fail_fast && index > first_failure.load(Ordering::SeqCst) {
                return (done, watcher);
            }
            let start = clock();
            let failures = case.run(image, sources, &mut Watch { test: index, watcher: &mut watcher });
            let status = if failures.is_empty() { Status::Passed } else { Status::Failed };
            if status == Status::Failed {
                first_failure.fetch_min(index, Ordering::SeqCst);
            }
            done.push((index, case.report(sources, status, failures, clock().saturating_sub(start))));
        }
    };
    let threads = jobs.clamp(1, 256).min(cases.len().max(1));
    if threads == 1 {
        let (done, watcher) = work();
        return (done, vec![watcher]);
    }
    let (mut all, mut watchers) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for (done, watcher) in running.into_iter().filter_map(|thread| thread.join().ok()) {
            all.extend(done);
            watchers.push(watcher);
        }
    });
    (all, watchers)
}

/// What tells a watcher of a test.
struct Watch<'w, W> {
    test: usize,
    watcher: &'w mut W,
}

impl<W: Watcher> Watch<'_, W> {
    fn options() -> Options {
        Options { observe: W::WATCHES, ..Options::default() }
    }

    fn event(&mut self, event: usize, session: &Session) {
        if let Some(seen) = session.sightings().filter(|seen| seen.effect().is_some()) {
            self.watcher.decided(self.test, event, seen);
        }
    }
}

impl Case<'_> {
    fn report(&self, sources: &Sources, status: Status, failures: Vec<EventFailure>, duration: Duration) -> TestReport {
        let at = Place::of(sources, self.span);
        TestReport { kind: self.kind, name: self.name.clone(), file: at.file, line: at.position.line, status, failures, duration }
    }

    fn run<W: Watcher>(&self, image: &Arc<VerifiedImage>, sources: &Sources, watch: &mut Watch<'_, W>) -> Vec<EventFailure> {
        match &self.what {
            What::Test(test) => run_test(image, sources, test, watch),
            What::Example { rule, event } => run_example(image, sources, (rule, event), (self.span, self.kind == TestKind::Counterexample), watch),
        }
    }
}

/// Where something stands, for people.
struct Place {
    file: String,
    position: Position,
}

impl Place {
    fn of(sources: &Sources, span: Span) -> Self {
        Self { file: sources.get(span.file).map(|f| f.name.clone()).unwrap_or_default(), position: sources.position(span) }
    }
}

fn failure(sources: &Sources, span: Span, event: &str, expected: String, actual: String, explanation: Option<Explanation>) -> EventFailure {
    let at = Place::of(sources, span);
    EventFailure {
        file: at.file,
        line: at.position.line,
        column: at.position.column,
        event: event.to_owned(),
        expected,
        actual,
        explanation: explanation.map(Box::new),
    }
}

fn run_test<W: Watcher>(image: &Arc<VerifiedImage>, sources: &Sources, test: &Test, watch: &mut Watch<'_, W>) -> Vec<EventFailure> {
    let mut session = Session::new(Arc::clone(image), "", Watch::<W>::options());
    let mut failures = Vec::new();
    let steps = Steps::of(&test.items);
    for (index, item) in test.items.iter().enumerate() {
        let outcome = session.event(&item.event);
        watch.event(index, &session);
        match (&item.expect, outcome) {
            (Some(expect), Outcome::Decision(decision)) => {
                let step = steps.decided(&item.event);
                if !fits(expect, &decision, step) {
                    let said = actual(expect, &decision, step);
                    failures.push(failure(sources, item.span, &item.event, expected(expect), said, explain(image, &test.items, index)));
                }
            }
            // An answer that is not taken leaves the step waiting, as it was decided.
            (Some(expect), Outcome::Rejected(error)) if expect.effect == "ask" && expect.by.is_empty() && is_answer_not_taken(&error) => {}
            (Some(expect), Outcome::Rejected(error) | Outcome::LeftOut(error)) => {
                let said = format!("no decision: {}", wrong(&error));
                failures.push(failure(sources, item.span, &item.event, expected(expect), said, None));
            }
            (Some(expect), Outcome::Observed) => {
                failures.push(failure(sources, item.span, &item.event, expected(expect), "no decision: nothing was asked".into(), None));
            }
            (None, Outcome::Rejected(error) | Outcome::LeftOut(error)) => {
                failures.push(failure(sources, item.span, &item.event, "an observation that fits".into(), wrong(&error), None));
            }
            (None, Outcome::Decision(_) | Outcome::Observed) => {}
        }
    }
    failures
}

fn is_answer_not_taken(error: &ObservationError) -> bool {
    [codes::APPROVER_NOT_ACCEPTED, codes::APPROVAL_LAPSED].contains(&error.code)
}

fn wrong(error: &ObservationError) -> String {
    format!("{} {}: {}", error.code.number(), error.name, error.message)
}

/// Runs a test again up to an event, and explains that, if it is a step: what is decided upon an approval has no explanation.
fn explain(image: &Arc<VerifiedImage>, items: &[TestItem], index: usize) -> Option<Explanation> {
    if !Session::is_step(&items.get(index)?.event) {
        return None;
    }
    let mut session = Session::new(Arc::clone(image), "", Options { trace: true, ..Options::default() });
    for item in items.get(..index)? {
        let _ = session.event(&item.event);
    }
    session.explain(&items.get(index)?.event).ok()
}

fn run_example<W: Watcher>(
    image: &Arc<VerifiedImage>,
    sources: &Sources,
    (rule, event): (&ir::Rule, &str),
    (span, counter): (Span, bool),
    watch: &mut Watch<'_, W>,
) -> Vec<EventFailure> {
    let mut session = Session::new(Arc::clone(image), "", Watch::<W>::options());
    let expected = if counter { format!("a step that `{}` doesn't match", rule.name) } else { format!("a step that `{}` matches", rule.name) };
    let Ok(explanation) = session.explain(event) else {
        return vec![failure(sources, span, event, expected, "the event is no step".into(), None)];
    };
    watch.event(0, &session);
    let looked = explanation.rules.iter().find(|r| r.rule == rule.name);
    let said = match looked {
        Some(rule) if counter && !rule.matched => return Vec::new(),
        Some(rule) if !counter && rule.value == Truth::True => return Vec::new(),
        Some(looked) => format!("`{}` {}", looked.rule, looked.why),
        None if !explanation.rules.is_empty() || decided_without_rules(&explanation) => {
            if counter {
                return Vec::new();
            }
            format!("`{}` is not looked at for this step", rule.name)
        }
        None => explanation.decision.rules.first().map_or_else(String::new, |r| {
            let message = r.message.as_deref().unwrap_or_default();
            format!("{} by {}: {message}", explanation.decision.effect.word(), r.rule)
        }),
    };
    vec![failure(sources, span, event, expected, said, Some(explanation))]
}

/// Returns whether the step was fit to be decided, though no rule is about it.
fn decided_without_rules(explanation: &Explanation) -> bool {
    explanation.decision.rules.iter().all(|r| matches!(r.rule.as_str(), "default" | "undeclared"))
}
