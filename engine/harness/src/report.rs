//! What came of the tests.

use std::time::Duration;

use reach_engine::Explanation;
use schemars::JsonSchema;
use serde::Serialize;

use crate::property::PropertyRun;

/// What came of the tests of a bundle, in source order.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Report {
    /// The tests that ran, and those that `fail_fast` skipped.
    pub tests: Vec<TestReport>,
    /// How many passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many were skipped after the first failure, because of `fail_fast`.
    pub skipped: usize,
    /// How many the filter left out.
    pub filtered_out: usize,
    /// How many of the tests are properties.
    pub properties: usize,
    /// How many sessions were made to test properties.
    pub cases: u64,
}

/// What a test is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestKind {
    /// A `test` block.
    Test,
    /// An `example` of a rule.
    Example,
    /// A `counterexample` of a rule.
    Counterexample,
    /// A `property`.
    Property,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// All was as expected.
    Passed,
    /// Something wasn't.
    Failed,
    /// It did not run, since another one failed before.
    Skipped,
}

/// One test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TestReport {
    /// What it is.
    pub kind: TestKind,
    /// Its name; of an example the rule's, with a number.
    pub name: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// How it ended.
    pub status: Status,
    /// What was not as expected, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub failures: Vec<EventFailure>,
    /// Of a property, what was done to test it, and what breaks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<Box<PropertyRun>>,
    /// How long it took. Not part of the JSON, which is the same on every run.
    #[serde(skip)]
    pub duration: Duration,
}

/// An event that did not come out as expected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EventFailure {
    /// The file.
    pub file: String,
    /// The line of the event in the test, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The event, as the engine got it.
    pub event: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// Why it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Box<Explanation>>,
}

impl Report {
    /// Returns whether there is any test, whether or not the filter left it out.
    #[must_use]
    pub fn found_none(&self) -> bool {
        self.tests.is_empty() && self.filtered_out == 0
    }

    /// Returns whether at least one test ran and all that ran passed. No tests is a failure.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.failed == 0 && self.skipped == 0 && self.passed > 0
    }
}

/// Returns the JSON Schema of a report.
#[must_use]
pub fn report_schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}
