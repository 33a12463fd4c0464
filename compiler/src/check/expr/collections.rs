//! Lists, sets, records, and the questions asked of them.

use crate::maps::HashMap;
use std::sync::Arc;

use reach_codes::Diagnostic;
use reach_codes::Span;
use reach_codes::table::{name as names, types as codes};
use reach_grammar::ast::{Binding, Expr as Ast, ExprKind as AstKind, Quantifier, QuantifierWord};

use super::super::describe::a;
use super::super::env::{Local, LocalValue};
use super::super::names::{did_you_mean, there_are};
use super::super::{Checker, Env};
use super::compare::{element, has_point};
use super::{constant, literal};
use crate::ir::{Const, Expr, ExprKind, Type};

impl<'a> Checker<'a> {
    /// Types members of one type: that of the place, or that of the first member that isn't a literal.
    pub(super) fn members(&mut self, env: &mut Env<'a>, items: &'a [Ast], wanted: Option<&Type>) -> Option<(Type, Vec<Expr>)> {
        let (ty, anchor) = match wanted {
            Some(ty) => (ty.clone(), None),
            None => {
                let bends: Vec<bool> = items.iter().map(|i| self.bends(env, i)).collect();
                let at = bends.iter().position(|b| !b).or_else(|| items.iter().position(has_point)).unwrap_or(0);
                let value = self.infer(env, items.get(at)?, None)?;
                let value = self.must_be_there(env, items.get(at)?, value)?;
                (value.ty.clone(), Some((at, value)))
            }
        };
        let mut values = Vec::with_capacity(items.len());
        let mut whole = true;
        for (i, item) in items.iter().enumerate() {
            if let Some((at, value)) = &anchor
                && i == *at
            {
                values.push(value.clone());
                continue;
            }
            let Some(value) = self.infer(env, item, Some(&ty)) else {
                whole = false;
                continue;
            };
            if value.ty != ty && wanted.is_none() && !matches!(value.ty, Type::Optional(_)) {
                whole = false;
                let first = anchor.as_ref().and_then(|(at, _)| items.get(*at)).map(|e| e.span);
                let mut d = Diagnostic::new(codes::MIXED_TYPES, item.span, "the members have different types").label(format!("this is {}", a(&value.ty)));
                if let Some(first) = first {
                    d = d.other(first, format!("this is {}", a(&ty)));
                }
                let d = match self.conversion(item, &value.ty, &ty) {
                    Some(help) => d.help(help),
                    None => d.help("give all of them one type"),
                };
                self.report(d);
                continue;
            }
            match self.coerce(env, item, value, &ty) {
                Some(value) => values.push(value),
                None => whole = false,
            }
        }
        whole.then_some((ty, values))
    }

    pub(super) fn list(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span, wanted: Option<&Type>) -> Option<Expr> {
        let of = match wanted {
            Some(Type::List(of)) => Some(of.as_ref().clone()),
            Some(Type::Any) => Some(Type::Any),
            _ => None,
        };
        if items.is_empty() {
            let Some(of) = of else { return self.unknown_members(span, "[]", "list<text>") };
            let ty = if wanted == Some(&Type::Any) { Type::Any } else { Type::List(Arc::new(of)) };
            return Some(constant(ty, span, Const::List(Arc::from([]))));
        }
        let (of, values) = self.members(env, items, of.as_ref())?;
        let ty = if wanted == Some(&Type::Any) { Type::Any } else { Type::List(Arc::new(of)) };
        Some(Expr { ty, span, kind: list_kind(values) })
    }

    fn unknown_members<T>(&mut self, span: Span, text: &str, example: &str) -> Option<T> {
        let d = Diagnostic::new(codes::TYPE_UNKNOWN, span, format!("what `{text}` holds is not known here"))
            .note("nothing is in it that shows its type")
            .help(format!("give it a type: `let name: {example} = {text}`"));
        self.report(d);
        None
    }

    pub(super) fn set(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span, wanted: Option<&Type>) -> Option<Expr> {
        self.set_of(env, items, span, wanted, false)
    }

