//! Capsules: one session out of a log in one file of JSON, with all that somebody needs to check it and to decide it again.
//!
//! A capsule proves as much as its checkpoint: that these entries are those that were recorded, all from the session's first on, as of
//! the checkpoint's size. Whether the session went on after them is not shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audit::{Auditor, Held, Problem, Row};
use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::leaf::{EventLeaf, Leaf};
use crate::merkle::{MAX_PROOF, ProofError, leaf_hash, verify_inclusion};
use crate::payload::{Payload, SALT_BYTES};

/// What `format` says.
pub const FORMAT: &str = "reach-capsule-v1";
/// The largest capsule that is read, in bytes.
pub const MAX_CAPSULE_BYTES: u64 = 256 << 20;

/// One session with its proofs and the bundles that decided it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capsule {
    /// [`FORMAT`].
    pub format: String,
    /// The session.
    pub session: String,
    /// The signed checkpoint of the log, as it is.
    pub checkpoint: String,
    /// The session's entries in order.
    pub entries: Vec<CapsuleEntry>,
    /// The sources of each bundle that decided: the names and texts of its files, by the bundle's digest. Whoever replays compiles them
    /// and compares the digest.
    pub bundles: BTreeMap<String, BTreeMap<String, String>>,
}

/// An entry of a capsule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapsuleEntry {
    /// The number of the entry in the log.
    pub index: u64,
    /// The entry's bytes, as text.
    pub leaf: String,
    /// The proof that it stands in the tree of the checkpoint: hashes in hexadecimal, from the leaf's sibling up.
    pub proof: Vec<Hash>,
    /// The event; none where it was erased.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event: Option<CapsulePayload>,
    /// The answer; none where it was erased or there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answer: Option<CapsulePayload>,
}

/// A payload of a capsule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapsulePayload {
    /// The salt, in hexadecimal.
    pub salt: Hash,
    /// The event or the answer.
    pub text: String,
}

impl CapsulePayload {
    /// Returns a payload as a capsule has it; none where its bytes are no text.
    #[must_use]
    pub fn of(payload: &Payload) -> Option<Self> {
        Some(Self { salt: Hash(payload.salt), text: String::from_utf8(payload.bytes.clone()).ok()? })
    }

    const fn held(&self) -> Held<'_> {
        Held { salt: &self.salt.0, bytes: self.text.as_bytes() }
    }

    /// Returns the payload.
    #[must_use]
    pub fn payload(&self) -> Payload {
        let salt: [u8; SALT_BYTES] = self.salt.0;
        Payload { salt, bytes: self.text.clone().into_bytes() }
    }
}

/// What is wrong with a capsule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CapsuleError {
    /// It is no capsule, or of another version.
    #[error("it is no capsule: {0}")]
    Form(String),
    /// It holds no entry.
    #[error("it holds no entry")]
    Empty,
    /// Entries stand in another order than in the log.
    #[error("entry {0} stands behind a later one")]
    Order(u64),
    /// An entry is not in the tree of the checkpoint.
    #[error("entry {index} is not in the tree of the checkpoint: {error}")]
    Proof {
        /// The number of the entry.
        index: u64,
        /// Why.
        error: ProofError,
    },
    /// An entry is of another session, or of none.
    #[error("entry {0} is of another session")]
    Session(u64),
    /// Something is wrong with an entry, or with the one before it.
    #[error("entry {index}: {problem}")]
    Entry {
        /// The number of the entry.
        index: u64,
        /// What is wrong.
        problem: Problem,
    },
}

impl Capsule {
    /// Reads a capsule.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn parse(bytes: &[u8]) -> Result<Self, CapsuleError> {
        let capsule: Self = serde_json::from_slice(bytes).map_err(|e| CapsuleError::Form(e.to_string()))?;
        if capsule.format == FORMAT { Ok(capsule) } else { Err(CapsuleError::Form(format!("its format is not `{FORMAT}`"))) }
    }

    /// Checks that the entries are in the tree of a checkpoint whose signature was checked, that they are all of the session from its first
    /// on, and that payloads are those that they name. Returns the entries, read.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify(&self, checkpoint: &Checkpoint) -> Result<Vec<EventLeaf>, CapsuleError> {
        let mut leaves = Vec::with_capacity(self.entries.len().min(1 << 20));
        let mut auditor = Auditor::new([]);
        let mut last = None;
        for entry in &self.entries {
            let index = entry.index;
            if last.is_some_and(|last| last >= index) {
                return Err(CapsuleError::Order(index));
            }
            last = Some(index);
            let hash = leaf_hash(entry.leaf.as_bytes());
            let proof = entry.proof.get(..entry.proof.len().min(MAX_PROOF + 1)).unwrap_or_default();
            verify_inclusion(hash, index, checkpoint.size, proof, checkpoint.root).map_err(|error| CapsuleError::Proof { index, error })?;
            let leaf = match Leaf::parse(entry.leaf.as_bytes()) {
                Ok(Leaf::Event(leaf)) if leaf.session == self.session => leaf,
                Ok(_) => return Err(CapsuleError::Session(index)),
                Err(e) => return Err(CapsuleError::Entry { index, problem: Problem::Leaf(e) }),
            };
            let row = Row {
                leaf: entry.leaf.as_bytes(),
                hash: None,
                event: entry.event.as_ref().map(CapsulePayload::held),
                answer: entry.answer.as_ref().map(CapsulePayload::held),
            };
            auditor.entry(&row, |_, _, _| true, &mut ());
            if let Some(problem) = auditor.problem() {
                return Err(CapsuleError::Entry { index, problem });
            }
            leaves.push(leaf);
        }
        if leaves.is_empty() { Err(CapsuleError::Empty) } else { Ok(leaves) }
    }
}

#[cfg(test)]
mod tests;
