//! Whether a claim holds of every step in every session.
//!
//! First over one step, whatever came before: most claims hold so. Else over the states of sessions (`session::states`).

use reach_codes::Span;
use reach_compiler::ir::{Aside, Bundle, Claim, Effect as RuleEffect, Rule};

use crate::asking::{Asking, Sought};
use crate::breach::{self, Breach};
use crate::diff::Rules;
use crate::limits::Limits;
use crate::report::{Decided, Effect, Play, Played, Proof, Unknown, Verdict, Witness};
use crate::session;
use crate::world::World;

/// The name of the rule that stands for a claim where sessions are played.
const CLAIM: &str = "<claim>";

/// Returns a bundle whose machine tells, of each step, whether the claim is about it: by an advisory rule, which decides nothing.
#[must_use]
pub fn watched(bundle: &Bundle, claim: &Claim) -> Bundle {
    let mut bundle = bundle.clone();
    // What only the claim asks is asked by that rule now.
    bundle.aside = Aside::default();
    insert(&mut bundle, watch(CLAIM, claim));
    bundle
}

/// Returns the advisory rule that matches where a claim is about a step. It stands for the claim where sessions are played.
#[must_use]
pub fn watch(name: &str, claim: &Claim) -> Rule {
    Rule {
        name: name.into(),
        // True where the condition is, and not where it has no value.
        effect: RuleEffect::Permit,
        advisory: true,
        severity: None,
        owner: None,
        references: Vec::new(),
        allows: Vec::new(),
        docs: String::new(),
        targets: claim.targets.iter().copied().collect(),
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
    }
}

/// Tells whether a decision is not as a claim says, of a step that it is about.
#[must_use]
pub fn violates(claim: &Claim, decided: &Decided) -> bool {
    let by = |name: &String| decided.rules.iter().any(|rule| rule.rule == *name);
    (decided.effect == claim.expect.effect && claim.expect.by.iter().all(by)) == claim.expect.negated
}

/// Tells whether a claim is also about what is decided upon a person's approval: what is asked is permitted once somebody agrees.
#[must_use]
pub const fn counts_approvals(claim: &Claim) -> bool {
    claim.expect.negated && matches!(claim.expect.effect, Effect::Permit) && !claim.unless_approved
}

/// Puts a rule where its place in the sources says.
pub(crate) fn insert(bundle: &mut Bundle, rule: Rule) {
    let place = |span: Span| (bundle.sources.get(span.file).map(|f| f.name.as_str()), span.start);
    let here = place(rule.name_span);
    let at = bundle.rules.iter().position(|other| place(other.name_span) > here).unwrap_or(bundle.rules.len());
    bundle.rules.insert(at, rule);
}

/// Proves a claim about a bundle, or finds the shortest session that breaks it. `play` plays sessions with the [`watched`] bundle.
#[must_use]
pub fn prove(bundle: &Bundle, claim: &Claim, play: &dyn Play, limits: &Limits) -> Proof {
    let rules = Rules::of(bundle);
    let mut proof = Proof { claim: claim.name.clone(), verdict: Verdict::Proved, states: 1, witness: None, decided: None, unknown: Vec::new() };
    let mut best: Option<(Vec<String>, Decided)> = None;
    for step in breach::steps(bundle, &claim.targets, claim.undeclared) {
        let mut world = World::default();
        let Breach { sight, goal, questions, .. } = breach::breach(&mut world, bundle, &rules, claim, step);
        let mut asking = Asking::new(world, bundle, &rules, play, limits, step, sight, questions);
        let (sought, states) = asking.find(goal, is_permissive(claim), &|events, played| breaks(claim, play, events, played));
        proof.states = proof.states.max(states);
        match sought {
            Sought::None => {}
            Sought::Found(found) => {
                if best.as_ref().is_none_or(|(shortest, _)| found.0.len() < shortest.len()) {
                    best = Some(found);
                }
            }
            Sought::Unknown(why) => proof.unknown.extend(why.into_iter().map(|why| Unknown { step: Some(step.name(bundle)), why })),
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
    proof
}

/// Tells whether a claim is broken by what the agent is let do alone.
fn is_permissive(claim: &Claim) -> bool {
    let expect = &claim.expect;
    expect.by.is_empty() && matches!((expect.negated, expect.effect), (true, Effect::Permit) | (false, Effect::Forbid))
}

/// Looks whether a session that was played breaks a claim, and returns it with the decision that does.
fn breaks(claim: &Claim, play: &dyn Play, mut events: Vec<String>, mut played: Vec<Played>) -> Result<(Vec<String>, Decided), String> {
    let Some(Played::Decided(mut decided)) = played.pop() else { return Err("the last event is no step".to_owned()) };
    if !decided.advisory.iter().any(|rule| rule == CLAIM) {
        return Err("a session was found that should break it, and the machine says that the claim is not about its last step".to_owned());
    }
    if counts_approvals(claim) && decided.effect == Effect::Ask {
        let at = events.last().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok()).and_then(|v| Some(v.get("at")?.to_string()));
        events.push(session::approval("step", &at.unwrap_or_default()));
        decided = match play.play(&events).pop() {
            Some(Played::Decided(decided)) => decided,
            Some(Played::Rejected(why)) => return Err(why),
            _ => return Err("nobody's answer is accepted".to_owned()),
        };
    }
    decided.advisory.retain(|rule| rule != CLAIM);
    if violates(claim, &decided) {
        Ok((events, decided))
    } else {
        let names: Vec<&str> = decided.rules.iter().map(|r| r.rule.as_str()).collect();
        Err(format!("a session was found that should break it, and the machine decides {} by {}", decided.effect.word(), names.join(", ")))
    }
}
