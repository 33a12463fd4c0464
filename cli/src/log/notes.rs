//! Checkpoints and keys of the command line.

use std::path::{Path, PathBuf};

use reach_codes::table::log;
use reach_keys::{MAX_NOTE_BYTES, Note, VerifierKey};
use reach_log::Checkpoint;

use crate::failure::Failure;
use crate::files;

/// The largest file of public keys, in bytes.
const MAX_KEYS_BYTES: u64 = 1 << 20;

/// Reads keys: each argument is a line `name+id+key`, or a file of such lines. Blank lines and those that begin with `#` are left out.
///
/// # Errors
/// When a file can't be read, or a line is no key.
pub fn keys(arguments: &[String]) -> Result<Vec<VerifierKey>, Failure> {
    let mut keys: Vec<VerifierKey> = Vec::new();
    for argument in arguments {
        let path = PathBuf::from(argument);
        let (place, text) = if argument.matches('+').count() >= 2 && !path.is_file() {
            ("the value of `--key`".to_owned(), argument.clone())
        } else {
            let bytes = files::read_whole(&path, MAX_KEYS_BYTES, "a file of keys")?;
            (format!("`{argument}`"), String::from_utf8_lossy(&bytes).into_owned())
        };
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')) {
            let key: VerifierKey = line.trim().parse().map_err(|e: reach_keys::KeyError| {
                Failure::usage(format!("line {} of {place} is no public key: {e}", number + 1)).note("`reach key public FILE` prints the line")
            })?;
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

/// Reads a note out of a file.
///
/// # Errors
/// When it can't be read or is none.
pub fn read(path: &Path) -> Result<Note, Failure> {
    let bytes = files::read_whole(path, MAX_NOTE_BYTES as u64, "a checkpoint")?;
    parse(&bytes, &files::named(path))
}

/// Reads a note.
///
/// # Errors
/// When it is none.
pub fn parse(bytes: &[u8], place: &str) -> Result<Note, Failure> {
    Note::parse(bytes).map_err(|e| Failure::new(log::NOT_A_CHECKPOINT, format!("{place} is no signed checkpoint: {e}")))
}

/// What a note says, and who says so.
pub struct Believed {
    /// The state of a log.
    pub checkpoint: Checkpoint,
    /// The names of the given keys that have signed it.
    pub signers: Vec<String>,
}

/// Returns what a note says once one of the keys has signed it. Without any key, what it says is taken as it stands: then it only counts
/// for what it is compared with.
///
/// # Errors
/// When no key of these has signed it, a signature is wrong, or its text is no checkpoint of that log.
pub fn checkpoint(note: &Note, keys: &[VerifierKey], origin: Option<&str>, place: &str) -> Result<Believed, Failure> {
    let (text, signers) = if keys.is_empty() {
        (note.unverified_text(), Vec::new())
    } else {
        let verified = note.verify(keys).map_err(|e| Failure::new(log::CHECKPOINT_NOT_SIGNED, format!("{place} is not believed: {e}")))?;
        (verified.text(), verified.signers().iter().map(|key| key.name().to_string()).collect())
    };
    let checkpoint = Checkpoint::parse(text).map_err(|e| Failure::new(log::NOT_A_CHECKPOINT, format!("{place} is no checkpoint: {e}")))?;
    match origin {
        Some(origin) if checkpoint.origin != origin => {
            Err(Failure::new(log::NOT_A_CHECKPOINT, format!("{place} is of the log `{}`, and this is `{origin}`", checkpoint.origin)))
        }
        _ => Ok(Believed { checkpoint, signers }),
    }
}
