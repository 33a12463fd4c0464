//! The paths of a pack's files.

use std::fmt;
use std::str::FromStr;

use crate::name::is_device;

/// The most bytes of a path.
pub const MAX_PATH_BYTES: usize = 200;

/// The most bytes of one part of a path: those of the field `name` of a ustar header (POSIX.1-1988, 10.1.1).
const MAX_PART_BYTES: usize = 100;

/// The most bytes of the field `prefix` of a ustar header (POSIX.1-1988, 10.1.1).
pub const MAX_PREFIX_BYTES: usize = 155;

/// The most folders and the file.
const MAX_PARTS: usize = 16;

/// The path of a file within a pack, with `/` between its parts: `policies/payments.reach`.
///
/// Parts have letters A to Z, digits, `-`, `_` and `.`, and begin with a letter, a digit or `_`. So no path leads out of a pack, is hidden, is an
/// option of a command, or looks like another one that is not the same but for the case of letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackPath(String);

/// Why a text is no path of a pack's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// There is nothing.
    #[error("a path is not empty")]
    Empty,
    /// It is too long.
    #[error("a path in a pack has at most {MAX_PATH_BYTES} bytes, {MAX_PART_BYTES} of them in one part")]
    TooLong,
    /// A header of an archive can't hold it.
    #[error("a path in a pack of more than {MAX_PART_BYTES} bytes has a `/` with at most {MAX_PREFIX_BYTES} bytes before it and {MAX_PART_BYTES} behind it")]
    Unsplit,
    /// It has too many parts.
    #[error("a path in a pack has at most {MAX_PARTS} parts")]
    TooDeep,
    /// It begins at the root.
    #[error("a path in a pack doesn't begin with `/`")]
    Absolute,
    /// It leads up, stays where it is, or has an empty part.
    #[error("a path in a pack has no part that is empty, `.` or `..`")]
    Walks,
    /// A part is hidden.
    #[error("a path in a pack has no hidden part, as `{0}`")]
    Hidden(String),
    /// It has a character that paths in packs don't have.
    #[error("a path in a pack has letters a to z and A to Z, digits, `-`, `_`, `.` and `/`, and not `{0}`")]
    Character(String),
    /// A part begins or ends in a way that some system reads otherwise.
    #[error("`{0}` is no part of a path in a pack: a part begins with a letter, a digit or `_`, and doesn't end in `.`")]
    Part(String),
    /// Windows takes a part for a device.
    #[error("`{0}` is a device on Windows")]
    Device(String),
}

impl PackPath {
    /// Returns the text as a path.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn new(text: impl Into<String>) -> Result<Self, PathError> {
        let text = text.into();
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if text.len() > MAX_PATH_BYTES {
            return Err(PathError::TooLong);
        }
        if text.starts_with('/') {
            return Err(PathError::Absolute);
        }
        if let Some(c) = text.chars().find(|c| !matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '/')) {
            return Err(PathError::Character(c.escape_debug().to_string()));
        }
        if text.split('/').count() > MAX_PARTS {
            return Err(PathError::TooDeep);
        }
        for part in text.split('/') {
            match part {
                "" | "." | ".." => return Err(PathError::Walks),
                _ if part.len() > MAX_PART_BYTES => return Err(PathError::TooLong),
                _ if part.starts_with('.') => return Err(PathError::Hidden(part.to_owned())),
                _ if part.starts_with('-') || part.ends_with('.') => return Err(PathError::Part(part.to_owned())),
                _ if part.split('.').next().is_some_and(is_device) => return Err(PathError::Device(part.to_owned())),
                _ => {}
            }
        }
        let path = Self(text);
        if path.prefix_and_name().1.len() > MAX_PART_BYTES { Err(PathError::Unsplit) } else { Ok(path) }
    }

    /// Returns the path as a prefix and a name, as a ustar header holds them: a path of up to 100 bytes is a name without a prefix; another one is
    /// split at its last `/` that has at most [`MAX_PREFIX_BYTES`] before it. GNU tar splits it at the same place.
    #[must_use]
    pub fn prefix_and_name(&self) -> (&str, &str) {
        if self.0.len() <= MAX_PART_BYTES {
            return ("", &self.0);
        }
        let slash = self.0.bytes().take(MAX_PREFIX_BYTES + 1).enumerate().filter(|(_, b)| *b == b'/').map(|(at, _)| at).last();
        slash.and_then(|at| Some((self.0.get(..at)?, self.0.get(at + 1..)?))).unwrap_or(("", &self.0))
    }

    /// Returns the path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns its parts, the file's name last.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Returns the text by which two paths are the same file on a system that doesn't tell cases apart.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Returns two of these paths that cannot both be files: equal but for the case of letters, or one of them a folder of the other.
    #[must_use]
    pub fn collision<'a>(paths: impl IntoIterator<Item = &'a Self>) -> Option<(&'a Self, &'a Self)> {
        // With `/` before every other character a folder stands right before what is in it.
        let mut sorted: Vec<(String, &Self)> = paths.into_iter().map(|p| (p.folded().replace('/', "\0"), p)).collect();
        sorted.sort();
        sorted.windows(2).find_map(|pair| match pair {
            [(a, first), (b, second)] if b.strip_prefix(a.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('\0')) => Some((*first, *second)),
            _ => None,
        })
    }
}

