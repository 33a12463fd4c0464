//! Files that others may have put there, and files that must be there whole or not at all.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub use reach_keys::parent_of;

/// What the names of files begin with that are not whole yet. One that is left over was being written when the process was killed.
pub const PART: &str = ".part-";

/// Why a file can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The system doesn't let it be read.
    #[error("`{}` cannot be read: {error}", path.display())]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The system doesn't let it be written.
    #[error("`{}` cannot be written: {error}", path.display())]
    Unwritable {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is a symbolic link, which could lead anywhere.
    #[error("`{}` is a symbolic link", path.display())]
    Link {
        /// Which file or folder.
        path: PathBuf,
    },
    /// It is a folder, a pipe, a device.
    #[error("`{}` is no plain file", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// It is too large.
    #[error("`{}` has more than {limit_bytes} bytes", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// The most bytes that it may have.
        limit_bytes: u64,
    },
    /// Another process holds it.
    #[error("another process is at work there (`{}`)", path.display())]
    Locked {
        /// The file that is locked.
        path: PathBuf,
    },
}

impl DiskError {
    /// Returns the error of a path that can't be read.
    pub fn unreadable(path: &Path, error: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), error }
    }

    /// Returns the error of a path that can't be written.
    pub fn unwritable(path: &Path, error: io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), error }
    }
}

/// Returns a path below a folder, with nothing on the way there being a link. The folder itself may be one: its user has named it.
///
/// # Errors
/// When something on the way is a link, or can't be looked at. What isn't there is none.
pub fn below(root: &Path, parts: &[&str]) -> Result<PathBuf, DiskError> {
    let mut path = root.to_owned();
    for part in parts {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_symlink() => return Err(DiskError::Link { path }),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(DiskError::Unreadable { path, error }),
        }
    }
    Ok(path)
}

/// Opens a plain file to read it; none where nothing is there.
///
/// # Errors
/// When it is a link or no plain file, or can't be opened.
pub fn open_plain(path: &Path) -> Result<Option<File>, DiskError> {
    let named = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DiskError::unreadable(path, error)),
    };
    if named.is_symlink() {
        return Err(DiskError::Link { path: path.to_owned() });
    }
    // Before it is opened: that of a pipe would wait.
    if !named.is_file() {
        return Err(DiskError::NotAFile { path: path.to_owned() });
    }
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) => Err(DiskError::unreadable(path, error)),
    }
}

/// Reads a plain file up to a bound; none where nothing is there.
///
/// # Errors
/// When it is a link, no plain file, too large, or can't be read.
pub fn read(path: &Path, limit_bytes: u64) -> Result<Option<Vec<u8>>, DiskError> {
    let Some(file) = open_plain(path)? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    file.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| DiskError::unreadable(path, error))?;
    if bytes.len() as u64 > limit_bytes { Err(DiskError::TooLarge { path: path.to_owned(), limit_bytes }) } else { Ok(Some(bytes)) }
}

/// Reads the first bytes of a plain file; none where nothing is there, fewer where it is shorter.
///
/// # Errors
/// When it is a link, no plain file, or can't be read.
pub fn read_start(path: &Path, len_bytes: u64) -> Result<Option<Vec<u8>>, DiskError> {
    let Some(file) = open_plain(path)? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    file.take(len_bytes).read_to_end(&mut bytes).map_err(|error| DiskError::unreadable(path, error))?;
    Ok(Some(bytes))
}

/// Makes a folder and those above it, each on the disk when this returns.
///
/// # Errors
/// When one can't be made.
pub fn make_folder(path: &Path) -> Result<(), DiskError> {
    let mut missing = Vec::new();
    let mut at = path;
    while !at.as_os_str().is_empty() && !at.is_dir() {
        missing.push(at);
        match at.parent() {
            Some(parent) => at = parent,
            None => break,
        }
    }
    for folder in missing.into_iter().rev() {
        match fs::create_dir(folder) {
            Ok(()) => sync_folder(parent_of(folder))?,
            // Somebody else was quicker.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => return Err(DiskError::unwritable(folder, error)),
        }
    }
    Ok(())
}

/// Brings the names in a folder onto the disk, as [`reach_keys::sync_folder`] does.
///
/// # Errors
/// When the system says that it is not.
pub fn sync_folder(path: &Path) -> Result<(), DiskError> {
    reach_keys::sync_folder(path).map_err(|error| DiskError::unwritable(path, error))
}

/// Returns a name beside a path that no other process uses.
#[must_use]
pub fn part_of(path: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    parent_of(path).join(format!("{PART}{}-{next}-{name}", std::process::id()))
}

