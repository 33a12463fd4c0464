//! What the tests of a bundle show: a step of a test at which a rule matches, decides or is missed is as good as one that the solver finds.
//!
//! Tests are sessions that somebody wrote down, with command lines, URLs and maps that no search comes up with. They are played by the machine
//! that decides, beside advisory rules that tell what a rule and its conditions come to; and without the rule, where it isn't seen otherwise
//! that it is missed. That something is never so is still only ever proved: tests raise marks, and no finding is made of what they don't show.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Effect as RuleEffect, Expr, ExprKind, Rule, Test, Type};

use super::marks::{At, Comes, Marks, Tri};
use crate::inquiry::{Condition, MakePlay};
use crate::report::{Decided, Effect, Played};

/// The most rules that are looked at in tests.
const MOST_RULES: usize = 400;

/// The most rules that the bundles which are made for it have together.
const MOST_BUILT: usize = 40_000;

/// What is watched: of a rule, or of one of its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Watch {
    /// Whether the rule matches.
    Rule(usize),
    /// Whether a condition, by its number, comes to this where it is looked at.
    Part(usize, usize, bool),
}

/// Raises the marks of rules by what tests show of them. Without tests, or where the bundle can't be played, nothing is shown.
pub(super) fn look(bundle: &Bundle, make: &MakePlay<'_>, marks: &mut [Marks]) {
    if bundle.tests.is_empty() {
        return;
    }
    let open: Vec<usize> = marks.iter().enumerate().filter(|(_, m)| !m.is_of_use()).map(|(rule, _)| rule).take(MOST_RULES).collect();
    if open.is_empty() {
        return;
    }
    let (watching, watches) = watched(bundle, marks, &open);
    let Some(seen) = played(&watching, make, &BTreeSet::new()) else { return };
    // Of each rule, the tests in which it matches.
    let mut matching: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (test, items) in &seen {
        for decided in items.iter().filter_map(decision) {
            let told: Vec<Watch> = decided.advisory.iter().filter_map(|name| watches.get(name).copied()).collect();
            for watch in told {
                match watch {
                    Watch::Rule(rule) => {
                        matching.entry(rule).or_default().insert(*test);
                        if let (Some(rule), Some(marks)) = (bundle.rules.get(rule), marks.get_mut(rule)) {
                            marks.show(matched(rule, decided), &[]);
                        }
                    }
                    Watch::Part(rule, part, truth) => {
                        let Some(marks) = marks.get_mut(rule) else { continue };
                        let mut parts = vec![Comes::default(); marks.parts.len()];
                        if let Some(comes) = parts.get_mut(part) {
                            *(if truth { &mut comes.t } else { &mut comes.f }) = Tri::Yes;
                        }
                        marks.show(At::default(), &parts);
                    }
                }
            }
        }
    }
    let mut room = MOST_BUILT;
    for (rule, tests) in &matching {
        let Some(marks) = marks.get_mut(*rule).filter(|m| m.most(At::matters) != Tri::Yes) else { continue };
        let Some(left) = room.checked_sub(bundle.rules.len()) else { return };
        room = left;
        let mut without = bundle.clone();
        without.rules.remove(*rule);
        let Some(without) = played(&without, make, tests) else { continue };
        let differs = without.iter().any(|(test, items)| seen.get(test).is_some_and(|with| differ(with, items)));
        if differs {
            marks.show(At { matters: Tri::Yes, ..At::default() }, &[]);
        }
    }
}

const fn decision(played: &Played) -> Option<&Decided> {
    if let Played::Decided(decided) = played { Some(decided) } else { None }
}

/// Returns what becomes of each event of tests, by test: of all of them, or of some. None where the bundle can't be played.
fn played(bundle: &Bundle, make: &MakePlay<'_>, some: &BTreeSet<usize>) -> Option<BTreeMap<usize, Vec<Played>>> {
    let play = make(bundle)?;
    let tests = bundle.tests.iter().enumerate().filter(|(index, _)| some.is_empty() || some.contains(index));
    let events = |test: &Test| test.items.iter().map(|item| item.event.clone()).collect::<Vec<_>>();
    Some(tests.map(|(index, test)| (index, play.play_among(&events(test), test.entities.as_deref()))).collect())
}

/// Returns what is shown of a rule that matches by what was decided.
fn matched(rule: &Rule, decided: &Decided) -> At {
    let yes = |so: bool| if so { Tri::Yes } else { Tri::No };
    if rule.advisory {
        return At { matches: Tri::Yes, decides: Tri::Yes, matters: Tri::Yes, alone: Tri::Yes, ..At::default() };
    }
    // What a budget says has no file.
    let among = decided.rules.iter().any(|by| by.file.is_some() && by.rule == rule.name);
    let decides = among || (rule.effect == RuleEffect::Oblige && decided.effect != Effect::Forbid);
    let alone = decides && (rule.effect != RuleEffect::Forbid || decided.rules.len() == 1);
    At { matches: Tri::Yes, decides: yes(decides), alone: yes(alone), ..At::default() }
}

