//! Looks at a log from its first entry to its last: whatever was changed since it was written is found, and its place named.

mod looked;

use std::collections::BTreeMap;

use crate::hash::Hash;
use crate::leaf::{Effect, EventLeaf, Leaf, LeafError, Outcome, PayloadOf};
use crate::merkle::{Frontier, leaf_hash};

pub use looked::Looked;
use looked::Seen;

/// A payload as a store has it.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The salt, which must have 32 bytes.
    pub salt: &'a [u8],
    /// The event or the answer.
    pub bytes: &'a [u8],
}

/// An entry as a store has it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The entry.
    pub leaf: &'a [u8],
    /// The hash that stands beside it; none where a store keeps none.
    pub hash: Option<Hash>,
    /// The event; none where it was erased or the entry has none.
    pub event: Option<Held<'a>>,
    /// The answer; none where it was erased or the entry has none.
    pub answer: Option<Held<'a>>,
}

/// What is wrong with an entry, or with the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The entry can't be read.
    #[error("{0}")]
    Leaf(#[from] LeafError),
    /// The hash beside it is not its hash.
    #[error("the stored hash is not that of the entry")]
    StoredHash,
    /// A stored node of the tree is wrong.
    #[error("the stored hash of the subtree of level {level}, number {index}, is not that of its entries")]
    Node {
        /// The level in tiles.
        level: u8,
        /// The index in its level.
        index: u64,
    },
    /// The session has no such next entry.
    #[error("the session's next entry has the number {expected}, and this has {found}")]
    Number {
        /// The next number of the session.
        expected: u64,
        /// The one that stands there.
        found: u64,
    },
    /// The session's entry before is another one.
    #[error("the entry follows another entry of its session than the one before it")]
    Previous,
    /// The session was in another state.
    #[error("the session's state before the entry is not the state after its entry before")]
    State,
    /// The bundle changed without an entry that says so.
    #[error("the session has another bundle than before, and no entry says that it changed")]
    Bundle,
    /// A payload is not what the entry says.
    #[error("the {} is not the one that was recorded", .0.word())]
    Payload(PayloadOf),
    /// A payload is there that the entry doesn't have.
    #[error("there is an {} that the entry does not name", .0.word())]
    Stray(PayloadOf),
    /// A payload is gone.
    #[error("the {} is gone, and no entry says that it was erased", .0.word())]
    Gone(PayloadOf),
    /// An erasure is of nothing that is gone.
    #[error("the entry says that the {} of entry {entry} was erased, which it was not", .payload.word())]
    NotErased {
        /// The entry that is named.
        entry: u64,
        /// The payload that is named.
        payload: PayloadOf,
    },
    /// The root at a checkpoint is another one.
    #[error("the tree of the first {size} entries has another root than the checkpoint says")]
    Checkpoint {
        /// The size at the checkpoint.
        size: u64,
    },
    /// A checkpoint is of a longer log.
    #[error("the log has {found} entries, and a checkpoint was made when it had {size}")]
    Shorter {
        /// The size at the checkpoint.
        size: u64,
        /// How many there are.
        found: u64,
    },
}

/// A problem with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The number of the entry in the log.
    pub entry: u64,
    /// What is wrong.
    pub problem: Problem,
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many entries the log has.
    pub entries: u64,
    /// The root of their tree.
    pub root: Hash,
    /// How many sessions there are.
    pub sessions: u64,
    /// How many steps were permitted.
    pub permit: u64,
    /// How many people were asked about.
    pub ask: u64,
    /// How many were forbidden.
    pub forbid: u64,
    /// How many payloads were erased.
    pub erased: u64,
    /// How many bytes were hashed.
    pub bytes: u64,
}

/// Where a session stands.
struct Head {
    number: u64,
    hash: Hash,
    after: Hash,
    bundle: String,
}

/// Entries before those that are looked at.
pub trait Earlier {
    /// Returns the bytes of a session's entry of that number, as far as they are known.
    fn leaf(&mut self, session: &str, number: u64) -> Option<Vec<u8>>;
}

