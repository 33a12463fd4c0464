//! `unused-parameter`: a parameter that its function doesn't read.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::DeclKind;

use crate::{Context, Finding, uses};

pub(super) const CODE: Code = lint::UNUSED_PARAMETER;

/// Finds such parameters.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for decl in context.decls() {
        let DeclKind::Fn(function) = &decl.kind else { continue };
        let mut used = BTreeSet::new();
        uses::names(decl, &mut |name| {
            used.insert(name);
        });
        let name = &function.signature.name.text;
        for field in function.signature.fields.iter().filter(|f| !used.contains(f.name.text.as_str()) && !f.name.text.starts_with('_')) {
            let d = Diagnostic::new(CODE, field.name.span, format!("`{name}` doesn't read its parameter `{}`", field.name.text))
                .note("whoever calls it will think that the value matters")
                .help(format!("use it, remove it here and in every call, or call it `_{}`", field.name.text));
            out.push(d.into());
        }
    }
}
