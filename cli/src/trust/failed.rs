//! What is wrong with a trust store, or with what is held against it, as a failure of the command.

use std::path::Path;

use reach_archive::ArchiveError;
use reach_codes::table::{pack, trust};
use reach_trust::{Lack, Malformed, Refusal, TrustError, TrustFileError};

use crate::failure::Failure;

/// Returns the failure to use the file of a trust store.
pub fn file(path: &Path, error: TrustFileError) -> Failure {
    let shown = path.display();
    match error {
        TrustFileError::Unreadable(error) => Failure::unreadable(shown, &error),
        TrustFileError::Unwritable(error) => Failure::unwritable(path, &error),
        TrustFileError::NotAFile => Failure::new(trust::EXPOSED_TRUST_STORE, format!("`{shown}` is a link or no plain file")).help("name the file itself"),
        TrustFileError::Permissions { mode } => Failure::new(trust::EXPOSED_TRUST_STORE, format!("everybody may write `{shown}` (mode {mode:04o})"))
            .note("whoever can write it decides whose packs are believed")
            .help(format!("look at what it holds, then take the right with `chmod o-w {shown}`")),
        TrustFileError::Store(error) => store(path, &error),
    }
}

/// Returns the failure to read a trust store, or to add something to it.
pub fn store(path: &Path, error: &TrustError) -> Failure {
    let shown = path.display();
    match error {
        TrustError::Torn { .. } | TrustError::Form { .. } | TrustError::NotCanonical { .. } | TrustError::Chain { .. } | TrustError::At { .. } => {
            Failure::new(trust::TRUST_STORE_DAMAGED, format!("`{shown}` is damaged: {error}"))
                .note("nobody is trusted from a file that was changed")
                .help("put back a copy of it, and find out who has changed it")
        }
        TrustError::TooLarge { .. } | TrustError::TooMany => Failure::new(trust::REFUSED_TRUST, format!("`{shown}` is full: {error}")),
        TrustError::Rotation(error) => Failure::new(trust::NOT_A_ROTATION, error.to_string()).note(format!("nothing was written to `{shown}`")),
        other => Failure::new(trust::REFUSED_TRUST, other.to_string()).note(format!("nothing was written to `{shown}`")),
    }
}

/// Returns one of the answers as a failure. `what` names what was verified, in backticks.
pub fn refusal(what: &str, refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Malformed(Malformed::Archive(error)) => archive(what, error),
        Refusal::Malformed(error) => {
            Failure::new(trust::MALFORMED_ENVELOPE, format!("{what} cannot be verified: {error}")).help("fetch it again from where it was published")
        }
        Refusal::Unsigned => Failure::new(trust::UNSIGNED_PACK, format!("nobody has signed {what}"))
            .help("ask its author for a signed one; `reach pack sign FILE --key KEY` signs one that is yours"),
        Refusal::BadSignature { signer } => {
            Failure::new(trust::BAD_SIGNATURE, format!("the signature of `{signer}` on {what} is not of this key and this statement"))
                .note("it was changed after it was signed, or somebody has made the signature up")
                .help("fetch it again from where it was published; if it is the same there, tell its author")
        }
        Refusal::Tampered(error) => Failure::new(trust::TAMPERED_PACK, format!("the files of {what} are not those that its statement lists: {error}"))
            .note("nothing of it was used")
            .help("fetch it again from where it was published"),
        Refusal::Revoked { signer, since, reason } => {
            let since = since.map_or_else(String::new, |since| format!("; somebody else may have it since {since}"));
            Failure::new(trust::REVOKED_KEY, format!("{what} is signed by `{signer}`, which was revoked: {reason}{since}"))
                .note("a signature doesn't prove when it was made, so a revoked key verifies nothing any more")
                .help("ask for it signed by another key")
        }
        Refusal::Expired { signer, expired } => {
            Failure::new(trust::EXPIRED_TRUST, format!("{what} is signed by `{signer}`, which was trusted until {expired}"))
                .note("a signature doesn't prove when it was made")
                .help("if its owner still uses the key, trust it for longer with `reach key trust KEY --for NAME --expires TIME`")
        }
        Refusal::Untrusted { lack, signers, subject } => untrusted(what, *lack, &signers.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>(), subject),
    }
}

fn untrusted(what: &str, lack: Lack, signers: &[String], subject: &str) -> Failure {
    let shown = signers.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    let more = if signers.len() > 5 { format!(" and {} more", signers.len() - 5) } else { String::new() };
    let by = format!("{what} is signed by {shown}{more}");
    let message = match lack {
        Lack::Unknown => format!("{by}, and no such key is known"),
        Lack::OtherNames => format!("{by}, and none of them is trusted for `{subject}`"),
        Lack::TooFew { found, needed } => {
            format!("{what} is signed by {}, and {needed} are needed for `{subject}`", reach_codes::render::count(found as u64, "trusted key"))
        }
    };
    Failure::new(trust::UNTRUSTED_PACK, message)
        .note("what a pack says of its signers is anybody's word: take a key from its owner, not from the pack")
        .help(format!("`reach key trust KEY --for {subject}` trusts a key for this name"))
}

/// Returns the failure to read a pack file, or to make one.
pub fn archive(what: &str, error: &ArchiveError) -> Failure {
    let (code, help) = match error {
        ArchiveError::NotUstar | ArchiveError::OtherFormat { .. } => (pack::NOT_A_PACK_FILE, Some("`reach pack build` makes a pack file")),
        ArchiveError::Checksum { .. } | ArchiveError::Truncated { .. } | ArchiveError::NoEnd => (pack::PACK_CUT_OFF, Some("fetch it again")),
        ArchiveError::Path { .. } => (pack::BAD_PATH_IN_PACK, None),
        ArchiveError::Kind { .. } => (pack::NOT_A_FILE_IN_PACK, Some("`reach pack build` writes plain files only")),
        ArchiveError::Twice { .. } | ArchiveError::Collision { .. } => (pack::CLASH_IN_PACK, Some("rename one of them")),
        ArchiveError::NoEnvelope => (pack::NO_ENVELOPE, Some("`reach pack build` makes a pack file")),
        ArchiveError::TooLarge { .. }
        | ArchiveError::TooManyFiles { .. }
        | ArchiveError::FileTooLarge { .. }
        | ArchiveError::TotalTooLarge
        | ArchiveError::EnvelopeTooLarge { .. } => (pack::PACK_TOO_LARGE, Some("leave out what is no policy with a line in `.packignore`")),
        ArchiveError::Trailing { .. }
        | ArchiveError::Order { .. }
        | ArchiveError::Field { .. }
        | ArchiveError::Padding { .. }
        | ArchiveError::NotCanonical { .. } => (pack::PACK_NOT_CANONICAL, Some("build it with `reach pack build`: other programs write other archives")),
    };
    let failure = Failure::new(code, format!("{what} is no good pack file: {error}")).note("nothing of it was used");
    match help {
        Some(help) => failure.help(help),
        None => failure,
    }
}
