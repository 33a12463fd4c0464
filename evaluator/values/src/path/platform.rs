//! The systems whose paths are understood.

/// Whose rules a path is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Platform {
    /// POSIX: case counts, characters are what they are.
    Posix = 0,
    /// Windows, with the names of Win32.
    Windows = 1,
    /// macOS, with a volume that ignores case, as its system volume does.
    MacOs = 2,
}

impl Platform {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Posix, Self::Windows, Self::MacOs];

    /// Returns its word in the language.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Posix => "posix",
            Self::Windows => "windows",
            Self::MacOs => "macos",
        }
    }

    /// Returns the one of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.word() == word)
    }
}
