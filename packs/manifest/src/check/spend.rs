//! Budgets, held against `spend`.

use reach_codes::Diagnostic;
use reach_codes::table::manifest as codes;
use reach_compiler::ir::{Arith, Budget, Bundle, Const, Expr, ExprKind, Type};
use reach_statement::Amount;
use reach_values::decimal;

use crate::places::Draft;

/// Says where a budget lets more be spent than the pack may.
pub(super) fn check(bundle: &Bundle, draft: &Draft, out: &mut Vec<Diagnostic>) {
    for (index, budget) in (0u32..).zip(&bundle.budgets) {
        if !bundle.charges.iter().any(|charge| charge.budget == index) {
            continue;
        }
        let name = &budget.name;
        let Some((amount, _)) = draft.spend.get(name) else {
            let d = Diagnostic::new(codes::EXCEEDED_PERMISSION, budget.span, format!("the budget `{name}` lets something be spent, and there is no right to"))
                .note("what steps cost by a `charge` is what a pack spends");
            let amount = most(&budget.limit).and_then(|most| amount(budget, most)).map_or_else(|| "10.00".to_owned(), |amount| amount.to_string());
            out.push(d.help(format!("ask for the right: `permissions {{ spend: {{ {name}: {amount} }} }}`")));
            continue;
        };
        match most(&budget.limit) {
            None => {
                let d = Diagnostic::new(
                    codes::UNPROVEN_PERMISSION,
                    budget.limit.span,
                    format!("it is not known whether `{name}` stays within {amount}, its `spend`"),
                )
                .note("the limit depends on what only a session knows");
                out.push(d.help(format!("cut it off: `limit min({amount}, …)`")));
            }
            Some(most) => {
                // Below zero nothing may be spent; what is no amount is more than any.
                let limit = self::amount(budget, most);
                if most >= 0 && limit.as_ref().is_none_or(|limit| limit > amount) {
                    let limit = limit.map_or_else(|| "more".to_owned(), |limit| limit.to_string());
                    let d = Diagnostic::new(
                        codes::EXCEEDED_PERMISSION,
                        budget.limit.span,
                        format!("the budget `{name}` lets {limit} be spent, and `spend` says {amount}"),
                    );
                    out.push(d.help("lower the limit, or ask for more in `spend`"));
                }
            }
        }
    }
}

/// Returns what a number of a budget's type is as an amount; none where it is none.
fn amount(budget: &Budget, number: i128) -> Option<Amount> {
    let text = if budget.ty == Type::Decimal { decimal::format(number) } else { number.to_string() };
    Amount::read(&text).ok()
}

/// Returns what an expression comes to at most, as the evaluator holds it; none where that isn't plain.
fn most(expr: &Expr) -> Option<i128> {
    match &expr.kind {
        ExprKind::Const(Const::Num(n)) => Some(*n),
        ExprKind::Arith(Arith::Min, a, b) => match (most(a), most(b)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        },
        ExprKind::Arith(Arith::Max, a, b) | ExprKind::Else(a, b) => Some(most(a)?.max(most(b)?)),
        ExprKind::If(_, a, b) => Some(most(a)?.max(most(b)?)),
        ExprKind::Let(_, _, body) | ExprKind::Whole(_, body) => most(body),
        _ => None,
    }
}
