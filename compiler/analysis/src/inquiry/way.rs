//! The way to a part of a rule: what stands before it, and of which elements of which lists it is.

use reach_compiler::ir::{Expr, ExprKind, LocalId, Rule, Runs};

use super::cover::in_lets;
use super::{Condition, truth};
use crate::formula::F;
use crate::symbolic::Symbolic;

/// The way to a part.
pub(super) struct Way {
    /// The lists that it leads into, outermost first.
    pub lists: Vec<Stretch>,
    /// What must be true before the part is looked at, behind the last list.
    pub before: Vec<Expr>,
    /// The part.
    pub at: Expr,
}

/// The way to a list of which each element is looked at.
pub(super) struct Stretch {
    /// What must be true before the list is looked at.
    pub before: Vec<Expr>,
    /// What an element is called.
    pub local: LocalId,
    /// The list.
    pub list: Expr,
    /// What is asked of each element.
    pub body: Expr,
    /// What an element comes to behind which no other is looked at; none where all are.
    pub stops: Option<bool>,
    /// How many numbers of the path lead to what asks of the elements.
    pub depth: usize,
}

impl Way {
    /// Returns the way to a part; none where there is no such part.
    pub fn to(rule: &Rule, condition: &Condition) -> Option<Self> {
        let (mut lists, mut terms, mut lets) = (Vec::new(), Vec::new(), Vec::new());
        let mut at = if condition.unless {
            terms.extend(rule.when.clone());
            rule.unless.as_ref()?
        } else {
            rule.when.as_ref()?
        };
        for (depth, number) in condition.path.iter().enumerate() {
            let parts = at.children();
            match &at.kind {
                ExprKind::And(_) => terms.extend(parts.get(..*number)?.iter().map(|e| in_lets(&lets, (*e).clone()))),
                ExprKind::Or(_) => terms.extend(parts.get(..*number)?.iter().map(|e| in_lets(&lets, truth(ExprKind::Not(Box::new((*e).clone())))))),
                ExprKind::If(test, ..) if *number == 1 => terms.push(in_lets(&lets, (**test).clone())),
                ExprKind::If(test, ..) if *number == 2 => terms.push(in_lets(&lets, truth(ExprKind::Not(test.clone())))),
                ExprKind::Let(id, value, _) if *number == 1 => lets.push((*id, (**value).clone())),
                ExprKind::Let(..) => {}
                _ if at.binder().is_some() && !matches!(at.kind, ExprKind::Bind(..)) => {
                    let (local, list, body) = (at.binder()?, *parts.first()?, *parts.get(1)?);
                    // What is asked of the list itself stands before its elements.
                    if *number == 1 {
                        let (list, before) = (in_lets(&lets, list.clone()), std::mem::take(&mut terms));
                        lists.push(Stretch { before, local, list, body: body.clone(), stops: stops(&at.kind), depth });
                    }
                }
                _ => {}
            }
            at = parts.get(*number)?;
        }
        Some(Self { lists, before: terms, at: in_lets(&lets, at.clone()) })
    }

    /// Returns where the part is looked at and something holds of it; none where the elements of a list aren't told apart. No value of what
    /// stands before the part doesn't decide, so it goes on there too.
    pub fn looked(&self, symbolic: &mut Symbolic<'_, '_>, holds: &mut dyn FnMut(&mut Symbolic<'_, '_>) -> F) -> Option<F> {
        looked(&self.lists, &self.before, symbolic, holds)
    }

    /// Returns what is asked of the lists on the way: whether some element is so.
    pub fn demands(&self) -> impl Iterator<Item = Expr> + '_ {
        self.lists.iter().map(|each| truth(ExprKind::Any(each.local, Box::new(each.list.clone()), Box::new(each.body.clone()))))
    }
}

fn stops(kind: &ExprKind) -> Option<bool> {
    match kind {
        ExprKind::All(..) | ExprKind::RunsWhere(Runs::Only, ..) => Some(false),
        ExprKind::Any(..) | ExprKind::RunsWhere(Runs::May, ..) => Some(true),
        _ => None,
    }
}

fn looked(lists: &[Stretch], before: &[Expr], symbolic: &mut Symbolic<'_, '_>, holds: &mut dyn FnMut(&mut Symbolic<'_, '_>) -> F) -> Option<F> {
    let Some((each, rest)) = lists.split_first() else {
        let undecided = undecided(symbolic, before);
        let so = holds(symbolic);
        return Some(symbolic.world.formulas.and([undecided, so]));
    };
    let undecided = undecided(symbolic, &each.before);
    let mut ways = Vec::new();
    for (guard, elements) in symbolic.elements(&each.list)? {
        // Where no element before this one has ended it.
        let mut open = guard;
        for element in elements {
            symbolic.locals.insert(each.local, element.value.clone());
            let so = looked(rest, before, symbolic, holds)?;
            ways.push(symbolic.world.formulas.and([open, element.there, so]));
            if let Some(stops) = each.stops {
                symbolic.locals.insert(each.local, element.value);
                let cond = symbolic.condition(&each.body);
                let f = &mut symbolic.world.formulas;
                let ended = f.and([element.there, if stops { cond.t } else { cond.f }]);
                let goes_on = f.not(ended);
                open = f.and([open, goes_on]);
            }
        }
    }
    let some = symbolic.world.formulas.or(ways);
    Some(symbolic.world.formulas.and([undecided, some]))
}

/// Returns where none of what stands before is false.
pub(super) fn undecided(symbolic: &mut Symbolic<'_, '_>, before: &[Expr]) -> F {
    let no: Vec<F> = before.iter().map(|term| symbolic.condition(term).f).collect();
    let f = &mut symbolic.world.formulas;
    let parts: Vec<F> = no.into_iter().map(|no| f.not(no)).collect();
    f.and(parts)
}