    /// `open`: whether members may be known only when a step is decided; then it is a list.
    pub(in super::super) fn set_of(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span, wanted: Option<&Type>, open: bool) -> Option<Expr> {
        let of = match wanted {
            Some(Type::Set(of)) => Some(of.as_ref().clone()),
            _ => None,
        };
        let (of, values) = self.members(env, items, of.as_ref())?;
        if matches!(of, Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Record(_) | Type::Any) {
            let d = Diagnostic::new(codes::BAD_TYPE, span, format!("a set can't have members of type `{of}`")).help("use a list: `[a, b]`");
            self.report(d);
            return None;
        }
        let constants: Option<Vec<Const>> = values.iter().map(as_const).collect();
        let Some(constants) = constants else {
            if open {
                return Some(Expr { ty: Type::Set(Arc::new(of)), span, kind: ExprKind::List(values) });
            }
            let at = values.iter().find(|v| as_const(v).is_none()).map_or(span, |v| v.span);
            let d = Diagnostic::new(codes::NOT_CONSTANT, at, "the members of a set are constants")
                .note("this is only known when a step is decided")
                .help("write a list: `[a, b]`; behind `in`, a set may have such members");
            self.report(d);
            return None;
        };
        // The first of equal members stays; the others are reported.
        let mut places: HashMap<&Const, Span> = HashMap::with_capacity_and_hasher(constants.len(), Default::default());
        let mut doubles = Vec::new();
        for (value, item) in constants.iter().zip(items) {
            if let Some(first) = places.get(value) {
                doubles.push((item.span, *first));
            } else {
                places.insert(value, item.span);
            }
        }
        for (span, first) in doubles {
            let text = self.source_line(span);
            let d = Diagnostic::new(codes::DUPLICATE_MEMBER, span, format!("`{text}` stands in this set twice"))
                .other(first, "first here")
                .help("remove one of them");
            self.report(d);
        }
        let mut members = constants;
        members.sort();
        members.dedup();
        Some(constant(Type::Set(Arc::new(of)), span, Const::List(members.into())))
    }

    pub(super) fn record(&mut self, env: &mut Env<'a>, bindings: &'a [Binding], span: Span, wanted: Option<&Type>) -> Option<Expr> {
        let mut seen: HashMap<&str, &'a Binding> = HashMap::with_capacity_and_hasher(bindings.len(), Default::default());
        let mut whole = true;
        for binding in bindings {
            if let Some(first) = seen.insert(&binding.name.text, binding) {
                whole = false;
                let d = Diagnostic::new(names::DUPLICATE_FIELD, binding.name.span, format!("`{}` is given twice", binding.name.text))
                    .other(first.name.span, "first given here")
                    .help("remove one of them");
                self.report(d);
            }
        }
        let value = match wanted {
            Some(Type::Set(of)) if bindings.is_empty() => Some(constant(Type::Set(of.clone()), span, Const::List(Arc::from([])))),
            Some(Type::Map(of)) => self.entries(env, bindings, of).map(|e| constant(Type::Map(of.clone()), span, Const::Map(e))),
            Some(Type::Any) => self.entries(env, bindings, &Type::Any).map(|e| constant(Type::Any, span, Const::Map(e))),
            Some(Type::Record(fields)) => self.record_of(env, bindings, &seen, span, fields),
            _ if bindings.is_empty() => self.unknown_members(span, "{}", "set<text>"),
            _ => {
                let mut fields = Vec::with_capacity(bindings.len());
                let mut values = Vec::with_capacity(bindings.len());
                for binding in bindings {
                    let Some(value) = self.infer(env, &binding.value, None) else {
                        whole = false;
                        continue;
                    };
                    fields.push((binding.name.text.to_string(), value.ty.clone()));
                    values.push(self.member_constant(&value)?);
                }
                Some(constant(Type::Record(fields.into()), span, Const::Record(values.into())))
            }
        };
        value.filter(|_| whole)
    }

