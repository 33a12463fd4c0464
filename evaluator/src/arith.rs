//! Arithmetic on the numbers of [`crate::value::Value::Num`]; the compiler folds constants with it.

use crate::op::{ArithKind, UnaryKind};
use crate::value::Cause;
use reach_values::time::{DAY_NS, is_date, is_duration, is_time};
use reach_values::{ArithmeticError, decimal};

/// Computes with two numbers. For times and dates with a duration, the duration is `b` (for `AddTime`, either).
///
/// # Errors
/// Why there is no result: `Overflow`, `Inexact` or `PartialDay`.
pub fn binary(kind: ArithKind, a: i128, b: i128) -> Result<i128, Cause> {
    let sum = || a.checked_add(b);
    let difference = || a.checked_sub(b);
    let product = || a.checked_mul(b);
    match kind {
        ArithKind::AddInt => check(sum(), is_int),
        ArithKind::SubInt => check(difference(), is_int),
        ArithKind::MulInt => check(product(), is_int),
        ArithKind::AddDecimal => decimal::checked_add(a, b).map_err(cause),
        ArithKind::SubDecimal => decimal::checked_sub(a, b).map_err(cause),
        ArithKind::MulDecimal => decimal::checked_mul(a, b).map_err(cause),
        ArithKind::AddDuration => check(sum(), is_duration),
        ArithKind::SubDuration | ArithKind::SubTime => check(difference(), is_duration),
        ArithKind::MulDuration => check(product(), is_duration),
        ArithKind::AddTime => check(sum(), is_time),
        ArithKind::SubTimeDuration => check(difference(), is_time),
        ArithKind::AddDate => check(a.checked_add(days(b)?), is_date),
        ArithKind::SubDateDuration => check(a.checked_sub(days(b)?), is_date),
        ArithKind::SubDate => check(difference().and_then(|days| days.checked_mul(DAY_NS)), is_duration),
        ArithKind::Min => Ok(a.min(b)),
        ArithKind::Max => Ok(a.max(b)),
    }
}

/// Computes with one number.
///
/// # Errors
/// Why there is no result: `Overflow`.
pub fn unary(kind: UnaryKind, a: i128) -> Result<i128, Cause> {
    match kind {
        UnaryKind::NegInt => check(a.checked_neg(), is_int),
        UnaryKind::AbsInt => check(a.checked_abs(), is_int),
        UnaryKind::NegDecimal => check(a.checked_neg(), |_| true),
        UnaryKind::AbsDecimal => check(a.checked_abs(), |_| true),
        UnaryKind::NegDuration => check(a.checked_neg(), is_duration),
        UnaryKind::AbsDuration => check(a.checked_abs(), is_duration),
    }
}

/// Returns whether a number is an `int`.
#[must_use]
pub fn is_int(n: i128) -> bool {
    i64::try_from(n).is_ok()
}

fn check(result: Option<i128>, fits: impl Fn(i128) -> bool) -> Result<i128, Cause> {
    result.filter(|n| fits(*n)).ok_or(Cause::Overflow)
}

const fn cause(error: ArithmeticError) -> Cause {
    match error {
        ArithmeticError::Overflow => Cause::Overflow,
        ArithmeticError::Inexact => Cause::Inexact,
    }
}

