//! The runner.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reach_codes::table::event as codes;
use reach_codes::{Position, Sources, Span};
use reach_compiler::ir::{self, Test, TestItem};
use reach_engine::{Explanation, ObservationError, Options, Outcome, Session, Sightings, Truth, VerifiedImage};

use crate::expect::{Steps, actual, expected, fits};
use crate::property::{Properties, PropertyOptions, PropertyRun};
use crate::report::{EventFailure, Report, Status, TestKind, TestReport};
use crate::stage::begin;

/// What to run, and how.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// Runs only tests whose name holds this text.
    pub filter: Option<String>,
    /// Stops after the first failure, in source order.
    pub fail_fast: bool,
    /// How many threads; 0 is as many as the machine has.
    pub jobs: usize,
    /// How properties are tested.
    pub properties: PropertyOptions,
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

/// Runs the tests, examples, counterexamples and properties of a bundle. The same bundle and options make the same report, in source order, whatever `jobs` is.
#[must_use]
pub fn run_tests(image: Arc<VerifiedImage>, bundle: &ir::Bundle, options: &TestOptions) -> Report {
    run_tests_timed(image, bundle, options, &Progress::UNSEEN)
}

/// What somebody sees of a run while it lasts. Nothing of what is tested depends on it.
#[derive(Clone, Copy)]
pub struct Progress<'w> {
    /// Tells the time since any beginning, for the durations.
    pub clock: &'w (dyn Fn() -> Duration + Sync),
    /// Is told, from any thread, how many tests of how many have run.
    pub done: &'w (dyn Fn(usize, usize) + Sync),
}

impl Progress<'static> {
    /// Nobody looks, and no time is told.
    pub const UNSEEN: Self = Progress { clock: &|| Duration::ZERO, done: &|_, _| {} };
}

/// As [`run_tests`], and watched.
#[must_use]
pub fn run_tests_timed(image: Arc<VerifiedImage>, bundle: &ir::Bundle, options: &TestOptions, progress: &Progress<'_>) -> Report {
    run_tests_watched(image, bundle, options, progress, &|| ()).0
}

/// As [`run_tests_timed`]; each thread makes a watcher of its own, which sees every decision of the tests and examples that it runs. What
/// properties try is not shown.
#[must_use]
pub fn run_tests_watched<W: Watcher>(
    image: Arc<VerifiedImage>,
    bundle: &ir::Bundle,
    options: &TestOptions,
    progress: &Progress<'_>,
    watcher: &(dyn Fn() -> W + Sync),
) -> (Report, Vec<W>) {
    let all = cases(bundle);
    let found = all.len();
    let wanted = |name: &str| options.filter.as_deref().is_none_or(|f| name.contains(f));
    let cases: Vec<Case<'_>> = all.into_iter().filter(|c| wanted(&c.name)).collect();
    let filtered_out = found - cases.len();
    let subject = Subject { image, sources: &bundle.sources, properties: Properties::of(bundle, options.properties) };
    let (mut done, watchers) = run_all(&subject, &cases, options, progress, watcher);
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
            _ => case.report(&bundle.sources, Status::Skipped, Ran::default(), Duration::ZERO),
        });
    }
    let count = |status| tests.iter().filter(|t| t.status == status).count();
    let report = Report {
        passed: count(Status::Passed),
        failed: count(Status::Failed),
        skipped: count(Status::Skipped),
        filtered_out,
        properties: tests.iter().filter(|t| t.kind == TestKind::Property).count(),
        cases: tests.iter().filter_map(|t| t.property.as_ref()).map(|run| u64::from(run.cases)).sum(),
        tests,
    };
    (report, watchers)
}

/// What is tested.
struct Subject<'b> {
    image: Arc<VerifiedImage>,
    sources: &'b Sources,
    properties: Properties<'b>,
}

/// What came of a test.
#[derive(Default)]
struct Ran {
    failures: Vec<EventFailure>,
    property: Option<Box<PropertyRun>>,
}

/// A test, or an example of a rule.
pub(crate) struct Case<'b> {
    pub(crate) kind: TestKind,
    pub(crate) name: String,
    span: Span,
    pub(crate) what: What<'b>,
}

pub(crate) enum What<'b> {
    Test(&'b Test),
    Example {
        rule: &'b ir::Rule,
        event: &'b str,
    },
    /// The property of this number.
    Property(usize),
}

/// Returns all tests in source order.
pub(crate) fn cases(bundle: &ir::Bundle) -> Vec<Case<'_>> {
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
    cases.extend(bundle.properties.iter().enumerate().map(|(number, p)| Case {
        kind: TestKind::Property,
        name: p.name.clone(),
        span: p.span,
        what: What::Property(number),
    }));
    // Stable, so that the rows of a table, which have one place, stay in order.
    cases.sort_by_key(|c| (c.span.file, c.span.start));
    cases
}

