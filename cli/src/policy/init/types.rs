//! Types of Reach from JSON Schema. What has no type is said, never guessed over.

use std::collections::BTreeSet;

use reach_grammar::{is_word, quoted};

use super::json::Json;

/// How deep schemas are followed; what lies deeper is `any`. References may go round in circles.
const DEPTH: usize = 12;

/// What schema libraries of JavaScript write as the bound of a number without one.
const SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Keywords that say nothing about which values fit.
const ANNOTATIONS: &[&str] =
    &["$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"];

/// A type with an example of its values.
pub struct Typed {
    /// The type as it is written, without `?`.
    pub ty: String,
    /// What a value must satisfy besides, as conditions over `it`.
    pub checks: Vec<String>,
    /// Whether `null` fits.
    pub nullable: bool,
    /// A value, as it stands in a test.
    pub example: String,
}

impl Typed {
    fn new(ty: &str, example: &str) -> Self {
        Self { ty: ty.to_owned(), checks: Vec::new(), nullable: false, example: example.to_owned() }
    }
}

/// Makes types of the schemas of one tool.
pub struct Types<'a, 'n> {
    root: &'a Json,
    /// The names of types that are declared so far, for all tools.
    taken: &'n mut BTreeSet<String>,
    /// The beginning of the names of the types that are declared.
    prefix: String,
    /// Declarations of types with conditions, in order.
    pub aliases: Vec<String>,
    /// What did not fit, in order.
    pub notes: Vec<String>,
}

impl<'a, 'n> Types<'a, 'n> {
    /// Begins with a tool's input schema; `tool` is its name.
    pub fn new(root: &'a Json, tool: &str, taken: &'n mut BTreeSet<String>) -> Self {
        Self { root, taken, prefix: pascal(tool), aliases: Vec::new(), notes: Vec::new() }
    }

    /// Returns the fields of an object as they are written, with an example of each that is required: `(name, type)` and `(name, value)`.
    pub fn fields(&mut self, schema: &Json, at: &str, depth: usize) -> (Vec<String>, Vec<String>) {
        let required: Vec<&str> = schema.get("required").map_or(&[][..], Json::items).iter().filter_map(Json::text).collect();
        let (mut fields, mut values) = (Vec::new(), Vec::new());
        for (name, property) in schema.get("properties").map_or(&[][..], Json::entries) {
            let place = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            let typed = self.ty(property, name, &place, depth);
            let optional = typed.nullable || !required.contains(&name.as_str());
            let ty = self.named(&typed, &place);
            fields.push(format!("{}: {ty}{}", field_name(name), if optional { "?" } else { "" }));
            if !optional {
                values.push(format!("{}: {}", field_name(name), typed.example));
            }
        }
        for name in &required {
            if schema.get("properties").and_then(|p| p.get(name)).is_none() {
                self.note(at, format!("`{name}` is required and has no schema; it is refused as long as it isn't declared"));
            }
        }
        match schema.get("additionalProperties") {
            None | Some(Json::Bool(false)) => {}
            Some(_) => self.note(at, "takes fields of any name, which are refused".to_owned()),
        }
        self.unknown(schema, at, &["type", "properties", "required", "additionalProperties"]);
        (fields, values)
    }

    /// Returns the name of a type; one with conditions is declared.
    fn named(&mut self, typed: &Typed, place: &str) -> String {
        if typed.checks.is_empty() {
            return typed.ty.clone();
        }
        let mut name = format!("{}{}", self.prefix, pascal(place));
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        self.aliases.push(format!("type {name} = {} where {}", typed.ty, typed.checks.join(" and ")));
        name
    }

    fn note(&mut self, at: &str, what: String) {
        self.notes.push(if at.is_empty() { what } else { format!("`{at}` {what}") });
    }

    fn unknown(&mut self, schema: &Json, at: &str, known: &[&str]) {
        let rest: Vec<String> =
            schema.entries().iter().map(|(k, _)| k.as_str()).filter(|k| !known.contains(k) && !ANNOTATIONS.contains(k)).map(|k| format!("`{k}`")).collect();
        if !rest.is_empty() {
            self.note(at, format!("has {} in its schema, which is not checked", rest.join(", ")));
        }
    }

