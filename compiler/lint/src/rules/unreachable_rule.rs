//! `unreachable-rule`: a rule that never matches.

use reach_analysis::{Constancy, Finding as Proved};
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNREACHABLE_RULE;

/// Finds such rules. Where one part alone is never true, `constant-condition` says which.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for found in &context.survey().findings {
        let Proved::Unreachable { rule: number } = found else { continue };
        let Some(rule) = context.bundle().rules.get(*number) else { continue };
        if is_explained(out, rule.span) {
            continue;
        }
        let mut d = Diagnostic::new(CODE, rule.name_span, format!("`{}` never matches", rule.name));
        if let Some(part) = never(context, *number) {
            d = d.other(part, "together with what stands before it, this is never so");
        }
        out.push(d.note("proved: no step of any session meets its conditions").help("say what was meant, or remove the rule").into());
    }
}

/// Lints that say more plainly why something is always so.
const PLAINER: [Code; 3] = [lint::SHORT_PROVENANCE, lint::PATTERN_FOR_EVERYTHING, lint::REPEATED_TERM];

/// Tells whether another lint has explained already what is the matter at a place: those that need no proof look first.
pub(super) fn is_explained(found: &[Finding], place: Span) -> bool {
    let within = |span: Span| span.file == place.file && place.start <= span.start && span.end <= place.end;
    found.iter().filter(|f| PLAINER.contains(&f.diagnostic.code)).any(|f| f.diagnostic.span().is_some_and(within))
}

/// Returns the part of a rule that no step gets beyond.
fn never(context: &Context<'_>, rule: usize) -> Option<Span> {
    context.survey().findings.iter().find_map(|found| match found {
        Proved::Constant { condition, is } if condition.rule == rule => {
            let against = if condition.unless { matches!(is, Constancy::True) } else { matches!(is, Constancy::False | Constancy::NeverTrue) };
            against.then(|| condition.of(context.bundle())).flatten().map(|part| part.span)
        }
        _ => None,
    })
}
