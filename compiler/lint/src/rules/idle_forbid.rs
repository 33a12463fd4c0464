//! `idle-forbid`: a forbid of what nothing permits.

use reach_analysis::Finding as Proved;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::IDLE_FORBID;

/// Finds such rules.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for found in &context.survey().findings {
        let Proved::Idle { rule } = found else { continue };
        let Some(rule) = context.bundle().rules.get(*rule) else { continue };
        let d = Diagnostic::new(CODE, rule.name_span, format!("`{}` forbids what nothing permits or asks", rule.name))
            .note("proved: without it, whatever it matches would be forbidden by `default`")
            .help("keep it as a second wall, or remove it");
        out.push(d.into());
    }
}
