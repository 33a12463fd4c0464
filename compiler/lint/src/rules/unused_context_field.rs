//! `unused-context-field`: a fact of the session that nothing asks for.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{DeclKind, ExprKind, Link};

use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::UNUSED_CONTEXT_FIELD;

/// Finds fields of `context` that no expression reads.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let mut read: BTreeSet<&str> = BTreeSet::new();
    let mut all = false;
    for DeclView { exprs, .. } in context.exprs() {
        exprs.iter().copied().for_each(|expr| {
            let (base, field) = match &expr.kind {
                ExprKind::Chain(chain) => match chain.links.first() {
                    Some(Link::Field(name)) => (&chain.base, Some(name)),
                    _ => (&chain.base, None),
                },
                ExprKind::Has(it) => (&it.value, Some(&it.name)),
                _ => return,
            };
            if matches!(&base.kind, ExprKind::Name(name) if name.text == "context") {
                match field {
                    Some(name) => {
                        read.insert(&name.text);
                    }
                    None => all = true,
                }
            }
        });
    }
    if all {
        return;
    }
    for decl in context.decls() {
        let DeclKind::Context(fields) = &decl.kind else { continue };
        for field in fields.iter().filter(|f| !read.contains(f.name.text.as_str())) {
            let d = Diagnostic::new(CODE, field.name.span, format!("no rule asks for `context.{}`", field.name.text))
                .note("whatever a host sends there, it changes no decision")
                .help("ask for it in a rule, or remove it");
            out.push(d.into());
        }
    }
}
