//! The record of what the clocks of a time zone show: one table for compiler, verifier and machine.

use crate::value::Value;
use reach_values::zone::Local;

/// The type of a field of a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalField {
    /// `date`.
    Date,
    /// `int`.
    Int,
    /// The enum of [`WEEKDAYS`].
    Weekday,
}

/// The fields, in order.
pub const LOCAL_FIELDS: [(&str, LocalField); 8] = [
    ("date", LocalField::Date),
    ("year", LocalField::Int),
    ("month", LocalField::Int),
    ("day", LocalField::Int),
    ("weekday", LocalField::Weekday),
    ("hour", LocalField::Int),
    ("minute", LocalField::Int),
    ("second", LocalField::Int),
];

/// The days of the week, from Monday on (ISO 8601).
pub const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Returns the values of the fields, in order.
#[must_use]
pub fn numbers(local: Local) -> [i128; 8] {
    [local.date, local.year.into(), local.month.into(), local.day.into(), local.weekday.into(), local.hour.into(), local.minute.into(), local.second.into()]
}

/// Returns the cells of the record.
pub(crate) fn cells(local: Local) -> [Value; 8] {
    numbers(local).map(Value::Num)
}
