//! The right edge of a tree: all that appending and the root ask for.

use super::{Nodes, TILE_HEIGHT, empty_root, node_hash};
use crate::hash::Hash;

/// The complete subtrees that a tree's leaves make up, from the left, the largest first: at most 64 hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// Returns the frontier of a stored tree of that size.
    ///
    /// # Errors
    /// When a node can't be read.
    pub fn of<N: Nodes + ?Sized>(nodes: &mut N, size: u64) -> Result<Self, N::Error> {
        let mut subtrees = Vec::new();
        let mut begin = 0;
        for level in (0..u64::BITS).rev() {
            if size >> level & 1 == 1 {
                subtrees.push(super::prove::subtree(nodes, level, begin >> level)?);
                begin += 1 << level;
            }
        }
        Ok(Self { size, subtrees })
    }

    /// Returns how many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends the hash of a leaf. `complete` gets each node that this completes and that a tree stores, as its level in tiles (0 is
    /// the leaf itself, 1 covers 256 leaves …), its index there, and its hash.
    pub fn push(&mut self, leaf: Hash, mut complete: impl FnMut(u8, u64, Hash)) {
        let index = self.size;
        complete(0, index, leaf);
        self.size += 1;
        let mut hash = leaf;
        for level in 1..=self.size.trailing_zeros() {
            let Some(left) = self.subtrees.pop() else { break };
            hash = node_hash(left, hash);
            if level.is_multiple_of(u32::from(TILE_HEIGHT))
                && let Ok(tile) = u8::try_from(level / u32::from(TILE_HEIGHT))
            {
                complete(tile, index >> level, hash);
            }
        }
        self.subtrees.push(hash);
    }

    /// Returns the root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut from_right = self.subtrees.iter().rev().copied();
        let Some(last) = from_right.next() else { return empty_root() };
        from_right.fold(last, |right, left| node_hash(left, right))
    }
}
