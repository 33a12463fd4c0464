//! Whether tests that were written hold.

use std::sync::Arc;

use reach_codes::Diagnostic;
use reach_compiler::ir::Bundle;
use reach_engine::VerifiedImage;
use reach_grammar::Limits;

use super::literal::Unwritten;
use crate::{Report, Status, TestOptions, run_tests};

/// The name of the source that holds tests while they are tried.
const TRIED: &str = "<tests>";

/// Lays a source out as the formatter does.
pub(crate) fn laid_out(text: &str) -> Result<String, Unwritten> {
    reach_grammar::format(text, &Limits::default()).map_err(|all| first(&all))
}

/// Runs tests with a bundle that was compiled from sources: whether all in a text pass.
///
/// # Errors
/// The first that doesn't, or what is wrong with the text.
pub fn holds(text: &str, bundle: &Bundle) -> Result<(), String> {
    match tried(text, bundle)?.tests.iter().find(|test| test.status != Status::Passed) {
        Some(test) => Err(test.failures.first().map_or_else(|| "it fails".to_owned(), |f| format!("expected {}, got {}", f.expected, f.actual))),
        None => Ok(()),
    }
}

/// Runs a test with a bundle that was compiled from sources: whether it fails by one expectation.
///
/// # Errors
/// How it ends otherwise, or what is wrong with the text.
pub(crate) fn fails(text: &str, bundle: &Bundle) -> Result<(), String> {
    match tried(text, bundle)?.tests.as_slice() {
        [test] if test.failures.len() == 1 => Ok(()),
        [test] if test.failures.is_empty() => Err("it passes, though the session breaks the property".to_owned()),
        _ => Err("it fails by more than the session shows".to_owned()),
    }
}

/// Runs the tests in a text alone.
fn tried(text: &str, bundle: &Bundle) -> Result<Report, String> {
    let (bundle, image) = compiled(text, bundle)?;
    Ok(run_tests(Arc::new(image), &bundle, &TestOptions { jobs: 1, ..TestOptions::default() }))
}

/// Compiles tests with a bundle that was compiled from sources: returns the bundle with these tests alone, and its machine.
///
/// # Errors
/// What is wrong with the text.
pub fn compiled(text: &str, bundle: &Bundle) -> Result<(Bundle, VerifiedImage), String> {
    let mut given = bundle.given();
    let tried = given.sources.add(TRIED, text);
    let built = reach_compiler::build(given).map_err(|(_, all)| first(&all))?;
    let mut bundle = built.bundle;
    bundle.tests.retain(|test| test.span.file == tried);
    bundle.rules.iter_mut().for_each(|rule| rule.examples.clear());
    bundle.properties.clear();
    Ok((bundle, built.image))
}

fn first(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().find(|d| d.is_error()).map_or_else(|| "it has errors".to_owned(), |d| d.message.clone())
}
