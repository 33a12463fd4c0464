//! Reading and writing the files of packs.

use std::path::Path;

use reach_archive::{Archive, MAX_ARCHIVE_BYTES};
use reach_trust::UnverifiedPack;

use crate::failure::Failure;
use crate::files;
use crate::trust::failed;

/// Reads the file of a pack.
///
/// # Errors
/// When it can't be read, or is none.
pub fn archive(path: &Path) -> Result<Archive, Failure> {
    let bytes = files::read_whole(path, MAX_ARCHIVE_BYTES as u64, "a pack")?;
    Archive::read(&bytes).map_err(|error| failed::archive(&files::named(path), &error))
}

/// Reads what the file of a pack says of itself.
///
/// # Errors
/// When it can't be read, or is none.
pub fn unverified(path: &Path) -> Result<UnverifiedPack, Failure> {
    UnverifiedPack::read(archive(path)?).map_err(|error| failed::refusal(&files::named(path), &error.into()))
}

/// Returns the bytes of the file of a pack.
///
/// # Errors
/// When there is too much of something.
pub fn bytes(pack: &UnverifiedPack, what: &str) -> Result<Vec<u8>, Failure> {
    let archive = pack.to_archive().map_err(|error| failed::refusal(what, &reach_trust::Malformed::from(error).into()))?;
    archive.write().map_err(|error| failed::archive(what, &error))
}
