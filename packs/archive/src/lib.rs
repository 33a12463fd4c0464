//! Pack files: a canonical ustar archive.
//!
//! A pack file is an archive as POSIX.1-1988 has it (`ustar`). Its first member is the envelope [`ENVELOPE_PATH`], then come the files in the order
//! of their paths' bytes. There is one way to write an archive of the same files: all that a header says beside path and size is fixed, and nothing
//! stands behind the two blocks of zeros at the end. [`Archive::read`] refuses every other way: what was read is written again and must be the
//! same bytes. What is wrong with an archive is looked for before that, so that it can be told.
//!
//! Nothing here touches files, and nothing is unpacked: an archive is a list of paths and bytes. Memory is bounded by the length of the input.

mod error;
mod header;
mod read;
mod write;

use reach_statement::PackPath;

pub use error::{ArchiveError, Field, MemberKind};

/// The path of the envelope, which is the first member.
pub const ENVELOPE_PATH: &str = "pack.dsse.json";

/// The most files of an archive, beside the envelope.
pub const MAX_FILES: usize = reach_statement::MAX_FILES;

/// The most bytes of a file.
pub const MAX_FILE_BYTES: usize = 16 << 20;

/// The most bytes of all files together.
pub const MAX_TOTAL_BYTES: usize = 64 << 20;

/// The most bytes of the envelope: the largest statement in Base64, with room for a hundred signatures.
pub const MAX_ENVELOPE_BYTES: usize = 12 << 20;

/// The bytes of a block (POSIX.1-1988, 10.1.1).
pub const BLOCK_BYTES: usize = 512;

/// The most bytes of an archive: for each member a header and what its last block has beyond it, and two blocks at the end.
pub const MAX_ARCHIVE_BYTES: usize = MAX_ENVELOPE_BYTES + MAX_TOTAL_BYTES + (MAX_FILES + 1) * 2 * BLOCK_BYTES + 2 * BLOCK_BYTES;

/// What is in a pack file. Nobody has verified it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The envelope, as it stands there.
    pub envelope: Vec<u8>,
    /// The files, in the order of their paths' bytes.
    pub files: Vec<(PackPath, Vec<u8>)>,
}

impl Archive {
    /// Returns an archive of these files, in whatever order they are given.
    #[must_use]
    pub fn new(envelope: Vec<u8>, mut files: Vec<(PackPath, Vec<u8>)>) -> Self {
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Self { envelope, files }
    }

    /// Checks what neither types nor a header say: order, names of which a system could hold only one, and limits.
    fn check(&self) -> Result<(), ArchiveError> {
        limit(self.envelope.len(), MAX_ENVELOPE_BYTES, |len_bytes| ArchiveError::EnvelopeTooLarge { len_bytes })?;
        limit(self.files.len(), MAX_FILES, |files| ArchiveError::TooManyFiles { files })?;
        let mut total = 0usize;
        for (path, bytes) in &self.files {
            limit(bytes.len(), MAX_FILE_BYTES, |len_bytes| ArchiveError::FileTooLarge { path: path.to_string(), len_bytes })?;
            total = total.saturating_add(bytes.len());
            limit(total, MAX_TOTAL_BYTES, |_| ArchiveError::TotalTooLarge)?;
        }
        for pair in self.files.windows(2) {
            if let [(a, _), (b, _)] = pair
                && a >= b
            {
                return Err(if a == b { ArchiveError::Twice { path: b.to_string() } } else { ArchiveError::Order { path: b.to_string() } });
            }
        }
        let envelope = PackPath::new(ENVELOPE_PATH).map_err(|error| ArchiveError::Path { path: ENVELOPE_PATH.to_owned(), error })?;
        match PackPath::collision(self.files.iter().map(|(path, _)| path).chain([&envelope])) {
            Some((a, b)) if a == b => Err(ArchiveError::Twice { path: a.to_string() }),
            Some((a, b)) => Err(ArchiveError::Collision { one: a.to_string(), other: b.to_string() }),
            None => Ok(()),
        }
    }
}

fn limit(found: usize, most: usize, error: impl FnOnce(usize) -> ArchiveError) -> Result<(), ArchiveError> {
    if found > most { Err(error(found)) } else { Ok(()) }
}
