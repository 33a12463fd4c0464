//! `int`: 64 bits.

use crate::NumberError;

/// Reads a JSON number as an `int`; `100.0` and `1e2` are valid ones.
///
/// # Errors
/// `Inexact` for a fraction, `Overflow` beyond 64 bits, `Syntax` for what is no JSON number.
pub fn parse(text: &str) -> Result<i64, NumberError> {
    let value = crate::number::parse_scaled(text, 0)?;
    i64::try_from(value).map_err(|_| NumberError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::NumberError::{Inexact, Overflow, Syntax};
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_in_any_json_spelling_are_ints() {
        for (text, value) in [("0", 0), ("-0", 0), ("0.0", 0), ("100.0", 100), ("1e2", 100), ("1E+2", 100), ("12.50e1", 125), ("1000e-3", 1)] {
            assert_eq!(parse(text), Ok(value), "{text}");
        }
        assert_eq!(parse("9223372036854775807"), Ok(i64::MAX));
        assert_eq!(parse("-9223372036854775808"), Ok(i64::MIN));
    }

    #[test]
    fn what_is_no_int_says_why() {
        for (text, error) in [
            ("9223372036854775808", Overflow),
            ("-9223372036854775809", Overflow),
            ("1e19", Overflow),
            ("1e999999999999999999999999", Overflow),
            ("0.5", Inexact),
            ("1e-1", Inexact),
            ("1e-99999999999999999999999", Inexact),
            ("", Syntax),
            ("-", Syntax),
            ("01", Syntax),
            ("+1", Syntax),
            ("1.", Syntax),
            (".5", Syntax),
            ("1e", Syntax),
            ("1e5x", Syntax),
            ("0x10", Syntax),
            (" 1", Syntax),
            ("1_000", Syntax),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn zero_with_a_huge_exponent_is_zero() {
        assert_eq!(parse("0e99999999999999999999"), Ok(0));
        assert_eq!(parse("-0.000e-99999999999999999999"), Ok(0));
    }

    proptest! {
        #[test]
        fn every_int_reads_back(n: i64) {
            prop_assert_eq!(parse(&n.to_string()), Ok(n));
            prop_assert_eq!(parse(&format!("{n}.000")), Ok(n));
        }

        #[test]
        fn an_exponent_only_moves_the_point(n in -1_000_000i64..1_000_000, zeros in 0usize..12) {
            prop_assert_eq!(parse(&format!("{n}{}e-{zeros}", "0".repeat(zeros))), if n == 0 && zeros > 0 { Err(Syntax) } else { Ok(n) });
        }
    }
}
