//! `decimal`: exact fixed point, an `i128` times 10^-18.

use crate::{ArithmeticError, NumberError};

/// The number of decimal places.
pub const SCALE: u8 = 18;

/// The decimal 1.
pub const ONE: i128 = 1_000_000_000_000_000_000;

/// Reads a JSON number exactly.
///
/// # Errors
/// `Inexact` when it has more than 18 decimal places, `Overflow` beyond the range, `Syntax` for what is no JSON number.
#[inline]
pub fn parse(text: &str) -> Result<i128, NumberError> {
    crate::number::parse_scaled(text, SCALE)
}

/// Returns the decimal of an `int`.
#[must_use]
pub const fn from_int(n: i64) -> i128 {
    n as i128 * ONE
}

/// Writes a decimal as short as it can be: `500`, `98.7`, `-0.05`.
#[must_use]
pub fn format(value: i128) -> String {
    let magnitude = value.unsigned_abs();
    let one = ONE.unsigned_abs();
    let (whole, fraction) = (magnitude / one, magnitude % one);
    let sign = if value < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{fraction:018}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// Adds.
///
/// # Errors
/// `Overflow`.
pub fn checked_add(a: i128, b: i128) -> Result<i128, ArithmeticError> {
    a.checked_add(b).ok_or(ArithmeticError::Overflow)
}

/// Subtracts.
///
/// # Errors
/// `Overflow`.
pub fn checked_sub(a: i128, b: i128) -> Result<i128, ArithmeticError> {
    a.checked_sub(b).ok_or(ArithmeticError::Overflow)
}

/// Multiplies exactly, through 256 bits.
///
/// # Errors
/// `Overflow` when the product is out of range (also when it would be inexact too), `Inexact` when it needs more than 18 places.
pub fn checked_mul(a: i128, b: i128) -> Result<i128, ArithmeticError> {
    let product = wide_mul(a.unsigned_abs(), b.unsigned_abs());
    let (quotient, remainder) = divide(product, ONE.unsigned_abs());
    let [q0, q1, 0, 0] = quotient else { return Err(ArithmeticError::Overflow) };
    let magnitude = u128::from(q0) | u128::from(q1) << 64;
    let value = if (a < 0) == (b < 0) { i128::try_from(magnitude).ok() } else { 0i128.checked_sub_unsigned(magnitude) };
    match value {
        None => Err(ArithmeticError::Overflow),
        Some(_) if remainder != 0 => Err(ArithmeticError::Inexact),
        Some(value) => Ok(value),
    }
}

/// Multiplies two 128-bit numbers into four limbs of 64 bits, the lowest first.
fn wide_mul(a: u128, b: u128) -> [u64; 4] {
    let (a0, a1, b0, b1) = (low(a), high(a), low(b), high(b));
    let (p00, p01, p10, p11) = (mul(a0, b0), mul(a0, b1), mul(a1, b0), mul(a1, b1));
    // Each sum below has at most three terms under 2^64 plus a carry under 2^64: it fits 128 bits.
    let column1 = u128::from(high(p00)) + u128::from(low(p01)) + u128::from(low(p10));
    let column2 = u128::from(high(p01)) + u128::from(high(p10)) + u128::from(low(p11)) + u128::from(high(column1));
    let column3 = u128::from(high(p11)) + u128::from(high(column2));
    [low(p00), low(column1), low(column2), low(column3)]
}

/// Divides four limbs by a divisor below 2^64; returns the quotient and the remainder.
fn divide([n0, n1, n2, n3]: [u64; 4], divisor: u128) -> ([u64; 4], u128) {
    let step = |remainder: u128, limb: u64| {
        let part = remainder << 64 | u128::from(limb);
        (low(part / divisor), part % divisor)
    };
    let (q3, r) = step(0, n3);
    let (q2, r) = step(r, n2);
    let (q1, r) = step(r, n1);
    let (q0, r) = step(r, n0);
    ([q0, q1, q2, q3], r)
}

fn mul(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
const fn low(n: u128) -> u64 {
    n as u64
}

const fn high(n: u128) -> u64 {
    low(n >> 64)
}

#[cfg(test)]
mod tests {
    use super::{ONE, checked_add, checked_mul, checked_sub, format, parse};
    use crate::{ArithmeticError, NumberError};
    use proptest::prelude::*;

    #[test]
    fn decimals_are_read_exactly_and_written_short() {
        for (text, short) in [
            ("500.00", "500"),
            ("98.70", "98.7"),
            ("-0.05", "-0.05"),
            ("0.000000000000000001", "0.000000000000000001"),
            ("1e-18", "0.000000000000000001"),
            ("1.5e3", "1500"),
            ("-0", "0"),
            ("170141183460469231731.687303715884105727", "170141183460469231731.687303715884105727"),
            ("-170141183460469231731.687303715884105728", "-170141183460469231731.687303715884105728"),
        ] {
            assert_eq!(format(parse(text).unwrap()), short, "{text}");
        }
    }

    #[test]
    fn the_limits_hold_at_n_and_n_plus_one() {
        assert_eq!(parse("170141183460469231731.687303715884105727"), Ok(i128::MAX));
        assert_eq!(parse("170141183460469231731.687303715884105728"), Err(NumberError::Overflow));
        assert_eq!(parse("-170141183460469231731.687303715884105728"), Ok(i128::MIN));
        assert_eq!(parse("-170141183460469231731.687303715884105729"), Err(NumberError::Overflow));
        assert_eq!(parse("0.0000000000000000001"), Err(NumberError::Inexact));
        assert_eq!(parse("0.0000000000000000010"), Ok(1));
        assert_eq!(parse("1e21"), Err(NumberError::Overflow));
    }

    #[test]
    fn arithmetic_says_what_went_wrong() {
        assert_eq!(checked_mul(parse("0.1").unwrap(), parse("0.1").unwrap()), parse("0.01").map_err(|_| ArithmeticError::Inexact));
        assert_eq!(checked_mul(1, 1), Err(ArithmeticError::Inexact));
        assert_eq!(checked_mul(1, ONE / 10), Err(ArithmeticError::Inexact));
        assert_eq!(checked_mul(i128::MAX, 2 * ONE), Err(ArithmeticError::Overflow));
        assert_eq!(checked_mul(i128::MIN, -ONE), Err(ArithmeticError::Overflow));
        assert_eq!(checked_mul(i128::MIN, ONE), Ok(i128::MIN));
        assert_eq!(checked_add(i128::MAX, 1), Err(ArithmeticError::Overflow));
        assert_eq!(checked_sub(i128::MIN, 1), Err(ArithmeticError::Overflow));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(n: i128) {
            prop_assert_eq!(parse(&format(n)), Ok(n));
        }

        #[test]
        fn one_is_neutral_and_order_does_not_matter(a: i128, b: i128) {
            prop_assert_eq!(checked_mul(a, ONE), Ok(a));
            prop_assert_eq!(checked_mul(a, b), checked_mul(b, a));
        }

        #[test]
        fn small_products_agree_with_128_bits(a in -10_000_000_000_000_000_000i128..10_000_000_000_000_000_000, b in -10_000_000_000_000_000_000i128..10_000_000_000_000_000_000) {
            let exact = a * b;
            let expected = if exact % ONE == 0 { Ok(exact / ONE) } else { Err(ArithmeticError::Inexact) };
            prop_assert_eq!(checked_mul(a, b), expected);
        }

        #[test]
        fn multiplying_by_a_whole_number_is_adding_it_up(a: i128, n in 0i64..50) {
            let mut sum = Ok(0);
            for _ in 0..n {
                sum = sum.and_then(|s| checked_add(s, a));
            }
            prop_assert_eq!(checked_mul(a, super::from_int(n)), sum);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.eE]{0,60}") {
            let _ = parse(&text);
        }
    }
}
