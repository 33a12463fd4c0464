//! Annotations of GitHub Actions.

use crate::github::of_diagnostic;

use super::LintData;

/// Returns a line for each finding.
pub fn annotations(data: &LintData) -> String {
    data.diagnostics.iter().map(|entry| of_diagnostic(&entry.message, entry.end)).collect()
}
