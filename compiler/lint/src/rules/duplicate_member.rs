//! `duplicate-member`: a set in which the same member is written twice.

use std::collections::BTreeMap;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_grammar::ast::{Expr, ExprKind};

use crate::{Context, Finding, walk};

pub(super) const CODE: Code = lint::DUPLICATE_MEMBER;

/// Finds literals that stand in a set before.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for decl in context.decls() {
        walk::expressions(decl, &mut |expr| {
            let ExprKind::Set(members) = &expr.kind else { return };
            let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
            let mut before: Option<&Expr> = None;
            for member in members {
                let text = context.text(member.span);
                if is_literal(member) {
                    match seen.get(text) {
                        Some(first) => out.push(finding(context, member, before, *first)),
                        None => {
                            seen.insert(text, member.span);
                        }
                    }
                }
                before = Some(member);
            }
        });
    }
}

fn finding(context: &Context<'_>, member: &Expr, before: Option<&Expr>, first: Span) -> Finding {
    let d = Diagnostic::new(CODE, member.span, format!("`{}` stands in this set already", context.text(member.span))).other(first, "here").help("remove one of them");
    // From the member before to this one: the comma goes with it.
    let gone = before.filter(|b| !b.parenthesised && !member.parenthesised).map(|b| Span::new(member.span.file, b.span.end, member.span.end));
    match gone.filter(|gone| !context.has_comment(*gone)) {
        Some(gone) => Finding::from(d).edit(gone, ""),
        None => d.into(),
    }
}

const fn is_literal(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Duration(_)
            | ExprKind::Date(_)
            | ExprKind::Time(_)
            | ExprKind::Name(_)
            | ExprKind::Pattern(_)
            | ExprKind::Tagged(..)
    )
}
