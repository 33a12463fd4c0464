//! What is wrong with a log, as a failure of the command.

use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

use reach_codes::table::{command, log};
use reach_store::{Log, LogError, LogOptions, Reader};

use crate::failure::Failure;
use crate::files;

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a database begins with.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Returns whether a file is a database; what is none has events in lines.
///
/// # Errors
/// When it can't be read.
pub fn is_log(path: &Path) -> Result<bool, Failure> {
    if files::is_stdin(path) {
        return Ok(false);
    }
    let unreadable = |e: io::Error| Failure::unreadable(path.display(), &e);
    let meta = std::fs::metadata(path).map_err(unreadable)?;
    if meta.is_dir() {
        return Err(unreadable(io::ErrorKind::IsADirectory.into()).help("name a log, or a file of events"));
    }
    // What isn't a plain file could be read only once.
    if !meta.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(DATABASE.len() as u64).read_to_end(&mut head).map_err(unreadable)?;
    Ok(head == DATABASE)
}

/// Opens a log to look at it.
///
/// # Errors
/// When it can't be.
pub fn reader(path: &Path) -> Result<Reader, Failure> {
    Reader::open(path, PATIENCE).map_err(|error| failure(path, &error))
}

/// Opens a log that is there, to write it.
///
/// # Errors
/// When there is none, or it can't be written.
pub fn writer(path: &Path) -> Result<Log, Failure> {
    reader(path)?;
    Log::open(path, LogOptions::new("log")).map_err(|error| failure(path, &error))
}

/// Returns the failure to use a log.
pub fn failure(path: &Path, error: &LogError) -> Failure {
    let shown = path.display();
    let of = |code, text: String| Failure::new(code, text);
    match error {
        LogError::Missing(_) => of(command::UNREADABLE_INPUT, format!("there is no log at `{shown}`")).help("`reach policy decide --log FILE` makes one"),
        LogError::NotALog(why) => of(log::NOT_A_LOG, format!("`{shown}` is no log of Reach")).note(why.clone()),
        LogError::Version { .. } => of(log::LOG_VERSION, format!("`{shown}` can't be read: {error}")),
        LogError::Damaged(_) | LogError::Entry(_) => {
            of(log::LOG_DAMAGED, format!("`{shown}`: {error}")).help(format!("`reach log verify {shown}` lists all that is wrong"))
        }
        LogError::Locked | LogError::Remains => of(log::LOG_LOCKED, format!("`{shown}`: {error}")),
        LogError::ReadOnly(_) | LogError::Full | LogError::Disk(_) | LogError::Broken(_) | LogError::Random(_) | LogError::Session { .. } => {
            of(log::LOG_UNWRITABLE, format!("`{shown}`: {error}"))
        }
        LogError::Form(why) => of(log::NO_SUCH_ENTRY, format!("`{shown}`: {why}")),
    }
}
