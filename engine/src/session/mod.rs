//! One session: what its events said so far, and what follows for the next.

mod approve;
mod context;
mod judge;
mod observe;
mod outcome;
mod read;
mod read_step;
mod save;
mod step;
mod usage;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use reach_codes::Code;
use reach_codes::table::event as codes;
use reach_evaluator::VerifiedImage;
use reach_evaluator::entities::Entities;
use reach_evaluator::image::SEMANTICS_VERSION;
use reach_evaluator::value::{Cause, Value};
use serde::{Deserialize, Serialize};

use crate::decision::{Decision, Effect};
use crate::explain::{ExplainError, Explanation};
use crate::intake::{missing, peek};
use crate::limits::Limits;
use crate::memory::kept::Kept;
use crate::memory::watch::Opened;
use crate::observation::ObservationError;
use crate::reserved::Reserved;
use crate::sightings::Sightings;
use crate::store::{Entry, Recorded, Store, StoreError, Ticket};
use crate::work::Work;
use approve::{Ask, Standing};
pub use read_step::ReadStep;
pub use save::{MAX_STATE_BYTES, StateError};

/// How a session runs.
#[derive(Default)]
pub struct Options {
    /// Where every event goes before its decision is given away. When that fails, the decision is `forbid` by `unrecorded`, and so is
    /// every later one.
    pub store: Option<Box<dyn Store + Send>>,
    /// Whether the run took place already: results of steps that are refused or asked now are left out, and said to be.
    pub recorded: bool,
    /// The limits; those of the language unless a test says otherwise.
    pub limits: Limits,
    /// Whether explanations name the earlier events that conditions rest on. That takes time and memory at every event, and changes
    /// no decision.
    pub trace: bool,
    /// What the host knows of entities, read for this bundle by [`crate::read_entities`]. Without it, or where it was read for another bundle, nothing
    /// is known of any.
    pub entities: Option<Arc<Entities>>,
    /// Whether what is seen while rules decide is kept, for [`Session::sightings`]. That changes no decision.
    pub observe: bool,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("store", &self.store.is_some())
            .field("recorded", &self.recorded)
            .field("limits", &self.limits)
            .field("entities", &self.entities.as_ref().map(|entities| entities.len()))
            .field("trace", &self.trace)
            .field("observe", &self.observe)
            .finish()
    }
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

impl Outcome {
    /// Gives what is said the number of its entry in the log.
    pub const fn number(&mut self, entry: u64) {
        match self {
            Self::Decision(decision) => decision.entry = entry,
            Self::LeftOut(error) | Self::Rejected(error) => error.entry = entry,
            Self::Observed => {}
        }
    }
}

/// A decision without its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the host must do.
    pub effect: Effect,
    /// How many rules decided; reserved reasons don't count.
    pub rules: u32,
}

impl Verdict {
    /// What every reserved reason comes to.
    pub(crate) const FORBID: Self = Self { effect: Effect::Forbid, rules: 0 };
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Progress {
    /// It was permitted, and no result came.
    Permitted,
    /// A person is asked.
    Asked,
    /// It was refused, or asked in vain.
    Held,
    /// It was asked or refused, and a result was reported all the same.
    HeldAnswered,
    /// It was permitted, and a result came.
    Answered,
}

/// What is kept of a step.
#[derive(Debug)]
struct StepState {
    progress: Progress,
    /// The index of the agent that took it.
    agent: u32,
    /// The number of its event.
    pos: u64,
    /// What its result is read with, while it has none.
    waiting: Option<Box<Waiting>>,
}

/// What is kept of a step that waits for its result.
#[derive(Debug)]
struct Waiting {
    /// The index of the declared step.
    target: Option<usize>,
    /// Its values, as far as they are read again; none when there was no room.
    kept: Option<Kept>,
    /// The labels of its result, by index among those that it returns, and whether it surely carries them.
    returns: Vec<(u32, bool)>,
    /// The `since` events that end with its result.
    opened: Vec<Opened>,
    /// What it is charged to.
    budgets: Vec<u32>,
}

/// Why a session is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ending {
    /// The number of the event that ended it.
    entry: u64,
    why: String,
}

/// One session.
///
/// A session whose name is empty takes the name that its first event gives.
#[derive(Debug)]
pub struct Session {
    image: Arc<VerifiedImage>,
    id: String,
    options: Options,
    started: bool,
    ended: Option<Ending>,
    /// What the store said when it did not take an event.
    unrecorded: Option<String>,
    last_at: Option<i128>,
    /// How many events there were.
    entries: u64,
    /// Only looked up, so its order is never seen.
    steps: HashMap<Box<str>, StepState>,
    /// What is kept of steps that wait for their results, in bytes.
    waiting_bytes: usize,
    /// What people are asked about, by the step's `id`.
    asks: BTreeMap<String, Ask>,
    /// Their ids by the number of the event, oldest first.
    ask_order: BTreeMap<u64, String>,
    asked_bytes: usize,
    /// Answers that hold for the session.
    standing: Vec<Standing>,
    /// Who agreed to the step that is decided again.
    answering: Option<String>,
    /// Whether a step that was asked about is read again.
    rereading: bool,
    /// How many times another bundle was activated; each has a number among the entries.
    activated: u64,
    /// A running digest of what events changed.
    running: [u8; 32],
    /// A running digest of the events themselves.
    received: [u8; 32],
    work: Work,
    /// Whether slots hold what their types forbid, which no event brings about.
    #[cfg(test)]
    pub(crate) sabotaged: bool,
}

