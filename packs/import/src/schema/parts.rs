//! The schemas that hold for one value: a schema with what `$ref` and `allOf` add to it.

use reach_values::json::Json;

use crate::loss::Effect;

use super::Reader;

/// One of the schemas that hold, with where it stands.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub schema: &'a Json,
    /// A JSON pointer into the definition.
    pub pointer: String,
    /// Whether its `anyOf` and `oneOf` were looked at already.
    pub chosen: bool,
}

/// All that hold for one value.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts<'a> {
    pub all: Vec<Part<'a>>,
    /// Where a schema `false` stands: nothing fits.
    pub never: Option<String>,
    /// Where a reference leads back to what is being read.
    pub circle: Option<String>,
}

impl<'a> Parts<'a> {
    /// Returns each value of a keyword, with the schema that it stands in.
    pub fn of(&self, keyword: &'static str) -> impl Iterator<Item = (&Part<'a>, &'a Json)> {
        self.all.iter().filter_map(move |part| Some((part, part.schema.get(keyword)?)))
    }

    /// Returns where the first of them stands.
    pub fn pointer(&self) -> String {
        self.all.first().map(|p| p.pointer.clone()).unwrap_or_default()
    }
}

impl Part<'_> {
    /// Returns the pointer to a member.
    pub fn at(&self, member: &str) -> String {
        push(&self.pointer, member)
    }
}

/// Returns a JSON pointer that is longer by a member.
pub(super) fn push(pointer: &str, member: &str) -> String {
    format!("{pointer}/{}", member.replace('~', "~0").replace('/', "~1"))
}

impl<'a> Reader<'a> {
    /// Adds a schema, with what it refers to.
    pub(super) fn gather(&mut self, schema: &'a Json, pointer: &str, parts: &mut Parts<'a>) {
        if !self.work() {
            return;
        }
        match schema {
            Json::Bool(true) => {}
            Json::Bool(false) => drop(parts.never.get_or_insert_with(|| pointer.to_owned())),
            Json::Object(_) => self.gather_object(schema, pointer, parts),
            other => self.lose(pointer, None, Effect::Widened, format!("it is {}, not a schema", other.word())),
        }
    }

    fn gather_object(&mut self, schema: &'a Json, pointer: &str, parts: &mut Parts<'a>) {
        let part = Part { schema, pointer: pointer.to_owned(), chosen: false };
        if let Some(reference) = schema.get("$ref") {
            self.follow(reference, &part, parts);
            if self.siblings_are_ignored {
                self.lose_siblings(&part);
                return;
            }
        }
        if let Some(all) = schema.get("allOf") {
            if all.items().is_empty() {
                self.lose(&part.at("allOf"), Some("allOf"), Effect::Widened, "it is no list of schemas".to_owned());
            }
            for (i, member) in all.items().iter().enumerate() {
                self.gather(member, &push(&part.at("allOf"), &i.to_string()), parts);
            }
        }
        parts.all.push(part);
    }

    fn follow(&mut self, reference: &'a Json, part: &Part<'a>, parts: &mut Parts<'a>) {
        let at = part.at("$ref");
        let Some(text) = reference.text() else {
            return self.lose(&at, Some("$ref"), Effect::Widened, format!("it is {}, not a reference", reference.word()));
        };
        let Some((target, pointer)) = self.resolve(text) else {
            // What is elsewhere is never fetched.
            return self.lose(&at, Some("$ref"), Effect::Widened, format!("`{text}` is not in this schema, so it is not followed"));
        };
        if self.open.contains(&pointer) {
            parts.circle.get_or_insert(at);
            return;
        }
        self.open.push(pointer.clone());
        self.gather(target, &pointer, parts);
    }

    /// Finds what a reference within the schema means: `#`, or a JSON pointer behind it (RFC 6901, section 6).
    fn resolve(&self, reference: &str) -> Option<(&'a Json, String)> {
        let fragment = unescaped(reference.strip_prefix('#')?)?;
        let mut pointer = self.base.clone();
        let mut at = self.root;
        if fragment.is_empty() {
            return Some((at, pointer));
        }
        for token in fragment.strip_prefix('/')?.split('/') {
            let token = token.replace("~1", "/").replace("~0", "~");
            at = match at {
                Json::List(items) => items.get(token.parse::<usize>().ok()?)?,
                _ => at.get(&token)?,
            };
            pointer = push(&pointer, &token);
        }
        Some((at, pointer))
    }

    fn lose_siblings(&mut self, part: &Part<'a>) {
        for (key, _) in part.schema.entries() {
            if key != "$ref" && !super::keywords::is_annotation(key) {
                self.lose(&part.at(key), Some(key), Effect::Noted, "beside `$ref`, draft 7 passes it over".to_owned());
            }
        }
    }

    /// Returns whether `null` fits a schema, as far as that is easily told; where it isn't, it does.
    pub(super) fn takes_null(&mut self, schema: &'a Json, depth: usize) -> bool {
        if depth == 0 || !self.work() {
            return true;
        }
        if let Json::Bool(all) = schema {
            return *all;
        }
        let is_null = |ty: &Json| ty.text() == Some("null");
        if schema.get("type").is_some_and(|ty| if let Json::List(types) = ty { !types.iter().any(is_null) } else { !is_null(ty) }) {
            return false;
        }
        if schema.get("const").is_some_and(|value| *value != Json::Null) || schema.get("enum").is_some_and(|values| !values.items().contains(&Json::Null)) {
            return false;
        }
        if let Some((target, _)) = schema.get("$ref").and_then(Json::text).and_then(|text| self.resolve(text))
            && !self.takes_null(target, depth - 1)
        {
            return false;
        }
        let all = schema.get("allOf").map_or(&[][..], Json::items);
        if all.iter().any(|member| !self.takes_null(member, depth - 1)) {
            return false;
        }
        ["anyOf", "oneOf"].into_iter().all(|key| {
            let choices = schema.get(key).map_or(&[][..], Json::items);
            choices.is_empty() || choices.iter().any(|choice| self.takes_null(choice, depth - 1))
        })
    }
}

/// Undoes the percent encoding of a fragment.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b == b'%' {
            let digit = |b: Option<u8>| char::from(b?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(b);
        }
    }
    String::from_utf8(bytes).ok()
}
