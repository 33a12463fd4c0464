//! Declarations, types, rules and tests.

use super::expression::{bindings, event_pattern, expr, message, pattern, target, targets};
use super::sexp::{Sexp, atom, list};
use super::{docs, name, names, tagged, text};
use crate::ast::{
    Budget, Charge, DeclKind, EntityLit, Expectation, Field, Grant, Let, Obligation, ObligationKind, Property, Rule, RuleWord, Signature, StepLit, Test,
    TestItem, TestItemKind, Tool, TypeExpr, TypeKind,
};

pub(super) fn declaration(kind: &DeclKind) -> Vec<Sexp> {
    let signature = |word: &str, s: &Signature| [atom(word), name(&s.name)].into_iter().chain(fields(&s.fields)).collect();
    match kind {
        DeclKind::Tool(t) => tool(t),
        DeclKind::Class(s) => signature("class", s),
        DeclKind::Agent(s) => signature("agent", s),
        DeclKind::Model(s) => signature("model", s),
        DeclKind::Resource(r) => [atom("resource"), pattern(&r.pattern)].into_iter().chain(fields(&r.fields)).collect(),
        DeclKind::Context(all) => [atom("context")].into_iter().chain(fields(all)).collect(),
        DeclKind::Type(t) => vec![atom("type"), name(&t.name), ty(&t.ty)],
        DeclKind::Let(l) => constant("let", l),
        DeclKind::Param(l) => constant("param", l),
        DeclKind::Label(all) => [atom("label")].into_iter().chain(names(all)).collect(),
        DeclKind::Fn(f) => {
            let mut parts: Vec<Sexp> = signature("fn", &f.signature);
            parts.extend(f.result.iter().map(|t| tagged("->", vec![ty(t)])));
            parts.push(expr(&f.body));
            parts
        }
        DeclKind::Budget(b) => budget(b),
        DeclKind::Charge(c) => charge(c),
        DeclKind::Entity(e) => {
            let mut parts = vec![atom("entity"), name(&e.name)];
            if !e.parents.is_empty() {
                parts.push(tagged("in", names(&e.parents)));
            }
            parts.extend(fields(&e.fields));
            parts
        }
        DeclKind::Use(u) => {
            let mut parts = vec![atom("use"), name(&u.pack)];
            parts.extend(u.alias.iter().map(|n| tagged("as", vec![name(n)])));
            parts.extend(non_empty("with", bindings(&u.with)));
            parts
        }
        DeclKind::Rule(r) => rule(r),
        DeclKind::Test(t) => test(t),
        DeclKind::Property(p) => property(p),
        DeclKind::Fixture(f) => [atom("fixture"), name(&f.name)].into_iter().chain(items(&f.items)).collect(),
        DeclKind::Pack(p) => [atom("pack"), name(&p.name), text(&p.version.value)].into_iter().chain(bindings(&p.entries)).collect(),
    }
}

fn non_empty(word: &str, all: Vec<Sexp>) -> Option<Sexp> {
    (!all.is_empty()).then(|| tagged(word, all))
}

fn fields(all: &[Field]) -> Vec<Sexp> {
    all.iter().map(|f| list([name(&f.name), ty(&f.ty)].into_iter().chain(docs(&f.docs)).collect())).collect()
}

fn ty(t: &TypeExpr) -> Sexp {
    match &t.kind {
        TypeKind::Named(n) => name(n),
        TypeKind::WithDefault(n, default) => tagged("default", vec![name(n), text(&default.value)]),
        TypeKind::PathAt(n, None, at) => tagged("at", vec![name(n), expr(at)]),
        TypeKind::PathAt(n, Some(of), at) => tagged("at", vec![tagged("in", vec![name(n), text(&of.value)]), expr(at)]),
        TypeKind::TimeIn(n, zone) => tagged("in", vec![name(n), text(&zone.value)]),
        TypeKind::Generic(word, inner) => list(vec![name(word), ty(inner)]),
        TypeKind::ListFromText(inner) => tagged("list-from-text", vec![ty(inner)]),
        TypeKind::Enum(values) => tagged("enum", names(values)),
        TypeKind::Record(all) => tagged("record", fields(all)),
        TypeKind::Optional(inner) => tagged("?", vec![ty(inner)]),
        TypeKind::Refined(inner, condition) => tagged("where", vec![ty(inner), expr(condition)]),
    }
}

