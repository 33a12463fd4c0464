//! Why not: the nearest way to another decision, and what fails on it.

use std::collections::BTreeSet;

use reach_compiler::ir::Effect as RuleEffect;
use reach_engine::{Effect, Truth};

use super::certificate::Demand;
use super::flip::{Flips, flips};
use super::tree::{Atom, Set};
use super::{Must, Role, Scene, WhyNot};

/// How many ways are looked at.
const MOST_WAYS: usize = 512;

/// Returns what stands between the step and the wanted decision.
pub fn why_not(scene: &Scene<'_>, wanted: Effect) -> WhyNot {
    let mut out = WhyNot { wanted, besides: besides(scene, wanted), nearest: None, in_the_way: Vec::new(), conditions: 0, smallest: true };
    if scene.forest.rules.is_empty() && scene.reserved().is_some_and(|r| !matches!(r, "default" | "undeclared")) {
        return out;
    }
    let mut best: Option<(usize, usize, Flips, Way)> = None;
    for (number, way) in ways(scene, wanted).into_iter().enumerate() {
        if number >= MOST_WAYS {
            out.smallest = false;
            break;
        }
        let demands: Vec<Demand<'_>> =
            way.musts.iter().filter_map(|must| Some(Demand { tree: &scene.forest.rules.get(must.at)?.tree, wanted: must.wanted })).collect();
        let Some(found) = flips(&demands, &|atom| scene.of(atom)) else { continue };
        out.smallest &= found.smallest;
        // Of equal ones that whose rule lacks the least, then the first.
        let own = way.rule.map_or(0, |at| own(scene, at, &found).len());
        if best.as_ref().is_none_or(|(size, least, ..)| (found.atoms.len(), own) < (*size, *least)) {
            best = Some((found.atoms.len(), own, found, way));
        }
    }
    match best {
        Some((size, _, found, way)) => {
            let atoms: BTreeSet<Atom> = found.atoms.keys().copied().collect();
            out.conditions = size;
            out.nearest = way.rule.and_then(|at| scene.told(at, Role::MustMatch, &atoms));
            let others = || way.musts.iter().filter(|must| Some(must.at) != way.rule);
            let (mut others, fine): (Vec<&Must>, Vec<&Must>) = others().partition(|must| !must.wanted.has(scene.value(must.at)));
            // Some are in the way only once the others are not.
            let mut left: BTreeSet<Atom> = atoms.clone();
            let tell = |at: usize, left: &mut BTreeSet<Atom>| own(scene, at, &found).iter().filter(|atom| left.remove(*atom)).count();
            for at in way.rule.into_iter().chain(others.iter().map(|must| must.at)) {
                tell(at, &mut left);
            }
            others.extend(fine.into_iter().filter(|must| tell(must.at, &mut left) > 0));
            others.sort_by_key(|must| must.at);
            out.in_the_way = others.into_iter().filter_map(|must| scene.told(must.at, must.role, &atoms)).collect();
        }
        None if out.besides.is_none() => out.besides = Some(nothing(scene, wanted)),
        None => {}
    }
    out
}

/// Returns the conditions of a rule that must be otherwise.
fn own(scene: &Scene<'_>, at: usize, flips: &Flips) -> BTreeSet<Atom> {
    let mut atoms = Vec::new();
    if let Some(tree) = scene.forest.rules.get(at) {
        tree.tree.atoms(&mut atoms);
    }
    atoms.into_iter().filter(|atom| flips.atoms.contains_key(atom)).collect()
}

/// A way to a decision.
struct Way {
    /// The rule that would decide.
    rule: Option<usize>,
    musts: Vec<Must>,
}

