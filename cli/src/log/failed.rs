//! What is wrong with a log, as a failure of the command.

use std::path::Path;
use std::time::Duration;

use reach_codes::table::{command, log};
use reach_store::{Log, LogError, LogOptions, Reader};

use crate::failure::Failure;

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

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
