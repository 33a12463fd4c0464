//! The file of `--snapshot`.

use std::path::Path;

use reach_codes::table::command;
use reach_replay::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

use crate::bundle;
use crate::failure::Failure;
use crate::files;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 30;

/// The decisions that are kept.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SnapshotData {
    /// The file, as it was named.
    pub file: String,
    /// How many decisions there are now.
    pub decisions: u64,
    /// Whether it was written.
    pub written: bool,
}

impl SnapshotData {
    /// Returns what is told of it.
    pub fn of(file: &Path, now: &Snapshot, written: bool) -> Self {
        Self { file: bundle::shown(file), decisions: now.decisions.len() as u64, written }
    }
}

/// Reads the file; none where there is none.
///
/// # Errors
/// When it can't be read, or is no snapshot.
pub fn read(file: &Path) -> Result<Option<Snapshot>, Failure> {
    if !file.try_exists().map_err(|e| Failure::unreadable(file.display(), &e))? {
        return Ok(None);
    }
    let bytes = files::read_whole(file, MAX_BYTES, "a snapshot")?;
    let bad = |why: String| {
        let failure = Failure::new(command::UNREADABLE_INPUT, format!("`{}` holds no decisions that were kept: {why}", file.display()));
        failure.help("`--update` writes it anew")
    };
    let text = String::from_utf8(bytes).map_err(|_| bad("it is not UTF-8".to_owned()))?;
    Snapshot::parse(&text).map(Some).map_err(|e| bad(e.to_string()))
}
