//! Reasons of a decision: the fewest conditions that suffice for it, what stands between the step and another decision, and the smallest
//! change of the step that is decided otherwise.
//!
//! An explanation of the engine shows every rule with every condition. Most of them don't matter. What does is found over the same
//! conditions, with the values that the machine gives them: `why` and `why_not` take them as truths that could each be otherwise, without
//! asking what a step would have to look like for that; `change` asks just that, with the analysis.

mod candidates;
mod certificate;
mod change;
mod flip;
mod moment;
mod text;
mod tree;
mod why;
mod why_not;

use std::collections::BTreeSet;

use reach_analysis::Limits;
use reach_compiler::ir::{Effect as RuleEffect, Rule};
use reach_engine::{AdvisoryEffect, Condition, Decision, Effect, Explanation, Truth};
use schemars::JsonSchema;
use serde::Serialize;

pub use change::{Change, Changed, Changing, Found};
pub use moment::Moment;
use moment::Seen;
pub use text::effect_word;
use tree::{Atom, Forest, Set};

/// Why a step was decided as it was, and not otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Reasons {
    /// The fewest conditions that suffice for the decision.
    pub why: Why,
    /// What stands between the step and the decision that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<WhyNot>,
    /// The smallest changes of the step after which it is decided otherwise, that to the decision that is asked for first.
    pub changes: Vec<Change>,
}

/// The fewest conditions that suffice for a decision: whatever all others came to, each of these rules would be as it is, so that the effect
/// would be the same, and one of the rules that decided would still decide. Of a decision by `default` they show that nothing permits or asks.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Why {
    /// What decides whatever the rules say: a reserved reason other than `default` and `undeclared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved: Option<String>,
    /// The rules that must be as they are, in source order, each with the conditions that hold it to that. A rule without any is so always.
    pub rules: Vec<RuleReason>,
    /// How many conditions these are; one that stands in several rules counts once.
    pub conditions: usize,
    /// Whether it is proved that fewer don't suffice. They are few even so.
    pub smallest: bool,
}

/// What stands between a step and another decision.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WhyNot {
    /// The decision that is asked for.
    pub wanted: Effect,
    /// What stands in the way that no condition of a rule is, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub besides: Option<String>,
    /// The rule that would decide so, with the conditions that fail; none where no rule could, or where none needs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<RuleReason>,
    /// The rules in the way, in source order, each with the conditions that would have to be otherwise.
    pub in_the_way: Vec<RuleReason>,
    /// How many conditions would have to be otherwise; one that stands in several rules counts once.
    pub conditions: usize,
    /// Whether it is proved that fewer aren't enough.
    pub smallest: bool,
}

/// What a rule does in a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It matches and decides.
    Decides,
    /// It matches.
    Matches,
    /// It doesn't match.
    DoesNotMatch,
    /// It would have to match, and decides then.
    MustMatch,
    /// It would have to match as well.
    MustMatchToo,
    /// It would have to not match.
    MustNotMatch,
}

/// A rule in a reason.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleReason {
    /// What it does.
    pub role: Role,
    /// The rule.
    pub rule: String,
    /// Its effect.
    pub effect: AdvisoryEffect,
    /// The file.
    pub file: String,
    /// The line of its name, from 1.
    pub line: u32,
    /// The column of its name, from 1, in Unicode scalar values.
    pub column: u32,
    /// The conditions, with what each came to.
    pub conditions: Vec<Condition>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The decision that is wanted; without it a permit, where the step is not permitted.
    pub wanted: Option<Effect>,
    /// Which values may change.
    pub changing: Changing,
    /// How much the search for changes may take.
    pub limits: Limits,
}

impl Default for Asked {
    fn default() -> Self {
        Self { wanted: None, changing: Changing { args: true, facts: false, context: false }, limits: Limits::default() }
    }
}

/// The rules of a step with what their conditions came to.
struct Scene<'a> {
    moment: &'a Moment<'a>,
    decision: &'a Decision,
    forest: Forest,
    seen: Vec<Seen>,
    declared: bool,
    /// Whether a person agreed to something for the whole session.
    standing: bool,
}

/// Returns the reasons of a decision, which an explanation of the same step says.
///
/// # Errors
/// Why they could not be told.
pub fn reasons(moment: &Moment<'_>, explanation: &Explanation, asked: &Asked) -> Result<Reasons, String> {
    let decision = &explanation.decision;
    let target = moment.target();
    let mut scene = Scene { moment, decision, forest: Forest::default(), seen: Vec::new(), declared: target.is_some(), standing: standing(moment.past) };
    // Where the rules weren't looked at, they have nothing to do with it.
    if !explanation.rules.is_empty() {
        scene.forest = Forest::of(moment.bundle, target);
        scene.seen = moment::look(moment, &scene.forest)?;
        scene.agrees(explanation)?;
    }
    let why = why::why(&scene)?;
    let wanted = asked.wanted.or_else(|| (decision.effect != Effect::Permit).then_some(Effect::Permit)).filter(|wanted| *wanted != decision.effect);
    let why_not = wanted.map(|wanted| why_not::why_not(&scene, wanted));
    let mut others: Vec<Effect> = [Effect::Permit, Effect::Ask, Effect::Forbid].into_iter().filter(|e| *e != decision.effect).collect();
    if asked.wanted.is_some() {
        others.retain(|effect| Some(*effect) == wanted);
    }
    let changes = change::changes(&scene, &others, asked.changing, &asked.limits);
    Ok(Reasons { why, why_not, changes })
}