/// Returns the whole days of a duration.
const fn days(duration: i128) -> Result<i128, Cause> {
    if duration % DAY_NS == 0 { Ok(duration / DAY_NS) } else { Err(Cause::PartialDay) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reach_values::time::{MAX_DATE, MAX_TIME, MIN_DATE, MIN_TIME};

    #[test]
    fn every_kind_computes_and_overflows() {
        use ArithKind as K;
        let (int, one) = (i128::from(i64::MAX), decimal::ONE);
        for (kind, a, b, expected) in [
            (K::AddInt, 2, 3, Ok(5)),
            (K::AddInt, int, 1, Err(Cause::Overflow)),
            (K::SubInt, 2, 3, Ok(-1)),
            (K::SubInt, -int, 2, Err(Cause::Overflow)),
            (K::MulInt, 4, 3, Ok(12)),
            (K::MulInt, int, 2, Err(Cause::Overflow)),
            (K::AddDecimal, one, one, Ok(2 * one)),
            (K::AddDecimal, i128::MAX, 1, Err(Cause::Overflow)),
            (K::SubDecimal, one, one, Ok(0)),
            (K::SubDecimal, i128::MIN, 1, Err(Cause::Overflow)),
            (K::MulDecimal, one / 2, one / 2, Ok(one / 4)),
            (K::MulDecimal, 1, 1, Err(Cause::Inexact)),
            (K::MulDecimal, i128::MAX, 2 * one, Err(Cause::Overflow)),
            (K::AddDuration, 1, 2, Ok(3)),
            (K::AddDuration, int, 1, Err(Cause::Overflow)),
            (K::SubDuration, 1, 2, Ok(-1)),
            (K::SubDuration, -int, 2, Err(Cause::Overflow)),
            (K::MulDuration, 3, 2, Ok(6)),
            (K::MulDuration, int, 2, Err(Cause::Overflow)),
            (K::AddTime, 5, 2, Ok(7)),
            (K::AddTime, MAX_TIME, 1, Err(Cause::Overflow)),
            (K::SubTimeDuration, 5, 2, Ok(3)),
            (K::SubTimeDuration, MIN_TIME, 1, Err(Cause::Overflow)),
            (K::SubTime, 5, 2, Ok(3)),
            (K::SubTime, MAX_TIME, MIN_TIME, Err(Cause::Overflow)),
            (K::AddDate, 5, 2 * DAY_NS, Ok(7)),
            (K::AddDate, MAX_DATE, DAY_NS, Err(Cause::Overflow)),
            (K::AddDate, 5, DAY_NS + 1, Err(Cause::PartialDay)),
            (K::SubDateDuration, 5, 2 * DAY_NS, Ok(3)),
            (K::SubDateDuration, MIN_DATE, DAY_NS, Err(Cause::Overflow)),
            (K::SubDateDuration, 5, 1, Err(Cause::PartialDay)),
            (K::SubDate, 5, 2, Ok(3 * DAY_NS)),
            (K::SubDate, MAX_DATE, MIN_DATE, Err(Cause::Overflow)),
            (K::Min, 5, 2, Ok(2)),
            (K::Max, 5, 2, Ok(5)),
        ] {
            assert_eq!(binary(kind, a, b), expected, "{kind:?} {a} {b}");
        }
        for kind in K::ALL {
            let _ = (binary(kind, i128::MAX, i128::MIN), binary(kind, i128::MIN, i128::MAX), binary(kind, i128::MIN, i128::MIN));
        }
    }

    #[test]
    fn one_number_is_negated_or_made_positive() {
        use UnaryKind as K;
        let int = i128::from(i64::MIN);
        for (kind, a, expected) in [
            (K::NegInt, 5, Ok(-5)),
            (K::NegInt, int, Err(Cause::Overflow)),
            (K::AbsInt, -5, Ok(5)),
            (K::AbsInt, int, Err(Cause::Overflow)),
            (K::NegDecimal, 5, Ok(-5)),
            (K::NegDecimal, i128::MIN, Err(Cause::Overflow)),
            (K::AbsDecimal, -5, Ok(5)),
            (K::AbsDecimal, i128::MIN, Err(Cause::Overflow)),
            (K::NegDuration, 5, Ok(-5)),
            (K::NegDuration, int, Err(Cause::Overflow)),
            (K::AbsDuration, -5, Ok(5)),
            (K::AbsDuration, int, Err(Cause::Overflow)),
        ] {
            assert_eq!(unary(kind, a), expected, "{kind:?} {a}");
        }
    }
}
