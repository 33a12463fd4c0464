//! A whole log decided again by the bundles that decided it: the same entries, and so the same root.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use reach_log::leaf::Outcome;
use reach_log::merkle::{Frontier, leaf_hash};
use reach_log::{Effect, Hash, Leaf, LeafError, Payload, PayloadOf};
use reach_store::{LogError, Reader, StoredEntry, StoredPayload};

use crate::session::{Bundles, Mismatch, ReplayError, SessionReplay, What};
use crate::walk::Walk;

/// How many differences of a session are kept; the others are counted.
pub const MAX_SHOWN: usize = 20;

/// An entry that comes out in another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of the entry in the log.
    pub entry: u64,
    /// The session.
    pub session: String,
    /// The event as it came.
    pub line: String,
    /// What differs.
    pub mismatch: Mismatch,
}

/// Why a session is not decided any further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// It can't be decided again.
    #[error("{0}")]
    Replay(#[from] ReplayError),
    /// An entry can't be read.
    #[error("{0}")]
    Leaf(#[from] LeafError),
    /// The log lists an entry under a session that it is not of.
    #[error("the entry says that it is of the session `{0}`")]
    Foreign(String),
    /// The event is not there, and nothing says that it was erased.
    #[error("the event {0} of the session is gone, and no entry says that it was erased")]
    Gone(u64),
    /// The log lists an entry under a session that is no event.
    #[error("the entry is no event of a session")]
    NoEvent,
}

/// A session that was not decided to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The session.
    pub session: String,
    /// The number of the first entry that was not decided again, in the log.
    pub entry: u64,
    /// How many entries of the session were not decided again.
    pub entries: u64,
    /// Why.
    pub why: Stop,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exact {
    /// How many entries the log has.
    pub entries: u64,
    /// How many sessions.
    pub sessions: u64,
    /// How many entries were decided again.
    pub replayed: u64,
    /// How many of them were decisions that permit.
    pub permit: u64,
    /// How many asked.
    pub ask: u64,
    /// How many forbade.
    pub forbid: u64,
    /// How many entries say what was done to the log, not what an agent did: there is nothing to decide.
    pub notes: u64,
    /// The digests of the bundles that decided.
    pub bundles: BTreeSet<String>,
    /// The entries that differ, by session; of each session the first [`MAX_SHOWN`].
    pub differences: Vec<Difference>,
    /// How many more differ.
    pub more: u64,
    /// How many entries begin in another state, after one that differs in the same session.
    pub following: u64,
    /// The sessions that were not decided to their end.
    pub stopped: Vec<Stopped>,
    /// The numbers of entries that the log doesn't list under the session that they say.
    pub stray: Vec<u64>,
    /// The root that stands in the log.
    pub root: Hash,
    /// The root of the entries as they are now. What was not decided again is taken as it stands in the log.
    pub rebuilt: Hash,
}

impl Exact {
    /// Returns whether nothing that was decided again differs.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.differences.is_empty() && self.stray.is_empty() && self.root == self.rebuilt
    }

    /// Returns whether every entry was decided again, but for those whose session has an event that was erased.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.stopped.iter().all(|stopped| matches!(stopped.why, Stop::Replay(ReplayError::Erased(_))))
    }
}

/// Decides all sessions of a log again. `progress` is told how many entries are done.
///
/// # Errors
/// When the log can't be read.
pub fn replay(path: &Path, bundles: &Bundles, walk: &Walk, progress: &mut dyn FnMut(u64)) -> Result<Exact, LogError> {
    let reader = Reader::open(path, walk.patience)?;
    let head = reader.head()?;
    let sessions = reader.sessions()?;
    let one = |reader: &Reader, name: &str, done: &AtomicU64| One::new(bundles, walk, name, head.size, done).run(reader);
    let all = walk.sessions(path, &sessions, one, progress)?;
    let mut exact = Exact { entries: head.size, root: head.root, ..Exact::default() };
    let mut hashes = Vec::new();
    for (told, leaves) in all {
        hashes.extend(leaves);
        exact.add(told);
    }
    exact.rebuilt = rebuilt(&reader, head.size, hashes, &mut exact)?;
    Ok(exact)
}

/// Returns the root of the leaves. Those of no session are read out of the log.
fn rebuilt(reader: &Reader, size: u64, mut hashes: Vec<(u64, Hash)>, exact: &mut Exact) -> Result<Hash, LogError> {
    hashes.sort_unstable();
    let mut tree = Frontier::default();
    let mut erased = BTreeSet::new();
    let mut hashes = hashes.into_iter().peekable();
    for at in 0..size {
        let hash = match hashes.next_if(|(entry, _)| *entry == at) {
            Some((_, hash)) => hash,
            None => {
                let entry = reader.entry(at)?.ok_or_else(|| LogError::Damaged(format!("entry {at} is not there")))?;
                match Leaf::parse(&entry.leaf) {
                    Ok(Leaf::Erasure(erasure)) => {
                        exact.notes += 1;
                        if erasure.payload == PayloadOf::Event {
                            erased.insert(erasure.entry);
                        }
                    }
                    Ok(Leaf::Recovery(_)) => exact.notes += 1,
                    Ok(Leaf::Event(_)) | Err(_) => exact.stray.push(at),
                }
                leaf_hash(&entry.leaf)
            }
        };
        tree.push(hash, |_, _, _| {});
    }
    for stopped in &mut exact.stopped {
        if let Stop::Replay(ReplayError::Erased(number)) = stopped.why
            && !erased.contains(&stopped.entry)
        {
            stopped.why = Stop::Gone(number);
        }
    }
    Ok(tree.root())
}

