//! Which opcode an operation on numbers is: the operands' types say it.

use reach_evaluator::op::{ArithKind, LoopKind, UnaryKind};

use crate::ir::{Arith, Type, Unary};

/// The checker lets only these pairs of types through; what else would come here is treated as `int`, whose verifier refuses it.
pub(crate) fn binary(op: Arith, a: &Type, b: &Type) -> ArithKind {
    match (op, a, b) {
        (Arith::Add, Type::Decimal, _) => ArithKind::AddDecimal,
        (Arith::Add, Type::Duration, _) => ArithKind::AddDuration,
        (Arith::Add, Type::Time, _) => ArithKind::AddTime,
        (Arith::Add, Type::Date, _) => ArithKind::AddDate,
        (Arith::Add, ..) => ArithKind::AddInt,
        (Arith::Subtract, Type::Decimal, _) => ArithKind::SubDecimal,
        (Arith::Subtract, Type::Duration, _) => ArithKind::SubDuration,
        (Arith::Subtract, Type::Time, Type::Duration) => ArithKind::SubTimeDuration,
        (Arith::Subtract, Type::Time, _) => ArithKind::SubTime,
        (Arith::Subtract, Type::Date, Type::Duration) => ArithKind::SubDateDuration,
        (Arith::Subtract, Type::Date, _) => ArithKind::SubDate,
        (Arith::Subtract, ..) => ArithKind::SubInt,
        (Arith::Multiply, Type::Decimal, _) => ArithKind::MulDecimal,
        (Arith::Multiply, Type::Duration, _) => ArithKind::MulDuration,
        (Arith::Multiply, ..) => ArithKind::MulInt,
        (Arith::Min, ..) => ArithKind::Min,
        (Arith::Max, ..) => ArithKind::Max,
    }
}

pub(crate) const fn unary(op: Unary, ty: &Type) -> UnaryKind {
    match (op, ty) {
        (Unary::Negate, Type::Decimal) => UnaryKind::NegDecimal,
        (Unary::Negate, Type::Duration) => UnaryKind::NegDuration,
        (Unary::Negate, _) => UnaryKind::NegInt,
        (Unary::Abs, Type::Decimal) => UnaryKind::AbsDecimal,
        (Unary::Abs, Type::Duration) => UnaryKind::AbsDuration,
        (Unary::Abs, _) => UnaryKind::AbsInt,
    }
}

pub(super) const fn sum(ty: &Type) -> LoopKind {
    match ty {
        Type::Decimal => LoopKind::SumDecimal,
        Type::Duration => LoopKind::SumDuration,
        _ => LoopKind::SumInt,
    }
}
