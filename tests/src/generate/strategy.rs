//! The strategies for proptest, and a runner that is the same each time.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::bundle::{GeneratedBundle, generate_bundle};
use super::choices::Choices;
use super::steps::{generate_context, generate_step};

/// A bundle with events for it.
#[derive(Clone)]
pub struct Case {
    /// The tape of the bundle.
    pub bundle_tape: Vec<u16>,
    /// One tape an event.
    pub step_tapes: Vec<Vec<u16>>,
}

impl Case {
    /// Makes the bundle.
    #[must_use]
    pub fn bundle(&self) -> GeneratedBundle {
        generate_bundle(&mut Choices::new(&self.bundle_tape))
    }

    /// Makes the events: usually a `start` first, sometimes a `context` in between, else steps.
    #[must_use]
    pub fn events(&self, bundle: &GeneratedBundle) -> Vec<String> {
        let mut events = Vec::new();
        for (id, tape) in self.step_tapes.iter().enumerate() {
            let mut c = Choices::new(tape);
            if id == 0 && !c.chance(15) {
                events.push(generate_context("start", bundle, &mut c));
            } else if id > 0 && c.chance(3) {
                events.push(generate_context("context", bundle, &mut c));
            }
            events.push(generate_step(id, bundle, &mut c));
        }
        events
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bundle = self.bundle();
        writeln!(f, "bundle:\n{}\nevents:", bundle.source())?;
        self.events(&bundle).iter().try_for_each(|e| writeln!(f, "{e}"))
    }
}

/// Bundles with up to `steps` steps each.
pub fn case_strategy(steps: usize) -> impl Strategy<Value = Case> {
    (vec(any::<u16>(), 0..900), vec(vec(any::<u16>(), 60), steps.div_ceil(2)..=steps)).prop_map(|(bundle_tape, step_tapes)| Case { bundle_tape, step_tapes })
}

/// A runner whose cases depend on nothing but `seed`.
#[must_use]
pub fn runner(cases: u32, seed: u64) -> TestRunner {
    patient_runner(cases, seed, 600)
}

/// A runner that tries so often to make a failure smaller.
#[must_use]
pub fn patient_runner(cases: u32, seed: u64, max_shrink_iters: u32) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
