//! Where a registry is: what is read, and what is written, wherever that is.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use reach_statement::Digest;

use crate::disk::{self, DiskError};

/// Where the files of a registry are read: a folder, or a commit of a git repository. What is there may be anybody's.
pub trait Files: fmt::Debug + Send + Sync {
    /// Returns what names the place in messages: the path of a folder, the address of a repository.
    fn place(&self) -> &Path;

    /// Reads a plain file up to a bound; none where nothing is there.
    ///
    /// # Errors
    /// When something on the way is a link, it is no plain file, it is too large, or it can't be read.
    fn read(&self, path: &[&str], limit_bytes: u64) -> Result<Option<Vec<u8>>, DiskError>;

    /// Reads the first bytes of a plain file; none where nothing is there, fewer where it is shorter.
    ///
    /// # Errors
    /// When something on the way is a link, it is no plain file, or it can't be read.
    fn read_start(&self, path: &[&str], len_bytes: u64) -> Result<Option<Vec<u8>>, DiskError>;
}

/// Where the files of a registry are written.
pub trait Shelf: fmt::Debug {
    /// Puts a file there, in the place of what was there before. What was put before it counts before it.
    ///
    /// # Errors
    /// When it can't be written.
    fn put(&self, path: &[&str], bytes: &[u8]) -> Result<(), DiskError>;

    /// Takes away the listings but these. What can't be taken away is in nobody's way.
    fn forget_listings(&self, keep: &[Digest]);
}

/// A folder with the files of a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Returns the files of a folder, which need not be there.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl Files for Folder {
    fn place(&self) -> &Path {
        &self.root
    }

    fn read(&self, path: &[&str], limit_bytes: u64) -> Result<Option<Vec<u8>>, DiskError> {
        disk::read(&disk::below(&self.root, path)?, limit_bytes)
    }

    fn read_start(&self, path: &[&str], len_bytes: u64) -> Result<Option<Vec<u8>>, DiskError> {
        disk::read_start(&disk::below(&self.root, path)?, len_bytes)
    }
}

impl Shelf for Folder {
    fn put(&self, path: &[&str], bytes: &[u8]) -> Result<(), DiskError> {
        let to = disk::below(&self.root, path)?;
        let above = disk::parent_of(&to);
        disk::make_folder(above)?;
        // Only who holds the registry's lock writes its index; blobs are written in the user's folder too, which many do.
        if path.first() == Some(&"index") {
            disk::sweep(above, &[]);
        }
        disk::write(&to, bytes)?;
        // What is signed is what is there.
        match disk::read(&to, bytes.len() as u64)? {
            Some(there) if there == bytes => Ok(()),
            _ => Err(DiskError::unwritable(&to, std::io::Error::other("it reads otherwise than it was written"))),
        }
    }

    fn forget_listings(&self, keep: &[Digest]) {
        let Ok(folders) = disk::below(&self.root, &["listings", "sha256"]).map(fs::read_dir) else { return };
        for folder in folders.into_iter().flatten().flatten() {
            let plain = folder.file_type().is_ok_and(|t| t.is_dir());
            for file in plain.then(|| fs::read_dir(folder.path())).into_iter().flatten().flatten().flatten() {
                let name = file.file_name();
                if !keep.iter().any(|digest| name == *digest.hex()) {
                    let _ = fs::remove_file(file.path());
                }
            }
        }
    }
}
