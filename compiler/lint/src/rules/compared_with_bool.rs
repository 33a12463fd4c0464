//! `compared-with-bool`: a condition that is compared with `true` or `false`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::Type;
use reach_grammar::ast::{CompareOp, DeclKind, Expr, ExprKind};

use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::COMPARED_WITH_BOOL;

/// Finds such comparisons in rules: only there is the type of the other side known.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.exprs().filter(|view| matches!(view.decl.kind, DeclKind::Rule(_))) {
        exprs.iter().copied().for_each(|expr| {
            if let Some(finding) = find(context, expr) {
                out.push(finding);
            }
        });
    }
}

fn find(context: &Context<'_>, expr: &Expr) -> Option<Finding> {
    let ExprKind::Compare(op @ (CompareOp::Eq | CompareOp::Ne), _, sides) = &expr.kind else { return None };
    let [left, right] = &**sides;
    let (value, constant) = match (&left.kind, &right.kind) {
        (_, ExprKind::Bool(constant)) => (left, *constant),
        (ExprKind::Bool(constant), _) => (right, *constant),
        _ => return None,
    };
    if context.type_at(value.span) != Some(&Type::Bool) {
        return None;
    }
    let negated = (*op == CompareOp::Eq) != constant;
    let text = context.text(value.span);
    let plain = match (&value.kind, negated) {
        (ExprKind::Chain(..) | ExprKind::Name(_) | ExprKind::Call(..), true) => format!("not {text}"),
        (ExprKind::Chain(..) | ExprKind::Name(_) | ExprKind::Call(..), false) => text.to_owned(),
        (_, true) => format!("not ({text})"),
        (_, false) => format!("({text})"),
    };
    let d = Diagnostic::new(CODE, expr.span, format!("`{}` is true or false already", context.text(value.span)));
    let finding = Finding::from(d.help(format!("write `{plain}`")));
    Some(if context.has_comment(expr.span) { finding } else { finding.edit(expr.span, plain) })
}
