//! Where a step takes more than there is left to spend.

use std::collections::BTreeMap;

use reach_compiler::ir::{Budget, Bundle, Const, ExprKind};

use super::{Sight, view};
use crate::formula::F;
use crate::symbolic::{Frame, Symbolic};
use crate::value::{Sym, known};
use crate::world::{Cond, Sum, World};

/// What a step may take from a budget.
struct Taken {
    /// Where it takes so much.
    guard: F,
    amount: Sum,
    /// Whether it is charged at all.
    charged: bool,
}

/// What a budget says to a step that is charged to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Affords {
    /// The step takes less than is left.
    More,
    /// The step takes what is left.
    Just,
    /// The step takes more than is left.
    Less,
}

/// Returns where a step takes more from a budget than there is, or what it takes has no value.
pub(super) fn overspent(world: &mut World, bundle: &Bundle, sight: &Sight, target: usize, views: &mut BTreeMap<Option<u32>, Frame>) -> F {
    let over: Vec<F> = (0..bundle.budgets.len()).filter_map(|budget| refuses(world, bundle, sight, target, budget, views)).collect();
    world.formulas.or(over)
}

/// Returns where a budget refuses a step; none where the step is never charged to it.
fn refuses(world: &mut World, bundle: &Bundle, sight: &Sight, target: usize, budget: usize, views: &mut BTreeMap<Option<u32>, Frame>) -> Option<F> {
    let taken = taken(world, bundle, sight, target, budget, views)?;
    let mut fits = Vec::new();
    for (guard, sum) in beyond(world, bundle, sight, bundle.budgets.get(budget)?, &taken) {
        let enough = world.at_most_zero(&sum);
        fits.push(world.formulas.and([guard, enough]));
    }
    let untouched: Vec<F> = taken.iter().filter(|taken| !taken.charged).map(|taken| taken.guard).collect();
    let fits = world.formulas.or(fits.into_iter().chain(untouched));
    Some(world.formulas.not(fits))
}

/// Returns where a budget says this to a step, if it is asked; none where the step is never charged to it.
pub(crate) fn affords(world: &mut World, bundle: &Bundle, sight: &Sight, target: usize, budget: usize, says: Affords) -> Option<F> {
    let views = &mut BTreeMap::new();
    let taken = taken(world, bundle, sight, target, budget, views)?;
    // They are asked in the order in which they are declared, until one refuses.
    let before: Vec<F> = (0..budget).filter_map(|before| refuses(world, bundle, sight, target, before, views)).collect();
    let refused = world.formulas.or(before);
    let asked = world.formulas.not(refused);
    let mut ways = Vec::new();
    for (guard, sum) in beyond(world, bundle, sight, bundle.budgets.get(budget)?, &taken) {
        let so = match says {
            Affords::Just => world.is_zero(&sum),
            Affords::More => sum.plus(&Sum::of(1), 1).map_or(F::TRUE, |sum| world.at_most_zero(&sum)),
            Affords::Less => {
                let enough = world.at_most_zero(&sum);
                world.formulas.not(enough)
            }
        };
        ways.push(world.formulas.and([guard, asked, so]));
    }
    Some(world.formulas.or(ways))
}

/// Returns what a step takes from a budget: the cases exclude one another. None where it is never charged.
fn taken(world: &mut World, bundle: &Bundle, sight: &Sight, target: usize, budget: usize, views: &mut BTreeMap<Option<u32>, Frame>) -> Option<Vec<Taken>> {
    // Nothing to begin with.
    let mut totals = vec![Taken { guard: F::TRUE, amount: Sum::of(0), charged: false }];
    let mut charged = false;
    for charge in bundle.charges.iter().filter(|c| c.budget as usize == budget) {
        let Some(found) = charge.targets.iter().find(|t| t.target as usize == target) else { continue };
        charged = true;
        let frame = match views.get(&found.class) {
            Some(frame) => frame.clone(),
            None => {
                let frame = view(world, bundle, &sight.frame, target, found.class);
                views.insert(found.class, frame.clone());
                frame
            }
        };
        let mut symbolic = Symbolic::new(world, bundle, frame);
        let when = charge.when.as_ref().map_or(Cond::TRUE, |when| symbolic.condition(when));
        let amounts = symbolic.eval(&charge.amount);
        let mut next = Vec::new();
        for Taken { guard, amount: total, charged } in totals {
            for (inner, amount) in &amounts {
                let Sym::Num(amount) = amount else { continue };
                let Some(sum) = total.plus(amount, 1) else { continue };
                let Some(negative) = Sum::of(0).plus(amount, -1) else { continue };
                let at_least_nothing = world.at_most_zero(&negative);
                next.push(Taken { guard: world.formulas.and([guard, when.t, *inner, at_least_nothing]), amount: sum, charged: true });
            }
            next.push(Taken { guard: world.formulas.and([guard, when.f]), amount: total, charged });
        }
        totals = next;
    }
    charged.then_some(totals)
}

