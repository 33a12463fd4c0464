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
    /// Unsure steps of unknown key that wait for their result.
    open_unsure: BTreeSet<u64>,
    /// Whether there was no room for some key.
    lost: bool,
    /// Bytes of keys.
    bytes: usize,
    /// Steps that wait, of all keys and of none.
    open: usize,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Mark {
    certain: Option<u64>,
    unsure: Option<u64>,
    /// Steps that wait for their result.
    open: BTreeSet<u64>,
    /// Unsure steps that wait for their result.
    open_unsure: BTreeSet<u64>,
    /// Whether there was no room for a step.
    lost: bool,
}

impl Marks {
    /// Marks of which there is none yet. Of the limits `keys` and `bytes` are for keys, `entries` is for steps that wait.
    pub fn new(limits: Limits) -> Self {
        Self { limits, keys: BTreeMap::new(), unsure: None, open_unsure: BTreeSet::new(), lost: false, bytes: 0, open: 0 }
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

    /// Where a question for results of this key begins: as [`Marks::since`], but behind everything while a step waits, and possibly there while an
    /// unsure one does.
    ///
    /// # Errors
    ///
    /// [`Why::Bound`] if there was no room for something that may be of this key.
    pub fn since_of_results(&self, key: &[u8]) -> Result<Since, Why> {
        let since = self.since(key)?;
        let unsure = !self.open_unsure.is_empty() || self.keys.get(key).is_some_and(|mark| !mark.open_unsure.is_empty());
        if self.waiting(key) {
            Ok(Since { certain: Some(u64::MAX), possible: None })
        } else if unsure {
            Ok(Since { possible: Some(u64::MAX), ..since })
        } else {
            Ok(since)
        }
    }

    /// Records a step that `since` names and that waits for its result: until then no result comes after it.
    pub fn open(&mut self, key: &[u8], step: u64) {
        self.open_in(key, step, |mark| &mut mark.open);
    }

    /// Records the result of such a step, with the result's own position.
    pub fn close(&mut self, key: &[u8], step: u64, pos: u64) {
        self.mark(key, pos);
        self.close_in(key, step, |mark| &mut mark.open);
    }

    /// Records a step of which it isn't known whether `since` names it and that waits for its result, with its key if that is known.
    pub fn open_unsure(&mut self, key: Option<&[u8]>, step: u64) {
        match key {
            Some(key) => self.open_in(key, step, |mark| &mut mark.open_unsure),
            None if self.open < self.limits.entries => self.open += usize::from(self.open_unsure.insert(step)),
            // Without room for it, it is as if it waited for ever.
            None => self.unsure = Some(u64::MAX),
        }
    }

    /// Records the result of such a step, with the result's own position.
    pub fn close_unsure(&mut self, key: Option<&[u8]>, step: u64, pos: u64) {
        self.unsure(key, pos);
        match key {
            Some(key) => self.close_in(key, step, |mark| &mut mark.open_unsure),
            None => self.open -= usize::from(self.open_unsure.remove(&step)),
        }
    }

    /// Whether a step of this key waits for its result. At a bound it may be false although one does; [`Marks::since`] is what fails then.
    pub fn waiting(&self, key: &[u8]) -> bool {
        self.keys.get(key).is_some_and(|mark| !mark.open.is_empty())
    }

    fn open_in(&mut self, key: &[u8], step: u64, of: impl Fn(&mut Mark) -> &mut BTreeSet<u64>) {
        let room = self.open < self.limits.entries;
        let Some(mark) = self.key(key) else { return };
        if room {
            let new = of(mark).insert(step);
            self.open += usize::from(new);
        } else if !of(mark).contains(&step) {
            mark.lost = true;
        }
    }

    fn close_in(&mut self, key: &[u8], step: u64, of: impl Fn(&mut Mark) -> &mut BTreeSet<u64>) {
        let Some(mark) = self.keys.get_mut(key) else { return };
        let old = of(mark).remove(&step);
        self.open -= usize::from(old);
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

    /// Whether nothing was told to it yet.
    pub fn is_untouched(&self) -> bool {
        self.keys.is_empty() && self.unsure.is_none() && self.open_unsure.is_empty() && !self.lost && self.bytes == 0 && self.open == 0
    }

    /// Whether what was restored could have come about by recording events under these limits.
    pub fn is_sound(&self, limits: Limits) -> bool {
        self.limits == limits
            && self.keys.len() <= limits.keys
            && self.bytes <= limits.bytes
            && self.open <= limits.entries
            && self.bytes == self.keys.keys().fold(0, |sum, key| key.len().saturating_add(sum))
            && self.open == self.keys.values().fold(self.open_unsure.len(), |sum, mark| sum + mark.open.len() + mark.open_unsure.len())
    }
}
