//! Sessions for a property, one after the other.

use std::collections::BTreeMap;

use reach_compiler::ir::{Claim, ClaimEffect, Effect, Rule, RuleTarget, StepKind, Type};

use super::constants::Constants;
use super::draft::{Draft, Filler, Move, Plan};
use super::gather::{constants, due};
use super::place::{Place, Root, View};
use super::random::Random;
use super::scene::Scene;
use super::steer::Steer;
use super::worlds::Ids;
use crate::witness::Json;

/// How many sessions are kept that came under the property, to be changed in some place.
const KEPT: usize = 32;

/// Names of steps that aren't declared.
const UNDECLARED: [&str; 3] = ["nobody", "admin.delete_everything", "x"];

/// How many rules a step is kept out of at most.
const MOST_AVOIDED: usize = 8;

/// Makes sessions for one property.
pub(super) struct Generator<'a, 'b> {
    scene: &'a Scene<'b>,
    claim: &'b Claim,
    random: Random,
    constants: Constants,
    /// Values that are tried in any case, the last first: both sides of each boundary.
    due: Vec<(Place, Json)>,
    kept: Vec<Plan<'b>>,
}

impl<'a, 'b> Generator<'a, 'b> {
    pub fn of(scene: &'a Scene<'b>, claim: &'b Claim, seed: u64, ids: &Ids) -> Self {
        let constants = Constants { ids: ids.clone(), ..constants(scene, claim) };
        let due = due(scene, claim, &constants);
        Self { scene, claim, random: Random::new(seed, &claim.name), constants, due, kept: Vec::new() }
    }

    /// Keeps a session that came under the property.
    pub fn keep(&mut self, plan: Plan<'b>) {
        if self.kept.len() < KEPT {
            self.kept.push(plan);
        } else {
            let at = self.random.below(KEPT);
            if let Some(kept) = self.kept.get_mut(at) {
                *kept = plan;
            }
        }
    }

