//! Monitors of history: what events that match a pattern came to.
//!
//! A [`Tracker`] is one use of history in a policy, such as `count(call send_money where args.to == step.args.to over 1h)`. The engine
//! evaluates the pattern's `where` at each event and tells the tracker the joined values as a key, the event's position and its time. A
//! question gives a key, the time that is now and where `since` begins.
//!
//! Invariants on which everything here rests:
//! - Times never go backwards. One that does is taken as the latest that was told, for events and for questions.
//! - Positions may go backwards, because a result has the position of its step. So "inside the window" is a suffix of what is kept, and
//!   "after `since`" is not.
//! - What a question doesn't need is set to 0 on entry (the time without `over`, the position without `since`), so that one structure serves all
//!   shapes, and stays at one entry where one is enough.
//! - What is dropped for want of room is remembered by position and time. A question that could have reached it has no value; every other answer
//!   is exact.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use serde::{Deserialize, Serialize};

mod ask;
mod latest;
mod log;
mod marks;
mod slot;
mod stair;
#[cfg(test)]
mod tests;
pub(crate) mod wide;

pub use marks::Marks;

use slot::{Room, Slot};
use stair::Stair;

/// Where an event stands in its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// The event's number in the session; of a result the number of its step.
    pub pos: u64,
    /// When it was, in nanoseconds.
    pub time: i128,
}

/// What is made of the events that match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fold {
    /// Whether there is one.
    Ever,
    /// How many there are.
    Count {
        /// A number from which on it can be told as this one, because nothing asks for more. Above 10,000 a count with a window or `since` has no
        /// value where it doesn't fit.
        cap: u32,
    },
    /// What their values come to.
    Sum,
    /// The last of them.
    Latest,
}

/// Which questions a tracker is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// What is made of the events.
    pub fold: Fold,
    /// The window's length in nanoseconds: an event at `t` is inside at `now` when `t > now - over`. A negative one is taken as 0.
    pub over: Option<i128>,
    /// Whether questions say where to begin. If not, [`Since`] is ignored.
    pub since: bool,
}

/// How much a tracker keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Keys.
    pub keys: usize,
    /// Positions and times kept for windows and `since`, of all keys together.
    pub entries: usize,
    /// Bytes of payloads and keys together.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { keys: 10_000, entries: 100_000, bytes: 16 << 20 }
    }
}

/// Where a question begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// Only events after this position count.
    pub certain: Option<u64>,
    /// If it is after `certain`: it may be that only events after this position count.
    pub possible: Option<u64>,
}

/// What a tracker says.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer<'a, T> {
    /// Of [`Fold::Ever`].
    Bool(bool),
    /// Of [`Fold::Count`] and [`Fold::Sum`].
    Number(i128),
    /// Of [`Fold::Latest`].
    Latest(Option<&'a T>),
    /// It has no value.
    None(Why),
}

impl<T> Clone for Answer<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Answer<'_, T> {}

/// Why a question has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// It rests on an event of which it isn't known whether it matches.
    Unsure,
    /// It may rest on what was lost at a bound.
    Bound,
    /// The sum is too large.
    Overflow,
}

/// What the events that match a pattern came to, by key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Saved<T>", bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct Tracker<T> {
    shape: Shape,
    limits: Limits,
    /// The latest time that was told.
    now: i128,
    slots: BTreeMap<Box<[u8]>, Slot<T>>,
    /// Unsure events of unknown key.
    unsure: Stair,
    /// Events of keys for which there was no room.
    lost: Stair,
    /// What is in use of the limits; computed again on restoring.
    #[serde(skip)]
    used: Room,
    /// With a window, each key once: the earliest time at which something of it may leave the window. It may be too early, never too late.
    #[serde(skip)]
    queue: BinaryHeap<Reverse<(i128, Box<[u8]>)>>,
}

/// [`Tracker`] as it is stored: the same fields in the same order, without those that follow from the others.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct Saved<T> {
    shape: Shape,
    limits: Limits,
    now: i128,
    slots: BTreeMap<Box<[u8]>, Slot<T>>,
    unsure: Stair,
    lost: Stair,
}

impl<T> From<Saved<T>> for Tracker<T> {
    fn from(saved: Saved<T>) -> Self {
        let Saved { shape, limits, now, slots, unsure, lost } = saved;
        let mut used = Room::default();
        let mut queue = BinaryHeap::new();
        for (key, slot) in &slots {
            let of_slot = slot.used();
            used.entries = used.entries.saturating_add(of_slot.entries);
            used.bytes = used.bytes.saturating_add(of_slot.bytes).saturating_add(key.len());
            if let (Some(_), Some(oldest)) = (shape.over, slot.oldest()) {
                queue.push(Reverse((oldest, key.clone())));
            }
        }
        Self { shape, limits, now, slots, unsure, lost, used, queue }
    }
}

