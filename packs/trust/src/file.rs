//! The file of a trust store.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use reach_keys::{parent_of, sync_folder};

use crate::store::{MAX_STORE_BYTES, TrustError, TrustStore};

/// The file of a trust store. Whoever can write it decides who is trusted.
#[derive(Clone, Debug)]
pub struct TrustFile {
    path: PathBuf,
}

/// Why the file of a trust store can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustFileError {
    /// The system doesn't let it be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// The system doesn't let it be written. It is as it was.
    #[error("it cannot be written: {0}")]
    Unwritable(#[source] io::Error),
    /// It is a link, a folder, a pipe, a device.
    #[error("it is no plain file")]
    NotAFile,
    /// Everybody may write it.
    #[error("everybody may write it (mode {mode:04o}); take that right with `chmod o-w`, and look at what it holds")]
    Permissions {
        /// Its permissions.
        mode: u32,
    },
    /// It is no trust store, or an entry can't be added.
    #[error(transparent)]
    Store(#[from] TrustError),
}

impl TrustFile {
    /// Returns the file at a path, which need not be there.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it.
    ///
    /// # Errors
    /// When it isn't there or can't be read, is a link or no plain file, may be written by everybody (on Unix), or is no trust store.
    pub fn load(&self) -> Result<TrustStore, TrustFileError> {
        let named = fs::symlink_metadata(&self.path).map_err(TrustFileError::Unreadable)?;
        if !named.is_file() {
            return Err(TrustFileError::NotAFile);
        }
        let file = File::open(&self.path).map_err(TrustFileError::Unreadable)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let found = file.metadata().map_err(TrustFileError::Unreadable)?;
            // What was opened is what was looked at, so no link came in between.
            if (found.dev(), found.ino()) != (named.dev(), named.ino()) {
                return Err(TrustFileError::NotAFile);
            }
            if found.mode() & 0o002 != 0 {
                return Err(TrustFileError::Permissions { mode: found.mode() & 0o7777 });
            }
        }
        let mut bytes = Vec::new();
        file.take(MAX_STORE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(TrustFileError::Unreadable)?;
        Ok(TrustStore::parse(&bytes)?)
    }

    /// Reads it; where it isn't there, nobody is trusted.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_or_empty(&self) -> Result<TrustStore, TrustFileError> {
        match self.load() {
            Err(TrustFileError::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => Ok(TrustStore::default()),
            other => other,
        }
    }

    /// Changes it: reads it, lets entries be added, and puts the longer file in its place, on the disk. Whoever else changes it meanwhile waits. Its
    /// folder must be there.
    ///
    /// # Errors
    /// When it can't be read or written, or the change fails; it is then as it was.
    pub fn change<T, E: From<TrustFileError>>(&self, change: impl FnOnce(&mut TrustStore) -> Result<T, E>) -> Result<T, E> {
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(self.beside("lock")).map_err(TrustFileError::Unwritable)?;
        // Let go of when the file is closed, also by a process that is killed.
        lock.lock().map_err(TrustFileError::Unwritable)?;
        let mut store = self.load_or_empty()?;
        let before = store.as_bytes().len();
        let answer = change(&mut store)?;
        if store.as_bytes().len() != before {
            self.replace(store.as_bytes()).map_err(TrustFileError::Unwritable)?;
        }
        Ok(answer)
    }

    fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(end);
        self.path.with_file_name(name)
    }

    /// Writes the whole beside its place and moves it there: it is never torn.
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let part = self.beside("part");
        let mut options = OpenOptions::new();
        // Never through a link that somebody puts there in between.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // One that a killed process has left; nobody else holds the lock.
        let _ = fs::remove_file(&part);
        let write = || {
            let mut file = options.open(&part)?;
            if let Ok(old) = fs::metadata(&self.path) {
                file.set_permissions(old.permissions())?;
            }
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, &self.path)?;
            sync_folder(parent_of(&self.path))
        };
        write().inspect_err(|_| {
            let _ = fs::remove_file(&part);
        })
    }
}
