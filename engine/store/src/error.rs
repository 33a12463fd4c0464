//! What can go wrong with a log's file.

use reach_log::Finding;

/// A log can't be opened, read, or appended to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// There is no such file.
    #[error("there is no log at {0}")]
    Missing(String),
    /// The file is another program's, or none.
    #[error("the file is no log of Reach: {0}")]
    NotALog(String),
    /// It has another version.
    #[error("the log has version {found}, and this program knows version {known}")]
    Version {
        /// That of the file.
        found: i64,
        /// That of the program.
        known: i64,
    },
    /// The database can't be read.
    #[error("the log is damaged: {0}")]
    Damaged(String),
    /// An entry is wrong, and it is not the torn end that a crash leaves.
    #[error("entry {} of the log is wrong, and nothing may be cut there: {}", .0.entry, .0.problem)]
    Entry(Finding),
    /// Somebody else writes for too long.
    #[error("another process is writing to the log, and did not stop in time")]
    Locked,
    /// Nothing may be written.
    #[error("the log can't be written: {0}")]
    ReadOnly(String),
    /// The disk is full.
    #[error("there is no room for the log: the disk is full")]
    Full,
    /// The disk, or the system, failed.
    #[error("the log's disk failed: {0}")]
    Disk(String),
    /// A commit failed earlier. Nothing is acknowledged after that until the log is opened again.
    #[error("an earlier write to the log failed ({0}), and nothing is recorded until it is opened again")]
    Broken(String),
    /// A payload is erased, but its text stands in the journal still.
    #[error("the payload is erased, but another process uses the log's journal, where its text stands until all processes that use the log have ended")]
    Remains,
    /// A session has other entries in the log than the one who appends knows.
    #[error("the session `{session}` has {found} entries in the log, and the next one is given as number {number}: somebody else writes it")]
    Session {
        /// The session.
        session: String,
        /// How many it has.
        found: u64,
        /// The number of the entry that was to be appended.
        number: u64,
    },
    /// An entry can't be written in the log's form.
    #[error("the entry can't be recorded: {0}")]
    Form(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}

impl From<rusqlite::Error> for LogError {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match e.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Locked,
            Some(Code::DiskFull) => Self::Full,
            Some(Code::ReadOnly | Code::PermissionDenied) => Self::ReadOnly(e.to_string()),
            Some(Code::NotADatabase) => Self::NotALog(e.to_string()),
            Some(Code::CannotOpen | Code::SystemIoFailure | Code::FileLockingProtocolFailed | Code::OutOfMemory) => Self::Disk(e.to_string()),
            _ => Self::Damaged(e.to_string()),
        }
    }
}

impl LogError {
    /// Returns whether what could not be done now may be possible in the same process later.
    pub(crate) const fn passes(&self) -> bool {
        matches!(self, Self::Locked | Self::Remains | Self::Session { .. } | Self::Form(_) | Self::Random(_))
    }
}
