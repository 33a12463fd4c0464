//! The policies that ship, against themselves and against what means the same.

use crate::policies::bundles;
use reach_analysis::{Difference, Limits};
use reach_compiler::ir::{Bundle, Expr, ExprKind};
use reach_tests::changes::Compared;

pub(super) fn shipped() -> Vec<(String, Compared)> {
    let compile = |files: Vec<(String, String)>| reach_tests::subject::compile_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
    bundles().into_iter().map(|(name, files)| (name, Compared::of(compile(files)).unwrap())).collect()
}

fn diff(old: &Compared, new: &Compared) -> Difference {
    reach_analysis::diff(&old.bundle, &new.bundle, &old.replay, &new.replay, &Limits::default()).unwrap()
}

fn is_equal(name: &str, what: &str, difference: &Difference) {
    let shown: Vec<_> = difference.changes.iter().map(|c| (&c.step, c.kind, &c.witness)).collect();
    assert!(shown.is_empty() && difference.unknown.is_empty(), "policies/{name}, {what}: {shown:#?}\n{:#?}", difference.unknown);
}

#[test]
fn a_shipped_policy_does_not_differ_from_itself() {
    for (name, policy) in shipped() {
        is_equal(&name, "itself", &diff(&policy, &policy));
    }
}

/// Changes that mean nothing, each to all rules.
type Refactoring = (&'static str, fn(&mut Bundle));

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

const REFACTORINGS: [Refactoring; 4] = [
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
    let mut open = Vec::new();
    for (name, policy) in shipped() {
        for (what, change) in REFACTORINGS {
            let mut bundle = policy.bundle.clone();
            change(&mut bundle);
            let difference = diff(&policy, &Compared::of(bundle).unwrap());
            open.extend(difference.unknown.iter().map(|u| format!("{name}, {what}: {}", u.why)));
            is_equal(&name, what, &Difference { unknown: Vec::new(), ..difference });
        }
    }
    open.dedup();
    // What is asked of command lines, queries and clocks is partly compared as it is written.
    println!("not told: {open:#?}");
    assert!(open.iter().all(|o| ["coding-agent", "database", "mail"].iter().any(|name| o.starts_with(name))), "{open:#?}");
}
