//! The name of a key.

use std::fmt;
use std::str::FromStr;

use reach_codes::is_invisible;

/// The most bytes of a name.
pub const MAX_NAME_BYTES: usize = 255;

/// The name under which a key is known, best a URL without its scheme: `example.com/log`.
///
/// It is not empty and has neither Unicode spaces nor a plus (<https://c2sp.org/signed-note>, "Format"). Beyond what is asked for there, it has
/// at most [`MAX_NAME_BYTES`] and no characters that can't be seen: a name is read by people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// Why a text is no name of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is nothing.
    #[error("the name of a key is not empty")]
    Empty,
    /// It is too long.
    #[error("the name of a key has at most {MAX_NAME_BYTES} bytes, this one has {len_bytes}")]
    TooLong {
        /// Its length, in bytes.
        len_bytes: usize,
    },
    /// It has a space.
    #[error("the name of a key has no spaces")]
    Space,
    /// It has a plus, which stands between the parts of a line.
    #[error("the name of a key has no `+`")]
    Plus,
    /// It has a character that can't be seen.
    #[error("the name of a key has no characters that cannot be seen, such as U+{:04X}", u32::from(*.0))]
    Invisible(char),
}

impl KeyName {
    /// Returns the text as a name.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
        let text = text.into();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > MAX_NAME_BYTES {
            return Err(NameError::TooLong { len_bytes: text.len() });
        }
        for c in text.chars() {
            match c {
                '+' => return Err(NameError::Plus),
                // Before spaces, of which some are control characters.
                c if is_invisible(c) => return Err(NameError::Invisible(c)),
                c if c.is_whitespace() => return Err(NameError::Space),
                _ => {}
            }
        }
        Ok(Self(text))
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_the_standard_allows_and_people_can_read() {
        for good in ["a", "PeterNeumann", "example.com/log", "sigillo.example/ärger", "ключ", "日本", "a-b_c:9", "—", "user@host"] {
            assert_eq!(KeyName::new(good).map(|n| n.to_string()), Ok(good.to_owned()));
        }
        for (bad, why) in [
            ("", NameError::Empty),
            ("a b", NameError::Space),
            (" a", NameError::Space),
            ("a\u{a0}b", NameError::Space),
            ("a\u{2003}", NameError::Space),
            ("a\u{3000}", NameError::Space),
            ("a+b", NameError::Plus),
            ("a\n", NameError::Invisible('\n')),
            ("a\tb", NameError::Invisible('\t')),
            ("a\0", NameError::Invisible('\0')),
            ("a\u{7f}", NameError::Invisible('\u{7f}')),
            ("a\u{85}", NameError::Invisible('\u{85}')),
            ("a\u{1b}[31m", NameError::Invisible('\u{1b}')),
            ("a\u{200b}b", NameError::Invisible('\u{200b}')),
            ("a\u{202e}b", NameError::Invisible('\u{202e}')),
            ("a\u{2028}", NameError::Invisible('\u{2028}')),
            ("a\u{fff9}", NameError::Invisible('\u{fff9}')),
            ("a\u{e0041}", NameError::Invisible('\u{e0041}')),
        ] {
            assert_eq!(KeyName::new(bad), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn names_end_at_their_limit() {
        assert!(KeyName::new("a".repeat(MAX_NAME_BYTES)).is_ok());
        assert_eq!(KeyName::new("a".repeat(MAX_NAME_BYTES + 1)), Err(NameError::TooLong { len_bytes: MAX_NAME_BYTES + 1 }));
    }
}
