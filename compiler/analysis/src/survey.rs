//! What can be said with proof of all rules of a bundle at once: which never match, never decide or change nothing, which conditions are
//! always so, which history can't happen. What lints are made of.
//!
//! Each rule is looked at beside the rules about the same steps alone, never beside the whole bundle. Most rules are plainly of use: that is
//! seen at a step that is made up and computed (`screen`), and nothing has to be proved. What remains is asked of the solver (`stage`), and
//! only a proof makes a finding. How much may be asked is counted in questions, not in time, so that the same bundle has the same findings
//! on every machine; what there was no room for is unknown, and counted.

mod findings;
mod look;
mod marks;
mod overruling;
mod parts;
mod past;
mod screen;
mod settle;
mod shown;
mod stage;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reach_compiler::ir::Bundle;

use crate::diff::Rules;
use crate::inquiry::MakePlay;
use crate::limits::{Limits, Stop};

pub use findings::{Constancy, Finding, Never, Past, Survey, Unsettled};
use marks::Marks;
pub use marks::Tri;

/// How much a survey may ask of the solver.
#[derive(Clone, Debug)]
pub struct Effort {
    /// How many questions, for each rule of the bundle, and for each bundle.
    pub questions: (u64, u64),
    /// How many proposals are looked at for one question.
    pub rounds: u32,
    /// How many states of sessions are looked at for one question.
    pub states: usize,
    /// How many questions of a bundle may look at sessions.
    pub sessions: u64,
    /// How much work one question is worth, counted in steps of the search: about as many thousands of states of texts.
    pub work: u64,
    /// When to end in any case.
    pub stop: Stop,
}

impl Default for Effort {
    fn default() -> Self {
        Self { questions: (8, 4_000), rounds: 200, states: 200, sessions: 200, work: 600, stop: Stop::default() }
    }
}

impl Effort {
    /// Returns what is worth while for a bundle of so many rules: of a large one, what can't be told quickly is left unknown.
    #[must_use]
    pub fn of(rules: usize) -> Self {
        let whole = Self::default();
        if rules <= LARGE { whole } else { Self { questions: (0, 600), sessions: 0, rounds: 50, work: 100, ..whole } }
    }

    /// Returns the limits of one question after the other, and what counts the work of each: set it to nothing before the next one.
    fn limits(&self) -> (Limits, Arc<AtomicU64>) {
        let (done, most, stop) = (Arc::new(AtomicU64::new(0)), self.work, self.stop.clone());
        let count = Arc::clone(&done);
        let due = move || count.fetch_add(1, Ordering::Relaxed) >= most || stop.is_due();
        (Limits { rounds: self.rounds, examples: 1, states: self.states, stop: Stop::when(due), ..Limits::default() }, done)
    }
}

/// Looks at all rules of a bundle. Each finding is proved over all sessions.
#[must_use]
pub fn survey(bundle: &Bundle, effort: &Effort) -> Survey {
    survey_with_tests(bundle, &|_| None, effort)
}

/// Looks at all rules of a bundle, and plays its tests: what they show of a rule needn't be searched for. Each finding is proved over all
/// sessions; a test only ever shows that something can be.
#[must_use]
pub fn survey_with_tests(bundle: &Bundle, make: &MakePlay<'_>, effort: &Effort) -> Survey {
    let rules = Rules::of(bundle);
    let steps = stage::steps(bundle, &rules);
    let mut marks: Vec<Marks> = bundle.rules.iter().enumerate().map(|(index, rule)| Marks::new(bundle, index, rule)).collect();
    screen::look(bundle, &rules, &steps, &mut marks);
    let screened = marks.iter().filter(|m| m.is_of_use()).count();
    shown::look(bundle, make, &mut marks);
    let spent = look::look(bundle, &rules, &steps, &mut marks, effort);
    let mut survey = settle::settle(bundle, &rules, &steps, &marks, effort);
    past::look(bundle, &rules, &marks, effort, &mut survey);
    survey.asked += spent;
    survey.screened = screened;
    survey.findings.sort();
    survey
}

/// A bundle of more rules is large.
const LARGE: usize = 1_000;
