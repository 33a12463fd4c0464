//! Measures how much of a policy its tests try.
//!
//! The tests run as they always do, and the engine tells what the plain form of each rule sees. A [`Model`] has what there is to see, a
//! [`Collector`] what was seen, [`Coverage`] what that shows.

mod collect;
mod coverage;
pub mod effect;
mod gaps;
pub mod model;
mod nudge;
mod report;
mod suggest;
#[cfg(test)]
mod tests;
mod unit;

use std::sync::Arc;

use reach_compiler::ir::Bundle;
use reach_engine::VerifiedImage;
use reach_harness::{Progress, Report, TestOptions, run_tests_watched};

pub use collect::{At, Collector};
pub use coverage::{ConditionSeen, Coverage, Measure, Met, Point, RuleSeen};
pub use gaps::{Closing, Closings};
pub use model::{Model, Unlike};
pub use report::{
    BoundaryReport, BudgetReport, ConditionReport, CoverageReport, GapReport, GapStatus, Measured, Pair, Place, QuestionReport, RuleReport, StepPlace,
    SuggestedTest, Tells, Total, ValueSeen,
};
pub use suggest::{close, covered};

/// Runs the tests, examples and counterexamples of a bundle, and returns what they show beside what came of them.
#[must_use]
pub fn measure(image: &Arc<VerifiedImage>, bundle: &Bundle, model: &Model, options: &TestOptions, progress: &Progress<'_>) -> (Report, Coverage) {
    let (report, collectors) = run_tests_watched(Arc::clone(image), bundle, options, progress, &|| Collector::new(model));
    (report, Collector::finish(model, collectors))
}
