//! Paths among joined values that begin differently: relative, absolute, in a home folder. They can't be compared, so that it isn't
//! known whether such an event matches.

use std::collections::BTreeMap;

use reach_state::tracker::At;
use serde::{Deserialize, Serialize};

use super::key::Key;

/// How many ways to begin are told apart, over all keys.
const MOST: usize = 10_000;

/// The events of a monitor by their joined values without paths, then by how their paths begin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Beginnings {
    seen: BTreeMap<Vec<u8>, BTreeMap<Vec<u8>, Seen>>,
    len: usize,
    /// The latest event for which there was no room.
    lost: Option<At>,
}

/// The events that begin in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// The latest position and the latest time.
    pub at: At,
    /// How many of them wait for their result.
    pub open: u32,
}

impl Beginnings {
    /// Notes an event.
    pub fn note(&mut self, key: &Key, at: At) {
        if key.beginnings.is_empty() {
            return;
        }
        let latest = |known: At| At { pos: known.pos.max(at.pos), time: known.time.max(at.time) };
        let ways = match self.seen.get_mut(&key.rest) {
            Some(ways) => ways,
            None if self.len < MOST => self.seen.entry(key.rest.clone()).or_default(),
            None => {
                self.lost = Some(self.lost.map_or(at, latest));
                return;
            }
        };
        if let Some(seen) = ways.get_mut(&key.beginnings) {
            seen.at = latest(seen.at);
        } else if self.len < MOST {
            ways.insert(key.beginnings.clone(), Seen { at, open: 0 });
            self.len += 1;
        } else {
            self.lost = Some(self.lost.map_or(at, latest));
        }
    }

    /// Notes that an event waits for its result, or no longer does.
    pub fn wait(&mut self, key: &Key, waits: bool) {
        if let Some(seen) = self.seen.get_mut(&key.rest).and_then(|ways| ways.get_mut(&key.beginnings)) {
            seen.open = if waits { seen.open.saturating_add(1) } else { seen.open.saturating_sub(1) };
        }
    }

    /// Returns the events whose paths can't be compared with those of a key that is otherwise the same.
    pub fn incomparable<'b>(&'b self, key: &'b Key) -> impl Iterator<Item = Seen> + 'b {
        let ways = (!key.beginnings.is_empty()).then(|| self.seen.get(&key.rest)).flatten();
        let others = ways.into_iter().flatten().filter(|(beginnings, _)| **beginnings != key.beginnings).map(|(_, seen)| *seen);
        others.chain(self.lost.filter(|_| !key.beginnings.is_empty()).map(|at| Seen { at, open: 0 }))
    }

    /// Returns whether what was restored holds together.
    pub fn is_sound(&self) -> bool {
        self.len <= MOST && self.len == self.seen.values().map(BTreeMap::len).sum::<usize>()
    }
}
