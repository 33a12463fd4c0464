//! Bundles of everything, with their mutants: the analysis ends, and what it answers was replayed.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use proptest::test_runner::{TestCaseError, TestError};
use reach_analysis::Limits;
use reach_tests::changes::Compared;
use reach_tests::generate::{case_strategy, runner};
use reach_tests::mutants::mutants;

use super::number;

/// How many mutants of a bundle are compared.
const MUTANTS: usize = 3;

#[test]
fn bundles_of_everything_are_compared_with_their_mutants_within_the_limits() {
    let (compared, changed, unknown) = (Cell::new(0u32), Cell::new(0u32), Cell::new(0u32));
    let slowest = RefCell::new((Duration::ZERO, String::new()));
    let cases = u32::try_from(number("REACH_CASES", 15)).unwrap();
    let seed = number("REACH_SEED", 1).wrapping_mul(1_000).wrapping_add(70);
    let result = runner(cases, seed).run(&case_strategy(2), |case| {
        let source = case.bundle().source();
        let old = Compared::new(&source).map_err(TestCaseError::fail)?;
        let all = mutants(&old.bundle);
        let step = all.len().div_ceil(MUTANTS).max(1);
        for mutant in all.into_iter().step_by(step) {
            let Ok(new) = Compared::of(mutant.bundle) else { continue };
            let begun = Instant::now();
            let difference = reach_analysis::diff(&old.bundle, &new.bundle, &old.replay, &new.replay, &Limits::default());
            let took = begun.elapsed();
            if took > slowest.borrow().0 {
                *slowest.borrow_mut() = (took, format!("{}\n{source}", mutant.what));
            }
            let difference = difference.map_err(|why| TestCaseError::fail(format!("{}: {why}\n{source}", mutant.what)))?;
            compared.set(compared.get() + 1);
            changed.set(changed.get() + u32::from(!difference.changes.is_empty()));
            unknown.set(unknown.get() + u32::from(!difference.unknown.is_empty()));
        }
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, _)) => panic!("{why}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    let (took, which) = slowest.into_inner();
    println!(
        "{} compared, {} changed, {} with something unknown; the slowest took {:.2} s: {which}",
        compared.get(),
        changed.get(),
        unknown.get(),
        took.as_secs_f64()
    );
}
