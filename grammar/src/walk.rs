//! Walks over syntax trees: the one place that lists which types and expressions a part of a tree is made of. They recurse: a tree is at most
//! as deep as the limit on nesting allows.

use crate::ast::{
    Binding, CommandPattern, Decl, DeclKind, EventPattern, Expectation, Expr, ExprKind, Field, Grant, Link, MessagePart, Name, ObligationKind,
    ProvenanceSource, Rule, Signature, StepLit, TestItem, TestItemKind, Tool, TypeExpr, TypeKind,
};

/// A type or an expression of a declaration.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// A type as it is written.
    Type(&'a TypeExpr),
    /// An expression.
    Expr(&'a Expr),
}

/// What is called with each part.
type Visit<'v, 'a> = dyn FnMut(Part<'a>) + 'v;

impl Decl {
    /// Calls `visit` with the types and expressions that stand in it themselves, in no declared order.
    pub fn visit_children<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        match &self.kind {
            DeclKind::Tool(it) => tool(it, visit),
            DeclKind::Class(it) | DeclKind::Agent(it) | DeclKind::Model(it) => signature(it, visit),
            DeclKind::Resource(it) => fields(&it.fields, visit),
            DeclKind::Context(list) => fields(list, visit),
            DeclKind::Type(it) => visit(Part::Type(&it.ty)),
            DeclKind::Let(it) | DeclKind::Param(it) => {
                types(&it.ty, visit);
                visit(Part::Expr(&it.value));
            }
            DeclKind::Label(_) => {}
            DeclKind::Fn(it) => {
                signature(&it.signature, visit);
                types(&it.result, visit);
                visit(Part::Expr(&it.body));
            }
            DeclKind::Budget(it) => {
                visit(Part::Type(&it.ty));
                exprs(std::iter::once(&it.limit).chain(&it.over).chain(&it.opening), visit);
            }
            DeclKind::Charge(it) => exprs(std::iter::once(&it.by).chain(&it.when), visit),
            DeclKind::Entity(it) => fields(&it.fields, visit),
            DeclKind::Use(it) => bindings(&it.with, visit),
            DeclKind::Rule(it) => rule(it, visit),
            DeclKind::Test(it) => {
                exprs(it.table.iter().map(|(_, table)| table), visit);
                items(&it.items, visit);
            }
            DeclKind::Property(it) => pattern(&it.given, &mut |expr| visit(Part::Expr(expr))),
            DeclKind::Fixture(it) => items(&it.items, visit),
            DeclKind::Pack(it) => bindings(&it.entries, visit),
        }
    }

    /// Calls `visit` with every type and expression of it at any depth, outer ones first.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        self.visit_children(&mut |part| part.visit(visit));
    }

    /// Calls `visit` with every expression of it at any depth, outer ones first.
    pub fn visit_exprs<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.visit(&mut |part| match part {
            Part::Expr(expr) => visit(expr),
            Part::Type(_) => {}
        });
    }
}

impl<'a> Part<'a> {
    /// Calls `visit` with it and every part of it, outer ones first.
    pub fn visit(self, visit: &mut dyn FnMut(Self)) {
        match self {
            Self::Type(ty) => ty.visit(visit),
            Self::Expr(expr) => expr.visit(&mut |expr| visit(Part::Expr(expr))),
        }
    }
}

impl TypeExpr {
    /// Calls `visit` with the types and expressions that it is made of.
    pub fn visit_children<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        match &self.kind {
            TypeKind::Named(_) | TypeKind::WithDefault(..) | TypeKind::TimeIn(..) | TypeKind::Enum(_) => {}
            TypeKind::PathAt(_, _, at) => visit(Part::Expr(at)),
            TypeKind::Generic(_, of) | TypeKind::ListFromText(of) | TypeKind::Optional(of) => visit(Part::Type(of)),
            TypeKind::Record(list) => fields(list, visit),
            TypeKind::Refined(of, condition) => {
                visit(Part::Type(of));
                visit(Part::Expr(condition));
            }
        }
    }

    /// Returns the name that it gives for a type, if it is no type of types.
    #[must_use]
    pub const fn name(&self) -> Option<&Name> {
        match &self.kind {
            TypeKind::Named(name) | TypeKind::WithDefault(name, _) | TypeKind::TimeIn(name, _) | TypeKind::PathAt(name, ..) => Some(name),
            TypeKind::Generic(..) | TypeKind::ListFromText(_) | TypeKind::Enum(_) | TypeKind::Record(_) | TypeKind::Optional(_) | TypeKind::Refined(..) => None,
        }
    }

    /// Calls `visit` with it and every type and expression of it, outer ones first.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        visit(Part::Type(self));
        self.visit_children(&mut |part| part.visit(visit));
    }
}

