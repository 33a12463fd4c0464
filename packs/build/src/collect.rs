//! Which files of a folder belong to its pack.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use reach_archive::{MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES};
use reach_statement::{PackPath, PathError};

use crate::rules::{IGNORE_FILE, MAX_IGNORE_BYTES, Rules, Why};
use crate::secrets::{Secret, find_secret};

/// The most entries of folders that are looked at, so that a wrong folder is noticed before all of a disk was read.
const MAX_ENTRIES: usize = 100_000;

/// The most problems that are told.
const MAX_PROBLEMS: usize = 100;

/// What whoever builds has decided.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Paths of files that look like secrets and are none.
    pub no_secrets: BTreeSet<String>,
    /// A file that isn't part of the pack wherever it stands: the one that is written.
    pub output: Option<PathBuf>,
}

/// The files of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// The files, in the order of their paths' bytes.
    pub files: Vec<(PackPath, Vec<u8>)>,
    /// What was left out, in the order of paths; of a folder only itself.
    pub left_out: Vec<LeftOut>,
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path, without what can't be seen; with a `/` at its end if it is a folder.
    pub path: String,
    /// Why.
    pub why: Why,
}

/// Something that can't be in a pack, or should not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` {wrong}")]
pub struct Problem {
    /// Its path, without what can't be seen.
    pub path: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It looks like a secret.
    #[error("looks like a secret: {0}")]
    Secret(Secret),
    /// It is a symbolic link.
    #[error("is a symbolic link")]
    Link,
    /// It is a pipe, a device, a socket.
    #[error("is no plain file")]
    NotAFile,
    /// Its path can't be one of a pack.
    #[error("cannot be in a pack: {0}")]
    Path(PathError),
    /// It is too large.
    #[error("has {len_bytes} bytes, and a file of a pack has at most {MAX_FILE_BYTES}")]
    TooLarge {
        /// How many it has.
        len_bytes: u64,
    },
    /// Some systems take it for another one.
    #[error("and `{0}` cannot both be files: on some systems they are one")]
    Collision(PackPath),
}

/// Why the files of a pack can't be told.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Something can't be read.
    #[error("`{}` cannot be read: {error}", path.display())]
    Unreadable {
        /// What.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// `.packignore` has a line that is no pattern.
    #[error("line {line} of {IGNORE_FILE} is no pattern: {why}")]
    Ignore {
        /// Which, from 1.
        line: usize,
        /// Why.
        why: String,
    },
    /// `.packignore` is too large, or no text.
    #[error("{IGNORE_FILE} is a text of at most {MAX_IGNORE_BYTES} bytes")]
    IgnoreFile,
    /// The folder has too many entries.
    #[error("there are more than {MAX_ENTRIES} files and folders")]
    TooManyEntries,
    /// There are too many files.
    #[error("a pack has at most {MAX_FILES} files, and there are more")]
    TooManyFiles,
    /// All files together are too large.
    #[error("the files of a pack have at most {MAX_TOTAL_BYTES} bytes together, and there are more")]
    TotalTooLarge,
    /// Files can't be in a pack, or should not.
    #[error("{} files cannot be in the pack", .0.len())]
    Refused(Vec<Problem>),
}

/// Returns the files of a folder that belong to its pack.
///
/// # Errors
/// When something can't be read, there is too much, or files can't be in a pack or should not; those are told all at once.
pub fn collect(folder: &Path, options: &Options) -> Result<Collected, BuildError> {
    let rules = Rules::new(folder, &ignore_file(folder)?).map_err(|(line, why)| BuildError::Ignore { line, why })?;
    let output = options.output.as_deref().and_then(|path| fs::canonicalize(path).ok());
    let mut walk = Walk { rules, options, output, entries: 0, found: BTreeMap::new(), total: 0, left_out: Vec::new(), problems: Vec::new() };
    walk.folder(folder, "")?;
    let Walk { found, mut left_out, mut problems, .. } = walk;
    if let Some((one, other)) = PackPath::collision(found.keys()) {
        problems.push(Problem { path: one.to_string(), wrong: Wrong::Collision(other.clone()) });
    }
    if !problems.is_empty() {
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        problems.truncate(MAX_PROBLEMS);
        return Err(BuildError::Refused(problems));
    }
    left_out.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Collected { files: found.into_iter().collect(), left_out })
}

