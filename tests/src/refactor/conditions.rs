//! Conditions that are written otherwise.

use reach_grammar::ast::{CompareOp, Expr, ExprKind};

use super::{Source, Step, each, tree};

pub(super) fn not_inwards(source: &Source) -> Vec<Step> {
    each(source.expressions(), &|part| pushed(source, part))
}

/// Writes a negation of what can be negated otherwise.
fn pushed(source: &Source, expr: &Expr) -> Option<String> {
    let ExprKind::Not(inner) = &expr.kind else { return None };
    let changes = match &inner.kind {
        ExprKind::And(terms) => !terms.iter().any(tree::binds),
        ExprKind::Compare(op, ..) => opposite(*op).is_some(),
        kind => matches!(kind, ExprKind::Or(_) | ExprKind::Not(_)),
    };
    changes.then(|| negated(source, inner))
}

/// Writes that a condition doesn't hold.
fn negated(source: &Source, expr: &Expr) -> String {
    let plain = |expr: &Expr| source.rewritten(expr, &|part| pushed(source, part));
    let joined = |terms: &[Expr], word: &str| format!("({})", terms.iter().map(|term| negated(source, term)).collect::<Vec<_>>().join(word));
    match &expr.kind {
        ExprKind::And(terms) if !terms.iter().any(tree::binds) => joined(terms, " or "),
        ExprKind::Or(terms) => joined(terms, " and "),
        ExprKind::Not(inner) => format!("({})", plain(inner)),
        ExprKind::Compare(op, _, sides) if opposite(*op).is_some() => {
            let [a, b] = &**sides;
            format!("(({}) {} ({}))", plain(a), opposite(*op).unwrap_or_default(), plain(b))
        }
        _ => format!("not ({})", plain(expr)),
    }
}

/// The comparison that is true where one is false.
const fn opposite(op: CompareOp) -> Option<&'static str> {
    match op {
        CompareOp::Eq => Some("!="),
        CompareOp::Ne => Some("=="),
        CompareOp::Lt => Some(">="),
        CompareOp::Le => Some(">"),
        CompareOp::Gt => Some("<="),
        CompareOp::Ge => Some("<"),
        CompareOp::In => Some("not in"),
        CompareOp::NotIn => Some("in"),
        CompareOp::Contains | CompareOp::Within => None,
    }
}

pub(super) fn twice_negated(source: &Source) -> Vec<Step> {
    each(source.expressions(), &|part| {
        let is_condition = matches!(
            part.kind,
            ExprKind::Compare(..) | ExprKind::Has(..) | ExprKind::Matches { .. } | ExprKind::Or(_) | ExprKind::RunsOnly(..) | ExprKind::MayRun(..)
        );
        is_condition.then(|| format!("(not (not ({})))", source.text(part.span)))
    })
}

pub(super) fn exchanged(source: &Source) -> Vec<Step> {
    each(source.expressions(), &|part| exchange(source, part))
}

/// Writes terms the other way round, and comparisons with their sides exchanged.
fn exchange(source: &Source, expr: &Expr) -> Option<String> {
    let inner = |expr: &Expr| format!("({})", source.rewritten(expr, &|part| exchange(source, part)));
    let joined = |terms: &[Expr], word: &str| terms.iter().rev().map(inner).collect::<Vec<_>>().join(word);
    match &expr.kind {
        ExprKind::And(terms) if !terms.iter().any(tree::binds) => Some(joined(terms, " and ")),
        ExprKind::Or(terms) => Some(joined(terms, " or ")),
        ExprKind::Compare(op, _, sides) => {
            let [a, b] = &**sides;
            let op = match op {
                CompareOp::Eq => "==",
                CompareOp::Ne => "!=",
                CompareOp::Lt => ">",
                CompareOp::Le => ">=",
                CompareOp::Gt => "<",
                CompareOp::Ge => "<=",
                CompareOp::In | CompareOp::NotIn | CompareOp::Contains | CompareOp::Within => return None,
            };
            Some(format!("{} {op} {}", inner(b), inner(a)))
        }
        _ => None,
    }
}