/// Nothing comes before.
impl Earlier for () {
    fn leaf(&mut self, _: &str, _: u64) -> Option<Vec<u8>> {
        None
    }
}

/// Looks at entries, one after the other.
pub struct Auditor {
    tree: Frontier,
    begin: u64,
    sessions: BTreeMap<String, Head>,
    /// Payloads that are not there, until an erasure names them.
    missing: BTreeMap<(u64, PayloadOf), Hash>,
    /// The roots that are known from elsewhere, by size.
    expected: BTreeMap<u64, Vec<Hash>>,
    findings: Vec<Finding>,
    summary: Summary,
    /// Whether nothing is asked about what comes before or after.
    by_itself: bool,
}

impl Auditor {
    /// Returns an auditor of a log from its beginning, that knows the roots at these sizes from checkpoints.
    #[must_use]
    pub fn new(checkpoints: impl IntoIterator<Item = (u64, Hash)>) -> Self {
        Self::after(Frontier::default(), checkpoints)
    }

    /// Returns an auditor of the entries that follow a tree whose root is known to be right.
    #[must_use]
    pub fn after(tree: Frontier, checkpoints: impl IntoIterator<Item = (u64, Hash)>) -> Self {
        let mut expected: BTreeMap<u64, Vec<Hash>> = BTreeMap::new();
        for (size, root) in checkpoints {
            expected.entry(size).or_default().push(root);
        }
        let begin = tree.size();
        let mut auditor = Self {
            tree,
            begin,
            sessions: BTreeMap::new(),
            missing: BTreeMap::new(),
            expected,
            findings: Vec::new(),
            summary: Summary::default(),
            by_itself: false,
        };
        auditor.compare_root();
        auditor
    }

    /// Looks at one entry by itself, and returns the first thing that is wrong with it, whatever comes before.
    #[must_use]
    pub fn alone(row: &Row<'_>) -> Option<Finding> {
        let mut auditor = Self::new([]);
        auditor.by_itself = true;
        auditor.entry(row, |_, _, _| true, &mut ());
        auditor.findings.into_iter().next()
    }

    /// Looks at the next entry. `node` gets each node of the tree that this completes, and returns whether the stored one is the same;
    /// `earlier` has the entries from before the ones that are looked at.
    pub fn entry(&mut self, row: &Row<'_>, node: impl FnMut(u8, u64, Hash) -> bool, earlier: &mut impl Earlier) {
        self.take(Looked::at(row), node, earlier);
    }

    /// As [`Auditor::entry`], with an entry that was looked at by itself already.
    pub fn take(&mut self, looked: Looked, mut node: impl FnMut(u8, u64, Hash) -> bool, earlier: &mut impl Earlier) {
        let (entry, payloads) = (self.tree.size(), looked.payloads());
        let Looked { leaf, hash, hash_fits, bytes, .. } = looked;
        self.summary.bytes += bytes;
        if !hash_fits {
            self.found(entry, Problem::StoredHash);
        }
        let findings = &mut self.findings;
        self.tree.push(hash, |level, index, hash| {
            if level > 0 && !node(level, index, hash) {
                findings.push(Finding { entry, problem: Problem::Node { level, index } });
            }
        });
        match leaf {
            Ok(Leaf::Event(leaf)) => self.event(entry, hash, leaf, payloads, earlier),
            Ok(Leaf::Erasure(leaf)) => {
                self.strays(entry, payloads);
                // Of what came before the entries that are looked at, nothing is known.
                if !self.by_itself && leaf.entry >= self.begin && self.missing.remove(&(leaf.entry, leaf.payload)) != Some(leaf.address) {
                    self.found(entry, Problem::NotErased { entry: leaf.entry, payload: leaf.payload });
                } else {
                    self.summary.erased += 1;
                }
            }
            Ok(Leaf::Recovery(_)) => self.strays(entry, payloads),
            Err(e) => self.found(entry, Problem::Leaf(e)),
        }
        self.compare_root();
    }

    /// Returns the first thing that was found so far.
    pub(crate) fn problem(&self) -> Option<Problem> {
        self.findings.first().map(|finding| finding.problem.clone())
    }

