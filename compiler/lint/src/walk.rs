//! Walks over syntax trees. They recurse: an expression is at most as deep as the limit on nesting allows.

use reach_grammar::ast::{
    Binding, CommandPattern, Decl, DeclKind, EventPattern, Expectation, Expr, ExprKind, Field, Grant, Link, MessagePart, ObligationKind, ProvenanceSource,
    StepLit, TestItem, TestItemKind, TypeExpr, TypeKind,
};

/// Calls `visit` with every expression of a declaration, outer ones first.
pub(crate) fn expressions<'a>(decl: &'a Decl, visit: &mut dyn FnMut(&'a Expr)) {
    for root in roots(decl) {
        below(root, visit);
    }
}

/// Calls `visit` with an expression and every one below it, outer ones first.
pub(crate) fn below<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    for child in children(expr) {
        below(child, visit);
    }
}

/// Returns the expressions that stand in a declaration themselves.
pub(crate) fn roots(decl: &Decl) -> Vec<&Expr> {
    let mut out = Vec::new();
    match &decl.kind {
        DeclKind::Tool(tool) => {
            fields(&tool.signature.fields, &mut out);
            fields(&tool.facts, &mut out);
            out.extend(tool.returns.iter().filter_map(|r| r.when.as_ref()));
            tool.result.iter().for_each(|r| ty(&r.ty, &mut out));
            tool.classes.iter().for_each(|c| bindings(&c.fields, &mut out));
        }
        DeclKind::Class(s) | DeclKind::Agent(s) | DeclKind::Model(s) => fields(&s.fields, &mut out),
        DeclKind::Resource(r) => fields(&r.fields, &mut out),
        DeclKind::Context(list) => fields(list, &mut out),
        DeclKind::Type(alias) => ty(&alias.ty, &mut out),
        DeclKind::Let(l) | DeclKind::Param(l) => {
            l.ty.iter().for_each(|t| ty(t, &mut out));
            out.push(&l.value);
        }
        DeclKind::Label(_) | DeclKind::Pack(_) => {}
        DeclKind::Fn(f) => {
            fields(&f.signature.fields, &mut out);
            f.result.iter().for_each(|t| ty(t, &mut out));
            out.push(&f.body);
        }
        DeclKind::Budget(b) => {
            ty(&b.ty, &mut out);
            out.push(&b.limit);
            out.extend(b.over.iter().chain(&b.opening));
        }
        DeclKind::Charge(c) => {
            out.push(&c.by);
            out.extend(&c.when);
        }
        DeclKind::Entity(e) => fields(&e.fields, &mut out),
        DeclKind::Use(u) => bindings(&u.with, &mut out),
        DeclKind::Rule(rule) => {
            out.extend(rule.when.iter().chain(&rule.unless));
            out.extend(rule.by.as_ref().map(|by| &by.who));
            out.extend(&rule.expires);
            for grant in rule.grants.iter().flatten() {
                match grant {
                    Grant::Tool { condition, .. } => out.extend(condition),
                    Grant::Budget { amount, .. } => out.push(amount),
                }
            }
            out.extend(rule.with.iter().filter_map(|o| match &o.kind {
                ObligationKind::Set { value, .. } => Some(value),
                _ => None,
            }));
            out.extend(rule.because.iter().flat_map(|m| &m.parts).filter_map(|p| match p {
                MessagePart::Path(path) => Some(path),
                MessagePart::Text(_) => None,
            }));
            rule.examples.iter().for_each(|e| step(&e.step, &mut out));
        }
        DeclKind::Test(test) => {
            out.extend(test.table.as_ref().map(|(_, table)| table));
            items(&test.items, &mut out);
        }
        DeclKind::Property(p) => pattern(&p.given, &mut out),
        DeclKind::Fixture(f) => items(&f.items, &mut out),
    }
    out
}

