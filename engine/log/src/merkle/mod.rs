//! The Merkle tree of RFC 6962, section 2.1, with SHA-256; proofs as in RFC 9162, section 2.1.

mod frontier;
mod prove;
#[cfg(test)]
mod tests;
mod verify;

pub use frontier::Frontier;
pub use prove::{Nodes, consistency, inclusion, root};
pub use verify::{ProofError, verify_consistency, verify_inclusion};

use crate::hash::Hash;

/// The leaves that one stored node covers are a power of 2 to the power of this many, as in tiles: subtrees of 1, 256, 65,536 … leaves.
pub const TILE_HEIGHT: u8 = 8;

/// The most hashes of a proof: a tree has less than 2 to the power of 64 leaves.
pub const MAX_PROOF: usize = 64;

/// Returns the root of the tree without leaves: the SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// Returns the hash of a leaf: SHA-256 of a zero byte and the leaf.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash::of(&[&[0], leaf])
}

/// Returns the hash of an inner node: SHA-256 of a byte 1 and the hashes of its children.
#[must_use]
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash::of(&[&[1], &left.0, &right.0])
}
