//! Texts that people read.

use reach_codes::is_invisible;

/// The most bytes of a text of a manifest.
pub const MAX_TEXT_BYTES: usize = 1_000;

/// Why a text cannot stand in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// It is too long.
    #[error("it has {len_bytes} bytes, and {MAX_TEXT_BYTES} are the most")]
    TooLong {
        /// Its length, in bytes.
        len_bytes: usize,
    },
    /// It has a character that can't be seen.
    #[error("it has a character that cannot be seen: U+{:04X}", u32::from(*.0))]
    Invisible(char),
}

/// Checks a text that people will read: one line, without characters that can't be seen or that change the direction of others.
///
/// # Errors
/// When it is empty, too long or has such characters.
pub fn check_text(text: &str) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(TextError::TooLong { len_bytes: text.len() });
    }
    text.chars().find(|c| is_invisible(*c)).map_or(Ok(()), |c| Err(TextError::Invisible(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_read_is_what_stands_there() {
        assert_eq!(check_text("Guards a retail-banking assistant, für Österreich"), Ok(()));
        assert_eq!(check_text(" "), Err(TextError::Empty));
        for c in ['\n', '\0', '\u{1b}', '\u{202e}', '\u{200b}', '\u{2028}', '\u{e0041}'] {
            assert_eq!(check_text(&format!("a{c}b")), Err(TextError::Invisible(c)));
        }
        assert_eq!(check_text(&"a".repeat(MAX_TEXT_BYTES)), Ok(()));
        assert_eq!(check_text(&"a".repeat(MAX_TEXT_BYTES + 1)), Err(TextError::TooLong { len_bytes: MAX_TEXT_BYTES + 1 }));
    }
}
