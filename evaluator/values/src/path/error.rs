//! Why a text is no path.

/// Why a text is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It is empty.
    #[error("a path can't be empty")]
    Empty,
    /// It holds a NUL.
    #[error("a path can't hold a NUL character")]
    Nul,
    /// A character that Windows has in no name.
    #[error("a path of Windows can't hold control characters, nor any of `<>\"|?*`")]
    Character,
    /// A colon that stands behind no drive: an alternate data stream.
    #[error("a `:` behind the drive names a data stream beside the file, not a path")]
    Stream,
    /// A name that Windows gives to a device, such as `CON` or `nul.txt`, or a path of devices.
    #[error("it names a device of Windows, such as `CON`, `NUL`, `COM1` or `\\\\.\\…`, not a file")]
    Device,
    /// `c:x`, which is somewhere below the current folder of the drive.
    #[error("a drive is followed by a separator, as in `C:\\x`; `C:x` begins at a folder that can't be known")]
    DriveRelative,
    /// `\x`, which begins at the root of the current drive.
    #[error("it begins at the root of a drive that can't be known; write the drive, as in `C:\\x`")]
    Rooted,
    /// `\\server` without a share.
    #[error("a network path begins with a server and a share, as in `\\\\server\\share`")]
    Share,
    /// What follows `\\?\` is taken literally by Windows, and isn't plain.
    #[error("what follows `\\\\?\\` is a drive or `UNC\\server\\share` and names without `.`, `..` and `/`")]
    Verbatim,
    /// A name such as `PROGRA~1`, which stands for another one.
    #[error("a short name such as `PROGRA~1` stands for a longer one that can't be known; write that")]
    ShortName,
    /// A name that ends in blanks or dots where Windows doesn't drop them, or consists of nothing else.
    #[error("a name of Windows doesn't end in a blank or a dot")]
    Trailing,
    /// A character that older volumes of macOS ignore.
    #[error("a path of macOS can't hold invisible characters, which some of its volumes ignore")]
    Invisible,
    /// A path of macOS that stands for others which can't be known: `/.vol/…`, `x/..namedfork/…`, `/private`.
    #[error("macOS has this as another name of files that can't be known from it")]
    Alias,
}