/// Returns the ways to a decision: what rules would have to come to.
fn ways(scene: &Scene<'_>, wanted: Effect) -> Vec<Way> {
    let all = |effect: RuleEffect, wanted: Set| -> Vec<Must> {
        scene.with_effect(effect).into_iter().map(|at| Must { at, wanted, role: Role::MustNotMatch }).collect()
    };
    let no_forbid = all(RuleEffect::Forbid, Set::FALSE);
    let with = |at: usize, wanted: Set, others: Vec<Must>| Way { rule: Some(at), musts: [vec![Must { at, wanted, role: Role::MustMatch }], others].concat() };
    let mut ways = Vec::new();
    match wanted {
        Effect::Permit if !scene.declared => {}
        Effect::Permit => {
            let others = [no_forbid, all(RuleEffect::Ask, Set::FALSE)].concat();
            ways.extend(scene.with_effect(RuleEffect::Permit).into_iter().map(|at| with(at, Set::TRUE, others.clone())));
        }
        Effect::Ask => {
            for at in scene.with_effect(RuleEffect::Ask) {
                ways.push(with(at, Set::TRUE, no_forbid.clone()));
                if scene.declared && may_have_none(scene, at) {
                    // Without a value it holds back what is permitted.
                    for permit in scene.with_effect(RuleEffect::Permit) {
                        let also = Must { at: permit, wanted: Set::TRUE, role: Role::MustMatchToo };
                        ways.push(with(at, Set::NOT_FALSE, [vec![also], no_forbid.clone()].concat()));
                    }
                }
            }
            if scene.declared {
                let others = [no_forbid, all(RuleEffect::Permit, Set::NOT_TRUE), all(RuleEffect::Ask, Set::NOT_TRUE)].concat();
                ways.extend(scene.with_effect(RuleEffect::OtherwiseAsk).into_iter().map(|at| with(at, Set::TRUE, others.clone())));
            }
        }
        Effect::Forbid => {
            ways.extend(scene.with_effect(RuleEffect::Forbid).into_iter().map(|at| with(at, Set::NOT_FALSE, Vec::new())));
            let mut musts = all(RuleEffect::Ask, Set::NOT_TRUE);
            if scene.declared {
                musts.extend(all(RuleEffect::Permit, Set::NOT_TRUE));
                musts.extend(all(RuleEffect::OtherwiseAsk, Set::NOT_TRUE));
            }
            ways.push(Way { rule: None, musts });
        }
    }
    ways
}

/// Returns whether a condition of a rule has no value, so that the rule may have none.
fn may_have_none(scene: &Scene<'_>, at: usize) -> bool {
    let mut atoms = Vec::new();
    if let Some(tree) = scene.forest.rules.get(at) {
        tree.tree.atoms(&mut atoms);
    }
    atoms.into_iter().any(|atom| scene.of(atom) == Truth::None)
}

/// Says what stands in the way that is no condition of a rule.
fn besides(scene: &Scene<'_>, wanted: Effect) -> Option<String> {
    if !scene.declared && wanted == Effect::Permit {
        return Some("no declaration covers the step, and no rule can permit one that isn't declared".to_owned());
    }
    Some(
        match scene.reserved()? {
            "invalid_arguments" => "its arguments must fit their declaration; no rule was looked at",
            "limit" => "it is beyond a limit; no rule was looked at",
            "definition" => "the tool must have the definition that it is pinned to; no rule was looked at",
            "budget" => "its budget must hold what it takes",
            "obligation" => "its obligations must not conflict, and must have values",
            "unrecorded" => "it must be recorded",
            "internal" => "the engine failed",
            _ => return None,
        }
        .to_owned(),
    )
}

/// Says that no rule could decide so.
fn nothing(scene: &Scene<'_>, wanted: Effect) -> String {
    let rules = match wanted {
        Effect::Permit => scene.with_effect(RuleEffect::Permit),
        Effect::Ask => [scene.with_effect(RuleEffect::Ask), scene.with_effect(RuleEffect::OtherwiseAsk)].concat(),
        Effect::Forbid => scene.with_effect(RuleEffect::Forbid),
    };
    if rules.is_empty() {
        format!("no rule about the step could {} it", wanted.word())
    } else {
        format!("no rule could {} it: a condition that is written down as true or false decides otherwise", wanted.word())
    }
}
