//! Whether a claim holds of every step in every session.
//!
//! First over one step, whatever came before: most claims hold so. Else over the states of sessions (`session::states`).

use reach_compiler::ir::{Bundle, Claim, ClaimEffect};

use crate::breach::{self, Breach, Step};
use crate::diff::Rules;
use crate::limits::Limits;
use crate::report::{AnalysisError, Decided, Effect, Play, Played, Proof, Unknown, Verdict, Witness};
use crate::search::{Found, Search};
use crate::session;
use crate::world::World;

/// How many ways to a state that breaks a claim are tried.
const WAYS: usize = 8;

/// Proves a claim about a bundle, or finds the shortest session that breaks it.
///
/// # Errors
/// When the machine decides otherwise than the analysis says, which is a mistake of ours.
pub fn prove(bundle: &Bundle, claim: &Claim, play: &dyn Play, limits: &Limits) -> Result<Proof, AnalysisError> {
    let rules = Rules::of(bundle);
    let mut proof = Proof { claim: claim.name.clone(), verdict: Verdict::Proved, states: 1, witness: None, decided: None, unknown: Vec::new() };
    let mut best: Option<(Vec<String>, Decided)> = None;
    for step in breach::steps(bundle, claim) {
        let mut proving = Proving { world: World::default(), bundle, claim, play, limits, rules: &rules, step };
        let found = proving.look(&mut proof)?;
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
    step: Step,
}

impl Proving<'_> {
    /// Looks at one step of the claim.
    fn look(&mut self, proof: &mut Proof) -> Result<Option<(Vec<String>, Decided)>, AnalysisError> {
        let bundle = self.bundle;
        let Breach { sight, judged, goal, questions } = breach::breach(&mut self.world, bundle, self.rules, self.claim, self.step);
        let step = self.step.name(bundle);
        let mut search = Search::new(self.limits);
        match search.solve(&mut self.world, &[goal]) {
            Found::None => return Ok(None),
            Found::Some(_) => {}
            Found::Unknown(why) if questions.is_empty() => {
                proof.unknown.extend(why.into_iter().map(|why| Unknown { step: Some(step.clone()), why }));
                return Ok(None);
            }
            Found::Unknown(_) => {}
        }
        let all = session::cone(&mut self.world, bundle, self.rules, &questions);
        let explored = session::explore(&mut self.world, bundle, self.rules, &all, goal, self.limits, WAYS);
        proof.states = proof.states.max(explored.states);
        let name = self.step.target.and_then(|t| bundle.targets.get(t)).map_or("undeclared", |t| t.name.as_str());
        let mut why_not = Vec::new();
        for way in &explored.broken {
            let last = session::Last { kind: self.step.kind, name, sight: &sight, judged: &judged, goal, questions: &all };
            let events = match session::events(&mut self.world, bundle, self.rules, way, &last, &mut search) {
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

    /// Plays a session, and returns it with the decision that breaks the claim.
    fn played(&self, mut events: Vec<String>) -> Result<(Vec<String>, Decided), String> {
        let mut played = self.play.play(&events);
        if let Some(why) = played.iter().find_map(|p| if let Played::Rejected(why) = p { Some(why.clone()) } else { None }) {
            return Err(why);
        }
        let Some(Played::Decided(mut decided)) = played.pop() else { return Err("the last event is no step".to_owned()) };
        let wants_approval = self.claim.expect.negated && self.claim.expect.effect == ClaimEffect::Permit && !self.claim.unless_approved;
        if wants_approval && decided.effect == Effect::Ask {
            let at = events.last().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok()).and_then(|v| Some(v.get("at")?.to_string()));
            events.push(session::approval("step", &at.unwrap_or_default()));
            decided = match self.play.play(&events).pop() {
                Some(Played::Decided(decided)) => decided,
                Some(Played::Rejected(why)) => return Err(why),
                _ => return Err("nobody's answer is accepted".to_owned()),
            };
        }
        let names: Vec<&str> = decided.rules.iter().map(|r| r.rule.as_str()).collect();
        let is = decided.effect == breach::effect(self.claim) && self.claim.expect.by.iter().all(|name| names.contains(&name.as_str()));
        if is == self.claim.expect.negated {
            Ok((events, decided))
        } else {
            Err(format!("a session was found that should break it, and the machine decides {} by {}", decided.effect.word(), names.join(", ")))
        }
    }
}
