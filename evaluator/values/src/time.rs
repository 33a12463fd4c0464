//! `time`, `date` and `duration`.
//!
//! A time is in nanoseconds since 1970-01-01T00:00:00Z, a date in days since 1970-01-01, both in the years 0000 to 9999
//! of the proleptic Gregorian calendar (RFC 3339). The calendar is computed here, because the range of jiff's timestamps
//! ends a day earlier; the tests compare it with jiff's.

mod duration;

pub use duration::{format_duration, parse_duration};

/// Why a text is no time, date or duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// It isn't written like one.
    #[error("not written like one")]
    Syntax,
    /// It is one, beyond the range of its type.
    #[error("out of range")]
    Range,
}

/// Nanoseconds of a second.
pub const SECOND_NS: i128 = 1_000_000_000;
/// Nanoseconds of a day.
pub const DAY_NS: i128 = 86_400 * SECOND_NS;
/// The first date, 0000-01-01, in days.
pub const MIN_DATE: i128 = -719_528;
/// The last date, 9999-12-31, in days.
pub const MAX_DATE: i128 = 2_932_896;
/// The first time, in nanoseconds.
pub const MIN_TIME: i128 = MIN_DATE * DAY_NS;
/// The last time, in nanoseconds.
pub const MAX_TIME: i128 = (MAX_DATE + 1) * DAY_NS - 1;

/// Returns whether a number of nanoseconds is a time.
#[must_use]
pub const fn is_time(ns: i128) -> bool {
    MIN_TIME <= ns && ns <= MAX_TIME
}

/// Returns whether a number of days is a date.
#[must_use]
pub const fn is_date(days: i128) -> bool {
    MIN_DATE <= days && days <= MAX_DATE
}

/// Returns whether a number of nanoseconds is a duration.
#[must_use]
pub const fn is_duration(ns: i128) -> bool {
    i64::MIN as i128 <= ns && ns <= i64::MAX as i128
}

/// Reads an RFC 3339 time with `Z` or an offset, to nanoseconds. A leap second counts as the second after it.
///
/// # Errors
/// `Syntax`, or `Range` for a day or an hour that isn't, or a time outside the years 0000 to 9999.
pub fn parse_time(text: &str) -> Result<i128, TimeError> {
    let (date, rest) = text.as_bytes().split_at_checked(10).ok_or(TimeError::Syntax)?;
    let days = days(date)?;
    let [b'T' | b't', h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = rest else { return Err(TimeError::Syntax) };
    let (hour, minute, second) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?);
    let (fraction, rest) = parse_fraction(rest)?;
    let offset = parse_offset(rest)?;
    if hour > 23 || minute > 59 || second > 60 {
        return Err(TimeError::Range);
    }
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    // RFC 3339, section 5.7: a leap second can stand only at the end of a day in UTC.
    if second == 60 && seconds.rem_euclid(86_400) != 0 {
        return Err(TimeError::Range);
    }
    let time = i128::from(seconds) * SECOND_NS + i128::from(fraction);
    if is_time(time) { Ok(time) } else { Err(TimeError::Range) }
}

/// Reads `.123`, if it stands there, as nanoseconds.
fn parse_fraction(text: &[u8]) -> Result<(i64, &[u8]), TimeError> {
    let Some(rest) = text.strip_prefix(b".") else { return Ok((0, text)) };
    let end = rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at_checked(end).ok_or(TimeError::Syntax)?;
    let (kept, beyond) = digits.split_at_checked(9).unwrap_or((digits, &[]));
    if digits.is_empty() {
        return Err(TimeError::Syntax);
    }
    if beyond.iter().any(|b| *b != b'0') {
        return Err(TimeError::Range);
    }
    let value = kept.iter().chain(std::iter::repeat(&b'0')).take(9).fold(0, |n, d| n * 10 + i64::from(d - b'0'));
    Ok((value, rest))
}

/// Reads `Z` or `+02:00`, as seconds.
fn parse_offset(text: &[u8]) -> Result<i64, TimeError> {
    match *text {
        [b'Z' | b'z'] => Ok(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hour, minute) = (number(&[h1, h2])?, number(&[m1, m2])?);
            if hour > 23 || minute > 59 {
                return Err(TimeError::Range);
            }
            let seconds = hour * 3_600 + minute * 60;
            Ok(if sign == b'-' { -seconds } else { seconds })
        }
        _ => Err(TimeError::Syntax),
    }
}

fn number(digits: &[u8]) -> Result<i64, TimeError> {
    digits.iter().try_fold(0, |n, d| if d.is_ascii_digit() { Ok(n * 10 + i64::from(d - b'0')) } else { Err(TimeError::Syntax) })
}

/// Writes a time in UTC with `Z` and the shortest fraction of a second.
///
/// A number outside the range of times is written as its nearest time.
#[must_use]
pub fn format_time(ns: i128) -> String {
    let ns = ns.clamp(MIN_TIME, MAX_TIME);
    let (days, rest) = (ns.div_euclid(DAY_NS), ns.rem_euclid(DAY_NS));
    let (second, fraction) = (rest / SECOND_NS, rest % SECOND_NS);
    let clock = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    let date = format_date(days);
    if fraction == 0 {
        return format!("{date}T{clock}Z");
    }
    let digits = format!("{fraction:09}");
    format!("{date}T{clock}.{}Z", digits.trim_end_matches('0'))
}

