//! The policies that ship, against what means the same: their typed IR written otherwise, and their text.

use reach_compiler::ir::{Bundle, Expr, ExprKind};
use reach_tests::changes::Compared;
use reach_tests::refactor::{Files, REFACTORINGS, Refactored, without_tests};
use reach_tests::subject::compile_files;

use super::shipped::{diff, is_equal, shipped};
use crate::policies::alone;

/// Changes that mean nothing, each to all rules.
type OfIr = (&'static str, fn(&mut Bundle));

/// Pushes every `not` inwards.
fn push_not(expr: &mut Expr) {
    if let ExprKind::Not(inner) = &expr.kind
        && let ExprKind::And(terms) | ExprKind::Or(terms) = &inner.kind
        && !matches!(terms.first().map(|t| &t.kind), Some(ExprKind::Bind(..)))
    {
        let denied: Vec<Expr> = terms.iter().map(|t| Expr { kind: ExprKind::Not(Box::new(t.clone())), ..t.clone() }).collect();
        expr.kind = if matches!(inner.kind, ExprKind::And(_)) { ExprKind::Or(denied) } else { ExprKind::And(denied) };
    }
    expr.children_mut().into_iter().for_each(push_not);
}

/// Writes a set of constants out.
fn write_out(expr: &mut Expr) {
    if let ExprKind::In(value, list) = &expr.kind
        && let ExprKind::Const(reach_compiler::ir::Const::List(items)) = &list.kind
        && items.len() > 1
    {
        let one = |item: &reach_compiler::ir::Const| Expr {
            kind: ExprKind::Compare(
                reach_compiler::ir::Compare::Eq,
                value.clone(),
                Box::new(Expr { ty: value.ty.clone(), span: list.span, kind: ExprKind::Const(item.clone()) }),
            ),
            ..expr.clone()
        };
        expr.kind = ExprKind::Or(items.iter().map(one).collect());
        return;
    }
    expr.children_mut().into_iter().for_each(write_out);
}

fn conditions(bundle: &mut Bundle, change: fn(&mut Expr)) {
    bundle.rules.iter_mut().flat_map(|r| r.when.iter_mut().chain(&mut r.unless)).for_each(change);
}

const OF_IR: [OfIr; 4] = [
    ("`not` inwards", |b| conditions(b, push_not)),
    ("sets written out", |b| conditions(b, write_out)),
    ("`when` as `unless not`", |b| {
        for rule in b.rules.iter_mut().filter(|r| r.unless.is_none()) {
            // What a condition names is read by the rest of the rule.
            if rule.message.is_empty() && rule.obligations.is_empty() {
                rule.unless = rule.when.take().map(|when| Expr { kind: ExprKind::Not(Box::new(when.clone())), ..when });
            }
        }
    }),
    ("a `permit` for each term of its `or`", |b| {
        let mut rules = Vec::new();
        for rule in std::mem::take(&mut b.rules) {
            match rule.when.as_ref().map(|w| &w.kind) {
                Some(ExprKind::Or(terms)) if rule.effect == reach_compiler::ir::Effect::Permit => {
                    let terms = terms.clone();
                    rules.extend(terms.into_iter().zip(0..).map(|(term, at)| {
                        // Each has a place of its own, in the order of the terms.
                        let (name, whole) = (rule.name_span, rule.span);
                        let name_span = reach_codes::Span::new(name.file, name.start + at, name.end + at);
                        reach_compiler::ir::Rule { when: Some(term), name_span, span: whole, ..rule.clone() }
                    }));
                }
                _ => rules.push(rule),
            }
        }
        b.rules = rules;
    }),
];

#[test]
fn what_means_the_same_is_no_difference() {
    for (name, policy) in shipped() {
        for (what, change) in OF_IR {
            let mut bundle = policy.bundle.clone();
            change(&mut bundle);
            is_equal(&name, what, &diff(&policy, &Compared::of(bundle).unwrap()));
        }
    }
}

/// How many of the steps that a refactoring offers are taken at least, and in how many policies. What isn't taken does not compile: a
/// constant has another type as a `let`, or a message reads what the condition binds.
const TAKEN: [(&str, usize, usize); 14] = [
    ("rules the other way round", 9, 9),
    ("rules sorted by name", 9, 9),
    ("a rule for each term of an `or`", 14, 6),
    ("a rule for each target", 30, 8),
    ("rules merged", 24, 8),
    ("`when` as `unless not`", 120, 8),
    ("constants extracted", 85, 7),
    ("constants inlined", 50, 8),
    ("sets the other way round", 20, 5),
    ("conditions made functions", 80, 6),
    ("functions inlined", 30, 7),
    ("`not` inwards", 2, 2),
    ("conditions twice negated", 150, 8),
    ("terms and sides exchanged", 100, 8),
];

#[test]
fn another_text_that_means_the_same_is_no_difference() {
    let compile = |files: &Files| Compared::of(compile_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap()).unwrap();
    let policies: Vec<(String, Files, Compared)> = alone()
        .into_iter()
        .map(|(name, files)| {
            let files = without_tests(&files);
            let policy = compile(&files);
            (name, files, policy)
        })
        .collect();
    let mut few = Vec::new();
    for (refactoring, (name, least, policies_least)) in REFACTORINGS.into_iter().zip(TAKEN) {
        assert_eq!(refactoring.name, name);
        let (mut steps, mut offers, mut changed) = (0, 0, 0);
        for (policy, files, old) in &policies {
            let Refactored { files: text, bundle, taken, offered } = refactoring.apply(files).unwrap();
            assert_eq!(taken > 0, text != *files, "policies/{policy}, {name}");
            (steps, offers, changed) = (steps + taken, offers + offered, changed + usize::from(taken > 0));
            if taken > 0 {
                is_equal(policy, name, &diff(old, &Compared::of(bundle).unwrap()));
            }
        }
        println!("{name}: {steps} of {offers} steps, in {changed} of {} policies", policies.len());
        if steps < least || changed < policies_least {
            few.push(format!("{name}: {steps} steps in {changed} policies"));
        }
    }
    assert!(few.is_empty(), "what changes hardly anything shows hardly anything: {few:#?}");
}