impl Exact {
    fn add(&mut self, one: Self) {
        self.sessions += one.sessions;
        self.replayed += one.replayed;
        self.permit += one.permit;
        self.ask += one.ask;
        self.forbid += one.forbid;
        self.more += one.more;
        self.following += one.following;
        self.bundles.extend(one.bundles);
        self.differences.extend(one.differences);
        self.stopped.extend(one.stopped);
    }
}

/// One session of the log.
struct One<'w> {
    bundles: &'w Bundles,
    walk: &'w Walk,
    name: &'w str,
    /// How many entries the log had when it was begun to be read.
    size: u64,
    done: &'w AtomicU64,
    told: Exact,
    hashes: Vec<(u64, Hash)>,
    session: Option<SessionReplay>,
    stopped: Option<Stopped>,
    /// Whether the session must be begun again with its events kept, for its bundle changes.
    again: bool,
}

impl<'w> One<'w> {
    fn new(bundles: &'w Bundles, walk: &'w Walk, name: &'w str, size: u64, done: &'w AtomicU64) -> Self {
        let (told, hashes) = (Exact::default(), Vec::new());
        Self { bundles, walk, name, size, done, told, hashes, session: None, stopped: None, again: false }
    }

    fn run(mut self, reader: &Reader) -> Result<(Exact, Vec<(u64, Hash)>), LogError> {
        self.pass(reader, false)?;
        if self.again {
            self.done.fetch_sub(self.hashes.len() as u64, Ordering::Relaxed);
            self = Self::new(self.bundles, self.walk, self.name, self.size, self.done);
            self.pass(reader, true)?;
        }
        self.told.sessions = u64::from(!self.hashes.is_empty());
        self.told.stopped.extend(self.stopped.take());
        Ok((self.told, self.hashes))
    }

    fn pass(&mut self, reader: &Reader, keep_events: bool) -> Result<(), LogError> {
        reader.session(self.name, |entry| {
            if entry.sequence < self.size && !self.again {
                self.entry(&entry, keep_events);
                self.done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
    }

    fn entry(&mut self, entry: &StoredEntry, keep_events: bool) {
        let hash = match &mut self.stopped {
            Some(stopped) => {
                stopped.entries += 1;
                leaf_hash(&entry.leaf)
            }
            None => match self.decide(entry, keep_events) {
                Ok(hash) => hash,
                Err(why) => {
                    self.stopped = Some(Stopped { session: self.name.to_owned(), entry: entry.sequence, entries: 1, why });
                    leaf_hash(&entry.leaf)
                }
            },
        };
        self.hashes.push((entry.sequence, hash));
    }

    /// Decides an entry again, and returns the leaf hash that it has now.
    fn decide(&mut self, entry: &StoredEntry, keep_events: bool) -> Result<Hash, Stop> {
        let leaf = match Leaf::parse(&entry.leaf)? {
            Leaf::Event(leaf) => leaf,
            Leaf::Erasure(_) | Leaf::Recovery(_) => return Err(Stop::NoEvent),
        };
        if leaf.session != self.name {
            return Err(Stop::Foreign(leaf.session));
        }
        if !self.told.bundles.contains(&leaf.bundle) {
            self.told.bundles.insert(leaf.bundle.clone());
        }
        let session = match &mut self.session {
            Some(session) => session,
            none => none.insert(SessionReplay::new(self.bundles, &leaf, self.walk.limits, keep_events)?),
        };
        if leaf.outcome == Outcome::Activated && !session.keeps_events() {
            self.again = true;
            return Ok(Hash::ZERO);
        }
        let (event, answer) = (payload(entry.event.as_ref()), payload(entry.answer.as_ref()));
        let mismatch = session.entry(&leaf, event.as_ref(), answer.as_ref())?;
        let hash = session.rebuilt();
        self.told.replayed += 1;
        match leaf.effect {
            Some(Effect::Permit) => self.told.permit += 1,
            Some(Effect::Ask) => self.told.ask += 1,
            Some(Effect::Forbid) => self.told.forbid += 1,
            None => {}
        }
        if let Some(mismatch) = mismatch {
            self.differs(entry.sequence, event.as_ref(), mismatch);
        }
        Ok(hash)
    }

    fn differs(&mut self, entry: u64, event: Option<&Payload>, mismatch: Mismatch) {
        if mismatch.what == What::Before && !self.told.differences.is_empty() {
            self.told.following += 1;
        } else if self.told.differences.len() >= MAX_SHOWN {
            self.told.more += 1;
        } else {
            let line = event.map(|event| String::from_utf8_lossy(&event.bytes).into_owned()).unwrap_or_default();
            self.told.differences.push(Difference { entry, session: self.name.to_owned(), line, mismatch });
        }
    }
}

fn payload(stored: Option<&StoredPayload>) -> Option<Payload> {
    stored.and_then(StoredPayload::payload)
}
