//! `constant-condition`: a part of a condition that is always true, or never.

use reach_analysis::{Condition, Constancy, Finding as Proved};
use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_compiler::ir::{Effect, Expr, ExprKind};

use super::unreachable_rule::is_explained;
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::CONSTANT_CONDITION;

/// Finds such parts. What stands there twice, and what no step gets beyond in a rule that never matches, is told by other lints; so is
/// history that can't happen.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let findings = &context.survey().findings;
    for found in findings {
        let Proved::Constant { condition, is } = found else { continue };
        let told = findings.iter().any(|other| matches!(other, Proved::Unreachable { rule } if *rule == condition.rule));
        let (Some(rule), Some(part)) = (context.bundle().rules.get(condition.rule), condition.of(context.bundle())) else { continue };
        if told
            || !is_constant_for(rule.effect, condition, *is, context)
            || is_explained(out, part.span)
            || is_repeated(context, condition)
            || asks_for_what_never_comes(context, part)
        {
            continue;
        }
        let (what, and) = match is {
            Constancy::True => ("always true", ""),
            Constancy::False => ("never true", ""),
            Constancy::NeverFalse => ("always true, where it has a value", "never false"),
            Constancy::NeverTrue => ("never true", "at most without a value"),
        };
        let mut d = Diagnostic::new(CODE, part.span, format!("`{}` is {what}", context.text(part.span)));
        d = match before(context, condition) {
            Some((place, true)) => d.other(place, "where this is not false"),
            Some((place, false)) => d.other(place, "where this is not true"),
            None => d,
        };
        d = d.note(format!("proved over all steps that get here: it is {}", if and.is_empty() { what } else { and }));
        let no_value = !and.is_empty() && rule.effect != Effect::Permit;
        if no_value {
            d = d.note(format!("where it has no value, `{}` matches all the same", rule.name));
        }
        out.push(d.help("say what was meant, or leave it out").into());
    }
}

/// Tells whether a part always does the same to its rule. One that is true or has no value decides whether a permit matches, and one that is
/// false or has none whether a forbid does.
fn is_constant_for(effect: Effect, condition: &Condition, is: Constancy, context: &Context<'_>) -> bool {
    let wants_true = match is {
        Constancy::True | Constancy::False => return true,
        Constancy::NeverFalse => true,
        Constancy::NeverTrue => false,
    };
    let mut is_negated = condition.unless;
    for length in 0..condition.path.len() {
        let outer = Condition { path: condition.path.get(..length).unwrap_or_default().to_vec(), ..condition.clone() };
        is_negated ^= outer.of(context.bundle()).is_some_and(|expr| matches!(expr.kind, ExprKind::Not(_)));
    }
    // Without a value a permit doesn't match, and others do.
    let matches_without = !matches!(effect, Effect::Permit | Effect::OtherwiseAsk);
    (wants_true != is_negated) == matches_without
}

/// Returns what stands right before a part in the same `and` or `or`, and whether that is an `and`.
fn before(context: &Context<'_>, condition: &Condition) -> Option<(Span, bool)> {
    let mut path = condition.path.clone();
    while let Some(last) = path.pop() {
        let outer = Condition { path: path.clone(), ..condition.clone() };
        let whole = outer.of(context.bundle())?;
        let is_and = match &whole.kind {
            ExprKind::And(_) => true,
            ExprKind::Or(_) => false,
            _ => continue,
        };
        if let Some(earlier) = last.checked_sub(1) {
            let parts = whole.children();
            let (first, end) = (parts.first()?, parts.get(earlier)?);
            return Some((first.span.to(end.span), is_and));
        }
    }
    let rule = context.bundle().rules.get(condition.rule)?;
    if condition.unless { rule.when.as_ref().map(|when| (when.span, true)) } else { None }
}

/// Tells whether the same stands before it already.
fn is_repeated(context: &Context<'_>, condition: &Condition) -> bool {
    let Some((last, outer)) = condition.path.split_last() else { return false };
    let outer = Condition { path: outer.to_vec(), ..condition.clone() };
    let Some(whole) = outer.of(context.bundle()) else { return false };
    let parts = whole.children();
    let text = |expr: &Expr| context.text(expr.span).split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(own) = parts.get(*last).map(|part| text(part)) else { return false };
    parts.iter().take(*last).any(|part| text(part) == own)
}

/// Tells whether a part is a question of what another lint says never comes.
fn asks_for_what_never_comes(context: &Context<'_>, part: &Expr) -> bool {
    let findings = &context.survey().findings;
    let is = |expr: &Expr| match &expr.kind {
        ExprKind::History(number, _) => {
            findings.iter().any(|f| matches!(f, Proved::Impossible { past: reach_analysis::Past::Monitor(n), .. } if *n == *number as usize))
        }
        ExprKind::Labelled(label) => findings.iter().any(|f| matches!(f, Proved::LabelNever { label: l } if l == label)),
        ExprKind::From(..) => findings.iter().any(|f| matches!(f, Proved::LabelNever { .. } | Proved::Impossible { .. })),
        _ => false,
    };
    is(part) || part.children().into_iter().any(|child| asks_for_what_never_comes(context, child))
}
