//! `short-provenance`: a question of where a value came from that has no answer, since the value is too short.

use std::collections::BTreeMap;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Compare, Const, Effect, Expr, ExprKind, Field, Rule, SlotRef, Type};

use crate::terms::{each, inner, slot};
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::SHORT_PROVENANCE;

/// From so many letters or digits on, a value is looked for.
const ENOUGH: i128 = 4;

/// Finds questions about constants, and about fields whose type, or whose rule, keeps them short.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let mut declared: BTreeMap<&SlotRef, ()> = BTreeMap::new();
    let mut short_in: Vec<BTreeMap<&str, &Field>> = Vec::new();
    for target in &bundle.targets {
        short_in.push(target.args.iter().filter(|field| field.check.as_ref().is_some_and(|c| keeps_short(&c.condition))).map(|f| (f.name.as_str(), f)).collect());
    }
    for rule in &bundle.rules {
        declared.clear();
        for condition in rule.when.iter() {
            conjuncts(condition, &mut |term| {
                if let Some(slot) = bounded(term) {
                    declared.insert(slot, ());
                }
            });
        }
        for condition in rule.when.iter().chain(&rule.unless) {
            each(condition, &mut |expr| {
                let ExprKind::From(value, _) = &expr.kind else { return };
                let why = match (&value.kind, slot(value)) {
                    (ExprKind::Const(c), _) if letters(c, &value.ty) < 4 => Some("it is a constant with fewer than four letters or digits"),
                    (_, Some(slot)) if declared.contains_key(slot) => Some("this rule is only about short values"),
                    (_, Some(SlotRef::Arg(name))) if everywhere(rule, &short_in, name) => Some("its type allows fewer than four letters or digits"),
                    _ => None,
                };
                let Some(why) = why else { return };
                let then = match rule.effect {
                    Effect::Permit => "a permit never matches by it",
                    _ => "this rule matches whatever the value is",
                };
                let d = Diagnostic::new(CODE, expr.span, format!("`{}` is too short for `from`, so this has no value", context.text(value.span)))
                    .note(format!("{why}; what is so short stands everywhere by chance"))
                    .note(then)
                    .help("ask something else: whether it is one of some values, or `named by user` of a word");
                out.push(d.into());
            });
        }
    }
}

/// Returns whether all steps of a rule keep an argument short.
fn everywhere(rule: &Rule, short_in: &[BTreeMap<&str, &Field>], name: &str) -> bool {
    !rule.targets.is_empty() && rule.targets.iter().all(|t| t.class.is_none() && short_in.get(t.target as usize).is_some_and(|short| short.contains_key(name)))
}

fn conjuncts<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::And(terms) => terms.iter().for_each(|term| conjuncts(term, visit)),
        _ => visit(expr),
    }
}

fn keeps_short(condition: &Expr) -> bool {
    let mut short = false;
    conjuncts(condition, &mut |term| short |= bounded(term).is_some());
    short
}

/// Returns the place that a term keeps below four letters or digits.
fn bounded(term: &Expr) -> Option<&SlotRef> {
    let ExprKind::Compare(op, a, b) = &term.kind else { return None };
    let (value, bound, below) = match (&a.kind, &b.kind, op) {
        (_, ExprKind::Const(Const::Num(n)), Compare::Lt) => (a, *n, true),
        (_, ExprKind::Const(Const::Num(n)), Compare::Le | Compare::Eq) => (a, *n, false),
        (ExprKind::Const(Const::Num(n)), _, Compare::Gt) => (b, *n, true),
        (ExprKind::Const(Const::Num(n)), _, Compare::Ge | Compare::Eq) => (b, *n, false),
        _ => return None,
    };
    match &value.kind {
        ExprKind::Length(of) if *inner(&of.ty) == Type::Text && (bound < ENOUGH || (below && bound == ENOUGH)) => slot(of),
        _ => None,
    }
}

/// Returns how many letters and digits a constant has.
fn letters(value: &Const, ty: &Type) -> usize {
    match value {
        Const::Text(text) => text.chars().filter(|c| c.is_alphanumeric()).count(),
        Const::Num(n) if *ty == Type::Int => n.to_string().chars().filter(char::is_ascii_digit).count(),
        _ => usize::MAX,
    }
}
