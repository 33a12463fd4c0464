//! When an earlier event feeds what a later step asks.

use std::collections::BTreeSet;

use reach_compiler::ir::{Bundle, EventKind, EventPattern, Fold, LocalId, Obligation, Origin, StepKind};

use super::{Earlier, Seen};
use crate::formula::F;
use crate::judge;
use crate::symbolic::{Asked, Question, Symbolic};
use crate::value::{Cases, Sym};
use crate::world::{Bond, World};

/// What an earlier step does to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    /// Where it counts for the question.
    pub counts: F,
    /// Where what came before is forgotten, or the label taken off.
    pub forgets: F,
    /// Where its result would count, whenever it comes.
    pub late: F,
    /// Which of its events counts.
    pub kind: EventKind,
}

/// Returns the declared steps whose events may feed a question.
pub(crate) fn targets(bundle: &Bundle, question: &Question) -> BTreeSet<usize> {
    let of_pattern = |pattern: &EventPattern| pattern.targets.iter().map(|t| t.target as usize).collect::<Vec<_>>();
    match question.asked {
        Asked::History(monitor) => {
            let monitor = bundle.monitors.get(monitor as usize);
            monitor.map(|m| of_pattern(&m.pattern).into_iter().chain(m.since.iter().flat_map(of_pattern)).collect()).unwrap_or_default()
        }
        Asked::From(origin) => match bundle.origins.get(origin as usize) {
            Some(Origin::Label(label)) => returning(bundle, *label),
            Some(Origin::Results { pattern, .. }) => of_pattern(pattern).into_iter().collect(),
            _ => BTreeSet::new(),
        },
        Asked::Label(label) => returning(bundle, label),
        Asked::Named | Asked::Rights => BTreeSet::new(),
    }
}

fn returning(bundle: &Bundle, label: u32) -> BTreeSet<usize> {
    bundle.targets.iter().enumerate().filter(|(_, t)| t.returns.iter().any(|r| r.label == label)).map(|(at, _)| at).collect()
}

/// Returns whether what the user types feeds a question: then it may have any answer.
pub(crate) fn prompts(bundle: &Bundle, question: &Question) -> bool {
    match question.asked {
        Asked::History(monitor) => bundle.monitors.get(monitor as usize).is_some_and(|m| m.pattern.kind == EventKind::Prompt),
        Asked::From(origin) => matches!(bundle.origins.get(origin as usize), Some(Origin::User)),
        Asked::Named => true,
        Asked::Label(_) | Asked::Rights => false,
    }
}

/// Returns what an earlier step does to the question of a bundle, by the number of who sees it.
pub(crate) fn feed(world: &mut World, bundle: &Bundle, earlier: &Earlier, side: usize, question: &Question) -> Option<Feed> {
    let back = earlier.back;
    let earlier = earlier.seen.get(side)?;
    match question.asked {
        Asked::History(number) => {
            let monitor = bundle.monitors.get(number as usize)?;
            let keys = monitor.pattern.keys.len();
            let (mine, since) = question.operands.split_at_checked(keys)?;
            let counts = matching(world, bundle, earlier, &monitor.pattern, mine).unwrap_or(F::FALSE);
            let forgets = match &monitor.since {
                Some(pattern) => matching(world, bundle, earlier, pattern, since).unwrap_or(F::FALSE),
                None => F::FALSE,
            };
            let kind = monitor.pattern.kind;
            let (late, counts) = if kind == EventKind::Result { (counts, world.formulas.and([counts, back])) } else { (F::FALSE, counts) };
            // Whether what came before is forgotten may rest on a result that is still to come: either is possible.
            let forgets = match &monitor.since {
                Some(since) if since.kind == EventKind::Result => world.formulas.and([forgets, back]),
                _ => forgets,
            };
            (counts != F::FALSE || forgets != F::FALSE).then_some(Feed { counts, forgets, late, kind })
        }
        Asked::From(origin) => match bundle.origins.get(origin as usize)? {
            Origin::User => None,
            Origin::Label(label) => {
                let late = returns(world, bundle, earlier, *label)?;
                Some(Feed { counts: world.formulas.and([late, back]), forgets: F::FALSE, late, kind: EventKind::Result })
            }
            Origin::Results { pattern, part } => {
                let late = match part {
                    None => matching(world, bundle, earlier, pattern, &[])?,
                    Some(part) => from_part(world, bundle, earlier, pattern, part, question.operands.first()?)?,
                };
                Some(Feed { counts: world.formulas.and([late, back]), forgets: F::FALSE, late, kind: EventKind::Result })
            }
        },
        // A label is there from the permit on.
        Asked::Label(label) => {
            let counts = returns(world, bundle, earlier, label)?;
            Some(Feed { counts, forgets: F::FALSE, late: F::FALSE, kind: EventKind::Permitted })
        }
        Asked::Named | Asked::Rights => None,
    }
}

