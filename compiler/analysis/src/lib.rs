//! The decision procedure for policies: which steps a bundle permits, asks and forbids, without running it on each.
//!
//! A bundle's typed IR becomes formulas of atoms (`formula`, `symbolic`), a search by clauses proposes which atoms hold (`search`), and
//! theories of numbers and texts find values for them or say why there are none. What is found is played by the machine that decides
//! before it is an answer; what could not be told is said to be unknown.

mod asking;
mod breach;
mod demand;
mod diff;
mod formula;
pub mod fuzz;
mod inquiry;
mod judge;
mod limits;
mod numbers;
mod plain;
mod pred;
mod prove;
mod render;
mod report;
mod scene;
mod search;
mod session;
mod signature;
mod smt;
mod survey;
mod symbolic;
mod text;
mod tier;
mod value;
mod vary;
mod witness;
mod world;

pub use diff::diff;
pub use inquiry::{Affords, Answer, Condition, Inquiry, Looks, MakePlay, Shows, Value};
pub use limits::{Limits, Stop};
pub use plain::plain;
pub use prove::{counts_approvals, prove, violates, watch, watched};
pub use report::{AnalysisError, Because, Change, ChangeKind, Decided, Difference, Effect, Play, Played, Proof, Unknown, Verdict, Witness};
pub use smt::{smt2, smt2_difference};
pub use survey::{Constancy, Effort, Finding, Never, Past, Survey, Tri, Unsettled, survey, survey_with_tests};
pub use tier::{Tier, tiers};
pub use vary::{Given, Values, Variation, Varied, through_class, vary};
