//! The files of a commit.

use std::io;
use std::path::{Path, PathBuf};

use reach_registry::Files;
use reach_registry::disk::DiskError;

use crate::objects::{Entry, Mode, Objects, Read};

/// The files of a commit, as they were committed: no filter, no conversion of line ends, and no link is followed.
#[derive(Debug)]
pub struct CommitFiles {
    /// The address of the repository, which names it in messages.
    place: PathBuf,
    commit: String,
    objects: Objects,
}

impl CommitFiles {
    pub(crate) fn new(place: String, commit: String, objects: Objects) -> Self {
        Self { place: place.into(), commit, objects }
    }

    /// Returns the name of the commit, in hexadecimal digits.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    pub(crate) const fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Returns the names at the top of the commit, those that are text.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn names(&self) -> Result<Vec<String>, DiskError> {
        let root = self.objects.tree_of(&self.commit).and_then(|id| self.objects.tree(&id)).map_err(|error| DiskError::unreadable(&self.place, error))?;
        Ok(root.keys().filter_map(|name| String::from_utf8(name.clone()).ok()).collect())
    }

    fn named(&self, path: &[&str]) -> PathBuf {
        path.iter().fold(self.place.clone(), |place, part| place.join(part))
    }

    /// Finds a plain file; none where nothing is there.
    fn find(&self, path: &[&str]) -> Result<Option<Entry>, DiskError> {
        let unreadable = |error: io::Error| DiskError::Unreadable { path: self.named(path), error };
        let mut tree = self.objects.tree_of(&self.commit).map_err(unreadable)?;
        for (at, part) in path.iter().enumerate() {
            let here = || self.named(path.get(..=at).unwrap_or(path));
            let Some(entry) = self.objects.tree(&tree).map_err(unreadable)?.get(part.as_bytes()).cloned() else {
                return Ok(None);
            };
            match (entry.mode(), at + 1 == path.len()) {
                (Mode::Tree, false) => tree = entry.id,
                (Mode::File, true) => return Ok(Some(entry)),
                (Mode::Link, _) => return Err(DiskError::Link { path: here() }),
                _ => return Err(DiskError::NotAFile { path: here() }),
            }
        }
        Err(DiskError::NotAFile { path: self.place.clone() })
    }

    fn bytes(&self, path: &[&str], limit_bytes: u64, ask: impl Fn(&str) -> io::Result<Read>) -> Result<Option<Vec<u8>>, DiskError> {
        let Some(entry) = self.find(path)? else {
            return Ok(None);
        };
        match ask(&entry.id).map_err(|error| DiskError::Unreadable { path: self.named(path), error })? {
            Read::Whole(bytes) => Ok(Some(bytes)),
            Read::TooLarge => Err(DiskError::TooLarge { path: self.named(path), limit_bytes }),
        }
    }
}

impl Files for CommitFiles {
    fn place(&self) -> &Path {
        &self.place
    }

    fn read(&self, path: &[&str], limit_bytes: u64) -> Result<Option<Vec<u8>>, DiskError> {
        self.bytes(path, limit_bytes, |id| self.objects.blob(id, limit_bytes))
    }

    fn read_start(&self, path: &[&str], len_bytes: u64) -> Result<Option<Vec<u8>>, DiskError> {
        self.bytes(path, len_bytes, |id| self.objects.start_of_blob(id, len_bytes))
    }
}
