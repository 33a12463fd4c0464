//! Queries that may meet conditions.

use crate::pred::Want;

/// Returns candidates.
pub(super) fn candidates(wants: &[Want]) -> Vec<String> {
    let _ = wants;
    Vec::new()
}
