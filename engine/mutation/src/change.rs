//! What is done to one declaration.

use reach_compiler::ir::{Budget, Bundle, Effect, Expr, Grant, Monitor, Obligation, Origin, Rule};
use serde::Serialize;

use crate::place::{Clause, Hop, Owner, root, root_mut};
use crate::way::{Questions, Way, rewrite};

/// What is done to a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Something in an expression.
    Expr { clause: Clause, path: Vec<Hop>, way: Way },
    /// The rule or the charge is gone.
    Gone,
    /// The clause is gone.
    NoClause(Clause),
    /// Another effect.
    Effect(Effect),
    /// Advisory or not.
    Advisory(bool),
    /// An obligation less.
    NoObligation(usize),
    /// Another obligation.
    Obligation(usize, Obligation),
    /// Everything is granted.
    NoGrants,
    /// A grant less.
    NoGrant(usize),
    /// Those may answer who may not.
    OtherApprovers,
    /// An answer counts until then.
    Expires(Option<i128>),
    /// Another window of a budget.
    Over(Option<i128>),
    /// Each agent has a budget of its own, or not.
    PerAgent(bool),
}

/// A clause that was changed, with what it now asks of the session behind what the bundle asks.
#[derive(Serialize)]
pub(crate) struct Rewritten {
    pub expr: Expr,
    pub monitors: Vec<Monitor>,
    pub origins: Vec<Origin>,
}

/// Returns a clause with a change.
pub(crate) fn rewritten(bundle: &Bundle, owner: Owner, clause: Clause, path: &[Hop], way: &Way) -> Option<Rewritten> {
    let mut expr = root(bundle, owner, clause)?.clone();
    let mut questions = Questions::of(bundle);
    rewrite(&mut questions, &mut expr, path, way)?;
    Some(Rewritten { expr, monitors: questions.monitors, origins: questions.origins })
}

/// Returns the bundle with a change; none where it isn't possible.
pub(crate) fn changed(bundle: &Bundle, owner: Owner, change: &Change) -> Option<Bundle> {
    let mut made = bundle.clone();
    if let Change::Expr { clause, path, way } = change {
        let Rewritten { expr, monitors, origins } = rewritten(bundle, owner, *clause, path, way)?;
        *root_mut(&mut made, owner, *clause)? = expr;
        made.monitors.extend(monitors);
        made.origins.extend(origins);
        return Some(made);
    }
    match owner {
        Owner::Rule(number) if *change == Change::Gone => {
            made.rules.get(number)?;
            made.rules.remove(number);
        }
        Owner::Rule(number) => of_rule(made.rules.get_mut(number)?, change)?,
        Owner::Budget(number) => {
            of_budget(made.budgets.get_mut(number)?, change)?;
        }
        Owner::Charge(number) => {
            let charge = made.charges.get_mut(number)?;
            match change {
                Change::NoClause(Clause::Applies) => charge.when = None,
                Change::Gone => drop(made.charges.remove(number)),
                _ => return None,
            }
        }
    }
    Some(made)
}

fn of_budget(budget: &mut Budget, change: &Change) -> Option<()> {
    match change {
        Change::NoClause(Clause::Opening) => budget.opening = None,
        Change::Over(over) => budget.over = *over,
        Change::PerAgent(per_agent) => budget.per_agent = *per_agent,
        _ => return None,
    }
    Some(())
}

pub(crate) fn of_rule(rule: &mut Rule, change: &Change) -> Option<()> {
    match change {
        Change::NoClause(Clause::When) => rule.when = None,
        Change::NoClause(Clause::Unless) => rule.unless = None,
        Change::NoClause(Clause::Approver) => rule.approver = None,
        Change::NoClause(Clause::Grant(n)) => match rule.grants.as_mut()?.get_mut(*n)? {
            Grant::Steps { condition, .. } => *condition = None,
            Grant::Budget { .. } => return None,
        },
        Change::Effect(effect) => {
            // What goes with another effect alone goes with it.
            rule.effect = *effect;
            if *effect != Effect::Permit {
                rule.grants = None;
            }
            if *effect != Effect::Ask {
                (rule.approver, rule.expires) = (None, None);
                rule.obligations.retain(|o| !matches!(o, Obligation::Clear(_)));
            }
            if matches!(effect, Effect::Forbid | Effect::OtherwiseAsk) {
                rule.obligations.clear();
            }
        }
        Change::Advisory(advisory) => rule.advisory = *advisory,
        Change::NoObligation(n) => {
            rule.obligations.get(*n)?;
            rule.obligations.remove(*n);
        }
        Change::Obligation(n, new) => *rule.obligations.get_mut(*n)? = new.clone(),
        Change::NoGrants => rule.grants = None,
        Change::NoGrant(n) => {
            let grants = rule.grants.as_mut()?;
            grants.get(*n)?;
            grants.remove(*n);
        }
        Change::OtherApprovers => {
            let approver = rule.approver.as_mut()?;
            approver.one_of = !approver.one_of;
        }
        Change::Expires(expires) => rule.expires = *expires,
        _ => return None,
    }
    Some(())
}