fn run_all<W: Watcher>(
    subject: &Subject<'_>,
    cases: &[Case<'_>],
    options: &TestOptions,
    progress: &Progress<'_>,
    watcher: &(dyn Fn() -> W + Sync),
) -> (Vec<(usize, TestReport)>, Vec<W>) {
    let jobs = if options.jobs == 0 { std::thread::available_parallelism().map_or(1, std::num::NonZero::get) } else { options.jobs };
    let (next, first_failure, finished) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX), AtomicUsize::new(0));
    let work = || {
        let (mut done, mut watcher) = (Vec::new(), watcher());
        loop {
            let index = next.fetch_add(1, Ordering::SeqCst);
            let Some(case) = cases.get(index) else { return (done, watcher) };
            if options.fail_fast && index > first_failure.load(Ordering::SeqCst) {
                return (done, watcher);
            }
            let start = (progress.clock)();
            let ran = case.run(subject, &mut Watch { test: index, watcher: &mut watcher });
            let status = if ran.failures.is_empty() { Status::Passed } else { Status::Failed };
            if status == Status::Failed {
                first_failure.fetch_min(index, Ordering::SeqCst);
            }
            done.push((index, case.report(subject.sources, status, ran, (progress.clock)().saturating_sub(start))));
            (progress.done)(finished.fetch_add(1, Ordering::SeqCst) + 1, cases.len());
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
pub(crate) struct Watch<'w, W> {
    test: usize,
    watcher: &'w mut W,
}

impl<'w> Watch<'w, ()> {
    /// Returns one that tells nobody.
    pub(crate) const fn nobody(nothing: &'w mut ()) -> Self {
        Self { test: 0, watcher: nothing }
    }
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
    fn report(&self, sources: &Sources, status: Status, ran: Ran, duration: Duration) -> TestReport {
        let at = Place::of(sources, self.span);
        TestReport {
            kind: self.kind,
            name: self.name.clone(),
            file: at.file,
            line: at.position.line,
            status,
            failures: ran.failures,
            property: ran.property,
            duration,
        }
    }

    fn run<W: Watcher>(&self, subject: &Subject<'_>, watch: &mut Watch<'_, W>) -> Ran {
        let Subject { image, sources, properties } = subject;
        let failures = match &self.what {
            What::Test(test) => run_test(image, sources, test, watch),
            What::Example { rule, event } => run_example(image, sources, (rule, event), (self.span, self.kind == TestKind::Counterexample), watch),
            What::Property(number) => return run_property(sources, properties, *number, self.span),
        };
        Ran { failures, property: None }
    }
}

fn run_property(sources: &Sources, properties: &Properties<'_>, number: usize, span: Span) -> Ran {
    let failed = |event: &str, expected: &str, actual: String| vec![failure(sources, span, event, expected.to_owned(), actual, None)];
    let run = match properties.run(number) {
        Ok(run) => run,
        Err(why) => return Ran { failures: failed("", "a bundle that runs with its properties", why), property: None },
    };
    let failures = match (&run.broken, &run.vacuous) {
        (Some(broken), _) => failed(broken.events.last().map_or("", String::as_str), &broken.expected, broken.actual()),
        (None, Some(why)) => failed("", "a step that the property is about", why.clone()),
        (None, None) => Vec::new(),
    };
    Ran { failures, property: Some(Box::new(run)) }
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
    let mut session = match begin(image, test, Watch::<W>::options()) {
        Ok(session) => session,
        Err(e) => {
            let said = e.diagnostic("the data").message;
            return vec![failure(sources, test.span, "", "entities that hold together".to_owned(), said, None)];
        }
    };
    let mut failures = Vec::new();
    let steps = Steps::of(&test.items);
    for (index, item) in test.items.iter().enumerate() {
        let outcome = session.event(&item.event);
        watch.event(index, &session);
        if is_as_expected(item, &outcome, &steps) {
            continue;
        }
        match (&item.expect, outcome) {
            (Some(expect), Outcome::Decision(decision)) => {
                let said = actual(expect, &decision, steps.decided(&item.event));
                failures.push(failure(sources, item.span, &item.event, expected(expect), said, explain(image, test, index)));
            }
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

/// Returns whether an event came out as its test says.
pub(crate) fn is_as_expected<'t>(item: &'t TestItem, outcome: &Outcome, steps: &Steps<'t>) -> bool {
    match (&item.expect, outcome) {
        (Some(expect), Outcome::Decision(decision)) => fits(expect, decision, steps.decided(&item.event)),
        // An answer that is not taken leaves the step waiting, as it was decided.
        (Some(expect), Outcome::Rejected(error)) => expect.effect == "ask" && expect.by.is_empty() && is_answer_not_taken(error),
        (Some(_), Outcome::LeftOut(_) | Outcome::Observed) | (None, Outcome::Rejected(_) | Outcome::LeftOut(_)) => false,
        (None, Outcome::Decision(_) | Outcome::Observed) => true,
    }
}

fn is_answer_not_taken(error: &ObservationError) -> bool {
    [codes::APPROVER_NOT_ACCEPTED, codes::APPROVAL_LAPSED].contains(&error.code)
}

fn wrong(error: &ObservationError) -> String {
    format!("{} {}: {}", error.code.number(), error.name, error.message)
}

/// Runs a test again up to an event, and explains that, if it is a step: what is decided upon an approval has no explanation.
fn explain(image: &Arc<VerifiedImage>, test: &Test, index: usize) -> Option<Explanation> {
    let items = &test.items;
    if !Session::is_step(&items.get(index)?.event) {
        return None;
    }
    let mut session = begin(image, test, Options { trace: true, ..Options::default() }).ok()?;
    for item in items.get(..index)? {
        let _ = session.event(&item.event);
    }
    session.explain(&items.get(index)?.event).ok()
}

pub(crate) fn run_example<W: Watcher>(
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
