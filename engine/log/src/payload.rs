//! Payloads: what can hold somebody's data, so that it can be erased while every proof still holds.

use crate::hash::Hash;

/// The length of a salt in bytes.
pub const SALT_BYTES: usize = 32;
/// What addresses begin with, so that they are no other hash.
pub const ADDRESS_TAG: &[u8] = b"reach-payload-v1\n";

/// An event or an answer with its salt. Without the salt nobody can find out by trying which text an address stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Random bytes, for this payload alone.
    pub salt: [u8; SALT_BYTES],
    /// The event as it came, or the answer as one line of JSON.
    pub bytes: Vec<u8>,
}

impl Payload {
    /// Returns the address: SHA-256 of [`ADDRESS_TAG`], the salt and the bytes.
    #[must_use]
    pub fn address(&self) -> Hash {
        address(&self.salt, &self.bytes)
    }
}

/// Returns the address of bytes with a salt.
#[must_use]
pub fn address(salt: &[u8; SALT_BYTES], bytes: &[u8]) -> Hash {
    Hash::of(&[ADDRESS_TAG, salt, bytes])
}
