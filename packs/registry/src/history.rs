//! What an index says of one pack.

use std::collections::BTreeMap;

use reach_statement::{PackName, PackVersion};

use crate::release::{Line, LineError, Release};

/// The most bytes of the file of one pack.
pub const MAX_HISTORY_BYTES: u64 = 16 << 20;

/// The most lines of the file of one pack.
pub const MAX_LINES: usize = 10_000;

/// All versions of one pack, as the lines of its file in the index tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    name: PackName,
    versions: BTreeMap<PackVersion, Listed>,
}

/// A version in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What was published.
    pub release: Release,
    /// Why it was yanked, if it was.
    pub yanked: Option<String>,
}

/// Why the file of a pack can't be believed.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// It is too large.
    #[error("it has {len_bytes} bytes, and {MAX_HISTORY_BYTES} are the most")]
    TooLarge {
        /// Its length, in bytes.
        len_bytes: u64,
    },
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// There are too many lines.
    #[error("it has more than {MAX_LINES} lines")]
    TooManyLines,
    /// The last line has no end.
    #[error("its last line has no end")]
    NoFinalNewline,
    /// A line is none.
    #[error("line {line}: {error}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Why.
        error: LineError,
    },
    /// A line is about another pack.
    #[error("line {line} is about `{name}`, another pack")]
    OtherPack {
        /// Which, from 1.
        line: usize,
        /// Which pack.
        name: PackName,
    },
    /// A version was published twice.
    #[error("line {line}: version {version} was published already")]
    Twice {
        /// Which, from 1.
        line: usize,
        /// Which version.
        version: PackVersion,
    },
    /// A version was published twice, with different contents: whoever looks at another line gets another pack.
    #[error("line {line}: version {version} was published already, as another pack")]
    Equivocation {
        /// Which, from 1.
        line: usize,
        /// Which version.
        version: PackVersion,
    },
    /// A version was yanked that was never published.
    #[error("line {line}: version {version} was yanked and never published")]
    YankedUnpublished {
        /// Which, from 1.
        line: usize,
        /// Which version.
        version: PackVersion,
    },
    /// A version was yanked twice.
    #[error("line {line}: version {version} was yanked already")]
    YankedTwice {
        /// Which, from 1.
        line: usize,
        /// Which version.
        version: PackVersion,
    },
}

impl History {
    /// Reads the file of a pack.
    ///
    /// # Errors
    /// At the first line that can't be believed.
    pub fn parse(name: &PackName, bytes: &[u8]) -> Result<Self, HistoryError> {
        if bytes.len() as u64 > MAX_HISTORY_BYTES {
            return Err(HistoryError::TooLarge { len_bytes: bytes.len() as u64 });
        }
        let Some(lines) = bytes.strip_suffix(b"\n") else {
            return Err(if bytes.is_empty() { HistoryError::Empty } else { HistoryError::NoFinalNewline });
        };
        let mut history = Self { name: name.clone(), versions: BTreeMap::new() };
        for (at, line) in lines.split(|b| *b == b'\n').enumerate() {
            if at == MAX_LINES {
                return Err(HistoryError::TooManyLines);
            }
            let number = at + 1;
            history.add(Line::parse(line).map_err(|error| HistoryError::Line { line: number, error })?, number)?;
        }
        Ok(history)
    }

    fn add(&mut self, line: Line, number: usize) -> Result<(), HistoryError> {
        if *line.name() != self.name {
            return Err(HistoryError::OtherPack { line: number, name: line.name().clone() });
        }
        let version = line.version().clone();
        match (line, self.versions.get_mut(&version)) {
            (Line::Published(release), None) => {
                self.versions.insert(version, Listed { release: *release, yanked: None });
            }
            (Line::Published(release), Some(before)) if before.release == *release => return Err(HistoryError::Twice { line: number, version }),
            (Line::Published(_), Some(_)) => return Err(HistoryError::Equivocation { line: number, version }),
            (Line::Yanked(_), None) => return Err(HistoryError::YankedUnpublished { line: number, version }),
            (Line::Yanked(_), Some(Listed { yanked: Some(_), .. })) => return Err(HistoryError::YankedTwice { line: number, version }),
            (Line::Yanked(yank), Some(listed)) => listed.yanked = Some(yank.reason),
        }
        Ok(())
    }

    /// Returns the name of the pack.
    #[must_use]
    pub const fn name(&self) -> &PackName {
        &self.name
    }

    /// Returns a version.
    #[must_use]
    pub fn get(&self, version: &PackVersion) -> Option<&Listed> {
        self.versions.get(version)
    }

    /// Returns all versions, the oldest first: in their own order, not that in which they were published.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = &Listed> + ExactSizeIterator {
        self.versions.values()
    }

    /// Returns the newest version that is not yanked: a release where there is one, else the newest of those that come before a release.
    #[must_use]
    pub fn newest(&self) -> Option<&Listed> {
        let standing = || self.versions.values().rev().filter(|v| v.yanked.is_none());
        standing().find(|v| !v.release.version.is_prerelease()).or_else(|| standing().next())
    }
}
