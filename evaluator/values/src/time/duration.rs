//! Durations, in nanoseconds.

use super::{TimeError, is_duration};

/// The units, the largest first, in nanoseconds.
const UNITS: [(&str, i128); 7] =
    [("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];

/// Reads `1h30m`, `90s`, `7d`, `500ms` or `-5m`: whole numbers with units, each unit once, the largest first.
///
/// # Errors
/// `Syntax`, or `Range` beyond 64 bits of nanoseconds.
pub fn parse_duration(text: &str) -> Result<i128, TimeError> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut units = UNITS.iter();
    let mut total: i128 = 0;
    if rest.is_empty() {
        return Err(TimeError::Syntax);
    }
    while !rest.is_empty() {
        let (digits, behind) = split_where(rest, |b| !b.is_ascii_digit())?;
        let (word, behind) = split_where(behind, |b| b.is_ascii_digit())?;
        // The search goes on behind the last unit found, so that units descend.
        let (_, unit) = units.find(|(name, _)| *name == word).ok_or(TimeError::Syntax)?;
        let count = digits.bytes().fold(0i128, |n, d| n.saturating_mul(10).saturating_add(i128::from(d - b'0')));
        total = total.saturating_add(count.saturating_mul(*unit));
        rest = behind;
    }
    let total = if negative { -total } else { total };
    if is_duration(total) { Ok(total) } else { Err(TimeError::Range) }
}

/// Splits before the first byte that meets a condition; the front is never empty.
fn split_where(text: &str, condition: impl Fn(u8) -> bool) -> Result<(&str, &str), TimeError> {
    let end = text.bytes().position(condition).unwrap_or(text.len());
    if end == 0 { Err(TimeError::Syntax) } else { text.split_at_checked(end).ok_or(TimeError::Syntax) }
}

/// Writes a duration as [`parse_duration`] reads it: `1h30m`; none is `0s`.
#[must_use]
pub fn format_duration(ns: i128) -> String {
    if ns == 0 {
        return "0s".to_owned();
    }
    let mut out = String::from(if ns < 0 { "-" } else { "" });
    let mut rest = ns.unsigned_abs();
    for (name, unit) in UNITS {
        let unit = unit.unsigned_abs();
        if rest >= unit {
            out.push_str(&format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_read_as_people_write_them() {
        for (text, ns) in [
            ("90s", 90_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("7d", 604_800_000_000_000),
            ("500ms", 500_000_000),
            ("1s5ms", 1_005_000_000),
            ("0s", 0),
            ("-5m", -300_000_000_000),
            ("3us", 3_000),
            ("1ns", 1),
        ] {
            assert_eq!(parse_duration(text), Ok(ns), "{text}");
        }
        assert_eq!(format_duration(90_000_000_000), "1m30s");
        assert_eq!(format_duration(0), "0s");
        assert_eq!(format_duration(-1_500_000_001), "-1s500ms1ns");
    }

    #[test]
    fn each_unit_stands_once_and_the_largest_first() {
        for text in ["", "-", "h", "1", "1h1h", "30m1h", "1ms1s", "1.5h", "1 h", "1H", "1w", "--1h", "1h-1m", "1ｓ"] {
            assert_eq!(parse_duration(text), Err(TimeError::Syntax), "{text}");
        }
    }

    #[test]
    fn the_range_is_64_bits_of_nanoseconds() {
        assert_eq!(parse_duration("9223372036854775807ns"), Ok(i64::MAX.into()));
        assert_eq!(parse_duration("9223372036854775808ns"), Err(TimeError::Range));
        assert_eq!(parse_duration("-9223372036854775808ns"), Ok(i64::MIN.into()));
        assert_eq!(parse_duration("106752d"), Err(TimeError::Range));
        assert_eq!(parse_duration(&format!("{}d", "9".repeat(300))), Err(TimeError::Range));
    }

    proptest! {
        #[test]
        fn a_duration_reads_back(ns: i64) {
            prop_assert_eq!(parse_duration(&format_duration(ns.into())), Ok(ns.into()));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "-?([0-9]{1,4}[a-z]{0,2}){0,4}") {
            let _ = parse_duration(&text);
        }
    }
}
