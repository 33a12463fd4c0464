//! What is compared.

use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::measure::Clock;
use crate::subject::Subject;

/// Builds an engine's side of a comparison.
pub type Build = Box<dyn Fn() -> Result<Box<dyn Subject>, String>>;

/// One comparison: the same steps for each engine.
pub struct Plan {
    /// The workload, as it is named on the command line.
    pub workload: &'static str,
    /// Which part of it.
    pub what: &'static str,
    /// How large it is: rules, or users; none where there is one size.
    pub size: Option<usize>,
    /// What every engine must say of each step: whether it is permitted.
    pub expected: Vec<bool>,
    /// How many steps are timed, from the first on; the others are checked only.
    pub timed: usize,
    /// Which time is measured.
    pub clock: Clock,
    /// The engines.
    pub sides: Vec<(Engine, Build)>,
}

/// An engine that is built, and says what is expected.
pub struct Side {
    /// Who it is.
    pub engine: Engine,
    /// The engine.
    pub subject: Box<dyn Subject>,
    /// How long it took to build.
    pub built_in: Duration,
}

impl Plan {
    /// Builds the engines that are wanted and lets each decide each step once. Returns beside them those that can't be built, and why:
    /// some have limits below the larger sizes.
    ///
    /// # Errors
    /// When an engine says something else than expected.
    pub fn build(&self, wanted: impl Fn(Engine) -> bool) -> Result<(Vec<Side>, Vec<(Engine, String)>), String> {
        let (mut sides, mut failed) = (Vec::new(), Vec::new());
        for (engine, build) in self.sides.iter().filter(|(engine, _)| wanted(*engine)) {
            let begin = Instant::now();
            let mut subject = match build() {
                Ok(subject) => subject,
                Err(e) => {
                    failed.push((*engine, e));
                    continue;
                }
            };
            let built_in = begin.elapsed();
            for (step, expected) in self.expected.iter().enumerate() {
                let permitted = subject.repeat(step, 1) == 1;
                if permitted != *expected {
                    return Err(format!("{}: {} decides step {step} otherwise: permitted is {permitted}", self.title(), engine.name()));
                }
            }
            sides.push(Side { engine: *engine, subject, built_in });
        }
        Ok((sides, failed))
    }

    /// Returns what it is called.
    #[must_use]
    pub fn title(&self) -> String {
        match self.size {
            Some(size) => format!("{} ({}), {size}", self.workload, self.what),
            None => format!("{} ({})", self.workload, self.what),
        }
    }
}
