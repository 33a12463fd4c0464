//! Numbers as JSON writes them, read exactly.

/// Why a text is no number of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It isn't written like a JSON number.
    #[error("not a number")]
    Syntax,
    /// It is too large or too small.
    #[error("the number is out of range")]
    Overflow,
    /// It has more decimal places than its type.
    #[error("the number has too many decimal places")]
    Inexact,
}

/// Why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// The result doesn't fit.
    #[error("the result is out of range")]
    Overflow,
    /// The result has more decimal places than a decimal holds.
    #[error("the result has too many decimal places")]
    Inexact,
}

/// The largest power of ten that fits an `i128` has this exponent.
const MAX_POWER: i64 = 38;

/// So many digits fit a `u64` whatever they are.
const WORD_DIGITS: usize = 19;

/// The powers of ten that fit an `i128`.
#[expect(clippy::indexing_slicing, reason = "it is computed when this is compiled")]
const POWERS: [i128; 39] = {
    let (mut powers, mut at) = ([1; 39], 1);
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Reads a JSON number (RFC 8259, section 6) as `value * 10^scale`, exactly.
///
/// A number that is both too large and too fine is `Overflow`.
#[inline]
pub(crate) fn parse_scaled(text: &str, scale: u8) -> Result<i128, NumberError> {
    match parse_short(text, scale) {
        Some(value) => Ok(value),
        None => parse_any(text, scale),
    }
}

/// Reads a number as most are written: short, without an exponent, with no more decimal places than are asked for. None for all others, whether they
/// are numbers or not.
#[inline]
fn parse_short(text: &str, scale: u8) -> Option<i128> {
    let (negative, written) = match text.as_bytes() {
        [b'-', written @ ..] => (true, written),
        written => (false, written),
    };
    // With a point there is one digit less.
    if written.len() > WORD_DIGITS || matches!(written, [] | [b'0', b'0'..=b'9', ..] | [b'.', ..] | [.., b'.']) {
        return None;
    }
    let (mut magnitude, mut places) = (0u64, None);
    for (behind, byte) in (0..written.len()).rev().zip(written) {
        match byte {
            b'0'..=b'9' => magnitude = magnitude.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')),
            b'.' if places.is_none() => places = Some(behind),
            _ => return None,
        }
    }
    // A product of two words fits two.
    let power = u64::try_from(*POWERS.get(usize::from(scale).checked_sub(places.unwrap_or(0))?)?).ok()?;
    let value = i128::try_from(u128::from(magnitude) * u128::from(power)).ok()?;
    Some(if negative { -value } else { value })
}

/// Reads any number.
fn parse_any(text: &str, scale: u8) -> Result<i128, NumberError> {
    let parts = split(text).ok_or(NumberError::Syntax)?;
    let (negative, whole, fraction, exponent) = (parts.negative, parts.whole, parts.fraction, parts.exponent);
    let digits = || whole.bytes().chain(fraction.bytes());
    let count = whole.len() + fraction.len();
    let Some(leading) = digits().position(|d| d != b'0') else { return Ok(0) };
    let trailing = fraction.bytes().rev().chain(whole.bytes().rev()).take_while(|d| *d == b'0').count();
    // The power of ten of the scaled number's last digit before the trailing zeros, and of its first digit.
    let lowest = exponent.saturating_add(i64::from(scale)).saturating_sub(length(fraction.len()));
    let highest = lowest.saturating_add(length(count - leading - 1));
    let power = lowest.saturating_add(length(trailing));
    if highest > MAX_POWER {
        return Err(NumberError::Overflow);
    }
    if power < 0 {
        return Err(NumberError::Inexact);
    }
    // At most 39 digits are left: they reach from `power >= 0` to `highest <= 38`.
    let significant = count - leading - trailing;
    let digits = digits().skip(leading).take(significant);
    if significant <= WORD_DIGITS {
        let magnitude = i128::from(digits.fold(0u64, |n, digit| n.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))));
        let scale = usize::try_from(power).ok().and_then(|power| POWERS.get(power)).ok_or(NumberError::Overflow)?;
        return (if negative { -magnitude } else { magnitude }).checked_mul(*scale).ok_or(NumberError::Overflow);
    }
    let mut value: i128 = 0;
    for digit in digits {
        value = push_digit(value, i128::from(digit - b'0'), negative).ok_or(NumberError::Overflow)?;
    }
    for _ in 0..power {
        value = push_digit(value, 0, negative).ok_or(NumberError::Overflow)?;
    }
    Ok(value)
}

/// Appends a digit to a magnitude that is kept with its sign, so that the smallest `i128` can be read.
fn push_digit(value: i128, digit: i128, negative: bool) -> Option<i128> {
    let shifted = value.checked_mul(10)?;
    if negative { shifted.checked_sub(digit) } else { shifted.checked_add(digit) }
}

fn length(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

/// Splits a number by JSON's grammar. An exponent that doesn't fit is the nearest that does.
fn split(text: &str) -> Option<Parts<'_>> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, rest) = take_digits(rest)?;
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => take_digits(rest)?,
        None => ("", rest),
    };
    let exponent = match rest.strip_prefix(['e', 'E']) {
        Some(rest) => {
            let (sign, rest) = match rest.strip_prefix('-') {
                Some(rest) => (-1, rest),
                None => (1, rest.strip_prefix('+').unwrap_or(rest)),
            };
            let (digits, rest) = take_digits(rest)?;
            if !rest.is_empty() {
                return None;
            }
            digits.bytes().fold(0i64, |n, d| n.saturating_mul(10).saturating_add(i64::from(d - b'0'))).min(i64::MAX / 4) * sign
        }
        None if rest.is_empty() => 0,
        None => return None,
    };
    Some(Parts { negative, whole, fraction, exponent })
}

/// Takes one or more digits from the front.
fn take_digits(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    if end == 0 { None } else { text.split_at_checked(end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_short_is_read_at_once() {
        for (text, value) in
            [("0", 0), ("-0", 0), ("-7", -7_000), ("249.95", 249_950), ("0.001", 1), ("1.50", 1_500), ("9999999999999999999", 9_999_999_999_999_999_999_000)]
        {
            assert_eq!((parse_short(text, 3), parse_any(text, 3)), (Some(value), Ok(value)), "{text}");
        }
        for text in ["", "-", "01", "-01", ".5", "5.", "1.2.3", "1e2", "+1", "1 ", "0.0001", "0.0010", "10000000000000000000", "0.000000000000000000"] {
            assert_eq!(parse_short(text, 3), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_at_once_is_what_is_read_by_the_grammar(
            text in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?|[-+.0-9e]{0,8}|-?[0-9]{17,20}|-?[0-9]{0,3}\\.[0-9]{15,19}",
            scale in prop_oneof![Just(0u8), Just(18), 0u8..=38]
        ) {
            if let Some(value) = parse_short(&text, scale) {
                prop_assert_eq!(parse_any(&text, scale), Ok(value));
            }
        }
    }
}
