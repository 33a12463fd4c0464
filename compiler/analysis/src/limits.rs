//! How much an analysis may take before it says that it can't tell.

use std::fmt;
use std::sync::Arc;

/// How much an analysis may take. What goes beyond is unknown, never wrong.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many proposals are looked at for one question.
    pub rounds: u32,
    /// How many examples of differences are given for one step.
    pub examples: usize,
    /// How many examples of differences are given in all: whoever only asks whether something differs needs one.
    pub changes: usize,
    /// How many states of sessions are looked at.
    pub states: usize,
    /// How many sessions that are made of tests are played for one step that can't be told.
    pub tries: usize,
    /// When to end.
    pub stop: Stop,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rounds: 20_000, examples: 16, changes: usize::MAX, states: 20_000, tries: usize::MAX, stop: Stop::default() }
    }
}

/// Tells when to end: by default never.
#[derive(Clone, Default)]
pub struct Stop(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Stop {
    /// Ends when `due` says so; it is asked often.
    pub fn when(due: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(due)))
    }

    /// Returns whether it is time to end.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.0.as_ref().is_some_and(|due| due())
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Stop(when due)" } else { "Stop(never)" })
    }
}
