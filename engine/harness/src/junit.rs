//! JUnit XML, for CI servers.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use crate::report::{EventFailure, Report, Status, TestReport};

/// Returns reports as JUnit XML, each a suite with its name, for example the bundle's path. Durations are left out unless `durations` asks for them,
/// so that the file is the same on every run.
#[must_use]
pub fn junit(suites: &[(&str, &Report)], durations: bool) -> String {
    let mut all = quick_junit::Report::new("reach policy test");
    for (name, report) in suites {
        let mut suite = TestSuite::new(*name);
        for test in &report.tests {
            suite.add_test_case(case(test, durations));
        }
        if durations {
            suite.set_time(report.tests.iter().map(|t| t.duration).sum());
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
            status.set_description(test.failures.iter().map(describe).collect::<Vec<_>>().join("\n"));
            status
        }
    };
    let mut case = TestCase::new(test.name.as_str(), status);
    case.set_classname(test.file.as_str());
    if durations {
        case.set_time(test.duration);
    }
    case
}

fn describe(failure: &EventFailure) -> String {
    let explanation = failure.explanation.as_ref().map(|e| e.text(false)).unwrap_or_default();
    format!("at {}:{}:{}\nexpected  {}\nactual    {}\n\n{explanation}", failure.file, failure.line, failure.column, failure.expected, failure.actual)
}