impl FromStr for PackPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::new(text)
    }
}

impl fmt::Display for PackPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

super::text_in_json!(PackPath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_within_a_pack() {
        for good in ["pack.reach", "policies/a.reach", "README.md", "a/b/c/d", "_a", "a-b_c.d", "1", "nulls/console.txt"] {
            assert_eq!(PackPath::new(good).map(|p| p.to_string()), Ok(good.to_owned()));
        }
        for (bad, why) in [
            ("", PathError::Empty),
            ("/etc/passwd", PathError::Absolute),
            ("../a", PathError::Walks),
            ("a/../../b", PathError::Walks),
            ("a//b", PathError::Walks),
            ("a/", PathError::Walks),
            ("./a", PathError::Walks),
            (".git/config", PathError::Hidden(".git".to_owned())),
            ("a/.env", PathError::Hidden(".env".to_owned())),
            ("a\\b", PathError::Character("\\\\".to_owned())),
            ("c:/a", PathError::Character(":".to_owned())),
            ("a b", PathError::Character(" ".to_owned())),
            ("a\0", PathError::Character("\\0".to_owned())),
            ("a\nb", PathError::Character("\\n".to_owned())),
            ("ä", PathError::Character("ä".to_owned())),
            ("a\u{202e}b", PathError::Character("\\u{202e}".to_owned())),
            ("-rf", PathError::Part("-rf".to_owned())),
            ("a.", PathError::Part("a.".to_owned())),
            ("a./b", PathError::Part("a.".to_owned())),
            ("NUL", PathError::Device("NUL".to_owned())),
            ("a/com1.txt", PathError::Device("com1.txt".to_owned())),
        ] {
            assert_eq!(PackPath::new(bad), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn paths_end_at_their_limits() {
        let part = "a".repeat(MAX_PART_BYTES);
        assert!(PackPath::new(part.clone()).is_ok());
        assert_eq!(PackPath::new(part.clone() + "a"), Err(PathError::TooLong));
        let longest = format!("{}/{}", &part[1..], part);
        assert_eq!(longest.len(), MAX_PATH_BYTES);
        assert!(PackPath::new(longest).is_ok());
        assert_eq!(PackPath::new(format!("{part}/{part}")), Err(PathError::TooLong));
        assert!(PackPath::new(vec!["a"; MAX_PARTS].join("/")).is_ok());
        let split = |first: usize, second: usize, third: usize| PackPath::new([first, second, third].map(|n| "a".repeat(n)).join("/"));
        assert_eq!(split(55, 99, 44).unwrap().prefix_and_name(), (format!("{}/{}", &part[45..], &part[1..]).as_str(), &part[56..]));
        assert_eq!(split(55, 100, 1), Err(PathError::Unsplit));
        assert_eq!(split(54, 100, 44).unwrap().prefix_and_name().0.len(), MAX_PREFIX_BYTES);
        assert_eq!(PackPath::new(vec!["a"; MAX_PARTS + 1].join("/")), Err(PathError::TooDeep));
    }

    #[test]
    fn two_names_of_one_file_are_found() {
        let paths = |texts: &[&str]| texts.iter().map(|t| PackPath::new(*t).unwrap()).collect::<Vec<_>>();
        let found = |texts: &[&str]| PackPath::collision(&paths(texts)).map(|(a, b)| (a.to_string(), b.to_string()));
        assert_eq!(found(&["a", "b", "a.b", "a-b", "b.c/d", "c/a", "c/b"]), None);
        assert_eq!(found(&["Readme", "a", "README"]), Some(("README".to_owned(), "Readme".to_owned())));
        assert_eq!(found(&["a-b", "a", "a/b", "a.b"]), Some(("a".to_owned(), "a/b".to_owned())));
        assert_eq!(found(&["a/x", "b/c", "A"]), Some(("A".to_owned(), "a/x".to_owned())));
        assert_eq!(found(&["a", "a"]), Some(("a".to_owned(), "a".to_owned())));
    }
}
