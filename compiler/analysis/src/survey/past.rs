//! History that can't happen, labels that never come, charges of nothing.

use reach_compiler::ir::Bundle;

use super::Effort;
use super::findings::Survey;
use crate::diff::Rules;

/// Looks at what the bundle asks of sessions.
pub(super) fn look(_bundle: &Bundle, _rules: &Rules, _effort: &Effort, _survey: &mut Survey) {}