/// Returns the values by which an earlier step is joined to who asks a question.
pub(super) fn keys(world: &mut World, bundle: &Bundle, earlier: &Seen, question: &Question) -> Vec<Cases> {
    let Asked::History(number) = question.asked else { return Vec::new() };
    let Some(monitor) = bundle.monitors.get(number as usize) else { return Vec::new() };
    let Some(found) = monitor.pattern.targets.iter().find(|t| t.target as usize == earlier.target) else { return Vec::new() };
    let frame = judge::view(world, bundle, &earlier.sight.frame, earlier.target, found.class);
    let mut symbolic = Symbolic::new(world, bundle, frame);
    monitor.pattern.keys.iter().map(|key| symbolic.eval(key)).collect()
}

/// Returns where a step's result carries a label.
fn returns(world: &mut World, bundle: &Bundle, earlier: &Seen, label: u32) -> Option<F> {
    let target = bundle.targets.get(earlier.target)?;
    let mut parts = Vec::new();
    for returned in target.returns.iter().filter(|r| r.label == label) {
        let cond = match &returned.when {
            None => F::TRUE,
            Some(when) => {
                let cond = Symbolic::new(world, bundle, earlier.sight.frame.clone()).condition(when);
                world.formulas.not(cond.f)
            }
        };
        parts.push(cond);
    }
    let any = world.formulas.or(parts);
    (any != F::FALSE).then_some(any)
}

/// Returns where an event of a step matches a pattern, whatever its keys are.
pub(crate) fn happens(world: &mut World, bundle: &Bundle, earlier: &Seen, pattern: &EventPattern) -> Option<F> {
    matching(world, bundle, earlier, pattern, &[])
}

/// Returns where an event of a step matches a pattern, with its keys equal to the operands.
fn matching(world: &mut World, bundle: &Bundle, earlier: &Seen, pattern: &EventPattern, operands: &[Cases]) -> Option<F> {
    each_way(world, bundle, earlier, pattern, &mut |symbolic, parts| {
        for (key, operand) in pattern.keys.iter().zip(operands) {
            let value = symbolic.eval(key);
            let same = symbolic.same_values(&key.ty, &value, operand);
            parts.push(same);
        }
    })
}

/// Returns where the part of a result that is meant holds a value.
fn from_part(world: &mut World, bundle: &Bundle, earlier: &Seen, pattern: &EventPattern, part: &reach_compiler::ir::Expr, value: &Cases) -> Option<F> {
    each_way(world, bundle, earlier, pattern, &mut |symbolic, parts| {
        let cases = symbolic.eval(part);
        let holds = symbolic.holds_value(&cases, value);
        parts.push(holds);
    })
}