/// Returns whether two runs of a test come to different decisions. The first difference comes of what was left out, with the same past.
fn differ(with: &[Played], without: &[Played]) -> bool {
    let first = with.iter().zip(without).find(|(a, b)| match (decision(a), decision(b)) {
        (Some(a), Some(b)) => !same(a, b),
        (None, None) => false,
        _ => true,
    });
    first.is_some_and(|(a, b)| decision(a).is_some() && decision(b).is_some())
}

/// Returns whether two decisions do the same.
fn same(a: &Decided, b: &Decided) -> bool {
    let goes_with = |d: &Decided| d.obligations.iter().cloned().collect::<BTreeSet<_>>();
    a.effect == b.effect && (a.effect == Effect::Forbid || (a.args == b.args && goes_with(a) == goes_with(b)))
}

/// Returns a bundle with advisory rules that tell what some rules come to, and their conditions of which not all is known, by the names of
/// the advisory ones.
fn watched(bundle: &Bundle, marks: &[Marks], open: &[usize]) -> (Bundle, BTreeMap<String, Watch>) {
    let mut watches = BTreeMap::new();
    let mut added: BTreeMap<usize, Vec<Rule>> = BTreeMap::new();
    let mut add = |rule: Rule, watch: Watch| {
        let (Watch::Rule(index) | Watch::Part(index, ..)) = watch;
        watches.insert(rule.name.to_string(), watch);
        added.entry(index).or_default().push(rule);
    };
    for (index, rule, marks) in open.iter().filter_map(|index| Some((*index, bundle.rules.get(*index)?, marks.get(*index)?))) {
        // Without a value, an `otherwise ask` asks nobody.
        let effect = if rule.effect == RuleEffect::OtherwiseAsk { RuleEffect::Permit } else { rule.effect };
        add(Rule { effect, ..advisory(rule, format!("<rule {index}>")) }, Watch::Rule(index));
        for (number, (condition, _)) in marks.conditions.iter().zip(&marks.parts).enumerate().filter(|(_, (_, comes))| !comes.is_settled()) {
            let Some(part) = condition.of(bundle) else { continue };
            for (truth, term) in [(true, part.clone()), (false, opposite(part))] {
                let mut terms = before(rule, condition);
                terms.push(term);
                let when = if terms.len() == 1 { terms.pop() } else { Some(truth_of(part, ExprKind::And(terms))) };
                let rule = advisory(rule, format!("<part {index} {number} {truth}>"));
                // A permit matches only where its condition is true.
                add(Rule { effect: RuleEffect::Permit, when, unless: None, ..rule }, Watch::Part(index, number, truth));
            }
        }
    }
    // Rules of an image stand in the order of their places: each is followed by those that watch it.
    let rules = bundle.rules.iter().enumerate().flat_map(|(index, rule)| std::iter::once(rule.clone()).chain(added.remove(&index).unwrap_or_default()));
    (Bundle { rules: rules.collect(), ..bundle.clone() }, watches)
}

/// Returns a copy of a rule that is only reported.
fn advisory(rule: &Rule, name: String) -> Rule {
    Rule {
        name: name.into(),
        advisory: true,
        message: Vec::new(),
        obligations: Vec::new(),
        approver: None,
        expires: None,
        grants: None,
        examples: Vec::new(),
        ..rule.clone()
    }
}

fn truth_of(at: &Expr, kind: ExprKind) -> Expr {
    Expr { ty: Type::Bool, span: at.span, kind }
}

/// Returns the condition that a condition is false.
fn opposite(of: &Expr) -> Expr {
    let of = match &of.kind {
        // What it binds is read by nothing behind it.
        ExprKind::Bind(_, value) => truth_of(of, ExprKind::Present(value.clone())),
        _ => of.clone(),
    };
    truth_of(&of, ExprKind::Not(Box::new(of.clone())))
}

/// Returns conditions under which a condition is looked at, and may matter: that all before it in an `and` are true, and in an `or` false.
/// That they have no value would do as well, but need not be shown.
fn before(rule: &Rule, condition: &Condition) -> Vec<Expr> {
    let mut terms = Vec::new();
    let mut at = match (&rule.when, &rule.unless) {
        (when, Some(unless)) if condition.unless => {
            // Side by side, so that what one binds is there for those behind it.
            match when.as_ref().map(|when| (&when.kind, when)) {
                Some((ExprKind::And(all), _)) => terms.extend(all.iter().cloned()),
                Some((_, when)) => terms.push(when.clone()),
                None => {}
            }
            unless
        }
        (Some(when), _) => when,
        _ => return terms,
    };
    for number in &condition.path {
        let parts = at.children();
        match (&at.kind, parts.as_slice()) {
            (ExprKind::And(_), all) => terms.extend(all.iter().take(*number).map(|part| (*part).clone())),
            (ExprKind::Or(_), all) => terms.extend(all.iter().take(*number).map(|part| opposite(part))),
            (ExprKind::If(..), [test, ..]) if *number == 1 => terms.push((*test).clone()),
            (ExprKind::If(..), [test, ..]) if *number > 1 => terms.push(opposite(test)),
            _ => {}
        }
        let Some(next) = parts.get(*number) else { break };
        at = next;
    }
    terms
}
