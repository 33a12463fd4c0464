//! Runs the plain regions of the rules and makes a tree of what their notes saw.

use std::collections::BTreeMap;

use reach_evaluator::VerifiedImage;
use reach_evaluator::data::View;
use reach_evaluator::image::{Effect as RuleEffect, NoteKind, RuleRef};
use reach_evaluator::op::NoteId;
use reach_evaluator::value::{NoValue, Place, Value};

use super::parsed;
use super::past::because;
use super::{Because, Condition, ConditionKind, Explanation, Nearest, Operand, RuleExplanation, Truth};
use crate::compose::advisory_effect;
use crate::decide::{By, Looked, Tri};
use crate::decision::{Decision, Effect};
use crate::memory::Memory;
use crate::place::{detail, one_line, spot, spot_of};
use crate::work::{Fault, Question, Witness, Work, operand};

/// What a note saw last. In a quantifier that is the element which decided.
struct Seen {
    truth: Truth,
    lost: Option<NoValue>,
    shown: String,
    parsed: Vec<String>,
    because: Vec<Because>,
}

type Notes = BTreeMap<NoteId, Seen>;

/// Collects what the notes of a region see, and what questions found.
#[derive(Default)]
struct Tree {
    notes: Notes,
    /// What questions found since the last condition: they are of the next.
    found: Vec<(Place, Because)>,
}

impl Witness for Tree {
    fn note(&mut self, view: View<'_>, note: NoteId, value: Value) {
        let Some(def) = view.image.image().note(note) else { return };
        let found = if def.kind == NoteKind::Operand { Vec::new() } else { std::mem::take(&mut self.found) };
        let seen = Seen {
            truth: truth(value),
            lost: if let Value::None(lost) = value { Some(lost) } else { None },
            shown: operand(view, def.ty, value),
            parsed: parsed::lines(view, def.ty, value),
            because: found.into_iter().map(|(_, because)| because).collect(),
        };
        self.notes.insert(note, seen);
    }

    fn asked(&mut self, memory: &Memory, view: View<'_>, question: Question<'_>) {
        // In a quantifier without conditions of its own the last element is the one which decided.
        self.found.retain(|(place, _)| *place != question.place);
        self.found.extend(because(memory, view, question).map(|because| (question.place, because)));
    }
}

/// Explains a decision that rules, or their absence, made.
pub(crate) fn explain(work: &mut Work, image: &VerifiedImage, by: By, rules: &[RuleRef], decision: Decision, step: String) -> Result<Explanation, Fault> {
    let mut out = Vec::new();
    for at in rules {
        let Some(def) = image.image().rules.get(at.rule as usize) else { continue };
        let Some(variant) = image.image().variant(*at) else { continue };
        let mut witness = Tree::default();
        let value = work.observe(image, variant.plain, &mut witness)?;
        let notes = witness.notes;
        let tri = match value {
            Value::Bool(true) => Tri::True,
            Value::Bool(false) => Tri::False,
            _ => Tri::None,
        };
        let looked = Looked { at: *at, effect: def.effect, advisory: def.advisory, tri };
        let place = spot_of(image, def.at);
        let conditions = tree(image, &notes, None);
        let matched = tri != Tri::False && looked.matches();
        let decides = tri != Tri::False && by.includes(&looked) && decision.rules.iter().any(|r| r.rule == image.text(def.name) && r.file.is_some());
        let why = why(&looked, decides, by, decision.effect, &conditions);
        out.push(RuleExplanation {
            rule: image.text(def.name).to_owned(),
            effect: advisory_effect(def.effect),
            advisory: def.advisory,
            file: place.file.to_owned(),
            line: place.line,
            column: place.column,
            value: truth(value),
            matched,
            decides,
            why,
            conditions,
        });
    }
    let nearest = if by == By::Default { nearest(&out) } else { None };
    Ok(Explanation { decision, step, rules: out, nearest })
}

const fn truth(value: Value) -> Truth {
    match value {
        Value::Bool(true) => Truth::True,
        Value::Bool(false) => Truth::False,
        _ => Truth::None,
    }
}

/// Makes the conditions below a note, in source order. Recurses as deep as expressions are nested.
fn tree(image: &VerifiedImage, notes: &Notes, root: Option<NoteId>) -> Vec<Condition> {
    let mut below: BTreeMap<Option<NoteId>, Vec<NoteId>> = BTreeMap::new();
    for id in notes.keys() {
        if let Some(def) = image.image().note(*id) {
            below.entry(def.parent).or_default().push(*id);
        }
    }
    let start = |id: &NoteId| image.image().note(*id).and_then(|n| image.image().place(n.place)).map(|p| (p.start, p.end));
    for ids in below.values_mut() {
        ids.sort_by_cached_key(start);
    }
    conditions(image, notes, &below, root)
}

fn conditions(image: &VerifiedImage, notes: &Notes, below: &BTreeMap<Option<NoteId>, Vec<NoteId>>, parent: Option<NoteId>) -> Vec<Condition> {
    let mut out = Vec::new();
    for id in below.get(&parent).into_iter().flatten() {
        let (Some(def), Some(seen)) = (image.image().note(*id), notes.get(id)) else { continue };
        let kind = match def.kind {
            NoteKind::When => ConditionKind::When,
            NoteKind::Unless => ConditionKind::Unless,
            NoteKind::Term => ConditionKind::Term,
            NoteKind::Operand => continue,
        };
        let place = spot(image, def.place);
        out.push(Condition {
            kind,
            value: seen.truth,
            error: seen.lost.map(|lost| detail(image, lost)),
            file: place.file.to_owned(),
            line: place.line,
            column: place.column,
            source: one_line(place.text),
            operands: operands(image, notes, below, *id),
            because: seen.because.clone(),
            terms: conditions(image, notes, below, Some(*id)),
        });
    }
    out
}

