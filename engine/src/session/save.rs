//! Saving a session and restoring it, its digests, and another bundle for it.
//!
//! A saved state is `REACHSES`, a version, the digest of the bundle, the state in a canonical encoding, and a SHA-256 of all that.
//! It names monitors by what they ask and everything else by where the sources declare it, never by numbers of a compiled image.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reach_codes::Code;
use reach_codes::table::event as codes;
use reach_evaluator::VerifiedImage;
use reach_evaluator::data::ContextData;
use reach_evaluator::entities::Entities;
use reach_evaluator::image::SEMANTICS_VERSION;
use reach_state::ledger::Account;
use reach_state::provenance::Words;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::approve::{Ask, Standing};
use super::{Ending, Options, Outcome, Progress, Session, StepState, Waiting};
use crate::memory::agents::Agents;
use crate::memory::budgets::Holder;
use crate::memory::kept::Kept;
use crate::memory::key::Key;
use crate::memory::watch::Opened;
use crate::memory::{Memory, Monitor, Origin, is_sound};
use crate::store::{Entry, Recorded};

/// The first bytes of a saved state.
const MAGIC: [u8; 8] = *b"REACHSES";
/// The version of the encoding.
const FORMAT_VERSION: u16 = 2;
/// The version of the encoding of sessions whose bundles declare no entities: it names no data of them.
const FORMAT_WITHOUT_ENTITIES: u16 = 1;
/// Stands for the data of a session that has none.
const NO_DATA: &str = "-";
const DIGEST_BYTES: usize = 32;
/// The largest saved state, in bytes.
pub const MAX_STATE_BYTES: usize = 1 << 30;

/// A saved state can't be restored, or another bundle not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StateError {
    /// What is wrong.
    pub code: Code,
    /// The same for people.
    pub message: String,
}

impl StateError {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What is saved.
#[derive(Serialize, Deserialize)]
struct Saved {
    id: String,
    started: bool,
    ended: Option<Ending>,
    unrecorded: Option<String>,
    last_at: Option<i128>,
    entries: u64,
    steps: BTreeMap<String, SavedStep>,
    asks: BTreeMap<String, Ask>,
    standing: Vec<Standing>,
    activated: u64,
    running: [u8; 32],
    received: [u8; 32],
    context: Kept,
    agents: Agents,
    monitors: BTreeMap<String, Monitor>,
    origins: Vec<Origin>,
    words: Words,
    words_lost: bool,
    accounts: BTreeMap<(u32, Holder), Account>,
    unopened: BTreeSet<(u32, Holder)>,
    observed: u64,
    began: i128,
}

#[derive(Serialize, Deserialize)]
struct SavedStep {
    progress: Progress,
    agent: u32,
    pos: u64,
    waiting: Option<SavedWaiting>,
}

#[derive(Serialize, Deserialize)]
struct SavedWaiting {
    target: Option<u32>,
    kept: Option<Kept>,
    returns: Vec<(u32, bool)>,
    /// By the identity of the monitor.
    opened: Vec<(String, Option<Key>, bool)>,
    budgets: Vec<u32>,
}

impl Session {
    /// Returns the session's state as bytes, from which [`Session::restore`] goes on with the same results. Equal sessions have equal
    /// bytes, on every machine. What `Options` hold is not part of it.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&format_of(&self.image).to_le_bytes());
        out.extend_from_slice(self.image.digest().as_bytes());
        out.push(b'\n');
        if format_of(&self.image) == FORMAT_VERSION {
            out.extend_from_slice(self.entities_digest().unwrap_or(NO_DATA).as_bytes());
            out.push(b'\n');
        }
        // Writing to a vector can't fail; a state that could not be written is one that no reader takes.
        out.extend(postcard::to_stdvec(&self.saved()).unwrap_or_default());
        let checksum = Sha256::digest(&out);
        out.extend_from_slice(&checksum);
        out
    }

    /// Returns the digest of the whole state: SHA-256 of what [`Session::save`] returns. It takes time in the size of the state.
    #[must_use]
    pub fn full_digest(&self) -> [u8; 32] {
        Sha256::digest(self.save()).into()
    }

    /// Returns a digest of what the events so far changed, one chained to the other. It is the same on every machine, and cheap.
    #[must_use]
    pub const fn running_digest(&self) -> [u8; 32] {
        self.running
    }

