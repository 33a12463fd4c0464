//! Cases of time zones.
