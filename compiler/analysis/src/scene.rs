//! A step that is decided, with the session before it, seen by one bundle or by two.

mod recipe;

use reach_compiler::ir::{Bundle, Effect as RuleEffect, StepKind};
use reach_values::time;

use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::limits::Limits;
use crate::report::{Decided, Effect, Play};
use crate::search::{Model, Search};
use crate::symbolic::Asked;
use crate::value::{Cases, Sym};
use crate::witness;
use crate::world::World;

/// A bundle that sees a step.
pub(crate) struct Side<'a> {
    pub bundle: &'a Bundle,
    pub sight: Sight,
    pub judged: Judgement,
    pub play: &'a dyn Play,
    /// The rules about the step.
    pub rules: &'a [usize],
}

/// A step, and who sees it.
pub(crate) struct Scene<'a> {
    pub kind: StepKind,
    pub name: &'a str,
    pub sides: Vec<Side<'a>>,
}

/// What became of a model.
pub(crate) enum Staged {
    /// Events, the step last.
    Session(Vec<String>),
    /// No session was found in which it is so.
    Unknown(String),
}

impl Scene<'_> {
    /// Returns what is tried first, second and so on: at last nothing is asked beside the goal.
    pub fn preferences(&self, world: &mut World) -> Vec<Vec<F>> {
        let mut base = Vec::new();
        let mut quiet = Vec::new();
        let mut total = Vec::new();
        for side in &self.sides {
            base.extend(side.sight.prefer.iter().copied());
            quiet.extend(judge::unspent(world, side.bundle, &side.sight.frame));
            for question in &side.judged.questions {
                quiet.push(untouched(world, &question.answer, question.asked));
                total.push(answered(world, &question.answer));
            }
        }
        let all: Vec<F> = base.iter().chain(&quiet).copied().collect();
        let some: Vec<F> = base.iter().chain(&total).copied().collect();
        let mut levels = vec![all, some, base, Vec::new()];
        levels.dedup();
        levels
    }

    /// Makes a session of a model.
    pub fn stage(&mut self, world: &mut World, search: &mut Search, model: &Model, limits: &Limits) -> Staged {
        let sights: Vec<_> = self.sides.iter().map(|s| (s.bundle, &s.sight)).collect();
        let fixed = self.sides.first().and_then(|side| witness::time_of(world, model, &side.sight));
        let before = match recipe::before(self, world, search, model, fixed, limits) {
            Ok(before) => before,
            Err(why) => return Staged::Unknown(why),
        };
        let at = fixed.unwrap_or_else(|| witness::BEGINNING + time::SECOND_NS * i128::try_from(before.len() + 1).unwrap_or(0));
        let begin = fixed.unwrap_or(witness::BEGINNING);
        let mut events: Vec<String> = Vec::new();
        events.extend(witness::start(world, model, &sights, begin));
        events.extend(before);
        events.push(witness::step(world, model, &sights, (self.kind, self.name), "step", at).line());
        Staged::Session(events)
    }

    /// Returns the formula of all steps that a bundle decides so, by these rules.
    pub fn decided_so(&self, world: &mut World, side: &Side<'_>, decided: &Decided) -> F {
        let mut parts = vec![side.judged.effect(decided.effect)];
        let is_among = |rule: usize| side.bundle.rules.get(rule).is_some_and(|rule| decided.rules.iter().any(|r| r.file.is_some() && r.rule == rule.name));
        let by_rules = decided.rules.iter().any(|r| r.file.is_some());
        for looked in &side.judged.looked {
            let counts = match (decided.effect, looked.effect) {
                (Effect::Forbid, RuleEffect::Forbid) | (Effect::Ask, RuleEffect::Ask) => world.formulas.not(looked.cond.f),
                (Effect::Ask, RuleEffect::OtherwiseAsk) | (Effect::Permit, RuleEffect::Permit) => looked.cond.t,
                _ => continue,
            };
            if decided.effect == Effect::Forbid && !by_rules {
                // A reserved reason: no rule forbids, or the arguments don't fit.
                continue;
            }
            parts.push(if is_among(looked.rule) { counts } else { world.formulas.not(counts) });
        }
        if decided.effect == Effect::Forbid && !by_rules {
            let default = decided.rules.iter().any(|r| r.rule == "default" || r.rule == "undeclared");
            parts.push(if default { world.formulas.not(side.judged.reserved) } else { side.judged.reserved });
        }
        world.formulas.and(parts)
    }
}

/// Returns where a question has the answer that it has when nothing has happened yet.
fn untouched(world: &mut World, answer: &Cases, asked: Asked) -> F {
    let mut parts = Vec::new();
    for (guard, sym) in answer {
        let so = match sym {
            Sym::Absent => F::TRUE,
            Sym::Bool(cond) => cond.f,
            // A count or a sum of nothing; what `latest` gives is there or not.
            Sym::Num(sum) if matches!(asked, Asked::History(_)) => world.is_zero(sum),
            _ => continue,
        };
        parts.push(world.formulas.and([*guard, so]));
    }
    world.formulas.or(parts)
}

/// Returns where a question has an answer.
fn answered(world: &mut World, answer: &Cases) -> F {
    let mut parts = Vec::new();
    for (guard, sym) in answer {
        let so = if let Sym::Bool(cond) = sym { world.formulas.or([cond.t, cond.f]) } else { F::TRUE };
        parts.push(world.formulas.and([*guard, so]));
    }
    world.formulas.or(parts)
}