    /// Returns what was looked at and what is wrong, in the order of entries.
    #[must_use]
    pub fn finish(mut self) -> (Summary, Vec<Finding>) {
        let found = self.tree.size();
        for (size, _) in self.expected.range(found.saturating_add(1)..) {
            self.findings.push(Finding { entry: found, problem: Problem::Shorter { size: *size, found } });
        }
        for (entry, of) in self.missing.keys() {
            self.findings.push(Finding { entry: *entry, problem: Problem::Gone(*of) });
        }
        self.findings.sort_by_key(|finding| finding.entry);
        let summary = Summary { entries: found, root: self.tree.root(), sessions: self.sessions.len() as u64, ..self.summary };
        (summary, self.findings)
    }

    fn found(&mut self, entry: u64, problem: Problem) {
        self.findings.push(Finding { entry, problem });
    }

    fn compare_root(&mut self) {
        let size = self.tree.size();
        let Some(roots) = self.expected.get(&size) else { return };
        let root = self.tree.root();
        if roots.iter().any(|expected| *expected != root) {
            self.found(size.saturating_sub(1), Problem::Checkpoint { size });
        }
    }

    fn strays(&mut self, entry: u64, payloads: [(PayloadOf, Seen); 2]) {
        for (of, _) in payloads.into_iter().filter(|(_, seen)| *seen != Seen::Nothing) {
            self.found(entry, Problem::Stray(of));
        }
    }

    fn event(&mut self, entry: u64, hash: Hash, leaf: EventLeaf, payloads: [(PayloadOf, Seen); 2], earlier: &mut impl Earlier) {
        if self.begin > 0 && leaf.number > 0 && !self.sessions.contains_key(&leaf.session) {
            let head = earlier.leaf(&leaf.session, leaf.number - 1).and_then(|bytes| match Leaf::parse(&bytes) {
                Ok(Leaf::Event(before)) => Some(Head { number: before.number, hash: leaf_hash(&bytes), after: before.after, bundle: before.bundle }),
                _ => None,
            });
            if let Some(head) = head {
                self.sessions.insert(leaf.session.clone(), head);
            }
        }
        let head = self.sessions.get(&leaf.session);
        let expected = head.map_or(0, |head| head.number.saturating_add(1));
        let problem = if leaf.number != expected {
            Some(Problem::Number { expected, found: leaf.number })
        } else if leaf.previous != head.map_or(Hash::ZERO, |head| head.hash) {
            Some(Problem::Previous)
        } else if leaf.before != head.map_or(Hash::ZERO, |head| head.after) {
            Some(Problem::State)
        } else if leaf.outcome != Outcome::Activated && head.is_some_and(|head| head.bundle != leaf.bundle) {
            Some(Problem::Bundle)
        } else {
            None
        };
        if let Some(problem) = problem.filter(|_| !self.by_itself) {
            self.found(entry, problem);
        }
        match leaf.effect {
            Some(Effect::Permit) => self.summary.permit += 1,
            Some(Effect::Ask) => self.summary.ask += 1,
            Some(Effect::Forbid) => self.summary.forbid += 1,
            None => {}
        }
        for ((of, seen), named) in payloads.into_iter().zip([Some(leaf.event), leaf.answer]) {
            self.payload(entry, of, named, seen);
        }
        let now = Head { number: leaf.number, hash, after: leaf.after, bundle: leaf.bundle };
        match self.sessions.get_mut(&leaf.session) {
            Some(head) => *head = now,
            None => drop(self.sessions.insert(leaf.session, now)),
        }
    }

    fn payload(&mut self, entry: u64, of: PayloadOf, named: Option<Hash>, seen: Seen) {
        match (named, seen) {
            (None, Seen::Nothing) => {}
            (None, _) => self.found(entry, Problem::Stray(of)),
            (Some(named), Seen::Nothing) => drop(self.missing.insert((entry, of), named)),
            (Some(named), seen) if seen != Seen::At(named) => self.found(entry, Problem::Payload(of)),
            (Some(_), _) => {}
        }
    }
}

#[cfg(test)]
mod tests;
