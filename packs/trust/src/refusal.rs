//! Why something that is signed is not believed.

use reach_archive::ArchiveError;
use reach_keys::NoteError;
use reach_statement::{PackPath, StatementError};

use crate::envelope::EnvelopeError;
use crate::signer::SignerId;
use crate::time::Timestamp;

/// Why a pack, or a registry's snapshot, is not believed.
///
/// Where several hold, the answer is the first in this order; but of what is malformed the statement is read behind the signatures. So a signature that is there and wrong is never treated as absent, what was changed is
/// told before who has signed it, and what was known about a key before that it is not trusted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is nothing that could be verified: the envelope or the statement has not the form.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Nobody has signed it.
    #[error("nobody has signed it")]
    Unsigned,
    /// A signature that is said to be of a known key isn't: the statement was changed, or the signature.
    #[error("the signature of `{signer}` is not of this key and this statement")]
    BadSignature {
        /// Whose it is said to be.
        signer: SignerId,
    },
    /// The files are not those that the statement lists.
    #[error("the files are not those that were signed: {0}")]
    Tampered(#[from] Tampered),
    /// Too few keys are left, and one that has signed was revoked.
    #[error("`{signer}` has signed it, and was revoked: {reason}")]
    Revoked {
        /// The key.
        signer: SignerId,
        /// Since when somebody else may have had it, as far as that was said.
        since: Option<Timestamp>,
        /// Why.
        reason: String,
    },
    /// Too few keys are left, and the trust in one that has signed has ended.
    #[error("`{signer}` has signed it, and was trusted until {expired}")]
    Expired {
        /// The key.
        signer: SignerId,
        /// When it ended.
        expired: Timestamp,
    },
    /// Too few of those who have signed it are trusted for its name.
    #[error("{lack}")]
    Untrusted {
        /// What lacks.
        lack: Lack,
        /// Who has signed it, or is said to.
        signers: Vec<SignerId>,
        /// What it is: the name of the pack, or `registry:` and an origin.
        subject: String,
    },
}

/// What lacks for trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lack {
    /// None of those who have signed it is known.
    #[error("no key that is known has signed it")]
    Unknown,
    /// Some are known, and for other names.
    #[error("keys that are known have signed it, and none of them is trusted for this name")]
    OtherNames,
    /// Some are trusted, and more are needed.
    #[error("{found} trusted keys have signed it, and {needed} are needed")]
    TooFew {
        /// How many different keys count.
        found: usize,
        /// How many must.
        needed: usize,
    },
}

/// Why there is nothing that could be verified.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// The file is no archive of a pack.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The envelope is none.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The statement is none.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The note is none, or names keys that can't be told apart.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// What of the files is not as the statement says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Tampered {
    /// A file lacks.
    #[error("`{0}` lacks")]
    Missing(PackPath),
    /// A file is not listed.
    #[error("`{0}` is not listed in the statement")]
    Extra(PackPath),
    /// A file has other bytes.
    #[error("`{0}` has other bytes")]
    Changed(PackPath),
}
