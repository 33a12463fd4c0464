//! One session out of a log, entry by entry.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use reach_engine::{Entities, Entry, Limits, Options, Session, Store, StoreError, VerifiedImage};
use reach_log::leaf::Outcome;
use reach_log::merkle::leaf_hash;
use reach_log::{EventLeaf, Hash, Leaf, Payload};

/// The bundles that a log may have been decided by, by their digests.
#[derive(Clone, Debug, Default)]
pub struct Bundles {
    images: BTreeMap<String, Arc<VerifiedImage>>,
    /// What the host told of their entities, by digests of bundles: sessions that began at other times may be of other data.
    entities: BTreeMap<String, Vec<Arc<Entities>>>,
}

impl Bundles {
    /// Returns the bundles of these images.
    #[must_use]
    pub fn new(images: impl IntoIterator<Item = Arc<VerifiedImage>>) -> Self {
        Self { images: images.into_iter().map(|image| (image.digest().to_owned(), image)).collect(), entities: BTreeMap::new() }
    }

    /// Adds what the host told of the entities of a bundle; data that says something else may be added too.
    #[must_use]
    pub fn among(mut self, bundle: &str, entities: impl IntoIterator<Item = Arc<Entities>>) -> Self {
        for one in entities {
            self.entities.entry(bundle.to_owned()).or_default().push(one);
        }
        self
    }

    /// Returns the data that an entry says it was decided with.
    ///
    /// # Errors
    /// When it isn't there.
    fn entities(&self, recorded: &EventLeaf) -> Result<Option<Arc<Entities>>, ReplayError> {
        let given = self.entities.get(&recorded.bundle).map_or(&[][..], Vec::as_slice);
        match given.iter().find(|given| given.digest() == recorded.entities.as_deref()) {
            None if recorded.entities.is_some() => Err(ReplayError::of_entities(recorded, given.iter().map(AsRef::as_ref))),
            found => Ok(found.map(Arc::clone)),
        }
    }

    /// Returns the one with that digest.
    #[must_use]
    pub fn get(&self, digest: &str) -> Option<&Arc<VerifiedImage>> {
        self.images.get(digest)
    }
}

/// What is not as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The session's state before the event.
    Before,
    /// The event is not the one that was recorded.
    Event,
    /// What became of the event: decided, observed, rejected …
    Outcome,
    /// The effect.
    Effect,
    /// The rules that decided.
    Rules,
    /// What is answered besides: messages, obligations, arguments, errors.
    Answer,
    /// The session's state after the event.
    After,
    /// The entry has other bytes for another reason.
    Entry,
}

impl What {
    /// Returns the words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Before => "the state before the event",
            Self::Event => "the event",
            Self::Outcome => "what became of the event",
            Self::Effect => "the effect",
            Self::Rules => "the rules that decided",
            Self::Answer => "the answer",
            Self::After => "the state after the event",
            Self::Entry => "something else of the entry",
        }
    }
}

/// An entry that comes out in another way than it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The number of the event in its session.
    pub number: u64,
    /// The first thing that differs.
    pub what: What,
    /// The entry as it was recorded.
    pub recorded: EventLeaf,
    /// The entry as it is now; none where nothing was decided.
    pub now: Option<EventLeaf>,
    /// The answer as it is now.
    pub answer: Option<Vec<u8>>,
}

/// A session can't be replayed any further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The bundle is not there.
    #[error("the session was decided by the bundle {0}, which is not given")]
    Bundle(String),
    /// The entities are others, or not there.
    #[error("{}", entities_differ(.recorded.as_deref(), .given))]
    Entities {
        /// The digest that was recorded; none where nothing was told.
        recorded: Option<String>,
        /// The digests of those that are given.
        given: Vec<String>,
    },
    /// The event was erased.
    #[error("the event {0} of the session was erased, so what follows it can't be decided again")]
    Erased(u64),
    /// The event is no text.
    #[error("the event {0} of the session is no UTF-8")]
    NotText(u64),
    /// The change of the bundle is refused now.
    #[error("the change of the bundle at event {0} can't be made again: {1}")]
    Activation(u64, String),
    /// The entries are not those that follow.
    #[error("the session's next entry has the number {expected}, and this has {found}")]
    Order {
        /// The number that follows.
        expected: u64,
        /// The one that came.
        found: u64,
    },
}

fn entities_differ(recorded: Option<&str>, given: &[String]) -> String {
    let recorded = recorded.map_or_else(|| "no entities".to_owned(), |digest| format!("the entities {digest}"));
    match given {
        [] => format!("the session is of {recorded}, and none are given"),
        given => format!("the session is of {recorded}, and given are {}", given.join(", ")),
    }
}

impl ReplayError {
    fn of_entities<'e>(recorded: &EventLeaf, given: impl Iterator<Item = &'e Entities>) -> Self {
        Self::Entities { recorded: recorded.entities.clone(), given: given.filter_map(Entities::digest).map(str::to_owned).collect() }
    }
}

/// Checks that a session that goes on is given the entities that its first entry says.
///
/// # Errors
/// When it is given others, none where there were some, or some where there were none.
pub fn same_entities(recorded: &EventLeaf, given: Option<&Entities>) -> Result<(), ReplayError> {
    let same = recorded.entities.as_deref() == given.and_then(Entities::digest);
    if same { Ok(()) } else { Err(ReplayError::of_entities(recorded, given.into_iter())) }
}

/// Catches the entry that a session records.
#[derive(Clone, Default)]
struct Catch(Arc<Mutex<Caught>>);

#[derive(Default)]
struct Caught {
    leaf: Option<EventLeaf>,
    answer: Option<Vec<u8>>,
}

