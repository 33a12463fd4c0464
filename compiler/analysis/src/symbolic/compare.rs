//! Comparisons and containment.

use std::sync::Arc;

use reach_compiler::ir::{Compare, Expr, ExprKind, Form, Type};
use reach_values::{host, ip, path};

use super::Symbolic;
use super::whole::describe;
use crate::formula::F;
use crate::plain::flipped;
use crate::pred::Test;
use crate::value::{Cases, Element, Sym, known, known_texts};
use crate::world::{Bond, Cond, Sum, Term};

impl Symbolic<'_, '_> {
    pub(super) fn compare(&mut self, op: Compare, a: &Expr, b: &Expr, expr: &Expr) -> Cases {
        let (left, right) = (self.eval(a), self.eval(b));
        let cond = match op {
            Compare::Eq | Compare::Ne => self.pairs(&left, &right, Some(expr), |this, x, y| this.same(&a.ty, x, y)),
            _ => self.pairs(&left, &right, Some(expr), |this, x, y| match (x, y) {
                (Sym::Num(x), Sym::Num(y)) => Some(this.ordered(op, x, y)),
                _ => None,
            }),
        };
        match cond {
            Some(cond) => known(Sym::Bool(if op == Compare::Ne { cond.not() } else { cond })),
            None => known(Sym::Blank(self.key(expr))),
        }
    }

    /// Compares two numbers.
    fn ordered(&mut self, op: Compare, x: &Sum, y: &Sum) -> Cond {
        if let Some(cond) = self.length_condition(op, x, y) {
            return cond;
        }
        // All as `a + offset <= b`.
        let (a, b, offset) = match op {
            Compare::Le => (x, y, 0),
            Compare::Lt => (x, y, 1),
            Compare::Ge => (y, x, 0),
            _ => (y, x, 1),
        };
        let Some(sum) = a.plus(b, -1).and_then(|s| s.plus(&Sum::of(offset), 1)) else { return Cond::NONE };
        let t = self.world.at_most_zero(&sum);
        Cond { t, f: self.world.formulas.not(t) }
    }

    /// Compares a number of a text with a constant: a condition on the text.
    fn length_condition(&mut self, op: Compare, x: &Sum, y: &Sum) -> Option<Cond> {
        let (sum, constant, op) = match (x.terms.as_slice(), y.terms.as_slice()) {
            ([(_, 1)], []) => (x, y.constant, op),
            ([], [(_, 1)]) => (y, x.constant, flipped(op)),
            _ => return None,
        };
        let (var, _) = sum.terms.first()?;
        let link = self.world.vars.get(var.0 as usize)?.link.clone()?;
        let bound = constant.checked_sub(sum.constant)?;
        let term = Term { var: link.var, steps: link.steps, ty: link.ty };
        let test = if link.length { Test::Length(op, bound) } else { Test::Number(op, bound) };
        Some(self.world.text_condition(&term, test))
    }

    /// Returns whether two values of a type are equal; none where that isn't told apart.
    pub fn same_cases(&mut self, ty: &Type, left: &Cases, right: &Cases) -> Option<Cond> {
        self.pairs(left, right, None, |this, x, y| this.same(ty, x, y))
    }

