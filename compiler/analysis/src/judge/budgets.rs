//! Where a step takes more than there is left to spend.

use std::collections::BTreeMap;

use reach_compiler::ir::Bundle;

use super::{Sight, view};
use crate::formula::F;
use crate::symbolic::{Frame, Symbolic};
use crate::value::{Cases, Sym, known};
use crate::world::{Cond, Sum, World};

/// Returns where a step takes more from a budget than there is, or what it takes has no value.
pub(super) fn overspent(world: &mut World, bundle: &Bundle, sight: &Sight, target: usize, views: &mut BTreeMap<Option<u32>, Frame>) -> F {
    let mut over = Vec::new();
    for (number, budget) in bundle.budgets.iter().enumerate() {
        // How much, and where; nothing to begin with.
        let mut totals: Cases = known(Sym::Num(Sum::of(0)));
        let mut charged = false;
        for charge in bundle.charges.iter().filter(|c| c.budget as usize == number) {
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
            for (guard, total) in &totals {
                let Sym::Num(total) = total else { continue };
                next.push((world.formulas.and([*guard, when.f]), Sym::Num(total.clone())));
                for (inner, amount) in &amounts {
                    let Sym::Num(amount) = amount else { continue };
                    let Some(sum) = total.plus(amount, 1) else { continue };
                    let Some(negative) = Sum::of(0).plus(amount, -1) else { continue };
                    let at_least_nothing = world.at_most_zero(&negative);
                    next.push((world.formulas.and([*guard, when.t, *inner, at_least_nothing]), Sym::Num(sum)));
                }
            }
            totals = next;
        }
        if !charged {
            continue;
        }
        let mut symbolic = Symbolic::new(world, bundle, sight.frame.clone());
        let limits = symbolic.eval(&budget.limit);
        let spent = spent(world, &sight.frame, budget);
        let mut fits = Vec::new();
        for (guard, total) in &totals {
            for (inner, limit) in &limits {
                let (Sym::Num(total), Sym::Num(limit)) = (total, limit) else { continue };
                let Some(sum) = total.plus(&Sum::var(spent), 1).and_then(|s| s.plus(limit, -1)) else { continue };
                let enough = world.at_most_zero(&sum);
                fits.push(world.formulas.and([*guard, *inner, enough]));
            }
        }
        let untouched: Vec<F> = totals.iter().filter(|(_, sym)| *sym == Sym::Num(Sum::of(0))).map(|(guard, _)| *guard).collect();
        let fits = world.formulas.or(fits.into_iter().chain(untouched));
        over.push(world.formulas.not(fits));
    }
    world.formulas.or(over)
}

/// Returns what was spent before a step.
fn spent(world: &mut World, frame: &Frame, budget: &reach_compiler::ir::Budget) -> crate::world::VarId {
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
