//! Who has signed, and whether that is enough.

use std::collections::BTreeMap;

use reach_keys::{Note, VerifierKey};

use crate::pattern::Subject;
use crate::refusal::{Lack, Malformed, Refusal};
use crate::signer::SignerId;
use crate::store::{Standing, TrustStore};
use crate::time::Timestamp;
use crate::verify::Signer;

/// Those who count, and until when they are enough.
pub struct Judged {
    /// The trusted keys that have signed, in the order of their names and IDs.
    pub signers: Vec<Signer>,
    /// When too few of them are left; nothing where that is never.
    pub until: Option<Timestamp>,
}

impl TrustStore {
    /// Returns whether those whose signatures were found to be good are enough for a subject. One key counts once, under whatever names.
    pub(crate) fn judge(&self, signed: &[SignerId], subject: &Subject, now: Timestamp) -> Result<Judged, Refusal> {
        let mut signers = Vec::new();
        // By the bytes of the key: the time that comes last, where nothing is later than any.
        let mut ends: BTreeMap<[u8; 32], (bool, Option<Timestamp>)> = BTreeMap::new();
        let (mut revoked, mut expired, mut known) = (None, None, false);
        for signer in signed {
            let Some(key) = self.key(signer) else {
                continue;
            };
            known = true;
            match self.standing(key, subject, now) {
                Standing::Trusted(until) => {
                    let end = ends.entry(*key.key.as_bytes()).or_insert((until.is_none(), until));
                    *end = (*end).max((until.is_none(), until));
                    signers.push(Signer { key: key.key.clone(), until });
                }
                Standing::Revoked(revocation) => {
                    revoked.get_or_insert_with(|| Refusal::Revoked { signer: signer.clone(), since: revocation.since, reason: revocation.reason.clone() });
                }
                Standing::Expired(end) => {
                    expired.get_or_insert_with(|| Refusal::Expired { signer: signer.clone(), expired: end });
                }
                Standing::OtherNames => {}
            }
        }
        let (found, needed) = (ends.len(), self.needed(subject));
        if found >= needed {
            let mut ends: Vec<_> = ends.into_values().collect();
            ends.sort_by(|a, b| b.cmp(a));
            // As long as the last one of those that are needed.
            let until = ends.get(needed.saturating_sub(1)).and_then(|(_, end)| *end);
            return Ok(Judged { signers, until });
        }
        let lack = match (found, known) {
            (0, false) => Lack::Unknown,
            (0, true) => Lack::OtherNames,
            _ => Lack::TooFew { found, needed },
        };
        Err(revoked.or(expired).unwrap_or_else(|| Refusal::Untrusted { lack, signers: signed.to_vec(), subject: subject.to_string() }))
    }

    /// Verifies a note, such as a registry's snapshot: it must be signed by as many keys as are needed that are trusted for the subject.
    ///
    /// # Errors
    /// As [`verify`](crate::verify) has them; a note is never unsigned and has no files.
    pub fn verify_note(&self, note: &Note, subject: &Subject, now: Timestamp) -> Result<Vec<Signer>, Refusal> {
        let mut signed = Vec::new();
        for signature in note.signatures() {
            let signer = SignerId { name: signature.name().clone(), id: signature.id() };
            if let Some(known) = self.key(&signer) {
                let bytes = signature.bytes().try_into().map_err(|_| Refusal::BadSignature { signer: signer.clone() })?;
                known.key.verify(note.unverified_text().as_bytes(), bytes).map_err(|_| Refusal::BadSignature { signer: signer.clone() })?;
            }
            signed.push(signer);
        }
        Ok(self.judge(&signed, subject, now)?.signers)
    }

    /// Returns the keys that may sign for a subject.
    #[must_use]
    pub fn trusted_for(&self, subject: &Subject, now: Timestamp) -> Vec<&VerifierKey> {
        self.keys().filter(|key| matches!(self.standing(key, subject, now), Standing::Trusted(_))).map(|key| &key.key).collect()
    }
}

impl From<reach_archive::ArchiveError> for Refusal {
    fn from(error: reach_archive::ArchiveError) -> Self {
        Self::Malformed(Malformed::Archive(error))
    }
}
