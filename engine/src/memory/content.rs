//! What a result says: its text, its structured value, and all texts in it.

use reach_values::json::{Kind, Reader};

use crate::intake::peek::top_level;

/// The content of a result, as JSON in the event's line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content<'l> {
    /// The JSON; empty when there is none.
    json: &'l str,
}

impl<'l> Content<'l> {
    pub const fn new(json: &'l str) -> Self {
        Self { json }
    }

    /// Returns the length, in bytes.
    pub const fn len(&self) -> usize {
        self.json.len()
    }

    /// Returns the text: the content itself where that is text, the text blocks of an MCP result, else the JSON as it stands.
    pub fn text(&self) -> String {
        if let Some(text) = string(self.json) {
            return text;
        }
        self.blocks().unwrap_or_else(|| self.json.to_owned())
    }

    /// Returns the structured value as JSON: an MCP result's structured content, else the content, where text blocks count as text.
    /// `parsed`: whether text holds JSON.
    pub fn structured(&self, parsed: bool) -> String {
        let mut structured = None;
        if self.json.starts_with('{') {
            top_level(self.json, |key, value| {
                if key == "structuredContent" && value != "null" {
                    structured = Some(value.to_owned());
                    return false;
                }
                true
            });
        }
        if let Some(structured) = structured {
            return structured;
        }
        let text = string(self.json).or_else(|| self.blocks());
        match text {
            Some(text) if parsed => text,
            Some(text) => {
                let mut quoted = String::new();
                reach_values::json::push_string(&mut quoted, &text);
                quoted
            }
            None => self.json.to_owned(),
        }
    }

    /// Calls `each` with every text, number and key in it.
    pub fn leaves(&self, each: &mut dyn FnMut(&str)) {
        leaves_of(self.json, each);
    }

    /// Returns the text blocks of an MCP result, one a line.
    fn blocks(&self) -> Option<String> {
        let mut blocks = None;
        let mut list = self.json.to_owned();
        if self.json.starts_with('{') {
            let mut found = None;
            top_level(self.json, |key, value| {
                if key == "content" {
                    found = Some(value.to_owned());
                    return false;
                }
                true
            });
            list = found?;
        }
        let mut reader = Reader::new(&list);
        if reader.peek().ok()? != Kind::Array {
            return None;
        }
        reader.begin_array().ok()?;
        while reader.next_element().ok()? {
            let start = reader.offset();
            reader.skip_value().ok()?;
            let block = list.get(start..reader.offset())?.trim();
            let (mut kind, mut text) = (None, None);
            if !block.starts_with('{') {
                return None;
            }
            top_level(block, |key, value| {
                match key {
                    "type" => kind = string(value),
                    "text" => text = string(value),
                    _ => {}
                }
                true
            });
            kind.as_ref()?;
            if let (Some("text"), Some(text)) = (kind.as_deref(), text) {
                let all: &mut String = blocks.get_or_insert_default();
                if !all.is_empty() {
                    all.push('\n');
                }
                all.push_str(&text);
            }
        }
        blocks
    }
}

/// Calls `each` with every text, number and key of some JSON. What is no JSON is one text.
pub(crate) fn leaves_of(json: &str, each: &mut dyn FnMut(&str)) {
    let mut reader = Reader::new(json);
    let mut scratch = String::new();
    if walk(&mut reader, json, &mut scratch, each).is_none() {
        each(json);
    }
}

/// Goes over one value. Recurses as deep as the reader lets JSON be nested.
fn walk(reader: &mut Reader<'_>, json: &str, scratch: &mut String, each: &mut dyn FnMut(&str)) -> Option<()> {
    match reader.peek().ok()? {
        Kind::Null => reader.null().ok()?,
        Kind::Bool => drop(reader.bool().ok()?),
        Kind::Number => each(reader.number().ok()?),
        Kind::String => {
            scratch.clear();
            let piece = reader.string(scratch).ok()?;
            each(piece.text(json, scratch));
        }
        Kind::Array => {
            reader.begin_array().ok()?;
            while reader.next_element().ok()? {
                walk(reader, json, scratch, each)?;
            }
        }
        Kind::Object => {
            reader.begin_object().ok()?;
            loop {
                scratch.clear();
                let Some(key) = reader.next_key(scratch).ok()? else { break };
                each(key.text(json, scratch));
                walk(reader, json, scratch, each)?;
            }
        }
    }
    Some(())
}

/// Returns a JSON string's text.
fn string(json: &str) -> Option<String> {
    if !json.starts_with('"') {
        return None;
    }
    let mut scratch = String::new();
    let piece = Reader::new(json).string(&mut scratch).ok()?;
    Some(piece.text(json, &scratch).to_owned())
}
