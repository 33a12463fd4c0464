//! `+`, `-`, `*`, unary `-`, `min`, `max`, `abs`.

use reach_codes::Diagnostic;
use reach_codes::Span;
use reach_codes::table::types as codes;
use reach_grammar::ast::{AddOp, Expr as Ast, ExprKind as AstKind};

use super::super::describe::a;
use super::super::{Checker, Env};
use super::collections::concatenated;
use super::compare::has_point;
use crate::ir::{Arith, Expr, ExprKind, Type, Unary};

fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Decimal | Type::Duration)
}

/// Returns the type of `a + b` or `a - b`, if there is one.
fn sum_type(op: AddOp, left: &Type, right: &Type) -> Option<Type> {
    Some(match (op, left, right) {
        (_, a, b) if a == b && is_number(a) => a.clone(),
        (_, Type::Time | Type::Date, Type::Duration) => left.clone(),
        (AddOp::Add, Type::Duration, Type::Time | Type::Date) => right.clone(),
        (AddOp::Subtract, Type::Time, Type::Time) | (AddOp::Subtract, Type::Date, Type::Date) => Type::Duration,
        _ => return None,
    })
}

impl<'a> Checker<'a> {
    pub(super) fn negate(&mut self, env: &mut Env<'a>, inner: &'a Ast, span: Span, wanted: Option<&Type>) -> Option<Expr> {
        // The smallest `int` has no positive counterpart.
        if let AstKind::Number(digits) = &inner.kind {
            return self.number(span, &format!("-{digits}"), wanted);
        }
        let value = self.present(env, inner, wanted)?;
        if !is_number(&value.ty) {
            return self.no_arithmetic(span, "-", inner, &value.ty);
        }
        self.fold(Expr { ty: value.ty.clone(), span, kind: ExprKind::Unary(Unary::Negate, Box::new(value)) })
    }

    fn no_arithmetic<T>(&mut self, span: Span, sign: &str, operand: &Ast, ty: &Type) -> Option<T> {
        let d = Diagnostic::new(codes::NO_ARITHMETIC, span, format!("`{sign}` can't compute with {}", a(ty))).other(operand.span, format!("this is {}", a(ty)));
        let d = match ty {
            Type::Text => d.help("texts are not joined; a message puts values in with `{args.x}`"),
            Type::Bool => d.help("use `not`, `and`, `or`"),
            _ => d.help("numbers, durations, times and dates can be computed with"),
        };
        self.report(d);
        None
    }

    pub(super) fn sum(&mut self, env: &mut Env<'a>, first: &'a Ast, rest: &'a [(AddOp, Ast)], span: Span, wanted: Option<&Type>) -> Option<Expr> {
        if !self.deep_enough(span, rest.len()) {
            return None;
        }
        self.depth += rest.len();
        let out = self.sum_in(env, first, rest, span, wanted);
        self.depth -= rest.len();
        out
    }