impl Expr {
    /// Calls `visit` with the expressions that it is made of, in the order of the text.
    pub fn visit_children<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match &self.kind {
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
            ExprKind::Chain(chain) => {
                visit(&chain.base);
                for link in &chain.links {
                    match link {
                        Link::Index(key, _) => visit(key),
                        Link::Field(_) => {}
                    }
                }
            }
            ExprKind::Call(_, list)
            | ExprKind::List(list)
            | ExprKind::Set(list)
            | ExprKind::And(list)
            | ExprKind::Or(list)
            | ExprKind::Product(list)
            | ExprKind::Else(list) => list.iter().for_each(visit),
            ExprKind::Quantifier(it) => [&it.list, &it.body].into_iter().for_each(visit),
            ExprKind::History(it) => {
                it.value.iter().for_each(&mut *visit);
                pattern(&it.pattern, visit);
            }
            ExprKind::Record(list) => list.iter().map(|field| &field.value).for_each(visit),
            ExprKind::Negate(a) | ExprKind::Not(a) => visit(a),
            ExprKind::Has(it) | ExprKind::As(it) | ExprKind::NamedBy(it) => visit(&it.value),
            ExprKind::Sum(first, rest) => {
                visit(first);
                rest.iter().map(|(_, term)| term).for_each(visit);
            }
            ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|expr| visit(expr)),
            ExprKind::Compare(_, _, sides) => sides.iter().for_each(visit),
            ExprKind::MayTouch(a, b) | ExprKind::MayWrite(a, b) | ExprKind::ReadsOnly(a, b) | ExprKind::Matches { value: a, pattern: b, .. } => {
                [a, b].into_iter().for_each(|expr| visit(expr))
            }
            ExprKind::From(value, source) => {
                visit(value);
                match &**source {
                    ProvenanceSource::Pattern(p) | ProvenanceSource::PartOf(_, p) => pattern(p, visit),
                    ProvenanceSource::Name(_) | ProvenanceSource::ResultsOf(..) => {}
                }
            }
            ExprKind::RunsOnly(value, commands) | ExprKind::MayRun(value, commands) => {
                visit(value);
                match &**commands {
                    CommandPattern::Set(expr) | CommandPattern::Where(_, expr) => visit(expr),
                }
            }
        }
    }

    /// Returns the expressions that it is made of, in the order of the text.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        let mut out = Vec::new();
        self.visit_children(&mut |child| out.push(child));
        out
    }

    /// Calls `visit` with it and every expression of it, outer ones first.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.visit_children(&mut |child| child.visit(visit));
    }
}

fn pattern<'a>(it: &'a EventPattern, visit: &mut dyn FnMut(&'a Expr)) {
    it.condition.iter().chain(&it.over).for_each(&mut *visit);
    if let Some(since) = &it.since {
        pattern(since, visit);
    }
}

fn exprs<'a>(list: impl IntoIterator<Item = &'a Expr>, visit: &mut Visit<'_, 'a>) {
    list.into_iter().for_each(|expr| visit(Part::Expr(expr)));
}

fn types<'a>(list: impl IntoIterator<Item = &'a TypeExpr>, visit: &mut Visit<'_, 'a>) {
    list.into_iter().for_each(|ty| visit(Part::Type(ty)));
}

fn bindings<'a>(list: &'a [Binding], visit: &mut Visit<'_, 'a>) {
    exprs(list.iter().map(|binding| &binding.value), visit);
}

fn fields<'a>(list: &'a [Field], visit: &mut Visit<'_, 'a>) {
    types(list.iter().map(|field| &field.ty), visit);
}

fn signature<'a>(it: &'a Signature, visit: &mut Visit<'_, 'a>) {
    fields(&it.fields, visit);
}

fn tool<'a>(it: &'a Tool, visit: &mut Visit<'_, 'a>) {
    signature(&it.signature, visit);
    fields(&it.facts, visit);
    exprs(it.returns.iter().filter_map(|returns| returns.when.as_ref()), visit);
    types(it.result.iter().map(|result| &result.ty), visit);
    it.classes.iter().for_each(|class| bindings(&class.fields, visit));
}

fn rule<'a>(it: &'a Rule, visit: &mut Visit<'_, 'a>) {
    exprs(it.when.as_ref().into_iter().chain(it.unless.as_deref()), visit);
    exprs(it.by.iter().map(|by| &by.who), visit);
    exprs(it.expires.as_deref(), visit);
    for grant in it.grants.iter().flatten() {
        match grant {
            Grant::Tool { condition, .. } => exprs(condition, visit),
            Grant::Budget { amount, .. } => visit(Part::Expr(amount)),
        }
    }
    for obligation in &it.with {
        match &obligation.kind {
            ObligationKind::Set { value, .. } => visit(Part::Expr(value)),
            ObligationKind::Redact { .. } | ObligationKind::Notify(_) | ObligationKind::Require(_) | ObligationKind::Clear(_) => {}
        }
    }
    for part in it.because.iter().flat_map(|message| &message.parts) {
        match part {
            MessagePart::Path(path) => visit(Part::Expr(path)),
            MessagePart::Text(_) => {}
        }
    }
    it.examples.iter().for_each(|example| step(&example.step, visit));
}

fn step<'a>(it: &'a StepLit, visit: &mut Visit<'_, 'a>) {
    bindings(&it.args, visit);
    bindings(&it.facts, visit);
}

fn expectation<'a>(it: &'a Expectation, visit: &mut Visit<'_, 'a>) {
    visit(Part::Expr(&it.effect));
    it.args.iter().for_each(|args| bindings(args, visit));
}

fn items<'a>(list: &'a [TestItem], visit: &mut Visit<'_, 'a>) {
    for item in list {
        match &item.kind {
            TestItemKind::Context(fields) | TestItemKind::Usage { charges: fields, .. } => bindings(fields, visit),
            TestItemKind::Entities(all) => {
                for entity in all {
                    exprs(std::iter::once(&entity.id).chain(&entity.parents), visit);
                    bindings(&entity.fields, visit);
                }
            }
            TestItemKind::Prompt(expr) | TestItemKind::After(expr) | TestItemKind::At(expr) => visit(Part::Expr(expr)),
            TestItemKind::Step(it) => {
                step(&it.step, visit);
                it.expect.iter().for_each(|expect| expectation(expect, visit));
            }
            TestItemKind::Result { content, .. } => visit(Part::Expr(content)),
            TestItemKind::Fails { content, .. } => exprs(content, visit),
            TestItemKind::Approval { by, expect, .. } => {
                visit(Part::Expr(by));
                expect.iter().for_each(|expect| expectation(expect, visit));
            }
            TestItemKind::End => {}
            TestItemKind::Agent(_, below) => items(below, visit),
        }
    }
}