/// Returns the expressions that an expression is made of.
pub(crate) fn children(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    match &expr.kind {
        ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Duration(_)
        | ExprKind::Date(_)
        | ExprKind::Time(_)
        | ExprKind::Tagged(..)
        | ExprKind::Pattern(_)
        | ExprKind::Name(_)
        | ExprKind::Error => {}
        ExprKind::Chain(base, links) => {
            out.push(&**base);
            out.extend(links.iter().filter_map(|link| match link {
                Link::Index(key, _) => Some(&**key),
                Link::Field(_) => None,
            }));
        }
        ExprKind::Call(_, list)
        | ExprKind::List(list)
        | ExprKind::Set(list)
        | ExprKind::And(list)
        | ExprKind::Or(list)
        | ExprKind::Product(list)
        | ExprKind::Else(list) => out.extend(list),
        ExprKind::Quantifier(q) => out.extend([&q.list, &q.body]),
        ExprKind::History(h) => {
            out.extend(&h.value);
            pattern(&h.pattern, &mut out);
        }
        ExprKind::Record(fields) => bindings(fields, &mut out),
        ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::Has(a, _) | ExprKind::As(a, _) | ExprKind::NamedBy(a, _) => out.push(a),
        ExprKind::Sum(first, rest) => {
            out.push(first);
            out.extend(rest.iter().map(|(_, e)| e));
        }
        ExprKind::If(a, b, c) => out.extend([&**a, b, c]),
        ExprKind::Compare(_, _, a, b) | ExprKind::MayTouch(a, b) | ExprKind::MayWrite(a, b) | ExprKind::ReadsOnly(a, b) => out.extend([&**a, b]),
        ExprKind::Matches { value, pattern, .. } => out.extend([&**value, pattern]),
        ExprKind::From(value, source) => {
            out.push(value);
            match &**source {
                ProvenanceSource::Pattern(p) | ProvenanceSource::PartOf(_, p) => pattern(p, &mut out),
                ProvenanceSource::Name(_) | ProvenanceSource::ResultsOf(..) => {}
            }
        }
        ExprKind::RunsOnly(value, p) | ExprKind::MayRun(value, p) => {
            out.push(value);
            match &**p {
                CommandPattern::Set(e) | CommandPattern::Where(_, e) => out.push(e),
            }
        }
    }
    out
}

fn pattern<'a>(p: &'a EventPattern, out: &mut Vec<&'a Expr>) {
    out.extend(p.condition.iter().chain(&p.over));
    if let Some(since) = &p.since {
        pattern(since, out);
    }
}

fn bindings<'a>(list: &'a [Binding], out: &mut Vec<&'a Expr>) {
    out.extend(list.iter().map(|b| &b.value));
}

fn fields<'a>(list: &'a [Field], out: &mut Vec<&'a Expr>) {
    list.iter().for_each(|f| ty(&f.ty, out));
}

fn ty<'a>(t: &'a TypeExpr, out: &mut Vec<&'a Expr>) {
    match &t.kind {
        TypeKind::Named(_) | TypeKind::WithDefault(..) | TypeKind::TimeIn(..) | TypeKind::Enum(_) => {}
        TypeKind::PathAt(_, _, at) => out.push(at),
        TypeKind::Generic(_, of) | TypeKind::ListFromText(of) | TypeKind::Optional(of) => ty(of, out),
        TypeKind::Record(list) => fields(list, out),
        TypeKind::Refined(of, cond) => {
            ty(of, out);
            out.push(cond);
        }
    }
}

fn step<'a>(s: &'a StepLit, out: &mut Vec<&'a Expr>) {
    bindings(&s.args, out);
    bindings(&s.facts, out);
}

fn expectation<'a>(e: &'a Expectation, out: &mut Vec<&'a Expr>) {
    out.push(&e.effect);
    e.args.iter().for_each(|args| bindings(args, out));
}

fn items<'a>(list: &'a [TestItem], out: &mut Vec<&'a Expr>) {
    for item in list {
        match &item.kind {
            TestItemKind::Context(fields) | TestItemKind::Usage { charges: fields, .. } => bindings(fields, out),
            TestItemKind::Prompt(e) | TestItemKind::After(e) | TestItemKind::At(e) => out.push(e),
            TestItemKind::Step(s) => {
                step(&s.step, out);
                s.expect.iter().for_each(|e| expectation(e, out));
            }
            TestItemKind::Result { content, .. } => out.push(content),
            TestItemKind::Fails { content, .. } => out.extend(content),
            TestItemKind::Approval { by, expect, .. } => {
                out.push(by);
                expect.iter().for_each(|e| expectation(e, out));
            }
            TestItemKind::End => {}
            TestItemKind::Agent(_, below) => items(below, out),
        }
    }
}
