//! `severity-without-owner`: a grave rule for which nobody stands.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::SEVERITY_WITHOUT_OWNER;

/// Finds rules of severity `high` or `critical` without `@owner`.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for rule in context.rules().iter().filter(|rule| rule.ir.owner.is_none()) {
        let Some(severity) = rule.ir.severity.as_deref().filter(|s| matches!(*s, "high" | "critical")) else { continue };
        let d = Diagnostic::new(CODE, rule.ir.name_span, format!("`{}` is of severity `{severity}`, and nobody owns it", rule.ir.name))
            .note("whoever is told of a match has to know whom to ask")
            .help("add `@owner(\"…\")`");
        out.push(d.into());
    }
}
