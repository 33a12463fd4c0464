//! Which names a bundle uses, by where: to tell declarations that nothing needs.

use std::collections::{BTreeSet, HashMap, HashSet};

use reach_grammar::ast::{Decl, DeclKind, EventPattern, ExprKind, Field, Grant, ObligationKind, ProvenanceSource, Target, TargetKind, TypeExpr, TypeKind};

use crate::walk;

/// Calls `visit` with every name that a declaration uses for something declared elsewhere. A name of a local, a field of a record or a member of
/// an enum may be among them: then a declaration of that name counts as used.
pub(crate) fn names<'a>(decl: &'a Decl, visit: &mut dyn FnMut(&'a str)) {
    walk::expressions(decl, &mut |expr| match &expr.kind {
        ExprKind::Name(name) | ExprKind::Call(name, _) => visit(&name.text),
        ExprKind::History(h) => pattern(&h.pattern, visit),
        ExprKind::From(_, source) => match &**source {
            ProvenanceSource::Name(name) => visit(&name.text),
            ProvenanceSource::ResultsOf(_, list) => targets(list, visit),
            ProvenanceSource::Pattern(p) | ProvenanceSource::PartOf(_, p) => pattern(p, visit),
        },
        _ => {}
    });
    match &decl.kind {
        DeclKind::Tool(tool) => {
            fields(&tool.signature.fields, visit);
            fields(&tool.facts, visit);
            tool.result.iter().for_each(|r| ty(&r.ty, visit));
        }
        DeclKind::Class(s) | DeclKind::Agent(s) | DeclKind::Model(s) => fields(&s.fields, visit),
        DeclKind::Resource(r) => fields(&r.fields, visit),
        DeclKind::Context(list) => fields(list, visit),
        DeclKind::Type(alias) => ty(&alias.ty, visit),
        DeclKind::Let(l) | DeclKind::Param(l) => l.ty.iter().for_each(|t| ty(t, visit)),
        DeclKind::Fn(f) => {
            fields(&f.signature.fields, visit);
            f.result.iter().for_each(|t| ty(t, visit));
        }
        DeclKind::Budget(b) => ty(&b.ty, visit),
        DeclKind::Charge(c) => {
            visit(&c.budget.text);
            targets(&c.targets, visit);
        }
        DeclKind::Entity(e) => {
            e.parents.iter().for_each(|p| visit(&p.text));
            fields(&e.fields, visit);
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
        DeclKind::Fixture(_) | DeclKind::Label(_) | DeclKind::Use(_) | DeclKind::Pack(_) => {}
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

fn fields<'a>(list: &'a [Field], visit: &mut dyn FnMut(&'a str)) {
    list.iter().for_each(|f| ty(&f.ty, visit));
}

fn ty<'a>(t: &'a TypeExpr, visit: &mut dyn FnMut(&'a str)) {
    match &t.kind {
        TypeKind::Named(name) | TypeKind::WithDefault(name, _) | TypeKind::TimeIn(name, _) | TypeKind::PathAt(name, ..) => visit(&name.text),
        TypeKind::Generic(_, of) | TypeKind::ListFromText(of) | TypeKind::Optional(of) | TypeKind::Refined(of, _) => ty(of, visit),
        TypeKind::Record(list) => fields(list, visit),
        TypeKind::Enum(_) => {}
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
