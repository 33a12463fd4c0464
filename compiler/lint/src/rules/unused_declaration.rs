//! `unused-declaration`: a constant, function, type, class, entity or fixture that nothing needs.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic, Span};
use reach_grammar::ast::{Decl, DeclKind};

use crate::uses::{Optional, reached};
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNUSED_DECLARATION;

/// Finds declarations that no step, rule, budget, test or property leads to, also those that only such declarations use.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let optional: Vec<Optional<'_>> = context.decls().filter_map(|decl| named(decl).map(|(_, name, _)| Optional { name, decl })).collect();
    let reached = reached(context.decls(), &optional);
    for (what, name, span) in context.decls().filter_map(named) {
        if reached.contains(name) || name.starts_with('_') {
            continue;
        }
        let d = Diagnostic::new(CODE, span, format!("nothing uses the {what} `{name}`"))
            .note("no step, rule, budget or test leads to it, so it changes no decision")
            .help(format!("use it, remove it, or begin its name with `_` if it is there for later: `_{name}`"));
        out.push(d.into());
    }
}

fn named(decl: &Decl) -> Option<(&'static str, &str, Span)> {
    let (what, name) = match &decl.kind {
        DeclKind::Let(l) => ("constant", &l.name),
        DeclKind::Param(l) => ("parameter", &l.name),
        DeclKind::Fn(f) => ("function", &f.signature.name),
        DeclKind::Type(t) => ("type", &t.name),
        DeclKind::Class(c) => ("class", &c.name),
        DeclKind::Entity(e) => ("entity", &e.name),
        DeclKind::Fixture(f) => ("fixture", &f.name),
        _ => return None,
    };
    Some((what, &name.text, name.span))
}
