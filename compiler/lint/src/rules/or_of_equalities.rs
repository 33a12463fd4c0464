//! `or-of-equalities`: `x == a or x == b` for `x in { a, b }`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{CompareOp, Expr, ExprKind};

use super::negated_comparison::short;
use super::set_of_one::is_plain;
use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::OR_OF_EQUALITIES;

/// Finds runs of equalities of one field with literals, next to each other.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.conditions() {
        exprs.iter().copied().for_each(|expr| {
            let (terms, op) = match &expr.kind {
                ExprKind::Or(terms) => (terms, CompareOp::Eq),
                ExprKind::And(terms) => (terms, CompareOp::Ne),
                _ => return,
            };
            let mut at = 0;
            while at < terms.len() {
                let run = run(context, terms.get(at..).unwrap_or_default(), op);
                if let (Some((field, _, _)), true) = (run.first(), run.len() >= 2) {
                    out.push(finding(context, field, &run, op));
                }
                at += run.len().max(1);
            }
        });
    }
}

/// Returns the equalities of one field with which terms begin: the field, the term, the literal.
fn run<'e>(context: &Context<'_>, terms: &'e [Expr], op: CompareOp) -> Vec<(String, &'e Expr, &'e Expr)> {
    let mut run: Vec<(String, &Expr, &Expr)> = Vec::new();
    for term in terms {
        match equality(context, term, op) {
            Some((field, value)) if run.first().is_none_or(|(first, ..)| *first == field) => run.push((field, term, value)),
            _ => break,
        }
    }
    run
}

/// Returns the text of the field, and the literal that it is compared with.
fn equality<'e>(context: &Context<'_>, term: &'e Expr, op: CompareOp) -> Option<(String, &'e Expr)> {
    let ExprKind::Compare(found, _, sides) = &term.kind else { return None };
    let [left, right] = &**sides;
    let field = matches!(left.kind, ExprKind::Chain(..)) && *found == op;
    let literal = matches!(right.kind, ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Name(_) | ExprKind::Date(_) | ExprKind::Time(_) | ExprKind::Duration(_));
    (field && literal && context.type_at(left.span).is_some_and(is_plain)).then(|| (context.text(left.span).to_owned(), right))
}

fn finding(context: &Context<'_>, field: &str, run: &[(String, &Expr, &Expr)], op: CompareOp) -> Finding {
    let word = if op == CompareOp::Eq { "in" } else { "not in" };
    let values: Vec<String> = run.iter().map(|(.., value)| context.written(value)).collect();
    let plain = format!("{field} {word} {{ {} }}", values.join(", "));
    let whole = run.iter().map(|(_, term, _)| term.span).reduce(reach_codes::Span::to).unwrap_or_default();
    let d = Diagnostic::new(CODE, whole, format!("`{field}` is compared with {} values one by one", run.len())).help(format!("write `{}`", short(&plain)));
    let finding = Finding::from(d);
    let bracketed = run.iter().any(|(_, term, _)| term.parenthesised);
    // A constant that holds a set can't be a member of one.
    let named = run.iter().any(|(.., value)| matches!(value.kind, ExprKind::Name(_)) && !context.type_at(value.span).is_some_and(is_plain));
    if bracketed || named || context.has_comment(whole) { finding } else { finding.edit(whole, plain) }
}
