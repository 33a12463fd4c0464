//! `set-of-one`: `x in { a }` for `x == a`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Form, Type};
use reach_grammar::ast::{CompareOp, Expr, ExprKind};

use super::negated_comparison::short;
use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::SET_OF_ONE;

/// Finds such questions.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.conditions() {
        exprs.iter().copied().for_each(|expr| out.extend(find(context, expr)));
    }
}

fn find(context: &Context<'_>, expr: &Expr) -> Option<Finding> {
    let ExprKind::Compare(op @ (CompareOp::In | CompareOp::NotIn), _, sides) = &expr.kind else { return None };
    let [left, right] = &**sides;
    let (ExprKind::Set(list) | ExprKind::List(list)) = &right.kind else { return None };
    let [only] = list.as_slice() else { return None };
    if !context.type_at(left.span).is_some_and(is_plain) {
        return None;
    }
    let sign = if *op == CompareOp::In { "==" } else { "!=" };
    let plain = format!("{} {sign} {}", context.written(left), context.written(only));
    let d = Diagnostic::new(CODE, expr.span, format!("this set has one member, so `{sign}` says the same")).help(format!("write `{}`", short(&plain)));
    let finding = Finding::from(d);
    Some(if context.has_comment(expr.span) { finding } else { finding.edit(expr.span, plain) })
}

/// Returns whether `in` and `==` ask the same of values of a type. Paths that are relative, and addresses, have their own rules.
pub(super) const fn is_plain(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Bool
            | Type::Int
            | Type::Decimal
            | Type::Text
            | Type::Time
            | Type::Date
            | Type::Duration
            | Type::Enum(_)
            | Type::Entity(_)
            | Type::Form(Form::Url | Form::Email | Form::Iban)
    )
}
