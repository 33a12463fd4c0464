//! Points in time.

use std::fmt;
use std::str::FromStr;

/// A second of UTC from 1970 to 9999. As text it is `2026-07-01T09:00:00Z` (RFC 3339).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// A text is no point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a point in time is `2026-07-01T09:00:00Z`, or a date, from 1970 to 9999")]
pub struct TimeError;

impl Timestamp {
    /// Returns the second that comes so many after the beginning of 1970; nothing behind the year 9999.
    #[must_use]
    pub fn from_secs(secs: u64) -> Option<Self> {
        jiff::Timestamp::from_second(i64::try_from(secs).ok()?).ok().map(|_| Self(secs))
    }

    /// Returns how many seconds lie between the beginning of 1970 and it.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// Reads what people write: a date, whose first second in UTC it is, or a date and a time with its distance from UTC. Fractions are cut off.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn read(text: &str) -> Result<Self, TimeError> {
        // What follows in brackets would need a zone's rules.
        if text.len() > 40 || text.contains('[') {
            return Err(TimeError);
        }
        let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        let time: jiff::Timestamp = whole.parse().map_err(|_| TimeError)?;
        u64::try_from(time.as_second()).map_err(|_| TimeError).and_then(|secs| Self::from_secs(secs).ok_or(TimeError))
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// Reads a point in time as it is written here, and in no other way.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        Self::read(text).and_then(|time| if time.to_string() == text { Ok(time) } else { Err(TimeError) })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = i64::try_from(self.0).ok().and_then(|secs| jiff::Timestamp::from_second(secs).ok());
        write!(f, "{}", time.unwrap_or_default())
    }
}

super::text_in_json!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_one_way_and_read_in_some() {
        let time = Timestamp::from_secs(1_782_896_400).unwrap();
        assert_eq!(time.to_string(), "2026-07-01T09:00:00Z");
        assert_eq!("2026-07-01T09:00:00Z".parse(), Ok(time));
        for other in ["2026-07-01T09:00:00.5Z", "2026-07-01T11:00:00+02:00", "2026-07-01t09:00:00z", "2026-07-01 09:00:00Z"] {
            assert_eq!(Timestamp::read(other), Ok(time), "{other}");
            assert_eq!(other.parse::<Timestamp>(), Err(TimeError), "{other}");
        }
        assert_eq!(Timestamp::read("2026-07-01").map(|t| t.to_string()), Ok("2026-07-01T00:00:00Z".to_owned()));
        for bad in
            ["", "now", "2026-07-01T09:00:00", "2026-13-01", "2026-02-30", "1969-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "2026-07-01T09:00[Europe/Berlin]"]
        {
            assert_eq!(Timestamp::read(bad), Err(TimeError), "{bad}");
        }
        assert_eq!(Timestamp::from_secs(u64::MAX), None);
        assert_eq!(Timestamp::from_secs(0).map(|t| t.to_string()), Some("1970-01-01T00:00:00Z".to_owned()));
    }
}
