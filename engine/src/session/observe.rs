//! Observations: what they change, and what becomes of those that don't fit.

use reach_codes::Code;
use reach_codes::table::event as codes;
use reach_evaluator::value::{Cause, Space, Value};

use super::{Outcome, Session};
use crate::intake::problems::{Flaw, Token, quoted};
use crate::intake::value::Sink;
use crate::intake::{Event, EventKind, UNREAD, is_optional, is_unread, missing, slot_mut};
use crate::memory::agents::{MAIN, NOBODY};
use crate::reserved::invalid;

/// What follows when nothing rests on an observation.
const NOTHING: &str = "nothing changes";
/// What follows for the context.
const NO_CONTEXT: &str = "the fields of the context have no value";

impl Session {
    /// Takes an observation whose envelope was read.
    pub(super) fn observe(&mut self, line: &str, event: &mut Event<'_>, kind: EventKind) -> Outcome {
        self.check_envelope(line, event);
        self.check_agent(line, event);
        if let Some(ending) = &self.ended {
            let message = format!("the session ended at entry {}: {}", ending.entry, ending.why);
            return self.reject(codes::SESSION_ENDED, message, NOTHING);
        }
        let ill_typed = !self.work.problems.is_empty();
        match kind {
            EventKind::Start | EventKind::Context => self.context(line, event, kind, ill_typed),
            _ if ill_typed => {
                let step = event.step().map(|p| p.text(line, &self.work.step.scratch).to_owned());
                let consequence = self.miss(kind, step.as_deref());
                self.ill_typed(consequence)
            }
            EventKind::Result => self.result(line, event),
            EventKind::Prompt => self.prompt(line, event),
            EventKind::End => self.end_agent(),
            EventKind::Approval => self.approval(line, event),
            EventKind::Usage => self.usage(line, event),
            EventKind::Step(_) => Outcome::Observed,
        }
    }

    /// Looks at what the envelope of any event must satisfy besides its types: time, session, agent.
    pub(super) fn check_envelope(&mut self, line: &str, event: &Event<'_>) {
        let limits = self.options.limits;
        let last = self.last_at;
        if let Some(at) = event.at {
            if last.is_some_and(|last| at < last) {
                self.flaw(line, &limits, "at", Flaw::Time, "a time that is not before the last event's", |_, _| {
                    format!("`{}`, after `{}`", reach_values::time::format_time(at), reach_values::time::format_time(last.unwrap_or_default()))
                });
            } else {
                self.last_at = Some(at);
            }
        }
        if let Some(piece) = event.session() {
            let named = piece.text(line, &self.work.step.scratch);
            if self.id.is_empty() && self.entries <= 1 {
                self.id.push_str(named);
            } else if named != self.id {
                let expected = format!("the session `{}`", self.id);
                self.flaw(line, &limits, "session", Flaw::Session, &expected, |input, scratch| format!("text {}", quoted(piece.text(input, scratch), 60)));
            }
        }
        let now = self.last_at.unwrap_or_default();
        if self.entries <= 1 {
            self.work.memory.began = now;
        }
        self.work.memory.now = now;
    }

    /// Finds the agent that an event is of. A step must be of one that is alive, and so must what says that an agent ended.
    pub(super) fn check_agent(&mut self, line: &str, event: &Event<'_>) {
        self.work.memory.agent = MAIN;
        let Some(piece) = event.agent() else { return };
        let limits = self.options.limits;
        let named = piece.text(line, &self.work.step.scratch);
        let found = self.work.memory.agents.find(named);
        let alive = found.and_then(|at| self.work.memory.agents.get(at)).is_some_and(|agent| agent.alive);
        let must_live = matches!(event.kind, Some(EventKind::Step(_) | EventKind::End));
        match found {
            Some(at) if alive || !must_live => self.work.memory.agent = at,
            _ => {
                // What it did counts as its own, and not as the main agent's.
                self.work.memory.agent = found.unwrap_or(NOBODY);
                let expected = if found.is_some() { "an agent that has not ended" } else { "`main`, or the `id` of a `spawn` that was permitted" };
                self.flaw(line, &limits, "agent", Flaw::Agent, expected, |input, scratch| format!("text {}", quoted(piece.text(input, scratch), 60)));
            }
        }
    }

    pub(super) fn flaw(
        &mut self,
        line: &str,
        limits: &crate::limits::Limits,
        word: &'static str,
        flaw: Flaw,
        expected: &str,
        actual: impl FnOnce(&str, &str) -> String,
    ) {
        self.work.pointer.clear();
        self.work.pointer.push(Token::Word(word));
        let (mut sink, _) = self.work.step_sink(&self.image, limits, line);
        sink.problem(flaw, || expected.to_owned(), actual);
        self.work.pointer.clear();
    }

    /// Takes the end of an agent.
    pub(super) fn end_agent(&mut self) -> Outcome {
        let agent = self.work.memory.agent;
        if agent == MAIN {
            self.end("the agent `main` ended");
        } else {
            self.work.memory.changed(14, u32::try_from(agent).unwrap_or(u32::MAX), &[]);
            self.work.memory.agents.end(agent);
        }
        Outcome::Observed
    }