/// Writes a file so that it is there whole or not at all, and on the disk when this returns: beside its place first, then moved. A link in its place is
/// replaced, never followed.
///
/// # Errors
/// When it can't be written; what was there before is then as it was.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let part = part_of(path);
    let written = write_new(&part, bytes).and_then(|()| fs::rename(&part, path).map_err(|error| DiskError::unwritable(path, error)));
    if let Err(error) = written {
        let _ = fs::remove_file(&part);
        return Err(match error {
            DiskError::Unwritable { error, .. } => DiskError::unwritable(path, error),
            other => other,
        });
    }
    sync_folder(parent_of(path))
}

/// Writes a file that is not there yet, and whose name is not on the disk yet when this returns.
///
/// # Errors
/// When it is there, or can't be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|error| DiskError::unwritable(path, error))
}

/// Takes away what was being written in a folder when a process was killed: under any of these names, or under all where there are none, as in a
/// folder that nobody else writes. Only who holds the folder's lock may.
pub fn sweep(folder: &Path, names: &[&str]) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_part = name.strip_prefix(PART).is_some_and(|rest| names.is_empty() || rest.splitn(3, '-').nth(2).is_some_and(|of| names.contains(&of)));
        if is_part {
            let path = entry.path();
            // What can't be taken away is in nobody's way.
            let _ = if entry.file_type().is_ok_and(|t| t.is_dir()) { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

/// A file that this process alone holds, until it is dropped or the process ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held open")] File);

impl Lock {
    /// Takes the lock, and waits for others up to a time.
    ///
    /// # Errors
    /// When somebody else has it for longer, or it can't be had at all.
    pub fn take(path: &Path, patience: Duration) -> Result<Self, DiskError> {
        match fs::symlink_metadata(path) {
            Ok(meta) if meta.is_symlink() => return Err(DiskError::Link { path: path.to_owned() }),
            Ok(meta) if !meta.is_file() => return Err(DiskError::NotAFile { path: path.to_owned() }),
            _ => {}
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(|error| DiskError::unwritable(path, error))?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if begun.elapsed() < patience => std::thread::sleep(Duration::from_millis(20)),
                Err(TryLockError::WouldBlock) => return Err(DiskError::Locked { path: path.to_owned() }),
                Err(TryLockError::Error(error)) => return Err(DiskError::unwritable(path, error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed_and_no_pipe_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink("secret", folder.path().join("link")).unwrap();
        std::os::unix::fs::symlink(".", folder.path().join("loop")).unwrap();
        assert!(matches!(read(&folder.path().join("link"), 10), Err(DiskError::Link { .. })));
        assert!(matches!(below(folder.path(), &["loop", "secret"]), Err(DiskError::Link { .. })));
        assert!(matches!(Lock::take(&folder.path().join("link"), Duration::ZERO), Err(DiskError::Link { .. })));
        assert!(matches!(read(folder.path(), 10), Err(DiskError::NotAFile { .. })));
        assert!(matches!(read(Path::new("/dev/zero"), 10), Err(DiskError::NotAFile { .. })));
        // A link that stands where a file is written gives way; what it points at stays.
        write(&folder.path().join("link"), b"new").unwrap();
        assert_eq!(fs::read(folder.path().join("secret")).unwrap(), b"s");
        assert_eq!(fs::read(folder.path().join("link")).unwrap(), b"new");
    }

    #[test]
    fn files_end_at_their_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap().unwrap(), b"12345");
        assert!(matches!(read(&path, 4), Err(DiskError::TooLarge { limit_bytes: 4, .. })));
        assert_eq!(read_start(&path, 2).unwrap().unwrap(), b"12");
        assert_eq!(read(&folder.path().join("b"), 5).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_and_what_was_left_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("b"), "").unwrap();
        assert!(matches!(write(&path, b"x"), Err(DiskError::Unwritable { path: p, .. }) if p == path));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(part_of(&path), "half").unwrap();
        fs::create_dir_all(part_of(&path).join("c")).unwrap();
        fs::write(folder.path().join(".part-of-mine"), "mine").unwrap();
        sweep(folder.path(), &["a"]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        sweep(folder.path(), &[]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lock_is_held_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = Lock::take(&path, Duration::ZERO).unwrap();
        assert!(matches!(Lock::take(&path, Duration::ZERO), Err(DiskError::Locked { .. })));
        drop(held);
        assert!(Lock::take(&path, Duration::ZERO).is_ok());
    }
}