/// Returns whether a person agreed to something for the whole session.
fn standing(past: &[String]) -> bool {
    past.iter()
        .filter(|line| line.contains("approval"))
        .any(|line| crate::witness::Json::read(line).is_some_and(|e| e.text_of("type") == Some("approval") && e.text_of("scope") == Some("session")))
}

impl<'a> Scene<'a> {
    fn of(&self, atom: Atom) -> Truth {
        let Some((leaf, negated)) = self.forest.atoms.get(atom) else { return Truth::None };
        let truth = self.seen.get(*leaf).map_or(Truth::None, Seen::truth);
        if *negated { tree::negated(truth) } else { truth }
    }

    fn rule(&self, number: usize) -> Option<&'a Rule> {
        self.moment.bundle.rules.get(number)
    }

    /// Checks that the rules come to what the machine says, by their conditions.
    fn agrees(&self, explanation: &Explanation) -> Result<(), String> {
        for (leaf, seen) in self.forest.leaves.iter().zip(&self.seen) {
            let truth = self.of(leaf.atom);
            if seen.truth() != if leaf.negated { tree::negated(truth) } else { truth } {
                return Err(format!("`{}` does not come to what the same condition comes to elsewhere", seen.condition.source));
            }
        }
        for tree in &self.forest.rules {
            let Some(rule) = self.rule(tree.rule) else { continue };
            let told = explanation.rules.iter().find(|r| r.rule == rule.name).map(|r| r.value);
            if told != Some(tree.tree.value(&|atom| self.of(atom))) {
                return Err(format!("the conditions of `{}`, asked one by one, do not come to what the rule comes to", rule.name));
            }
        }
        Ok(())
    }

    /// Returns the positions of the rules of an effect that count, in source order.
    fn with_effect(&self, effect: RuleEffect) -> Vec<usize> {
        let is = |at: &usize| self.forest.rules.get(*at).and_then(|t| self.rule(t.rule)).is_some_and(|r| r.effect == effect && !r.advisory);
        (0..self.forest.rules.len()).filter(is).collect()
    }

    fn value(&self, at: usize) -> Truth {
        self.forest.rules.get(at).map_or(Truth::None, |t| t.tree.value(&|atom| self.of(atom)))
    }

    /// Returns whether a rule is among those that decided.
    fn decides(&self, at: usize) -> bool {
        let name = self.forest.rules.get(at).and_then(|t| self.rule(t.rule)).map(|r| r.name.as_str());
        self.decision.rules.iter().any(|r| r.file.is_some() && Some(r.rule.as_str()) == name)
    }

    /// Returns the reserved reason of the decision.
    fn reserved(&self) -> Option<&'a str> {
        self.decision.rules.first().filter(|r| r.file.is_none()).map(|r| r.rule.as_str())
    }

    /// Returns a rule with those of its conditions that are among some.
    fn told(&self, at: usize, role: Role, atoms: &BTreeSet<Atom>) -> Option<RuleReason> {
        let tree = self.forest.rules.get(at)?;
        let rule = self.rule(tree.rule)?;
        let own = self.forest.leaves.iter().zip(&self.seen).filter(|(leaf, _)| leaf.rule == at && atoms.contains(&leaf.atom));
        let mut told = BTreeSet::new();
        let conditions = own.filter(|(leaf, _)| told.insert(leaf.atom)).map(|(_, seen)| seen.condition.clone()).collect();
        let sources = &self.moment.bundle.sources;
        let place = sources.position(rule.name_span);
        Some(RuleReason {
            role,
            rule: rule.name.to_string(),
            effect: effect(rule.effect),
            file: sources.get(rule.name_span.file).map(|s| s.name.clone()).unwrap_or_default(),
            line: place.line,
            column: place.column,
            conditions,
        })
    }
}

const fn effect(effect: RuleEffect) -> AdvisoryEffect {
    match effect {
        RuleEffect::Permit => AdvisoryEffect::Permit,
        RuleEffect::Ask => AdvisoryEffect::Ask,
        RuleEffect::Forbid => AdvisoryEffect::Forbid,
        RuleEffect::OtherwiseAsk => AdvisoryEffect::OtherwiseAsk,
        RuleEffect::Oblige => AdvisoryEffect::Oblige,
    }
}

/// A rule, by its position, that must come to one of some truths.
#[derive(Clone, Copy, Debug)]
struct Must {
    at: usize,
    wanted: Set,
    role: Role,
}
