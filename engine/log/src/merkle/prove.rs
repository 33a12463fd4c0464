//! Proofs out of a stored tree.

use super::{TILE_HEIGHT, empty_root, node_hash};
use crate::hash::Hash;

/// The stored nodes of a tree: the hashes of its leaves, and of each complete subtree of 256, 65,536 … leaves.
pub trait Nodes {
    /// Why a node can't be read.
    type Error;

    /// Returns `count` hashes (256 at most) of a level from an index on. Level 0 has the leaves, and a node of level `n` covers 256 to
    /// the power of `n` leaves, all of which are there.
    ///
    /// # Errors
    /// When one of them isn't there or can't be read.
    fn nodes(&mut self, level: u8, from: u64, count: usize) -> Result<Vec<Hash>, Self::Error>;
}

/// Returns the hash of a complete subtree of 2 to the power of `level` leaves.
pub(super) fn subtree<N: Nodes + ?Sized>(nodes: &mut N, level: u32, index: u64) -> Result<Hash, N::Error> {
    let height = u32::from(TILE_HEIGHT);
    let (tile, above) = (level / height, level % height);
    let count = 1usize << above;
    let mut hashes = nodes.nodes(u8::try_from(tile).unwrap_or(u8::MAX), index << above, count)?;
    while hashes.len() > 1 {
        hashes = hashes.chunks(2).map(|pair| if let [left, right] = pair { node_hash(*left, *right) } else { Hash::ZERO }).collect();
    }
    Ok(hashes.first().copied().unwrap_or(Hash::ZERO))
}

/// Returns the largest power of two below a number of at least 2.
pub(super) const fn split(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}

/// Returns the hash of the leaves of a range that begins where such a range may begin in a tree.
fn range<N: Nodes + ?Sized>(nodes: &mut N, begin: u64, end: u64) -> Result<Hash, N::Error> {
    let n = end - begin;
    if n.is_power_of_two() {
        let level = n.trailing_zeros();
        return subtree(nodes, level, begin >> level);
    }
    let k = split(n);
    let left = range(nodes, begin, begin + k)?;
    Ok(node_hash(left, range(nodes, begin + k, end)?))
}

/// Returns the root of the tree of the first `size` leaves.
///
/// # Errors
/// When a node can't be read.
pub fn root<N: Nodes + ?Sized>(nodes: &mut N, size: u64) -> Result<Hash, N::Error> {
    if size == 0 { Ok(empty_root()) } else { range(nodes, 0, size) }
}

/// Returns the proof that a leaf stands in the tree of the first `size` leaves: the hashes of its siblings, from the leaf's up
/// (RFC 9162, section 2.1.3.1). None for a leaf that isn't in the tree.
///
/// # Errors
/// When a node can't be read.
pub fn inclusion<N: Nodes + ?Sized>(nodes: &mut N, index: u64, size: u64) -> Result<Option<Vec<Hash>>, N::Error> {
    if index >= size {
        return Ok(None);
    }
    let (mut begin, mut end) = (0, size);
    let mut path = Vec::new();
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        if index < middle {
            path.push(range(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range(nodes, begin, middle)?);
            begin = middle;
        }
    }
    path.reverse();
    Ok(Some(path))
}

/// Returns the proof that the tree of the first `old` leaves is the beginning of that of the first `new` (RFC 9162, section 2.1.4.1).
/// None where the first is larger. From the empty tree, and from a tree to itself, it has no hash.
///
/// # Errors
/// When a node can't be read.
pub fn consistency<N: Nodes + ?Sized>(nodes: &mut N, old: u64, new: u64) -> Result<Option<Vec<Hash>>, N::Error> {
    if old > new {
        return Ok(None);
    }
    if old == 0 || old == new {
        return Ok(Some(Vec::new()));
    }
    let (mut begin, mut end) = (0, new);
    // Whether the part that is looked at begins the old tree, so that the verifier knows its hash.
    let mut known = true;
    let mut path = Vec::new();
    while old != end {
        let middle = begin + split(end - begin);
        if old <= middle {
            path.push(range(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range(nodes, begin, middle)?);
            begin = middle;
            known = false;
        }
    }
    if !known {
        path.push(range(nodes, begin, end)?);
    }
    path.reverse();
    Ok(Some(path))
}
