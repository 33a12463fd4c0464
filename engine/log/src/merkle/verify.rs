//! Proofs checked against roots: RFC 9162, sections 2.1.3.2 and 2.1.4.2.

use super::{empty_root, node_hash};
use crate::hash::Hash;

/// A proof doesn't show what it claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf's index is not below the size of the tree, or the old tree is larger than the new one.
    #[error("the tree is too small for what the proof claims")]
    Beyond,
    /// There are more or fewer hashes than such a proof has.
    #[error("the proof has another number of hashes than it must have")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Checks that a leaf of that hash stands at `index` in the tree of `size` leaves with that root.
///
/// # Errors
/// When the proof doesn't show it.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Beyond);
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(*sibling, hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, *sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree of `old` leaves with the first root is the beginning of the tree of `new` leaves with the second.
///
/// # Errors
/// When the proof doesn't show it.
pub fn verify_consistency(old: u64, new: u64, proof: &[Hash], old_root: Hash, new_root: Hash) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Beyond);
    }
    if old == 0 || old == new {
        if !proof.is_empty() {
            return Err(ProofError::Length);
        }
        let fits = if old == new { old_root == new_root && (new != 0 || new_root == empty_root()) } else { old_root == empty_root() };
        return if fits { Ok(()) } else { Err(ProofError::Root) };
    }
    // A complete old tree is a node of the new one, and its hash is left out.
    let (mut seed, rest) =
        if old.is_power_of_two() { (old_root, proof) } else { proof.split_first().map(|(first, rest)| (*first, rest)).ok_or(ProofError::Length)? };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let mut before = seed;
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            before = node_hash(*sibling, before);
            seed = node_hash(*sibling, seed);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            seed = node_hash(seed, *sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if before == old_root && seed == new_root { Ok(()) } else { Err(ProofError::Root) }
}