    fn same(&mut self, ty: &Type, x: &Sym, y: &Sym) -> Option<Cond> {
        let inner = if let Type::Optional(of) = ty { of.as_ref() } else { ty };
        match (x, y) {
            (Sym::Absent, Sym::Blank(_)) | (Sym::Blank(_), Sym::Absent) if *inner != Type::Any => Some(Cond::FALSE),
            (Sym::Absent, Sym::Absent) => Some(Cond::TRUE),
            (Sym::Absent, _) | (_, Sym::Absent) => Some(Cond::FALSE),
            (Sym::Bool(a), Sym::Bool(b)) => {
                let f = &mut self.world.formulas;
                let (both, neither) = (f.and([a.t, b.t]), f.and([a.f, b.f]));
                let (first, second) = (f.and([a.t, b.f]), f.and([a.f, b.t]));
                Some(Cond { t: f.or([both, neither]), f: f.or([first, second]) })
            }
            (Sym::Num(x), Sym::Num(y)) => {
                if let Some(cond) = self.length_condition(Compare::Eq, x, y) {
                    return Some(cond);
                }
                let sum = x.plus(y, -1)?;
                let t = self.world.is_zero(&sum);
                Some(Cond { t, f: self.world.formulas.not(t) })
            }
            (Sym::Text(x), Sym::Text(y)) if inner.is_path() => Some(path::same(x, y).map_or(Cond::NONE, Cond::of)),
            (Sym::Text(x), Sym::Text(y)) => Some(Cond::of(x == y)),
            (Sym::Term(term), Sym::Text(text)) | (Sym::Text(text), Sym::Term(term)) => Some(self.world.text_condition(term, Test::Is(text.clone()))),
            (Sym::Term(a), Sym::Term(b)) => Some(self.world.relation(Bond::Is, a, b)),
            (Sym::Record(a), Sym::Record(b)) => {
                let Type::Record(fields) = inner else { return None };
                let conds: Option<Vec<Cond>> = fields.iter().zip(a.iter().zip(b)).map(|((_, ty), (a, b))| self.same_cases(ty, a, b)).collect();
                let conds = conds?;
                Some(self.all(&conds))
            }
            // Of lists only whether they are empty is told apart.
            (Sym::List(a), Sym::List(b)) if a.is_empty() || b.is_empty() => {
                let there: Vec<F> = a.iter().chain(b).map(|e| e.there).collect();
                let some = self.world.formulas.or(there);
                Some(Cond { t: self.world.formulas.not(some), f: some })
            }
            (Sym::List(list), Sym::List(one)) | (Sym::List(one), Sym::List(list)) if is_one(one) => {
                let Type::List(of) = inner else { return None };
                self.just(of, list, one.first()?)
            }
            _ => None,
        }
    }

