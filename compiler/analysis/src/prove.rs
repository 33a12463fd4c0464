//! Whether a claim holds of every step in every session.
//!
//! First over one step, whatever came before: most claims hold so. Else over the states of sessions (`session::states`).

use reach_codes::Span;
use reach_compiler::ir::{Aside, Bundle, Claim, ClaimEffect, Effect as RuleEffect, Rule, StepKind};

use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::limits::Limits;
use crate::report::{AnalysisError, Decided, Effect, Play, Played, Proof, Unknown, Verdict, Witness};
use crate::search::{Found, Search};
use crate::session::{self, Posed, Viewer};
use crate::symbolic::{Question, Symbolic};
use crate::world::World;

/// How many ways to a state that breaks a claim are tried.
const WAYS: usize = 8;

/// The name of the rule that stands for a claim where sessions are played.
const CLAIM: &str = "<claim>";

/// Returns a bundle whose machine tells, of each step, whether the claim is about it: by an advisory rule, which decides nothing.
#[must_use]
pub fn watched(bundle: &Bundle, claim: &Claim) -> Bundle {
    let mut bundle = bundle.clone();
    // What only the claim asks is asked by that rule now.
    bundle.aside = Aside::default();
    // Rules stand in the order of the sources.
    let place = |bundle: &Bundle, span: Span| (bundle.sources.get(span.file).map(|f| f.name.clone()), span.start);
    let here = place(&bundle, claim.span);
    let at = bundle.rules.iter().position(|rule| place(&bundle, rule.name_span) > here).unwrap_or(bundle.rules.len());
    bundle.rules.insert(
        at,
        Rule {
            name: CLAIM.to_owned(),
            effect: RuleEffect::Oblige,
            advisory: true,
            severity: None,
            owner: None,
            references: Vec::new(),
            allows: Vec::new(),
            docs: String::new(),
            targets: claim.targets.clone(),
            undeclared: claim.undeclared,
            when: claim.condition.clone(),
            unless: None,
            message: Vec::new(),
            obligations: Vec::new(),
            approver: None,
            expires: None,
            grants: None,
            examples: Vec::new(),
            name_span: claim.span,
            span: claim.span,
        },
    );
    bundle
}

/// Proves a claim about a bundle, or finds the shortest session that breaks it. `play` plays sessions with the [`watched`] bundle.
///
/// # Errors
/// When the machine decides otherwise than the analysis says, which is a mistake of ours.
pub fn prove(bundle: &Bundle, claim: &Claim, play: &dyn Play, limits: &Limits) -> Result<Proof, AnalysisError> {
    let rules = Rules::of(bundle);
    let mut proof = Proof { claim: claim.name.clone(), verdict: Verdict::Proved, states: 1, witness: None, decided: None, unknown: Vec::new() };
    let mut steps: Vec<(Option<usize>, Option<u32>, StepKind)> =
        claim.targets.iter().filter_map(|t| Some((Some(t.target as usize), t.class, bundle.targets.get(t.target as usize)?.kind))).collect();
    if claim.undeclared {
        steps.extend([StepKind::Call, StepKind::Spawn, StepKind::Model, StepKind::Read].map(|kind| (None, None, kind)));
    }
    let mut best: Option<(Vec<String>, Decided)> = None;
    for (target, class, kind) in steps {
        let mut proving = Proving { world: World::default(), bundle, claim, play, limits, rules: &rules, target, class, kind };
        let found = proving.step(&mut proof)?;
        if let Some((events, decided)) = found
            && best.as_ref().is_none_or(|(shortest, _)| events.len() < shortest.len())
        {
            best = Some((events, decided));
        }
    }
    proof.unknown.sort();
    proof.unknown.dedup();
    if let Some((events, decided)) = best {
        proof.verdict = Verdict::Violated;
        proof.witness = Some(Witness { events });
        proof.decided = Some(decided);
        proof.unknown.clear();
    } else if !proof.unknown.is_empty() {
        proof.verdict = Verdict::Unknown;
    }
    Ok(proof)
}

struct Proving<'a> {
    world: World,
    bundle: &'a Bundle,
    claim: &'a Claim,
    play: &'a dyn Play,
    limits: &'a Limits,
    rules: &'a Rules,
    target: Option<usize>,
    class: Option<u32>,
    kind: StepKind,
}

