//! Why a repository can't be used.

use std::io;

use reach_registry::disk::DiskError;

use crate::address::Address;

/// Why a repository can't be used.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no program `git`.
    #[error("there is no program `git`")]
    Missing,
    /// The program can't be run.
    #[error("git cannot be run: {0}")]
    NotRun(io::Error),
    /// The program has failed.
    #[error("`git {command}` failed for `{address}`")]
    Failed {
        /// Which of its commands.
        command: &'static str,
        /// The repository.
        address: Box<Address>,
        /// The last lines that it said, without characters that can't be seen.
        said: Vec<String>,
    },
    /// The program has taken too long, and was stopped.
    #[error("`git {command}` took longer than {} s for `{address}`", time_ms / 1000)]
    TooLong {
        /// Which of its commands.
        command: &'static str,
        /// The repository.
        address: Box<Address>,
        /// How long it had, in milliseconds.
        time_ms: u64,
    },
    /// There is more than anybody takes.
    #[error("`git {command}` brought more than {limit_bytes} bytes from `{address}`")]
    TooMuch {
        /// Which of its commands.
        command: &'static str,
        /// The repository.
        address: Box<Address>,
        /// The most bytes.
        limit_bytes: u64,
    },
    /// The program answers otherwise than it should.
    #[error("`git {command}` answered what can't be understood")]
    Answer {
        /// Which of its commands.
        command: &'static str,
    },
    /// The branch isn't there.
    #[error("`{address}` has no such branch")]
    NoBranch {
        /// The repository.
        address: Box<Address>,
        /// Some branches that it has.
        branches: Vec<String>,
    },
    /// Nothing is in the repository.
    #[error("`{0}` is empty")]
    Empty(Box<Address>),
    /// Nothing of it was ever fetched and believed.
    #[error("nothing of `{0}` is at hand")]
    NotAtHand(Box<Address>),
    /// A file can't be read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}
