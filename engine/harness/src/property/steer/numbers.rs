//! Numbers, lengths and comparisons: what stands on one side is moved until the comparison comes out as wanted.

use reach_compiler::ir::{Arith, Compare, Const, Expr, ExprKind, Type, Unary};

use super::super::draft::Draft;
use super::super::place::{Bound, View, Way, bare};
use super::super::said::of_const;
use super::super::{number, play, texts};
use super::Steer;
use crate::witness::Json;

impl<'b> Steer<'_, 'b> {
    /// Steers a comparison by its left side: whether that was understood.
    pub(super) fn compare(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, compare: Compare, a: &'b Expr, b: &'b Expr, want: bool) -> bool {
        if matches!(a.kind, ExprKind::Const(_)) {
            return false;
        }
        if number::is_number(&a.ty) {
            let k = self.number_of(draft, view, b);
            let Some(k) = k else { return false };
            // A value that does already is mostly kept: another condition may want it.
            if let Some(place) = view.place(a)
                && let Some(now) = self.current(draft, &place).and_then(|now| number::read(&a.ty, &now))
                && number::holds(compare, now, k) == want
                && self.random.chance(85)
            {
                return true;
            }
            let n = number::related(self.random, &a.ty, compare, k, want);
            return self.comes_to(draft, view, a, n);
        }
        let Some(place) = view.place(a) else { return false };
        let equal = (compare == Compare::Eq) == want;
        let other = match &b.kind {
            ExprKind::Const(value) => Some(of_const(&b.ty, value)),
            _ => view.place(b).map(|place| self.ensured(draft, view, &place, bare(&b.ty))),
        };
        let Some(other) = other else { return false };
        if equal {
            if matches!(&a.kind, ExprKind::Else(..)) && self.random.chance(40) {
                return true;
            }
            self.set(draft, view, &place, other);
        } else if self.current(draft, &place).is_none_or(|now| now == other) {
            let value = match &other {
                Json::Text(text) if !matches!(bare(&a.ty), Type::Enum(_)) && self.random.chance(60) => {
                    Json::Text(self.random.pick(texts::near(&a.ty, text).get(1..).unwrap_or_default()).cloned().unwrap_or_default())
                }
                Json::Bool(truth) => Json::Bool(!truth),
                _ => self.filler().value(&a.ty, &place, 1),
            };
            self.set(draft, view, &place, value);
        }
        true
    }

    /// Returns what a number comes to so far; what nothing is known of gets a value.
    fn number_of(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, expr: &'b Expr) -> Option<i128> {
        match &expr.kind {
            ExprKind::Const(Const::Num(n)) => Some(*n),
            ExprKind::Arith(arith, a, b) => {
                let (a, b) = (self.number_of(draft, view, a)?, self.number_of(draft, view, b)?);
                match arith {
                    Arith::Add => a.checked_add(b),
                    Arith::Subtract => a.checked_sub(b),
                    Arith::Multiply => None,
                    Arith::Min => Some(a.min(b)),
                    Arith::Max => Some(a.max(b)),
                }
            }
            ExprKind::Length(of) => match view.place(of).and_then(|place| self.current(draft, &place)) {
                Some(Json::List(items)) => i128::try_from(items.len()).ok(),
                Some(Json::Text(text)) => i128::try_from(text.chars().count()).ok(),
                _ => None,
            },
            _ => {
                let place = view.place(expr)?;
                let value = self.ensured(draft, view, &place, bare(&expr.ty));
                number::read(&expr.ty, &value)
            }
        }
    }

    /// Steers a number to a value: whether that was understood.
    fn comes_to(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, expr: &'b Expr, n: i128) -> bool {
        match &expr.kind {
            ExprKind::Const(_) => false,
            ExprKind::Arith(Arith::Add, a, b) => match self.number_of(draft, view, b) {
                Some(b_now) if !matches!(a.kind, ExprKind::Const(_)) => self.comes_to(draft, view, a, n.saturating_sub(b_now)),
                _ => match self.number_of(draft, view, a) {
                    Some(a_now) => self.comes_to(draft, view, b, n.saturating_sub(a_now)),
                    None => false,
                },
            },
            ExprKind::Arith(Arith::Subtract, a, b) => match self.number_of(draft, view, b) {
                Some(b_now) if !matches!(a.kind, ExprKind::Const(_)) => self.comes_to(draft, view, a, n.saturating_add(b_now)),
                _ => match self.number_of(draft, view, a) {
                    Some(a_now) => self.comes_to(draft, view, b, a_now.saturating_sub(n)),
                    None => false,
                },
            },
            ExprKind::Arith(Arith::Multiply, a, b) => {
                let (of, factor) = match (&a.kind, &b.kind) {
                    (_, ExprKind::Const(Const::Num(factor))) => (a, *factor),
                    (ExprKind::Const(Const::Num(factor)), _) => (b, *factor),
                    _ => return false,
                };
                let one = if matches!(bare(&of.ty), Type::Decimal) { 1_000_000_000_000_000_000 } else { 1 };
                let Some(n) = n.checked_mul(one).and_then(|n| n.checked_div(factor)) else { return false };
                self.comes_to(draft, view, of, n)
            }
            ExprKind::Arith(_, a, b) => self.comes_to(draft, view, a, n) | (self.random.chance(50) && self.comes_to(draft, view, b, n)),
            ExprKind::Unary(Unary::Negate, a) => self.comes_to(draft, view, a, n.saturating_neg()),
            ExprKind::Unary(Unary::Abs, a) => {
                let n = if self.random.chance(50) { n } else { n.saturating_neg() };
                self.comes_to(draft, view, a, n)
            }
            ExprKind::If(condition, a, b) => {
                let first = self.random.chance(50);
                self.condition(draft, view, condition, first);
                self.comes_to(draft, view, if first { a } else { b }, n)
            }
            ExprKind::Let(id, value, body) => {
                view.locals.insert(*id, Bound::Expr(value));
                self.comes_to(draft, view, body, n)
            }
            ExprKind::Length(of) => self.length(draft, view, of, n),
            ExprKind::Count(id, list, body) => {
                self.elements(draft, view, *id, list, body, (true, true));
                self.length(draft, view, list, n)
            }
            ExprKind::Sum(id, list, value) => {
                let Some(mut place) = view.place(list) else { return false };
                if self.length(draft, view, list, 1) {
                    place.ways.push(Way::Item);
                    view.locals.insert(*id, Bound::Element(place));
                    return self.comes_to(draft, view, value, n);
                }
                false
            }
            ExprKind::History(monitor, operands) => {
                self.happens(draft, view, *monitor, operands, Some(n));
                true
            }
            ExprKind::Field(inner, index) if matches!(inner.kind, ExprKind::Clock(..)) => self.clock(draft, view, inner, *index),
            _ => match view.place(expr) {
                Some(place) => {
                    self.set(draft, view, &place, number::json(&expr.ty, n));
                    true
                }
                None => false,
            },
        }
    }

    /// Steers a number to a value, or near it.
    pub(in super::super) fn number_to(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, expr: &'b Expr, n: i128) {
        self.comes_to(draft, view, expr, n);
    }

    /// Moves what a clock shows: to some hour of some day of a week.
    fn clock(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, clock: &'b Expr, _field: u16) -> bool {
        let ExprKind::Clock(time, _) = &clock.kind else { return false };
        let Some(place) = view.place(time) else { return false };
        let minutes = i128::try_from(self.random.below(7 * 24 * 4)).unwrap_or(0).saturating_mul(15);
        let at = play::START.saturating_add(minutes.saturating_mul(60 * reach_values::time::SECOND_NS));
        self.set(draft, view, &place, number::json(&Type::Time, at));
        true
    }

    pub(super) fn length(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, of: &'b Expr, n: i128) -> bool {
        let Some(place) = view.place(of) else { return false };
        let n = usize::try_from(n).unwrap_or(0).min(10_000);
        let value = match bare(&of.ty) {
            Type::List(item) | Type::Set(item) => {
                let mut items = if let Some(Json::List(items)) = self.current(draft, &place) { items } else { Vec::new() };
                items.truncate(n);
                let mut inner = place.clone();
                inner.ways.push(Way::Item);
                let like = items.first().cloned().filter(|_| matches!(bare(&of.ty), Type::List(_)));
                for _ in items.len()..n {
                    let value = like.clone().unwrap_or_else(|| self.filler().value(item, &inner, 1));
                    items.push(value);
                }
                Json::List(items)
            }
            Type::Text | Type::Form(_) => Json::Text("a".repeat(n)),
            _ => return false,
        };
        self.set(draft, view, &place, value);
        true
    }
}
