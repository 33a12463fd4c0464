//! From what is known of each rule to findings, each rule at most in one of the first kinds.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Effect as RuleEffect};

use super::findings::{Constancy, Finding, Survey, Unsettled};
use super::marks::{At, Comes, Marks, Tri};
use super::{Effort, look};
use crate::breach::Step;
use crate::diff::Rules;

/// Makes findings of marks.
pub(super) fn settle(bundle: &Bundle, rules: &Rules, steps: &[(usize, Step)], marks: &[Marks], effort: &Effort) -> Survey {
    let mut survey = Survey::default();
    // Rules that could go, one by one, with those that would decide alike.
    let mut needless: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, known) in marks.iter().enumerate() {
        let mut unknown = false;
        of_rule(bundle, number, known, &mut survey.findings, &mut needless, &mut unknown);
        if unknown {
            survey.unsettled.push(Unsettled { rule: Some(number), why: known.why.clone().unwrap_or_else(|| "it was not told apart".to_owned()) });
        }
    }
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    // The last that was written goes first, and never with all that decide alike.
    for (number, instead) in needless.iter().rev() {
        let mut by = instead.clone();
        if by.iter().any(|other| gone.contains(other)) {
            let (again, asked) = look::without(bundle, rules, steps, *number, &gone, effort);
            survey.asked += asked;
            match again {
                Some(again) => by = again,
                None => continue,
            }
        }
        gone.insert(*number);
        let twin = match by.as_slice() {
            [other] => needless.get(other).is_some_and(|back| back.as_slice() == [*number]) && alike(bundle, *number, *other),
            _ => false,
        };
        let of = by.first().copied().unwrap_or(*number);
        survey.findings.push(if twin { Finding::Duplicate { rule: *number, of } } else { Finding::Redundant { rule: *number, by } });
    }
    survey
}

/// Makes findings of one rule. One that could go is put aside: what else could go decides whether it may.
fn of_rule(bundle: &Bundle, number: usize, known: &Marks, found: &mut Vec<Finding>, needless: &mut BTreeMap<usize, Vec<usize>>, unknown: &mut bool) {
    let Some(rule) = bundle.rules.get(number) else { return };
    match known.most(At::matches) {
        Tri::No => {
            if !known.has_constants && !known.at.is_empty() {
                found.push(Finding::Unreachable { rule: number });
                // Which part it is at.
                parts(known, found, &mut false);
            }
            return;
        }
        Tri::Unknown => *unknown = true,
        Tri::Yes => {}
    }
    parts(known, found, unknown);
    if rule.advisory {
        return;
    }
    match known.most(At::decides) {
        Tri::No => {
            // A step of which nothing overrules it: then nothing permits what it is about.
            let over = || known.at.values().filter(|at| at.matches != Tri::No).map(|at| &at.over);
            let by = if over().any(Vec::is_empty) { Vec::new() } else { union(over()) };
            found.push(Finding::Shadowed { rule: number, by });
            return;
        }
        Tri::Unknown => *unknown = true,
        Tri::Yes => {}
    }
    covered(bundle, number, known, found);
    match (known.most(At::matters), known.most(At::alone)) {
        (Tri::No, alone) if rule.effect == RuleEffect::Forbid && alone != Tri::No => found.push(Finding::Idle { rule: number }),
        (_, Tri::No) | (Tri::No, _) => {
            needless.insert(number, union(known.at.values().filter(|at| at.matches != Tri::No).map(|at| &at.instead)));
        }
        (Tri::Unknown, _) | (_, Tri::Unknown) => *unknown = true,
        (Tri::Yes, Tri::Yes) => {}
    }
}

fn union<'a>(lists: impl Iterator<Item = &'a Vec<usize>>) -> Vec<usize> {
    lists.flatten().copied().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Tells whether two rules are about the same steps and have the same effect.
fn alike(bundle: &Bundle, a: usize, b: usize) -> bool {
    let (Some(a), Some(b)) = (bundle.rules.get(a), bundle.rules.get(b)) else { return false };
    let names = |r: &reach_compiler::ir::Rule| r.targets.iter().map(|t| t.target).collect::<Vec<_>>();
    a.effect == b.effect && a.undeclared == b.undeclared && names(a) == names(b)
}

fn parts(known: &Marks, found: &mut Vec<Finding>, unknown: &mut bool) {
    for (condition, comes) in known.conditions.iter().zip(&known.parts) {
        let Comes { t, f, none } = *comes;
        let is = match (t, f, none) {
            (Tri::Yes, Tri::Yes, _) => continue,
            (Tri::Yes, Tri::No, Tri::No) => Constancy::True,
            (Tri::Yes, Tri::No, _) => Constancy::NeverFalse,
            (Tri::No, Tri::Yes, Tri::No) => Constancy::False,
            (Tri::No, Tri::Yes, _) | (Tri::No, Tri::No, Tri::Yes) => Constancy::NeverTrue,
            // It is never looked at; a condition before it says why.
            (Tri::No, Tri::No, Tri::No) => continue,
            _ => {
                *unknown = true;
                continue;
            }
        };
        found.push(Finding::Constant { condition: condition.clone(), is });
    }
}

fn covered(bundle: &Bundle, rule: usize, known: &Marks, found: &mut Vec<Finding>) {
    for target in known.named.iter().filter(|t| **t < bundle.targets.len()) {
        let Some(at) = known.at.get(target) else { continue };
        if at.matches == Tri::No {
            found.push(Finding::Covered { rule, target: *target, by: Vec::new(), matches: false });
        } else if at.decides == Tri::No && !at.over.is_empty() {
            found.push(Finding::Covered { rule, target: *target, by: at.over.clone(), matches: true });
        }
    }
}