    fn sum_in(&mut self, env: &mut Env<'a>, first: &'a Ast, rest: &'a [(AddOp, Ast)], span: Span, wanted: Option<&Type>) -> Option<Expr> {
        let all = || std::iter::once(first).chain(rest.iter().map(|(_, e)| e));
        // Literals before the first value of a known type take that type.
        let leading = all().take_while(|e| self.bends(env, e)).count();
        let mut known = None;
        if leading > 0
            && let Some(item) = all().nth(leading)
        {
            let access = self.access(env, item, None)?;
            known = Some((leading - 1, access));
        }
        let plain = |ty: &Type| match ty {
            Type::Optional(of) => of.as_ref().clone(),
            ty => ty.clone(),
        };
        let anchor = match &known {
            Some((_, access)) => Some(plain(&access.expr.ty)),
            None if leading == 0 => None,
            None if all().any(has_point) => Some(Type::Decimal),
            None => wanted.filter(|t| matches!(t, Type::Int | Type::Decimal | Type::List(_))).cloned(),
        };
        if matches!(first.kind, AstKind::List(_)) || matches!(anchor, Some(Type::List(_))) {
            return self.joined_lists(env, all().collect(), rest, span, anchor.as_ref().or(wanted));
        }
        let anchor = anchor.filter(is_number);
        let Some(access) = self.access(env, first, anchor.as_ref()) else {
            for (_, item) in rest.iter().filter(|(_, e)| !matches!(e.kind, AstKind::Number(_) | AstKind::Text(_))) {
                self.infer(env, item, None);
            }
            return None;
        };
        if matches!(plain(&access.expr.ty), Type::List(_)) {
            return self.joined_lists(env, all().collect(), rest, span, None);
        }
        let value = access.narrowed(env);
        let mut total = self.must_be_there(env, first, value)?;
        for (i, (op, item)) in rest.iter().enumerate() {
            let hint = match (op, &total.ty) {
                (_, ty) if is_number(ty) => Some(ty.clone()),
                (AddOp::Subtract, ty @ (Type::Time | Type::Date)) if matches!(item.kind, AstKind::Text(_)) => Some(ty.clone()),
                _ => None,
            };
            let value = match known.take_if(|(at, _)| *at == i) {
                Some((_, access)) => {
                    let value = access.narrowed(env);
                    self.must_be_there(env, item, value)?
                }
                None => self.present(env, item, hint.as_ref())?,
            };
            let Some(ty) = sum_type(*op, &total.ty, &value.ty) else {
                let sign = if *op == AddOp::Add { "+" } else { "-" };
                return self.bad_operands(sign, span, (total.span, &total.ty), (item, &value.ty));
            };
            let arith = if *op == AddOp::Add { Arith::Add } else { Arith::Subtract };
            let at = if total.span.file == item.span.file { total.span.to(item.span) } else { span };
            // Times and dates stand on the left.
            let (left, right) = if *op == AddOp::Add && total.ty == Type::Duration && ty != Type::Duration { (value, total) } else { (total, value) };
            total = self.fold(Expr { ty, span: at, kind: ExprKind::Arith(arith, Box::new(left), Box::new(right)) })?;
        }
        Some(total)
    }

    fn bad_operands<T>(&mut self, sign: &str, span: Span, (left_span, left): (Span, &Type), (right, right_ty): (&Ast, &Type)) -> Option<T> {
        let message = match sign {
            "+" => format!("{} can't be added to {}", a(right_ty), a(left)),
            "-" => format!("{} can't be taken from {}", a(right_ty), a(left)),
            _ => format!("{} can't be multiplied by {}", a(left), a(right_ty)),
        };
        let d = Diagnostic::new(codes::NO_ARITHMETIC, right.span, message).label(format!("this is {}", a(right_ty)));
        let d = if left_span.file == span.file { d.other(left_span, format!("this is {}", a(left))) } else { d };
        let d = match (left, right_ty) {
            (Type::Text, _) | (_, Type::Text) => d.help("texts are not joined; a message puts values in with `{args.x}`"),
            (Type::Time | Type::Date, Type::Int | Type::Decimal) => d.help("add a duration: `1d`, `12h`, `30m`"),
            (l, r) => match self.conversion(right, r, l) {
                Some(help) => d.help(help),
                None => d.help("numbers of one type, durations, and times or dates with durations can be computed with"),
            },
        };
        self.report(d);
        None
    }

