//! Whose packs are believed.
//!
//! A pack carries an [`Envelope`] (DSSE) with its statement and signatures. Who verifies it has a [`TrustStore`]: which keys may sign for which
//! names, until when, which were revoked, and how one came to take the place of another. [`verify`] holds a pack against it and answers with a
//! [`VerifiedPack`], which can be had in no other way, or with a [`Refusal`], which is one of six answers, or that there is nothing to be read.
//! What the time is comes from whoever asks.
//!
//! Only [`TrustFile`] touches files.

mod action;
mod envelope;
mod file;
mod judge;
mod pattern;
mod refusal;
mod rotation;
mod signer;
mod store;
mod time;
mod verify;

pub use action::{Action, Entry};
pub use envelope::{Envelope, EnvelopeError, MAX_SIGNATURES, PayloadType, pae};
pub use file::{TrustFile, TrustFileError};
pub use pattern::{NamePattern, PatternError, Subject};
pub use refusal::{Lack, Malformed, Refusal, Tampered};
pub use rotation::{Rotation, RotationError};
pub use signer::{SignerId, SignerIdError};
pub use store::{MAX_ENTRIES, MAX_NEEDED, MAX_STORE_BYTES, Revocation, Standing, TrustError, TrustStore, TrustedKey};
pub use time::{TimeError, Timestamp};
pub use verify::{Signer, UnverifiedPack, VerifiedPack, verify};

/// Writes a type as text in JSON, and reads it by its `FromStr`.
macro_rules! text_in_json {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
use text_in_json;
