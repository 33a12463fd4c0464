//! `double-negation`: `not not x` for `x`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{Expr, ExprKind};

use super::negated_comparison::short;
use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::DOUBLE_NEGATION;

/// Finds a `not` of a `not`; in `not not not x` one.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.conditions() {
        let mut inside = false;
        exprs.iter().copied().for_each(|expr| {
            let found = if inside { None } else { find(context, expr) };
            inside = found.is_some();
            out.extend(found);
        });
    }
}

fn find(context: &Context<'_>, expr: &Expr) -> Option<Finding> {
    let ExprKind::Not(outer) = &expr.kind else { return None };
    let ExprKind::Not(inner) = &outer.kind else { return None };
    let plain = context.written(inner);
    let d = Diagnostic::new(CODE, expr.span, "`not not` says nothing").help(format!("write `{}`", short(&plain)));
    let finding = Finding::from(d);
    Some(if context.has_comment(expr.span) { finding } else { finding.edit(expr.span, plain) })
}
