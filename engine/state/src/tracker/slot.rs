//! What is kept of one key.

use serde::{Deserialize, Serialize};

use super::latest::Latest;
use super::log::{Log, Measure};
use super::stair::Stair;
use super::wide::Wide;
use super::{At, Fold, Limits, Shape};

/// Entries of one key that are kept at most.
const ENTRIES: usize = 10_000;

/// Entries beyond the cap of a count, so that results in an order other than their steps' cost nothing: the earliest entry need not have the
/// lowest position.
const SLACK: usize = 64;

/// What is in use of a tracker's limits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Room {
    pub(super) entries: usize,
    pub(super) bytes: usize,
}

/// An event as it reaches a key.
pub(super) struct Event<'a> {
    pub(super) at: At,
    pub(super) cutoff: Option<i128>,
    pub(super) fold: Fold,
    pub(super) used: &'a mut Room,
    pub(super) limits: &'a Limits,
}

/// What is kept of the events that match.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub(super) enum Held<T> {
    Ever(Stair),
    /// A count without window and `since`.
    Count(u32),
    /// A sum without window and `since`.
    Sum(Wide),
    Counted(Log<()>),
    Summed(Log<i128>),
    Latest(Latest<T>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub(super) struct Slot<T> {
    pub(super) held: Held<T>,
    pub(super) unsure: Stair,
    /// Events that had no room before this key had: whether they were of this key isn't known, nor whether they were certain.
    pub(super) missed: Stair,
    /// Events of this key that matched and had no room.
    pub(super) lost: Stair,
}

impl<T> Slot<T> {
    pub(super) fn new(shape: Shape, missed: Stair) -> Self {
        let ranged = shape.over.is_some() || shape.since;
        let held = match (shape.fold, ranged) {
            (Fold::Ever, _) => Held::Ever(Stair::default()),
            (Fold::Count { .. }, false) => Held::Count(0),
            (Fold::Count { .. }, true) => Held::Counted(Log::new()),
            (Fold::Sum, false) => Held::Sum(Wide::default()),
            (Fold::Sum, true) => Held::Summed(Log::new()),
            (Fold::Latest, _) => Held::Latest(Latest::new()),
        };
        Self { held, unsure: Stair::default(), missed, lost: Stair::default() }
    }

    pub(super) fn count(&mut self, event: Event<'_>) {
        match (&mut self.held, event.fold) {
            (Held::Ever(stair), _) => stair.push(event.at, event.cutoff),
            (Held::Count(count), _) => *count = count.saturating_add(1),
            (Held::Counted(log), Fold::Count { cap }) => {
                let cap = usize::try_from(cap).unwrap_or(usize::MAX);
                append(log, &mut self.lost, event, (), cap.min(ENTRIES) + SLACK, cap);
            }
            _ => self.unsure(event),
        }
    }

    pub(super) fn add(&mut self, event: Event<'_>, value: i128) {
        match &mut self.held {
            Held::Sum(sum) => *sum = sum.plus(value),
            Held::Summed(log) => append(log, &mut self.lost, event, value, ENTRIES, usize::MAX),
            _ => self.unsure(event),
        }
    }

    pub(super) fn keep(&mut self, event: Event<'_>, payload: T, bytes: usize) {
        let Held::Latest(latest) = &mut self.held else { return self.unsure(event) };
        if let Some(dropped) = latest.push(event.at, payload, bytes, event.used, event.limits.bytes) {
            self.lost.push(dropped, event.cutoff);
        }
    }

    pub(super) fn unsure(&mut self, event: Event<'_>) {
        self.unsure.push(event.at, event.cutoff);
    }

    pub(super) fn expire(&mut self, cutoff: i128, used: &mut Room) {
        match &mut self.held {
            Held::Ever(stair) => stair.expire(Some(cutoff)),
            Held::Count(_) | Held::Sum(_) => {}
            Held::Counted(log) => used.entries = used.entries.saturating_sub(log.expire(cutoff)),
            Held::Summed(log) => used.entries = used.entries.saturating_sub(log.expire(cutoff)),
            Held::Latest(latest) => latest.expire(cutoff, used),
        }
        self.unsure.expire(Some(cutoff));
        self.missed.expire(Some(cutoff));
        self.lost.expire(Some(cutoff));
    }

    /// The time of the earliest thing that is kept.
    pub(super) fn oldest(&self) -> Option<i128> {
        let held = match &self.held {
            Held::Ever(stair) => stair.oldest(),
            Held::Count(_) | Held::Sum(_) => None,
            Held::Counted(log) => log.oldest(),
            Held::Summed(log) => log.oldest(),
            Held::Latest(latest) => latest.oldest(),
        };
        [held, self.unsure.oldest(), self.missed.oldest(), self.lost.oldest()].into_iter().flatten().min()
    }

    pub(super) fn used(&self) -> Room {
        match &self.held {
            Held::Ever(_) | Held::Count(_) | Held::Sum(_) => Room::default(),
            Held::Counted(log) => Room { entries: log.len(), bytes: 0 },
            Held::Summed(log) => Room { entries: log.len(), bytes: 0 },
            Held::Latest(latest) => Room { entries: 0, bytes: latest.bytes() },
        }
    }

    pub(super) fn is_sound(&self, shape: Shape, newest: i128) -> bool {
        let ranged = shape.over.is_some() || shape.since;
        let held = match (&self.held, shape.fold) {
            (Held::Ever(stair), Fold::Ever) => stair.is_sound(newest),
            (Held::Count(_), Fold::Count { .. }) | (Held::Sum(_), Fold::Sum) => !ranged,
            (Held::Counted(log), Fold::Count { .. }) => ranged && log.len() <= ENTRIES + SLACK && log.is_sound(newest),
            (Held::Summed(log), Fold::Sum) => ranged && log.len() <= ENTRIES && log.is_sound(newest),
            (Held::Latest(latest), Fold::Latest) => latest.is_sound(newest),
            _ => false,
        };
        held && [&self.unsure, &self.missed, &self.lost].into_iter().all(|stair| stair.is_sound(newest))
    }
}

/// Adds an event to a log of at most `most` entries, if need be in place of the earliest. That one isn't missed if `enough` of those that stay
/// are in every range that holds it.
fn append<V: Measure>(log: &mut Log<V>, lost: &mut Stair, event: Event<'_>, value: V, most: usize, enough: usize) {
    let dropped = if log.len() >= most || event.used.entries >= event.limits.entries {
        let Some(dropped) = log.pop() else { return lost.push(event.at, event.cutoff) };
        Some(dropped)
    } else {
        event.used.entries += 1;
        None
    };
    log.push(event.at, value);
    if let Some(dropped) = dropped
        && log.not_below(dropped.pos, enough) < enough
    {
        lost.push(dropped, event.cutoff);
    }
}
