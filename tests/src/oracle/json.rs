//! JSON with numbers as written and with duplicate keys seen.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in the order of writing, duplicate keys too.
    Object(Vec<(String, Json)>),
}

/// Collects the members of an object, duplicates too.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

impl Json {
    /// Reads a text; none when it isn't JSON.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        Some(match text.as_bytes().first()? {
            b'n' => {
                serde_json::from_str::<()>(text).ok()?;
                Self::Null
            }
            b't' | b'f' => Self::Bool(serde_json::from_str(text).ok()?),
            b'"' => Self::Text(serde_json::from_str(text).ok()?),
            b'[' => {
                let items: Vec<Box<RawValue>> = serde_json::from_str(text).ok()?;
                Self::List(items.iter().map(|i| Self::read(i.get())).collect::<Option<_>>()?)
            }
            b'{' => {
                let mut reader = serde_json::Deserializer::from_str(text);
                let members = reader.deserialize_map(Members).ok()?;
                reader.end().ok()?;
                Self::Object(members.into_iter().map(|(k, v)| Some((k, Self::read(v.get())?))).collect::<Option<_>>()?)
            }
            _ => Self::Number(serde_json::from_str::<Box<RawValue>>(text).ok()?.get().to_owned()),
        })
    }

    /// Returns a member of an object; the first of duplicates.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Returns the text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(t) => Some(t),
            _ => None,
        }
    }

    /// Returns whether an object in it has a key twice.
    #[must_use]
    pub fn has_duplicate_keys(&self) -> bool {
        match self {
            Self::List(items) => items.iter().any(Self::has_duplicate_keys),
            Self::Object(members) => {
                members.iter().enumerate().any(|(i, (k, v))| v.has_duplicate_keys() || members[..i].iter().any(|(earlier, _)| earlier == k))
            }
            _ => false,
        }
    }

    /// Returns how deep lists and objects nest; a single value is 0.
    #[must_use]
    pub fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(members) => 1 + members.iter().map(|(_, v)| v.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// Returns the bytes of the longest text in it, keys too.
    #[must_use]
    pub fn longest_text(&self) -> usize {
        match self {
            Self::Text(t) => t.len(),
            Self::List(items) => items.iter().map(Self::longest_text).max().unwrap_or(0),
            Self::Object(members) => members.iter().map(|(k, v)| k.len().max(v.longest_text())).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// Returns the number of elements or members of the longest list or object in it.
    #[must_use]
    pub fn longest_list(&self) -> usize {
        match self {
            Self::List(items) => items.iter().map(Self::longest_list).max().unwrap_or(0).max(items.len()),
            Self::Object(members) => members.iter().map(|(_, v)| v.longest_list()).max().unwrap_or(0).max(members.len()),
            _ => 0,
        }
    }
}

/// As it is written without spaces.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::to_string(text).map_err(|_| fmt::Error);
        let joined = |items: Vec<String>| items.join(",");
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Number(n) => f.write_str(n),
            Self::Text(t) => f.write_str(&quoted(t)?),
            Self::List(items) => write!(f, "[{}]", joined(items.iter().map(ToString::to_string).collect())),
            Self::Object(members) => {
                let members: Result<Vec<String>, _> = members.iter().map(|(k, v)| Ok(format!("{}:{v}", quoted(k)?))).collect();
                write!(f, "{{{}}}", joined(members?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn numbers_are_kept_as_written_and_duplicate_keys_are_seen() {
        let json = Json::read(r#" {"a": [1e2, 100.0, 123456789012345678901234567890], "a": null} "#).unwrap();
        assert!(json.has_duplicate_keys());
        let numbers = ["1e2", "100.0", "123456789012345678901234567890"].map(|n| Json::Number(n.to_owned()));
        assert_eq!(json.get("a"), Some(&Json::List(numbers.to_vec())));
    }

    #[test]
    fn what_is_no_json_is_none() {
        for text in ["", "{", "[1,]", "01", "nul", "\"a", "{} {}", "{\"a\":1,}", "+1", "1.", "NaN"] {
            assert_eq!(Json::read(text), None, "{text}");
        }
    }
}