impl Session {
    /// Returns a session to which nothing happened yet.
    #[must_use]
    pub fn new(image: Arc<VerifiedImage>, id: &str, options: Options) -> Self {
        let mut work = Work::new(&image, &options.limits);
        work.context.slots = image.image().context.iter().map(|_| missing(Cause::MissingContext)).collect::<Vec<Value>>();
        if let Some(entities) = options.entities.as_ref().filter(|entities| entities.is_of(image.digest())) {
            work.context.entities = Arc::clone(entities);
        }
        if options.observe {
            work.seen = Some(Box::default());
        }
        if options.trace {
            work.memory.begin_trace(&image, &options.limits, 0);
        }
        Self {
            image,
            id: id.to_owned(),
            options,
            started: false,
            ended: None,
            unrecorded: None,
            last_at: None,
            entries: 0,
            steps: HashMap::new(),
            waiting_bytes: 0,
            asks: BTreeMap::new(),
            ask_order: BTreeMap::new(),
            asked_bytes: 0,
            standing: Vec::new(),
            answering: None,
            rereading: false,
            activated: 0,
            running: [0; 32],
            received: [0; 32],
            work,
            #[cfg(test)]
            sabotaged: false,
        }
    }

    /// Returns the session's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns what the last event showed of the rules; none unless the session observes. Where it was no step, or none that came before
    /// the rules, nothing was seen.
    #[must_use]
    pub fn sightings(&self) -> Option<&Sightings> {
        self.work.seen.as_deref()
    }

    /// Returns how many events there were.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// Returns how much work the rules of all events have taken so far, in units of fuel: about an operation each, more for long texts. It
    /// depends on nothing but the image and the events, and is for measurements.
    #[must_use]
    pub const fn spent(&self) -> u64 {
        self.work.machine.spent()
    }

    /// Takes the next event, one JSON object, and returns once it is recorded.
    pub fn event(&mut self, line: &str) -> Outcome {
        let (mut outcome, ticket) = self.submit(line);
        match self.commit(ticket) {
            Ok(Some(entry)) => outcome.number(entry),
            Ok(None) => {}
            Err(refused) => return *refused,
        }
        outcome
    }

    /// Takes the next event and appends it to the store without waiting until it is sure to be kept, so that many sessions can share a
    /// commit. The outcome holds once [`Session::commit`] has taken the ticket; until then the host does nothing on it. Further events
    /// may be submitted meanwhile.
    pub fn submit(&mut self, line: &str) -> (Outcome, Ticket) {
        let (number, before) = (self.entries, self.running);
        self.entries += 1;
        let outcome = self.take(line);
        let moment = self.moment();
        self.work.memory.trace_labels(moment);
        self.digest_event(line, &outcome);
        let step = match &outcome {
            Outcome::Decision(decision) => Some(decision.id.clone()),
            Outcome::Observed | Outcome::LeftOut(_) | Outcome::Rejected(_) => None,
        };
        match self.append(line, number, before, &outcome) {
            Ok(appended) => (outcome, Ticket { appended, number, step }),
            Err(e) => (self.not_recorded(number, step, e), Ticket { appended: None, number, step: None }),
        }
    }

    /// Returns when what was submitted is sure to be kept: its number in the log, where there is one.
    ///
    /// # Errors
    /// What holds instead, when it isn't: the step is forbidden by `unrecorded`, or the observation was not recorded. All later steps are
    /// forbidden then.
    pub fn commit(&mut self, ticket: Ticket) -> Result<Option<u64>, Box<Outcome>> {
        let (Some(appended), Some(store)) = (ticket.appended, &mut self.options.store) else { return Ok(None) };
        match store.commit(appended) {
            Ok(entry) => Ok(Some(entry)),
            Err(e) => Err(Box::new(self.not_recorded(ticket.number, ticket.step, e))),
        }
    }

    /// Takes back what was decided of an event that is not recorded, and forbids what follows.
    fn not_recorded(&mut self, number: u64, step: Option<String>, e: StoreError) -> Outcome {
        let why = self.unrecorded.get_or_insert(e.0).clone();
        let refused = match step {
            Some(id) => {
                self.revoke(&id);
                Outcome::Decision(Box::new(self.forbid(id, &Reserved::Unrecorded(why))))
            }
            None => {
                let message = format!("the observation could not be recorded: {why}");
                let consequence = "every later step of the session is forbidden by `unrecorded`";
                Outcome::Rejected(Box::new(self.error(codes::OBSERVATION_NOT_RECORDED, message, Vec::new(), consequence)))
            }
        };
        self.digest_unrecorded(number);
        refused
    }

