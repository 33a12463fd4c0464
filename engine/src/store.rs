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

/// Keeps entries. Many sessions may share what stands behind it, and one commit.
pub trait Store {
    /// Appends an entry and returns its number in the log, from 0.
    ///
    /// # Errors
    /// When the entry can't be kept. The decision is then `forbid` by `unrecorded`.
    fn append(&mut self, entry: &Entry<'_>) -> Result<u64, StoreError>;

    /// Returns when the entry of that number, and all before it, will be found again. A store whose `append` waits for that need not.
    ///
    /// # Errors
    /// When that isn't sure. The step must not be taken then.
    fn commit(&mut self, entry: u64) -> Result<(), StoreError> {
        let _ = entry;
        Ok(())
    }
}

/// What a host holds between a decision and acting on it: see [`crate::Session::submit`].
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a decision holds once its ticket is committed"]
pub struct Ticket {
    /// The number of the entry in the log; none without a store, or when the entry was not appended.
    pub(crate) entry: Option<u64>,
    /// The step that was decided.
    pub(crate) step: Option<String>,
}