    /// Returns the digest of what the host told of entities, `sha256:…`; none where nothing was told.
    #[must_use]
    pub fn entities_digest(&self) -> Option<&str> {
        self.work.context.entities.digest()
    }

    fn saved(&self) -> Saved {
        let memory = &self.work.memory;
        let tables = self.image.image();
        let name = |monitor: u32| tables.monitors.get(monitor as usize).map_or("", |m| self.image.text(m.identity)).to_owned();
        let steps = self.steps.iter().map(|(id, step)| {
            let waiting = step.waiting.as_ref().map(|waiting| SavedWaiting {
                target: waiting.target.and_then(|t| u32::try_from(t).ok()),
                kept: waiting.kept.clone(),
                returns: waiting.returns.clone(),
                opened: waiting.opened.iter().map(|one| (name(one.monitor), one.key.clone(), one.sure)).collect(),
                budgets: waiting.budgets.clone(),
            });
            (id.to_string(), SavedStep { progress: step.progress, agent: step.agent, pos: step.pos, waiting })
        });
        Saved {
            id: self.id.clone(),
            started: self.started,
            ended: self.ended.clone(),
            unrecorded: self.unrecorded.clone(),
            last_at: self.last_at,
            entries: self.entries,
            // Sorted by the map that they go to.
            steps: steps.collect(),
            asks: self.asks.clone(),
            standing: self.standing.clone(),
            activated: self.activated,
            running: self.running,
            received: self.received,
            context: Kept::of(self.work.view(&self.image), self.work.context.slots.iter().copied()),
            agents: memory.agents.clone(),
            monitors: (0u32..).zip(memory.saved_monitors(&self.image)).map(|(at, monitor)| (name(at), monitor)).collect(),
            origins: memory.origins.clone(),
            words: memory.words.clone(),
            words_lost: memory.words_lost,
            accounts: memory.accounts.clone(),
            unopened: memory.unopened.clone(),
            observed: memory.observed as u64,
            began: memory.began,
        }
    }

    /// Returns a session as it was when it was saved.
    ///
    /// # Errors
    /// Bytes that are no saved state, of another version, damaged, or of another bundle.
    pub fn restore(image: Arc<VerifiedImage>, options: Options, bytes: &[u8]) -> Result<Self, StateError> {
        let damaged = |message: &str| StateError::new(codes::STATE_DAMAGED, message);
        if bytes.len() > MAX_STATE_BYTES {
            return Err(damaged("the state is larger than can be"));
        }
        let Some(rest) = bytes.strip_prefix(&MAGIC) else { return Err(damaged("the bytes do not begin like a saved session")) };
        let Some((version, _)) = rest.split_first_chunk::<2>() else { return Err(damaged("the state ends in its header")) };
        let version = u16::from_le_bytes(*version);
        if !matches!(version, FORMAT_WITHOUT_ENTITIES | FORMAT_VERSION) {
            let message = format!("the state has version {version}, and this program knows the versions {FORMAT_WITHOUT_ENTITIES} and {FORMAT_VERSION}");
            return Err(StateError::new(codes::STATE_VERSION, message));
        }
        let Some((covered, checksum)) = bytes.split_last_chunk::<DIGEST_BYTES>() else { return Err(damaged("the state ends in its header")) };
        if Sha256::digest(covered)[..] != checksum[..] {
            return Err(damaged("the checksum does not fit the state"));
        }
        let body = covered.get(MAGIC.len() + 2..).unwrap_or(&[]);
        let Some(end) = body.iter().position(|byte| *byte == b'\n') else { return Err(damaged("the state ends in its header")) };
        let (digest, body) = (body.get(..end).unwrap_or(&[]), body.get(end + 1..).unwrap_or(&[]));
        if digest != image.digest().as_bytes() {
            let message = format!("the session is of the bundle {}, and this is {}", String::from_utf8_lossy(digest), image.digest());
            return Err(StateError::new(codes::STATE_OF_ANOTHER_BUNDLE, message));
        }
        if version != format_of(&image) {
            return Err(damaged("the state is not of the version that its bundle's sessions have"));
        }
        let body = if version == FORMAT_VERSION {
            let Some(end) = body.iter().position(|byte| *byte == b'\n') else { return Err(damaged("the state ends in its header")) };
            let (saved, rest) = (body.get(..end).unwrap_or(&[]), body.get(end + 1..).unwrap_or(&[]));
            let given = options.entities.as_deref().and_then(Entities::digest).unwrap_or(NO_DATA);
            if saved != given.as_bytes() {
                let message = format!("the session is of the entities {}, and these are {given}", String::from_utf8_lossy(saved));
                return Err(StateError::new(codes::STATE_OF_OTHER_ENTITIES, message));
            }
            rest
        } else {
            body
        };
        let (saved, rest): (Saved, &[u8]) = postcard::take_from_bytes(body).map_err(|_| damaged("the state can't be read"))?;
        if !rest.is_empty() {
            return Err(damaged("something follows the state"));
        }
        let session = Self::resumed(image, options, saved).ok_or_else(|| damaged("the state does not hold together"))?;
        // One state has one sequence of bytes.
        if session.save() == bytes { Ok(session) } else { Err(damaged("the state is not written as this program writes it")) }
    }