    /// Records the events from here on. For a session whose events up to now are in the log already.
    pub fn record_to(&mut self, store: Box<dyn Store + Send>) {
        self.options.store = Some(store);
    }

    /// Decides a step without recording it, and without making a string where rules decide.
    pub fn decide(&mut self, line: &str) -> Verdict {
        self.work.problems.silent = true;
        let verdict = self.verdict(line);
        self.work.problems.silent = false;
        verdict
    }

    /// Decides a step without recording it, and says why.
    ///
    /// # Errors
    /// When the line is no step.
    pub fn explain(&mut self, line: &str) -> Result<Explanation, ExplainError> {
        self.explain_step(line)
    }

    /// Returns whether the line is a step, as far as it can be seen. Reads no more than the event's keys.
    #[must_use]
    pub fn is_step(line: &str) -> bool {
        peek::glimpse(line).step_kind().is_some()
    }

    /// Returns whether nothing that comes changes the session any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    #[cfg(test)]
    pub(crate) fn context_bytes(&self) -> usize {
        self.work.context.text.len() + self.work.context.cells.len()
    }

    /// Returns how many monitors there are to which something was told.
    #[cfg(test)]
    pub(crate) fn monitors_told(&self) -> usize {
        self.work.memory.monitors.iter().flatten().count()
    }

    /// Makes all monitors.
    #[cfg(test)]
    pub(crate) fn stand_all_monitors(&mut self) {
        for at in (0u32..).take(self.work.memory.monitors.len()) {
            assert!(self.work.memory.monitor_mut(&self.image, at).is_some());
        }
    }

    #[cfg(test)]
    pub(crate) const fn work(&self) -> &Work {
        &self.work
    }

    #[cfg(test)]
    pub(crate) fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    fn end(&mut self, why: &'static str) {
        if self.ended.is_none() {
            self.ended = Some(Ending { entry: self.entries.saturating_sub(1), why: why.to_owned() });
        }
    }

    /// Gives an event to the store, unless one before it was not recorded.
    fn append(&mut self, line: &str, number: u64, before: [u8; 32], outcome: &Outcome) -> Result<Option<u64>, StoreError> {
        if let Some(why) = &self.unrecorded {
            return Err(StoreError(why.clone()));
        }
        let Some(store) = &mut self.options.store else { return Ok(None) };
        let outcome = match outcome {
            Outcome::Decision(decision) => Recorded::Decision(decision),
            Outcome::Observed => Recorded::Observed,
            Outcome::LeftOut(e) => Recorded::LeftOut(e),
            Outcome::Rejected(e) => Recorded::Rejected(e),
        };
        let (bundle, recorded) = (self.image.digest(), self.options.recorded);
        let entities = self.work.context.entities.digest().filter(|_| number == 0);
        let entry = Entry { session: &self.id, number, line, outcome, bundle, entities, semantics: SEMANTICS_VERSION, recorded, before, after: self.running };
        store.append(&entry).map(Some)
    }

    /// Returns a decision to which nothing was added yet; it forbids.
    fn blank(&self, id: String) -> Decision {
        blank(&self.image, &self.id, id, self.entries.saturating_sub(1))
    }

    /// Returns a decision that no rule made.
    fn forbid(&self, id: String, reserved: &Reserved) -> Decision {
        forbid(&self.image, &self.id, id, self.entries.saturating_sub(1), reserved, &self.options.limits)
    }

    fn error(&self, code: Code, message: String, problems: Vec<crate::decision::ArgumentProblem>, consequence: &'static str) -> ObservationError {
        ObservationError {
            kind: "observation_error",
            session: self.id.clone(),
            entry: self.entries.saturating_sub(1),
            code,
            name: code.name(),
            message,
            problems,
            consequence,
        }
    }
}

/// Returns a decision that no rule made.
pub(crate) fn forbid(image: &VerifiedImage, session: &str, id: String, entry: u64, reserved: &Reserved, limits: &Limits) -> Decision {
    Decision { rules: vec![reserved.reason(limits)], ..blank(image, session, id, entry) }
}

/// Returns a decision to which nothing was added yet; it forbids.
fn blank(image: &VerifiedImage, session: &str, id: String, entry: u64) -> Decision {
    Decision {
        session: session.to_owned(),
        id,
        effect: Effect::Forbid,
        rules: Vec::new(),
        advisory: Vec::new(),
        obligations: Vec::new(),
        args: None,
        errors: Vec::new(),
        bundle: image.digest().to_owned(),
        entry,
    }
}
