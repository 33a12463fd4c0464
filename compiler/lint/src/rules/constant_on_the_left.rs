//! `constant-on-the-left`: `5 < args.n` for `args.n > 5`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{CompareOp, Expr, ExprKind};

use super::negated_comparison::short;
use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::CONSTANT_ON_THE_LEFT;

/// Finds comparisons of a literal with what is none.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.conditions() {
        exprs.iter().copied().for_each(|expr| out.extend(find(context, expr)));
    }
}

fn find(context: &Context<'_>, expr: &Expr) -> Option<Finding> {
    let ExprKind::Compare(op, _, sides) = &expr.kind else { return None };
    let [left, right] = &**sides;
    let sign = match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => ">",
        CompareOp::Le => ">=",
        CompareOp::Gt => "<",
        CompareOp::Ge => "<=",
        CompareOp::In | CompareOp::NotIn | CompareOp::Contains | CompareOp::Within => return None,
    };
    if !is_literal(left) || is_literal(right) {
        return None;
    }
    let plain = format!("{} {sign} {}", context.written(right), context.written(left));
    let d = Diagnostic::new(CODE, expr.span, "the value that is asked about stands on the right").help(format!("write `{}`", short(&plain)));
    let finding = Finding::from(d);
    Some(if context.has_comment(expr.span) { finding } else { finding.edit(expr.span, plain) })
}

/// Returns whether it is a literal. Of `true` and `false` another lint speaks.
const fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Duration(_) | ExprKind::Date(_) | ExprKind::Time(_) | ExprKind::Tagged(..))
}
