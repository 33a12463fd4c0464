//! What an entry shows by itself, whatever comes before it: most of the work of an audit, and none of it waits for other entries.

use super::{Held, Row};
use crate::hash::Hash;
use crate::leaf::{Leaf, LeafError, PayloadOf};
use crate::merkle::leaf_hash;
use crate::payload::{SALT_BYTES, address};

/// An entry that was looked at by itself, on any thread.
#[derive(Clone, Debug)]
pub struct Looked {
    pub(super) leaf: Result<Leaf, LeafError>,
    pub(super) hash: Hash,
    /// Whether the hash beside it, where there is one, is its hash.
    pub(super) hash_fits: bool,
    pub(super) event: Seen,
    pub(super) answer: Seen,
    /// How many bytes were hashed.
    pub(super) bytes: u64,
}

/// What stands in a payload's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing.
    Nothing,
    /// A payload whose salt has another length than salts have.
    Unsalted,
    /// A payload with this address.
    At(Hash),
}

impl Seen {
    fn of(held: Option<Held<'_>>, bytes: &mut u64) -> Self {
        let Some(held) = held else { return Self::Nothing };
        *bytes += (held.salt.len() + held.bytes.len()) as u64;
        let salt: Option<&[u8; SALT_BYTES]> = held.salt.try_into().ok();
        salt.map_or(Self::Unsalted, |salt| Self::At(address(salt, held.bytes)))
    }
}

impl Looked {
    /// Reads an entry and hashes all that belongs to it.
    #[must_use]
    pub fn at(row: &Row<'_>) -> Self {
        let hash = leaf_hash(row.leaf);
        let mut bytes = row.leaf.len() as u64;
        Self {
            leaf: Leaf::parse(row.leaf),
            hash,
            hash_fits: row.hash.is_none_or(|stored| stored == hash),
            event: Seen::of(row.event, &mut bytes),
            answer: Seen::of(row.answer, &mut bytes),
            bytes,
        }
    }

    pub(super) fn payloads(&self) -> [(PayloadOf, Seen); 2] {
        [(PayloadOf::Event, self.event), (PayloadOf::Answer, self.answer)]
    }
}
