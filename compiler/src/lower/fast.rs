//! Fast regions: the same result with fewer operations.
//!
//! Conditions are folded into one accumulator. Negations move inwards (`not (a and b)` is `not a or not b`, with the same
//! order and the same stops), chains inside chains of the same kind become one, comparisons with constants are one
//! operation, and what stands behind a constant that decides is left out. No term moves before another, so that what is
//! skipped, and which value is missing first, stay the same.

use reach_evaluator::op::{CmpKind, CmpOp, ConstId, Mode, Op, Reg, Src, Target};
use std::sync::Arc;

use super::uses::constant;
use super::value::{Gen, cmp_kind, cmp_op};
use crate::ir::{Const, Expr, ExprKind, Type};

/// Whether anything behind a term can still matter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Open,
    Decided,
}

/// Returns whether a condition alone is better computed by folding than by a value's code.
pub(super) fn is_fused(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) => true,
        ExprKind::Not(of) => is_fused(of),
        ExprKind::In(element, list) => constant(list).is_some() && is_simple(&element.ty),
        _ => false,
    }
}

fn is_simple(ty: &Type) -> bool {
    matches!(cmp_kind(ty), CmpKind::Num | CmpKind::Text)
}

impl Gen<'_> {
    /// Computes the condition of a rule.
    pub fn fast_rule(&mut self, when: Option<&Expr>, unless: Option<&Expr>) -> Src {
        self.open_scope(when.into_iter().chain(unless));
        let acc = self.code.alloc();
        let (when, unless) = match (when, unless) {
            (None, None) => return Src::Const(self.pool.truth(true)),
            (Some(condition), None) => {
                self.fast_into(condition, false, acc);
                return Src::Reg(acc);
            }
            (None, Some(exception)) => {
                self.fast_into(exception, true, acc);
                return Src::Reg(acc);
            }
            (Some(when), Some(unless)) => (when, unless),
        };
        self.begin(Mode::And, acc, when);
        let (end, to) = self.code.label();
        if self.fast_fold(when, false, Mode::And, acc, to) == Flow::Open {
            self.fast_fold(unless, true, Mode::And, acc, to);
        }
        self.code.bind(end);
        Src::Reg(acc)
    }

    /// Computes a condition into a register.
    pub fn fast_condition(&mut self, expr: &Expr, dst: Reg) {
        self.fast_into(expr, false, dst);
    }

    fn fast_into(&mut self, expr: &Expr, negate: bool, dst: Reg) {
        let (mut inner, mut negate) = (expr, negate);
        while let ExprKind::Not(of) = &inner.kind {
            (inner, negate) = (of, !negate);
        }
        let mode = match &inner.kind {
            ExprKind::Or(_) if !negate => Mode::Or,
            ExprKind::And(_) if negate => Mode::Or,
            _ => Mode::And,
        };
        self.begin(mode, dst, inner);
        let (end, to) = self.code.label();
        self.fast_fold(inner, negate, mode, dst, to);
        self.code.bind(end);
    }

    /// Writes what no terms give.
    fn begin(&mut self, mode: Mode, acc: Reg, expr: &Expr) {
        let src = Src::Const(self.pool.truth(mode == Mode::And));
        let place = self.pool.place(expr.span);
        self.code.emit(Op::Move { dst: acc, src, place });
    }

    /// Folds a condition, or its negation, into an accumulator.
    fn fast_fold(&mut self, expr: &Expr, negate: bool, mode: Mode, acc: Reg, to: Target) -> Flow {
        stacker::maybe_grow(48 * 1024, 1024 * 1024, || {
            let mark = self.code.mark();
            let flow = self.fold_one(expr, negate, mode, acc, to);
            self.code.release(mark);
            flow
        })
    }

    fn fold_one(&mut self, expr: &Expr, negate: bool, mode: Mode, acc: Reg, to: Target) -> Flow {
        match &expr.kind {
            ExprKind::Not(of) => return self.fast_fold(of, !negate, mode, acc, to),
            ExprKind::And(terms) => return self.fold_chain(terms, if negate { Mode::Or } else { Mode::And }, negate, mode, expr, acc, to),
            ExprKind::Or(terms) => return self.fold_chain(terms, if negate { Mode::And } else { Mode::Or }, negate, mode, expr, acc, to),
            ExprKind::Const(Const::Bool(value)) => {
                let value = *value != negate;
                if value != (mode == Mode::Or) {
                    return Flow::Open;
                }
                let src = Src::Const(self.pool.truth(value));
                self.fold(mode, acc, src, to, expr.span);
                return Flow::Decided;
            }
            ExprKind::Compare(op, left, right) => return self.fold_comparison(expr, cmp_op(*op), left, right, negate, mode, acc, to),
            ExprKind::In(element, list) if constant(list).is_some() && constant(element).is_none() && is_simple(&element.ty) => {
                if let Some(b) = self.constant_set(list) {
                    let (a, place) = (self.operand(element), self.pool.place(element.span));
                    self.code.emit(Op::TestIn { acc, mode, negate, a, b, to, place });
                    return Flow::Open;
                }
            }
            ExprKind::Present(of) if constant(of).is_none() => {
                let (a, place) = (self.operand(of), self.pool.place(of.span));
                self.code.emit(Op::TestPresent { acc, mode, negate, a, to, place });
                return Flow::Open;
            }
            ExprKind::Bind(local, of) if constant(of).is_none() => {
                let (a, place) = (self.bind(*local, of), self.pool.place(of.span));
                self.code.emit(Op::TestPresent { acc, mode, negate, a, to, place });
                return Flow::Open;
            }
            _ => {}
        }
        let src = if negate { self.value(expr) } else { self.operand(expr) };
        let src = if negate { self.negation(src, expr) } else { src };
        self.fold(mode, acc, src, to, expr.span);
        Flow::Open
    }

    #[expect(clippy::too_many_arguments, reason = "what a chain is, and what it is folded into")]
    fn fold_chain(&mut self, terms: &[Expr], inner: Mode, negate: bool, mode: Mode, expr: &Expr, acc: Reg, to: Target) -> Flow {
        if inner == mode {
            for term in terms {
                if self.fast_fold(term, negate, mode, acc, to) == Flow::Decided {
                    return Flow::Decided;
                }
            }
            return Flow::Open;
        }
        let part = self.code.alloc();
        self.begin(inner, part, expr);
        let (end, inner_to) = self.code.label();
        for term in terms {
            if self.fast_fold(term, negate, inner, part, inner_to) == Flow::Decided {
                break;
            }
        }
        self.code.bind(end);
        self.fold(mode, acc, Src::Reg(part), to, expr.span);
        Flow::Open
    }

    #[expect(clippy::too_many_arguments, reason = "what a comparison is, and what it is folded into")]
    fn fold_comparison(&mut self, expr: &Expr, op: CmpOp, left: &Expr, right: &Expr, negate: bool, mode: Mode, acc: Reg, to: Target) -> Flow {
        let kind = cmp_kind(&left.ty);
        let op = if negate { negated(op) } else { op };
        let with_constant = match (constant(left), constant(right)) {
            (None, Some(value)) => Some((left, value, op)),
            (Some(value), None) => Some((right, value, swapped(op))),
            _ => None,
        };
        match with_constant {
            Some((other, Const::Bool(value), CmpOp::Eq | CmpOp::Ne)) if kind == CmpKind::Bool => {
                return self.fast_fold(other, *value != (op == CmpOp::Eq), mode, acc, to);
            }
            Some((other, value, op)) if kind == CmpKind::Num => {
                let b = self.pool.constant(&other.ty, value);
                let (a, place) = (self.operand(other), self.pool.place(other.span));
                self.code.emit(Op::TestNum { acc, mode, op, a, b, to, place });
                return Flow::Open;
            }
            Some((other, value, op @ (CmpOp::Eq | CmpOp::Ne))) if kind == CmpKind::Text => {
                let b = self.pool.constant(&other.ty, value);
                let (a, place) = (self.operand(other), self.pool.place(other.span));
                self.code.emit(Op::TestText { acc, mode, op, a, b, to, place });
                return Flow::Open;
            }
            _ => {}
        }
        let (a, b) = (self.value(left), self.value(right));
        let dst = self.code.alloc();
        let place = self.pool.place(expr.span);
        self.code.emit(Op::Cmp { dst, op, kind, a, b, place });
        self.fold(mode, acc, Src::Reg(dst), to, expr.span);
        Flow::Open
    }

    fn negation(&mut self, src: Src, expr: &Expr) -> Src {
        let dst = self.code.alloc();
        let place = self.pool.place(expr.span);
        self.code.emit(Op::Not { dst, src, place });
        Src::Reg(dst)
    }

    /// Returns the constant set of a constant list or set.
    fn constant_set(&mut self, list: &Expr) -> Option<ConstId> {
        let value = constant(list)?;
        let (Type::List(of), Const::List(members)) = (&list.ty, value) else {
            return matches!(list.ty, Type::Set(_)).then(|| self.pool.constant(&list.ty, value));
        };
        let mut sorted = members.to_vec();
        sorted.sort();
        sorted.dedup();
        Some(self.pool.constant(&Type::Set(Arc::clone(of)), &Const::List(sorted.into())))
    }
}

/// The comparison that is true where this one is false. Numbers are totally ordered.
const fn negated(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Eq => CmpOp::Ne,
        CmpOp::Ne => CmpOp::Eq,
        CmpOp::Lt => CmpOp::Ge,
        CmpOp::Le => CmpOp::Gt,
        CmpOp::Gt => CmpOp::Le,
        CmpOp::Ge => CmpOp::Lt,
    }
}

/// The comparison that says the same with its sides exchanged.
const fn swapped(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::Le => CmpOp::Ge,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::Ge => CmpOp::Le,
        same => same,
    }
}
