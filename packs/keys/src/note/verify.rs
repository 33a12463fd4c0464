//! From a note to what is known to have been signed.

use std::collections::BTreeSet;

use super::{Note, NoteError, NoteSignature};
use crate::verifier::VerifierKey;

/// A note whose text known keys have signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<'note, 'keys> {
    text: &'note str,
    signers: Vec<&'keys VerifierKey>,
}

impl<'note, 'keys> Verified<'note, 'keys> {
    /// Returns the text, with its last newline.
    #[must_use]
    pub const fn text(&self) -> &'note str {
        self.text
    }

    /// Returns the known keys that have signed it, in the order of their signatures; at least one, none twice.
    #[must_use]
    pub fn signers(&self) -> &[&'keys VerifierKey] {
        &self.signers
    }
}

impl Note {
    /// Verifies the note with the keys that are known: at least one of them must have signed it.
    ///
    /// Signatures of other keys say nothing, also where they share the name or the ID with a known one. Each signature under the name and ID of a
    /// known key must be good. Two good ones of a key count as one.
    ///
    /// # Errors
    /// When no known key has signed it, when a signature of a known key isn't good, or when two known keys can't be told apart.
    pub fn verify<'note, 'keys>(&'note self, known: &'keys [VerifierKey]) -> Result<Verified<'note, 'keys>, NoteError> {
        let mut signers: Vec<&VerifierKey> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = key_of(signature, known)? else {
                continue;
            };
            let good = signature.bytes.as_slice().try_into().is_ok_and(|bytes| key.verify(self.text.as_bytes(), bytes).is_ok());
            if !good {
                return Err(NoteError::BadSignature { name: signature.name.clone(), id: signature.id });
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() {
            return Err(NoteError::NoKnownSignature);
        }
        Ok(Verified { text: &self.text, signers })
    }

    /// Verifies the note as [`verify`](Self::verify) does, and that at least `needed` different known keys have signed it. One key under two names
    /// is one key. Where `needed` is 0, one must have signed it all the same.
    ///
    /// # Errors
    /// As `verify`, and when fewer have signed it.
    pub fn verify_threshold<'note, 'keys>(&'note self, known: &'keys [VerifierKey], needed: usize) -> Result<Verified<'note, 'keys>, NoteError> {
        let verified = self.verify(known)?;
        let found = verified.signers.iter().map(|key| key.as_bytes()).collect::<BTreeSet<_>>().len();
        if found < needed {
            return Err(NoteError::TooFewSignatures { found, needed });
        }
        Ok(verified)
    }
}

/// Returns the known key of a signature, if there is one.
fn key_of<'keys>(signature: &NoteSignature, known: &'keys [VerifierKey]) -> Result<Option<&'keys VerifierKey>, NoteError> {
    let mut all = known.iter().filter(|key| key.id() == signature.id && *key.name() == signature.name);
    let Some(key) = all.next() else {
        return Ok(None);
    };
    if all.any(|other| other != key) {
        return Err(NoteError::AmbiguousKeys { name: signature.name.clone(), id: signature.id });
    }
    Ok(Some(key))
}
