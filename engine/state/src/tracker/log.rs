//! Events of one key in the order of their times, to count and to sum by range.

use std::collections::VecDeque;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::At;
use super::stair::Range;
use super::wide::Wide;

/// What an event adds to a log: nothing, or a value.
pub(super) trait Measure: Copy {
    type Total: Copy + Default + std::fmt::Debug;
    fn add(self, total: Self::Total) -> Self::Total;
    fn join(a: Self::Total, b: Self::Total) -> Self::Total;
    fn difference(a: Self::Total, b: Self::Total) -> Self::Total;
}

impl Measure for () {
    type Total = ();
    fn add(self, (): ()) {}
    fn join((): (), (): ()) {}
    fn difference((): (), (): ()) {}
}

impl Measure for i128 {
    type Total = Wide;
    fn add(self, total: Wide) -> Wide {
        total.plus(self)
    }
    fn join(a: Wide, b: Wide) -> Wide {
        a.plus_wide(b)
    }
    fn difference(a: Wide, b: Wide) -> Wide {
        a.minus_wide(b)
    }
}

#[derive(Clone, Debug)]
struct Entry<V: Measure> {
    at: At,
    value: V,
    /// The total of what came before, from an arbitrary beginning.
    before: V::Total,
    /// No entry up to this one has a higher position. It never falls along the log.
    highest: u64,
    /// No entry from this one on has a lower position. It never falls along the log.
    lowest: u64,
}

/// Events in the order of their times. A range is a suffix by time, from which those of too low a position have to be taken: by `highest` and
/// `lowest` two binary searches find where none and where all of them are high enough, and only between is it scanned. Where positions
/// come in order that is nothing.
#[derive(Clone, Debug)]
pub(super) struct Log<V: Measure> {
    entries: VecDeque<Entry<V>>,
    total: V::Total,
}

impl<V: Measure> Log<V> {
    pub(super) fn new() -> Self {
        Self { entries: VecDeque::new(), total: V::Total::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn oldest(&self) -> Option<i128> {
        self.entries.front().map(|entry| entry.at.time)
    }

    /// Adds an event that isn't earlier than those before it.
    pub(super) fn push(&mut self, at: At, value: V) {
        let highest = self.entries.back().map_or(at.pos, |last| last.highest.max(at.pos));
        for entry in self.entries.iter_mut().rev().take_while(|entry| entry.lowest > at.pos) {
            entry.lowest = at.pos;
        }
        self.entries.push_back(Entry { at, value, before: self.total, highest, lowest: at.pos });
        self.total = value.add(self.total);
    }

    /// Drops the earliest event.
    pub(super) fn pop(&mut self) -> Option<At> {
        self.entries.pop_front().map(|entry| entry.at)
    }

    /// Drops what isn't later than `cutoff`, and says how many.
    pub(super) fn expire(&mut self, cutoff: i128) -> usize {
        let out = self.entries.partition_point(|entry| entry.at.time <= cutoff);
        self.entries.drain(..out);
        // Room for a burst is given back once it is over.
        if out > 64 && self.entries.len() < self.entries.capacity() / 4 {
            self.entries.shrink_to(self.entries.len() * 2);
        }
        out
    }

    /// How many events are in the range, and what they come to.
    pub(super) fn tally(&self, range: Range) -> (usize, V::Total) {
        let mut begin = self.entries.partition_point(|entry| !range.holds_time(entry.at.time));
        let mut count = 0;
        let mut total = V::Total::default();
        if range.floor.is_some() {
            let none_before = self.entries.partition_point(|entry| !range.holds_pos(entry.highest));
            let all_from = self.entries.partition_point(|entry| !range.holds_pos(entry.lowest));
            begin = begin.max(none_before);
            if begin < all_from {
                for entry in self.entries.range(begin..all_from).filter(|entry| range.holds_pos(entry.at.pos)) {
                    count += 1;
                    total = entry.value.add(total);
                }
                begin = all_from;
            }
        }
        let before = self.entries.get(begin).map_or(self.total, |entry| entry.before);
        (count + (self.entries.len() - begin), V::join(total, V::difference(self.total, before)))
    }

    /// How many events have at least this position; told only if it can be `enough`.
    pub(super) fn not_below(&self, pos: u64, enough: usize) -> usize {
        if self.entries.len() < enough {
            0
        } else if self.entries.front().is_some_and(|first| first.lowest >= pos) {
            self.entries.len()
        } else {
            self.tally(Range { cutoff: None, floor: pos.checked_sub(1) }).0
        }
    }

    pub(super) fn is_sound(&self, newest: i128) -> bool {
        self.entries.iter().is_sorted_by(|a, b| a.at.time <= b.at.time) && self.entries.back().is_none_or(|last| last.at.time <= newest)
    }
}

impl<V: Measure + Serialize> Serialize for Log<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.entries.iter().map(|entry| (entry.at, entry.value)))
    }
}

impl<'de, V: Measure + Deserialize<'de>> Deserialize<'de> for Log<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut log = Self::new();
        for (at, value) in Vec::<(At, V)>::deserialize(deserializer)? {
            log.push(at, value);
        }
        Ok(log)
    }
}
