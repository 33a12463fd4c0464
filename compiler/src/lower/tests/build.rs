//! Builds small bundles by hand, so that lowering is tested without grammar and checker.

use std::sync::Arc;

use reach_codes::{FileId, Sources, Span};

use crate::ir::*;

/// A source whose spans the expressions point into.
pub fn sources() -> Sources {
    let mut sources = Sources::new();
    sources.add("bank.reach", "x".repeat(4_096));
    sources
}

thread_local! {
    static NEXT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Each expression gets a place of its own, counted from zero in each test.
fn span() -> Span {
    NEXT.with(|next| {
        let at = next.get() % 4_000;
        next.set(at + 1);
        Span::new(FileId(0), at, at + 1)
    })
}

pub fn restart_places() {
    NEXT.with(|next| next.set(0));
}

pub fn expr(ty: Type, kind: ExprKind) -> Expr {
    Expr { ty, span: span(), kind }
}

pub fn arg(name: &str, ty: Type) -> Expr {
    expr(ty, ExprKind::Slot(SlotRef::Arg(name.into())))
}

pub fn context(name: &str, ty: Type) -> Expr {
    expr(ty, ExprKind::Slot(SlotRef::Context(name.into())))
}

pub fn local(id: u32, ty: Type) -> Expr {
    expr(ty, ExprKind::Local(LocalId(id)))
}

pub fn int(n: i128) -> Expr {
    expr(Type::Int, ExprKind::Const(Const::Num(n)))
}

pub fn text(t: &str) -> Expr {
    expr(Type::Text, ExprKind::Const(Const::Text(t.into())))
}

pub fn truth(b: bool) -> Expr {
    expr(Type::Bool, ExprKind::Const(Const::Bool(b)))
}

pub fn texts(members: &[&str]) -> Expr {
    let mut members: Vec<Const> = members.iter().map(|m| Const::Text((*m).into())).collect();
    members.sort();
    expr(set(Type::Text), ExprKind::Const(Const::List(members.into())))
}

pub fn optional(ty: Type) -> Type {
    Type::Optional(Arc::new(ty))
}

pub fn list(ty: Type) -> Type {
    Type::List(Arc::new(ty))
}

pub fn set(ty: Type) -> Type {
    Type::Set(Arc::new(ty))
}

pub fn compare(op: Compare, a: Expr, b: Expr) -> Expr {
    expr(Type::Bool, ExprKind::Compare(op, a.into(), b.into()))
}

pub fn is_in(a: Expr, b: Expr) -> Expr {
    expr(Type::Bool, ExprKind::In(a.into(), b.into()))
}

pub fn and(terms: Vec<Expr>) -> Expr {
    expr(Type::Bool, ExprKind::And(terms))
}

pub fn or(terms: Vec<Expr>) -> Expr {
    expr(Type::Bool, ExprKind::Or(terms))
}

pub fn not(of: Expr) -> Expr {
    expr(Type::Bool, ExprKind::Not(of.into()))
}

pub fn present(of: Expr) -> Expr {
    expr(Type::Bool, ExprKind::Present(of.into()))
}

pub fn unwrap(of: Expr) -> Expr {
    let Type::Optional(inner) = &of.ty else { panic!("not optional") };
    expr(inner.as_ref().clone(), ExprKind::Unwrap(of.into()))
}

pub fn any_of(id: u32, list: Expr, body: Expr) -> Expr {
    expr(Type::Bool, ExprKind::Any(LocalId(id), list.into(), body.into()))
}

pub fn field(name: &str, ty: Type) -> Field {
    Field { name: name.into(), ty, from_text: false, reading: None, check: None, span: span() }
}

pub fn tool(name: &str, args: Vec<Field>) -> Target {
    Target {
        kind: StepKind::Call,
        name: name.into(),
        args,
        facts: vec![],
        classes: vec![],
        pinned: None,
        result: None,
        returns: vec![],
        docs: String::new(),
        span: span(),
    }
}

pub fn rule(name: &str, targets: &[u32], when: Option<Expr>, unless: Option<Expr>) -> Rule {
    Rule {
        name: name.into(),
        effect: Effect::Permit,
        advisory: false,
        severity: None,
        owner: None,
        references: vec![],
        allows: vec![],
        docs: String::new(),
        targets: targets.iter().map(|t| RuleTarget { target: *t, class: None }).collect(),
        undeclared: false,
        when,
        unless,
        message: vec![],
        approver: None,
        expires: None,
        grants: None,
        obligations: vec![],
        examples: vec![],
        name_span: span(),
        span: span(),
    }
}

pub fn bundle(targets: Vec<Target>, rules: Vec<Rule>) -> Bundle {
    Bundle {
        sources: sources(),
        packs: vec![],
        uses: Vec::new(),
        context: vec![],
        classes: vec![],
        targets,
        rules,
        labels: vec![],
        monitors: vec![],
        origins: vec![],
        budgets: vec![],
        charges: vec![],
        tests: vec![],
        properties: vec![],
        aside: crate::ir::Aside::default(),
        locals: 100,
    }
}