fn tool(t: &Tool) -> Vec<Sexp> {
    let mut parts = vec![atom("tool"), name(&t.signature.name)];
    parts.extend(fields(&t.signature.fields));
    parts.extend(t.result.iter().map(|r| tagged("->", [ty(&r.ty)].into_iter().chain(r.format.iter().map(name)).collect())));
    for r in &t.returns {
        let mut inner = vec![name(&r.label)];
        inner.extend(r.part.iter().map(|part| tagged("in", names(part))));
        inner.extend(r.when.iter().map(|e| tagged("when", vec![expr(e)])));
        parts.push(tagged("returns", inner));
    }
    parts.extend(non_empty("facts", fields(&t.facts)));
    parts.extend(t.classes.iter().map(|c| tagged("is", [name(&c.class)].into_iter().chain(bindings(&c.fields)).collect())));
    parts.extend(t.pinned.iter().map(|p| tagged("pinned", vec![text(&p.value)])));
    parts
}

fn constant(word: &str, l: &Let) -> Vec<Sexp> {
    let mut parts = vec![atom(word), name(&l.name)];
    parts.extend(l.ty.iter().map(|t| tagged(":", vec![ty(t)])));
    parts.push(expr(&l.value));
    parts
}

fn budget(b: &Budget) -> Vec<Sexp> {
    let mut parts = vec![atom("budget"), name(&b.name), ty(&b.ty), tagged("limit", vec![expr(&b.limit)]), tagged("per", vec![name(&b.per)])];
    parts.extend(b.over.iter().map(|e| tagged("over", vec![expr(e)])));
    parts.extend(b.opening.iter().map(|e| tagged("opening", vec![expr(e)])));
    parts
}

fn charge(c: &Charge) -> Vec<Sexp> {
    let mut parts = vec![atom("charge"), name(&c.budget), tagged("by", vec![expr(&c.by)]), tagged("on", targets(&c.targets))];
    parts.extend(c.when.iter().map(|e| tagged("when", vec![expr(e)])));
    parts
}

fn rule(r: &Rule) -> Vec<Sexp> {
    let word = match r.word {
        RuleWord::Permit => "permit",
        RuleWord::Ask => "ask",
        RuleWord::Forbid => "forbid",
        RuleWord::OtherwiseAsk => "otherwise-ask",
        RuleWord::Oblige => "oblige",
    };
    let mut parts = vec![atom(word), name(&r.name), tagged("on", targets(&r.targets))];
    parts.extend(r.when.iter().map(|e| tagged("when", vec![expr(e)])));
    parts.extend(r.unless.iter().map(|e| tagged("unless", vec![expr(e)])));
    parts.extend(r.by.iter().map(|by| tagged(if by.one_of { "by-one-of" } else { "by-other-than" }, vec![expr(&by.who)])));
    parts.extend(r.expires.iter().map(|e| tagged("expires", vec![expr(e)])));
    parts.extend(r.grants.iter().map(|all| tagged("grants", all.iter().map(grant).collect())));
    parts.extend(non_empty("with", r.with.iter().map(obligation).collect()));
    parts.extend(r.because.iter().map(|m| tagged("because", vec![message(m)])));
    parts.extend(r.examples.iter().map(|e| tagged(if e.counter { "counterexample" } else { "example" }, vec![step(&e.step)])));
    parts
}

fn grant(g: &Grant) -> Sexp {
    match g {
        Grant::Tool { target: t, condition: None } => target(t),
        Grant::Tool { target: t, condition: Some(e) } => tagged("where", vec![target(t), expr(e)]),
        Grant::Budget { budget, amount } => tagged("budget", vec![name(budget), expr(amount)]),
    }
}

