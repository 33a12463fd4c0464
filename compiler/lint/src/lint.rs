//! What a lint is to the others.

use reach_codes::Code;

use crate::{Context, Finding};

/// A lint: its row in the table of codes, and what looks for it.
#[derive(Clone, Copy, Debug)]
pub struct Lint {
    /// The row of the table: name, level, category, page, examples.
    pub code: Code,
    /// Looks at a bundle. It neither asks whether it is turned off somewhere, nor in which order it tells: others do both.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}
