//! JUnit XML, for CI servers.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use crate::property::Broken;
use crate::report::{EventFailure, Report, Status, TestReport};

/// What came of a bundle.
#[derive(Clone, Copy, Debug)]
pub struct JunitSuite<'a> {
    /// Its name, for example its path.
    pub name: &'a str,
    /// What came of its tests; none where it has errors.
    pub report: Option<&'a Report>,
    /// The errors, for people.
    pub errors: &'a [String],
}

/// Returns what came of bundles as JUnit XML. Durations are left out unless `durations` asks for them, so that the file is the same on every
/// run. A bundle with errors is a suite with one test that has an error.
#[must_use]
pub fn junit(suites: &[JunitSuite<'_>], durations: bool) -> String {
    let mut all = quick_junit::Report::new("reach policy test");
    for one in suites {
        let mut suite = TestSuite::new(one.name);
        for test in one.report.iter().flat_map(|report| &report.tests) {
            suite.add_test_case(case(test, durations));
        }
        if one.report.is_none() {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message("the bundle has errors");
            status.set_description(one.errors.join("\n"));
            let mut case = TestCase::new("the bundle has no errors", status);
            case.set_classname(one.name);
            suite.add_test_case(case);
        }
        if durations {
            suite.set_time(one.report.iter().flat_map(|report| &report.tests).map(|t| t.duration).sum());
        }
        all.add_test_suite(suite);
    }
    // Writing to memory fails for nothing that stands here; XML has no form for some control characters, which the library drops.
    all.to_string().unwrap_or_default()
}

fn case(test: &TestReport, durations: bool) -> TestCase {
    let status = match test.status {
        Status::Passed => TestCaseStatus::success(),
        Status::Skipped => TestCaseStatus::skipped(),
        Status::Failed => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            if let Some(first) = test.failures.first() {
                status.set_message(format!("expected {}, got {}", first.expected, first.actual));
            }
            let broken = test.property.as_ref().and_then(|run| run.broken.as_ref());
            status.set_description(match broken {
                Some(broken) => session(broken),
                None => test.failures.iter().map(describe).collect::<Vec<_>>().join("\n"),
            });
            status
        }
    };
    let mut case = TestCase::new(test.name.as_str(), status);
    case.set_classname(test.file.as_str());
    if durations {
        case.set_time(test.duration);
    }
    if let Some(run) = &test.property {
        case.set_system_out(format!("seed {}: {} sessions, {} with a step that the property is about", run.seed, run.cases, run.met));
    }
    case
}

fn session(broken: &Broken) -> String {
    let test = broken.test.as_ref().map(|test| format!("\n{test}")).unwrap_or_default();
    format!("{}\nexpected  {}\nactual    {}\n{test}", broken.session.join("\n"), broken.expected, broken.actual())
}

fn describe(failure: &EventFailure) -> String {
    let explanation = failure.explanation.as_ref().map(|e| e.text(false)).unwrap_or_default();
    format!("at {}:{}:{}\nexpected  {}\nactual    {}\n\n{explanation}", failure.file, failure.line, failure.column, failure.expected, failure.actual)
}
