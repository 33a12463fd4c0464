//! Conditions, and what they show of optionals: `has`, `as`, `and`, `or`, `not`, `if`, `else`.

use ecow::EcoString;
use reach_codes::Diagnostic;
use reach_codes::Span;
use reach_codes::table::types as codes;
use reach_grammar::ast::{self, Expr as Ast, ExprKind as AstKind};

use super::super::describe::a;
use super::super::env::{Bound, Local, LocalValue, Narrowing};
use super::super::refine::condition;
use super::super::view::unify;
use super::super::{Checker, Env};
use crate::ir::{Expr, ExprKind, Type};

impl<'a> Checker<'a> {
    /// Types a condition.
    pub(crate) fn is_true(&mut self, env: &mut Env<'a>, expr: &'a Ast) -> Option<Expr> {
        self.condition(env, expr).0
    }

    /// Types a condition, and tells what it shows.
    pub(in super::super) fn condition(&mut self, env: &mut Env<'a>, expr: &'a Ast) -> (Option<Expr>, Narrowing) {
        self.condition_in(env, expr, true)
    }

    /// `binds`: whether a name bound by `as` can be used behind it.
    fn condition_in(&mut self, env: &mut Env<'a>, expr: &'a Ast, binds: bool) -> (Option<Expr>, Narrowing) {
        if !self.deep_enough(expr.span, 1) {
            return (None, Narrowing::poison());
        }
        self.depth += 1;
        let out = match &expr.kind {
            AstKind::And(items) => self.and(env, items, expr.span),
            AstKind::Or(items) => self.or(env, items, expr.span),
            AstKind::Not(inner) => self.not(env, inner, expr.span),
            AstKind::Has(it) => match self.has(env, &it.value, &it.name, expr.span) {
                Some((value, path)) => (Some(value), Narrowing { when_true: path.into_iter().collect(), ..Narrowing::default() }),
                None => (None, Narrowing::poison()),
            },
            AstKind::As(it) => self.bind(env, &it.value, &it.name, expr.span, binds),
            _ => match self.plain_condition(env, expr) {
                Some(value) => (Some(value), Narrowing::default()),
                None => (None, Narrowing::poison()),
            },
        };
        self.depth -= 1;
        out
    }

    fn plain_condition(&mut self, env: &mut Env<'a>, expr: &'a Ast) -> Option<Expr> {
        let value = self.infer(env, expr, Some(&Type::Bool))?;
        match &value.ty {
            Type::Bool => Some(value),
            Type::Optional(of) if **of == Type::Bool => self.untested(env, expr, &Type::Bool),
            ty => {
                let text = self.source_line(expr.span);
                let help = match ty {
                    Type::Optional(_) => match text.rsplit_once('.') {
                        Some((base, field)) => format!("to ask whether it is there, write `{base} has {field}`"),
                        None => "to ask whether it is there, use `has`".to_owned(),
                    },
                    Type::Int | Type::Decimal | Type::Duration => format!("compare it: `{text} > {}`", super::super::describe::sample(ty)),
                    Type::List(_) | Type::Set(_) => format!("ask for its members: `length({text}) > 0`, or `any(x in {text}: …)`"),
                    _ => format!("compare it: `{text} == …`"),
                };
                let d = Diagnostic::new(codes::NOT_A_CONDITION, expr.span, format!("a condition is true or false, and this is {}", a(ty))).help(help);
                self.report(d);
                None
            }
        }
    }

    /// Types terms that are joined by `and`, at least two.
    pub(in super::super) fn conjunction(&mut self, env: &mut Env<'a>, terms: &'a [Ast], span: Span) -> Option<Expr> {
        self.and(env, terms, span).0
    }

