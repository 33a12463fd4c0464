//! Many sessions over one image.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_codes::Code;
use reach_codes::table::event as codes;
use reach_evaluator::VerifiedImage;

use crate::explain::{ExplainError, Explanation};
use crate::intake::peek;
use crate::intake::stop::Excess;
use crate::limits::Limits;
use crate::observation::ObservationError;
use crate::reserved::Reserved;
use crate::session::{Options, Outcome, Session, forbid};
use crate::store::Ticket;

/// The sessions of a stream of events, by the field `session` (`""` when it is left out). Their number is bounded.
pub struct Sessions {
    image: Arc<VerifiedImage>,
    begin: Box<dyn FnMut(&str) -> Session + Send>,
    limits: Limits,
    open: BTreeMap<String, Session>,
    /// The first line that could have been of any session.
    lost: Option<String>,
}

/// What a host holds between an outcome and acting on it: see [`Sessions::submit`].
#[derive(Debug)]
#[must_use = "an outcome holds once its ticket is committed"]
pub struct SessionTicket(Option<(String, Ticket)>);

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").field("limits", &self.limits).field("open", &self.open.len()).field("lost", &self.lost.is_some()).finish_non_exhaustive()
    }
}

impl Sessions {
    /// Returns no sessions; each that an event names begins with what `options` returns for its name.
    pub fn new(image: Arc<VerifiedImage>, mut options: impl FnMut(&str) -> Options + Send + 'static) -> Self {
        let all = Arc::clone(&image);
        Self::beginning(image, move |id| Session::new(Arc::clone(&all), id, options(id)))
    }

    /// Returns no sessions; each that an event names is the one that `begin` returns for its name. So a host goes on with sessions that
    /// were saved, or that stand in a log. They must be of the same image.
    pub fn beginning(image: Arc<VerifiedImage>, begin: impl FnMut(&str) -> Session + Send + 'static) -> Self {
        Self { image, begin: Box::new(begin), limits: Limits::LANGUAGE, open: BTreeMap::new(), lost: None }
    }

    /// Sets another limit of how many there may be; the limits of a session are in its options.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Returns the bundle that decides.
    #[must_use]
    pub const fn image(&self) -> &Arc<VerifiedImage> {
        &self.image
    }

    /// Returns how many sessions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Returns whether there is no session.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Returns the session of a line, made if need be; none when there are too many.
    fn session(&mut self, id: &str) -> Option<&mut Session> {
        if !self.open.contains_key(id) {
            if self.open.len() >= self.limits.sessions {
                return None;
            }
            let mut session = (self.begin)(id);
            if let Some(line) = &self.lost {
                let _ = session.event(line);
            }
            self.open.insert(id.to_owned(), session);
        }
        self.open.get_mut(id)
    }

    /// Takes the next event of whichever session it names, and returns once it is recorded. A line that can't be read as far as its
    /// session could be an observation of any of them: all are over then.
    pub fn event(&mut self, line: &str) -> Outcome {
        let (outcome, ticket) = self.submit(line);
        self.commit(outcome, ticket)
    }

    /// Returns what holds of an outcome of [`Sessions::submit`], once it is sure to be kept: the same with its number in the log, or that
    /// it could not be recorded.
    pub fn commit(&mut self, mut outcome: Outcome, ticket: SessionTicket) -> Outcome {
        let Some((session, ticket)) = ticket.0 else { return outcome };
        // The session is there still: none is ever closed.
        let Some(session) = self.open.get_mut(&session) else { return outcome };
        match session.commit(ticket) {
            Ok(Some(entry)) => outcome.number(entry),
            Ok(None) => {}
            Err(refused) => return *refused,
        }
        outcome
    }

    /// Takes the next event as [`Sessions::event`] does, without waiting until it is sure to be kept. Nothing is done on the outcome until
    /// [`Sessions::commit`] has had it. Events that are submitted before share its commit.
    pub fn submit(&mut self, line: &str) -> (Outcome, SessionTicket) {
        let named = peek::session(line);
        let id = named.clone().ok().flatten().unwrap_or_default();
        if named.is_err() && peek::glimpse(line).step_kind().is_none() {
            // Each session takes it as an event of its own, so that each one's record says why it is over.
            for session in self.open.values_mut().filter(|session| session.id() != id && !session.is_over()) {
                let _ = session.event(line);
            }
            self.lost.get_or_insert_with(|| line.to_owned());
        }
        if id.len() > self.limits.id_bytes {
            let id = id.chars().take(self.limits.id_bytes / 4).collect();
            return (self.refuse(line, id, codes::EVENT_OVER_LIMIT, Excess::Id), SessionTicket(None));
        }
        match self.session(&id) {
            Some(session) => {
                let (outcome, ticket) = session.submit(line);
                (outcome, SessionTicket(Some((id, ticket))))
            }
            None => (self.refuse(line, id, codes::TOO_MANY_SESSIONS, Excess::Sessions), SessionTicket(None)),
        }
    }

    /// Decides a step of whichever session it names without recording it, and says why.
    ///
    /// # Errors
    /// When the line is no step, or its session is one too many.
    pub fn explain(&mut self, line: &str) -> Result<Explanation, ExplainError> {
        let id = peek::session(line).ok().flatten().unwrap_or_default();
        if id.len() > self.limits.id_bytes {
            return Err(ExplainError::TooManySessions);
        }
        self.session(&id).ok_or(ExplainError::TooManySessions)?.explain(line)
    }

    /// Answers an event of a session that can't be held.
    fn refuse(&self, line: &str, id: String, code: Code, excess: Excess) -> Outcome {
        let seen = peek::glimpse(line);
        let limits = &self.limits;
        if seen.step_kind().is_some() {
            return Outcome::Decision(Box::new(forbid(&self.image, &id, seen.id.unwrap_or_default(), 0, &Reserved::Limit(excess), limits)));
        }
        Outcome::Rejected(Box::new(ObservationError {
            kind: "observation_error",
            session: id,
            entry: 0,
            code,
            name: code.name(),
            message: excess.message(limits),
            problems: Vec::new(),
            consequence: "nothing changes, and the session's steps are forbidden by `limit`",
        }))
    }
}
