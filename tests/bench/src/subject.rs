//! What is run many times.

use std::hint::black_box;

/// An engine with a policy and steps.
pub trait Subject {
    /// Decides a step, given by its index, so many times; returns how many of them were permitted.
    fn repeat(&mut self, step: usize, times: u64) -> u64;
}

/// A subject that is a function.
struct Looped<F>(F);

impl<F: FnMut(usize) -> bool> Subject for Looped<F> {
    fn repeat(&mut self, step: usize, times: u64) -> u64 {
        (0..times).map(|_| u64::from(black_box((self.0)(black_box(step))))).sum()
    }
}

/// Makes a subject of a function that decides the step with an index.
pub fn looped(decide: impl FnMut(usize) -> bool + 'static) -> Box<dyn Subject> {
    Box::new(Looped(decide))
}
