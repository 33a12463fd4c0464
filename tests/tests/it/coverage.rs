//! Coverage against a reference that has no part in it: the oracle, which walks the typed IR, on bundles over small domains.

mod closing;
mod numbers;

use reach_tests::generate::Choices;
use reach_tests::generate::{SmallBundle, all_steps, contexts};

/// Returns some sessions of a small bundle: a context and some of its steps.
fn sessions(small: &SmallBundle, c: &mut Choices<'_>, most: usize) -> Vec<Vec<String>> {
    let (contexts, steps) = (contexts(small, small), all_steps(small, small));
    (0..1 + c.below(4)).map(|_| std::iter::once(c.pick(&contexts).clone()).chain((0..1 + c.below(most)).map(|_| c.pick(&steps).clone())).collect()).collect()
}
