//! `all-without-length`: an `all` in a permit holds of a list without elements.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Compare, Const, Effect, Expr, ExprKind};

use crate::terms::{each, key};
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::ALL_WITHOUT_LENGTH;

/// Finds such permits. A list with a default (`xs else []`) may be meant to be empty, and so may parts of a value that was taken apart.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let permits = context.bundle().rules.iter().filter(|rule| rule.effect == Effect::Permit && !rule.advisory);
    for rule in permits {
        let mut held: BTreeSet<String> = BTreeSet::new();
        for condition in rule.when.iter().chain(&rule.unless) {
            each(condition, &mut |expr| match &expr.kind {
                ExprKind::Length(list) | ExprKind::Any(_, list, _) | ExprKind::Count(_, list, _) => parts(list, &mut |part| {
                    held.insert(key(part));
                }),
                ExprKind::Compare(Compare::Eq | Compare::Ne, a, b) if is_list(a) || is_list(b) => {
                    held.extend([key(a), key(b)]);
                }
                _ => {}
            });
        }
        if let Some(condition) = &rule.when {
            required(condition, &mut |expr, list| {
                let mut free = true;
                parts(list, &mut |part| free &= !held.contains(&key(part)));
                if free && plain(list) {
                    let text = context.text(list.span);
                    let d = Diagnostic::new(CODE, expr.span, format!("`{}` holds of an empty list too", rule.name))
                        .other(list.span, "where this has no elements, nothing is asked")
                        .help(format!("add `length({text}) > 0 and …` if an empty list is not meant"));
                    out.push(d.into());
                }
            });
        }
    }
}

/// Calls `visit` with each `all` that is a condition of its own, and its list.
fn required<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr, &'a Expr)) {
    match &expr.kind {
        ExprKind::And(terms) | ExprKind::Or(terms) => terms.iter().for_each(|term| required(term, visit)),
        ExprKind::All(_, list, _) => visit(expr, list),
        _ => {}
    }
}

/// Calls `visit` with a list, and with those that it is put together from.
fn parts<'a>(list: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(list);
    match &list.kind {
        ExprKind::Concat(a, b) => [a, b].into_iter().for_each(|part| parts(part, visit)),
        ExprKind::Unwrap(of) => parts(of, visit),
        _ => {}
    }
}

/// Returns whether a list is an argument, or put together from some, without a default.
fn plain(list: &Expr) -> bool {
    match &list.kind {
        ExprKind::Slot(_) => true,
        ExprKind::Unwrap(of) => plain(of),
        ExprKind::Concat(a, b) => plain(a) && plain(b),
        _ => false,
    }
}

fn is_list(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Const(Const::List(_)))
}
