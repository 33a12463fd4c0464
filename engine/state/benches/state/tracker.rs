//! Events that were counted.
//!
//! Twenty trackers of all shapes with fifty keys, after 100, 10,000 and 1,000,000 events each: both times must not grow with what went before
//! once the window is full.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use reach_state::tracker::{At, Fold, Limits, Shape, Since, Tracker};

const TRACKERS: usize = 20;

/// A millisecond in nanoseconds: the time between two events.
const STEP: i128 = 1_000_000;

/// How far `since` is behind.
const SINCE: u64 = 2_000;

struct Bench {
    trackers: Vec<Tracker<u64>>,
    fold: Fold,
    event: u64,
}

impl Bench {
    fn at(fold: Fold, events: u64) -> Self {
        let mut trackers = Vec::new();
        for n in 0..TRACKERS {
            let shape = Shape { fold, over: (n % 2 == 0).then_some(3_000 * STEP), since: n % 4 < 2 };
            trackers.push(Tracker::new(shape, Limits::default()));
        }
        let mut bench = Self { trackers, fold, event: 0 };
        for _ in 0..events {
            bench.tell();
        }
        bench
    }

    fn key(&self, n: u64) -> [u8; 8] {
        (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).rem_euclid(50).to_le_bytes()
    }

    fn tell(&mut self) {
        self.event += 1;
        // Every fourth event is a result that is late.
        let late = if self.event.is_multiple_of(4) { self.event % 7 } else { 0 };
        let at = At { pos: self.event.saturating_sub(late), time: i128::from(self.event) * STEP };
        let key = self.key(self.event);
        for tracker in &mut self.trackers {
            match self.fold {
                Fold::Ever | Fold::Count { .. } => tracker.count(&key, at),
                Fold::Sum => tracker.add(&key, at, i128::from(self.event)),
                Fold::Latest => tracker.keep(&key, at, self.event, 100),
            }
        }
    }

    fn ask(&self, n: u64) {
        let key = self.key(n);
        let since = Since { certain: self.event.checked_sub(SINCE), possible: None };
        for tracker in &self.trackers {
            black_box(tracker.ask(&key, i128::from(self.event) * STEP, since));
        }
    }
}

const FOLDS: [(&str, Fold); 4] = [("ever", Fold::Ever), ("count", Fold::Count { cap: 10_000 }), ("sum", Fold::Sum), ("latest", Fold::Latest)];

fn cases() -> impl Iterator<Item = Case> {
    FOLDS.into_iter().flat_map(|(name, fold)| [100, 10_000, 1_000_000].map(|events| Case { name, fold, events }))
}

#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    fold: Fold,
    events: u64,
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}", self.name, self.events)
    }
}

#[divan::bench(args = cases(), sample_count = 20, sample_size = 50)]
fn event(bencher: Bencher<'_, '_>, case: Case) {
    let mut bench = Bench::at(case.fold, case.events);
    bencher.counter(ItemsCount::new(TRACKERS)).bench_local(|| bench.tell());
}

#[divan::bench(args = cases(), sample_count = 20, sample_size = 50)]
fn question(bencher: Bencher<'_, '_>, case: Case) {
    let bench = Bench::at(case.fold, case.events);
    let mut n = 0;
    bencher.counter(ItemsCount::new(TRACKERS)).bench_local(|| {
        n += 1;
        bench.ask(n);
    });
}
