//! `negated-quantifier`: `not any(x in xs: not c)` for `all(x in xs: c)`.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{Expr, ExprKind, QuantifierWord};

use super::negated_comparison::short;
use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::NEGATED_QUANTIFIER;

/// Finds quantifiers that are negated outside and inside.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.conditions() {
        exprs.iter().copied().for_each(|expr| out.extend(find(context, expr)));
    }
}

fn find(context: &Context<'_>, expr: &Expr) -> Option<Finding> {
    let ExprKind::Not(of) = &expr.kind else { return None };
    let ExprKind::Quantifier(q) = &of.kind else { return None };
    let (word, other) = match q.word {
        QuantifierWord::Any => ("any", "all"),
        QuantifierWord::All => ("all", "any"),
        QuantifierWord::Count | QuantifierWord::Sum => return None,
    };
    let ExprKind::Not(body) = &q.body.kind else { return None };
    let plain = format!("{other}({} in {}: {})", q.variable.text, context.written(&q.list), context.text(body.span));
    let d = Diagnostic::new(CODE, expr.span, format!("`not {word}` of what is not so is `{other}`")).help(format!("write `{}`", short(&plain)));
    let finding = Finding::from(d);
    Some(if context.has_comment(expr.span) { finding } else { finding.edit(expr.span, plain) })
}
