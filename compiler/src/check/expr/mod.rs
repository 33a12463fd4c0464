//! Expressions, typed in both directions: a place may ask for a type, which literals and bare names take.

mod access;
mod arithmetic;
mod collections;
mod commands;
mod compare;
pub(super) mod functions;
mod literal;
mod logic;
mod mismatch;
mod root;

use reach_codes::table::{limit, name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{Expr as Ast, ExprKind as AstKind};

pub(super) use access::behind_alias;
pub(super) use compare::element;

use super::env::LocalValue;
use super::{Checker, Env, fold};
use crate::ir::{Const, Expr, ExprKind, Query, Runs, Type};

/// Returns a constant expression.
pub(super) fn constant(ty: Type, span: Span, value: Const) -> Expr {
    Expr { ty, span, kind: ExprKind::Const(value) }
}

/// Returns what a place asks for, apart from whether it may be absent.
fn wanted(expected: Option<&Type>) -> Option<&Type> {
    match expected {
        Some(Type::Optional(of)) => Some(of),
        other => other,
    }
}

impl<'a> Checker<'a> {
    /// Reports an expression that would be nested too deeply with `extra` more levels; then it is left alone.
    pub(super) fn deep_enough(&mut self, span: Span, extra: usize) -> bool {
        if self.depth + extra <= self.bounds.depth {
            return true;
        }
        let most = self.bounds.depth;
        let d = Diagnostic::new(limit::EXPRESSION_TOO_DEEP, span, format!("this expression is nested more than {most} deep once it is written out"))
            .note("each `+` of a chain, each `.field` and each function that is put in counts as one level")
            .help("name a part of it with `let`, or split the rule");
        self.report(d);
        false
    }

    /// Types an expression; literals take the expected type where they can. Optionals that are known to be there are unwrapped.
    /// The result may still be of another type. None when it was reported what is wrong.
    pub(super) fn infer(&mut self, env: &mut Env<'a>, expr: &'a Ast, expected: Option<&Type>) -> Option<Expr> {
        if !self.deep_enough(expr.span, 1) {
            return None;
        }
        self.depth += 1;
        let out = self.infer_kind(env, expr, expected);
        self.depth -= 1;
        out
    }

    fn infer_kind(&mut self, env: &mut Env<'a>, expr: &'a Ast, expected: Option<&Type>) -> Option<Expr> {
        let span = expr.span;
        match &expr.kind {
            AstKind::Bool(b) => Some(constant(if expected == Some(&Type::Any) { Type::Any } else { Type::Bool }, span, Const::Bool(*b))),
            AstKind::Number(digits) => self.number(span, digits, wanted(expected)),
            AstKind::Text(text) => self.text(span, text, wanted(expected)),
            AstKind::Duration(text) => self.duration(span, text),
            AstKind::Date(text) => self.date(span, text),
            AstKind::Time(text) => self.time(span, text),
            AstKind::Tagged(word, text) => self.tagged(word, text, span, wanted(expected)),
            AstKind::Pattern(_) => {
                let d =
                    Diagnostic::new(codes::NOT_A_VALUE, span, "a pattern is not a value").help("use it with `matches`: `args.file_path matches glob\"*.pem\"`");
                self.report(d);
                None
            }
            AstKind::Name(_) | AstKind::Chain(..) => {
                let access = self.access(env, expr, expected)?;
                Some(access.narrowed(env))
            }
            AstKind::Call(name, arguments) => self.call(env, name, arguments, span, expected),
            AstKind::Quantifier(q) => self.quantifier(env, q, span, expected),
            AstKind::List(items) => self.list(env, items, span, wanted(expected)),
            AstKind::Set(items) => self.set(env, items, span, wanted(expected)),
            AstKind::Record(bindings) => self.record(env, bindings, span, wanted(expected)),
            AstKind::Negate(inner) => self.negate(env, inner, span, wanted(expected)),
            AstKind::Sum(first, rest) => self.sum(env, first, rest, span, wanted(expected)),
            AstKind::Product(items) => self.product(env, items, span, wanted(expected)),
            AstKind::Else(items) => self.default(env, items, span, expected),
            AstKind::If(condition, then, otherwise) => self.choice(env, [condition.as_ref(), then.as_ref(), otherwise.as_ref()], span, expected),
            AstKind::Compare(op, op_span, sides) => self.compare(env, *op, *op_span, sides.each_ref(), span),
            AstKind::Matches { value, nocase, pattern } => self.matches(env, value, *nocase, pattern, span),
            AstKind::Not(_) | AstKind::And(_) | AstKind::Or(_) | AstKind::Has(..) => self.condition(env, expr).0,
            AstKind::As(it) => self.bind(env, &it.value, &it.name, span, false).0,
            AstKind::RunsOnly(line, commands) => self.runs(env, Runs::Only, line, commands, span),
            AstKind::MayRun(line, commands) => self.runs(env, Runs::May, line, commands, span),
            AstKind::MayTouch(line, files) => self.may_touch(env, line, files, span),
            AstKind::ReadsOnly(query, tables) => self.query(env, Query::ReadsOnly, query, tables, span),
            AstKind::MayWrite(query, tables) => self.query(env, Query::MayWrite, query, tables, span),
            AstKind::History(history) => self.history(env, history, span),
            AstKind::From(value, source) => self.from(env, expr, value, source),
            AstKind::NamedBy(it) => self.named_by(env, expr, &it.value, &it.name),
            AstKind::Error => None,
        }
    }

    /// Types an expression where a type is asked for, and reports another one.
    pub(crate) fn fits(&mut self, env: &mut Env<'a>, expr: &'a Ast, expected: &Type) -> Option<Expr> {
        let value = self.infer(env, expr, Some(expected))?;
        self.coerce(env, expr, value, expected)
    }

    /// Gives a value the expected type, where it is of it but for being sure to be there.
    pub(super) fn coerce(&mut self, env: &Env<'a>, expr: &'a Ast, value: Expr, expected: &Type) -> Option<Expr> {
        if value.ty == *expected {
            return Some(value);
        }
        match (expected, &value.ty) {
            (Type::Optional(of), ty) if **of == *ty => Some(Expr { ty: expected.clone(), ..value }),
            (ty, Type::Optional(of)) if **of == *ty => self.untested(env, expr, of),
            (Type::Any, _) | (Type::Optional(_), _) if wanted(Some(expected)) == Some(&Type::Any) => match literal::as_any(&value) {
                Some(any) => Some(constant(expected.clone(), value.span, any)),
                None => self.mismatch(expr, &value, expected),
            },
            _ => self.mismatch(expr, &value, expected),
        }
    }

    /// Types an expression that must be there.
    pub(super) fn present(&mut self, env: &mut Env<'a>, expr: &'a Ast, expected: Option<&Type>) -> Option<Expr> {
        let value = self.infer(env, expr, expected)?;
        self.must_be_there(env, expr, value)
    }

    pub(super) fn must_be_there(&mut self, env: &Env<'a>, expr: &'a Ast, value: Expr) -> Option<Expr> {
        match &value.ty {
            Type::Optional(of) => {
                let of = of.clone();
                self.untested(env, expr, &of)
            }
            _ => Some(value),
        }
    }

    /// Computes an expression whose parts are constants.
    pub(super) fn fold(&mut self, expr: Expr) -> Option<Expr> {
        // What `as` binds is read elsewhere, so the binding must stay.
        if matches!(expr.kind, ExprKind::Bind(..)) || !expr.children().iter().all(|c| matches!(c.kind, ExprKind::Const(_))) {
            return Some(expr);
        }
        match fold::evaluate(&expr, &mut self.fold_fuel) {
            Ok(value) => Some(Expr { kind: ExprKind::Const(value), ..expr }),
            // What takes too long is left to the machine, which has its own bounds.
            Err(fold::Stop::Work | fold::Stop::NotConstant(_)) => Some(expr),
            Err(stop) => {
                self.report_stop(expr.span, stop);
                None
            }
        }
    }

    /// Computes what became constant in the body of a function by its arguments.
    pub(super) fn fold_deep(&mut self, mut expr: Expr) -> Option<Expr> {
        for child in expr.children_mut() {
            let placeholder = constant(Type::Bool, child.span, Const::Absent);
            *child = self.fold_deep(std::mem::replace(child, placeholder))?;
        }
        if expr.children().is_empty() { Some(expr) } else { self.fold(expr) }
    }

    /// Returns whether a name may be given to a local; reports one that stands for something else already.
    pub(super) fn free_name(&mut self, env: &Env<'a>, name: &reach_grammar::ast::Name) -> bool {
        let text = name.text.as_str();
        let taken = if super::names::ROOTS.contains(&text) {
            Some("a word of the language".to_owned())
        } else if env.local(text).is_some() || env.row.as_ref().is_some_and(|r| r.name == text) {
            Some("a name of this expression".to_owned())
        } else {
            use super::Item;
            let item = self.item(text).filter(|i| matches!(i, Item::Let(_) | Item::Function(_))).map(|i| i.noun().to_owned());
            item.or_else(|| self.alias(text).map(|_| "a pack".to_owned()))
        };
        let Some(taken) = taken else { return true };
        let d = Diagnostic::new(names::NAME_TAKEN, name.span, format!("`{text}` can't be a variable, because it is {taken}"))
            .note("a second meaning within one expression is easily misread")
            .help("choose another name");
        self.report(d);
        false
    }

    /// Returns the place of the construct's own words: behind its left operand.
    pub(super) fn construct_span(&self, expr: &Ast, left: Span) -> Span {
        let behind = Span::new(expr.span.file, left.end.min(expr.span.end), expr.span.end);
        let text = self.sources.text(behind);
        // A bracket around the operand is not part of its span.
        let skipped = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == ')').len();
        Span::new(behind.file, behind.start.saturating_add(u32::try_from(skipped).unwrap_or(0)), behind.end)
    }

    /// Returns whether an expression takes the type of what it is compared with: a literal, or a bare name that is nothing else.
    pub(super) fn bends(&self, env: &Env<'a>, expr: &Ast) -> bool {
        match &expr.kind {
            AstKind::Name(name) => self.is_flexible(expr) || self.is_bare(env, &name.text),
            AstKind::Set(items) | AstKind::List(items) => items.iter().all(|i| self.bends(env, i)),
            AstKind::If(_, a, b) => self.bends(env, a) && self.bends(env, b),
            _ => self.is_flexible(expr),
        }
    }

    fn is_bare(&self, env: &Env<'a>, name: &str) -> bool {
        let local = env.local(name).is_some() || env.row.as_ref().is_some_and(|r| r.name == name);
        let argument = matches!(&env.scope, super::env::Scope::Tool(view) if view.args.get(name).is_some());
        !local && !argument && !super::names::ROOTS.contains(&name) && !matches!(self.item(name), Some(super::Item::Let(_)))
    }

    fn local_value(value: &LocalValue, span: Span) -> Option<Expr> {
        match value {
            LocalValue::Value(id, ty) => Some(Expr { ty: ty.clone(), span, kind: ExprKind::Local(*id) }),
            LocalValue::Alias(expr) => Some(Expr { span, ..expr.as_ref().clone() }),
            LocalValue::Poison => None,
        }
    }
}
