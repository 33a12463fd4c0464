//! JSON as a tree that loses nothing that a digest needs: keys in the order in which they stand, numbers as they are written.

use std::collections::BTreeSet;

use super::{JsonError, Kind, Piece, Reader, push_string};

/// How many characters of a key an error holds.
const SHOWN: usize = 80;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Why bytes are no JSON of which a tree is made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// Bytes that are not UTF-8.
    #[error("it is not UTF-8 (byte {0})")]
    Encoding(usize),
    /// No JSON.
    #[error("it is not JSON ({0})")]
    Syntax(#[from] JsonError),
    /// A key that stands in one object twice, or its beginning.
    #[error("the key `{}` stands in one object twice", .0.escape_debug())]
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
    pub fn parse(bytes: &[u8], room: &mut Room) -> Result<Self, TreeError> {
        let text = std::str::from_utf8(bytes).map_err(|e| TreeError::Encoding(e.valid_up_to()))?;
        let mut reader = Reader::new(text);
        let value = read(&mut reader, text, &mut String::new(), room)?;
        reader.end()?;
        Ok(value)
    }

    /// Reads a text that is one value, of as many values as memory holds; none where [`Json::parse`] refuses it. For what was written here.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Self::parse(text.as_bytes(), &mut Room(usize::MAX)).ok()
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

    /// Puts a value into an object of this object, which is made if need be, or takes it out.
    pub fn put(&mut self, of: &str, key: &str, value: Option<Self>) {
        let Self::Object(entries) = self else { return };
        if !entries.iter().any(|(k, _)| k == of) {
            entries.push((of.to_owned(), Self::Object(Vec::new())));
        }
        let Some((_, Self::Object(inner))) = entries.iter_mut().find(|(k, _)| k == of) else { return };
        match (inner.iter_mut().find(|(k, _)| k == key), value) {
            (Some((_, old)), Some(value)) => *old = value,
            (Some(_), None) => inner.retain(|(k, _)| k != key),
            (None, Some(value)) => inner.push((key.to_owned(), value)),
            (None, None) => {}
        }
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

    /// Returns the text of a key.
    #[must_use]
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::text)
    }

    /// Writes it without blanks, keys in their order and numbers as they are.
    #[must_use]
    pub fn written(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Number(digits) => out.push_str(digits),
            Self::Text(text) => push_string(out, text),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    push_string(out, key);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
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

// The reader refuses what is nested deeper than `MAX_DEPTH`, so this and every walk over a tree end.
fn read(reader: &mut Reader<'_>, text: &str, scratch: &mut String, room: &mut Room) -> Result<Json, TreeError> {
    room.0 = room.0.checked_sub(1).ok_or(TreeError::TooMany)?;
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
                    return Err(TreeError::Duplicate(key.chars().take(SHOWN).collect()));
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

    fn parse(text: &str) -> Result<Json, TreeError> {
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
        let long = "k".repeat(SHOWN + 1);
        assert_eq!(parse(&format!("{{\"{long}\":1,\"{long}\":2}}")), Err(TreeError::Duplicate("k".repeat(SHOWN))));
        assert_eq!(TreeError::Duplicate("a\u{202e}\n".into()).to_string(), "the key `a\\u{202e}\\n` stands in one object twice");
        assert_eq!(parse(r#"{"a":{"name":1,"n\u0061me":2}}"#), Err(TreeError::Duplicate("name".into())));
    }

    #[test]
    fn what_was_read_is_written_as_it_was() {
        let text = r#"{"b":1.50,"a":[null,true,"A\u0001"],"c":{},"d":[]}"#;
        assert_eq!(Json::read(text).unwrap().written(), text);
        assert_eq!(Json::read("{} x"), None);
        assert_eq!(Json::read(&"[".repeat(100_000)), None);
    }

    #[test]
    fn a_value_is_put_into_an_object_of_an_object_or_taken_out() {
        let mut json = parse(r#"{"a":{"b":1}}"#).unwrap();
        json.put("a", "b", Some(Json::Bool(true)));
        json.put("a", "c", Some(Json::Null));
        json.put("d", "e", Some(Json::Null));
        assert_eq!(json.written(), r#"{"a":{"b":true,"c":null},"d":{"e":null}}"#);
        json.put("a", "b", None);
        json.put("a", "x", None);
        assert_eq!(json.written(), r#"{"a":{"c":null},"d":{"e":null}}"#);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "nul", "[1,]", "{\"a\" 1}", "\"\\ud800\"", "1 2", "NaN", "01", "\"\u{1}\""] {
            assert!(matches!(parse(text), Err(TreeError::Syntax(_))), "{text}");
        }
        assert_eq!(Json::parse(b"\"\xff\"", &mut Room(9)), Err(TreeError::Encoding(1)));
    }

    #[test]
    fn the_room_for_values_ends_with_one_value_more() {
        assert!(Json::parse(b"[1,2,3]", &mut Room(4)).is_ok());
        assert_eq!(Json::parse(b"[1,2,3]", &mut Room(3)), Err(TreeError::TooMany));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(parse(&nested(64)).is_ok());
        assert!(parse(&nested(65)).is_err());
    }
}
