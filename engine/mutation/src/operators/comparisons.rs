//! Comparisons: their boundary, their direction, equality.

use reach_compiler::ir::{Compare, ExprKind};

use super::Found;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::{Written, between, token};

pub(crate) fn of(site: &Site<'_>, found: &mut Vec<Found>) {
    let ExprKind::Compare(op, a, b) = &site.expr.kind else { return };
    let sign = |to: Compare| {
        let place = between(a.span, b.span).and_then(|gap| token(&site.bundle.sources, gap, word(*op)));
        Written::edit_or(place, word(to), format!("with `{}` for `{}`", word(to), word(*op)))
    };
    let (operator, changes): (_, &[Compare]) = match op {
        Compare::Eq => (Operator::Equality, &[Compare::Ne]),
        Compare::Ne => (Operator::Equality, &[Compare::Eq]),
        Compare::Lt => (Operator::Boundary, &[Compare::Le, Compare::Gt]),
        Compare::Le => (Operator::Boundary, &[Compare::Lt, Compare::Ge]),
        Compare::Gt => (Operator::Boundary, &[Compare::Ge, Compare::Lt]),
        Compare::Ge => (Operator::Boundary, &[Compare::Gt, Compare::Le]),
    };
    for (n, to) in changes.iter().enumerate() {
        let operator = if n == 0 { operator } else { Operator::Direction };
        found.push(Found { operator, way: Way::Compare(*to), written: sign(*to) });
    }
}

/// Returns how a comparison is written.
pub(crate) const fn word(op: Compare) -> &'static str {
    match op {
        Compare::Eq => "==",
        Compare::Ne => "!=",
        Compare::Lt => "<",
        Compare::Le => "<=",
        Compare::Gt => ">",
        Compare::Ge => ">=",
    }
}
