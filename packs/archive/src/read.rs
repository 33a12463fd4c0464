//! From bytes to files.

use crate::error::ArchiveError;
use crate::header::{Member, parse};
use crate::{Archive, BLOCK_BYTES, MAX_ARCHIVE_BYTES, MAX_ENVELOPE_BYTES, MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES, limit};

impl Archive {
    /// Reads a pack file. That it can be read says nothing about who made it.
    ///
    /// # Errors
    /// When it is none, or is written in another way than [`Self::write`] would. What could do harm is told before what is merely not canonical.
    pub fn read(bytes: &[u8]) -> Result<Self, ArchiveError> {
        limit(bytes.len(), MAX_ARCHIVE_BYTES, |len_bytes| ArchiveError::TooLarge { len_bytes })?;
        let mut blocks = Blocks { bytes, at: 0 };
        let mut envelope = None;
        let mut files = Vec::new();
        let mut total = 0usize;
        while let Some((member, content)) = blocks.member()? {
            match member.path {
                None if envelope.is_some() => return Err(ArchiveError::Twice { path: member.shown }),
                None if !files.is_empty() => return Err(ArchiveError::NoEnvelope),
                None => {
                    limit(content.len(), MAX_ENVELOPE_BYTES, |len_bytes| ArchiveError::EnvelopeTooLarge { len_bytes })?;
                    envelope = Some(content.to_vec());
                }
                Some(path) => {
                    limit(files.len() + 1, MAX_FILES, |files| ArchiveError::TooManyFiles { files })?;
                    limit(content.len(), MAX_FILE_BYTES, |len_bytes| ArchiveError::FileTooLarge { path: member.shown, len_bytes })?;
                    total = total.saturating_add(content.len());
                    limit(total, MAX_TOTAL_BYTES, |_| ArchiveError::TotalTooLarge)?;
                    files.push((path, content));
                }
            }
        }
        let envelope = envelope.ok_or(ArchiveError::NoEnvelope)?;
        let archive = Self { envelope, files: files.into_iter().map(|(path, content)| (path, content.to_vec())).collect() };
        // Whatever was overlooked above is found by this.
        let canonical = archive.write()?;
        match canonical.iter().zip(bytes).position(|(a, b)| a != b) {
            Some(at) => Err(ArchiveError::NotCanonical { at }),
            None if canonical.len() != bytes.len() => Err(ArchiveError::NotCanonical { at: canonical.len().min(bytes.len()) }),
            None => Ok(archive),
        }
    }
}

/// What of the input was not read yet.
struct Blocks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Blocks<'a> {
    /// The next member with its content; nothing at the end, behind which nothing may stand.
    fn member(&mut self) -> Result<Option<(Member, &'a [u8])>, ArchiveError> {
        let at = self.at;
        let Some(block) = self.block() else {
            return Err(if at == 0 { ArchiveError::NotUstar } else { self.cut_off() });
        };
        if block.iter().all(|b| *b == 0) {
            return self.end(at);
        }
        let member = parse(block, at)?;
        // Two numbers are compared before anything is taken.
        let padded = member.len_bytes.checked_next_multiple_of(BLOCK_BYTES).ok_or(ArchiveError::Truncated { at })?;
        let rest = self.bytes.get(self.at..).and_then(|rest| rest.get(..padded)).ok_or(ArchiveError::Truncated { at })?;
        let (content, padding) = rest.split_at_checked(member.len_bytes).ok_or(ArchiveError::Truncated { at })?;
        if padding.iter().any(|b| *b != 0) {
            return Err(ArchiveError::Padding { path: member.shown });
        }
        self.at += padded;
        Ok(Some((member, content)))
    }

    fn block(&mut self) -> Option<&'a [u8; BLOCK_BYTES]> {
        let block = self.bytes.get(self.at..)?.first_chunk()?;
        self.at += BLOCK_BYTES;
        Some(block)
    }

    /// The input ends where a header should begin.
    fn cut_off(&self) -> ArchiveError {
        if self.at == self.bytes.len() { ArchiveError::NoEnd } else { ArchiveError::Truncated { at: self.at } }
    }

    /// The second block of zeros, and nothing behind it.
    fn end(&mut self, first: usize) -> Result<Option<(Member, &'a [u8])>, ArchiveError> {
        match self.block() {
            // A block of zeros with members behind it: some programs stop here, others don't.
            Some(block) if block.iter().any(|b| *b != 0) => return Err(ArchiveError::Trailing { at: first + BLOCK_BYTES }),
            Some(_) => {}
            None => return Err(ArchiveError::NoEnd),
        }
        if self.at == self.bytes.len() { Ok(None) } else { Err(ArchiveError::Trailing { at: self.at }) }
    }
}
