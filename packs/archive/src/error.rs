//! What is wrong with an archive.

use std::fmt;

use reach_statement::PathError;

use crate::{MAX_ARCHIVE_BYTES, MAX_ENVELOPE_BYTES, MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES};

/// Why bytes are no pack file, or files can't become one. Paths and names in it have no characters that can't be seen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// It is larger than any archive.
    #[error("a pack file has at most {MAX_ARCHIVE_BYTES} bytes, this one has {len_bytes}")]
    TooLarge {
        /// How many there are.
        len_bytes: usize,
    },
    /// It begins as no ustar archive.
    #[error("it is no ustar archive")]
    NotUstar,
    /// A header is of another format than ustar.
    #[error("the header at byte {at} is not of the format ustar")]
    OtherFormat {
        /// Where, in bytes from the beginning.
        at: usize,
    },
    /// A header's checksum is another one.
    #[error("the header at byte {at} has a wrong checksum")]
    Checksum {
        /// Where, in bytes from the beginning.
        at: usize,
    },
    /// It ends before it is complete.
    #[error("it is cut off: at byte {at} more is announced than there is")]
    Truncated {
        /// Where, in bytes from the beginning.
        at: usize,
    },
    /// It doesn't end in two blocks of zeros.
    #[error("it is cut off: the two blocks of zeros at its end lack")]
    NoEnd,
    /// Something stands behind its end.
    #[error("something stands behind its end, from byte {at} on")]
    Trailing {
        /// Where, in bytes from the beginning.
        at: usize,
    },
    /// A member is no plain file.
    #[error("`{path}` is {kind}, and a pack has plain files only")]
    Kind {
        /// The member.
        path: String,
        /// What it is.
        kind: MemberKind,
    },
    /// A path can't be one of a pack.
    #[error("`{path}` cannot be in a pack: {error}")]
    Path {
        /// The path.
        path: String,
        /// Why.
        error: PathError,
    },
    /// A member is there twice.
    #[error("`{path}` is there twice")]
    Twice {
        /// The member.
        path: String,
    },
    /// Two members cannot both be files.
    #[error("`{one}` and `{other}` cannot both be files: on some systems they are one")]
    Collision {
        /// One.
        one: String,
        /// The other.
        other: String,
    },
    /// The files stand in another order.
    #[error("`{path}` doesn't stand behind the file before it: files stand in the order of their paths' bytes")]
    Order {
        /// The member.
        path: String,
    },
    /// The first member is another one than the envelope, or there is none.
    #[error("its first member is not the envelope `pack.dsse.json`")]
    NoEnvelope,
    /// A field of a header is written in another way.
    #[error("`{path}` has {field}")]
    Field {
        /// The member.
        path: String,
        /// Which.
        field: Field,
    },
    /// What fills up the last block of a member isn't zeros.
    #[error("something other than zeros stands behind `{path}`, in its last block")]
    Padding {
        /// The member.
        path: String,
    },
    /// There are too many files.
    #[error("a pack has at most {MAX_FILES} files, this one has {files}")]
    TooManyFiles {
        /// How many there are, or were found before no more were looked for.
        files: usize,
    },
    /// A file is too large.
    #[error("a file of a pack has at most {MAX_FILE_BYTES} bytes, and `{path}` has {len_bytes}")]
    FileTooLarge {
        /// The file.
        path: String,
        /// How many it has.
        len_bytes: usize,
    },
    /// All files together are too large.
    #[error("the files of a pack have at most {MAX_TOTAL_BYTES} bytes together, these have more")]
    TotalTooLarge,
    /// The envelope is too large.
    #[error("the envelope of a pack has at most {MAX_ENVELOPE_BYTES} bytes, this one has {len_bytes}")]
    EnvelopeTooLarge {
        /// How many it has.
        len_bytes: usize,
    },
    /// Written again, it is another one.
    #[error("it is not written in the canonical form: byte {at} is another one")]
    NotCanonical {
        /// Where, in bytes from the beginning.
        at: usize,
    },
}

/// What a member is that is no plain file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A folder.
    Folder,
    /// A hard link.
    HardLink,
    /// A symbolic link.
    SymbolicLink,
    /// A device, of characters or blocks.
    Device,
    /// A named pipe.
    Pipe,
    /// A header of pax, for the next member or all.
    Pax,
    /// A long name or another extension of GNU tar.
    Gnu,
    /// A file with holes.
    Sparse,
    /// Something else, with its type byte.
    Other(u8),
}

impl fmt::Display for MemberKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Folder => "a folder",
            Self::HardLink => "a hard link",
            Self::SymbolicLink => "a symbolic link",
            Self::Device => "a device",
            Self::Pipe => "a named pipe",
            Self::Pax => "a pax header",
            Self::Gnu => "an extension of GNU tar",
            Self::Sparse => "a sparse file",
            Self::Other(byte) => return write!(f, "of the type {byte:#04x}"),
        })
    }
}

/// A field of a header that has another content than it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Who may read it.
    Mode,
    /// Its owner or group.
    Owner,
    /// When it was changed.
    Time,
    /// How many bytes it has.
    Size,
    /// Where a link leads.
    LinkTarget,
    /// The names of its owner and group.
    OwnerName,
    /// The number of a device.
    Device,
    /// Its checksum.
    Checksum,
    /// Its path.
    Path,
    /// What nothing is said in.
    Rest,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mode => "another mode than 0644",
            Self::Owner => "another owner or group than 0",
            Self::Time => "another time than 0",
            Self::Size => "a size that isn't written in eleven octal digits",
            Self::LinkTarget => "the target of a link",
            Self::OwnerName => "the name of an owner or group",
            Self::Device => "the number of a device",
            Self::Checksum => "a checksum that isn't written in six octal digits",
            Self::Path => "a path that is split otherwise, or has something behind its end",
            Self::Rest => "something in the unused part of its header",
        })
    }
}
