//! `count-without-attempted`: a rule about a rate counts only what was permitted.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Compare, Effect, EventKind, Expr, ExprKind, Fold};

use crate::terms::each;
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::COUNT_WITHOUT_ATTEMPTED;

/// Up to this window a count is a rate: how fast, not how much. In nanoseconds.
const RATE: i128 = 3_600_000_000_000;

/// Finds counts of permitted steps within a short window, in rules that ask or forbid.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    for rule in bundle.rules.iter().filter(|rule| matches!(rule.effect, Effect::Ask | Effect::Forbid) && !rule.advisory) {
        for condition in rule.when.iter().chain(&rule.unless) {
            each(condition, &mut |expr| {
                let ExprKind::Compare(op, a, b) = &expr.kind else { return };
                if !matches!(op, Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge) {
                    return;
                }
                let Some(count) = [a, b].into_iter().find_map(|side| counted(bundle, side)) else { return };
                let d = Diagnostic::new(CODE, count.span, "what was refused or asked is not counted here")
                    .note("without a word before it, a step counts from its permit on: an agent may try as often as it likes, as long as it is refused")
                    .help("write `count(attempted call …)` if the rule is about how fast an agent tries; `@allow(count-without-attempted)` if it is about what is done");
                out.push(d.into());
            });
        }
    }
}

/// Returns a count of permitted steps over a short window.
fn counted<'e>(bundle: &reach_compiler::ir::Bundle, expr: &'e Expr) -> Option<&'e Expr> {
    let ExprKind::History(monitor, _) = &expr.kind else { return None };
    let monitor = bundle.monitors.get(*monitor as usize)?;
    let short = monitor.over.is_some_and(|over| over <= RATE);
    (monitor.fold == Fold::Count && monitor.pattern.kind == EventKind::Permitted && short).then_some(expr)
}
