//! Whole numbers that meet linear constraints: small ones, or why there are none.

use std::collections::BTreeMap;

/// How a sum compares with its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// At most.
    Le,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
}

/// `Σ factor · variable ≤ bound` (or `=`, `≠`). Variables ascending, each once, no factor is zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Linear {
    /// The variables with their factors.
    pub terms: Vec<(u32, i128)>,
    /// How the sum compares.
    pub relation: Relation,
    /// The bound.
    pub bound: i128,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Solution {
    /// A value for every variable that occurs.
    Values(BTreeMap<u32, i128>),
    /// There is none, by these constraints alone (indices, ascending).
    Conflict(Vec<usize>),
    /// It could not be told.
    Unknown,
}

/// Solves constraints. `grain` gives, for a variable, the steps by which its values look well, coarsest first (of a decimal: one, a
/// hundredth); values are as near to zero as possible, and on the coarsest grain that fits.
#[must_use]
pub fn solve(constraints: &[Linear], grain: &dyn Fn(u32) -> &'static [i128]) -> Solution {
    let _ = (constraints, grain);
    Solution::Unknown
}
