//! Runs the tests of a policy bundle, in parallel, with the same report every time; plays the sessions that the analysis finds.

mod expect;
mod junit;
mod property;
pub mod reasons;
mod replay;
mod report;
mod run;
mod stage;
mod suite;
mod text;
pub mod witness;

pub use junit::{JunitSuite, junit};
pub use property::{Broken, CASES, PropertyOptions, PropertyRun, SEED};
pub use replay::Replay;
pub use report::{EventFailure, Report, Status, TestKind, TestReport, report_schema};
pub use run::{Progress, TestOptions, Watcher, run_tests, run_tests_timed, run_tests_watched};
pub use stage::begin;
pub use suite::Suite;

#[cfg(test)]
mod tests;
