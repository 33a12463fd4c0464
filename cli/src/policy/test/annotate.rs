//! Annotations for what failed.

use reach_harness::{Status, TestReport};

use crate::github::{Level, Place, annotation, of_diagnostic};

use super::TestData;

/// Returns a line for each test that failed and each mistake of a source.
pub fn annotations(data: &TestData) -> String {
    let mut out: String = data.diagnostics.iter().map(|d| of_diagnostic(d, None)).collect();
    for bundle in &data.bundles {
        for test in bundle.report.iter().flat_map(|report| &report.tests).filter(|test| test.status == Status::Failed) {
            let place = |name: &str| bundle.places.iter().find(|(inner, _)| inner == name).map_or_else(|| name.to_owned(), |(_, path)| path.clone());
            out.push_str(&of_test(test, &place));
        }
    }
    out
}

fn of_test(test: &TestReport, place: &dyn Fn(&str) -> String) -> String {
    if let Some(broken) = test.property.as_ref().and_then(|run| run.broken.as_ref()) {
        let mut message = format!("expected {}, got {}\n{}", broken.expected, broken.actual(), broken.session.join("\n"));
        if let Some(text) = &broken.test {
            message.push_str(&format!("\n\n{text}"));
        }
        return annotation(Level::Error, Place { file: Some(&place(&test.file)), line: Some(test.line), ..Place::default() }, &test.name, message.trim_end());
    }
    let of = |failure: &reach_harness::EventFailure| {
        let file = place(&failure.file);
        let at = Place { file: Some(&file), line: Some(failure.line), column: Some(failure.column), end: None };
        annotation(Level::Error, at, &test.name, &format!("expected {}, got {}", failure.expected, failure.actual))
    };
    test.failures.iter().map(of).collect()
}