    fn member_constant(&mut self, value: &Expr) -> Option<Const> {
        let found = as_const(value);
        if found.is_none() {
            let d = Diagnostic::new(codes::NOT_CONSTANT, value.span, "the fields of a record that is written out are constants")
                .note("this is only known when a step is decided")
                .help("compare the fields one by one");
            self.report(d);
        }
        found
    }

    fn entries(&mut self, env: &mut Env<'a>, bindings: &'a [Binding], of: &Type) -> Option<Arc<[(String, Const)]>> {
        let mut out: Vec<(String, Const)> = Vec::with_capacity(bindings.len());
        let mut whole = true;
        for binding in bindings {
            match self.fits(env, &binding.value, of) {
                Some(value) => out.push((binding.name.text.to_string(), self.member_constant(&value)?)),
                None => whole = false,
            }
        }
        out.sort();
        whole.then(|| out.into())
    }

    fn record_of(
        &mut self,
        env: &mut Env<'a>,
        bindings: &'a [Binding],
        given: &HashMap<&str, &'a Binding>,
        span: Span,
        fields: &Arc<[(String, Type)]>,
    ) -> Option<Expr> {
        let mut whole = true;
        let known: HashMap<&str, &Type> = fields.iter().map(|(n, t)| (n.as_str(), t)).collect();
        for binding in bindings.iter().filter(|b| !known.contains_key(b.name.text.as_str())) {
            whole = false;
            let near = self.suggestions.nearest(&binding.name.text, fields.iter().map(|(n, _)| n.as_str())).map(str::to_owned);
            let d = Diagnostic::new(names::UNKNOWN_FIELD, binding.name.span, format!("this record has no field `{}`", binding.name.text));
            self.report(did_you_mean(d, binding.name.span, near, || there_are("its fields are", fields.iter().map(|(n, _)| n.as_str()))));
        }
        let mut values = Vec::with_capacity(fields.len());
        for (name, ty) in fields.iter() {
            let value = match (given.get(name.as_str()), ty) {
                (Some(binding), ty) => self.fits(env, &binding.value, ty).and_then(|v| self.member_constant(&v)),
                (None, Type::Optional(_)) => Some(Const::Absent),
                (None, _) => {
                    let d = Diagnostic::new(names::MISSING_FIELD, span, format!("the field `{name}` is missing"))
                        .help(format!("add `{name}: {}`", super::super::describe::sample(ty)));
                    self.report(d);
                    None
                }
            };
            whole &= value.is_some();
            values.extend(value);
        }
        whole.then(|| constant(Type::Record(fields.clone()), span, Const::Record(values.into())))
    }

    /// `all(x in xs: cond)` and its like.
    pub(super) fn quantifier(&mut self, env: &mut Env<'a>, q: &'a Quantifier, span: Span, expected: Option<&Type>) -> Option<Expr> {
        let list = match &q.list.kind {
            AstKind::Set(items) => self.set_of(env, items, q.list.span, None, true),
            _ => self.infer(env, &q.list, None),
        };
        let list = list.and_then(|l| self.list_there(env, &q.list, l));
        let free = self.free_name(env, &q.variable);
        let local = self.fresh_local();
        let of = list.as_ref().and_then(|l| element(&l.ty)).cloned();
        let value = match &of {
            Some(of) if free => LocalValue::Value(local, of.clone()),
            _ => LocalValue::Poison,
        };
        let mark = env.mark();
        env.locals.push(Local { name: q.variable.text.to_string(), value });
        let body = match q.word {
            QuantifierWord::Sum => self.summand(env, &q.body, expected),
            _ => self.is_true(env, &q.body),
        };
        env.reset(&mark);
        let (list, body) = (Box::new(list?), Box::new(body?));
        if of.is_none() || !free {
            return None;
        }
        let (ty, kind) = match q.word {
            QuantifierWord::All => (Type::Bool, ExprKind::All(local, list, body)),
            QuantifierWord::Any => (Type::Bool, ExprKind::Any(local, list, body)),
            QuantifierWord::Count => (Type::Int, ExprKind::Count(local, list, body)),
            QuantifierWord::Sum => (body.ty.clone(), ExprKind::Sum(local, list, body)),
        };
        self.fold_closed(Expr { ty, span, kind })
    }

