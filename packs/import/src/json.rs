//! JSON as a tree that loses nothing that a digest needs: keys in the order in which they stand, numbers as they are written.

use std::collections::BTreeSet;

use reach_values::json::{JsonError, Kind, Piece, Reader};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object; no key stands in it twice.
    Object(Vec<(String, Self)>),
}

/// Why bytes are no JSON that is read here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Bytes that are not UTF-8.
    #[error("it is not UTF-8 (byte {0})")]
    Encoding(usize),
    /// No JSON.
    #[error("it is not JSON ({0})")]
    Syntax(#[from] JsonError),
    /// A key that stands in one object twice.
    #[error("the key `{0}` stands in one object twice")]
    Duplicate(String),
    /// More values than the room that is left.
    #[error("it has too many values")]
    TooMany,
}

/// How many values may still be read: a short text can hold many, each of which takes room.
#[derive(Clone, Copy, Debug)]
pub struct Room(pub usize);

impl Json {
    /// Reads a text that is one value, and takes its values from the room.
    ///
    /// # Errors
    /// When it is no JSON, is nested too deeply, holds a key twice, or has more values than there is room.
    pub fn parse(bytes: &[u8], room: &mut Room) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(bytes).map_err(|e| Unreadable::Encoding(e.valid_up_to()))?;
        let mut reader = Reader::new(text);
        let value = read(&mut reader, text, &mut String::new(), room)?;
        reader.end()?;
        Ok(value)
    }

    /// Returns the value of a key; none for other values than objects.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Takes the value of a key out of an object; none for other values.
    pub fn take(&mut self, key: &str) -> Option<Self> {
        let Self::Object(entries) = self else { return None };
        let at = entries.iter().position(|(k, _)| k == key)?;
        Some(entries.remove(at).1)
    }

    /// Returns the entries of an object; none for other values.
    #[must_use]
    pub fn entries(&self) -> &[(String, Self)] {
        if let Self::Object(entries) = self { entries } else { &[] }
    }

    /// Returns the items of a list; none for other values.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// Returns a text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the word for messages: `null`, `a truth value`, `a number`, `text`, `a list`, `an object`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Null => Kind::Null.word(),
            Self::Bool(_) => Kind::Bool.word(),
            Self::Number(_) => Kind::Number.word(),
            Self::Text(_) => Kind::String.word(),
            Self::List(_) => Kind::Array.word(),
            Self::Object(_) => Kind::Object.word(),
        }
    }
}

// The reader refuses what is nested deeper than `reach_values::json::MAX_DEPTH`, so this and every walk over a tree end.
fn read(reader: &mut Reader<'_>, text: &str, scratch: &mut String, room: &mut Room) -> Result<Json, Unreadable> {
    room.0 = room.0.checked_sub(1).ok_or(Unreadable::TooMany)?;
    let taken = |piece: Piece, scratch: &mut String| {
        let taken = piece.text(text, scratch).to_owned();
        scratch.clear();
        taken
    };
    Ok(match reader.peek()? {
        Kind::Null => {
            reader.null()?;
            Json::Null
        }
        Kind::Bool => Json::Bool(reader.bool()?),
        Kind::Number => Json::Number(reader.number()?.to_owned()),
        Kind::String => {
            let piece = reader.string(scratch)?;
            Json::Text(taken(piece, scratch))
        }
        Kind::Array => {
            let mut items = Vec::new();
            reader.begin_array()?;
            while reader.next_element()? {
                items.push(read(reader, text, scratch, room)?);
            }
            Json::List(items)
        }
        Kind::Object => {
            let mut entries = Vec::new();
            let mut keys = BTreeSet::new();
            reader.begin_object()?;
            while let Some(piece) = reader.next_key(scratch)? {
                let key = taken(piece, scratch);
                if !keys.insert(key.clone()) {
                    return Err(Unreadable::Duplicate(reach_codes::render::plain(&key.chars().take(80).collect::<String>())));
                }
                entries.push((key, read(reader, text, scratch, room)?));
            }
            Json::Object(entries)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Json, Unreadable> {
        Json::parse(text.as_bytes(), &mut Room(100))
    }

    #[test]
    fn keys_stay_in_order_and_numbers_as_written() {
        let json = parse(r#"{"b":1.0,"a":[9007199254740993,"\u00e4"]}"#).unwrap();
        assert_eq!(
            json,
            Json::Object(vec![
                ("b".into(), Json::Number("1.0".into())),
                ("a".into(), Json::List(vec![Json::Number("9007199254740993".into()), Json::Text("ä".into())])),
            ])
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_also_when_it_is_escaped() {
        assert_eq!(parse(r#"{"a":{"name":1,"n\u0061me":2}}"#), Err(Unreadable::Duplicate("name".into())));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "nul", "[1,]", "{\"a\" 1}", "\"\\ud800\"", "1 2", "NaN", "01", "\"\u{1}\""] {
            assert!(matches!(parse(text), Err(Unreadable::Syntax(_))), "{text}");
        }
        assert_eq!(Json::parse(b"\"\xff\"", &mut Room(9)), Err(Unreadable::Encoding(1)));
    }

    #[test]
    fn the_room_for_values_ends_with_one_value_more() {
        assert!(Json::parse(b"[1,2,3]", &mut Room(4)).is_ok());
        assert_eq!(Json::parse(b"[1,2,3]", &mut Room(3)), Err(Unreadable::TooMany));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(parse(&nested(64)).is_ok());
        assert!(parse(&nested(65)).is_err());
    }
}
