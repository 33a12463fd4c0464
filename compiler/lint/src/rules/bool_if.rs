//! `bool-if`: `if c then true else false` for `c`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{Expr, ExprKind};

use super::negated_comparison::short;
use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::BOOL_IF;

/// Finds such choices. With only one of the two a literal, `and` and `or` aren't the same where the test has no value.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.conditions() {
        exprs.iter().copied().for_each(|expr| out.extend(find(context, expr)));
    }
}

fn find(context: &Context<'_>, expr: &Expr) -> Option<Finding> {
    let ExprKind::If(test, then, otherwise) = &expr.kind else { return None };
    let (ExprKind::Bool(then), ExprKind::Bool(otherwise)) = (&then.kind, &otherwise.kind) else { return None };
    if then == otherwise {
        return None;
    }
    let text = context.text(test.span);
    let plain = if *then { format!("({text})") } else { format!("not ({text})") };
    let d = Diagnostic::new(CODE, expr.span, "this choice is its own test").help(format!("write `{}`", short(&plain)));
    let finding = Finding::from(d);
    Some(if context.has_comment(expr.span) { finding } else { finding.edit(expr.span, plain) })
}
