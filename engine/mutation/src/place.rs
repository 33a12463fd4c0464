//! Places in a bundle at which something can be changed, as ways from its declarations to an expression.

use reach_compiler::ir::{Bundle, Expr, ExprKind, Grant, Obligation, Origin};
use serde::Serialize;

/// The declaration that a change belongs to, by its index in the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Rule(usize),
    Budget(usize),
    Charge(usize),
}

/// The part of a declaration that has an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) enum Clause {
    When,
    Unless,
    /// The value of `set`.
    Obligation(usize),
    /// `by …` of an `ask`.
    Approver,
    /// The condition or the amount of a grant.
    Grant(usize),
    /// The limit of a budget.
    Limit,
    /// `opening` of a budget.
    Opening,
    /// The amount of a charge.
    Amount,
    /// `when` of a charge.
    Applies,
}

/// A step on the way into an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hop {
    /// To a child, by its number.
    Child(usize),
    /// To `where` of a question of history or of provenance.
    Where,
    /// To `where` of `since`.
    SinceWhere,
}

/// Returns the expression of a clause.
pub(crate) fn root(bundle: &Bundle, owner: Owner, clause: Clause) -> Option<&Expr> {
    match owner {
        Owner::Rule(rule) => {
            let rule = bundle.rules.get(rule)?;
            match clause {
                Clause::When => rule.when.as_ref(),
                Clause::Unless => rule.unless.as_ref(),
                Clause::Obligation(n) => match rule.obligations.get(n)? {
                    Obligation::Set { value, .. } => Some(value),
                    _ => None,
                },
                Clause::Approver => rule.approver.as_ref().map(|a| &a.who),
                Clause::Grant(n) => match rule.grants.as_ref()?.get(n)? {
                    Grant::Steps { condition, .. } => condition.as_ref(),
                    Grant::Budget { amount, .. } => Some(amount),
                },
                _ => None,
            }
        }
        Owner::Budget(budget) => {
            let budget = bundle.budgets.get(budget)?;
            match clause {
                Clause::Limit => Some(&budget.limit),
                Clause::Opening => budget.opening.as_ref(),
                _ => None,
            }
        }
        Owner::Charge(charge) => {
            let charge = bundle.charges.get(charge)?;
            match clause {
                Clause::Amount => Some(&charge.amount),
                Clause::Applies => charge.when.as_ref(),
                _ => None,
            }
        }
    }
}

/// Returns the expression of a clause, to be changed.
pub(crate) fn root_mut(bundle: &mut Bundle, owner: Owner, clause: Clause) -> Option<&mut Expr> {
    match owner {
        Owner::Rule(rule) => {
            let rule = bundle.rules.get_mut(rule)?;
            match clause {
                Clause::When => rule.when.as_mut(),
                Clause::Unless => rule.unless.as_mut(),
                Clause::Obligation(n) => match rule.obligations.get_mut(n)? {
                    Obligation::Set { value, .. } => Some(value),
                    _ => None,
                },
                Clause::Approver => rule.approver.as_mut().map(|a| &mut a.who),
                Clause::Grant(n) => match rule.grants.as_mut()?.get_mut(n)? {
                    Grant::Steps { condition, .. } => condition.as_mut(),
                    Grant::Budget { amount, .. } => Some(amount),
                },
                _ => None,
            }
        }
        Owner::Budget(budget) => {
            let budget = bundle.budgets.get_mut(budget)?;
            match clause {
                Clause::Limit => Some(&mut budget.limit),
                Clause::Opening => budget.opening.as_mut(),
                _ => None,
            }
        }
        Owner::Charge(charge) => {
            let charge = bundle.charges.get_mut(charge)?;
            match clause {
                Clause::Amount => Some(&mut charge.amount),
                Clause::Applies => charge.when.as_mut(),
                _ => None,
            }
        }
    }
}

/// Returns all expressions of a declaration, with their clauses.
pub(crate) fn roots(bundle: &Bundle, owner: Owner) -> Vec<(Clause, &Expr)> {
    let clauses: Vec<Clause> = match owner {
        Owner::Rule(rule) => {
            let Some(rule) = bundle.rules.get(rule) else { return Vec::new() };
            let grants = rule.grants.as_ref().map_or(0, Vec::len);
            let obligations = (0..rule.obligations.len()).map(Clause::Obligation);
            [Clause::When, Clause::Unless, Clause::Approver].into_iter().chain(obligations).chain((0..grants).map(Clause::Grant)).collect()
        }
        Owner::Budget(_) => vec![Clause::Limit, Clause::Opening],
        Owner::Charge(_) => vec![Clause::Amount, Clause::Applies],
    };
    clauses.into_iter().filter_map(|clause| Some((clause, root(bundle, owner, clause)?))).collect()
}

/// Returns `where` of what an expression asks of the session, if it asks.
pub(crate) fn asked_where<'b>(bundle: &'b Bundle, expr: &Expr, hop: Hop) -> Option<&'b Expr> {
    match (&expr.kind, hop) {
        (ExprKind::History(monitor, _), Hop::Where) => bundle.monitors.get(*monitor as usize)?.pattern.guard.as_ref(),
        (ExprKind::History(monitor, _), Hop::SinceWhere) => bundle.monitors.get(*monitor as usize)?.since.as_ref()?.guard.as_ref(),
        (ExprKind::From(_, origin), Hop::Where) => match bundle.origins.get(*origin as usize)? {
            Origin::Results { pattern, .. } => pattern.guard.as_ref(),
            Origin::User | Origin::Label(_) => None,
        },
        _ => None,
    }
}
