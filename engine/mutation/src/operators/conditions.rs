//! How conditions are put together: terms, `and` and `or`, `not`, `all` and `any`.

use reach_codes::Span;
use reach_compiler::ir::{Expr, ExprKind, Runs, Type};

use super::Found;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::{Edit, Written, between, bracketed, shorten, token};

pub(crate) fn of(site: &Site<'_>, found: &mut Vec<Found>) {
    terms(site, found);
    negated(site, found);
    dual(site, found);
}

fn terms(site: &Site<'_>, found: &mut Vec<Found>) {
    let (ExprKind::And(terms) | ExprKind::Or(terms)) = &site.expr.kind else { return };
    let sources = &site.bundle.sources;
    let places: Vec<Span> = terms.iter().map(|term| bracketed(sources, term, site.expr.span)).collect();
    for (n, term) in terms.iter().enumerate() {
        // Of terms that are alike, leaving out one is as leaving out another.
        if site.is_relied_on(term) || n.checked_sub(1).and_then(|before| terms.get(before)).is_some_and(|before| alike(before, term)) {
            continue;
        }
        let own = places.get(n).copied();
        let (before, next) = (n.checked_sub(1).and_then(|n| places.get(n)), places.get(n + 1));
        let gone = own.and_then(|own| match (before, next) {
            (None, Some(next)) => between(own, *next).map(|_| Span::new(own.file, own.start, next.start)),
            (Some(before), _) => between(*before, own).map(|_| Span::new(own.file, before.end, own.end)),
            (None, None) => None,
        });
        let words = format!("without `{}`", shorten(sources.text(term.span)));
        found.push(Found { operator: Operator::DropTerm, way: Way::Without(n), written: Written::edit_or(gone, "", words) });
    }
    if terms.iter().any(|term| site.is_relied_on(term)) {
        return;
    }
    let (word, other) = if matches!(site.expr.kind, ExprKind::And(_)) { ("and", "or") } else { ("or", "and") };
    let gaps = places.iter().zip(places.iter().skip(1)).map(|(a, b)| token(sources, between(*a, *b)?, word));
    let edits: Option<Vec<Edit>> = gaps.map(|gap| gap.map(|span| Edit { span, text: other.to_owned() })).collect();
    let edits = edits.map(|words| in_brackets(site, terms, &places, words));
    let written = edits.map_or_else(|| Written::Words(format!("with `{other}` for `{word}`")), Written::Edits);
    found.push(Found { operator: Operator::AndOr, way: Way::Dual, written });
}

/// Adds the brackets without which the other word would take other terms together.
fn in_brackets(site: &Site<'_>, terms: &[Expr], places: &[Span], mut edits: Vec<Edit>) -> Vec<Edit> {
    let is_junction = |expr: &Expr| matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_));
    let mut around = Vec::new();
    if let Some(parent) = site.parent().filter(|parent| is_junction(parent))
        && bracketed(&site.bundle.sources, site.expr, parent.span) == site.expr.span
    {
        around.push(site.expr.span);
    }
    around.extend(terms.iter().zip(places).filter(|(term, place)| is_junction(term) && **place == term.span).map(|(term, _)| term.span));
    for span in around {
        edits.push(Edit { span: Span::new(span.file, span.start, span.start), text: "(".to_owned() });
        edits.push(Edit { span: Span::new(span.file, span.end, span.end), text: ")".to_owned() });
    }
    edits.sort_by_key(|edit| edit.span);
    edits
}

/// Returns whether two expressions are written alike, wherever they stand.
fn alike(a: &Expr, b: &Expr) -> bool {
    std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind) && serde_json::to_string(a).ok() == serde_json::to_string(b).ok()
}

fn negated(site: &Site<'_>, found: &mut Vec<Found>) {
    let expr = site.expr;
    let sources = &site.bundle.sources;
    if let ExprKind::Not(inner) = &expr.kind {
        // Of two in a row, leaving out one is as leaving out the other.
        let twice = site.parent().is_some_and(|parent| matches!(parent.kind, ExprKind::Not(_)));
        if !twice && !site.is_relied_on(inner) {
            let text = sources.text(expr.span);
            let gone = if text.starts_with("not") && text.get(3..).is_some_and(|rest| rest.starts_with([' ', '(', '\n'])) {
                let blanks = text.len() - 3 - text.get(3..).unwrap_or_default().trim_start().len();
                u32::try_from(3 + blanks).ok().map(|len| Span::new(expr.span.file, expr.span.start, expr.span.start + len))
            } else if let ExprKind::In(a, b) = &inner.kind {
                between(a.span, b.span).and_then(|gap| token(sources, gap, "not")).map(|span| Span::new(span.file, span.start, span.end + 1))
            } else {
                None
            };
            found.push(Found { operator: Operator::DropNot, way: Way::Inner, written: Written::edit_or(gone, "", "without its `not`") });
        }
        return;
    }
    if expr.ty != Type::Bool || site.parent().is_some_and(|parent| matches!(parent.kind, ExprKind::Not(_))) {
        return;
    }
    let within = match &expr.kind {
        ExprKind::In(a, b) | ExprKind::Under(a, b) => between(a.span, b.span).and_then(|gap| token(sources, gap, "in")),
        ExprKind::Within(..)
        | ExprKind::Matches(..)
        | ExprKind::Contains(..)
        | ExprKind::Runs(..)
        | ExprKind::RunsWhere(..)
        | ExprKind::Query(..)
        | ExprKind::Detect(..)
        | ExprKind::Whole(..)
        | ExprKind::From(..)
        | ExprKind::NamedBy(_)
        | ExprKind::Labelled(_)
        | ExprKind::WithinRights(_)
        | ExprKind::History(..)
        | ExprKind::Slot(_)
        | ExprKind::Field(..)
        | ExprKind::LookUp(..)
        | ExprKind::Part(..) => None,
        // What a comparison becomes, `equality` and `direction` say; what quantifiers become, their conditions.
        _ => return,
    };
    if site.is_relied_on(expr) {
        return;
    }
    let written = match within {
        Some(span) => Written::Edits(vec![Edit { span, text: "not in".to_owned() }]),
        None => around(expr.span, "not (", ")"),
    };
    found.push(Found { operator: Operator::Negate, way: Way::Not, written });
}

fn around(span: Span, before: &str, after: &str) -> Written {
    let edit = |at: u32, text: &str| Edit { span: Span::new(span.file, at, at), text: text.to_owned() };
    Written::Edits(vec![edit(span.start, before), edit(span.end, after)])
}

fn dual(site: &Site<'_>, found: &mut Vec<Found>) {
    let (word, other) = match &site.expr.kind {
        ExprKind::All(..) => ("all", "any"),
        ExprKind::Any(..) => ("any", "all"),
        // `runs only` of texts is about all that a line does, so that it isn't `may run` turned around.
        ExprKind::Runs(Runs::Only, ..) => ("runs only", "may run"),
        ExprKind::Runs(Runs::May, ..) => ("may run", "runs only"),
        _ => return,
    };
    let place = match &site.expr.kind {
        ExprKind::Runs(_, line, _) => between(line.span, Span::new(site.expr.span.file, site.expr.span.end, site.expr.span.end)),
        _ => u32::try_from(word.len()).ok().map(|len| Span::new(site.expr.span.file, site.expr.span.start, site.expr.span.start + len)),
    };
    let place = place.and_then(|place| token(&site.bundle.sources, place, word));
    found.push(Found { operator: Operator::Quantifier, way: Way::Dual, written: Written::edit_or(place, other, format!("with `{other}` for `{word}`")) });
}
