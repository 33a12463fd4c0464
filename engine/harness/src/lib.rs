//! Runs the tests of a policy bundle, in parallel, with the same report every time; plays the sessions that the analysis finds.

mod expect;
mod junit;
mod replay;
mod report;
mod run;
mod text;
pub mod witness;

pub use junit::junit;
pub use replay::Replay;
pub use report::{EventFailure, Report, Status, TestKind, TestReport, report_schema};
pub use run::{TestOptions, Watcher, run_tests, run_tests_timed, run_tests_watched};

#[cfg(test)]
mod tests;
