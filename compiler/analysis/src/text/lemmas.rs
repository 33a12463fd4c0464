//! What can't be of command lines and queries.

use reach_compiler::ir::Type;

use crate::pred::Want;

/// Returns conditions that contradict each other.
pub(super) fn core(ty: &Type, wants: &[Want]) -> Option<Vec<usize>> {
    let _ = (ty, wants);
    None
}
