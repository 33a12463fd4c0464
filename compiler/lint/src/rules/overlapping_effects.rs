//! `overlapping-effects`: a step that a rule names and never decides.

use reach_analysis::Finding as Proved;
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding, instead};

pub(super) const CODE: Code = lint::OVERLAPPING_EFFECTS;

/// Finds such steps, and names the rules that decide instead.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    for found in &context.survey().findings {
        let Proved::Covered { rule, target, by, matches } = found else { continue };
        let (Some(rule), Some(target)) = (bundle.rules.get(*rule), bundle.targets.get(*target)) else { continue };
        let d = if *matches {
            let names = instead::names(context, by);
            let message =
                format!("`{}` never decides of `{}`: {names} {} wherever it matches", rule.name, target.name, if by.len() == 1 { "decides" } else { "decide" });
            instead::add(context, Diagnostic::new(CODE, rule.name_span, message), by)
        } else {
            Diagnostic::new(CODE, rule.name_span, format!("`{}` never matches `{}`, which it names", rule.name, target.name))
                .other(target.span, "this is declared here")
        };
        out.push(
            d.note("proved over all steps and sessions; it decides of the other steps that it names")
                .help("leave the step out of `on`, or let the others leave it room")
                .into(),
        );
    }
}
