//! The names of packs.

use std::fmt;
use std::str::FromStr;

/// The most bytes of a pack's name.
pub const MAX_PACK_NAME_BYTES: usize = 100;

/// The name of a pack: words with dots between, `acme.bank_guard`.
///
/// It has two to four words. Each begins with a letter a to z, then come letters, digits and `_`. The first words say whose it is, and so whose keys
/// may sign it. A name is also that of a folder, so words that Windows takes for devices cannot come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackName(String);

/// Why a text is no name of a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackNameError {
    /// It is too long.
    #[error("the name of a pack has at most {MAX_PACK_NAME_BYTES} bytes, this one has {len_bytes}")]
    TooLong {
        /// Its length, in bytes.
        len_bytes: usize,
    },
    /// It has another number of words than two to four.
    #[error("the name of a pack has two to four words with dots between, as `acme.bank_guard`: whose it is, and what it is")]
    Words,
    /// A word has other characters.
    #[error("`{0}` is no word of a pack's name: it begins with a letter a to z, then come letters a to z, digits and `_`")]
    Word(String),
    /// Windows takes it for a device.
    #[error("the name of a pack doesn't begin with `{0}`, which is a device on Windows")]
    Device(String),
}

impl PackName {
    /// Returns the text as a name.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn new(text: impl Into<String>) -> Result<Self, PackNameError> {
        let text = text.into();
        if text.len() > MAX_PACK_NAME_BYTES {
            return Err(PackNameError::TooLong { len_bytes: text.len() });
        }
        let words = text.split('.').count();
        if !(2..=4).contains(&words) {
            return Err(PackNameError::Words);
        }
        for word in text.split('.') {
            let first = word.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
            if !first || !word.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
                return Err(PackNameError::Word(word.escape_debug().to_string()));
            }
        }
        if let Some(word) = text.split('.').next().filter(|word| is_device(word)) {
            return Err(PackNameError::Device(word.to_owned()));
        }
        Ok(Self(text))
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns its words, the first one of its owner.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }
}

/// Returns whether Windows takes a file's name, without what follows its first dot, for a device
/// (<https://learn.microsoft.com/windows/win32/fileio/naming-a-file>, "Naming conventions").
pub(crate) fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    let numbered = |word: &str| stem.strip_prefix(word).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$") || numbered("com") || numbered("lpt")
}

impl FromStr for PackName {
    type Err = PackNameError;

    fn from_str(text: &str) -> Result<Self, PackNameError> {
        Self::new(text)
    }
}

impl fmt::Display for PackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

super::text_in_json!(PackName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_dots_between() {
        for good in ["reach.std", "acme.bank_guard", "a.b.c.d", "a1.b_2", "acme.con", "context.a"] {
            assert_eq!(PackName::new(good).map(|n| n.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "acme", "a.b.c.d.e", "a..b", ".a.b", "a.b.", "A.b", "a.1b", "a._b", "a.b-c", "a.b c", "a/../b.c", "a.ä", "a.\u{430}", "a.b\n"] {
            assert!(PackName::new(bad).is_err(), "{bad:?}");
        }
        for device in ["con.a", "nul.a", "aux.a", "prn.a", "com1.a", "lpt9.a"] {
            assert!(matches!(PackName::new(device), Err(PackNameError::Device(_))), "{device}");
        }
    }

    #[test]
    fn names_end_at_their_limit() {
        let longest = format!("a.{}", "b".repeat(MAX_PACK_NAME_BYTES - 2));
        assert!(PackName::new(longest.clone()).is_ok());
        assert_eq!(PackName::new(longest + "b"), Err(PackNameError::TooLong { len_bytes: MAX_PACK_NAME_BYTES + 1 }));
    }
}
