//! Which names a bundle uses, by where: to tell declarations that nothing needs.

use std::collections::{BTreeSet, HashMap, HashSet};

use reach_grammar::Part;
use reach_grammar::ast::{Decl, DeclKind, EventPattern, Expr, ExprKind, Grant, ObligationKind, ProvenanceSource, Target, TargetKind};

/// Calls `visit` with every name that a declaration uses for something declared elsewhere. A name of a local, a field of a record or a member of
/// an enum may be among them: then a declaration of that name counts as used.
pub(crate) fn names<'a>(decl: &'a Decl, visit: &mut dyn FnMut(&'a str)) {
    decl.visit(&mut |part| match part {
        Part::Type(ty) => ty.name().into_iter().for_each(|name| visit(&name.text)),
        Part::Expr(expr) => expression(expr, visit),
    });
    match &decl.kind {
        DeclKind::Charge(c) => {
            visit(&c.budget.text);
            targets(&c.targets, visit);
        }
        DeclKind::Entity(e) => {
            e.parents.iter().for_each(|p| visit(&p.text));
        }
        DeclKind::Rule(rule) => {
            targets(&rule.targets, visit);
            for grant in rule.grants.iter().flatten() {
                if let Grant::Tool { target, .. } = grant {
                    targets(std::slice::from_ref(target), visit);
                }
            }
            for obligation in &rule.with {
                if let ObligationKind::Clear(label) = &obligation.kind {
                    visit(&label.text);
                }
            }
        }
        DeclKind::Test(test) => test.from.iter().for_each(|from| visit(&from.text)),
        DeclKind::Property(p) => pattern(&p.given, visit),
        DeclKind::Tool(_)
        | DeclKind::Class(_)
        | DeclKind::Agent(_)
        | DeclKind::Model(_)
        | DeclKind::Resource(_)
        | DeclKind::Context(_)
        | DeclKind::Type(_)
        | DeclKind::Let(_)
        | DeclKind::Param(_)
        | DeclKind::Fn(_)
        | DeclKind::Budget(_)
        | DeclKind::Fixture(_)
        | DeclKind::Label(_)
        | DeclKind::Use(_)
        | DeclKind::Pack(_) => {}
    }
}

/// Calls `visit` with the names of an expression itself, without those below it.
fn expression<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a str)) {
    match &expr.kind {
        ExprKind::Name(name) => visit(&name.text),
        ExprKind::Call(name, _) => visit(&name.text),
        ExprKind::History(h) => pattern(&h.pattern, visit),
        ExprKind::From(_, source) => match &**source {
            ProvenanceSource::Name(name) => visit(&name.text),
            ProvenanceSource::ResultsOf(_, list) => targets(list, visit),
            ProvenanceSource::Pattern(p) | ProvenanceSource::PartOf(_, p) => pattern(p, visit),
        },
        _ => {}
    }
}

fn pattern<'a>(p: &'a EventPattern, visit: &mut dyn FnMut(&'a str)) {
    targets(&p.names, visit);
    if let Some(since) = &p.since {
        pattern(since, visit);
    }
}

fn targets<'a>(list: &'a [Target], visit: &mut dyn FnMut(&'a str)) {
    for target in list {
        if let TargetKind::Named { name, .. } = &target.kind {
            visit(&name.text);
        }
    }
}

/// A declaration that counts as used only where something that counts uses it.
pub(crate) struct Optional<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// The declaration.
    pub(crate) decl: &'a Decl,
}

/// Returns the names that are used from outside of the optional declarations, over any number of them.
pub(crate) fn reached<'a>(decls: impl Iterator<Item = &'a Decl>, optional: &[Optional<'a>]) -> BTreeSet<&'a str> {
    let own: HashSet<*const Decl> = optional.iter().map(|o| std::ptr::from_ref(o.decl)).collect();
    let by_name: HashMap<&str, &'a Decl> = optional.iter().map(|o| (o.name, o.decl)).collect();
    let mut reached: BTreeSet<&'a str> = BTreeSet::new();
    let mut open: Vec<&'a str> = Vec::new();
    for decl in decls.filter(|decl| !own.contains(&std::ptr::from_ref(*decl))) {
        names(decl, &mut |name| open.push(name));
    }
    while let Some(name) = open.pop() {
        if !reached.insert(name) {
            continue;
        }
        if let Some(decl) = by_name.get(name) {
            names(decl, &mut |name| open.push(name));
        }
    }
    reached
}