    /// Returns the type of a schema; `name` is that of the field, `at` its place for messages.
    fn ty(&mut self, schema: &Json, name: &str, at: &str, depth: usize) -> Typed {
        if depth > DEPTH {
            self.note(at, "is nested too deep, or in a circle: `any`".to_owned());
            return Typed::new("any", "\"x\"");
        }
        if let Some(reference) = schema.get("$ref").and_then(Json::text) {
            let found =
                reference.strip_prefix("#/").and_then(|path| path.split('/').try_fold(self.root, |at, key| at.get(&key.replace("~1", "/").replace("~0", "~"))));
            return match found {
                Some(target) => self.ty(target, name, at, depth + 1),
                None => self.any(at, &format!("refers to `{reference}`, which isn't there")),
            };
        }
        if let Some(only) = schema.get("allOf").map(Json::items).and_then(|all| if let [one] = all { Some(one) } else { None }) {
            return self.ty(only, name, at, depth + 1);
        }
        if let Some(choices) = schema.get("anyOf").or_else(|| schema.get("oneOf")).map(Json::items) {
            return self.choice(choices, name, at, depth);
        }
        if let Some(values) = schema.get("enum").map(Json::items) {
            return self.members(values, at);
        }
        if let Some(value) = schema.get("const") {
            return self.members(std::slice::from_ref(value), at);
        }
        match schema.get("type") {
            Some(Json::Text(ty)) => self.of(ty, schema, name, at, depth),
            Some(Json::List(types)) => {
                let nullable = types.iter().any(|t| t.text() == Some("null"));
                let rest: Vec<&str> = types.iter().filter_map(Json::text).filter(|t| *t != "null").collect();
                let typed = if let [one] = rest.as_slice() { self.of(one, schema, name, at, depth) } else { self.any(at, "may be of several types") };
                Typed { nullable: nullable || typed.nullable, ..typed }
            }
            _ if schema.get("properties").is_some() => self.of("object", schema, name, at, depth),
            _ => self.any(at, "has no type in its schema"),
        }
    }

    fn any(&mut self, at: &str, why: &str) -> Typed {
        self.note(at, format!("{why}: `any`"));
        Typed::new("any", "\"x\"")
    }

    fn choice(&mut self, choices: &[Json], name: &str, at: &str, depth: usize) -> Typed {
        let is_null = |c: &&Json| c.get("type").and_then(Json::text) == Some("null");
        let rest: Vec<&Json> = choices.iter().filter(|c| !is_null(c)).collect();
        let typed = if let [one] = rest.as_slice() { self.ty(one, name, at, depth + 1) } else { self.any(at, "may be one of several things") };
        Typed { nullable: typed.nullable || rest.len() < choices.len(), ..typed }
    }

    fn members(&mut self, values: &[Json], at: &str) -> Typed {
        let mut members: Vec<&str> = Vec::new();
        for text in values.iter().filter_map(Json::text) {
            if !members.contains(&text) {
                members.push(text);
            }
        }
        let nullable = values.contains(&Json::Null);
        let strange = values.iter().any(|v| !matches!(v, Json::Text(_) | Json::Null));
        let Some(first) = members.first().filter(|_| !strange) else {
            return self.any(at, "is one of values that are not all text");
        };
        let example = member(first);
        let ty = format!("enum {{ {} }}", members.iter().map(|m| member(m)).collect::<Vec<_>>().join(", "));
        Typed { ty, checks: Vec::new(), nullable, example }
    }

    fn of(&mut self, ty: &str, schema: &Json, name: &str, at: &str, depth: usize) -> Typed {
        match ty {
            "string" => self.text(schema, name, at),
            "integer" => self.number(schema, at, true),
            "number" => self.number(schema, at, false),
            "boolean" => {
                self.unknown(schema, at, &["type"]);
                Typed::new("bool", "true")
            }
            "array" => {
                self.unknown(schema, at, &["type", "items"]);
                match schema.get("items") {
                    Some(items) => {
                        // A list of paths is called `paths`.
                        let item = self.ty(items, name.strip_suffix('s').unwrap_or(name), &format!("{at}[]"), depth + 1);
                        if item.nullable {
                            self.note(at, "may hold `null`, which is refused".to_owned());
                        }
                        let inner = self.named(&item, &format!("{at}.item"));
                        Typed::new(&format!("list<{inner}>"), "[]")
                    }
                    None => {
                        self.note(at, "has no type for its items: `any`".to_owned());
                        Typed::new("list<any>", "[]")
                    }
                }
            }
            "object" if schema.get("properties").is_some_and(|p| !p.entries().is_empty()) => {
                let (fields, values) = self.fields(schema, at, depth + 1);
                Typed::new(&format!("{{ {} }}", fields.join(", ")), &format!("{{ {} }}", values.join(", ")))
            }
            "object" => {
                self.unknown(schema, at, &["type", "properties", "required", "additionalProperties"]);
                let inner = match schema.get("additionalProperties") {
                    Some(values @ Json::Object(_)) => {
                        let typed = self.ty(values, "", &format!("{at}[]"), depth + 1);
                        self.named(&typed, &format!("{at}.item"))
                    }
                    _ => "any".to_owned(),
                };
                Typed::new(&format!("map<{inner}>"), "{}")
            }
            "null" => Typed { nullable: true, ..self.any(at, "is only ever `null`") },
            other => self.any(at, &format!("has the unknown type `{other}`")),
        }
    }

