//! The tests of a bundle, one at a time, on machines that need not be the bundle's own: for whoever asks whether the tests notice a change.
//! Properties are not among them: each stands for many sessions, which other constants would change.

use std::sync::Arc;

use reach_codes::Sources;
use reach_compiler::ir::{Bundle, Test};
use reach_engine::{Options, VerifiedImage};

use crate::expect::Steps;
use crate::report::TestKind;
use crate::run::{Case, Watch, What, cases, is_as_expected, run_example};
use crate::stage::begin;

/// The tests, examples and counterexamples of a bundle, in source order.
pub struct Suite<'b> {
    cases: Vec<Case<'b>>,
    sources: &'b Sources,
}

impl<'b> Suite<'b> {
    /// Takes the tests of a bundle.
    #[must_use]
    pub fn of(bundle: &'b Bundle) -> Self {
        let is_one = |case: &Case<'_>| !matches!(case.what, What::Property(_));
        Self { cases: cases(bundle).into_iter().filter(is_one).collect(), sources: &bundle.sources }
    }

    /// Returns how many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.cases.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// Returns what a test is called.
    #[must_use]
    pub fn name(&self, test: usize) -> &str {
        self.cases.get(test).map_or("", |case| case.name.as_str())
    }

    /// Returns the events of a test.
    #[must_use]
    pub fn events(&self, test: usize) -> Vec<&'b str> {
        match self.cases.get(test).map(|case| &case.what) {
            Some(What::Test(test)) => test.items.iter().map(|item| item.event.as_str()).collect(),
            Some(What::Example { event, .. }) => vec![event],
            Some(What::Property(_)) | None => Vec::new(),
        }
    }

    /// Returns whether a test speaks of a rule: expects it among the deciding ones, or is an example of it.
    #[must_use]
    pub fn speaks_of(&self, test: usize, rule: &str) -> bool {
        match self.cases.get(test).map(|case| &case.what) {
            Some(What::Test(test)) => test.items.iter().filter_map(|item| item.expect.as_ref()).any(|expect| expect.by.iter().any(|by| by == rule)),
            Some(What::Example { rule: of, .. }) => of.name == rule,
            Some(What::Property(_)) | None => false,
        }
    }

    /// Runs a test, up to its first failure, and returns whether it passes.
    #[must_use]
    pub fn passes(&self, test: usize, image: &Arc<VerifiedImage>) -> bool {
        let Some(case) = self.cases.get(test) else { return false };
        match &case.what {
            What::Test(test) => passes(test, image),
            What::Example { rule, event } => {
                let place = (reach_codes::Span::default(), case.kind == TestKind::Counterexample);
                run_example(image, self.sources, (rule, event), place, &mut Watch::nobody(&mut ())).is_empty()
            }
            What::Property(_) => false,
        }
    }
}

fn passes(test: &Test, image: &Arc<VerifiedImage>) -> bool {
    let Ok(mut session) = begin(image, test, Options::default()) else { return false };
    let steps = Steps::of(&test.items);
    test.items.iter().all(|item| is_as_expected(item, &session.event(&item.event), &steps))
}