impl<T> Tracker<T> {
    /// A tracker to which nothing was told yet.
    pub fn new(mut shape: Shape, limits: Limits) -> Self {
        shape.over = shape.over.map(|over| over.max(0));
        let (unsure, lost) = (Stair::default(), Stair::default());
        Self { shape, limits, now: i128::MIN, slots: BTreeMap::new(), unsure, lost, used: Room::default(), queue: BinaryHeap::new() }
    }

    /// Records an event that matches, for [`Fold::Ever`] and [`Fold::Count`]. Told to a tracker of another fold it counts as unsure.
    pub fn count(&mut self, key: &[u8], at: At) {
        self.record(key, at, |slot, event| slot.count(event));
    }

    /// Records an event that matches with its value, for [`Fold::Sum`]. Told to a tracker of another fold it counts as unsure.
    pub fn add(&mut self, key: &[u8], at: At, value: i128) {
        // Nothing is no part of any sum.
        if value == 0 && self.shape.fold == Fold::Sum {
            self.enter(at);
            return;
        }
        self.record(key, at, |slot, event| slot.add(event, value));
    }

    /// Records an event that matches with what is to be told of it and the size of that in bytes, for [`Fold::Latest`]. Told to a tracker of
    /// another fold it counts as unsure.
    pub fn keep(&mut self, key: &[u8], at: At, payload: T, bytes: usize) {
        self.record(key, at, |slot, event| slot.keep(event, payload, bytes));
    }

    /// Records an event of which it isn't known whether it matches, with its key if that is known.
    pub fn unsure(&mut self, key: Option<&[u8]>, at: At) {
        match key {
            Some(key) => self.record(key, at, |slot, event| slot.unsure(event)),
            None => {
                let at = self.enter(at);
                let cutoff = self.cutoff(self.now);
                self.unsure.push(at, cutoff);
            }
        }
    }

    fn record(&mut self, key: &[u8], at: At, tell: impl FnOnce(&mut Slot<T>, slot::Event<'_>)) {
        let at = self.enter(at);
        let cutoff = self.cutoff(self.now);
        if !self.slots.contains_key(key) {
            let fits = self.slots.len() < self.limits.keys && self.used.bytes.saturating_add(key.len()) <= self.limits.bytes;
            if !fits {
                self.lost.push(at, cutoff);
                return;
            }
            self.used.bytes = self.used.bytes.saturating_add(key.len());
            // An event of this key may be among the lost ones.
            self.lost.expire(cutoff);
            self.slots.insert(key.into(), Slot::new(self.shape, self.lost.clone()));
            if self.shape.over.is_some() {
                self.queue.push(Reverse((at.time, key.into())));
            }
        }
        if let Some(slot) = self.slots.get_mut(key) {
            tell(slot, slot::Event { at, cutoff, fold: self.shape.fold, used: &mut self.used, limits: &self.limits });
        }
    }

    /// Lets time go on to that of an event, and leaves of it what this shape needs.
    fn enter(&mut self, at: At) -> At {
        self.now = self.now.max(at.time);
        if let Some(cutoff) = self.cutoff(self.now) {
            self.expire(cutoff);
        }
        let position = self.shape.since || self.shape.fold == Fold::Latest;
        At { pos: if position { at.pos } else { 0 }, time: if self.shape.over.is_some() { self.now } else { 0 } }
    }

    /// The time up to which events are outside the window; none if all are inside.
    fn cutoff(&self, now: i128) -> Option<i128> {
        now.checked_sub(self.shape.over?)
    }

    /// Drops what has left the window. Each turn drops an entry or corrects a time that an entry dropped earlier left behind.
    fn expire(&mut self, cutoff: i128) {
        while self.queue.peek().is_some_and(|Reverse((time, _))| *time <= cutoff) {
            let Some(Reverse((_, key))) = self.queue.pop() else { return };
            let Some(slot) = self.slots.get_mut(&key) else { continue };
            slot.expire(cutoff, &mut self.used);
            match slot.oldest() {
                // Nothing that old is left, unless what was restored isn't sound; then too this comes to an end.
                Some(oldest) => self.queue.push(Reverse((oldest.max(cutoff.saturating_add(1)), key))),
                None => {
                    self.slots.remove(&key);
                    self.used.bytes = self.used.bytes.saturating_sub(key.len());
                }
            }
        }
    }

    /// Whether nothing was told to it yet.
    pub fn is_untouched(&self) -> bool {
        self.now == i128::MIN && self.slots.is_empty() && self.unsure == Stair::default() && self.lost == Stair::default()
    }

    /// Whether what was restored could have come about by recording events under this shape and these limits. Sizes of payloads are believed.
    pub fn is_sound(&self, shape: Shape, limits: Limits) -> bool {
        let shape = Shape { over: shape.over.map(|over| over.max(0)), ..shape };
        let newest = if shape.over.is_some() { self.now } else { 0 };
        self.shape == shape
            && self.limits == limits
            && self.slots.len() <= limits.keys
            && self.used.entries <= limits.entries
            && self.used.bytes <= limits.bytes
            && self.unsure.is_sound(newest)
            && self.lost.is_sound(newest)
            && self.slots.values().all(|slot| slot.is_sound(shape, newest))
    }
}
