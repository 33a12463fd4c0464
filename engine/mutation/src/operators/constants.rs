//! Constants: numbers one more and one less, truth values, members of enums.

use reach_compiler::ir::{Const, ExprKind, Type};
use reach_values::decimal;
use reach_values::time::SECOND_NS;

use super::Found;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::{Written, literal};

pub(crate) fn of(site: &Site<'_>, found: &mut Vec<Found>) {
    let ExprKind::Const(value) = &site.expr.kind else { return };
    let ty = match &site.expr.ty {
        Type::Optional(of) => of.as_ref(),
        ty => ty,
    };
    match (value, ty) {
        (Const::Bool(truth), _) => push(site, Operator::Truth, Const::Bool(!truth), ty, found),
        (Const::Num(n), Type::Enum(members)) => {
            let next = usize::try_from(*n).ok().map(|n| if n + 1 < members.len() { n + 1 } else { 0 });
            if let Some(next) = next.and_then(|n| i128::try_from(n).ok()).filter(|next| next != n) {
                push(site, Operator::EnumMember, Const::Num(next), ty, found);
            }
        }
        (Const::Num(n), ty) => {
            let unit = unit(*n, ty);
            for made in [n.checked_add(unit), n.checked_sub(unit)].into_iter().flatten() {
                push(site, Operator::Number, Const::Num(made), ty, found);
            }
        }
        _ => {}
    }
}

fn push(site: &Site<'_>, operator: Operator, made: Const, ty: &Type, found: &mut Vec<Found>) {
    let Some(text) = literal(&made, ty) else { return };
    found.push(Found { operator, way: Way::Const(made), written: Written::edit_or(Some(site.expr.span), text, "") });
}

/// Returns the least step of a number that people would notice: of a decimal one of its last digit, a hundredth at least as small; of what is
/// told by clocks a second.
pub(crate) fn unit(n: i128, ty: &Type) -> i128 {
    match ty {
        Type::Decimal => {
            let mut unit = decimal::parse("0.01").unwrap_or(1);
            while unit > 1 && n % unit != 0 {
                unit /= 10;
            }
            unit
        }
        Type::Time | Type::Duration => SECOND_NS,
        _ => 1,
    }
}