    fn text(&mut self, schema: &Json, name: &str, at: &str) -> Typed {
        let lower = name.to_ascii_lowercase();
        let mut known = vec!["type"];
        let mut typed = match schema.get("format").and_then(Json::text) {
            Some("email") => Typed::new("email", "\"someone@example.com\""),
            Some("date") => Typed::new("date", "2026-01-01"),
            Some("date-time") => Typed::new("time", "2026-01-01T00:00:00Z"),
            Some("uri" | "url") => Typed::new("url", "\"https://example.com/\""),
            Some("hostname" | "idn-hostname") => Typed::new("host", "\"example.com\""),
            Some("ipv4" | "ipv6") => Typed::new("ip", "\"192.0.2.1\""),
            None if matches!(lower.as_str(), "url" | "uri") || lower.ends_with("_url") || name.ends_with("Url") => {
                self.note(at, "is read as a URL because of its name".to_owned());
                Typed::new("url", "\"https://example.com/\"")
            }
            None if matches!(lower.as_str(), "command" | "cmd" | "command_line" | "commandline") => {
                self.note(at, "is read as a command line because of its name".to_owned());
                Typed::new("shell", "\"ls\"")
            }
            None if lower == "path" || lower.ends_with("_path") || name.ends_with("Path") || lower == "filename" => {
                self.note(at, "is read as a path because of its name".to_owned());
                Typed::new("path", "\"example.txt\"")
            }
            _ => Typed::new("text", "\"example\""),
        };
        if typed.ty != "text" {
            known.extend(["format", "minLength"]);
        } else {
            let length = |key| schema.get(key).and_then(Json::int).filter(|n| *n >= 0);
            let (min, max) = (length("minLength"), length("maxLength"));
            if let Some(min) = min.filter(|n| *n > 0) {
                typed.checks.push(format!("length(it) >= {min}"));
            }
            if let Some(max) = max {
                typed.checks.push(format!("length(it) <= {max}"));
            }
            known.extend(["minLength", "maxLength"]);
            let wanted = usize::try_from(7.clamp(min.unwrap_or(0).min(1000), max.unwrap_or(1000).max(min.unwrap_or(0).min(1000)))).unwrap_or(7);
            typed.example = format!("\"{}\"", "example".chars().cycle().take(wanted).collect::<String>());
        }
        self.unknown(schema, at, &known);
        typed
    }

    fn number(&mut self, schema: &Json, at: &str, whole: bool) -> Typed {
        let mut typed = Typed::new(if whole { "int" } else { "decimal" }, "1");
        let mut known = vec!["type", "format"];
        let mut low = None;
        for (key, sign, exclusive) in [("minimum", ">=", false), ("exclusiveMinimum", ">", true), ("maximum", "<=", false), ("exclusiveMaximum", "<", true)] {
            let Some(bound) = schema.get(key).and_then(Json::int) else { continue };
            known.push(key);
            // The largest number that JavaScript counts with says nothing about the field.
            if bound.unsigned_abs() == SAFE_INTEGER {
                continue;
            }
            typed.checks.push(format!("it {sign} {bound}"));
            let inside = match (sign.starts_with('>'), exclusive) {
                (true, true) => bound.saturating_add(1),
                (false, true) => bound.saturating_sub(1),
                (_, false) => bound,
            };
            low = if sign.starts_with('>') { Some(inside.max(low.unwrap_or(1))) } else { Some(inside.min(low.unwrap_or(1))) };
        }
        typed.example = low.unwrap_or(1).to_string();
        self.unknown(schema, at, &known);
        typed
    }
}

fn field_name(name: &str) -> String {
    if is_word(name) { name.to_owned() } else { quoted(name) }
}

fn member(text: &str) -> String {
    // These words are something else where a value may stand.
    let taken = ["and", "or", "not", "if", "then", "else", "true", "false", "when", "unless", "because"];
    if is_word(text) && !taken.contains(&text) { text.to_owned() } else { quoted(text) }
}

/// Returns a tool's name as it stands in declarations and rules.
pub fn tool_name(name: &str) -> String {
    // Words that rules and patterns use.
    let taken = [
        "call",
        "spawn",
        "model",
        "read",
        "say",
        "undeclared",
        "when",
        "unless",
        "by",
        "expires",
        "grants",
        "with",
        "because",
        "example",
        "counterexample",
        "each",
        "where",
        "over",
        "per",
        "since",
        "expect",
        "if",
        "on",
        "and",
        "or",
        "not",
    ];
    if name.split('.').all(is_word) && !taken.contains(&name) { name.to_owned() } else { quoted(name) }
}

fn pascal(text: &str) -> String {
    let mut out = String::new();
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()) {
        let mut chars = part.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) || out.is_empty() { format!("T{out}") } else { out }
}
