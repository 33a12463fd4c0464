//! Folding conditions and sums.

use super::{Trap, none, truth};
use crate::arith;
use crate::op::{ArithKind, LoopKind, Mode};
use crate::value::{Place, Value};

/// Folds a condition into another, of three values: what decides wins, else the left one that has no value.
pub(super) fn fold(mode: Mode, sum: Value, condition: Value) -> Result<Value, Trap> {
    let decides = mode == Mode::Or;
    Ok(match (sum, condition) {
        (Value::Bool(a), _) if a == decides => sum,
        (_, Value::Bool(b)) if b == decides => condition,
        (Value::None(_), _) => sum,
        (Value::Bool(_), Value::None(_) | Value::Bool(_)) => condition,
        _ => return Err(Trap::Internal),
    })
}

/// Adds what a round of a loop gives.
pub(super) fn add(kind: LoopKind, sum: Value, body: Value, place: Place) -> Result<Value, Trap> {
    let (kind, body) = match (kind, body) {
        (LoopKind::All, body) => return fold(Mode::And, sum, body),
        (LoopKind::Any, body) => return fold(Mode::Or, sum, body),
        (_, Value::None(_)) => return Ok(if matches!(sum, Value::None(_)) { sum } else { body }),
        (LoopKind::Count, body) => (ArithKind::AddInt, Value::Num(i128::from(truth(body)?))),
        (LoopKind::SumInt, body) => (ArithKind::AddInt, body),
        (LoopKind::SumDecimal, body) => (ArithKind::AddDecimal, body),
        (LoopKind::SumDuration, body) => (ArithKind::AddDuration, body),
    };
    match (sum, body) {
        (Value::None(_), Value::Num(_)) => Ok(sum),
        (Value::Num(a), Value::Num(b)) => Ok(arith::binary(kind, a, b).map_or_else(|cause| none(cause, place), Value::Num)),
        _ => Err(Trap::Internal),
    }
}
