//! Where a claim is broken, as a formula over one step, whatever came before it.

use reach_compiler::ir::{Bundle, Claim, Effect as RuleEffect, RuleTarget, StepKind};

use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::report::Effect;
use crate::symbolic::{Question, Symbolic};
use crate::world::World;

/// A step that a claim is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// The index of the declared step; none where it isn't declared.
    pub target: Option<usize>,
    /// The class through which the claim looks at it.
    pub class: Option<u32>,
    /// Its kind.
    pub kind: StepKind,
}

/// Where a claim is broken at a step.
pub(crate) struct Breach {
    /// The step.
    pub sight: Sight,
    /// Where the claim is about it, and the decision is not as claimed.
    pub goal: F,
    /// What the claim and the rules ask of the session.
    pub questions: Vec<Question>,
}

/// The kinds of steps that may have a name that no declaration covers.
pub(crate) const NAMED: [StepKind; 4] = [StepKind::Call, StepKind::Spawn, StepKind::Model, StepKind::Read];

/// Returns the steps that a rule or a claim is about.
pub(crate) fn steps(bundle: &Bundle, targets: &[RuleTarget], undeclared: bool) -> Vec<Step> {
    let declared =
        targets.iter().filter_map(|t| Some(Step { target: Some(t.target as usize), class: t.class, kind: bundle.targets.get(t.target as usize)?.kind }));
    let mut steps: Vec<Step> = declared.collect();
    if undeclared {
        steps.extend(NAMED.map(|kind| Step { target: None, class: None, kind }));
    }
    steps
}

impl Step {
    /// Looks at it.
    pub fn sight(self, world: &mut World, bundle: &Bundle) -> Sight {
        match self.target {
            Some(target) => judge::sight(world, bundle, target, ""),
            None => judge::undeclared(world, bundle, self.kind, None),
        }
    }

    /// Returns what it is called, for people.
    pub fn name(self, bundle: &Bundle) -> String {
        let name = self.target.and_then(|t| bundle.targets.get(t)).map_or("of an undeclared name", |t| t.name.as_str());
        if self.kind == StepKind::Say { self.kind.word().to_owned() } else { format!("{} {name}", self.kind.word()) }
    }
}

/// Returns where a claim is broken at a step.
pub(crate) fn breach(world: &mut World, bundle: &Bundle, rules: &Rules, claim: &Claim, step: Step) -> Breach {
    let mut demand = rules.demand(step.target);
    claim.condition.iter().for_each(|condition| demand.add(condition));
    world.elements = demand.elements();
    let sight = step.sight(world, bundle);
    let judged = judge::judge(world, bundle, &sight, rules.about(step.target));
    let (condition, mut questions) = condition(world, bundle, claim, step, &sight);
    for question in &judged.questions {
        if !questions.contains(question) {
            questions.push(question.clone());
        }
    }
    let bad = broken(world, bundle, claim, &judged);
    // A claim is about steps that fit their declaration.
    let goal = world.formulas.and([condition, sight.valid, bad]);
    Breach { sight, goal, questions }
}

/// Returns where the claim is about the step.
fn condition(world: &mut World, bundle: &Bundle, claim: &Claim, step: Step, sight: &Sight) -> (F, Vec<Question>) {
    let Some(condition) = &claim.condition else { return (F::TRUE, Vec::new()) };
    let frame = match step.target {
        Some(target) => judge::view(world, bundle, &sight.frame, target, step.class),
        None => sight.frame.clone(),
    };
    let mut symbolic = Symbolic::new(world, bundle, frame);
    let cond = symbolic.condition(condition);
    (cond.t, symbolic.questions)
}

/// Returns where a decision is not as claimed.
fn broken(world: &mut World, bundle: &Bundle, claim: &Claim, judged: &Judgement) -> F {
    let expect = &claim.expect;
    let effect = expect.effect;
    let mut is = judged.effect(effect);
    if !expect.by.is_empty() {
        let mut parts = vec![is];
        for name in &expect.by {
            let deciding: Vec<F> = judged
                .looked
                .iter()
                .filter(|l| bundle.rules.get(l.rule).is_some_and(|r| r.name == *name))
                .map(|l| match (effect, l.effect) {
                    (Effect::Forbid, RuleEffect::Forbid) | (Effect::Ask, RuleEffect::Ask) => world.formulas.not(l.cond.f),
                    (Effect::Permit, RuleEffect::Permit) | (Effect::Ask, RuleEffect::OtherwiseAsk) => l.cond.t,
                    _ => F::FALSE,
                })
                .collect();
            let reserved = judged.looked.iter().all(|l| bundle.rules.get(l.rule).is_none_or(|r| r.name != *name));
            parts.push(if reserved && !bundle.rules.iter().any(|r| r.name == *name) { judged.reserved } else { world.formulas.or(deciding) });
        }
        is = world.formulas.and(parts);
    }
    if !expect.negated {
        return world.formulas.not(is);
    }
    // What is asked is permitted once a person agrees.
    if effect == Effect::Permit && !claim.unless_approved && expect.by.is_empty() { world.formulas.or([is, judged.ask]) } else { is }
}
