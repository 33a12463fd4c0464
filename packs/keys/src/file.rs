//! The files that secret keys are kept in.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::openssh::{FormatError, Passphrase, Sealed};
use crate::signing::SigningKey;

/// The most bytes of a file that is read as a key. One that is written has less than 1,000.
pub const MAX_FILE_BYTES: u64 = 16 << 10;

/// The file of a secret key, which may still be encrypted.
#[derive(Debug)]
pub struct KeyFile(Sealed);

/// Why a file can't be read as a key, or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system doesn't let it be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// The system doesn't let it be written. No part of it is left.
    #[error("it cannot be written: {0}")]
    Unwritable(#[source] io::Error),
    /// There is a file already. It was not touched.
    #[error("it is there already")]
    Exists,
    /// It is a symbolic link.
    #[error("it is a symbolic link; name the file itself")]
    Link,
    /// It is a folder, a pipe, a device.
    #[error("it is no plain file")]
    NotAFile,
    /// It is larger than a key is.
    #[error("it is larger than a key: more than {MAX_FILE_BYTES} bytes")]
    TooLarge,
    /// Others than its owner may read or change it.
    #[error("others than its owner have rights to it (mode {mode:04o}); take them with `chmod 600`, and make a new key if somebody may have read it")]
    Permissions {
        /// Its permissions, the lower nine bits and those for sets of user and group.
        mode: u32,
    },
    /// It holds no key that can be used.
    #[error(transparent)]
    Format(#[from] FormatError),
}

impl KeyFile {
    /// Reads the file of a key.
    ///
    /// # Errors
    /// When it can't be read, is a link or no plain file, is too large, can be read or changed by others than its owner (on Unix), or holds no key.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Ok(Self(Sealed::parse(&read_secret(path)?)?))
    }

    /// Returns whether a passphrase is needed.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.is_encrypted()
    }

    /// Returns the key.
    ///
    /// # Errors
    /// When the passphrase is wrong, lacks, or there is one where none is needed; when the key is damaged or its comment is no name.
    pub fn unlock(&self, passphrase: Option<&Passphrase>) -> Result<SigningKey, FormatError> {
        self.0.open(passphrase)
    }

    /// Writes a key to a new file, which only its owner may read (on Unix). It is on the disk when this returns.
    ///
    /// # Errors
    /// When there is something of that name already, or it can't be written; then no part of it is left.
    pub fn create(path: &Path, key: &SigningKey, passphrase: Option<&Passphrase>) -> Result<(), FileError> {
        let text = key.to_openssh(passphrase)?;
        create_with(path, |file| file.write_all(text.as_bytes()))
    }
}

/// Reads the file of a secret key, in whatever form it is.
///
/// # Errors
/// When it can't be read, is a link or no plain file, is too large, or can be read or changed by others than its owner (on Unix).
pub fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let file = opened(path)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES as usize + 1));
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(FileError::Unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES { Err(FileError::TooLarge) } else { Ok(bytes) }
}

/// Writes a secret key to a new file, in whatever form it is; only its owner may read it (on Unix). It is on the disk when this returns.
///
/// # Errors
/// When there is something of that name already, or it can't be written; then no part of it is left.
pub fn create_secret(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    create_with(path, |file| file.write_all(bytes))
}

/// Opens a plain file that nobody but its owner has rights to.
fn opened(path: &Path) -> Result<File, FileError> {
    let named = fs::symlink_metadata(path).map_err(FileError::Unreadable)?;
    if named.is_symlink() {
        return Err(FileError::Link);
    }
    // Before it is opened: that of a pipe would wait.
    if !named.is_file() {
        return Err(FileError::NotAFile);
    }
    let file = File::open(path).map_err(FileError::Unreadable)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let found = file.metadata().map_err(FileError::Unreadable)?;
        // What was opened is what was looked at, so no link came in between.
        if (found.dev(), found.ino()) != (named.dev(), named.ino()) {
            return Err(FileError::Link);
        }
        let mode = found.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(FileError::Permissions { mode });
        }
    }
    Ok(file)
}

/// Makes a new file and fills it. Where anything goes wrong, it is taken away again.
fn create_with(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), FileError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => FileError::Exists,
        _ => FileError::Unwritable(error),
    })?;
    let written = fill(&mut file).and_then(|()| file.sync_all()).and_then(|()| sync_folder(parent_of(path)));
    drop(file);
    written.map_err(|error| {
        let _ = fs::remove_file(path);
        FileError::Unwritable(error)
    })
}

/// Returns the folder that a path is in.
#[must_use]
pub fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Brings the names in a folder onto the disk. Only Unix has a way to do so.
///
/// # Errors
/// When the system says that it is not.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_file_that_could_not_be_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let half = create_with(&path, |file| {
            file.write_all(b"-----BEGIN OPENSSH")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(half, Err(FileError::Unwritable(e)) if e.kind() == io::ErrorKind::StorageFull));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_there_is_neither_written_nor_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "mine").unwrap();
        assert!(matches!(create_with(&path, |_| panic!("it was opened")), Err(FileError::Exists)));
        assert_eq!(fs::read(&path).unwrap(), b"mine");
    }
}