/// Returns the values that a condition reads, each text once.
fn operands(image: &VerifiedImage, notes: &Notes, below: &BTreeMap<Option<NoteId>, Vec<NoteId>>, parent: NoteId) -> Vec<Operand> {
    let mut out: Vec<Operand> = Vec::new();
    for id in below.get(&Some(parent)).into_iter().flatten() {
        let (Some(def), Some(seen)) = (image.image().note(*id), notes.get(id)) else { continue };
        if def.kind == NoteKind::Operand {
            // `args has date` reads `args.date`.
            let whole = image.image().note(parent).is_some_and(|p| p.place == def.place);
            let source = one_line(spot(image, def.place).text);
            let source = if whole { source.replacen(" has ", ".", 1) } else { source };
            let operand = Operand { source, value: seen.shown.clone(), parsed: seen.parsed.clone() };
            if !out.contains(&operand) {
                out.push(operand);
            }
        }
    }
    out
}

/// Says why a rule matches or doesn't, and what that led to.
fn why(rule: &Looked, decides: bool, by: By, effect: Effect, conditions: &[Condition]) -> String {
    if rule.tri == Tri::False {
        return because_false(conditions);
    }
    let lost = rule.tri == Tri::None;
    let stronger = match by {
        By::Forbids => "a forbid decides",
        By::Asks => "an ask decides",
        _ => "another rule decides",
    };
    match rule.effect {
        RuleEffect::Permit if lost => format!("doesn't match: {}, and a permit matches only what is true", lost_in(conditions)),
        _ if rule.advisory && lost => "would match, since its condition has no value; it is advisory, so it is only reported".into(),
        _ if rule.advisory => "would match; it is advisory, so it is only reported".into(),
        _ if decides && lost => "matches and decides, since its condition has no value".into(),
        _ if decides => "matches and decides".into(),
        RuleEffect::Oblige if by.obliges(rule) && effect != Effect::Forbid => "applies: its obligations go with the step".into(),
        RuleEffect::Oblige => "matches, but there is no permitted step to add to".into(),
        RuleEffect::OtherwiseAsk if lost => "doesn't ask: its condition has no value, and that never lifts a refusal".into(),
        RuleEffect::OtherwiseAsk if by != By::Otherwise => "is not needed: another rule matches".into(),
        RuleEffect::Ask if lost => "has no value: it would hold back a permitted step, but none is permitted".into(),
        _ if effect == Effect::Forbid && by.includes(rule) => "matches, but the obligations can't be met".into(),
        _ => format!("matches, but {stronger}"),
    }
}

/// Names the conditions that have no value.
fn lost_in(conditions: &[Condition]) -> String {
    let lost = conditions.iter().filter(|c| c.value == Truth::None).flat_map(failing);
    let named = lost.map(|c| format!("`{}`", c.source)).collect::<Vec<_>>().join(" and ");
    if named.is_empty() { "its condition has no value".into() } else { format!("{named} has no value") }
}

fn because_false(conditions: &[Condition]) -> String {
    for condition in conditions {
        match (condition.kind, condition.value) {
            (ConditionKind::When, Truth::False) => {
                let failing = failing(condition);
                let said = failing.iter().map(|c| format!("`{}` is {}", c.source, word(c.value))).collect::<Vec<_>>().join(" and ");
                return format!("doesn't match: {said}");
            }
            (ConditionKind::Unless, Truth::True) => return format!("doesn't match: `unless {}` holds", condition.source),
            _ => {}
        }
    }
    "doesn't match".into()
}

pub(super) const fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::None => "no value",
    }
}

/// Returns the narrowest conditions because of which this one is not true.
fn failing(condition: &Condition) -> Vec<&Condition> {
    let bad: Vec<&Condition> = condition.terms.iter().filter(|t| t.value != Truth::True).collect();
    // An `and` stops at its first false term; where that isn't what happened, the whole is named.
    match bad.as_slice() {
        [only] if condition.terms.last().is_some_and(|last| std::ptr::eq(last, *only)) && only.value == condition.value => failing(only),
        [_, ..] if condition.value == Truth::None => bad.into_iter().filter(|t| t.value == Truth::None).flat_map(failing).collect(),
        _ => vec![condition],
    }
}

/// Finds the permit rule with the fewest failing conditions; of equal ones that with the most true ones, then the first.
fn nearest(rules: &[RuleExplanation]) -> Option<Nearest> {
    let candidates = rules.iter().filter(|r| r.effect == crate::decision::AdvisoryEffect::Permit && !r.advisory && !r.matched);
    let scored = candidates.map(|r| {
        let failing: Vec<String> = r
            .conditions
            .iter()
            .flat_map(|c| match c.kind {
                ConditionKind::Unless if c.value != Truth::False => vec![format!("unless {}", c.source)],
                ConditionKind::Unless => Vec::new(),
                _ if c.value == Truth::True => Vec::new(),
                _ => failing(c).into_iter().map(|c| c.source.clone()).collect(),
            })
            .collect();
        let held: usize = r.conditions.iter().map(count_true).sum();
        ((failing.len(), usize::MAX - held), Nearest { rule: r.rule.clone(), failing })
    });
    // The first of equals, which `min_by_key` gives.
    scored.min_by_key(|(score, _)| *score).map(|(_, nearest)| nearest)
}

fn count_true(condition: &Condition) -> usize {
    if condition.terms.is_empty() { usize::from(condition.value == Truth::True) } else { condition.terms.iter().map(count_true).sum() }
}
