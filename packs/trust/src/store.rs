//! The trust store: which keys may sign for which names.

mod apply;
mod error;

use std::collections::BTreeMap;

use reach_keys::VerifierKey;
use reach_statement::Digest;

use crate::action::{Action, Entry};
use crate::pattern::{NamePattern, Subject};
use crate::signer::SignerId;
use crate::time::Timestamp;

pub use error::TrustError;

/// What the digest of the line before the first is made of.
pub(crate) const STORE_TYPE: &str = "reach-trust/1\n";

/// The most bytes of a trust store.
pub const MAX_STORE_BYTES: usize = 4 << 20;

/// The most entries of a trust store.
pub const MAX_ENTRIES: usize = 10_000;

/// The most keys that can be asked for.
pub const MAX_NEEDED: u32 = 100;

/// Who is trusted, and how it came about. An empty one trusts nobody.
///
/// It is a list of entries that only grows; who is trusted follows from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustStore {
    entries: Vec<Entry>,
    /// The lines, each with its newline.
    lines: Vec<u8>,
    /// SHA-256 of the last line.
    last: Option<Digest>,
    keys: BTreeMap<SignerId, TrustedKey>,
    thresholds: BTreeMap<NamePattern, u32>,
    /// By the bytes of the key: a name more is no way around it.
    revoked: BTreeMap<[u8; 32], Revocation>,
}

/// A key that the store knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: VerifierKey,
    /// What it may sign for, and when that ends. Of a revoked key this is what it might have signed for.
    pub names: BTreeMap<NamePattern, Option<Timestamp>>,
    /// The key that took its place.
    pub successor: Option<VerifierKey>,
    /// The key whose place it took.
    pub predecessor: Option<VerifierKey>,
}

/// That a key was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// When it was written down.
    pub time: Timestamp,
    /// Since when somebody else may have had it, as far as that was said.
    pub since: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

/// What a key is to a subject at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It may sign, until this time.
    Trusted(Option<Timestamp>),
    /// It was revoked.
    Revoked(&'a Revocation),
    /// It might have signed until this time.
    Expired(Timestamp),
    /// It is known, and for other names.
    OtherNames,
}

impl TrustStore {
    /// Returns its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.lines
    }

    /// Returns its entries, the oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the keys that it knows, also those that may not sign any more, in the order of their names.
    pub fn keys(&self) -> impl Iterator<Item = &TrustedKey> {
        self.keys.values()
    }

    /// Returns the key of a name and ID, if it knows one.
    #[must_use]
    pub fn key(&self, signer: &SignerId) -> Option<&TrustedKey> {
        self.keys.get(signer)
    }

    /// Returns how many different keys must sign for each pattern that says so.
    #[must_use]
    pub const fn thresholds(&self) -> &BTreeMap<NamePattern, u32> {
        &self.thresholds
    }

    /// Returns how many different keys must sign for a subject: the highest number of all patterns that match, else one.
    #[must_use]
    pub fn needed(&self, subject: &Subject) -> usize {
        let most = self.thresholds.iter().filter(|(pattern, _)| pattern.matches(subject)).map(|(_, needed)| *needed).max();
        most.map_or(1, |needed| needed.max(1) as usize)
    }

    /// Returns that a key was revoked, under whatever name.
    #[must_use]
    pub fn revocation(&self, key: &VerifierKey) -> Option<&Revocation> {
        self.revoked.get(key.as_bytes())
    }

    /// Returns what a key is to a subject. A revoked key is revoked at any time, so that no clock brings it back; of several patterns that match, the
    /// one that ends last holds.
    #[must_use]
    pub fn standing(&self, key: &TrustedKey, subject: &Subject, now: Timestamp) -> Standing<'_> {
        if let Some(revocation) = self.revocation(&key.key) {
            return Standing::Revoked(revocation);
        }
        let ends = key.names.iter().filter(|(pattern, _)| pattern.matches(subject)).map(|(_, ends)| *ends);
        // Nothing is the end that comes last.
        match ends.max_by_key(|ends| (ends.is_none(), *ends)) {
            None => Standing::OtherNames,
            Some(Some(end)) if end <= now => Standing::Expired(end),
            Some(end) => Standing::Trusted(end),
        }
    }

    /// Reads a trust store.
    ///
    /// # Errors
    /// When a line is cut off, changed, out of its place or says what could not be said there; when there is too much.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustError> {
        if bytes.len() > MAX_STORE_BYTES {
            return Err(TrustError::TooLarge { len_bytes: bytes.len() });
        }
        let mut store = Self::default();
        for (at, line) in bytes.split_inclusive(|b| *b == b'\n').enumerate() {
            let number = at + 1;
            let Some(content) = line.strip_suffix(b"\n") else {
                return Err(TrustError::Torn { line: number });
            };
            let entry: Entry =
                serde_json::from_slice(content).map_err(|error| TrustError::Form { line: number, why: error.to_string().escape_debug().to_string() })?;
            let again = serde_json::to_vec(&entry).map_err(|error| TrustError::Form { line: number, why: error.to_string() })?;
            if again != content {
                return Err(TrustError::NotCanonical { line: number });
            }
            if entry.previous != store.head() {
                return Err(TrustError::Chain { line: number });
            }
            store.push(entry, line).map_err(|error| TrustError::At { line: number, error: Box::new(error) })?;
        }
        Ok(store)
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// When it says what cannot be said, or there is too much. The store is then as it was.
    pub fn append(&mut self, action: Action, time: Timestamp) -> Result<(), TrustError> {
        let entry = Entry { entry: action, previous: self.head(), time };
        let mut line = serde_json::to_vec(&entry).map_err(|error| TrustError::Form { line: self.entries.len() + 1, why: error.to_string() })?;
        line.push(b'\n');
        let len_bytes = self.lines.len().saturating_add(line.len());
        if len_bytes > MAX_STORE_BYTES {
            return Err(TrustError::TooLarge { len_bytes });
        }
        self.push(entry, &line)
    }

    /// SHA-256 of the last line.
    fn head(&self) -> Digest {
        self.last.unwrap_or_else(|| Digest::of(STORE_TYPE.as_bytes()))
    }

    fn push(&mut self, entry: Entry, line: &[u8]) -> Result<(), TrustError> {
        if self.entries.len() >= MAX_ENTRIES {
            return Err(TrustError::TooMany);
        }
        self.apply(&entry)?;
        self.last = Some(Digest::of(line));
        self.lines.extend_from_slice(line);
        self.entries.push(entry);
        Ok(())
    }
}
