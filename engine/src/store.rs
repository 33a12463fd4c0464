//! Where entries go.

use crate::decision::Decision;
use crate::observation::ObservationError;

/// What is recorded of one event.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The session.
    pub session: &'a str,
    /// The number of the event in its session, from 0.
    pub number: u64,
    /// The event as it came.
    pub line: &'a str,
    /// The decision, when the event is a step. Its `entry` is the number in the session, for the log's own is not known yet.
    pub decision: Option<&'a Decision>,
    /// What is wrong with it, when it is an observation that doesn't fit.
    pub rejected: Option<&'a ObservationError>,
}

/// An entry could not be appended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// Appends entries, and returns only when they will be found again.
pub trait Store {
    /// Appends an entry and returns its number in the log, from 0.
    ///
    /// # Errors
    /// When it isn't sure that the entry is kept. The decision is then `forbid` by `unrecorded`.
    fn append(&mut self, entry: &Entry<'_>) -> Result<u64, StoreError>;
}
