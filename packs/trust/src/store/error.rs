//! What is wrong with a trust store.

use reach_keys::KeyError;
use reach_statement::TextError;

use super::{MAX_ENTRIES, MAX_NEEDED, MAX_STORE_BYTES};
use crate::rotation::RotationError;
use crate::signer::SignerId;

/// Why bytes are no trust store, or an entry can't be added to one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// It is too large.
    #[error("a trust store has at most {MAX_STORE_BYTES} bytes, this one has {len_bytes}")]
    TooLarge {
        /// How many there are.
        len_bytes: usize,
    },
    /// It has too many entries.
    #[error("a trust store has at most {MAX_ENTRIES} entries")]
    TooMany,
    /// The last line has no end.
    #[error("line {line} is cut off")]
    Torn {
        /// Which, from 1.
        line: usize,
    },
    /// A line is no entry.
    #[error("line {line} is no entry: {why}")]
    Form {
        /// Which, from 1.
        line: usize,
        /// Why.
        why: String,
    },
    /// A line is written in another way.
    #[error("line {line} is not written in the canonical form (RFC 8785)")]
    NotCanonical {
        /// Which, from 1.
        line: usize,
    },
    /// A line doesn't belong behind the one before.
    #[error("line {line} doesn't belong behind the line before it: one was changed, taken away or put in")]
    Chain {
        /// Which, from 1.
        line: usize,
    },
    /// A line says what cannot be said there.
    #[error("line {line}: {error}")]
    At {
        /// Which, from 1.
        line: usize,
        /// What is wrong.
        error: Box<Self>,
    },
    /// A key is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A reason can't be one.
    #[error("the reason can't be that: {0}")]
    Reason(#[from] TextError),
    /// A rotation is none.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// A key is trusted for nothing.
    #[error("a key is trusted for at least one name")]
    NoNames,
    /// A number of keys is none.
    #[error("1 to {MAX_NEEDED} keys can be asked for, not {0}")]
    Needed(u32),
    /// Another key has the same name and ID.
    #[error("another key with the name and id `{0}` is known: a signature would not say whose it is")]
    Ambiguous(SignerId),
    /// The key was revoked.
    #[error("`{0}` was revoked, and that is for good")]
    Revoked(SignerId),
    /// The key is not known.
    #[error("`{0}` is not known here")]
    Unknown(SignerId),
    /// The key has a successor already.
    #[error("another key has taken the place of `{0}` already")]
    Rotated(SignerId),
    /// The key may sign for nothing any more.
    #[error("`{0}` may not sign for anything any more, and so can hand nothing over")]
    Lapsed(SignerId),
}
