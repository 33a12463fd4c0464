//! Runs the tests of a policy bundle, in parallel, with the same report every time.

mod expect;
mod junit;
mod report;
mod run;
mod text;

pub use junit::junit;
pub use report::{EventFailure, Report, Status, TestKind, TestReport, report_schema};
pub use run::{TestOptions, run_tests, run_tests_timed};

#[cfg(test)]
mod tests;
