//! JSON as it stands in events: keys in their order, numbers as they are written.

use reach_values::json::{JsonError, Kind, Reader, push_string};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole text; none where it is no JSON.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader::new(text);
        let value = read(text, &mut reader).ok()?;
        reader.end().ok()?;
        Some(value)
    }

    /// Returns the value of a key; none for other values than objects.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Returns the entries of an object; none for other values.
    pub fn entries(&self) -> &[(String, Self)] {
        if let Self::Object(entries) = self { entries } else { &[] }
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

    /// Returns a text.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the text of a key.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::text)
    }
}

impl Json {
    /// Writes it as a line of an event.
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
}

/// Recurses as deep as the reader allows.
fn read(text: &str, reader: &mut Reader<'_>) -> Result<Json, JsonError> {
    let mut scratch = String::new();
    Ok(match reader.peek()? {
        Kind::Null => {
            reader.null()?;
            Json::Null
        }
        Kind::Bool => Json::Bool(reader.bool()?),
        Kind::Number => Json::Number(reader.number()?.to_owned()),
        Kind::String => Json::Text(reader.string(&mut scratch)?.text(text, &scratch).to_owned()),
        Kind::Array => {
            reader.begin_array()?;
            let mut items = Vec::new();
            while reader.next_element()? {
                items.push(read(text, reader)?);
            }
            Json::List(items)
        }
        Kind::Object => {
            reader.begin_object()?;
            let mut entries = Vec::new();
            while let Some(key) = reader.next_key(&mut scratch)? {
                let key = key.text(text, &scratch).to_owned();
                entries.push((key, read(text, reader)?));
            }
            Json::Object(entries)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_digits_stay() {
        let value = Json::read(r#"{"b":1.50,"a":[null,true,"\u0041"],"c":{}}"#).unwrap();
        let expected = Json::Object(vec![
            ("b".into(), Json::Number("1.50".into())),
            ("a".into(), Json::List(vec![Json::Null, Json::Bool(true), Json::Text("A".into())])),
            ("c".into(), Json::Object(vec![])),
        ]);
        assert_eq!(value, expected);
        assert_eq!(value.written(), r#"{"b":1.50,"a":[null,true,"A"],"c":{}}"#);
        assert_eq!(Json::read("{} x"), None);
        assert_eq!(Json::read(&"[".repeat(100_000)), None);
    }
}
