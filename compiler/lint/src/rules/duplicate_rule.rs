//! `duplicate-rule`: a rule that matches exactly where another one does.

use reach_analysis::Finding as Proved;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::DUPLICATE_RULE;

/// Finds such rules: the one that stands behind.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let rules = &context.bundle().rules;
    for found in &context.survey().findings {
        let Proved::Duplicate { rule, of } = found else { continue };
        let (Some(rule), Some(of)) = (rules.get(*rule), rules.get(*of)) else { continue };
        let d = Diagnostic::new(CODE, rule.name_span, format!("`{}` matches exactly where `{}` does", rule.name, of.name))
            .other(of.name_span, "this has the same effect on the same steps")
            .note("proved: no step of any session tells them apart")
            .help("remove one of them, or let it say what was meant");
        out.push(d.into());
    }
}
