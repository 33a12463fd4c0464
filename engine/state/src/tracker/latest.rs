//! The latest event of one key, and those that will be once it has left the window.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::At;
use super::slot::Room;
use super::stair::Range;

/// An event with what is told of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept<T> {
    pub(super) at: At,
    /// Nothing if there was no room for it.
    pub(super) payload: Option<T>,
    bytes: usize,
}

/// Events with rising times and falling positions: the first inside the window is the latest. An event is left out once a later one has at
/// least its position. Without a window it is at most one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Latest<T> {
    kept: VecDeque<Kept<T>>,
}

impl<T> Latest<T> {
    const MAX: usize = 64;

    pub(super) fn new() -> Self {
        Self { kept: VecDeque::new() }
    }

    /// Adds an event that isn't earlier than those before it; says which one had to be dropped.
    pub(super) fn push(&mut self, at: At, payload: T, bytes: usize, used: &mut Room, most_bytes: usize) -> Option<At> {
        while let Some(last) = self.kept.pop_back_if(|last| last.at.pos <= at.pos) {
            used.bytes = used.bytes.saturating_sub(last.bytes);
        }
        if self.kept.back().is_some_and(|last| last.at.time >= at.time) {
            return None;
        }
        let dropped = if self.kept.len() >= Self::MAX { self.kept.pop_front() } else { None };
        if let Some(dropped) = &dropped {
            used.bytes = used.bytes.saturating_sub(dropped.bytes);
        }
        let with = used.bytes.saturating_add(bytes);
        if with <= most_bytes {
            used.bytes = with;
            self.kept.push_back(Kept { at, payload: Some(payload), bytes });
        } else {
            self.kept.push_back(Kept { at, payload: None, bytes: 0 });
        }
        dropped.map(|dropped| dropped.at)
    }

    pub(super) fn expire(&mut self, cutoff: i128, used: &mut Room) {
        while let Some(first) = self.kept.pop_front_if(|first| first.at.time <= cutoff) {
            used.bytes = used.bytes.saturating_sub(first.bytes);
        }
    }

    pub(super) fn oldest(&self) -> Option<i128> {
        self.kept.front().map(|first| first.at.time)
    }

    pub(super) fn bytes(&self) -> usize {
        self.kept.iter().fold(0, |sum, kept| sum.saturating_add(kept.bytes))
    }

    pub(super) fn find(&self, range: Range) -> Option<&Kept<T>> {
        let first = self.kept.partition_point(|kept| !range.holds_time(kept.at.time));
        self.kept.get(first).filter(|kept| range.holds_pos(kept.at.pos))
    }

    pub(super) fn is_sound(&self, newest: i128) -> bool {
        self.kept.len() <= Self::MAX
            && self.kept.iter().is_sorted_by(|a, b| a.at.time < b.at.time && a.at.pos > b.at.pos)
            && self.kept.back().is_none_or(|last| last.at.time <= newest)
            && self.kept.iter().all(|kept| kept.payload.is_some() || kept.bytes == 0)
    }
}
