//! Steps and rules that are checked by several threads before it is their turn.
//!
//! Each thread has a checker of its own, over the same table. What comes of its work counts only where it left no other trace than that
//! ([`Trace`](super::kept::Trace)): whatever reports something, or gets a number that depends on what was checked before, is checked again when
//! its turn comes. So messages, their order and all numbers are those of one thread alone. What limits count is added up, and where a limit is
//! met everything is checked once more by one thread, which finds where.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use reach_grammar::{in_threads_with, threads};

use super::Checker;
use super::kept::Spent;
use super::table::Shared;
use crate::limits::Bounds;

/// How many a thread takes at a time at most.
const AT_ONCE: usize = 64;

/// How many more in vain than not before a thread leaves them to their turn.
const MOST_IN_VAIN: usize = 32;

/// What came of items, as far as that is known.
pub(super) struct Ahead<T> {
    /// What came of each, in their order.
    pub(super) outcomes: Vec<Option<T>>,
    /// What each took of what all share.
    pub(super) spent: Vec<Spent>,
}

/// Some items, and where to put what comes of them.
struct Part<'p, I, T> {
    items: &'p [I],
    outcomes: &'p mut [Option<T>],
    spent: &'p mut [Spent],
}

/// What all threads have spent, in vain or not: together they spend no more than one would, but for what each is at.
#[derive(Default)]
struct Till {
    fuel: AtomicU64,
    inlined: AtomicUsize,
}

impl Till {
    fn put(&self, spent: Spent) {
        if spent != Spent::default() {
            self.fuel.fetch_add(spent.fuel, Ordering::Relaxed);
            self.inlined.fetch_add(spent.inlined, Ordering::Relaxed);
        }
    }

    fn is_full(&self, bounds: &Bounds) -> bool {
        self.fuel.load(Ordering::Relaxed) > bounds.fold_steps || self.inlined.load(Ordering::Relaxed) > bounds.inlined
    }
}

impl<'a> Checker<'a> {
    /// Works on items in several threads, where there are enough of them.
    pub(super) fn ahead<I: Sync, T: Send>(&mut self, items: &[I], work: impl Fn(&mut Self, &I) -> Option<T> + Sync) -> Ahead<T> {
        let mut ahead = Ahead { outcomes: items.iter().map(|_| None).collect(), spent: Vec::new() };
        if items.len() <= self.bounds.alone || threads() < 2 {
            return ahead;
        }
        ahead.spent = vec![Spent::default(); items.len()];
        let lent = self.table.lend();
        let (sources, packs, bounds, nothing) = (self.sources, self.packs, self.bounds, &self.nothing);
        // A checker of the same bundle that has checked nothing yet.
        let fork = || Self { nothing: Arc::clone(nothing), ..Self::new(sources, packs, Shared::Lent(Arc::clone(&lent)), bounds) };
        // Of few, each thread is to have some.
        let at_once = (items.len() / (4 * threads())).clamp(1, AT_ONCE);
        let parts = items.chunks(at_once).zip(ahead.outcomes.chunks_mut(at_once)).zip(ahead.spent.chunks_mut(at_once));
        let parts: Vec<Mutex<Part<'_, I, T>>> = parts.map(|((items, outcomes), spent)| Mutex::new(Part { items, outcomes, spent })).collect();
        let till = Till::default();
        in_threads_with(
            &parts,
            || (fork(), 0usize),
            |(checker, in_vain), part| {
                let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
                let Part { items, outcomes, spent } = &mut *part;
                for ((item, outcome), spent) in items.iter().zip(outcomes.iter_mut()).zip(spent.iter_mut()) {
                    if *in_vain > MOST_IN_VAIN || till.is_full(&bounds) {
                        break;
                    }
                    let before = checker.trace();
                    *outcome = work(checker, item);
                    let took = checker.spent_since(Spent::default());
                    till.put(took);
                    if checker.trace() == before && checker.table.is(&lent) {
                        *in_vain = in_vain.saturating_sub(1);
                        *spent = took;
                        checker.refill();
                    } else {
                        *outcome = None;
                        *in_vain += 1;
                        *checker = fork();
                    }
                }
            },
        );
        drop(parts);
        self.taken_ahead |= ahead.outcomes.iter().any(Option::is_some);
        ahead
    }
}
