//! Work on many things at once, whose outcome doesn't tell how many threads there were.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The stack of a thread: enough for a walk over anything that the language takes.
const STACK_BYTES: usize = 32 << 20;

/// Returns how many threads the machine has.
#[must_use]
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Works on items in as many threads as the machine has, and returns what came of each, in their order.
pub fn in_threads<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    in_threads_with(items, || (), |(), item| work(item))
}

/// Works on items as [`in_threads`] does, where each thread begins by making what it needs for its share.
pub fn in_threads_with<T: Sync, R: Send, W>(items: &[T], begin: impl Fn() -> W + Sync, work: impl Fn(&mut W, &T) -> R + Sync) -> Vec<R> {
    let threads = threads().min(items.len());
    let next = AtomicUsize::new(0);
    let mut done: BTreeMap<usize, R> = BTreeMap::new();
    let take = || {
        let mut mine = Vec::new();
        let mut with = begin();
        while let Some((at, item)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?))) {
            mine.push((at, work(&mut with, item)));
        }
        mine
    };
    std::thread::scope(|scope| {
        // Where no other thread can be had, this one does it all.
        let others: Vec<_> = (1..threads).filter_map(|_| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, take).ok()).collect();
        done.extend(take());
        for other in others {
            match other.join() {
                Ok(found) => done.extend(found),
                // As if this thread had done it: nothing may be missing in what is returned.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    done.into_values().collect()
}

/// Returns what there is, in the memory that it is in: places are filled by threads, and mostly all of them.
#[expect(clippy::filter_map_identity, reason = "`flatten` takes memory anew")]
pub fn in_place<T>(places: Vec<Option<T>>) -> Vec<T> {
    places.into_iter().filter_map(|it| it).collect()
}

#[cfg(test)]
mod tests {
    use super::{in_place, in_threads};

    #[test]
    fn what_came_of_each_is_in_their_order() {
        let items: Vec<usize> = (0..1_000).collect();
        assert_eq!(in_threads(&items, |n| n * 2), items.iter().map(|n| n * 2).collect::<Vec<_>>());
        assert_eq!(in_threads(&[] as &[usize], |n| *n), Vec::<usize>::new());
    }

    #[test]
    fn what_there_is_stays_where_it_is() {
        let places: Vec<Option<String>> = (0..100).map(|n| (n % 7 != 0).then(|| n.to_string())).collect();
        let (first, expected) = (places.as_ptr().addr(), places.iter().flatten().cloned().collect::<Vec<_>>());
        let there = in_place(places);
        assert_eq!((there.as_ptr().addr(), &there), (first, &expected));
    }

    #[test]
    #[should_panic(expected = "seven")]
    fn nothing_is_lost_without_a_word() {
        in_threads(&(0..100).collect::<Vec<_>>(), |n| assert_ne!(*n, 7, "seven"));
    }
}