    /// Makes the next session.
    pub fn next(&mut self) -> Plan<'b> {
        if let Some((place, value)) = if self.random.chance(50) { self.due.pop() } else { None } {
            return self.fresh(Some((place, value)));
        }
        match self.random.pick(&self.kept).cloned() {
            Some(plan) if self.random.chance(30) => self.changed(plan),
            _ => self.fresh(None),
        }
    }

    /// Makes a session from nothing. A value that is due is put where it belongs.
    fn fresh(&mut self, due: Option<(Place, Json)>) -> Plan<'b> {
        let mut steer = Steer { scene: self.scene, constants: &self.constants, random: &mut self.random, plan: Plan::default(), depth: 0 };
        let Some((mut draft, class)) = begin(&mut steer, self.claim) else { return steer.plan };
        before(&mut steer, &mut draft);
        let mut view = View::new(steer.scene.bundle, draft.target, class);
        // First the condition and then the rules, or the other way: what comes later wins where they are about one value.
        let first = steer.random.chance(50);
        if let (Some(condition), true) = (&self.claim.condition, first) {
            steer.condition(&mut draft, &mut view, condition, true);
        }
        if steer.random.chance(80) {
            breaking(&mut steer, self.claim, &mut draft);
        }
        if let (Some(condition), true) = (&self.claim.condition, !first && steer.random.chance(95)) {
            steer.condition(&mut draft, &mut view, condition, true);
        }
        if let Some((place, value)) = due {
            steer.set(&mut draft, &view, &place, value);
        }
        valid(&mut steer, &mut draft);
        // A context that changes within the session is rare.
        let fields = &steer.scene.bundle.context;
        let mut filler = Filler { random: steer.random, constants: steer.constants };
        filler.fill_context(&mut steer.plan.context, fields);
        let mut random_context = BTreeMap::new();
        if !fields.is_empty() && filler.random.chance(4) {
            filler.fill_context(&mut random_context, fields);
        }
        if !random_context.is_empty() {
            steer.plan.moves.push(Move::Context(random_context));
        }
        steer.finish(&mut draft, false);
        steer.plan.moves.push(Move::Step(draft));
        steer.plan
    }

    /// Changes a session that came under the property in one place.
    fn changed(&mut self, mut plan: Plan<'b>) -> Plan<'b> {
        let last = plan.moves.len().saturating_sub(1);
        let at = if self.random.chance(70) { last } else { self.random.below(plan.moves.len()) };
        let mut filler = Filler { random: &mut self.random, constants: &self.constants };
        let context_too = !plan.context.is_empty() && filler.random.chance(20);
        if context_too {
            let names: Vec<String> = plan.context.keys().cloned().collect();
            let name = filler.random.pick(&names).cloned().unwrap_or_default();
            if let Some(field) = self.scene.bundle.context.iter().find(|field| field.name == name) {
                let value = filler.value(&field.ty, &Place { root: Root::Context(name.clone()), ways: Vec::new() }, 0);
                plan.context.insert(name, value);
            }
            return plan;
        }
        if at != last && filler.random.chance(30) {
            if matches!(plan.moves.get(at), Some(Move::Prompt(_) | Move::Pause(_) | Move::Context(_))) {
                plan.moves.remove(at);
            }
            return plan;
        }
        match plan.moves.get_mut(at) {
            Some(Move::Step(draft)) => {
                let Some(target) = draft.target else { return plan };
                let fields: Vec<(bool, &reach_compiler::ir::Field)> =
                    target.args.iter().map(|field| (false, field)).chain(target.facts.iter().map(|field| (true, field))).collect();
                let Some((is_fact, field)) = filler.random.pick(&fields).copied() else { return plan };
                let root = if is_fact { Root::Fact(field.name.to_string()) } else { Root::Arg(field.name.to_string()) };
                let values = if is_fact { &mut draft.facts } else { &mut draft.args };
                if filler.random.chance(15) && (is_fact || matches!(field.ty, Type::Optional(_))) {
                    values.remove(field.name.as_str());
                } else {
                    values.insert(field.name.to_string(), filler.value(&field.ty, &Place { root, ways: Vec::new() }, 0));
                }
            }
            Some(Move::Pause(ns)) => *ns = filler.random.one_of([0, *ns / 2, ns.saturating_add(reach_values::time::SECOND_NS), ns.saturating_mul(2)]),
            _ => {}
        }
        plan
    }
}

/// Begins the step that a property is about.
fn begin<'b>(steer: &mut Steer<'_, 'b>, claim: &'b Claim) -> Option<(Draft<'b>, Option<u32>)> {
    let declared = claim.targets.len();
    let at = steer.random.below(declared + usize::from(claim.undeclared));
    match claim.targets.get(at) {
        Some(RuleTarget { target, class }) => Some((steer.scene.draft(steer.random, steer.scene.bundle.targets.get(*target as usize)?), *class)),
        None if claim.undeclared => {
            let kinds = [StepKind::Call, StepKind::Call, StepKind::Spawn, StepKind::Model, StepKind::Read];
            let kind = steer.random.pick(&kinds).copied().unwrap_or(StepKind::Call);
            let name = steer.random.pick(&UNDECLARED).copied().unwrap_or_default();
            Some((Draft::undeclared(kind, name), None))
        }
        None => None,
    }
}

