//! Who is said to have signed.

use std::fmt;
use std::str::FromStr;

use reach_keys::{KeyId, KeyName, VerifierKey};

/// The name and the ID of a key, `acme.example/packs+1a2b3c4d`: what stands before the second `+` of its public line. It says which key is meant and
/// proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignerId {
    /// The name.
    pub name: KeyName,
    /// The ID.
    pub id: KeyId,
}

/// A text is no name and ID of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is named `name+id`, with an id of eight digits 0 to 9 and a to f")]
pub struct SignerIdError;

impl SignerId {
    /// Returns the name and the ID of a key.
    #[must_use]
    pub fn of(key: &VerifierKey) -> Self {
        Self { name: key.name().clone(), id: key.id() }
    }
}

impl FromStr for SignerId {
    type Err = SignerIdError;

    fn from_str(text: &str) -> Result<Self, SignerIdError> {
        let (name, id) = text.split_once('+').ok_or(SignerIdError)?;
        Ok(Self { name: name.parse().map_err(|_| SignerIdError)?, id: id.parse().map_err(|_| SignerIdError)? })
    }
}

impl fmt::Display for SignerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.name, self.id)
    }
}

super::text_in_json!(SignerId);
