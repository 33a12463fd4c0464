//! The events of sessions, kept so that a step can be decided again with something changed.

use std::collections::BTreeMap;

use crate::policy::events::Head;

/// How many bytes of events are kept.
const MOST_BYTES: usize = 64 << 20;

/// The events of each session.
#[derive(Default)]
pub struct Pasts {
    sessions: BTreeMap<String, Vec<String>>,
    bytes: usize,
}

impl Pasts {
    /// Adds an event to its session.
    pub fn add(&mut self, line: &str) {
        // Beyond the limit they are only counted, by their bytes.
        self.bytes = self.bytes.saturating_add(line.len());
        if self.bytes <= MOST_BYTES {
            let session = Head::of(line).session.unwrap_or_default().into_owned();
            self.sessions.entry(session).or_default().push(line.to_owned());
        }
    }

    /// Returns how many events a session has.
    pub fn len(&self, session: &str) -> usize {
        self.sessions.get(session).map_or(0, Vec::len)
    }

    /// Returns the first events of a session.
    ///
    /// # Errors
    /// When there were too many.
    pub fn of(&self, session: &str, count: usize) -> Result<&[String], String> {
        if self.bytes > MOST_BYTES {
            return Err(format!("there are more than {} MiB of events, too many to decide the step again", MOST_BYTES >> 20));
        }
        Ok(self.sessions.get(session).and_then(|events| events.get(..count)).unwrap_or_default())
    }
}