/// Looks at a pattern for a step, for each element where it is about elements.
fn each_way(world: &mut World, bundle: &Bundle, earlier: &Seen, pattern: &EventPattern, more: &mut dyn FnMut(&mut Symbolic<'_, '_>, &mut Vec<F>)) -> Option<F> {
    let found = pattern.targets.iter().find(|t| t.target as usize == earlier.target)?;
    let frame = judge::view(world, bundle, &earlier.sight.frame, earlier.target, found.class);
    let mut symbolic = Symbolic::new(world, bundle, frame);
    let elements: Vec<(F, Option<(LocalId, Cases)>)> = match &pattern.each {
        None => vec![(F::TRUE, None)],
        Some(each) => {
            let mut all = Vec::new();
            for (guard, sym) in symbolic.eval(&each.list) {
                if let Sym::List(elements) = sym {
                    for element in elements {
                        let there = symbolic.world.formulas.and([guard, element.there]);
                        all.push((there, Some((each.local, element.value))));
                    }
                }
            }
            all
        }
    };
    let mut ways = Vec::new();
    for (there, element) in elements {
        let mut parts = vec![there];
        if let Some((local, value)) = element {
            symbolic.locals.insert(local, value);
        }
        if let Some(guard) = &pattern.guard {
            parts.push(symbolic.condition(guard).t);
        }
        more(&mut symbolic, &mut parts);
        ways.push(symbolic.world.formulas.and(parts));
    }
    let any = world.formulas.or(ways);
    (any != F::FALSE).then_some(any)
}

impl Symbolic<'_, '_> {
    /// Returns where two values are equal; where that isn't told apart, it may be so.
    pub fn same_values(&mut self, ty: &reach_compiler::ir::Type, a: &Cases, b: &Cases) -> F {
        match self.same_cases(ty, a, b) {
            Some(cond) => cond.t,
            None => {
                let key = format!("{a:?} equals {b:?}");
                self.world.flag(&key, Some("whether two values of earlier and later steps are equal"))
            }
        }
    }

    /// Returns where what is said in a value may hold another one.
    fn holds_value(&mut self, said: &Cases, value: &Cases) -> F {
        let mut ways = Vec::new();
        for (g, x) in said {
            for (h, y) in value {
                let holds = match (x, y) {
                    (Sym::Term(a), Sym::Term(b)) => {
                        let mut b = b.clone();
                        b.ty = a.ty.clone();
                        self.world.relation(Bond::Is, a, &b).t
                    }
                    _ => self.world.flag(&format!("{x:?} holds {y:?}"), Some("whether a value stands in a part of a result")),
                };
                ways.push(self.world.formulas.and([*g, *h, holds]));
            }
        }
        self.world.formulas.or(ways)
    }
}

/// Tells whether a question is only whether something was there, how often, or whether it is labelled: what states keep.
pub(super) fn is_kept(bundle: &Bundle, question: &Question) -> bool {
    match question.asked {
        Asked::History(number) => bundle.monitors.get(number as usize).is_some_and(|m| !matches!(m.fold, Fold::Sum(_))),
        Asked::From(_) | Asked::Label(_) => true,
        Asked::Named | Asked::Rights => false,
    }
}

/// Tells whether an event may make a question forget.
pub(super) fn forgets(bundle: &Bundle, question: &Question) -> bool {
    matches!(question.asked, Asked::History(number) if bundle.monitors.get(number as usize).is_some_and(|m| m.since.is_some()))
}

/// Tells whether there can be agents but the main one.
fn has_children(bundle: &Bundle) -> bool {
    bundle.targets.iter().any(|t| t.kind == StepKind::Spawn)
}

/// Tells whether time alone, or another agent, may make a question forget.
pub(super) fn fades(bundle: &Bundle, question: &Question) -> bool {
    match question.asked {
        Asked::History(number) => bundle.monitors.get(number as usize).is_some_and(|m| m.over.is_some() || (m.per_agent && has_children(bundle))),
        // A child has labels of its own until it gives them back; what is cleared is gone.
        Asked::Label(label) => {
            let cleared = bundle.rules.iter().flat_map(|r| &r.obligations).any(|o| matches!(o, Obligation::Clear(l) if *l == label));
            cleared || has_children(bundle)
        }
        _ => false,
    }
}
