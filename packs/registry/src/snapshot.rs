//! What is signed of a registry.

use std::fmt;

use reach_keys::{KeyName, Note, NoteError, SigningKey, VerifierKey};
use reach_statement::Digest;
use reach_trust::{Refusal, Subject, Timestamp, TrustStore};

use crate::listing::decimal;

/// The first line: what is signed, and in which form. A checkpoint of a log has a number in its second line, so that neither can be taken for the
/// other where one key signs both.
const HEADER: &str = "reach-registry/1";

/// The most bytes of the file of a snapshot.
pub const MAX_SNAPSHOT_BYTES: u64 = 64 << 10;

/// The state of a registry at a time. What was signed last counts, until it expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The name of the registry.
    pub origin: KeyName,
    /// A number that grows with each snapshot.
    pub version: u64,
    /// When it was signed.
    pub issued: Timestamp,
    /// When it ceases to count.
    pub expires: Timestamp,
    /// How many packs the index has.
    pub packs: u64,
    /// The digest of the index: SHA-256 of its listing.
    pub index: Digest,
}

/// Who must have signed a snapshot.
#[derive(Clone, Copy, Debug)]
pub enum Voucher<'a> {
    /// As many keys as are needed that the store trusts for the registry.
    Trust(&'a TrustStore),
    /// Who publishes: this key.
    Own(&'a VerifierKey),
}

/// Why bytes are no snapshot that can be believed.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is no note, or not one that the publisher has signed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It is not signed by those who are trusted.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The text has another form.
    #[error("what is signed is no snapshot of a registry")]
    Form,
}

impl Snapshot {
    /// Reads the text of a snapshot.
    ///
    /// # Errors
    /// When it is none, or is written in another way than `Display` would.
    pub fn parse(text: &str) -> Result<Self, SnapshotError> {
        let mut lines = text.lines();
        let mut field = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).ok_or(SnapshotError::Form);
        field(HEADER)?;
        let number = |text: &str| decimal(text).ok_or(SnapshotError::Form);
        let time = |text: &str| text.parse::<Timestamp>().map_err(|_| SnapshotError::Form);
        let snapshot = Self {
            origin: KeyName::new(field("origin ")?).map_err(|_| SnapshotError::Form)?,
            version: number(field("version ")?)?,
            issued: time(field("issued ")?)?,
            expires: time(field("expires ")?)?,
            packs: number(field("packs ")?)?,
            index: field("index ")?.parse().map_err(|_| SnapshotError::Form)?,
        };
        if snapshot.to_string() == text { Ok(snapshot) } else { Err(SnapshotError::Form) }
    }

    /// Reads a signed snapshot of a registry.
    ///
    /// # Errors
    /// When it is none, or those who vouch for it have not signed it.
    pub fn verify(bytes: &[u8], origin: &KeyName, voucher: Voucher<'_>, now: Timestamp) -> Result<Self, SnapshotError> {
        let note = Note::parse(bytes)?;
        match voucher {
            Voucher::Trust(store) => drop(store.verify_note(&note, &Subject::Registry(origin.clone()), now)?),
            Voucher::Own(key) => drop(note.verify(std::slice::from_ref(key))?),
        }
        Self::parse(note.unverified_text())
    }

    /// Signs the snapshot.
    ///
    /// # Errors
    /// When it gets too large, which it doesn't.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, NoteError> {
        Ok(Note::sign(self.to_string(), key)?.to_bytes())
    }

    /// Returns the digest of the text.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_string().as_bytes())
    }

    /// Returns whether it has ceased to count.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires
    }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, version, issued, expires, packs, index } = self;
        write!(f, "{HEADER}\norigin {origin}\nversion {version}\nissued {issued}\nexpires {expires}\npacks {packs}\nindex {index}\n")
    }
}
