//! Budgets: what was spent and what is reserved.
//!
//! An [`Account`] is one budget of one holder. A step's charge is reserved when it is permitted, becomes spent when the step ends well, and is
//! given back when it fails. What is told of the step's actual usage takes the place of the charge, which was an estimate.
//!
//! Amounts are never negative, sums are exact, and where memory ends it is never in the spender's favour: what is spent may leave the window
//! late, never early.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod spent;
#[cfg(test)]
mod tests;

use crate::tracker::wide::Wide;
use spent::Spent;

/// Settled steps of which the estimate is kept.
const ESTIMATES: usize = 10_000;

/// Whether a charge fits into a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fits {
    /// It does.
    Yes,
    /// With it more than the limit would be spent and reserved. So it is for a charge of nothing once the limit is exceeded.
    Overspent {
        /// What is spent and reserved without it.
        spent: i128,
    },
    /// The charge is negative.
    Negative,
    /// What is spent and reserved is too large to be told.
    NoValue,
}

/// What was charged for a step that is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Estimate {
    amount: i128,
    /// When it was settled.
    time: i128,
}

/// One budget of one holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The latest time that was told. One that is earlier is taken as this.
    now: i128,
    spent: Spent,
    reserved: BTreeMap<u64, i128>,
    reserved_total: Wide,
    /// By step, of those with the highest numbers.
    estimates: BTreeMap<u64, Estimate>,
}

impl Account {
    /// An account of which nothing is spent, with a sliding window in nanoseconds for what is settled, or none. What is reserved always counts.
    pub fn new(over: Option<i128>) -> Self {
        let spent = Spent::new(over.map(|over| over.max(0)));
        Self { now: i128::MIN, spent, reserved: BTreeMap::new(), reserved_total: Wide::default(), estimates: BTreeMap::new() }
    }

    /// Adds an opening balance, which counts as spent at `at`, also where something was spent since. A negative one is refused: then it says `false` and nothing changes.
    pub fn open(&mut self, amount: i128, at: i128) -> bool {
        if amount < 0 {
            return false;
        }
        let now = self.enter(at);
        self.spent.add_first(amount, at, now);
        true
    }

    /// What was settled within the window, plus all that is reserved; nothing if that is too large.
    pub fn spent(&self, now: i128) -> Option<i128> {
        self.spent.total(now.max(self.now)).plus_wide(self.reserved_total).narrow()
    }

    /// Whether a charge fits under a limit.
    pub fn fits(&self, now: i128, limit: i128, charge: i128) -> Fits {
        if charge < 0 {
            return Fits::Negative;
        }
        match self.spent(now) {
            None => Fits::NoValue,
            Some(spent) if spent.checked_add(charge).is_some_and(|sum| sum <= limit) => Fits::Yes,
            Some(spent) => Fits::Overspent { spent },
        }
    }

    /// Reserves a charge that fits. A second one of the same step adds to the first. A negative one counts as nothing.
    pub fn reserve(&mut self, step: u64, charge: i128, now: i128) {
        self.enter(now);
        let reserved = self.reserved.entry(step).or_insert(0);
        let before = *reserved;
        *reserved = before.saturating_add(charge.max(0));
        self.reserved_total = self.reserved_total.minus(before).plus(*reserved);
    }

    /// Makes what is reserved for a step spent.
    pub fn settle(&mut self, step: u64, now: i128) {
        let now = self.enter(now);
        let Some(amount) = self.take(step) else { return };
        self.spent.add(amount, now);
        self.estimates.insert(step, Estimate { amount, time: now });
        if self.estimates.len() > ESTIMATES {
            self.estimates.pop_first();
        }
    }

    /// Gives back what is reserved for a step.
    pub fn release(&mut self, step: u64) {
        self.take(step);
    }

    /// Records what a step actually used. The first time it takes the place of what is reserved for the step, or of what was settled for it: up to
    /// that amount it counts as spent when that was, and beyond it now. From then on, and for a step of which nothing is known, it adds to what
    /// is spent. A negative amount is refused: then it says `false` and nothing changes.
    pub fn use_up(&mut self, step: u64, amount: i128, now: i128) -> bool {
        if amount < 0 {
            return false;
        }
        let now = self.enter(now);
        let mut beyond = amount;
        if self.take(step).is_none()
            && let Some(estimate) = self.estimates.remove(&step)
        {
            beyond = amount.saturating_sub(estimate.amount).max(0);
            self.spent.lower(estimate.time, estimate.amount.saturating_sub(amount).max(0));
        }
        self.spent.add(beyond, now);
        true
    }

    /// Whether what was restored could have come about by recording under this window.
    pub fn is_sound(&self, over: Option<i128>) -> bool {
        self.spent.is_sound(over.map(|over| over.max(0)), self.now)
            && self.reserved.values().all(|amount| *amount >= 0)
            && self.reserved_total == self.reserved.values().fold(Wide::default(), |sum, amount| sum.plus(*amount))
            && self.estimates.len() <= ESTIMATES
            && self.spent.holds(self.estimates.values().map(|estimate| (estimate.time, estimate.amount)))
            && self.estimates.iter().all(|(step, estimate)| estimate.amount >= 0 && estimate.time <= self.now && !self.reserved.contains_key(step))
    }

    fn enter(&mut self, now: i128) -> i128 {
        self.now = self.now.max(now);
        self.spent.expire(self.now);
        self.now
    }

    fn take(&mut self, step: u64) -> Option<i128> {
        let amount = self.reserved.remove(&step)?;
        self.reserved_total = self.reserved_total.minus(amount);
        Some(amount)
    }
}
