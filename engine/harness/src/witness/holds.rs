//! Whether tests that were written hold.

use std::sync::Arc;

use reach_codes::{Diagnostic, Sources};
use reach_compiler::ir::Bundle;
use reach_grammar::Limits;

use super::literal::Unwritten;
use crate::{Status, TestOptions, run_tests};

/// The name of the source that holds tests while they are tried.
const TRIED: &str = "<tests>";

/// Lays a source out as the formatter does.
pub(super) fn laid_out(text: &str) -> Result<String, Unwritten> {
    reach_grammar::format(text, &Limits::default()).map_err(|all| first(&all))
}

/// Runs tests with a bundle that was compiled from sources: whether all in a text pass.
///
/// # Errors
/// The first that doesn't, or what is wrong with the text.
pub fn holds(text: &str, bundle: &Bundle) -> Result<(), String> {
    let mut sources = Sources::new();
    for (_, source) in bundle.sources.iter() {
        sources.add(source.name.clone(), source.text.clone());
    }
    let tried = sources.add(TRIED, text);
    let built = reach_compiler::build(sources).map_err(|(_, all)| first(&all))?;
    let mut bundle = built.bundle;
    bundle.tests.retain(|test| test.span.file == tried);
    bundle.rules.iter_mut().for_each(|rule| rule.examples.clear());
    bundle.properties.clear();
    let report = run_tests(Arc::new(built.image), &bundle, &TestOptions { jobs: 1, ..TestOptions::default() });
    match report.tests.iter().find(|test| test.status != Status::Passed) {
        Some(test) => Err(test.failures.first().map_or_else(|| "it fails".to_owned(), |f| format!("expected {}, got {}", f.expected, f.actual))),
        None => Ok(()),
    }
}

fn first(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().find(|d| d.is_error()).map_or_else(|| "it has errors".to_owned(), |d| d.message.clone())
}
