//! A step that is read once and decided as often as somebody likes.

use reach_evaluator::image::StepKind;

use super::{Session, Verdict};
use crate::intake::Event;

/// A step whose values are in the session's slots.
#[derive(Debug)]
pub struct ReadStep<'s> {
    session: &'s mut Session,
    line: &'s str,
    event: Event<'s>,
    kind: StepKind,
}

impl ReadStep<'_> {
    /// Decides the step as [`Session::decide`] does, without reading it again.
    pub fn decide(&mut self) -> Verdict {
        self.session.verdict_by_rules(self.line, &self.event, self.kind).unwrap_or(Verdict::FORBID)
    }
}

impl Session {
    /// Reads a step and hands it over, so that what rules cost can be told from what reading costs. The session stays as it was, and
    /// nothing is recorded. Returns none where the line is no step that fits: it is forbidden whatever rules say.
    pub fn with_step<T>(&mut self, line: &str, look: impl FnOnce(&mut ReadStep<'_>) -> T) -> Option<T> {
        self.work.problems.silent = true;
        let seen = self.aside(|session| {
            let mut event = Event::empty();
            let kind = session.read_step(line, &mut event)?;
            Some(look(&mut ReadStep { session, line, event, kind }))
        });
        self.work.problems.silent = false;
        seen
    }
}
