//! `negated-comparison`: `not (a == b)` for `a != b`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::Type;
use reach_grammar::ast::{CompareOp, Expr, ExprKind};

use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::NEGATED_COMPARISON;

/// Finds such comparisons. Where one side is of type `any`, or the type isn't known, nothing is said.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.conditions() {
        exprs.iter().copied().for_each(|expr| out.extend(find(context, expr)));
    }
}

fn find(context: &Context<'_>, expr: &Expr) -> Option<Finding> {
    let ExprKind::Not(of) = &expr.kind else { return None };
    let ExprKind::Compare(op, _, sides) = &of.kind else { return None };
    let [left, right] = &**sides;
    let sign = match op {
        CompareOp::Eq => "!=",
        CompareOp::Ne => "==",
        CompareOp::Lt => ">=",
        CompareOp::Le => ">",
        CompareOp::Gt => "<=",
        CompareOp::Ge => "<",
        CompareOp::In => "not in",
        CompareOp::NotIn => "in",
        CompareOp::Contains | CompareOp::Within => return None,
    };
    let known = [left, right].into_iter().filter_map(|side| context.type_at(side.span)).any(|ty| *ty != Type::Any);
    if !known {
        return None;
    }
    let plain = format!("{} {sign} {}", context.written(left), context.written(right));
    let d = Diagnostic::new(CODE, expr.span, format!("`not` before a comparison says what `{sign}` says")).help(format!("write `{}`", short(&plain)));
    let finding = Finding::from(d);
    Some(if context.has_comment(expr.span) { finding } else { finding.edit(expr.span, plain) })
}

/// Returns a text as it fits into a message.
pub(super) fn short(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > 80 {
        words = words.chars().take(79).chain(['…']).collect();
    }
    words
}