/// Returns by how much a step that is charged takes more than is left: what is spent and what it takes, less the limit.
fn beyond(world: &mut World, bundle: &Bundle, sight: &Sight, budget: &Budget, taken: &[Taken]) -> Vec<(F, Sum)> {
    let limits = Symbolic::new(world, bundle, sight.frame.clone()).eval(&budget.limit);
    let spent = Sum::var(spent(world, &sight.frame, budget));
    // Nothing is charged that is less than nothing, and without a window nothing is forgotten.
    let least = match budget.opening.as_ref().map(|opening| &opening.kind) {
        Some(ExprKind::Const(Const::Num(opening))) if budget.over.is_none() => *opening,
        _ => 0,
    };
    let possible = Sum::of(least).plus(&spent, -1).map_or(F::TRUE, |lacking| world.at_most_zero(&lacking));
    let mut all = Vec::new();
    for taken in taken.iter().filter(|taken| taken.charged) {
        for (inner, limit) in &limits {
            if let Sym::Num(limit) = limit
                && let Some(sum) = taken.amount.plus(&spent, 1).and_then(|sum| sum.plus(limit, -1))
            {
                all.push((world.formulas.and([taken.guard, *inner, possible]), sum));
            }
        }
    }
    all
}

/// Returns how much was spent in the session before a step: without what was spent before the session, where it has an opening.
pub(crate) fn spent_in_session(world: &mut World, bundle: &Bundle, frame: &Frame, budget: &Budget) -> Vec<(F, Sum)> {
    let spent = Sum::var(spent(world, frame, budget));
    let Some(opening) = &budget.opening else { return vec![(F::TRUE, spent)] };
    let cases = Symbolic::new(world, bundle, frame.clone()).eval(opening);
    cases.into_iter().filter_map(|(guard, sym)| if let Sym::Num(sum) = sym { Some((guard, spent.plus(&sum, -1)?)) } else { None }).collect()
}

/// Returns what was spent before a step.
fn spent(world: &mut World, frame: &Frame, budget: &Budget) -> crate::world::VarId {
    let var = world.var(&format!("{}budget {} spent", frame.prefix, budget.name), &budget.ty, None);
    if budget.opening.is_none() {
        // Nothing is charged that is less than nothing.
        let least = world.at_most_zero(&Sum { terms: vec![(var, -1)], constant: 0 });
        world.axiom(least);
    }
    var
}

/// Returns where budgets are as they are when a session begins.
pub(crate) fn unspent(world: &mut World, bundle: &Bundle, frame: &Frame) -> Vec<F> {
    let mut all = Vec::new();
    for budget in &bundle.budgets {
        let spent = spent(world, frame, budget);
        let opening = match &budget.opening {
            None => known(Sym::Num(Sum::of(0))),
            Some(opening) => Symbolic::new(world, bundle, frame.clone()).eval(opening),
        };
        let mut parts = Vec::new();
        for (guard, sym) in opening {
            if let Sym::Num(sum) = sym
                && let Some(sum) = sum.plus(&Sum::var(spent), -1)
            {
                let same = world.is_zero(&sum);
                parts.push(world.formulas.and([guard, same]));
            }
        }
        all.push(world.formulas.or(parts));
    }
    all
}
