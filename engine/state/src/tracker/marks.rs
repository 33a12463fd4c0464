//! Where `since` begins.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Limits, Since, Why};

/// By key, the latest position of an event that `since` names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Marks {
    limits: Limits,
    keys: BTreeMap<Box<[u8]>, Mark>,
    /// The latest position of an unsure event of unknown key.
    unsure: Option<u64>,
    /// Whether there was no room for some key.
    lost: bool,
    /// Bytes of keys.
    bytes: usize,
    /// Steps that wait, of all keys.
    open: usize,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Mark {
    certain: Option<u64>,
    unsure: Option<u64>,
    /// Steps that wait for their result.
    open: BTreeSet<u64>,
    /// Whether there was no room for a step.
    lost: bool,
}

impl Marks {
    /// Marks of which there is none yet. Of the limits `keys` and `bytes` are for keys, `entries` is for steps that wait.
    pub fn new(limits: Limits) -> Self {
        Self { limits, keys: BTreeMap::new(), unsure: None, lost: false, bytes: 0, open: 0 }
    }

    /// Records an event that `since` names.
    pub fn mark(&mut self, key: &[u8], pos: u64) {
        if let Some(mark) = self.key(key) {
            mark.certain = mark.certain.max(Some(pos));
        }
    }

    /// Records an event of which it isn't known whether `since` names it, with its key if that is known.
    pub fn unsure(&mut self, key: Option<&[u8]>, pos: u64) {
        match key {
            Some(key) => {
                if let Some(mark) = self.key(key) {
                    mark.unsure = mark.unsure.max(Some(pos));
                }
            }
            None => self.unsure = self.unsure.max(Some(pos)),
        }
    }

    /// Where a question for this key begins.
    ///
    /// # Errors
    ///
    /// [`Why::Bound`] if there was no room for something that may be of this key.
    pub fn since(&self, key: &[u8]) -> Result<Since, Why> {
        let (certain, unsure, lost) = self.keys.get(key).map_or((None, None, self.lost), |mark| (mark.certain, mark.unsure, mark.lost));
        if lost { Err(Why::Bound) } else { Ok(Since { certain, possible: unsure.max(self.unsure).filter(|pos| Some(*pos) > certain) }) }
    }

    /// Records a step that `since` names and that waits for its result: until then no result comes after it.
    pub fn open(&mut self, key: &[u8], step: u64) {
        let room = self.open < self.limits.entries;
        let Some(mark) = self.key(key) else { return };
        if room {
            let new = mark.open.insert(step);
            self.open += usize::from(new);
        } else if !mark.open.contains(&step) {
            mark.lost = true;
        }
    }

    /// Records the result of such a step, with the result's own position.
    pub fn close(&mut self, key: &[u8], step: u64, pos: u64) {
        let Some(mark) = self.key(key) else { return };
        mark.certain = mark.certain.max(Some(pos));
        let old = mark.open.remove(&step);
        self.open -= usize::from(old);
    }

    /// Whether a step of this key waits for its result. At a bound it may be false although one does; [`Marks::since`] is what fails then.
    pub fn waiting(&self, key: &[u8]) -> bool {
        self.keys.get(key).is_some_and(|mark| !mark.open.is_empty())
    }

    /// What is known of a key, if there is room for it.
    fn key(&mut self, key: &[u8]) -> Option<&mut Mark> {
        if !self.keys.contains_key(key) {
            let bytes = self.bytes.saturating_add(key.len());
            // What was lost is never forgotten, so no key may come in after one that was.
            if self.lost || self.keys.len() >= self.limits.keys || bytes > self.limits.bytes {
                self.lost = true;
                return None;
            }
            self.bytes = bytes;
            self.keys.insert(key.into(), Mark::default());
        }
        self.keys.get_mut(key)
    }

    /// Whether what was restored could have come about by recording events under these limits.
    pub fn is_sound(&self, limits: Limits) -> bool {
        self.limits == limits
            && self.keys.len() <= limits.keys
            && self.bytes <= limits.bytes
            && self.open <= limits.entries
            && self.bytes == self.keys.keys().fold(0, |sum, key| key.len().saturating_add(sum))
            && self.open == self.keys.values().fold(0, |sum, mark| mark.open.len().saturating_add(sum))
    }
}
