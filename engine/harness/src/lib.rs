//! Runs the tests of a policy bundle, in parallel, with the same report every time.

mod junit;
mod report;
mod run;

pub use report::{EventFailure, Report, Status, TestKind, TestReport, report_schema};
pub use run::{TestOptions, run_tests};