fn obligation(o: &Obligation) -> Sexp {
    match &o.kind {
        ObligationKind::Redact { path, matching, finding } => {
            let mut parts = vec![list(names(path))];
            parts.extend(matching.iter().map(|p| tagged("matching", vec![pattern(p)])));
            parts.extend(non_empty("finding", names(finding)));
            tagged("redact", parts)
        }
        ObligationKind::Set { path, value } => tagged("set", vec![list(names(path)), expr(value)]),
        ObligationKind::Notify(whom) => tagged("notify", vec![text(&whom.value)]),
        ObligationKind::Require(what) => tagged("require", vec![text(&what.value)]),
        ObligationKind::Clear(label) => tagged("clear", vec![name(label)]),
    }
}

fn step(s: &StepLit) -> Sexp {
    let mut parts: Vec<Sexp> = s.name.iter().map(name).collect();
    parts.extend(bindings(&s.args));
    parts.extend(non_empty("facts", bindings(&s.facts)));
    parts.extend(s.definition.iter().map(|d| tagged("definition", vec![text(&d.value)])));
    tagged(&s.kind.text, parts)
}

fn test(t: &Test) -> Vec<Sexp> {
    let mut parts = vec![atom("test"), text(&t.name.value)];
    parts.extend(t.table.iter().map(|(variable, table)| tagged("for", vec![name(variable), expr(table)])));
    parts.extend(t.from.iter().map(|n| tagged("from", vec![name(n)])));
    parts.extend(items(&t.items));
    parts
}

fn items(all: &[TestItem]) -> Vec<Sexp> {
    all.iter().map(item).collect()
}

fn item(i: &TestItem) -> Sexp {
    let of = |of: &Option<crate::ast::Name>| of.iter().map(|n| tagged("of", vec![name(n)])).collect::<Vec<_>>();
    let with = |mut first: Vec<Sexp>, rest: Vec<Sexp>| {
        first.extend(rest);
        first
    };
    match &i.kind {
        TestItemKind::Context(all) => tagged("context", bindings(all)),
        TestItemKind::Entities(all) => tagged("entities", all.iter().map(entity_lit).collect()),
        TestItemKind::Prompt(e) => tagged("prompt", vec![expr(e)]),
        TestItemKind::Step(s) => {
            let mut parts = vec![step(&s.step)];
            parts.extend(s.alias.iter().map(|n| tagged("as", vec![name(n)])));
            parts.extend(s.expect.iter().map(expectation));
            tagged("step", parts)
        }
        TestItemKind::Result { of: step, content } => tagged("result", with(of(step), vec![expr(content)])),
        TestItemKind::Fails { of: step, content } => tagged("fails", with(of(step), content.iter().map(expr).collect())),
        TestItemKind::Approval { granted, of: step, by, session, expect } => {
            let mut parts = with(of(step), vec![expr(by)]);
            if *session {
                parts.push(atom("for-session"));
            }
            parts.extend(expect.iter().map(|e| expectation(e)));
            tagged(if *granted { "approve" } else { "refuse" }, parts)
        }
        TestItemKind::Usage { of: step, charges } => tagged("usage", with(of(step), bindings(charges))),
        TestItemKind::End => tagged("end", Vec::new()),
        TestItemKind::After(e) => tagged("after", vec![expr(e)]),
        TestItemKind::At(e) => tagged("at", vec![expr(e)]),
        TestItemKind::Agent(n, all) => tagged("agent", with(vec![name(n)], items(all))),
    }
}

fn entity_lit(e: &EntityLit) -> Sexp {
    let mut parts = vec![expr(&e.id)];
    parts.extend(e.parents.iter().map(|parents| tagged("in", vec![expr(parents)])));
    parts.extend(bindings(&e.fields));
    list(parts)
}

fn expectation(e: &Expectation) -> Sexp {
    let mut parts = vec![expr(&e.effect)];
    parts.extend(non_empty("by", names(&e.by)));
    parts.extend(e.because.iter().map(|t| tagged("because", vec![text(&t.value)])));
    parts.extend(e.args.iter().map(|all| tagged("with", bindings(all))));
    tagged("=>", parts)
}

fn property(p: &Property) -> Vec<Sexp> {
    let mut parts = vec![atom("property"), text(&p.name.value), tagged("given", vec![event_pattern(&p.given)])];
    let effect = name(&p.effect);
    parts.push(tagged("expect", vec![if p.negated { tagged("not", vec![effect]) } else { effect }]));
    parts.extend(non_empty("by", names(&p.by)));
    parts
}
