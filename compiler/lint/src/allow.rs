//! `@allow(lint-name)`: what is turned off at a declaration.

use std::collections::HashMap;

use reach_codes::table::{self, lint};
use reach_codes::{Diagnostic, FileId, Span};
use reach_grammar::ast;

use crate::{Context, Finding, Lint};

/// A name in an `@allow`.
struct Allowed<'a> {
    name: &'a ast::Name,
    used: bool,
}

/// A declaration with what it turns off.
struct Allows<'a> {
    span: Span,
    names: Vec<Allowed<'a>>,
}

/// Takes out what is allowed where it stands, and tells which `@allow` turns nothing off. Of a lint that did not look, that isn't known.
pub(crate) fn filter(context: &Context<'_>, ran: &[&Lint], found: Vec<Finding>) -> Vec<Finding> {
    let mut all: HashMap<FileId, Vec<Allows<'_>>> = HashMap::new();
    for file in &context.input().compiled.files {
        let of = |decl| Allows { span: whole(decl), names: names(decl).map(|name| Allowed { name, used: false }).collect() };
        let mut allows: Vec<Allows<'_>> = file.decls.iter().map(of).filter(|a| !a.names.is_empty()).collect();
        allows.sort_by_key(|a| a.span);
        all.insert(file.id, allows);
    }
    let mut left = Vec::new();
    for finding in found {
        if !is_allowed(&mut all, &finding) {
            left.push(finding);
        }
    }
    let looked = |name: &str| ran.iter().any(|l| l.code.name() == name);
    if looked(lint::UNUSED_ALLOW.name()) {
        let mut idle = Vec::new();
        for file in &context.input().compiled.files {
            for allows in all.get(&file.id).into_iter().flatten() {
                idle.extend(allows.names.iter().filter(|a| !a.used && looked(&a.name.text)).map(|a| unused(a.name)));
            }
        }
        idle.retain(|finding| !is_allowed(&mut all, finding));
        left.append(&mut idle);
    }
    left
}

/// Returns the place of a declaration with what stands before it.
fn whole(decl: &ast::Decl) -> Span {
    decl.attributes.iter().fold(decl.span, |span, attribute| span.to(attribute.span))
}

/// Returns the names in `@allow`s before a declaration.
pub(crate) fn names(decl: &ast::Decl) -> impl Iterator<Item = &ast::Name> {
    decl.attributes.iter().filter(|a| a.name.text == "allow").flat_map(|a| &a.arguments)
}

fn is_allowed(all: &mut HashMap<FileId, Vec<Allows<'_>>>, finding: &Finding) -> bool {
    let Some(span) = finding.diagnostic.span() else { return false };
    let Some(allows) = all.get_mut(&span.file) else { return false };
    let after = allows.partition_point(|a| a.span.start <= span.start);
    let Some(at) = after.checked_sub(1).and_then(|i| allows.get_mut(i)).filter(|a| span.end <= a.span.end) else { return false };
    let mut allowed = false;
    for name in &mut at.names {
        if name.name.text == finding.diagnostic.code.name() {
            name.used = true;
            allowed = true;
        }
    }
    allowed
}

fn unused(name: &ast::Name) -> Finding {
    let of = table::find(&name.text).map_or("what it looks for", |code| code.info().summary);
    let d = Diagnostic::new(lint::UNUSED_ALLOW, name.span, format!("`@allow({})` turns nothing off", name.text))
        .note(format!("`{}` finds nothing here: {of}", name.text))
        .help("remove it, so that it doesn't hide what comes later");
    d.into()
}
