//! Whether some event is both recent enough and after a position.

use serde::{Deserialize, Serialize};

use super::At;

/// The events that count: after the window's beginning and after a position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) cutoff: Option<i128>,
    pub(super) floor: Option<u64>,
}

impl Range {
    pub(super) fn holds_time(&self, time: i128) -> bool {
        self.cutoff.is_none_or(|cutoff| time > cutoff)
    }

    pub(super) fn holds_pos(&self, pos: u64) -> bool {
        self.floor.is_none_or(|floor| pos > floor)
    }

    fn holds(&self, at: At) -> bool {
        self.holds_time(at.time) && self.holds_pos(at.pos)
    }

    /// Those of them that are after one more position.
    pub(super) fn after(self, pos: Option<u64>) -> Self {
        Self { floor: self.floor.max(pos), ..self }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    No,
    Maybe,
    Yes,
}

/// A set of events that is only ever asked whether it has one in a range. An event is left out once a later one has at least its position, since
/// any range that holds the first holds the second: what remains has rising times and falling positions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stair {
    /// Stands for events that had no room: none of them was later or had a higher position than this.
    blurred: Option<At>,
    points: Vec<At>,
}

impl Stair {
    /// Points kept. More than one takes a window and results that arrive in the reverse order of their steps.
    pub(super) const MAX: usize = 64;

    /// Adds an event that isn't earlier than those before it.
    pub(super) fn push(&mut self, at: At, cutoff: Option<i128>) {
        self.expire(cutoff);
        while self.points.pop_if(|last| last.pos <= at.pos).is_some() {}
        self.blurred = self.blurred.filter(|blurred| blurred.pos > at.pos);
        if self.points.last().is_some_and(|last| last.time >= at.time) {
            return;
        }
        self.points.push(at);
        if self.points.len() > Self::MAX {
            let first = self.points.remove(0);
            self.blurred = Some(match self.blurred {
                Some(before) => At { pos: before.pos.max(first.pos), time: before.time.max(first.time) },
                None => first,
            });
        }
    }

    pub(super) fn expire(&mut self, cutoff: Option<i128>) {
        let Some(cutoff) = cutoff else { return };
        self.blurred = self.blurred.filter(|blurred| blurred.time > cutoff);
        if self.points.first().is_some_and(|first| first.time <= cutoff) {
            self.points.retain(|point| point.time > cutoff);
        }
    }

    pub(super) fn oldest(&self) -> Option<i128> {
        self.blurred.or(self.points.first().copied()).map(|at| at.time)
    }

    /// Whether some event of the set is in the range.
    pub(super) fn reach(&self, range: Range) -> Reach {
        // The first inside the window has the highest position of those inside.
        let first = self.points.partition_point(|point| !range.holds_time(point.time));
        if self.points.get(first).is_some_and(|point| range.holds_pos(point.pos)) {
            Reach::Yes
        } else if self.blurred.is_some_and(|blurred| range.holds(blurred)) {
            Reach::Maybe
        } else {
            Reach::No
        }
    }

    pub(super) fn is_sound(&self, newest: i128) -> bool {
        self.points.len() <= Self::MAX
            && self.points.is_sorted_by(|a, b| a.time < b.time && a.pos > b.pos)
            && self.points.last().is_none_or(|last| last.time <= newest)
            && self
                .blurred
                .is_none_or(|blurred| blurred.time <= newest && self.points.first().is_none_or(|first| blurred.time < first.time && blurred.pos > first.pos))
    }
}
