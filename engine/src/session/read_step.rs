//! Verdicts on steps that are not taken: read once and decided as often as somebody likes, given without JSON, or many at once.

use reach_evaluator::image::StepKind;

use super::{Session, Verdict};
use crate::intake::{Event, UNREAD};
use crate::step::Step;

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
    /// Decides a step that the host holds in its own form, as [`Session::decide`] decides its line ([`Step::to_line`]), and without writing that
    /// where rules alone decide and all values fit. The session stays as it was, and nothing is recorded: a record is of lines.
    ///
    /// ```
    /// use reach_engine::{Arg, Effect, Session, Step, StepKind};
    ///
    /// fn may_pay(session: &mut Session, to: &str, cents: i64, at_ns: i128) -> bool {
    ///     let args = [("recipient", Arg::Text(to)), ("cents", Arg::Int(cents))];
    ///     let step = Step { kind: StepKind::Call, name: "pay", id: "c1", agent: None, at_ns, definition: None, args: &args, facts: &[] };
    ///     session.decide_step(&step).effect == Effect::Permit
    /// }
    /// ```
    pub fn decide_step(&mut self, step: &Step<'_>) -> Verdict {
        self.work.problems.silent = true;
        let verdict = self.aside(|session| session.given(step));
        self.work.problems.silent = false;
        verdict.unwrap_or_else(|| self.decide(&step.to_line(None)))
    }

    /// Decides a step whose values surely fit, where rules alone decide.
    fn given(&mut self, step: &Step<'_>) -> Option<Verdict> {
        let limits = self.options.limits;
        self.work.begin();
        self.work.step.slots.resize(usize::from(self.image.image().slots), UNREAD);
        let (mut sink, slots) = self.work.step_sink(&self.image, &limits, "");
        let mut event = Event::give(step, &mut sink, slots)?;
        self.prepare("", &mut event, step.kind).ok()?;
        self.verdict_by_rules_alone(&event, step.kind)?
    }

    /// Decides steps that stand in lines, one behind the other, each as [`Session::decide`] does, and appends what they come to. Blank lines are
    /// passed over.
    pub fn decide_lines(&mut self, lines: &str, verdicts: &mut Vec<Verdict>) {
        for line in lines.split('\n').filter(|line| !line.trim_ascii().is_empty()) {
            verdicts.push(self.decide(line));
        }
    }

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
