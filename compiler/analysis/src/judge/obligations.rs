//! What goes with a step, and where it contradicts itself.

use reach_compiler::ir::Effect as RuleEffect;

use super::Judgement;
use crate::formula::F;
use crate::value::{Cases, Sym};
use crate::world::World;

/// An obligation: the number of its rule among those that were looked at, what it is, and which argument it sets, to which value, or cuts.
pub(super) type Attached = (usize, String, Option<(String, Option<Cases>)>);

/// Adds obligations, and forbids what they contradict one another in.
pub(super) fn oblige(world: &mut World, judgement: &mut Judgement, attached: &[Attached]) {
    let mut sets: Vec<(F, &str, &Cases)> = Vec::new();
    let mut cuts: Vec<(F, &str)> = Vec::new();
    let mut conflicts = Vec::new();
    for (number, what, set) in attached {
        let Some(looked) = judgement.looked.get(*number).copied() else { continue };
        let goes = match looked.effect {
            RuleEffect::Oblige => world.formulas.not(looked.cond.f),
            RuleEffect::Permit => looked.cond.t,
            RuleEffect::Ask => {
                let matches = world.formulas.not(looked.cond.f);
                world.formulas.and([judgement.ask, matches])
            }
            RuleEffect::OtherwiseAsk => {
                // It counts where nothing else permits or asks.
                let others: Vec<F> = judgement.looked.iter().filter(|l| matches!(l.effect, RuleEffect::Permit | RuleEffect::Ask)).map(|l| l.cond.t).collect();
                let others = world.formulas.or(others);
                let alone = world.formulas.not(others);
                world.formulas.and([alone, looked.cond.t])
            }
            RuleEffect::Forbid => continue,
        };
        let before = judgement.obligations.get(what).copied().unwrap_or(F::FALSE);
        let goes_with = world.formulas.or([before, goes]);
        judgement.obligations.insert(what.clone(), goes_with);
        let Some((field, cases)) = set else { continue };
        // What is set isn't cut as well, whichever comes first.
        match cases {
            None => {
                for (other, _, _) in sets.iter().filter(|(_, at, _)| at == field) {
                    conflicts.push(world.formulas.and([*other, goes]));
                }
                cuts.push((goes, field.as_str()));
            }
            Some(_) => {
                for (other, _) in cuts.iter().filter(|(_, at)| at == field) {
                    conflicts.push(world.formulas.and([*other, goes]));
                }
            }
        }
        if let Some(cases) = cases {
            let defined = world.formulas.or(cases.iter().map(|(guard, _)| *guard));
            let missing = world.formulas.not(defined);
            conflicts.push(world.formulas.and([goes, missing]));
            // What isn't told apart may have no value either.
            for (guard, sym) in cases {
                if let Sym::Blank(key) = sym {
                    let none = world.flag(&format!("{key} has no value"), Some("whether what an argument is set to has a value"));
                    conflicts.push(world.formulas.and([goes, *guard, none]));
                }
            }
            for (other, at, value) in &sets {
                if *at != field || *value == cases {
                    continue;
                }
                let key = format!("args.{field} is set to {value:?} and to {cases:?} alike");
                let differ = match differ(world, value, cases) {
                    Some(differ) => differ,
                    None => world.open_condition(&key, Some("whether two rules set an argument to the same value")).f,
                };
                conflicts.push(world.formulas.and([*other, goes, differ]));
            }
            sets.push((goes, field.as_str(), cases));
        }
    }
    let conflict = world.formulas.or(conflicts);
    judgement.reserve(world, conflict);
}

/// Returns where two values differ, for those that are easily told apart.
fn differ(world: &mut World, a: &Cases, b: &Cases) -> Option<F> {
    let mut parts = Vec::new();
    for (g, x) in a {
        for (h, y) in b {
            let differ = match (x, y) {
                (Sym::Num(x), Sym::Num(y)) => {
                    let sum = x.plus(y, -1)?;
                    let same = world.is_zero(&sum);
                    world.formulas.not(same)
                }
                (Sym::Text(x), Sym::Text(y)) => F::of(x != y),
                (Sym::Bool(x), Sym::Bool(y)) => {
                    let f = &mut world.formulas;
                    let (one, other) = (f.and([x.t, y.f]), f.and([x.f, y.t]));
                    f.or([one, other])
                }
                _ => return None,
            };
            parts.push(world.formulas.and([*g, *h, differ]));
        }
    }
    Some(world.formulas.or(parts))
}
