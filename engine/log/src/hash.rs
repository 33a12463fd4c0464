//! A SHA-256, and how it is written.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The length of a hash in bytes.
pub const HASH_BYTES: usize = 32;

/// A SHA-256. In entries it is written as 64 lower-case hexadecimal digits, in checkpoints and proofs as base64.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

impl Hash {
    /// What stands where there is nothing before: 32 zero bytes.
    pub const ZERO: Self = Self([0; HASH_BYTES]);

    /// Returns the SHA-256 of the parts, one after the other.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        use sha2::Digest;
        let mut hash = sha2::Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        Self(hash.finalize().into())
    }

    /// Returns the hash that a slice of 32 bytes is; none of another length.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Returns the hash that 64 lower-case hexadecimal digits are.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digit = |byte: &u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut out = [0; HASH_BYTES];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != HASH_BYTES || !rest.is_empty() {
            return None;
        }
        for (to, [high, low]) in out.iter_mut().zip(pairs) {
            *to = digit(high)? << 4 | digit(low)?;
        }
        Some(Self(out))
    }

    /// Returns the hash in base64 with padding (RFC 4648, section 4).
    #[must_use]
    pub fn base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Returns the hash that the base64 is; only the canonical text of 32 bytes is one.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        let hash = Self::from_slice(&STANDARD.decode(text).ok()?)?;
        (hash.base64() == text).then_some(hash)
    }
}

impl Hash {
    /// Runs something with the 64 lower-case hexadecimal digits. A log has five of them in each entry, so they are made at once.
    fn with_hex<T>(&self, work: impl FnOnce(&str) -> T) -> T {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |n: u8| DIGITS.get(usize::from(n & 15)).copied().unwrap_or_default();
        let mut text = [0; 2 * HASH_BYTES];
        let (pairs, _) = text.as_chunks_mut::<2>();
        for (pair, byte) in pairs.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(byte)];
        }
        work(str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_hex(|text| f.write_str(text))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_hex(|text| serializer.serialize_str(text))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl serde::de::Visitor<'_> for Digits {
            type Value = Hash;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("64 lower-case hexadecimal digits")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Hash, E> {
                Hash::from_hex(text).ok_or_else(|| E::custom("64 lower-case hexadecimal digits are a hash"))
            }
        }
        deserializer.deserialize_str(Digits)
    }
}
