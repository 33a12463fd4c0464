//! A step that is decided, seen by two bundles.

use reach_compiler::ir::{Bundle, Effect as RuleEffect, StepKind};

use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::report::{Decided, Effect};
use crate::search::Model;
use crate::session::{Posed, Viewer};
use crate::symbolic::{Asked, Question};
use crate::value::Sym;
use crate::witness;
use crate::world::World;

/// A bundle that sees a step.
pub(crate) struct Side<'a> {
    pub bundle: &'a Bundle,
    pub rules: &'a Rules,
    pub sight: Sight,
    pub judged: Judgement,
}

/// A step, and who sees it.
pub(crate) struct Scene<'a> {
    pub kind: StepKind,
    pub name: &'a str,
    pub sides: Vec<Side<'a>>,
}

impl<'a> Scene<'a> {
    /// Returns what is assumed where a step is the first of a session, by its main agent: with everything known, and else without.
    pub fn beginnings(&self, world: &mut World) -> [Vec<F>; 2] {
        let mut quiet = Vec::new();
        let mut known = Vec::new();
        for side in &self.sides {
            quiet.push(side.sight.main);
            quiet.extend(judge::unspent(world, side.bundle, &side.sight.frame));
            for question in &side.judged.questions {
                quiet.push(untouched(world, question));
            }
            known.extend(side.sight.prefer.iter().copied());
        }
        known.extend(quiet.iter().copied());
        [known, quiet]
    }

    /// Returns where every question has an answer.
    pub fn answered(&self, world: &mut World) -> F {
        let parts: Vec<F> = self.sides.iter().flat_map(|s| &s.judged.questions).map(|q| answered(world, q)).collect();
        world.formulas.and(parts)
    }

    /// Returns who sees the session, and what they ask of it.
    pub fn viewers(&self) -> (Vec<Viewer<'a>>, Vec<Posed>) {
        let viewers = self.sides.iter().map(|s| Viewer { bundle: s.bundle, rules: s.rules }).collect();
        let posed = self.sides.iter().enumerate().flat_map(|(side, s)| s.judged.questions.iter().map(move |q| (side, q.clone()))).collect();
        (viewers, posed)
    }

    /// Makes a session of a model in which the step is the first.
    pub fn first(&self, world: &mut World, model: &Model) -> Vec<String> {
        let sights: Vec<_> = self.sides.iter().map(|s| (s.bundle, &s.sight)).collect();
        witness::alone(world, model, &sights, (self.kind, self.name))
    }

    /// Returns the formula of all steps that a bundle decides so, by these rules.
    pub fn decided_so(&self, world: &mut World, side: &Side<'_>, decided: &Decided) -> F {
        let mut parts = vec![side.judged.effect(decided.effect)];
        let is_among = |rule: usize| side.bundle.rules.get(rule).is_some_and(|rule| decided.rules.iter().any(|r| r.file.is_some() && r.rule == rule.name));
        let by_rules = decided.rules.iter().any(|r| r.file.is_some());
        // What is asked since nothing else permits or asks.
        let alone = |rule: usize| is_among(rule) && side.bundle.rules.get(rule).is_some_and(|rule| rule.effect == RuleEffect::OtherwiseAsk);
        let otherwise = decided.effect == Effect::Ask && side.judged.looked.iter().any(|l| alone(l.rule));
        let mut others = Vec::new();
        for looked in &side.judged.looked {
            if decided.effect == Effect::Ask && matches!(looked.effect, RuleEffect::Permit | RuleEffect::Ask) {
                others.push(looked.cond.t);
            }
            let counts = match (decided.effect, looked.effect) {
                (Effect::Forbid, RuleEffect::Forbid) => world.formulas.not(looked.cond.f),
                (Effect::Ask, RuleEffect::Ask) => world.formulas.not(looked.cond.f),
                (Effect::Ask, RuleEffect::OtherwiseAsk) if otherwise => looked.cond.t,
                (Effect::Permit, RuleEffect::Permit) => looked.cond.t,
                _ => continue,
            };
            if decided.effect == Effect::Forbid && !by_rules {
                // A reserved reason, which is told below.
                continue;
            }
            parts.push(if is_among(looked.rule) { counts } else { world.formulas.not(counts) });
        }
        if decided.effect == Effect::Ask {
            let others = world.formulas.or(others);
            parts.push(if otherwise { world.formulas.not(others) } else { others });
        }
        if decided.effect == Effect::Forbid && !by_rules {
            parts.push(reserved(world, side, decided));
        }
        world.formulas.and(parts)
    }
}

/// Returns where a step is forbidden for the reserved reason of a decision.
fn reserved(world: &mut World, side: &Side<'_>, decided: &Decided) -> F {
    let is = |name: &str| decided.rules.iter().any(|r| r.rule == name);
    let valid = side.sight.valid;
    if is("invalid_arguments") {
        return world.formulas.not(valid);
    }
    let (mut forbidding, mut allowing) = (Vec::new(), Vec::new());
    for looked in &side.judged.looked {
        match looked.effect {
            RuleEffect::Forbid => forbidding.push(looked.cond.f),
            RuleEffect::Permit | RuleEffect::Ask | RuleEffect::OtherwiseAsk => allowing.push(looked.cond.t),
            RuleEffect::Oblige => {}
        }
    }
    let none_forbids = world.formulas.and(forbidding);
    let some_allows = world.formulas.or(allowing);
    // By default where no rule allows it, else for what goes with it.
    let rest = if is("default") || is("undeclared") { world.formulas.not(some_allows) } else { world.formulas.and([some_allows, side.judged.reserved]) };
    world.formulas.and([valid, none_forbids, rest])
}

/// Returns where a question has the answer that it has when nothing has happened yet. Where what it asks about isn't there, it has none, and
/// that is so whatever has happened.
pub(crate) fn untouched(world: &mut World, question: &Question) -> F {
    let guards: Vec<F> = question.answer.iter().map(|(guard, _)| *guard).collect();
    let asked = world.formulas.or(guards);
    let mut parts = vec![question.short, world.formulas.not(asked)];
    for (guard, sym) in &question.answer {
        let so = match sym {
            Sym::Absent => F::TRUE,
            Sym::Bool(cond) => cond.f,
            // A count or a sum of nothing; what `latest` gives is there or not.
            Sym::Num(sum) if matches!(question.asked, Asked::History(_)) => world.is_zero(sum),
            _ => continue,
        };
        parts.push(world.formulas.and([*guard, so]));
    }
    world.formulas.or(parts)
}

/// Returns where a question has an answer, or none whatever has happened.
pub(crate) fn answered(world: &mut World, question: &Question) -> F {
    let mut parts = vec![question.short];
    for (guard, sym) in &question.answer {
        let so = if let Sym::Bool(cond) = sym { world.formulas.or([cond.t, cond.f]) } else { F::TRUE };
        parts.push(world.formulas.and([*guard, so]));
    }
    world.formulas.or(parts)
}
