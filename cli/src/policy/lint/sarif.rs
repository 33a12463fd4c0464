//! What was found, as SARIF.

use std::collections::BTreeSet;

use reach_codes::table;
use serde_json::Value;

use crate::failure::Failure;
use crate::policy::sarif;

use super::LintData;

/// Returns the findings as a log with one run. Its rules are all lints, and what else was found.
///
/// # Errors
/// When it has no JSON form, which is a mistake of ours.
pub fn sarif(data: &LintData) -> Result<String, Failure> {
    let found: BTreeSet<&str> = data.diagnostics.iter().map(|d| d.message.code.as_str()).collect();
    let rules: Vec<Value> = table::all().filter(|code| code.info().lint.is_some() || found.contains(code.number())).map(sarif::rule).collect();
    sarif::log(&rules, &data.diagnostics.iter().map(|d| sarif::result(&d.message, d.end)).collect::<Vec<_>>())
}
