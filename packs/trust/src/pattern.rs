//! What a key may sign for.

use std::fmt;
use std::str::FromStr;

use reach_keys::KeyName;
use reach_statement::PackName;

/// What is signed for: a pack, or a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A pack of this name.
    Pack(PackName),
    /// The snapshots of the registry of this origin.
    Registry(KeyName),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pack(name) => name.fmt(f),
            Self::Registry(origin) => write!(f, "registry:{origin}"),
        }
    }
}

/// Names that a key may sign for: `acme.bank_guard`, `acme.*` (all that begin with these words), `registry:example.com/packs`.
///
/// There is none for all names: whoever is trusted, is trusted for some.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamePattern {
    /// One pack.
    Pack(PackName),
    /// All packs whose names begin with these words, of which there are one to three.
    Below(String),
    /// A registry.
    Registry(KeyName),
}

/// A text is no pattern of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("names are `acme.bank_guard`, `acme.*` for all that begin so, or `registry:` and the origin of a registry")]
pub struct PatternError;

impl NamePattern {
    /// Returns whether something has such a name.
    #[must_use]
    pub fn matches(&self, subject: &Subject) -> bool {
        match (self, subject) {
            (Self::Pack(name), Subject::Pack(of)) => name == of,
            (Self::Below(words), Subject::Pack(of)) => of.as_str().strip_prefix(words.as_str()).is_some_and(|rest| rest.starts_with('.')),
            (Self::Registry(origin), Subject::Registry(of)) => origin == of,
            _ => false,
        }
    }
}

impl FromStr for NamePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        if let Some(origin) = text.strip_prefix("registry:") {
            return origin.parse().map(Self::Registry).map_err(|_| PatternError);
        }
        match text.strip_suffix(".*") {
            // The words are those of a name that has one more.
            Some(words) => PackName::new(format!("{words}.a")).map(|_| Self::Below(words.to_owned())).map_err(|_| PatternError),
            None => PackName::new(text).map(Self::Pack).map_err(|_| PatternError),
        }
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pack(name) => name.fmt(f),
            Self::Below(words) => write!(f, "{words}.*"),
            Self::Registry(origin) => write!(f, "registry:{origin}"),
        }
    }
}

super::text_in_json!(NamePattern);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_words() {
        let matches = |pattern: &str, name: &str| pattern.parse::<NamePattern>().unwrap().matches(&Subject::Pack(name.parse().unwrap()));
        assert!(matches("acme.*", "acme.bank") && matches("acme.*", "acme.bank.guard") && matches("acme.bank.*", "acme.bank.guard"));
        assert!(matches("acme.bank", "acme.bank"));
        for (pattern, name) in [
            ("acme.*", "acmes.bank"),
            ("acme.*", "other.acme"),
            ("acme.bank", "acme.bank.guard"),
            ("acme.bank.*", "acme.bank"),
            ("acme.b.*", "acme.bank.a"),
            ("registry:acme.bank", "acme.bank"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        let registry: NamePattern = "registry:example.com/packs".parse().unwrap();
        assert!(registry.matches(&Subject::Registry("example.com/packs".parse().unwrap())));
        assert!(!registry.matches(&Subject::Registry("example.com/pack".parse().unwrap())));
    }

    #[test]
    fn patterns_are_written_as_they_are_read() {
        for good in ["acme.*", "acme.bank", "a.b.c.*", "registry:example.com/packs"] {
            assert_eq!(good.parse::<NamePattern>().map(|p| p.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "*", ".*", "acme", "acme*", "acme.**", "*.bank", "acme.*.a", "a.b.c.d.*", "Acme.*", "registry:", "registry:a b", "acme.* ", "con.*"] {
            assert_eq!(bad.parse::<NamePattern>(), Err(PatternError), "{bad}");
        }
    }
}
