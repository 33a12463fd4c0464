//! The parts of expressions as they are written.

use reach_grammar::ast::{CommandPattern, EventPattern, Expr, ExprKind, Link, ProvenanceSource};

/// Returns the expressions that one is made of, in the order of the text.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Duration(_)
        | ExprKind::Date(_)
        | ExprKind::Time(_)
        | ExprKind::Tagged(..)
        | ExprKind::Pattern(_)
        | ExprKind::Name(_)
        | ExprKind::Error => Vec::new(),
        ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::Has(a, _) | ExprKind::As(a, _) | ExprKind::NamedBy(a, _) => vec![a],
        ExprKind::Chain(base, links) => {
            let keys = links.iter().filter_map(|link| if let Link::Index(key, _) = link { Some(&**key) } else { None });
            std::iter::once(&**base).chain(keys).collect()
        }
        ExprKind::Call(_, items)
        | ExprKind::List(items)
        | ExprKind::Set(items)
        | ExprKind::And(items)
        | ExprKind::Or(items)
        | ExprKind::Product(items)
        | ExprKind::Else(items) => items.iter().collect(),
        ExprKind::Record(fields) => fields.iter().map(|field| &field.value).collect(),
        ExprKind::Quantifier(quantifier) => vec![&quantifier.list, &quantifier.body],
        ExprKind::History(history) => history.value.iter().chain(of_pattern(&history.pattern)).collect(),
        ExprKind::Sum(first, rest) => std::iter::once(&**first).chain(rest.iter().map(|(_, term)| term)).collect(),
        ExprKind::If(a, b, c) => vec![a, b, c],
        ExprKind::Compare(_, _, a, b) | ExprKind::MayTouch(a, b) | ExprKind::MayWrite(a, b) | ExprKind::ReadsOnly(a, b) => vec![a, b],
        ExprKind::Matches { value, pattern, .. } => vec![value, pattern],
        ExprKind::From(value, source) => {
            let pattern = match &**source {
                ProvenanceSource::Pattern(pattern) | ProvenanceSource::PartOf(_, pattern) => of_pattern(pattern),
                ProvenanceSource::Name(_) | ProvenanceSource::ResultsOf(..) => Vec::new(),
            };
            std::iter::once(&**value).chain(pattern).collect()
        }
        ExprKind::RunsOnly(value, pattern) | ExprKind::MayRun(value, pattern) => match &**pattern {
            CommandPattern::Set(inner) | CommandPattern::Where(_, inner) => vec![value, inner],
        },
    }
}

fn of_pattern(pattern: &EventPattern) -> Vec<&Expr> {
    let since = pattern.since.iter().flat_map(|since| of_pattern(since));
    pattern.condition.iter().chain(&pattern.over).chain(since).collect()
}

/// Returns whether something holds of an expression or of a part of it.
pub(super) fn some(expr: &Expr, holds: &dyn Fn(&Expr) -> bool) -> bool {
    holds(expr) || children(expr).into_iter().any(|child| some(child, holds))
}

/// Returns whether a term gives a name to what the terms behind it read.
pub(super) fn binds(term: &Expr) -> bool {
    matches!(term.kind, ExprKind::As(..))
}

/// Returns whether it is a constant as it is written.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Duration(_) | ExprKind::Date(_) | ExprKind::Time(_) | ExprKind::Tagged(..) => true,
        ExprKind::Pattern(_) => true,
        ExprKind::List(items) | ExprKind::Set(items) => items.iter().all(is_literal),
        _ => false,
    }
}