impl Proving<'_> {
    fn name(&self) -> String {
        let name = self.target.and_then(|t| self.bundle.targets.get(t)).map_or("of an undeclared name", |t| t.name.as_str());
        if self.kind == StepKind::Say { self.kind.word().to_owned() } else { format!("{} {name}", self.kind.word()) }
    }

    /// Looks at one step of the claim.
    fn step(&mut self, proof: &mut Proof) -> Result<Option<(Vec<String>, Decided)>, AnalysisError> {
        let bundle = self.bundle;
        let sight = match self.target {
            Some(target) => judge::sight(&mut self.world, bundle, target, ""),
            None => judge::undeclared(&mut self.world, bundle, self.kind, None),
        };
        let judged = judge::judge(&mut self.world, bundle, &sight, self.rules.about(self.target));
        let (condition, mut questions) = self.condition(&sight);
        for question in &judged.questions {
            if !questions.contains(question) {
                questions.push(question.clone());
            }
        }
        let bad = self.broken(&judged);
        let goal = self.world.formulas.and([condition, bad]);
        let mut search = Search::new(self.limits);
        match search.solve(&mut self.world, &[goal]) {
            Found::None => return Ok(None),
            Found::Some(_) => {}
            Found::Unknown(why) if questions.is_empty() => {
                proof.unknown.extend(why.into_iter().map(|why| Unknown { step: Some(self.name()), why }));
                return Ok(None);
            }
            Found::Unknown(_) => {}
        }
        let viewers = [Viewer { bundle, rules: self.rules }];
        let posed: Vec<Posed> = questions.into_iter().map(|q| (0, q)).collect();
        let all = session::cone(&mut self.world, &viewers, &posed);
        let explored = session::explore(&mut self.world, &viewers, &all, goal, self.limits, WAYS);
        proof.states = proof.states.max(explored.states);
        let step = self.name();
        let name = self.target.and_then(|t| bundle.targets.get(t)).map_or("undeclared", |t| t.name.as_str());
        let mut why_not = Vec::new();
        for way in &explored.broken {
            let last = session::Last { kind: self.kind, name, sights: vec![&sight], goal, questions: &all };
            let events = match session::events(&mut self.world, &viewers, way, &last, &mut search) {
                Ok(events) => events,
                Err(why) => {
                    why_not.push(why);
                    continue;
                }
            };
            match self.played(events) {
                Ok(found) => return Ok(Some(found)),
                Err(why) => why_not.push(why),
            }
        }
        proof.unknown.extend(explored.unknown.into_iter().chain(why_not).map(|why| Unknown { step: Some(step.clone()), why }));
        Ok(None)
    }

    /// Returns where the claim is about the step.
    fn condition(&mut self, sight: &Sight) -> (F, Vec<Question>) {
        let Some(condition) = &self.claim.condition else { return (F::TRUE, Vec::new()) };
        let frame = match self.target {
            Some(target) => judge::view(&mut self.world, self.bundle, &sight.frame, target, self.class),
            None => sight.frame.clone(),
        };
        let mut symbolic = Symbolic::new(&mut self.world, self.bundle, frame);
        let cond = symbolic.condition(condition);
        (cond.t, symbolic.questions)
    }

    /// Returns where a decision is not as claimed.
    fn broken(&mut self, judged: &Judgement) -> F {
        let expect = &self.claim.expect;
        let effect = match expect.effect {
            ClaimEffect::Permit => Effect::Permit,
            ClaimEffect::Ask => Effect::Ask,
            ClaimEffect::Forbid => Effect::Forbid,
        };
        let mut is = judged.effect(effect);
        if !expect.by.is_empty() {
            let mut parts = vec![is];
            for name in &expect.by {
                let deciding: Vec<F> = judged
                    .looked
                    .iter()
                    .filter(|l| self.bundle.rules.get(l.rule).is_some_and(|r| r.name == *name))
                    .map(|l| match (effect, l.effect) {
                        (Effect::Forbid, RuleEffect::Forbid) | (Effect::Ask, RuleEffect::Ask) => self.world.formulas.not(l.cond.f),
                        (Effect::Permit, RuleEffect::Permit) | (Effect::Ask, RuleEffect::OtherwiseAsk) => l.cond.t,
                        _ => F::FALSE,
                    })
                    .collect();
                let reserved = judged.looked.iter().all(|l| self.bundle.rules.get(l.rule).is_none_or(|r| r.name != *name));
                parts.push(if reserved && !self.bundle.rules.iter().any(|r| r.name == *name) { judged.reserved } else { self.world.formulas.or(deciding) });
            }
            is = self.world.formulas.and(parts);
        }
        if !expect.negated {
            return self.world.formulas.not(is);
        }
        // What is asked is permitted once a person agrees.
        if effect == Effect::Permit && !self.claim.unless_approved && expect.by.is_empty() { self.world.formulas.or([is, judged.ask]) } else { is }
    }

    /// Plays a session, and returns it with the decision that breaks the claim.
    fn played(&self, mut events: Vec<String>) -> Result<(Vec<String>, Decided), String> {
        let mut played = self.play.play(&events);
        if let Some(why) = played.iter().find_map(|p| if let Played::Rejected(why) = p { Some(why.clone()) } else { None }) {
            return Err(why);
        }
        let Some(Played::Decided(mut decided)) = played.pop() else { return Err("the last event is no step".to_owned()) };
        if !decided.advisory.iter().any(|rule| rule == CLAIM) {
            return Err("a session was found that should break it, and the machine says that the claim is not about its last step".to_owned());
        }
        decided.advisory.retain(|rule| rule != CLAIM);
        let wants_approval = self.claim.expect.negated && self.claim.expect.effect == ClaimEffect::Permit && !self.claim.unless_approved;
        if wants_approval && decided.effect == Effect::Ask {
            let at = events.last().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok()).and_then(|v| Some(v.get("at")?.to_string()));
            events.push(session::approval("step", &at.unwrap_or_default()));
            decided = match self.play.play(&events).pop() {
                Some(Played::Decided(decided)) => Decided { advisory: decided.advisory.into_iter().filter(|rule| rule != CLAIM).collect(), ..decided },
                Some(Played::Rejected(why)) => return Err(why),
                _ => return Err("nobody's answer is accepted".to_owned()),
            };
        }
        let names: Vec<&str> = decided.rules.iter().map(|r| r.rule.as_str()).collect();
        let effect = match self.claim.expect.effect {
            ClaimEffect::Permit => Effect::Permit,
            ClaimEffect::Ask => Effect::Ask,
            ClaimEffect::Forbid => Effect::Forbid,
        };
        let is = decided.effect == effect && self.claim.expect.by.iter().all(|name| names.contains(&name.as_str()));
        if is == self.claim.expect.negated {
            Ok((events, decided))
        } else {
            Err(format!("a session was found that should break it, and the machine decides {} by {}", decided.effect.word(), names.join(", ")))
        }
    }
}
