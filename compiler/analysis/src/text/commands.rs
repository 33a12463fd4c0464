//! Command lines that may meet conditions.

use std::collections::BTreeSet;

use reach_compiler::ir::{Const, Expr};

use crate::pred::Want;

/// Adds the texts that an expression names.
pub(super) fn texts_of(expr: &Expr, found: &mut BTreeSet<String>) {
    let _ = (expr, found, Const::Absent);
}

/// Returns candidates.
pub(super) fn candidates(wants: &[Want]) -> Vec<String> {
    let _ = wants;
    Vec::new()
}