fn ignore_file(folder: &Path) -> Result<String, BuildError> {
    let path = folder.join(IGNORE_FILE);
    match read(&path, MAX_IGNORE_BYTES) {
        Ok(bytes) if bytes.len() > MAX_IGNORE_BYTES => Err(BuildError::IgnoreFile),
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| BuildError::IgnoreFile),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(BuildError::Unreadable { path, error }),
    }
}

/// Reads a file up to a byte more than there may be.
fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct Walk<'a> {
    rules: Rules,
    options: &'a Options,
    output: Option<PathBuf>,
    entries: usize,
    found: BTreeMap<PackPath, Vec<u8>>,
    total: usize,
    left_out: Vec<LeftOut>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, relative: &str) -> Result<(), BuildError> {
        let unreadable = |error| BuildError::Unreadable { path: folder.to_owned(), error };
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Err(BuildError::TooManyEntries);
            }
            let name = entry.file_name();
            let below = if relative.is_empty() { name.to_string_lossy().into_owned() } else { format!("{relative}/{}", name.to_string_lossy()) };
            let kind = entry.file_type().map_err(unreadable)?;
            self.entry(&entry.path(), &below, kind)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, relative: &str, kind: fs::FileType) -> Result<(), BuildError> {
        if let Some(why) = self.rules.leave_out(path, relative, kind.is_dir()) {
            self.leave_out(relative, kind.is_dir(), why);
            return Ok(());
        }
        if kind.is_symlink() {
            self.wrong(relative, Wrong::Link);
            return Ok(());
        }
        if kind.is_dir() {
            // What is deeper than any path of a pack isn't walked through.
            return match PackPath::new(relative) {
                Ok(_) => self.folder(path, relative),
                Err(error) => {
                    self.wrong(relative, Wrong::Path(error));
                    Ok(())
                }
            };
        }
        if !kind.is_file() {
            self.wrong(relative, Wrong::NotAFile);
            return Ok(());
        }
        if self.output.is_some() && fs::canonicalize(path).ok() == self.output {
            self.leave_out(relative, false, Why::Built);
            return Ok(());
        }
        self.file(path, relative)
    }

    fn file(&mut self, path: &Path, relative: &str) -> Result<(), BuildError> {
        let name = match PackPath::new(relative) {
            Ok(name) => name,
            Err(error) => {
                self.wrong(relative, Wrong::Path(error));
                return Ok(());
            }
        };
        let unreadable = |error| BuildError::Unreadable { path: path.to_owned(), error };
        let bytes = read(path, MAX_FILE_BYTES).map_err(unreadable)?;
        if bytes.len() > MAX_FILE_BYTES {
            let len_bytes = fs::metadata(path).map_err(unreadable)?.len();
            self.wrong(relative, Wrong::TooLarge { len_bytes });
            return Ok(());
        }
        if let Some(secret) = find_secret(name.parts().last().unwrap_or(relative), &bytes)
            && !self.options.no_secrets.contains(relative)
        {
            self.wrong(relative, Wrong::Secret(secret));
            return Ok(());
        }
        self.total = self.total.saturating_add(bytes.len());
        if self.total > MAX_TOTAL_BYTES {
            return Err(BuildError::TotalTooLarge);
        }
        if self.found.len() >= MAX_FILES {
            return Err(BuildError::TooManyFiles);
        }
        self.found.insert(name, bytes);
        Ok(())
    }

    fn leave_out(&mut self, relative: &str, is_folder: bool, why: Why) {
        let end = if is_folder { "/" } else { "" };
        self.left_out.push(LeftOut { path: format!("{}{end}", relative.escape_debug()), why });
    }

    fn wrong(&mut self, relative: &str, wrong: Wrong) {
        self.problems.push(Problem { path: relative.escape_debug().to_string(), wrong });
    }
}

#[cfg(test)]
mod tests;
