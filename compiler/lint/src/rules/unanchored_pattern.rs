//! `unanchored-pattern`: a permit rests on a regular expression that is found anywhere in a text, or anywhere from its beginning on.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Effect, ExprKind, PatternKind};

use crate::patterns::{begins, ends, found_everywhere, last_literal, meaning};
use crate::terms::{Leaning, leaning};
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNANCHORED_PATTERN;

/// Finds such patterns in permits, where they loosen.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for rule in context.bundle().rules.iter().filter(|rule| rule.effect == Effect::Permit && !rule.advisory) {
        leaning(rule, &mut |expr, way| {
            let ExprKind::Matches(value, pattern) = &expr.kind else { return };
            if way != Leaning::Loosens || pattern.kind != PatternKind::Regex {
                return;
            }
            let Some(hir) = meaning(&pattern.text, pattern.nocase).filter(|hir| !found_everywhere(hir)) else { return };
            let text = context.text(value.span);
            let d = if !begins(&hir) {
                Diagnostic::new(CODE, expr.span, format!("anything may stand in `{text}` before what this pattern matches"))
                    .help("begin the pattern with `^`, so that the whole text must be such")
            } else if !ends(&hir) && last_literal(&hir).is_some_and(|last| last.ends_with(char::is_alphanumeric)) {
                Diagnostic::new(CODE, expr.span, format!("anything may stand in `{text}` behind what this pattern matches"))
                    .help("end the pattern with `$`, or with what separates its last word from what may follow")
            } else {
                return;
            };
            out.push(d.note("a regular expression is searched for in the text, so what is around it is not looked at; this rule permits").into());
        });
    }
}
