//! The parts of expressions as they are written.

use reach_grammar::ast::{Expr, ExprKind};

/// Returns whether something holds of an expression or of a part of it.
pub(super) fn some(expr: &Expr, holds: &dyn Fn(&Expr) -> bool) -> bool {
    holds(expr) || expr.children().into_iter().any(|child| some(child, holds))
}

/// Returns whether a term gives a name to what the terms behind it read.
pub(super) fn binds(term: &Expr) -> bool {
    matches!(term.kind, ExprKind::As(..))
}

/// Returns whether it is a constant as it is written.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Duration(_) | ExprKind::Date(_) | ExprKind::Time(_) | ExprKind::Tagged(..) => true,
        ExprKind::Pattern(_) => true,
        ExprKind::List(items) | ExprKind::Set(items) => items.iter().all(is_literal),
        _ => false,
    }
}