/// Lets something happen first that nobody asked for: steps that spend, prompts, a child that is spawned.
fn before<'b>(steer: &mut Steer<'_, 'b>, draft: &mut Draft<'b>) {
    if steer.random.chance(20) {
        let texts: Vec<&String> = steer.constants.texts.iter().collect();
        let said = steer.random.pick(&texts).map_or_else(|| "hello".to_owned(), |text| (*text).clone());
        steer.plan.moves.push(Move::Prompt(said));
    }
    if steer.random.chance(25) {
        let bundle = steer.scene.bundle;
        let charged: Vec<u32> = bundle.charges.iter().flat_map(|charge| &charge.targets).map(|at| at.target).collect();
        for _ in 0..=steer.random.below(3) {
            let charged = if steer.random.chance(60) { steer.random.pick(&charged).copied() } else { None };
            let at = charged.map_or_else(|| steer.random.below(bundle.targets.len()), |at| at as usize);
            let Some(target) = bundle.targets.get(at) else { continue };
            let mut earlier = steer.scene.draft(steer.random, target);
            steer.depth += 1;
            if steer.random.chance(80) {
                steer.some_rule(&mut earlier, &[Effect::Permit, Effect::Ask]);
            }
            steer.depth -= 1;
            earlier.approved = if steer.random.chance(80) { Some(true) } else { None };
            earlier.for_session = steer.random.chance(15);
            if let (Some(budget), true) = (bundle.budgets.first(), steer.random.chance(15)) {
                earlier.usage.insert(budget.name.clone(), Json::Number("1".to_owned()));
            }
            steer.finish(&mut earlier, false);
            steer.plan.moves.push(Move::Step(earlier));
        }
    }
    if !steer.scene.agents.is_empty() && steer.random.chance(15) {
        let Some(target) = steer.random.pick(&steer.scene.agents).copied() else { return };
        let mut spawn = Draft::of(target);
        steer.depth += 1;
        steer.some_rule(&mut spawn, &[Effect::Permit, Effect::Ask]);
        steer.depth -= 1;
        steer.finish(&mut spawn, false);
        // It is still at work.
        spawn.result = None;
        steer.plan.moves.push(Move::Step(spawn));
        draft.agent = Some(steer.plan.moves.iter().filter(|one| matches!(one, Move::Step(_))).count());
    }
}

/// Steers a step towards a decision that breaks the property.
fn breaking<'b>(steer: &mut Steer<'_, 'b>, claim: &'b Claim, draft: &mut Draft<'b>) {
    let Some(target) = draft.target else { return };
    let effect = |effect: ClaimEffect| match effect {
        ClaimEffect::Permit => vec![Effect::Permit],
        ClaimEffect::Ask => vec![Effect::Ask, Effect::OtherwiseAsk],
        ClaimEffect::Forbid => vec![Effect::Forbid],
    };
    let wanted: Vec<Effect> = if claim.expect.negated {
        let mut wanted = effect(claim.expect.effect);
        if reach_analysis::counts_approvals(claim) {
            wanted.push(Effect::Ask);
        }
        wanted
    } else {
        ClaimEffect::ALL.into_iter().filter(|other| *other != claim.expect.effect).flat_map(effect).collect()
    };
    let Some(wanted) = steer.random.pick(&wanted).copied() else { return };
    // What beats the wanted effect must not match.
    let rank = |effect: Effect| match effect {
        Effect::Forbid => 3,
        Effect::Ask => 2,
        Effect::OtherwiseAsk => 1,
        Effect::Permit | Effect::Oblige => 0,
    };
    let above: Vec<(&'b Rule, Option<u32>)> = steer.scene.about(target).filter(|(rule, _)| !rule.advisory && rank(rule.effect) > rank(wanted)).collect();
    let start = steer.random.below(above.len());
    for (rule, class) in above.iter().cycle().skip(start).take(above.len().min(MOST_AVOIDED)) {
        if steer.random.chance(50) {
            steer.rule(draft, rule, *class, false);
        }
    }
    steer.some_rule(draft, &[wanted]);
}

/// Steers a step so that it fits the refinements of its declaration.
fn valid<'b>(steer: &mut Steer<'_, 'b>, draft: &mut Draft<'b>) {
    let Some(target) = draft.target else { return };
    let mut view = View::new(steer.scene.bundle, Some(target), None);
    for field in target.args.iter().chain(&target.facts) {
        let is_there = draft.args.contains_key(field.name.as_str()) || draft.facts.contains_key(field.name.as_str());
        if let Some(check) = &field.check
            && (is_there || !matches!(field.ty, Type::Optional(_)))
        {
            steer.condition(draft, &mut view, &check.condition, true);
        }
    }
    for field in &steer.scene.bundle.context {
        if let Some(check) = &field.check
            && !matches!(field.ty, Type::Optional(_))
        {
            steer.condition(draft, &mut view, &check.condition, true);
        }
    }
}
