//! `forbid-by-label`: a forbid that matches only where a value is found in what carries a label, on a step that is permitted by something else.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_compiler::ir::{Bundle, Effect, Expr, ExprKind, Origin, Rule};

use crate::terms::{by_target, slots};
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::FORBID_BY_LABEL;

/// Finds such rules.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let by_target = by_target(bundle);
    let forbids = bundle.rules.iter().filter(|rule| rule.effect == Effect::Forbid && !rule.advisory);
    for (rule, (span, value, label)) in forbids.filter_map(|rule| Some((rule, rests(bundle, rule.when.as_ref()?)?))) {
        let values = slots(value);
        let good = |permit: &Rule| permit.when.as_ref().is_some_and(|when| known_good(bundle, when, &values));
        let permits = rule.targets.iter().filter_map(|t| by_target.get(t.target as usize)).flatten();
        let Some(open) = permits.filter(|r| r.effect == Effect::Permit && !r.advisory).find(|r| !good(r)) else { continue };
        let label = bundle.labels.get(label as usize).map_or("", String::as_str);
        let d = Diagnostic::new(CODE, span, format!("`{}` forbids only where the value is found in what carries `{label}`", rule.name))
            .other(open.name_span, "this permits the step whatever the value is")
            .note("a value that is written in another way, put together, or translated is not found, so it gets around this rule")
            .help("permit by what is known to be good: `… from user`, `… in known_values`; then this rule only gives the reason");
        out.push(d.into());
    }
}

/// Returns a question for a label that must be answered with yes for a condition to be true.
fn rests<'e>(bundle: &Bundle, expr: &'e Expr) -> Option<(Span, &'e Expr, u32)> {
    match &expr.kind {
        ExprKind::And(terms) => terms.iter().find_map(|term| rests(bundle, term)),
        ExprKind::Or(terms) => {
            let mut found = None;
            for term in terms {
                found = Some(rests(bundle, term)?).or(found);
            }
            found
        }
        ExprKind::Any(_, list, body) => rests(bundle, body).map(|(span, value, label)| (span, if slots(value).is_empty() { &**list } else { value }, label)),
        ExprKind::From(value, origin) => match bundle.origins.get(*origin as usize) {
            Some(Origin::Label(label)) => Some((expr.span, value, *label)),
            _ => None,
        },
        _ => None,
    }
}

/// Returns whether a condition is true only where something good is known of the value.
fn known_good(bundle: &Bundle, expr: &Expr, values: &std::collections::BTreeSet<&reach_compiler::ir::SlotRef>) -> bool {
    let about = |e: &Expr| slots(e).iter().any(|slot| values.contains(slot));
    match &expr.kind {
        ExprKind::And(terms) => terms.iter().any(|term| known_good(bundle, term, values)),
        ExprKind::Or(terms) => terms.iter().all(|term| known_good(bundle, term, values)),
        ExprKind::If(_, then, otherwise) => known_good(bundle, then, values) && known_good(bundle, otherwise, values),
        // Of a list, what is asked of each element.
        ExprKind::All(_, list, body) => about(list) && tells(bundle, body),
        ExprKind::Whole(_, meaning) => known_good(bundle, meaning, values),
        _ => about(expr) && tells(bundle, expr),
    }
}

/// Returns whether a condition says what a value may be, or where it must come from.
fn tells(bundle: &Bundle, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::And(terms) => terms.iter().any(|term| tells(bundle, term)),
        ExprKind::Or(terms) => terms.iter().all(|term| tells(bundle, term)),
        ExprKind::From(_, origin) => !matches!(bundle.origins.get(*origin as usize), Some(Origin::Label(_))),
        ExprKind::In(..) | ExprKind::Within(..) | ExprKind::Matches(..) | ExprKind::History(..) | ExprKind::Runs(..) | ExprKind::Query(..) => true,
        ExprKind::Compare(op, ..) => *op == reach_compiler::ir::Compare::Eq,
        _ => false,
    }
}
