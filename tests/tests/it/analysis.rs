//! The analysis against evidence that it has no part in: decisions by the machine on steps that are enumerated, written or made up.
//!
//! `REACH_CASES` is how many bundles are compared (2,000 unless it says otherwise), `REACH_SEED` where the tapes begin.

pub(crate) mod exhaustive;
mod hostile;
mod inquiries;
mod mutants;
mod refactorings;
mod sessions;
mod shipped;
mod stops;
mod survey;
mod tried;

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{TestCaseError, TestError};
use reach_tests::generate::patient_runner;

pub(crate) fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|v| v.replace('_', "").parse().ok()).unwrap_or(default)
}

/// Counts something from several threads.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(crate) fn add(&self, more: usize) {
        self.0.fetch_add(more as u64, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Runs a property over tapes on two threads; a failure is shrunk.
pub(crate) fn check(cases: u64, length: usize, seed: u64, property: impl Fn(&[u16]) -> Result<(), String> + Sync) {
    let seed = number("REACH_SEED", 1).wrapping_mul(1_000).wrapping_add(seed);
    let run = |half: u64| {
        let cases = u32::try_from(cases.div_ceil(2)).unwrap();
        let result = patient_runner(cases, seed.wrapping_add(half * 500), u32::try_from(number("REACH_SHRINK", 100)).unwrap())
            .run(&vec(any::<u16>(), 0..length), |tape| property(&tape).map_err(TestCaseError::fail));
        match result {
            Ok(()) => {}
            Err(TestError::Fail(why, tape)) => panic!("{why}\n{tape:?}"),
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| run(1));
        run(0);
        other.join().unwrap();
    });
}
