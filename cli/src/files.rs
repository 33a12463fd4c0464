//! Reading with a bound, and writing whole files.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use reach_codes::table::command;

use crate::failure::Failure;

/// What an input was found to be.
pub enum Bounded {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than the bound; no more of it was read. Its size where that is known.
    TooLarge(Option<u64>),
}

/// Reads a file, or standard input for `-`, up to a bound in bytes.
///
/// # Errors
/// When it can't be opened or read.
pub fn read_bounded(path: &Path, limit_bytes: u64) -> Result<Bounded, Failure> {
    if is_stdin(path) {
        return read_from(io::stdin().lock(), limit_bytes, None).map_err(|e| Failure::unreadable("standard input", &e));
    }
    let unreadable = |e: io::Error| Failure::unreadable(path.display(), &e);
    let file = File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    if meta.is_dir() {
        return Err(unreadable(io::ErrorKind::IsADirectory.into()));
    }
    let size = meta.is_file().then_some(meta.len());
    if let Some(size) = size.filter(|size| *size > limit_bytes) {
        return Ok(Bounded::TooLarge(Some(size)));
    }
    read_from(file, limit_bytes, size).map_err(unreadable)
}

fn read_from(input: impl io::Read, limit_bytes: u64, size: Option<u64>) -> io::Result<Bounded> {
    let mut bytes = Vec::with_capacity(usize::try_from(size.unwrap_or(0).min(limit_bytes)).unwrap_or(0));
    input.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > limit_bytes { Bounded::TooLarge(size.filter(|s| *s > limit_bytes)) } else { Bounded::Whole(bytes) })
}

/// Reads a file, or standard input for `-`; what is larger than the bound is a failure. `what` names it in the message, for example `an image`.
///
/// # Errors
/// When it can't be read or is too large.
pub fn read_whole(path: &Path, limit_bytes: u64, what: &str) -> Result<Vec<u8>, Failure> {
    match read_bounded(path, limit_bytes)? {
        Bounded::Whole(bytes) => Ok(bytes),
        Bounded::TooLarge(_) => Err(Failure::new(command::INPUT_TOO_LARGE, format!("{} is larger than {what} may be: {limit_bytes} bytes", named(path)))
            .note("it was not read to its end")),
    }
}

/// Returns whether a path stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Returns a path as it stands in messages.
pub fn named(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { format!("`{}`", path.display()) }
}

/// Writes a file so that it is there whole or not at all: beside its place first, then moved.
///
/// # Errors
/// When it can't be written; the old file, if any, is then as it was.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |e: io::Error| Failure::unwritable(path, &e);
    if fs::metadata(path).is_ok_and(|m| m.is_dir()) {
        return Err(failed(io::ErrorKind::IsADirectory.into()).help("name a file in it"));
    }
    // What isn't a plain file (`/dev/null`, a pipe) can't be replaced by one.
    if fs::metadata(path).is_ok_and(|m| !m.is_file()) {
        return fs::write(path, bytes).map_err(failed);
    }
    // A link stays a link: what it points at is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = target.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    let folder = reach_keys::parent_of(&target);
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.part", std::process::id()));
    let part = folder.join(hidden);
    let missing = |e: io::Error| {
        let at_fault = if e.kind() == io::ErrorKind::NotFound { failed(e).help(format!("make the folder `{}` first", folder.display())) } else { failed(e) };
        let _ = fs::remove_file(&part);
        at_fault
    };
    let write = || -> io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&part)?;
        if let Ok(meta) = fs::metadata(&target) {
            file.set_permissions(meta.permissions())?;
        }
        file.write_all(bytes)?;
        // On the disk before it takes the old one's place.
        file.sync_all()?;
        fs::rename(&part, &target)
    };
    write().map_err(missing)
}

/// A file whose text is replaced.
pub struct Replacement<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// What it must still hold.
    pub old: &'a [u8],
    /// What it holds afterwards.
    pub new: &'a [u8],
}

/// Replaces the texts of several files: all of them, or none.
///
/// # Errors
/// When one can't be written, or holds something else than is expected; the others are then as they were.
pub fn replace_all(all: &[Replacement<'_>]) -> Result<(), Failure> {
    for file in all {
        let now = fs::read(file.path).map_err(|e| Failure::unreadable(file.path.display(), &e))?;
        if now != file.old {
            return Err(Failure::new(command::UNWRITABLE_OUTPUT, format!("`{}` was changed by somebody else meanwhile", file.path.display()))
                .note("no file was written")
                .help("run the command again"));
        }
    }
    for (at, file) in all.iter().enumerate() {
        if let Err(failure) = write_atomic(file.path, file.new) {
            // What was written already goes back; if that fails too, there is nothing more to be done than to say so.
            let back = all.iter().take(at).map(|done| write_atomic(done.path, done.old));
            return Err(match back.collect::<Result<Vec<()>, Failure>>() {
                Ok(_) => failure.note("no file was changed"),
                Err(_) => failure.note("other files of the bundle were written before that and could not be put back"),
            });
        }
    }
    Ok(())
}