    fn and(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span) -> (Option<Expr>, Narrowing) {
        let mark = env.mark();
        let mut shown = Narrowing::default();
        let mut terms = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let (term, of_term) = self.condition_in(env, item, true);
            env.assume_true(&of_term);
            keep_common(&mut shown.when_false, &of_term.when_false, i == 0);
            shown.poisoned |= of_term.poisoned;
            shown.when_true.extend(of_term.when_true);
            shown.binds.extend(of_term.binds);
            terms.extend(term);
        }
        env.reset(&mark);
        (self.joined(terms, items.len(), span, ExprKind::And), shown)
    }

    fn or(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span) -> (Option<Expr>, Narrowing) {
        let mark = env.mark();
        let mut shown = Narrowing::default();
        let mut terms = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let (term, of_term) = self.condition_in(env, item, false);
            env.assume_false(&of_term);
            keep_common(&mut shown.when_true, &of_term.when_true, i == 0);
            shown.poisoned |= of_term.poisoned;
            shown.when_false.extend(of_term.when_false);
            terms.extend(term);
        }
        env.reset(&mark);
        (self.joined(terms, items.len(), span, ExprKind::Or), shown)
    }

    fn joined(&mut self, terms: Vec<Expr>, wanted: usize, span: Span, kind: impl FnOnce(Vec<Expr>) -> ExprKind) -> Option<Expr> {
        if terms.len() != wanted {
            return None;
        }
        self.fold(condition(span, kind(terms)))
    }

    fn not(&mut self, env: &mut Env<'a>, inner: &'a Ast, span: Span) -> (Option<Expr>, Narrowing) {
        let (value, shown) = self.condition_in(env, inner, false);
        let value = value.and_then(|v| self.fold(condition(span, ExprKind::Not(Box::new(v)))));
        (value, shown.negated())
    }

    /// `optional as name`.
    pub(super) fn bind(&mut self, env: &mut Env<'a>, value: &'a Ast, name: &'a ast::Name, span: Span, binds: bool) -> (Option<Expr>, Narrowing) {
        let free = self.free_name(env, name);
        let poisoned =
            |of| Narrowing { binds: vec![Bound { local: Local { name: name.text.to_string(), value: LocalValue::Poison }, of }], ..Narrowing::poison() };
        if !binds {
            let d = Diagnostic::new(codes::BINDING_PLACE, name.span, format!("`{}` would name nothing here", name.text))
                .note("`as` names a value for the rest of an `and` chain; under `or` and `not`, and inside of other expressions, it need not be there")
                .help("to ask only whether it is there, use `has`");
            self.report(d);
            return (None, Narrowing::poison());
        }
        let Some(access) = self.access(env, value, None) else { return (None, poisoned(None)) };
        let Type::Optional(of) = access.expr.ty.clone() else {
            self.always_there(value, &access.expr.ty, "`as` names an optional value once it is known to be there", "use the value itself");
            return (None, poisoned(None));
        };
        if !free {
            return (None, poisoned(None));
        }
        let local = self.fresh_local();
        let bound = Bound { local: Local { name: name.text.to_string(), value: LocalValue::Value(local, of.as_ref().clone()) }, of: Some(access.expr.clone()) };
        let shown = Narrowing { when_true: access.path.into_iter().collect(), binds: vec![bound], ..Narrowing::default() };
        (Some(condition(span, ExprKind::Bind(local, Box::new(access.expr)))), shown)
    }

    fn always_there(&mut self, expr: &Ast, ty: &Type, note: &str, help: &str) {
        let d = Diagnostic::new(codes::ALWAYS_THERE, expr.span, format!("`{}` is always there", self.source_line(expr.span)))
            .label(format!("this is {}, not optional", a(ty)))
            .note(note)
            .help(help);
        self.report(d);
    }

    /// `a else b else c`.
    pub(super) fn default(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span, expected: Option<&Type>) -> Option<Expr> {
        if !self.deep_enough(span, items.len()) {
            return None;
        }
        self.depth += items.len();
        let out = self.default_in(env, items, span, expected);
        self.depth -= items.len();
        out
    }

    fn default_in(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span, expected: Option<&Type>) -> Option<Expr> {
        let (first, rest) = items.split_first()?;
        let Some(access) = self.access(env, first, None) else {
            for item in rest {
                self.infer(env, item, expected);
            }
            return None;
        };
        let mut value = access.expr;
        let mut last = first;
        for item in rest {
            let Type::Optional(of) = value.ty.clone() else {
                self.always_there(last, &value.ty, "what stands behind `else` is never used", "remove the `else`");
                return None;
            };
            let other = self.infer(env, item, Some(&of))?;
            let ty = match &other.ty {
                ty if *ty == *of => of.as_ref().clone(),
                Type::Optional(inner) if *inner == of => other.ty.clone(),
                _ => return self.mismatch(item, &other, &of),
            };
            value = self.fold(Expr { ty, span: span_of(span, &value, &other), kind: ExprKind::Else(Box::new(value), Box::new(other)) })?;
            last = item;
        }
        Some(value)
    }

    /// `if c then a else b`.
    pub(super) fn choice(&mut self, env: &mut Env<'a>, [test, then, otherwise]: [&'a Ast; 3], span: Span, expected: Option<&Type>) -> Option<Expr> {
        let (test, shown) = self.condition(env, test);
        let mark = env.mark();
        // A branch of literals takes the type of the other one.
        let (then_value, otherwise_value) = if expected.is_none() && self.bends(env, then) && !self.bends(env, otherwise) {
            env.assume_false(&shown);
            let otherwise_value = self.infer(env, otherwise, expected);
            env.reset(&mark);
            env.assume_true(&shown);
            let ty = otherwise_value.as_ref().map(|v| v.ty.clone());
            (self.infer(env, then, ty.as_ref()), otherwise_value)
        } else {
            env.assume_true(&shown);
            let then_value = self.infer(env, then, expected);
            env.reset(&mark);
            env.assume_false(&shown);
            let ty = expected.cloned().or_else(|| then_value.as_ref().map(|v| v.ty.clone()));
            (then_value, self.infer(env, otherwise, ty.as_ref()))
        };
        env.reset(&mark);
        let (test, then_value, otherwise_value) = (test?, then_value?, otherwise_value?);
        let Some(ty) = unify(&then_value.ty, &otherwise_value.ty) else {
            let d = Diagnostic::new(codes::MIXED_TYPES, otherwise.span, "the two sides of this `if` have different types")
                .label(format!("this is {}", a(&otherwise_value.ty)))
                .other(then.span, format!("this is {}", a(&then_value.ty)));
            let d = match self.conversion(otherwise, &otherwise_value.ty, &then_value.ty) {
                Some(help) => d.help(help),
                None => d.help("give both the same type"),
            };
            self.report(d);
            return None;
        };
        self.fold(Expr { ty, span, kind: ExprKind::If(Box::new(test), Box::new(then_value), Box::new(otherwise_value)) })
    }
}

/// Places a part of an `else` chain.
fn span_of(whole: Span, a: &Expr, b: &Expr) -> Span {
    if a.span.file == whole.file && b.span.file == whole.file { a.span.to(b.span) } else { whole }
}

/// Keeps what both show.
fn keep_common(kept: &mut Vec<EcoString>, shown: &[EcoString], first: bool) {
    if first {
        *kept = shown.to_vec();
    } else if !kept.is_empty() {
        kept.retain(|k| shown.contains(k));
    }
}
