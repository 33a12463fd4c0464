//! `repeated-term`: the same condition twice in an `and` or `or`.

use std::collections::BTreeMap;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_grammar::ast::{Expr, ExprKind};

use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::REPEATED_TERM;

/// Finds terms that are written like one before them, whatever blanks are between their words.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.exprs() {
        exprs.iter().copied().for_each(|expr| {
            let (terms, word) = match &expr.kind {
                ExprKind::And(terms) => (terms, "and"),
                ExprKind::Or(terms) => (terms, "or"),
                _ => return,
            };
            let mut seen: BTreeMap<String, Span> = BTreeMap::new();
            let mut before: Option<&Expr> = None;
            for term in terms {
                // What binds a name is no plain repetition.
                if !matches!(term.kind, ExprKind::As(..)) {
                    let text = context.text(term.span).split_whitespace().collect::<Vec<_>>().join(" ");
                    match seen.get(&text) {
                        Some(first) => out.push(finding(context, term, before, *first, word)),
                        None => {
                            seen.insert(text, term.span);
                        }
                    }
                }
                before = Some(term);
            }
        });
    }
}

fn finding(context: &Context<'_>, term: &Expr, before: Option<&Expr>, first: Span, word: &str) -> Finding {
    let d = Diagnostic::new(CODE, term.span, format!("this stands in the same `{word}` twice")).other(first, "here already").help("remove one; or one of them is meant otherwise");
    let gone = before.filter(|b| !b.parenthesised && !term.parenthesised).map(|b| Span::new(term.span.file, b.span.end, term.span.end));
    match gone.filter(|gone| !context.has_comment(*gone)) {
        Some(gone) => Finding::from(d).edit(gone, ""),
        None => d.into(),
    }
}
