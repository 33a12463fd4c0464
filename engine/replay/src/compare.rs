//! The sessions of a log decided by another bundle, and compared with what was decided before.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reach_engine::{Decision, Entities, Limits, Options, Outcome, Session, VerifiedImage};
use reach_log::{Leaf, leaf};
use reach_store::{LogError, Reader, StoredEntry, StoredPayload};

use crate::change::{Behaviour, Decided, Kind};
use crate::groups::{Example, Groups};
use crate::snapshot::{Kept, Snapshot};
use crate::tally::{Place, Tally};
use crate::walk::Walk;

/// What decisions are compared with.
#[derive(Clone, Debug)]
pub enum Old {
    /// What was recorded.
    Recorded,
    /// What a bundle decides of the same events, with what the host told of its entities.
    Bundle(Arc<VerifiedImage>, Option<Arc<Entities>>),
    /// What was kept.
    Kept(Arc<Snapshot>),
}

/// What is compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The bundle that decides now.
    pub new: Arc<VerifiedImage>,
    /// What the host told of its entities.
    pub entities: Option<Arc<Entities>>,
    /// What its decisions are compared with; none where they are only kept.
    pub old: Option<Old>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// The decisions.
    pub tally: Tally,
    /// How many sessions there were.
    pub sessions: u64,
    /// How many results of steps were left out, for the bundle of now does not permit these steps.
    pub left_out: u64,
    /// How many observations are not taken now, and were before as far as that is known.
    pub misfits: u64,
    /// The digests of the bundles that decided when the log was recorded.
    pub recorded_by: BTreeSet<String>,
    /// Sessions with an event that was erased or can't be read: nothing is known of their rest. With the number of its entry in the log.
    pub cut: Vec<(String, u64)>,
    /// How many entries are not compared for that.
    pub not_compared: u64,
    /// What is decided now.
    pub now: Snapshot,
}

impl Compared {
    /// Adds what came of others.
    pub fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.sessions += other.sessions;
        self.left_out += other.left_out;
        self.misfits += other.misfits;
        self.recorded_by.extend(other.recorded_by);
        self.cut.extend(other.cut);
        self.not_compared += other.not_compared;
        self.now.decisions.extend(other.now.decisions);
    }

    /// Counts what became of an event now, and returns what was decided of it. `rejected`: whether it was not taken before.
    pub fn outcome(&mut self, number: u64, outcome: &Outcome, rejected: bool) -> Option<Decided> {
        match outcome {
            Outcome::Decision(decision) => {
                self.keep(number, decision);
                Some(Decided::of(decision))
            }
            Outcome::Observed => None,
            Outcome::LeftOut(_) => {
                self.left_out += 1;
                None
            }
            Outcome::Rejected(_) => {
                self.misfits += u64::from(!rejected);
                None
            }
        }
    }

    fn keep(&mut self, number: u64, decision: &Decision) {
        self.now.decisions.insert((decision.session.clone(), number), Kept::of(decision));
    }

    /// Adds the decisions of a snapshot whose steps are not there any more.
    pub fn gone(&mut self, before: &Snapshot) {
        let groups = &mut self.tally.groups;
        for ((session, number), kept) in &before.decisions {
            let there = self.now.decisions.get(&(session.clone(), *number)).is_some_and(|now| now.id == kept.id);
            if !there {
                self.tally.changed += 1;
                let example = Example {
                    session: session.clone(),
                    number: *number,
                    entry: None,
                    id: kept.id.clone(),
                    event: String::new(),
                    with_before: None,
                    with_after: None,
                };
                groups.add(Kind::Gone, "a step", Some(&kept.behaviour()), None, example);
            }
        }
    }
}

impl Kept {
    fn behaviour(&self) -> Behaviour {
        Behaviour { effect: self.effect, rules: self.rules.clone(), rules_left_out: 0 }
    }
}

impl Snapshot {
    /// Returns what was kept of a step, where it is the one with that `id`.
    #[must_use]
    pub fn decided(&self, session: &str, number: u64, now: &Decision) -> Option<Decided> {
        let kept = self.decisions.get(&(session.to_owned(), number)).filter(|kept| kept.id == now.id)?;
        Some(Decided { behaviour: kept.behaviour(), with: None })
    }
}

