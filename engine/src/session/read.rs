//! What an event is, and what becomes of one that can't be read.

use reach_codes::table::event as codes;

use super::{Outcome, Session};
use crate::decision::ArgumentProblem;
use crate::intake::problems::quoted;
use crate::intake::stop::{Excess, Stop, Why};
use crate::intake::{Event, EventKind, UNREAD, peek};
use crate::memory::agents::MAIN;
use crate::reserved::Reserved;

impl Session {
    /// Reads the envelope of an event, and its arguments where that is possible at once.
    pub(super) fn read<'l>(&mut self, line: &'l str, event: &mut Event<'l>) -> Result<(), Stop> {
        let limits = self.options.limits;
        self.work.begin();
        if line.len() > limits.event_bytes {
            return Err(Stop::limit(Excess::Event));
        }
        self.work.step.slots.resize(usize::from(self.image.image().slots), UNREAD);
        let (mut sink, slots) = self.work.step_sink(&self.image, &limits, line);
        event.read(line, &mut sink, slots)
    }

    /// Takes an event: a step is decided, an observation changes what the session knows.
    pub(super) fn take(&mut self, line: &str) -> Outcome {
        let mut event = Event::empty();
        if let Err(stop) = self.read(line, &mut event) {
            return self.stopped(line, &stop);
        }
        match event.kind {
            Some(EventKind::Step(kind)) => Outcome::Decision(Box::new(self.step(line, &mut event, kind))),
            Some(kind) => self.observe(line, &mut event, kind),
            None => self.unknown_type(line, &event),
        }
    }

    /// Forbids a step that can't be read, or reports an observation that can't.
    fn stopped(&mut self, line: &str, stop: &Stop) -> Outcome {
        let seen = peek::glimpse(line);
        if seen.step_kind().is_some() {
            let id = seen.id.filter(|id| id.len() <= self.options.limits.id_bytes).unwrap_or_default();
            self.fold_unread();
            self.hold(&id);
            return Outcome::Decision(Box::new(self.forbid(id, &stop_reason(stop))));
        }
        let kind = seen.kind.as_deref().and_then(EventKind::of);
        match (stop.why(), kind) {
            (Why::Limit(excess), Some(kind)) => {
                // Which agent it is of can't be known, so it may be the main one.
                self.work.memory.agent = MAIN;
                let consequence = self.miss(kind, seen.step.as_deref());
                Outcome::Rejected(Box::new(self.error(codes::EVENT_OVER_LIMIT, excess.message(&self.options.limits), Vec::new(), consequence)))
            }
            (why, _) => {
                let message = match why {
                    Why::Json(e) => format!("the line can't be read as JSON: {e}"),
                    Why::Limit(excess) => format!("{}, and its `type` can't be seen", excess.message(&self.options.limits)),
                };
                self.unreadable(codes::UNREADABLE_EVENT, message)
            }
        }
    }

    /// Reports an event that could have been anything, and ends the session.
    fn unreadable(&mut self, code: reach_codes::Code, message: String) -> Outcome {
        self.end("an event that can't be read");
        Outcome::Rejected(Box::new(self.error(code, message, Vec::new(), "the session is over: its later steps are forbidden")))
    }

    fn unknown_type(&mut self, line: &str, event: &Event<'_>) -> Outcome {
        let message = match event.kind_word(line, &self.work.step.scratch) {
            Some(word) => format!("the event's type is {}, which Reach doesn't know", quoted(word, 60)),
            None => "the event has no `type`".to_owned(),
        };
        self.unreadable(codes::UNKNOWN_EVENT_TYPE, message)
    }

    /// Returns the text of a piece of the event.
    pub(super) fn piece(&self, line: &str, piece: Option<reach_values::json::Piece>) -> String {
        piece.map(|p| p.text(line, &self.work.step.scratch).to_owned()).unwrap_or_default()
    }
}

/// Returns the reason of a step that could not be read to its end.
pub(super) fn stop_reason(stop: &Stop) -> Reserved {
    match stop.why() {
        Why::Limit(excess) => Reserved::Limit(excess),
        Why::Json(e) => {
            let problem =
                ArgumentProblem { pointer: String::new(), expected: "one JSON object".to_owned(), actual: format!("a line that can't be read as JSON: {e}") };
            Reserved::InvalidArguments(vec![problem], 1)
        }
    }
}
