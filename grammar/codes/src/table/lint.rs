//! `L0xxx`: lints, a file for each category. Numbers are given in the order in which lints come, whatever their category.

mod correctness;
mod needless;
mod proved;
mod redundancy;
mod security;
mod style;
mod tests;
mod upkeep;

pub use correctness::*;
pub use needless::*;
pub use proved::*;
pub use redundancy::*;
pub use security::*;
pub use style::*;
pub use tests::*;
pub use upkeep::*;

use crate::Code;

/// Returns the lints, by number.
#[must_use]
pub fn rows() -> Vec<Code> {
    let mut all: Vec<Code> = [correctness::ROWS, needless::ROWS, proved::ROWS, redundancy::ROWS, security::ROWS, style::ROWS, tests::ROWS, upkeep::ROWS]
        .into_iter()
        .flatten()
        .copied()
        .collect();
    all.sort_by_key(|code| code.number());
    all
}
