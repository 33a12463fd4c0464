//! Steps and rules that are checked by several threads before it is their turn.
//!
//! Each thread has a checker of its own, over the same table. What comes of its work counts only where it left no other trace than that
//! ([`Trace`]): whatever reports something, or gets a number that depends on what was checked before, is checked again when its turn comes. So
//! messages, their order and all numbers are those of one thread alone. What limits count is added up, and where a limit is met everything is
//! checked once more by one thread, which finds where.

use std::sync::Arc;

use reach_grammar::{has_threads, in_threads_with};

use super::Checker;
use super::kept::Spent;
use super::table::Shared;

/// How many a thread takes at a time.
const AT_ONCE: usize = 64;

/// How many more in vain than not before a thread leaves them to their turn.
const MOST_IN_VAIN: usize = 32;

/// What came of something, and what it took of what all share.
#[derive(Debug)]
pub(super) struct Ahead<T> {
    pub(super) outcome: T,
    pub(super) spent: Spent,
}

/// What waits for its turn, in order; at some places nothing, and none at the end where it was not worth it.
pub(super) type Waiting<T> = std::iter::Flatten<std::vec::IntoIter<Vec<Option<Ahead<T>>>>>;

impl<'a> Checker<'a> {
    /// Works on items in several threads, where there are enough of them. Returns what came of each, in their order, as far as that is known.
    pub(super) fn ahead<I: Sync, T: Send>(&mut self, items: &[I], work: impl Fn(&mut Self, &I) -> Option<T> + Sync) -> Waiting<T> {
        let worth = items.len() > self.bounds.alone && has_threads();
        if !worth {
            return Vec::new().into_iter().flatten();
        }
        let lent = self.table.lend();
        let (sources, packs, bounds, nothing) = (self.sources, self.packs, self.bounds, &self.nothing);
        // A checker of the same bundle that has checked nothing yet.
        let fork = || Self { nothing: Arc::clone(nothing), ..Self::new(sources, packs, Shared::Lent(Arc::clone(&lent)), bounds) };
        let parts: Vec<&[I]> = items.chunks(AT_ONCE).collect();
        let try_one = |checker: &mut Self, in_vain: &mut usize, item: &I| {
            if *in_vain > MOST_IN_VAIN {
                return None;
            }
            let before = checker.trace();
            let outcome = work(checker, item);
            if checker.trace() == before && checker.table.is(&lent) {
                *in_vain = in_vain.saturating_sub(1);
                let spent = checker.spent_since(Spent::default());
                checker.refill();
                return outcome.map(|outcome| Ahead { outcome, spent });
            }
            *in_vain += 1;
            *checker = fork();
            None
        };
        let done =
            in_threads_with(&parts, || (fork(), 0), |(checker, in_vain), part| part.iter().map(|item| try_one(checker, in_vain, item)).collect::<Vec<_>>());
        done.into_iter().flatten()
    }

    /// Spends what something took that was worked on ahead of its turn.
    pub(super) fn spend_ahead(&mut self, spent: Spent) {
        self.spend(spent);
        self.taken_ahead = true;
    }
}
