//! `unused-label`: a label that no rule asks for.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{DeclKind, ExprKind, ProvenanceSource};

use crate::{Context, DeclView, Finding};

pub(super) const CODE: Code = lint::UNUSED_LABEL;

/// Finds labels that are declared and stand in no expression.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    for DeclView { exprs, .. } in context.exprs() {
        exprs.iter().copied().for_each(|expr| match &expr.kind {
            ExprKind::Name(name) => {
                asked.insert(&name.text);
            }
            ExprKind::From(_, source) => {
                if let ProvenanceSource::Name(name) = &**source {
                    asked.insert(&name.text);
                }
            }
            _ => {}
        });
    }
    for decl in context.decls() {
        let DeclKind::Label(names) = &decl.kind else { continue };
        for name in names.iter().filter(|name| !asked.contains(name.text.as_str())) {
            let d = Diagnostic::new(CODE, name.span, format!("no rule asks for the label `{}`", name.text))
                .note("a label changes a decision only where a rule asks for it")
                .help(format!("ask `{0} in labels` or `… from {0}` in a rule, or remove the label", name.text));
            out.push(d.into());
        }
    }
}