impl Store for Catch {
    fn append(&mut self, entry: &Entry<'_>) -> Result<u64, StoreError> {
        // Addresses and the entry before are filled in by whoever asks.
        let caught = Caught { leaf: Some(entry.leaf(Hash::ZERO, Hash::ZERO, None)), answer: entry.answer() };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = caught;
        Ok(entry.number)
    }

    fn commit(&mut self, appended: u64) -> Result<u64, StoreError> {
        Ok(appended)
    }
}

/// A session that is decided again by the bundles that decided it.
#[derive(Debug)]
pub struct SessionReplay {
    bundles: Bundles,
    session: Session,
    caught: Catch,
    previous: Hash,
    rebuilt: Hash,
    /// The events so far, kept where the bundle changes later.
    events: Option<Vec<String>>,
}

impl std::fmt::Debug for Catch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Catch")
    }
}

impl SessionReplay {
    /// Returns a session that begins as the one of this first entry did. `keep_events` must be set where its bundle changes.
    ///
    /// # Errors
    /// When its bundle or its entities are not there.
    pub fn new(bundles: &Bundles, first: &EventLeaf, limits: Limits, keep_events: bool) -> Result<Self, ReplayError> {
        let image = bundles.get(&first.bundle).ok_or_else(|| ReplayError::Bundle(first.bundle.clone()))?;
        let caught = Catch::default();
        let entities = bundles.entities(first)?;
        let options = Options { store: Some(Box::new(caught.clone())), recorded: first.recorded, limits, entities, ..Options::default() };
        let session = Session::new(Arc::clone(image), &first.session, options);
        Ok(Self { bundles: bundles.clone(), session, caught, previous: Hash::ZERO, rebuilt: Hash::ZERO, events: keep_events.then(Vec::new) })
    }

    /// Decides the next event again and compares all that an entry says, and the answer that it names.
    ///
    /// # Errors
    /// When the session can't go on: nothing more of it can be said.
    pub fn entry(&mut self, recorded: &EventLeaf, event: Option<&Payload>, answer: Option<&Payload>) -> Result<Option<Mismatch>, ReplayError> {
        let number = self.session.entries();
        if recorded.number != number {
            return Err(ReplayError::Order { expected: number, found: recorded.number });
        }
        let event = event.ok_or(ReplayError::Erased(number))?;
        let line = std::str::from_utf8(&event.bytes).map_err(|_| ReplayError::NotText(number))?;
        if recorded.outcome == Outcome::Activated {
            let image = self.bundles.get(&recorded.bundle).ok_or_else(|| ReplayError::Bundle(recorded.bundle.clone()))?;
            let events = self.events.as_ref().map_or(&[][..], |events| events);
            let entities = self.bundles.entities(recorded)?;
            let activated = self.session.activate_with(Arc::clone(image), entities, events.iter().map(String::as_str));
            activated.map_err(|e| ReplayError::Activation(number, e.message))?;
        } else {
            let _ = self.session.event(line);
            if let Some(events) = &mut self.events {
                events.push(line.to_owned());
            }
        }
        let Caught { leaf, answer: now } = std::mem::take(&mut *self.caught.0.lock().unwrap_or_else(PoisonError::into_inner));
        // An erased answer has left nothing to salt the new one with; the address that was recorded is all that there is.
        let address = match (&now, answer) {
            (Some(now), Some(answer)) => Some(reach_log::payload::address(&answer.salt, now)),
            (Some(_), None) => recorded.answer,
            (None, _) => None,
        };
        let leaf = leaf.map(|leaf| EventLeaf { previous: self.previous, event: event.address(), answer: address, ..leaf });
        let what = match &leaf {
            None => Some(What::Outcome),
            Some(leaf) => difference(recorded, leaf),
        };
        // A payload that was changed has another address than the entry says; of the answer only its bytes show it here.
        let what = what.or_else(|| answer.is_some_and(|answer| now.as_ref() != Some(&answer.bytes)).then_some(What::Answer));
        self.rebuilt = leaf.clone().map_or(Hash::ZERO, hash);
        // What follows is held against what was recorded, so that one entry that differs is one difference.
        self.previous = if what.is_none() { self.rebuilt } else { hash(recorded.clone()) };
        Ok(what.map(|what| Mismatch { number, what, recorded: recorded.clone(), now: leaf, answer: now }))
    }

    /// Returns the leaf hash of the last entry, of the bytes that it has now.
    #[must_use]
    pub const fn rebuilt(&self) -> Hash {
        self.rebuilt
    }

    /// Returns whether the session can take an entry with which its bundle changes.
    #[must_use]
    pub const fn keeps_events(&self) -> bool {
        self.events.is_some()
    }

    /// Returns the session as it is after the last entry.
    #[must_use]
    pub fn into_session(self) -> Session {
        self.session
    }

    /// Returns the session as it is after the last entry.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }
}

/// Returns the leaf hash of an entry; that of none where it can't be written.
fn hash(leaf: EventLeaf) -> Hash {
    Leaf::Event(leaf).to_bytes().map_or(Hash::ZERO, |bytes| leaf_hash(&bytes))
}

/// Returns the first thing in which two entries differ, the most telling first.
fn difference(recorded: &EventLeaf, now: &EventLeaf) -> Option<What> {
    if recorded == now {
        return None;
    }
    let what = if recorded.before != now.before {
        What::Before
    } else if recorded.event != now.event {
        What::Event
    } else if (recorded.outcome, &recorded.code) != (now.outcome, &now.code) {
        What::Outcome
    } else if recorded.effect != now.effect {
        What::Effect
    } else if (&recorded.rules, recorded.rules_left_out) != (&now.rules, now.rules_left_out) {
        What::Rules
    } else if recorded.answer != now.answer {
        What::Answer
    } else if recorded.after != now.after {
        What::After
    } else {
        What::Entry
    };
    Some(what)
}
