//! What was spent, with the times that a window needs.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::tracker::wide::Wide;

/// Entries that are kept at most.
pub(super) const ENTRIES: usize = 10_000;

/// Where entries run out, the window is divided by this: amounts so close together become one.
const PARTS: i128 = 4096;

/// Amounts spent from `first` to `last`, which leave the window together with the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    first: i128,
    last: i128,
    amount: Wide,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spent {
    over: Option<i128>,
    /// With a window, in the order of their times, which don't overlap.
    entries: VecDeque<Entry>,
    /// The sum of all entries; without a window of everything.
    total: Wide,
}

impl Spent {
    pub(super) fn new(over: Option<i128>) -> Self {
        Self { over, entries: VecDeque::new(), total: Wide::default() }
    }

    /// Adds an amount at a time that isn't before any other.
    pub(super) fn add(&mut self, amount: i128, now: i128) {
        // In a window of no length nothing ever is.
        if self.over == Some(0) {
            return;
        }
        self.total = self.total.plus(amount);
        if self.over.is_none() || amount == 0 {
            return;
        }
        match self.entries.back_mut() {
            Some(entry) if entry.last == now => entry.amount = entry.amount.plus(amount),
            _ => self.entries.push_back(Entry { first: now, last: now, amount: Wide::default().plus(amount) }),
        }
        if self.entries.len() > ENTRIES {
            self.merge();
        }
    }

    /// Adds an amount at a time that isn't after any other, as it would have been added then.
    pub(super) fn add_first(&mut self, amount: i128, at: i128, now: i128) {
        let after_others = self.entries.front().is_some_and(|entry| entry.first < at);
        if self.over.is_none() || after_others || self.entries.is_empty() && at >= now {
            return self.add(amount, now);
        }
        if amount == 0 || self.over == Some(0) || self.cutoff(now).is_some_and(|cutoff| at <= cutoff) {
            return;
        }
        self.total = self.total.plus(amount);
        match self.entries.front_mut() {
            Some(entry) if entry.first == at && entry.last == at => entry.amount = entry.amount.plus(amount),
            _ => self.entries.push_front(Entry { first: at, last: at, amount: Wide::default().plus(amount) }),
        }
        if self.entries.len() > ENTRIES {
            self.merge();
        }
    }

    /// Takes from what was spent at a time, if that is still in the window.
    pub(super) fn lower(&mut self, time: i128, amount: i128) {
        if self.over.is_some() {
            let at = self.entries.partition_point(|entry| entry.last < time);
            let Some(entry) = self.entries.get_mut(at).filter(|entry| entry.first <= time) else { return };
            entry.amount = entry.amount.minus(amount);
        }
        self.total = self.total.minus(amount);
    }

    fn cutoff(&self, now: i128) -> Option<i128> {
        now.checked_sub(self.over?)
    }

    pub(super) fn expire(&mut self, now: i128) {
        let Some(cutoff) = self.cutoff(now) else { return };
        while let Some(entry) = self.entries.pop_front_if(|entry| entry.last <= cutoff) {
            self.total = self.total.minus_wide(entry.amount);
        }
    }

    /// What was spent within the window. It goes over what has left the window since the last change.
    pub(super) fn total(&self, now: i128) -> Wide {
        let Some(cutoff) = self.cutoff(now) else { return self.total };
        self.entries.iter().take_while(|entry| entry.last <= cutoff).fold(self.total, |total, entry| total.minus_wide(entry.amount))
    }

    /// Joins neighbours that are closer than a part of the window. All are in the window, so at most two entries a part remain, and what is spent
    /// leaves the window late by at most that part.
    fn merge(&mut self) {
        let part = self.over.unwrap_or(0) / PARTS;
        let mut merged: VecDeque<Entry> = VecDeque::with_capacity(ENTRIES);
        for entry in self.entries.drain(..) {
            match merged.back_mut() {
                Some(open) if entry.last.saturating_sub(open.first) <= part => {
                    open.last = entry.last;
                    open.amount = open.amount.plus_wide(entry.amount);
                }
                _ => merged.push_back(entry),
            }
        }
        self.entries = merged;
    }

    /// Whether all of these amounts are part of what was spent at their times, as far as that is in the window.
    pub(super) fn holds(&self, amounts: impl Iterator<Item = (i128, i128)>) -> bool {
        let mut rest = self.clone();
        if rest.over.is_none() {
            return !amounts.fold(rest.total, |total, (_, amount)| total.minus(amount)).is_negative();
        }
        amounts.for_each(|(time, amount)| rest.lower(time, amount));
        rest.entries.iter().all(|entry| !entry.amount.is_negative())
    }

    pub(super) fn is_sound(&self, over: Option<i128>, now: i128) -> bool {
        let entries = self.entries.iter();
        let sum = entries.clone().fold(Wide::default(), |sum, entry| sum.plus_wide(entry.amount));
        let zero = Wide::default();
        self.over == over
            && self.entries.len() <= ENTRIES
            && (over.is_some() || self.entries.is_empty())
            && entries.clone().all(|entry| entry.first <= entry.last && !entry.amount.is_negative())
            && entries.clone().is_sorted_by(|a, b| a.last < b.first)
            && entries.clone().last().is_none_or(|entry| entry.last <= now)
            && !self.total.is_negative()
            && (over.is_none() || self.total == sum && (!self.entries.is_empty() || self.total == zero))
    }
}
