//! Where entries go.

use reach_log::{EventLeaf, Hash, leaf};

use crate::decision::Decision;
use crate::observation::ObservationError;

/// What became of an event that is recorded.
#[derive(Clone, Copy, Debug)]
pub enum Recorded<'a> {
    /// It was decided. Its `entry` is the number in the session, for the log's own is not known yet.
    Decision(&'a Decision),
    /// It was observed.
    Observed,
    /// It was left out, in a run that took place already.
    LeftOut(&'a ObservationError),
    /// It was an observation that doesn't fit.
    Rejected(&'a ObservationError),
    /// From here on another bundle decides: the one that the entry names.
    Activated,
}

/// What is recorded of one event.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The session.
    pub session: &'a str,
    /// The number of the event in its session, from 0.
    pub number: u64,
    /// The event as it came.
    pub line: &'a str,
    /// What became of it.
    pub outcome: Recorded<'a>,
    /// The digest of the bundle that decides, `sha256:…`.
    pub bundle: &'a str,
    /// The digest of what the host told of entities, `sha256:…`, where the entry says so: the first of a session, and one by which the bundle
    /// changes.
    pub entities: Option<&'a str>,
    /// The version of what its rules mean.
    pub semantics: u16,
    /// Whether the run took place already.
    pub recorded: bool,
    /// The session's running digest before the event.
    pub before: [u8; 32],
    /// The session's running digest after it.
    pub after: [u8; 32],
}

impl Entry<'_> {
    /// Returns what is answered to the event, as one line of JSON; none where it is only observed.
    #[must_use]
    pub fn answer(&self) -> Option<Vec<u8>> {
        // Writing to a vector can't fail, and nothing in an answer is refused by JSON.
        match &self.outcome {
            Recorded::Decision(decision) => Some(serde_json::to_vec(decision).unwrap_or_default()),
            Recorded::LeftOut(error) | Recorded::Rejected(error) => Some(serde_json::to_vec(error).unwrap_or_default()),
            Recorded::Observed | Recorded::Activated => None,
        }
    }

    /// Returns the entry as it stands in a log, after the session's entry with the leaf hash `previous`, with the addresses of the event
    /// and of the answer.
    #[must_use]
    pub fn leaf(&self, previous: Hash, event: Hash, answer: Option<Hash>) -> EventLeaf {
        let (outcome, code) = match &self.outcome {
            Recorded::Decision(_) => (leaf::Outcome::Decided, None),
            Recorded::Observed => (leaf::Outcome::Observed, None),
            Recorded::LeftOut(e) => (leaf::Outcome::LeftOut, Some(e.code.number().to_owned())),
            Recorded::Rejected(e) => (leaf::Outcome::Rejected, Some(e.code.number().to_owned())),
            Recorded::Activated => (leaf::Outcome::Activated, None),
        };
        let (effect, (rules, rules_left_out)) = match &self.outcome {
            Recorded::Decision(decision) => (Some(decision.effect), EventLeaf::rules_that_fit(decision.rules.iter().map(|reason| reason.rule.as_str()))),
            Recorded::Observed | Recorded::LeftOut(_) | Recorded::Rejected(_) | Recorded::Activated => (None, (Vec::new(), 0)),
        };
        EventLeaf {
            after: Hash(self.after),
            answer,
            before: Hash(self.before),
            bundle: self.bundle.to_owned(),
            code,
            effect,
            entities: self.entities.map(str::to_owned),
            event,
            kind: leaf::EventKind::Is,
            number: self.number,
            outcome,
            previous,
            recorded: self.recorded,
            rules,
            rules_left_out,
            semantics: self.semantics,
            session: self.session.to_owned(),
            version: leaf::VERSION,
        }
    }
}

/// An entry could not be appended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// Keeps the entries of a session. What stands behind it may be shared by many sessions, and a commit too.
///
/// Once an entry is refused or not sure to be kept, the session appends no other: what is kept of it is its beginning.
pub trait Store {
    /// Takes an entry and returns a number for it, that [`Store::commit`] takes.
    ///
    /// # Errors
    /// When the entry can't be kept. The decision is then `forbid` by `unrecorded`.
    fn append(&mut self, entry: &Entry<'_>) -> Result<u64, StoreError>;

    /// Returns when the entry, and all that were taken before it, will be found again: its number in the log, from 0.
    ///
    /// # Errors
    /// When that isn't sure. The step must not be taken then.
    fn commit(&mut self, appended: u64) -> Result<u64, StoreError>;
}

/// What a host holds between a decision and acting on it: see [`crate::Session::submit`].
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a decision holds once its ticket is committed"]
pub struct Ticket {
    /// What the store calls the entry; none without a store, or when it was not taken.
    pub(crate) appended: Option<u64>,
    /// The number of the event in its session.
    pub(crate) number: u64,
    /// The step that was decided.
    pub(crate) step: Option<String>,
}