    fn joined_lists(&mut self, env: &mut Env<'a>, items: Vec<&'a Ast>, rest: &'a [(AddOp, Ast)], span: Span, wanted: Option<&Type>) -> Option<Expr> {
        if let Some((_, item)) = rest.iter().find(|(op, _)| *op == AddOp::Subtract) {
            let d = Diagnostic::new(codes::NO_ARITHMETIC, item.span, "lists can be joined with `+`, not taken apart with `-`")
                .help("ask for what must not be in it: `any(x in xs: x in ys)`");
            self.report(d);
            return None;
        }
        let mut wanted = match wanted {
            Some(ty @ Type::List(_)) => Some(ty.clone()),
            _ => None,
        };
        let mut lists = Vec::with_capacity(items.len());
        let mut whole = true;
        for item in items {
            let Some(access) = self.access(env, item, wanted.as_ref()) else {
                whole = false;
                continue;
            };
            let ty = match &access.expr.ty {
                Type::Optional(of) => of.as_ref().clone(),
                ty => ty.clone(),
            };
            match (&wanted, &ty) {
                (None, Type::List(_)) => wanted = Some(ty),
                (Some(wanted), ty) if wanted == ty => {}
                (wanted, ty) => {
                    let wanted = wanted.clone().unwrap_or(Type::List(ty.clone().into()));
                    let other = Expr { ty: ty.clone(), ..access.expr.clone() };
                    return self.mismatch(item, &other, &wanted);
                }
            }
            lists.push(access.expr);
        }
        if !whole {
            return None;
        }
        let joined = concatenated(lists, &wanted?, span)?;
        self.fold_deep(joined)
    }

    pub(super) fn product(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span, wanted: Option<&Type>) -> Option<Expr> {
        if !self.deep_enough(span, items.len()) {
            return None;
        }
        self.depth += items.len();
        let out = self.product_in(env, items, span, wanted);
        self.depth -= items.len();
        out
    }

    fn product_in(&mut self, env: &mut Env<'a>, items: &'a [Ast], span: Span, wanted: Option<&Type>) -> Option<Expr> {
        let mut values: Vec<Option<Expr>> = vec![None; items.len()];
        let mut hint = None;
        let mut whole = true;
        // Values of known type first: numbers that are written take the type of the others; beside a duration they are whole.
        let bends: Vec<bool> = items.iter().map(|i| self.bends(env, i)).collect();
        for ((slot, item), _) in values.iter_mut().zip(items).zip(&bends).filter(|(_, bends)| !**bends) {
            *slot = self.present(env, item, None);
            match slot {
                Some(value) if value.ty == Type::Duration => {}
                Some(value) => hint = Some(value.ty.clone()),
                None => whole = false,
            }
        }
        let has_duration = values.iter().flatten().any(|v| v.ty == Type::Duration);
        let hint = hint.filter(is_number).or_else(|| match wanted {
            _ if has_duration => Some(Type::Int),
            _ if items.iter().any(has_point) => Some(Type::Decimal),
            Some(ty @ (Type::Int | Type::Decimal)) => Some(ty.clone()),
            _ => None,
        });
        for ((slot, item), _) in values.iter_mut().zip(items).zip(&bends).filter(|(_, bends)| **bends) {
            *slot = self.present(env, item, hint.as_ref());
            whole &= slot.is_some();
        }
        if !whole {
            return None;
        }
        let mut total: Option<Expr> = None;
        for (value, item) in values.into_iter().flatten().zip(items) {
            let Some(so_far) = total else {
                if !is_number(&value.ty) {
                    return self.no_arithmetic(item.span, "*", item, &value.ty);
                }
                total = Some(value);
                continue;
            };
            let at = if so_far.span.file == item.span.file { so_far.span.to(item.span) } else { span };
            let (left, right, ty) = match (&so_far.ty, &value.ty) {
                (Type::Int, Type::Int) | (Type::Decimal, Type::Decimal) | (Type::Duration, Type::Int) => {
                    let ty = so_far.ty.clone();
                    (so_far, value, ty)
                }
                (Type::Int, Type::Duration) => (value, so_far, Type::Duration),
                (l, r) => return self.bad_operands("*", span, (so_far.span, l), (item, r)),
            };
            total = Some(self.fold(Expr { ty, span: at, kind: ExprKind::Arith(Arith::Multiply, Box::new(left), Box::new(right)) })?);
        }
        total
    }
}
