//! `redundant-rule`: a rule without which everything would be decided alike.

use reach_analysis::Finding as Proved;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding, instead};

pub(super) const CODE: Code = lint::REDUNDANT_RULE;

/// Finds such rules, and names those that decide alike or overrule them.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for found in &context.survey().findings {
        let Proved::Redundant { rule, by } = found else { continue };
        let Some(rule) = context.bundle().rules.get(*rule) else { continue };
        let names = instead::names(context, by);
        let message = match by.as_slice() {
            [] => format!("without `{}` everything would be decided alike", rule.name),
            [one] if context.bundle().rules.get(*one).is_some_and(|other| other.effect == rule.effect) => {
                format!("`{}` decides nothing that {names} doesn't", rule.name)
            }
            _ => format!("`{}` decides nothing that {names} don't decide, alike or over it", rule.name),
        };
        let d = instead::add(context, Diagnostic::new(CODE, rule.name_span, message), by);
        out.push(
            d.note("proved: without it, every decision of every session has the same effect").help("remove it, or let it say more than the others").into(),
        );
    }
}