    fn resumed(image: Arc<VerifiedImage>, options: Options, saved: Saved) -> Option<Self> {
        let tables = image.image();
        let limits = options.limits;
        let mut monitors = saved.monitors;
        if saved.context.len() != tables.context.len() {
            return None;
        }
        let mut in_order = Vec::with_capacity(tables.monitors.len());
        for def in &tables.monitors {
            in_order.push(monitors.remove(image.text(def.identity))?);
        }
        if !monitors.is_empty() {
            return None;
        }
        // Each has an identity of its own, or one would have been missing.
        let numbers: BTreeMap<&str, u32> = tables.monitors.iter().map(|def| image.text(def.identity)).zip(0..).collect();
        let mut session = Self::new(Arc::clone(&image), &saved.id, options);
        let agents = saved.agents.len();
        for (id, step) in saved.steps {
            let waiting = match step.waiting {
                None => None,
                Some(waiting) => {
                    let target = waiting.target.map(|t| t as usize);
                    let def = target.and_then(|t| tables.targets.get(t));
                    let returns = def.map_or(0, |def| def.returns.len());
                    if (target.is_some() && def.is_none()) || waiting.returns.iter().any(|(at, _)| *at as usize >= returns) {
                        return None;
                    }
                    let opened = waiting
                        .opened
                        .into_iter()
                        .map(|(identity, key, sure)| Some(Opened { monitor: *numbers.get(identity.as_str())?, key, sure }))
                        .collect::<Option<Vec<_>>>()?;
                    session.waiting_bytes = session.waiting_bytes.saturating_add(waiting.kept.as_ref().map_or(0, Kept::bytes));
                    Some(Box::new(Waiting { target, kept: waiting.kept, returns: waiting.returns, opened, budgets: waiting.budgets }))
                }
            };
            // A step of an agent that there never was has no agent.
            if (step.agent as usize >= agents && step.agent != u32::MAX) || step.pos > saved.entries {
                return None;
            }
            session.steps.insert(id.into_boxed_str(), StepState { progress: step.progress, agent: step.agent, pos: step.pos, waiting });
        }
        session.asked_bytes = saved.asks.values().fold(0usize, |sum, ask| sum.saturating_add(ask.line.len()));
        session.ask_order = saved.asks.iter().map(|(id, ask)| (ask.pos, id.clone())).collect();
        // An event asks at most once.
        let in_step = session.ask_order.len() == saved.asks.len() && session.ask_order.keys().all(|pos| *pos < saved.entries);
        let context: ContextData = saved.context.context();
        let mut memory = Memory {
            agents: saved.agents,
            origins: saved.origins,
            words: saved.words,
            words_lost: saved.words_lost,
            accounts: saved.accounts,
            unopened: saved.unopened,
            observed: usize::try_from(saved.observed).ok()?,
            began: saved.began,
            now: saved.last_at.unwrap_or_default(),
            ..Memory::new(&image, &limits)
        };
        memory.restore_monitors(in_order);
        if !in_step || !is_sound(&memory, &image, &limits) {
            return None;
        }
        session.started = saved.started;
        session.ended = saved.ended;
        session.unrecorded = saved.unrecorded;
        session.last_at = saved.last_at;
        session.entries = saved.entries;
        session.asks = saved.asks;
        session.standing = saved.standing;
        session.activated = saved.activated;
        session.running = saved.running;
        session.received = saved.received;
        let entities = std::mem::take(&mut session.work.context.entities);
        session.work.context = ContextData { entities, ..context };
        session.work.memory = memory;
        if session.options.trace {
            session.work.memory.begin_trace(&session.image, &limits, saved.entries);
        }
        Some(session)
    }