    /// Returns whether a list has one element alone, that one.
    fn just(&mut self, ty: &Type, list: &[Element], one: &Element) -> Option<Cond> {
        let (mut alone, mut equal, mut other) = (Vec::new(), Vec::new(), Vec::new());
        for (at, element) in list.iter().enumerate() {
            let same = self.same_cases(ty, &element.value, &one.value)?;
            let once = element.times.plus(&Sum::of(-1), 1).map_or(F::FALSE, |times| self.world.is_zero(&times));
            let others: Vec<F> = list.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, other)| self.world.formulas.not(other.there)).collect();
            let only = self.world.formulas.and(others.into_iter().chain([element.there, once]));
            alone.push(only);
            equal.push(self.world.formulas.and([only, same.t]));
            other.push(self.world.formulas.and([only, same.f]));
        }
        let alone = self.world.formulas.or(alone);
        other.push(self.world.formulas.not(alone));
        Some(Cond { t: self.world.formulas.or(equal), f: self.world.formulas.or(other) })
    }

    /// Combines the conditions on each pair of values; none where one isn't told apart. With an expression only that pair is left open, where
    /// there are others.
    fn pairs(&mut self, left: &Cases, right: &Cases, fallback: Option<&Expr>, mut cond: impl FnMut(&mut Self, &Sym, &Sym) -> Option<Cond>) -> Option<Cond> {
        let (mut t, mut f) = (Vec::new(), Vec::new());
        for (g, x) in left {
            for (h, y) in right {
                let both = self.world.formulas.and([*g, *h]);
                if both == F::FALSE {
                    continue;
                }
                let cond = match (cond(self, x, y), fallback) {
                    (Some(cond), _) => cond,
                    (None, Some(expr)) if both != F::TRUE && left.len().max(right.len()) > 1 => {
                        let (mut first, mut second) = (format!("{x:?}"), format!("{y:?}"));
                        // Whether two values are equal doesn't depend on which stands first.
                        if matches!(expr.kind, ExprKind::Compare(Compare::Eq | Compare::Ne, ..)) && second < first {
                            std::mem::swap(&mut first, &mut second);
                        }
                        let key = format!("{} where it is {first} and {second}", self.key(expr));
                        self.world.open_condition(&key, Some(&describe(expr)))
                    }
                    (None, _) => return None,
                };
                t.push(self.world.formulas.and([both, cond.t]));
                f.push(self.world.formulas.and([both, cond.f]));
            }
        }
        Some(Cond { t: self.world.formulas.or(t), f: self.world.formulas.or(f) })
    }

    /// `a in b`.
    pub(super) fn contained(&mut self, a: &Expr, b: &Expr, expr: &Expr) -> Cases {
        let (left, right) = (self.eval(a), self.eval(b));
        let cond = self.pairs(&left, &right, Some(expr), |this, x, y| {
            let list = match y {
                Sym::List(list) => list.as_slice(),
                Sym::Absent => &[],
                _ => return None,
            };
            if let (Sym::Term(term), Some(texts)) = (x, known_texts(list)) {
                return Some(match texts.as_slice() {
                    [] => Cond::FALSE,
                    [one] => this.world.text_condition(term, Test::Is(one.clone())),
                    _ => {
                        let mut sorted = texts;
                        sorted.sort_unstable();
                        sorted.dedup();
                        this.world.text_condition(term, Test::OneOf(Arc::from(sorted)))
                    }
                });
            }
            let (mut t, mut f) = (Vec::new(), Vec::new());
            let value = known(x.clone());
            for element in list {
                let same = this.same_cases(&a.ty, &value, &element.value)?;
                let missing = this.world.formulas.not(element.there);
                t.push(this.world.formulas.and([element.there, same.t]));
                f.push(this.world.formulas.or([missing, same.f]));
            }
            Some(Cond { t: this.world.formulas.or(t), f: this.world.formulas.and(f) })
        });
        known(cond.map_or_else(|| Sym::Blank(self.key(expr)), Sym::Bool))
    }

    /// `a within b`.
    pub(super) fn within(&mut self, a: &Expr, b: &Expr, expr: &Expr) -> Cases {
        let (left, right) = (self.eval(a), self.eval(b));
        let cond = self.pairs(&left, &right, Some(expr), |this, x, y| match (x, y) {
            (Sym::Text(x), Sym::Text(y)) => {
                let answer = match (&a.ty, &b.ty) {
                    (Type::Form(Form::Host), Type::Form(Form::Host)) => Some(host::within(x, y)),
                    (Type::Form(Form::Host), _) => ip::host_within(x, y),
                    (Type::Form(Form::Ip), _) => ip::within(x, y),
                    _ => path::within(x, y),
                };
                Some(answer.map_or(Cond::NONE, Cond::of))
            }
            (Sym::Term(term), Sym::Text(text)) => Some(this.world.text_condition(term, Test::Within(b.ty.clone(), text.clone()))),
            (Sym::Term(x), Sym::Term(y)) => Some(this.world.relation(Bond::Within, x, y)),
            _ => None,
        });
        known(cond.map_or_else(|| Sym::Blank(self.key(expr)), Sym::Bool))
    }

    /// `a contains b`, both text.
    pub(super) fn contains(&mut self, a: &Expr, b: &Expr, expr: &Expr) -> Cases {
        let (left, right) = (self.eval(a), self.eval(b));
        let cond = self.pairs(&left, &right, Some(expr), |this, x, y| match (x, y) {
            (Sym::Text(x), Sym::Text(y)) => Some(Cond::of(x.contains(y.as_str()))),
            (Sym::Term(term), Sym::Text(text)) => Some(this.world.text_condition(term, Test::Contains(text.clone()))),
            (Sym::Term(x), Sym::Term(y)) => Some(this.world.relation(Bond::Contains, x, y)),
            _ => None,
        });
        known(cond.map_or_else(|| Sym::Blank(self.key(expr)), Sym::Bool))
    }
}

/// Returns whether a list has one element that is always there.
fn is_one(list: &[Element]) -> bool {
    matches!(list, [one] if one.there == F::TRUE && one.times == Sum::of(1))
}
