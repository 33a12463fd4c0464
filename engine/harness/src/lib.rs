//! Runs the tests of a policy bundle, in parallel, with the same report every time; plays the sessions that the analysis finds.

mod expect;
mod junit;
mod property;
mod replay;
mod report;
mod run;
mod text;
pub mod witness;

pub use junit::{Suite, junit};
pub use property::{Broken, CASES, PropertyOptions, PropertyRun, SEED};
pub use replay::Replay;
pub use report::{EventFailure, Report, Status, TestKind, TestReport, report_schema};
pub use run::{TestOptions, Watching, run_tests, run_tests_timed};

#[cfg(test)]
mod tests;