    /// Chains an event to the digests.
    pub(super) fn digest_event(&mut self, line: &str, outcome: &Outcome) {
        let line = Sha256::digest(line.as_bytes());
        self.received = chain(self.received, &[&line]);
        let changes = std::mem::take(&mut self.work.memory.changes);
        let said = match outcome {
            Outcome::Decision(decision) => {
                let mut said = format!("{}\n{}", decision.id, decision.effect.word());
                decision.rules.iter().for_each(|rule| {
                    said.push('\n');
                    said.push_str(&rule.rule);
                });
                said
            }
            Outcome::Observed => "observed".to_owned(),
            Outcome::LeftOut(error) | Outcome::Rejected(error) => error.code.number().to_owned(),
        };
        self.running = chain(self.running, &[said.as_bytes(), &changes]);
        self.work.memory.changes = changes;
        self.work.memory.changes.clear();
    }

    /// Chains that an entry is not sure to be kept, and what was taken back for that.
    pub(super) fn digest_unrecorded(&mut self, entry: u64) {
        self.running = chain(self.running, &[b"unrecorded", &entry.to_le_bytes(), &self.work.memory.changes]);
        self.work.memory.changes.clear();
    }

    /// Goes on with another bundle: folds the recorded events of the session again, from the first on. The change is recorded.
    ///
    /// # Errors
    /// When the events are not those of this session, or the change can't be recorded: then the session stays as it was.
    pub fn activate<'e>(&mut self, image: Arc<VerifiedImage>, events: impl IntoIterator<Item = &'e str>) -> Result<(), StateError> {
        self.activate_with(image, None, events)
    }

    /// As [`Session::activate`], with what the host knows of the other bundle's entities.
    ///
    /// # Errors
    /// As [`Session::activate`].
    pub fn activate_with<'e>(
        &mut self,
        image: Arc<VerifiedImage>,
        entities: Option<Arc<Entities>>,
        events: impl IntoIterator<Item = &'e str>,
    ) -> Result<(), StateError> {
        if let Some(why) = &self.unrecorded {
            return Err(StateError::new(codes::OBSERVATION_NOT_RECORDED, format!("an event of the session could not be recorded ({why})")));
        }
        let options =
            Options { store: None, recorded: true, limits: self.options.limits, trace: self.options.trace, entities: entities.clone(), observe: false };
        let mut again = Self::new(Arc::clone(&image), &self.id, options);
        for line in events {
            let _ = again.event(line);
        }
        if again.received != self.received || again.entries.saturating_add(self.activated) != self.entries {
            return Err(StateError::new(codes::ACTIVATE_OTHER_EVENTS, "the events are not those of the session, in their order"));
        }
        again.running = chain(self.running, &[b"activate", image.digest().as_bytes(), &again.running]);
        if let Some(store) = &mut self.options.store {
            let line = format!(r#"{{"type":"activate","bundle":"{}","before":"{}"}}"#, image.digest(), self.image.digest());
            let entry = Entry {
                session: &self.id,
                number: self.entries,
                line: &line,
                outcome: Recorded::Activated,
                bundle: image.digest(),
                entities: again.entities_digest(),
                semantics: SEMANTICS_VERSION,
                recorded: self.options.recorded,
                before: self.running,
                after: again.running,
            };
            store
                .append(&entry)
                .and_then(|appended| store.commit(appended))
                .map_err(|e| StateError::new(codes::OBSERVATION_NOT_RECORDED, format!("the change of the bundle could not be recorded: {e}")))?;
        }
        again.activated = self.activated.saturating_add(1);
        again.entries = self.entries.saturating_add(1);
        again.options = Options { entities, ..std::mem::take(&mut self.options) };
        *self = again;
        Ok(())
    }
}

/// Returns the version that saved sessions of a bundle have.
fn format_of(image: &VerifiedImage) -> u16 {
    if image.image().entities.is_empty() { FORMAT_WITHOUT_ENTITIES } else { FORMAT_VERSION }
}

fn chain(before: [u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
