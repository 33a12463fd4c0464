//! From files to bytes.

use reach_statement::PackPath;

use crate::error::ArchiveError;
use crate::header::header;
use crate::{Archive, BLOCK_BYTES, ENVELOPE_PATH};

impl Archive {
    /// Returns the bytes of the pack file, the only ones of these files and this envelope.
    ///
    /// # Errors
    /// When the files stand in another order, two of them cannot both be, or there is too much of something.
    pub fn write(&self) -> Result<Vec<u8>, ArchiveError> {
        self.check()?;
        let envelope = PackPath::new(ENVELOPE_PATH).map_err(|error| ArchiveError::Path { path: ENVELOPE_PATH.to_owned(), error })?;
        let members = || [(&envelope, &self.envelope)].into_iter().chain(self.files.iter().map(|(path, bytes)| (path, bytes)));
        let len_bytes: usize = members().map(|(_, bytes)| BLOCK_BYTES + bytes.len().next_multiple_of(BLOCK_BYTES)).sum();
        let mut out = Vec::with_capacity(len_bytes + 2 * BLOCK_BYTES);
        for (path, bytes) in members() {
            out.extend_from_slice(header(path, bytes.len()).as_bytes());
            out.extend_from_slice(bytes);
            out.resize(out.len().next_multiple_of(BLOCK_BYTES), 0);
        }
        out.resize(out.len() + 2 * BLOCK_BYTES, 0);
        Ok(out)
    }
}
