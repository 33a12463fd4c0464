//! Why: the fewest conditions that suffice for a decision.

use std::collections::BTreeSet;

use reach_compiler::ir::Effect as RuleEffect;
use reach_engine::{Effect, Truth};

use super::certificate::{Chosen, Demand, certificate};
use super::tree::Set;
use super::{Must, Role, Scene, Why};

/// Returns the fewest conditions that suffice for the decision.
pub fn why(scene: &Scene<'_>) -> Result<Why, String> {
    if let Some(reserved) = scene.reserved().filter(|r| !matches!(*r, "default" | "undeclared")) {
        return Ok(Why { reserved: Some(reserved.to_owned()), rules: Vec::new(), conditions: 0, smallest: true });
    }
    let mut best: Option<(Chosen, Vec<Must>)> = None;
    let mut all_smallest = true;
    for way in ways(scene) {
        let demands: Vec<Demand<'_>> =
            way.iter().filter_map(|must| Some(Demand { tree: &scene.forest.rules.get(must.at)?.tree, wanted: must.wanted })).collect();
        let Some(found) = certificate(&demands, &|atom| scene.of(atom)) else { continue };
        all_smallest &= found.smallest;
        if best.as_ref().is_none_or(|(best, _)| found.atoms.len() < best.atoms.len()) {
            best = Some((found, way));
        }
    }
    let Some((chosen, way)) = best else { return Err("no set of conditions comes to the decision".to_owned()) };
    let mut way = way;
    way.sort_by_key(|must| must.at);
    let rules = way.iter().filter_map(|must| scene.told(must.at, must.role, &chosen.atoms)).collect();
    Ok(Why { reserved: None, rules, conditions: chosen.atoms.len(), smallest: all_smallest && !(scene.standing && scene.decision.effect == Effect::Ask) })
}

/// Returns the ways to see that the decision must be as it is: rules that must stay as they are.
fn ways(scene: &Scene<'_>) -> Vec<Vec<Must>> {
    let all =
        |effect: RuleEffect, wanted: Set, role: Role| -> Vec<Must> { scene.with_effect(effect).into_iter().map(|at| Must { at, wanted, role }).collect() };
    let is = |effect: RuleEffect, truth: Option<Truth>| -> Vec<usize> {
        scene.with_effect(effect).into_iter().filter(|at| truth.is_none_or(|t| scene.value(*at) == t)).collect()
    };
    let no_forbid = all(RuleEffect::Forbid, Set::FALSE, Role::DoesNotMatch);
    let decides = |at: usize, wanted: Set| Must { at, wanted, role: Role::Decides };
    let deciding = |effect: RuleEffect| -> Vec<usize> { is(effect, None).into_iter().filter(|at| scene.decides(*at)).collect() };
    match scene.decision.effect {
        Effect::Forbid if scene.reserved().is_some() => {
            let permits = if scene.declared { all(RuleEffect::Permit, Set::NOT_TRUE, Role::DoesNotMatch) } else { Vec::new() };
            let otherwise = if scene.declared { all(RuleEffect::OtherwiseAsk, Set::NOT_TRUE, Role::DoesNotMatch) } else { Vec::new() };
            vec![[permits, all(RuleEffect::Ask, Set::NOT_TRUE, Role::DoesNotMatch), otherwise].concat()]
        }
        Effect::Forbid => deciding(RuleEffect::Forbid).into_iter().map(|at| vec![decides(at, Set::NOT_FALSE)]).collect(),
        Effect::Permit => {
            let approved: BTreeSet<usize> = deciding(RuleEffect::Ask).into_iter().collect();
            let others: Vec<Must> = all(RuleEffect::Ask, Set::FALSE, Role::DoesNotMatch).into_iter().filter(|must| !approved.contains(&must.at)).collect();
            if approved.is_empty() && deciding(RuleEffect::OtherwiseAsk).is_empty() {
                return deciding(RuleEffect::Permit).into_iter().map(|at| [vec![decides(at, Set::TRUE)], no_forbid.clone(), others.clone()].concat()).collect();
            }
            // A person agreed to what these ask.
            asked(scene, &deciding(RuleEffect::Ask)).into_iter().map(|way| [way, no_forbid.clone(), others.clone()].concat()).collect()
        }
        Effect::Ask => {
            let deciding = deciding(RuleEffect::Ask);
            if scene.standing {
                // Which of them were agreed to isn't told apart.
                let mut held: Vec<Must> = deciding.iter().map(|at| decides(*at, Set::NOT_FALSE)).collect();
                held.extend(asked(scene, &deciding).into_iter().next().unwrap_or_default().into_iter().filter(|must| !deciding.contains(&must.at)));
                held.extend(no_forbid);
                return vec![held];
            }
            asked(scene, &deciding).into_iter().map(|way| [way, no_forbid.clone()].concat()).collect()
        }
    }
}

/// Returns the ways to see that some of these rules ask, or an `otherwise ask` does.
fn asked(scene: &Scene<'_>, deciding: &[usize]) -> Vec<Vec<Must>> {
    let permits: Vec<usize> = scene.with_effect(RuleEffect::Permit).into_iter().filter(|at| scene.value(*at) == Truth::True).collect();
    let mut ways = Vec::new();
    for at in deciding {
        let rule = |wanted| Must { at: *at, wanted, role: Role::Decides };
        if scene.value(*at) == Truth::True {
            ways.push(vec![rule(Set::TRUE)]);
        }
        // It holds back what is permitted, whether it is true or has no value.
        ways.extend(permits.iter().map(|permit| vec![rule(Set::NOT_FALSE), Must { at: *permit, wanted: Set::TRUE, role: Role::Matches }]));
    }
    for at in scene.with_effect(RuleEffect::OtherwiseAsk) {
        if !scene.decides(at) || scene.value(at) != Truth::True {
            continue;
        }
        let others = [RuleEffect::Permit, RuleEffect::Ask].into_iter().flat_map(|effect| scene.with_effect(effect));
        let mut way = vec![Must { at, wanted: Set::TRUE, role: Role::Decides }];
        way.extend(others.map(|at| Must { at, wanted: Set::NOT_TRUE, role: Role::DoesNotMatch }));
        ways.push(way);
    }
    ways
}
