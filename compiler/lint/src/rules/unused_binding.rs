//! `unused-binding`: a name for a value that nobody asks for.

use std::collections::BTreeMap;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{CommandPattern, Expr, ExprKind, Name};

use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::UNUSED_BINDING;

/// Finds variables of quantifiers and of command patterns that their bodies don't read, and names behind `as` that stand nowhere else.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for DeclView { exprs, .. } in context.exprs() {
        let mut named: Vec<&Name> = Vec::new();
        let mut read: BTreeMap<&str, usize> = BTreeMap::new();
        exprs.iter().copied().for_each(|expr| match &expr.kind {
            ExprKind::Name(name) => *read.entry(name.text.as_str()).or_default() += 1,
            ExprKind::As(it) => named.push(&it.name),
            ExprKind::Quantifier(q) if !q.variable.text.starts_with('_') && !reads(&q.body, &q.variable.text) => {
                let d = Diagnostic::new(CODE, q.variable.span, format!("what is asked here isn't about `{}`", q.variable.text))
                    .note("the same is asked of every element, so the elements don't matter")
                    .help(format!("ask about `{}`, or ask about the list itself: `length(…) > 0`", q.variable.text));
                out.push(d.into());
            }
            ExprKind::RunsOnly(_, pattern) | ExprKind::MayRun(_, pattern) => {
                if let CommandPattern::Where(name, body) = &**pattern
                    && !name.text.starts_with('_')
                    && !reads(body, &name.text)
                {
                    let d = Diagnostic::new(CODE, name.span, format!("what is asked here isn't about `{}`", name.text))
                        .note("the same is asked of every command, so the commands don't matter")
                        .help(format!("ask about `{0}`: `{0}.program`, `{0}.words`", name.text));
                    out.push(d.into());
                }
            }
            _ => {}
        });
        for name in named.into_iter().filter(|name| !read.contains_key(name.text.as_str()) && !name.text.starts_with('_')) {
            let d = Diagnostic::new(CODE, name.span, format!("nothing asks about `{}`", name.text))
                .note("`as` holds where there is a value, and gives it a name")
                .help("write `… has field` where only that matters");
            out.push(d.into());
        }
    }
}

fn reads(body: &Expr, variable: &str) -> bool {
    let mut found = false;
    body.visit(&mut |expr| found |= matches!(&expr.kind, ExprKind::Name(name) if name.text == variable));
    found
}
