//! Runs the tests of a policy bundle, in parallel, with the same report every time; plays the sessions that the analysis finds.

mod expect;
mod junit;
pub mod reasons;
mod replay;
mod report;
mod run;
mod suite;
mod text;
pub mod witness;

pub use junit::junit;
pub use replay::Replay;
pub use report::{EventFailure, Report, Status, TestKind, TestReport, report_schema};
pub use run::{TestOptions, run_tests, run_tests_timed};
pub use suite::Suite;

#[cfg(test)]
mod tests;