    /// Computes a question asked of a constant list about nothing but its members.
    fn fold_closed(&mut self, expr: Expr) -> Option<Expr> {
        if !matches!(expr.children().first().map(|l| &l.kind), Some(ExprKind::Const(_))) {
            return Some(expr);
        }
        match super::fold::evaluate(&expr, &mut self.fold_fuel) {
            Ok(value) => Some(Expr { kind: ExprKind::Const(value), ..expr }),
            Err(super::fold::Stop::NotConstant(_) | super::fold::Stop::Work) => Some(expr),
            Err(stop) => {
                self.report_stop(expr.span, stop);
                None
            }
        }
    }

    fn list_there(&mut self, env: &Env<'a>, expr: &'a Ast, list: Expr) -> Option<Expr> {
        match &list.ty {
            Type::List(_) | Type::Set(_) => Some(list),
            Type::Optional(of) if matches!(**of, Type::List(_) | Type::Set(_)) => {
                if env.lenient {
                    return None;
                }
                let text = self.source_line(expr.span);
                let d = Diagnostic::new(codes::OPTIONAL_UNTESTED, expr.span, format!("`{text}` may be absent"))
                    .label(format!("this is {}", a(&list.ty)))
                    .note("whether an absent list counts as an empty one must be said")
                    .help(format!("give it a value: `({text} else [])`"));
                self.report(d);
                None
            }
            ty => {
                let d = Diagnostic::new(codes::NOT_A_LIST, expr.span, format!("only lists and sets have members to ask, and this is {}", a(ty)))
                    .label(format!("this is {}", a(ty)));
                let d = if matches!(ty, Type::Map(_)) { d.help("ask for a key: `m has \"key\"`, `m[\"key\"]`") } else { d.help("ask the value itself") };
                self.report(d);
                None
            }
        }
    }

    fn summand(&mut self, env: &mut Env<'a>, body: &'a Ast, expected: Option<&Type>) -> Option<Expr> {
        let value = self.present(env, body, expected)?;
        if matches!(value.ty, Type::Int | Type::Decimal | Type::Duration) {
            return Some(value);
        }
        let d = Diagnostic::new(codes::NO_ARITHMETIC, body.span, format!("`sum` adds numbers or durations, and this is {}", a(&value.ty)))
            .label(format!("this is {}", a(&value.ty)));
        let d = if value.ty == Type::Bool {
            d.help("to count members that meet a condition, use `count(x in xs: …)`")
        } else {
            d.help("name a number of each member")
        };
        self.report(d);
        None
    }
}

fn as_const(value: &Expr) -> Option<Const> {
    match (&value.kind, &value.ty) {
        (ExprKind::Const(_), Type::Any) => literal::as_any(value),
        (ExprKind::Const(c), _) => Some(c.clone()),
        _ => None,
    }
}

fn list_kind(values: Vec<Expr>) -> ExprKind {
    let constants: Option<Vec<Const>> = values.iter().map(as_const).collect();
    match constants {
        Some(constants) => ExprKind::Const(Const::List(constants.into())),
        None => ExprKind::List(values),
    }
}

/// Joins lists as a balanced tree: the result is the same, and a long chain isn't deep.
pub(super) fn concatenated(mut lists: Vec<Expr>, ty: &Type, span: Span) -> Option<Expr> {
    while lists.len() > 1 {
        let mut halves = Vec::with_capacity(lists.len().div_ceil(2));
        let mut rest = lists.into_iter();
        while let Some(left) = rest.next() {
            match rest.next() {
                Some(right) => halves.push(Expr { ty: ty.clone(), span, kind: ExprKind::Concat(Box::new(left), Box::new(right)) }),
                None => halves.push(left),
            }
        }
        lists = halves;
    }
    lists.pop()
}
