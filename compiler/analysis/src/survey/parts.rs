//! The conditions of a rule that have no parts of their own, and where each is looked at.

use reach_compiler::ir::{Expr, ExprKind, Rule, Type};

use crate::formula::F;
use crate::inquiry::Condition;
use crate::symbolic::Symbolic;
use crate::world::Cond;

/// A condition without parts, where its rule is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Where it is looked at, and may matter: what stands before it in each `and` is not false, in each `or` not true.
    pub before: F,
    /// What it comes to.
    pub cond: Cond,
}

/// Returns the conditions of a rule that have no parts, in the order in which they are looked at. What a function says isn't the rule's own.
pub(super) fn of_rule(index: usize, rule: &Rule) -> Vec<Condition> {
    let mut all = Vec::new();
    for (unless, expr) in rule.when.iter().map(|e| (false, e)).chain(rule.unless.iter().map(|e| (true, e))) {
        walk(rule, expr, &mut Vec::new(), &mut |path, _| all.push(Condition { rule: index, unless, path: path.to_vec() }));
    }
    all
}

/// Returns the parts of a condition that are looked at, with their numbers.
fn inner(expr: &Expr) -> Option<Vec<(usize, &Expr)>> {
    match &expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) => Some(expr.children().into_iter().enumerate().collect()),
        ExprKind::If(..) if expr.ty == Type::Bool => Some(expr.children().into_iter().enumerate().collect()),
        _ => None,
    }
}

pub(super) fn is_own(rule: &Rule, expr: &Expr) -> bool {
    expr.span.file == rule.span.file && rule.span.start <= expr.span.start && expr.span.end <= rule.span.end
}

/// Walks over the conditions that have no parts. Constants are no conditions: what a parameter says is said on purpose.
fn walk(rule: &Rule, expr: &Expr, path: &mut Vec<usize>, found: &mut dyn FnMut(&[usize], &Expr)) {
    match inner(expr) {
        Some(parts) => {
            for (number, part) in parts {
                path.push(number);
                walk(rule, part, path, found);
                path.pop();
            }
        }
        None if is_own(rule, expr) && !matches!(expr.kind, ExprKind::Const(_)) => found(path, expr),
        None => {}
    }
}

/// Looks at the conditions of a rule at one step: what the rule comes to, and its parts in the order of [`of_rule`].
pub(super) fn look(symbolic: &mut Symbolic<'_, '_>, rule: &Rule) -> (Cond, Vec<Part>) {
    let mut parts = Vec::new();
    let when = rule.when.as_ref().map_or(Cond::TRUE, |when| at(symbolic, rule, when, F::TRUE, &mut parts));
    let unless = rule.unless.as_ref().map_or(Cond::FALSE, |unless| {
        let before = symbolic.world.formulas.not(when.f);
        at(symbolic, rule, unless, before, &mut parts)
    });
    (symbolic.all(&[when, unless.not()]), parts)
}

fn at(symbolic: &mut Symbolic<'_, '_>, rule: &Rule, expr: &Expr, before: F, parts: &mut Vec<Part>) -> Cond {
    match &expr.kind {
        ExprKind::And(terms) => {
            let (mut before, mut all) = (before, Vec::new());
            for term in terms {
                let cond = at(symbolic, rule, term, before, parts);
                let goes_on = symbolic.world.formulas.not(cond.f);
                before = symbolic.world.formulas.and([before, goes_on]);
                all.push(cond);
            }
            symbolic.all(&all)
        }
        ExprKind::Or(terms) => {
            let (mut before, mut all) = (before, Vec::new());
            for term in terms {
                let cond = at(symbolic, rule, term, before, parts);
                let goes_on = symbolic.world.formulas.not(cond.t);
                before = symbolic.world.formulas.and([before, goes_on]);
                all.push(cond);
            }
            symbolic.any(&all)
        }
        ExprKind::Not(of) => at(symbolic, rule, of, before, parts).not(),
        ExprKind::If(test, then, otherwise) if expr.ty == Type::Bool => {
            let test = at(symbolic, rule, test, before, parts);
            let [yes, no] = [test.t, test.f].map(|so| symbolic.world.formulas.and([before, so]));
            let (then, otherwise) = (at(symbolic, rule, then, yes, parts), at(symbolic, rule, otherwise, no, parts));
            let f = &mut symbolic.world.formulas;
            let [t, no] = [[test.t, then.t], [test.f, otherwise.t]].map(|both| f.and(both));
            let [f1, f2] = [[test.t, then.f], [test.f, otherwise.f]].map(|both| f.and(both));
            Cond { t: f.or([t, no]), f: f.or([f1, f2]) }
        }
        kind => {
            let cond = symbolic.condition(expr);
            if is_own(rule, expr) && !matches!(kind, ExprKind::Const(_)) {
                parts.push(Part { before, cond });
            }
            cond
        }
    }
}