/// Reads `2026-01-31` as days since 1970-01-01.
///
/// # Errors
/// `Syntax`, or `Range` for a day that isn't in the calendar.
#[inline]
pub fn parse_date(text: &str) -> Result<i128, TimeError> {
    days(text.as_bytes()).map(i128::from)
}

/// As [`parse_date`]. The calendar of these years needs no wide numbers, and dividing those is slow.
fn days(text: &[u8]) -> Result<i64, TimeError> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return Err(TimeError::Syntax) };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    if !(1..=12).contains(&month) || day < 1 || day > days_of_month(year, month) {
        return Err(TimeError::Range);
    }
    Ok(days_of_date(year, month, day))
}

/// Writes a date as `2026-01-31`.
///
/// A number outside the range of dates is written as its nearest date.
#[must_use]
pub fn format_date(days: i128) -> String {
    let (year, month, day) = date_of_days(days.clamp(MIN_DATE, MAX_DATE));
    format!("{year:04}-{month:02}-{day:02}")
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts days in years that begin in March, so that the leap day is the last
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_of_date(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub(crate) fn date_of_days(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_instants_whatever_their_offset() {
        let utc = parse_time("2026-11-22T09:00:00Z").unwrap();
        assert_eq!(parse_time("2026-11-22T10:00:00+01:00"), Ok(utc));
        assert_eq!(parse_time("2026-11-22t04:30:00.000000000000-04:30"), Ok(utc));
        assert_eq!(utc, 1_795_338_000 * SECOND_NS);
        assert_eq!(format_time(utc + 1_500_000), "2026-11-22T09:00:00.0015Z");
        assert_eq!(format_time(-1), "1969-12-31T23:59:59.999999999Z");
    }

    #[test]
    fn the_range_is_the_years_0000_to_9999() {
        assert_eq!(parse_time("0000-01-01T00:00:00Z"), Ok(MIN_TIME));
        assert_eq!(parse_time("0000-01-01T00:00:00+00:01"), Err(TimeError::Range));
        assert_eq!(parse_time("9999-12-31T23:59:59.999999999Z"), Ok(MAX_TIME));
        assert_eq!(parse_time("9999-12-31T23:59:59-00:01"), Err(TimeError::Range));
        assert_eq!((format_date(MIN_DATE), format_date(MAX_DATE)), ("0000-01-01".into(), "9999-12-31".into()));
        assert!(is_date(MAX_DATE) && !is_date(MAX_DATE + 1) && is_date(MIN_DATE) && !is_date(MIN_DATE - 1));
        assert!(is_duration(i64::MAX.into()) && !is_duration(i128::from(i64::MAX) + 1));
        assert_eq!(format_time(i128::MAX), format_time(MAX_TIME));
    }

    #[test]
    fn a_leap_second_is_the_second_after_it() {
        assert_eq!(parse_time("2016-12-31T23:59:60Z"), parse_time("2017-01-01T00:00:00Z"));
        assert_eq!(parse_time("2016-12-31T23:58:60Z"), Err(TimeError::Range));
    }

    #[test]
    fn what_is_no_time_or_date_is_refused() {
        for text in [
            "",
            "2026",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+01",
            "2026-01-01T00:00:00Z ",
            "+026-01-01T00:00:00Z",
            "２026-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_time(text), Err(TimeError::Syntax), "{text}");
        }
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:00.0000000001Z",
            "2026-01-01T00:00:00+24:00",
        ] {
            assert_eq!(parse_time(text), Err(TimeError::Range), "{text}");
        }
        assert_eq!(parse_date("1900-02-29"), Err(TimeError::Range));
        assert!(parse_date("2000-02-29").is_ok());
        assert_eq!(parse_date("2026-1-1"), Err(TimeError::Syntax));
        assert_eq!(parse_date("2026-00-10"), Err(TimeError::Range));
        assert_eq!(parse_date("2026-01-00"), Err(TimeError::Range));
    }

    #[test]
    fn the_calendar_is_that_of_jiff() {
        let epoch = jiff::civil::date(1970, 1, 1);
        for days in (MIN_DATE..=MAX_DATE).step_by(13).chain([MIN_DATE, MAX_DATE]) {
            let span = jiff::Span::new().days(i64::try_from(days).unwrap());
            let date = epoch.checked_add(span).unwrap().to_string();
            assert_eq!(format_date(days), date);
            assert_eq!(parse_date(&date), Ok(days));
        }
    }

    proptest! {
        #[test]
        fn a_time_reads_back(ns in MIN_TIME..=MAX_TIME) {
            prop_assert_eq!(parse_time(&format_time(ns)), Ok(ns));
        }

        #[test]
        fn jiff_reads_the_same_instant(ns in -377_705_023_201_000_000_000i128..253_402_207_200_000_000_000i128) {
            prop_assume!(is_time(ns));
            let stamp: jiff::Timestamp = format_time(ns).parse().unwrap();
            prop_assert_eq!(stamp.as_nanosecond(), ns);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}", near in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.0-9Z+-]{0,8}") {
            for text in [text, near] {
                if let Ok(time) = parse_time(&text) {
                    prop_assert!(is_time(time));
                }
                let _ = parse_date(&text);
            }
        }
    }
}