    /// Does what must be done when an observation is missed, over a limit or ill-typed, and says what that is.
    pub(super) fn miss(&mut self, kind: EventKind, step: Option<&str>) -> &'static str {
        match kind {
            EventKind::Start | EventKind::Context => {
                self.started |= kind == EventKind::Start;
                self.work.context.slots.fill(missing(Cause::MissingContext));
                NO_CONTEXT
            }
            EventKind::Result => {
                self.miss_result(step.unwrap_or_default());
                "the step counts as answered, and what came back is unknown"
            }
            EventKind::Prompt => {
                self.said(None);
                self.doubt_prompt();
                "what the user said is unknown"
            }
            // A failed agent is over all the more.
            EventKind::End => match self.work.memory.agent {
                MAIN => {
                    self.end("the agent `main` ended");
                    "the session is over: its later steps are forbidden"
                }
                NOBODY => NOTHING,
                child => {
                    self.work.memory.agents.end(child);
                    "the agent is over all the more"
                }
            },
            _ => NOTHING,
        }
    }

    /// Takes a `start` or `context` event. What doesn't fit has no value afterwards.
    fn context(&mut self, line: &str, event: &mut Event<'_>, kind: EventKind, ill_typed: bool) -> Outcome {
        let again = kind == EventKind::Start && self.started;
        let fields = self.image.image().context.len();
        let mut given = vec![UNREAD; fields];
        let limits = self.options.limits;
        let read = {
            let mut sink = Sink {
                image: &self.image,
                limits: &limits,
                context: None,
                entities: &self.work.context.entities,
                input: line,
                borrow: false,
                space: Space::Context,
                text: &mut self.work.context.text,
                cells: &mut self.work.context.cells,
                stack: &mut self.work.stack,
                pointer: &mut self.work.pointer,
                problems: &mut self.work.problems,
                depth: 0,
                open: false,
            };
            event.read_context(&mut sink, &mut given)
        };
        if read.is_err() {
            // The envelope was gone over within the limits, so this cannot be; if it is, nothing of the context is known.
            let consequence = self.miss(kind, None);
            return self.reject(codes::EVENT_OVER_LIMIT, "the context can't be read".into(), consequence);
        }
        if kind == EventKind::Start && !again {
            self.close_context(line, &mut given);
            self.started = true;
        }
        for (slot, value) in self.work.context.slots.iter_mut().zip(&given) {
            if !is_unread(value) {
                *slot = if again { missing(Cause::MissingContext) } else { *value };
            }
        }
        // An observation that is ill-typed as a whole could have meant any field.
        if ill_typed {
            self.work.context.slots.fill(missing(Cause::MissingContext));
        }
        self.check_context();
        self.compact_context();
        if again {
            return self.reject(codes::SESSION_ALREADY_STARTED, "the session has started already".into(), "the fields that it names have no value");
        }
        if self.work.problems.is_empty() {
            return Outcome::Observed;
        }
        self.ill_typed(if ill_typed { NO_CONTEXT } else { "the fields that don't fit have no value" })
    }

    /// Gives optional fields that `start` left out their absence, and notes those that are missing.
    fn close_context(&mut self, line: &str, given: &mut [Value]) {
        let image = std::sync::Arc::clone(&self.image);
        let limits = self.options.limits;
        for field in &image.image().context {
            let Some(value) = slot_mut(given, field.slot) else { continue };
            if !is_unread(value) {
                continue;
            }
            if is_optional(&image, field) {
                *value = Value::Absent;
                continue;
            }
            self.work.pointer.extend([Token::Word("context"), Token::Name(field.name)]);
            let (mut sink, _) = self.work.step_sink(&image, &limits, line);
            sink.missing(field.ty);
            self.work.pointer.clear();
        }
    }

    /// Reports an observation by its problems.
    fn ill_typed(&mut self, consequence: &'static str) -> Outcome {
        let problems = &self.work.problems;
        let code = problems.list.iter().find(|p| !p.in_context).map_or(codes::CONTEXT_MISMATCH, |p| code_of(p.flaw));
        let shown = problems.shown();
        let message = invalid(&shown, problems.count);
        Outcome::Rejected(Box::new(self.error(code, message, shown, consequence)))
    }

    pub(super) fn reject(&mut self, code: Code, message: String, consequence: &'static str) -> Outcome {
        let problems = self.work.problems.shown();
        Outcome::Rejected(Box::new(self.error(code, message, problems, consequence)))
    }
}

const fn code_of(flaw: Flaw) -> Code {
    match flaw {
        Flaw::Missing => codes::MISSING_EVENT_FIELD,
        Flaw::Unknown => codes::UNKNOWN_EVENT_FIELD,
        Flaw::Duplicate => codes::DUPLICATE_EVENT_KEY,
        Flaw::Type | Flaw::Session => codes::EVENT_FIELD_TYPE,
        Flaw::Time => codes::TIME_GOES_BACKWARDS,
        Flaw::Agent => codes::UNKNOWN_AGENT,
    }
}
