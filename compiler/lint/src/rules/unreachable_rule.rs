//! `unreachable-rule`: a rule that never matches.

use reach_analysis::{Constancy, Finding as Proved};
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNREACHABLE_RULE;

/// Finds such rules. Where one part alone is never true, `constant-condition` says which.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for found in &context.survey().findings {
        let Proved::Unreachable { rule: number } = found else { continue };
        let Some(rule) = context.bundle().rules.get(*number) else { continue };
        let mut d = Diagnostic::new(CODE, rule.name_span, format!("`{}` never matches", rule.name));
        if let Some(part) = never(context, *number) {
            d = d.other(part, "together with what stands before it, this is never so");
        }
        out.push(d.note("proved: no step of any session meets its conditions").help("say what was meant, or remove the rule").into());
    }
}

/// Returns the part of a rule that no step gets beyond.
fn never(context: &Context<'_>, rule: usize) -> Option<reach_codes::Span> {
    context.survey().findings.iter().find_map(|found| match found {
        Proved::Constant { condition, is } if condition.rule == rule => {
            let against = if condition.unless { matches!(is, Constancy::True) } else { matches!(is, Constancy::False | Constancy::NeverTrue) };
            against.then(|| condition.of(context.bundle())).flatten().map(|part| part.span)
        }
        _ => None,
    })
}
