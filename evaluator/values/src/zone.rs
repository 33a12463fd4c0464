//! Time zones, by a database that is compiled in ([`VERSION`]).

/// The version of the IANA time zone database, such as `2026a`.
pub const VERSION: &str = "";

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
    /// It is before the year 0 or after 9999.
    #[error("it lies outside of the years 0000 to 9999")]
    Range,
}

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
}

/// A time as clocks of a zone show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Finds a zone by its IANA name, such as `Europe/Berlin` or `UTC`; case counts.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let _ = name;
        None
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what its clocks show at a time in nanoseconds since 1970-01-01T00:00:00Z; none beyond the calendar.
    #[must_use]
    pub fn local(&self, time_ns: i128) -> Option<Local> {
        let _ = time_ns;
        None
    }

    /// Reads an RFC 3339 time, or a local one without an offset, as nanoseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// A text that is no time, or one that comes never or twice in this zone.
    pub fn parse(&self, text: &str) -> Result<i128, LocalTimeError> {
        let _ = text;
        Err(LocalTimeError::Syntax)
    }
}

/// Returns the names of all zones, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}