/// Returns the options of a session whose run took place already.
#[must_use]
pub fn recorded(limits: Limits, entities: Option<Arc<Entities>>) -> Options {
    Options { recorded: true, limits, entities, ..Options::default() }
}

/// Decides the sessions of a log by another bundle. `progress` is told how many entries are done.
///
/// # Errors
/// When the log can't be read.
pub fn compare(path: &Path, comparison: &Comparison, walk: &Walk, progress: &mut dyn FnMut(u64)) -> Result<Compared, LogError> {
    let reader = Reader::open(path, walk.patience)?;
    let (head, sessions) = (reader.head()?, reader.sessions()?);
    drop(reader);
    let one = |reader: &Reader, name: &str, done: &AtomicU64| {
        let mut one = One::new(comparison, walk.limits, name);
        reader.session(name, |entry| {
            if entry.sequence < head.size {
                one.entry(&entry);
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, LogError>(())
        })?;
        let mut compared = one.compared;
        compared.tally = compared.tally.close();
        compared.sessions = 1;
        Ok(compared)
    };
    let mut all = Compared::default();
    for one in walk.sessions(path, &sessions, one, progress)? {
        all.merge(one);
    }
    if let Some(Old::Kept(before)) = &comparison.old {
        all.gone(before);
    }
    Ok(all)
}

/// One session of the log.
struct One<'c> {
    comparison: &'c Comparison,
    name: &'c str,
    new: Session,
    old: Option<Session>,
    compared: Compared,
}

impl<'c> One<'c> {
    fn new(comparison: &'c Comparison, limits: Limits, name: &'c str) -> Self {
        let session = |image: &Arc<VerifiedImage>, entities: &Option<Arc<Entities>>| Session::new(Arc::clone(image), name, recorded(limits, entities.clone()));
        let old = match &comparison.old {
            Some(Old::Bundle(image, entities)) => Some(session(image, entities)),
            Some(Old::Recorded | Old::Kept(_)) | None => None,
        };
        Self { comparison, name, new: session(&comparison.new, &comparison.entities), old, compared: Compared::default() }
    }

    fn entry(&mut self, entry: &StoredEntry) {
        if !self.compared.cut.is_empty() {
            self.compared.not_compared += 1;
        } else if self.take(entry).is_none() {
            self.compared.cut.push((self.name.to_owned(), entry.sequence));
            self.compared.not_compared += 1;
        }
    }

    /// Decides an event, and compares; none where the event is not there.
    fn take(&mut self, entry: &StoredEntry) -> Option<()> {
        let Ok(Leaf::Event(leaf)) = Leaf::parse(&entry.leaf) else { return None };
        if !self.compared.recorded_by.contains(&leaf.bundle) {
            self.compared.recorded_by.insert(leaf.bundle.clone());
        }
        if leaf.outcome == leaf::Outcome::Activated {
            return Some(());
        }
        let event = entry.event.as_ref()?;
        let line = std::str::from_utf8(&event.bytes).ok()?;
        let outcome = self.new.event(line);
        let mut rejected = leaf.outcome == leaf::Outcome::Rejected;
        let before = match (&self.comparison.old, &mut self.old, &outcome) {
            (Some(Old::Recorded), ..) => Decided::recorded(&leaf, entry.answer.as_ref().and_then(StoredPayload::payload).as_ref()),
            (Some(Old::Bundle(..)), Some(old), _) => match old.event(line) {
                Outcome::Decision(decision) => Some(Decided::of(&decision)),
                other => {
                    rejected = matches!(other, Outcome::Rejected(_));
                    None
                }
            },
            (Some(Old::Kept(before)), _, Outcome::Decision(decision)) => before.decided(self.name, leaf.number, decision),
            _ => None,
        };
        let after = self.compared.outcome(leaf.number, &outcome, rejected);
        if self.comparison.old.is_some() {
            self.compared.tally.event(Place { session: self.name, number: leaf.number, entry: entry.sequence }, line, before, after);
        } else {
            self.compared.tally.events += 1;
        }
        Some(())
    }
}

impl Groups {
    /// Returns how many changes are against a condition.
    #[must_use]
    pub fn counted(&self, of: impl Fn(Kind) -> bool) -> u64 {
        Kind::ALL.into_iter().filter(|kind| of(*kind)).map(|kind| self.count(kind)).sum()
    }
}
