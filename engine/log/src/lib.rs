//! The log's format, and how all of it is checked. Nothing here reads a file, and nothing decides.
//!
//! An entry is a [`Leaf`] of a [Merkle tree](merkle) as in RFC 6962. What can hold somebody's data stands beside it as [`Payload`]s
//! that it names by their salted digest, so that they can be erased. A [`Checkpoint`] says how many entries there are and which root
//! their tree has; signed, it is what others hold against the log. [`audit`] looks at a whole log, [`Receipt`]s show single entries,
//! [`Capsule`]s whole sessions, and [`tiles`] are how logs are served. `docs/log.md` has all of it to the byte.

pub mod audit;
pub mod capsule;
pub mod checkpoint;
mod hash;
pub mod leaf;
pub mod merkle;
pub mod payload;
pub mod receipt;
pub mod tiles;

pub use audit::{Auditor, Finding, Problem, Summary};
pub use capsule::{Capsule, CapsuleEntry, CapsuleError, CapsulePayload};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash::{HASH_BYTES, Hash};
pub use leaf::{Effect, ErasureLeaf, EventLeaf, Leaf, LeafError, Outcome, PayloadOf, RecoveryLeaf};
pub use payload::Payload;
pub use receipt::{Receipt, ReceiptError};
