//! One session.

use std::sync::Arc;

use crate::VerifiedImage;
use crate::decision::{Decision, Effect, Reason};
use crate::explain::{ExplainError, Explanation};
use crate::limits::Limits;
use crate::observation::ObservationError;
use crate::store::Store;

/// How a session runs.
#[derive(Default)]
pub struct Options {
    /// Where every event goes before its decision is given away. When appending fails, the decision is `forbid` by `unrecorded`.
    pub store: Option<Box<dyn Store + Send>>,
    /// Whether the run took place already: results of steps that are refused or asked now are left out, and said to be.
    pub recorded: bool,
    /// The limits; those of the language unless a test says otherwise.
    pub limits: Limits,
}

/// What became of an event.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was a step.
    Decision(Box<Decision>),
    /// It was an observation.
    Observed,
    /// It was the result of a step that took place in a recorded run and that is refused or asked now: left out, for this reason.
    LeftOut(Box<ObservationError>),
    /// It was an observation that doesn't fit, or can't be read. It was recorded as such; what rests on it has no value.
    Rejected(Box<ObservationError>),
}

/// A decision without its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the host must do.
    pub effect: Effect,
    /// How many rules decided; reserved reasons don't count.
    pub rules: u32,
}

/// One session: what its events said so far.
pub struct Session {
    image: Arc<VerifiedImage>,
    id: String,
    options: Options,
}

impl Session {
    /// Returns a session to which nothing happened yet.
    #[must_use]
    pub fn new(image: Arc<VerifiedImage>, id: &str, options: Options) -> Self {
        Self { image, id: id.to_owned(), options }
    }

    /// Takes the next event, one JSON object.
    pub fn event(&mut self, line: &str) -> Outcome {
        let _ = (line, &self.options, &self.image);
        Outcome::Decision(Box::new(Decision {
            session: self.id.clone(),
            id: String::new(),
            effect: Effect::Forbid,
            rules: vec![Reason { rule: "internal".into(), file: None, line: None, column: None, message: None, severity: None, problems: Vec::new() }],
            advisory: Vec::new(),
            obligations: Vec::new(),
            args: None,
            errors: Vec::new(),
            bundle: String::new(),
            entry: 0,
        }))
    }

    /// Decides a step without recording it, and without making a single string.
    pub fn decide(&mut self, line: &str) -> Verdict {
        let _ = line;
        Verdict { effect: Effect::Forbid, rules: 0 }
    }

    /// Decides a step without recording it, and says why.
    ///
    /// # Errors
    /// When the line is no step.
    pub fn explain(&mut self, line: &str) -> Result<Explanation, ExplainError> {
        let _ = line;
        Err(ExplainError::NotAStep)
    }

    /// Returns whether the line is a step, as far as it can be seen. Reads no more than the event's keys.
    #[must_use]
    pub fn is_step(line: &str) -> bool {
        let _ = line;
        false
    }
}
