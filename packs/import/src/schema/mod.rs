//! Types of Reach from JSON Schema (drafts 7 and 2020-12).
//!
//! What a schema says is read as a conjunction: the schema itself with what `$ref` and `allOf` add. Of alternatives the narrowest type is taken that
//! has all of them. A type never takes less than the schema, but where that is reported as narrowed; each keyword that the type doesn't hold is
//! reported, so that nothing is lost in silence. References that lead back, depth, and the work of one tool are bounded: beyond them stands `any`.

mod choice;
mod keywords;
mod number;
mod object;
mod parts;
mod pattern;
mod shape;
mod text;

use crate::loss::{Effect, Loss};

pub(crate) use object::values;
use parts::{Parts, push};
use reach_values::json::Json;
pub(crate) use shape::{Field, Shape, Typed};

/// How deep schemas are followed; what lies deeper is `any`.
const DEPTH: usize = 12;
/// How many schemas are looked at for one schema of a tool; what is beyond is `any`.
const WORK: usize = 4_000;
/// The most members of an enumeration.
const MEMBERS: usize = 1_000;

/// What is made of text whose form nobody has said, but whose name suggests one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guess {
    /// The form is suggested in a comment.
    #[default]
    Suggest,
    /// The form is taken, and that is reported.
    Take,
}

/// What the schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Arguments: they are checked when they come in.
    Arguments,
    /// The result: fields that aren't declared are passed over, and there are no conditions.
    Result,
}

/// Reads one schema of a tool.
pub(crate) struct Reader<'a> {
    root: &'a Json,
    /// Where the root stands in the definition.
    base: String,
    tool: &'a str,
    of: Of,
    guess: Guess,
    /// Whether draft 7 is said to hold, in which nothing counts beside `$ref`.
    siblings_are_ignored: bool,
    /// References that are being followed, as pointers to what they mean.
    open: Vec<String>,
    work: usize,
    /// How many more expressions may be compiled, for all tools.
    patterns: &'a mut usize,
    /// What was lost.
    pub losses: Vec<Loss>,
}

impl<'a> Reader<'a> {
    /// Begins with a schema of a tool; `member` is that of the definition where it stands.
    pub fn new(root: &'a Json, member: &str, tool: &'a str, of: Of, guess: Guess, patterns: &'a mut usize) -> Self {
        let draft = root.get("$schema").and_then(Json::text).unwrap_or_default();
        let siblings_are_ignored = ["draft-04", "draft-06", "draft-07"].iter().any(|d| draft.contains(d));
        let base = push("", member);
        // The schema itself is being read: a reference to it leads back.
        let open = vec![base.clone()];
        Self { root, base, tool, of, guess, siblings_are_ignored, open, work: WORK, patterns, losses: Vec::new() }
    }

    /// Returns the type of the whole schema.
    pub fn read(&mut self) -> Typed {
        let mut parts = Parts::default();
        let (root, base) = (self.root, self.base.clone());
        self.gather(root, &base, &mut parts);
        self.convert(parts, "", DEPTH, true)
    }

    fn lose(&mut self, pointer: &str, keyword: Option<&str>, effect: Effect, reason: String) {
        // The same place is looked at for each alternative around it.
        let loss = Loss { tool: self.tool.to_owned(), pointer: pointer.to_owned(), keyword: keyword.map(str::to_owned), effect, reason };
        if self.losses.len() < WORK && !self.losses.iter().rev().take(64).any(|l| *l == loss) {
            self.losses.push(loss);
        }
    }

    /// Takes one schema from the work that is left.
    fn work(&mut self) -> bool {
        if self.work == 0 {
            return false;
        }
        self.work -= 1;
        if self.work == 0 {
            let base = self.base.clone();
            self.lose(&base, None, Effect::Widened, format!("it comes to more than {WORK} schemas, as references are followed; the rest is `any`"));
        }
        true
    }

    /// Returns the type of all values for which the schemas hold.
    fn convert(&mut self, mut parts: Parts<'a>, name: &str, depth: usize, whole: bool) -> Typed {
        if self.work == 0 {
            return Typed::any();
        }
        if depth == 0 {
            let at = parts.pointer();
            self.lose(&at, None, Effect::Widened, "it is nested too deep: `any`".to_owned());
            return Typed::any();
        }
        let mut nullable = true;
        for part in parts.all.clone() {
            nullable = nullable && self.takes_null(part.schema, 16);
        }
        let choices = self.choices(&mut parts);
        if let Some(at) = parts.never {
            self.lose(&at, None, Effect::Widened, "no value fits it: `any`".to_owned());
            return Typed::any();
        }
        if let Some(at) = parts.circle {
            self.lose(&at, Some("$ref"), Effect::Widened, "it leads back to what it stands in: `any`".to_owned());
            return Typed::any();
        }
        let typed = match choices {
            Some(choices) => self.choose(&parts, choices, name, depth, whole),
            None => self.plain(&parts, name, depth, whole),
        };
        Typed { nullable, ..typed }
    }

    /// Returns the type of schemas without alternatives.
    fn plain(&mut self, parts: &Parts<'a>, name: &str, depth: usize, whole: bool) -> Typed {
        if parts.of("enum").next().is_some() || parts.of("const").next().is_some() {
            return self.members(parts);
        }
        let types = self.types(parts);
        let kinds: Vec<&str> = types.iter().copied().filter(|t| *t != "null").collect();
        match kinds.as_slice() {
            ["string"] => self.text(parts, name),
            ["integer"] => self.number(parts, true),
            ["number"] => self.number(parts, false),
            ["boolean"] => {
                self.rest(parts, "boolean", &[]);
                Typed::new(Shape::Bool, "true")
            }
            ["array"] => self.array(parts, name, depth),
            ["object"] => self.object(parts, depth, whole),
            [] if types.is_empty() => {
                let at = parts.pointer();
                self.lose(&at, Some("type"), Effect::Widened, "no value has all of its types: `any`".to_owned());
                Typed::any()
            }
            [] => {
                let at = parts.pointer();
                self.lose(&at, Some("type"), Effect::Widened, "it is only ever `null`: `any`".to_owned());
                Typed::any()
            }
            kinds => self.several(parts, kinds, depth, whole),
        }
    }

    /// Several types, or none said.
    fn several(&mut self, parts: &Parts<'a>, kinds: &[&str], depth: usize, whole: bool) -> Typed {
        if parts.of("type").next().is_some() {
            let at = parts.of("type").next().map(|(part, _)| part.at("type")).unwrap_or_default();
            self.lose(&at, Some("type"), Effect::Widened, format!("it may be {}: `any`", kinds.join(" or ")));
        } else if parts.of("properties").next().is_some() || whole {
            if !whole {
                let at = parts.pointer();
                self.lose(&at, Some("type"), Effect::Narrowed, "it has `properties` and no `type`: taken to be an object".to_owned());
            }
            return self.object(parts, depth, whole);
        }
        self.rest(parts, "", &[]);
        Typed::any()
    }

    /// Returns the types that values may have.
    fn types(&mut self, parts: &Parts<'a>) -> Vec<&'a str> {
        let mut left: Vec<&'a str> = vec!["string", "number", "boolean", "array", "object", "null"];
        for (part, types) in parts.of("type") {
            let said: Vec<&'a str> = match types {
                Json::List(types) => types.iter().filter_map(Json::text).collect(),
                one => one.text().into_iter().collect(),
            };
            let known: Vec<&'a str> = said.into_iter().filter(|t| left_over(t) || *t == "integer").collect();
            let whole = if let Json::List(types) = types { types.len() == known.len() } else { known.len() == 1 };
            if !whole {
                self.lose(&part.at("type"), Some("type"), Effect::Widened, "it names a type that JSON doesn't have".to_owned());
                // What is not known could be anything.
                continue;
            }
            let has = |t: &str| known.contains(&t);
            left = left
                .into_iter()
                .filter_map(|t| match t {
                    "number" if has("number") => Some("number"),
                    "number" | "integer" if has("integer") || (t == "integer" && has("number")) => Some("integer"),
                    t => has(t).then_some(t),
                })
                .collect();
        }
        left
    }

    /// Reports each keyword that says something about values of a kind and was not made use of.
    fn rest(&mut self, parts: &Parts<'a>, kind: &str, used: &[&str]) {
        for part in &parts.all {
            for (key, value) in part.schema.entries() {
                if keywords::is_annotation(key) || keywords::is_structure(key) || used.contains(&key.as_str()) {
                    continue;
                }
                if !kind.is_empty() && keywords::passes(key, kind) {
                    self.lose(&part.at(key), Some(key), Effect::Noted, format!("it says nothing about a value of type `{kind}`"));
                } else if !keywords::is_known(key) {
                    self.lose(
                        &part.at(key),
                        Some(key),
                        Effect::Widened,
                        "it is no keyword of JSON Schema that is known here, and nothing is made of it".to_owned(),
                    );
                } else if !says_nothing(key, value) {
                    self.lose(&part.at(key), Some(key), Effect::Widened, "it is not checked".to_owned());
                }
            }
        }
    }

    fn array(&mut self, parts: &Parts<'a>, name: &str, depth: usize) -> Typed {
        let mut used = vec!["items", "minItems", "maxItems"];
        // A list of paths is called `paths`.
        let one = name.strip_suffix('s').unwrap_or(name);
        let mut inner = Parts::default();
        let before = self.open.len();
        let tuple = parts.of("prefixItems").next().is_some() || parts.of("items").any(|(_, items)| matches!(items, Json::List(_)));
        if tuple {
            used.retain(|k| *k != "items");
            used.push("additionalItems");
        } else {
            for (part, items) in parts.of("items") {
                self.gather(items, &part.at("items"), &mut inner);
            }
        }
        let empty = inner.never.is_some();
        let item = if tuple || empty || (inner.all.is_empty() && inner.circle.is_none()) { Typed::any() } else { self.convert(inner, one, depth - 1, false) };
        self.open.truncate(before);
        if item.nullable && item.shape != Shape::Any {
            let at = parts.of("items").next().map(|(part, _)| part.at("items")).unwrap_or_default();
            self.lose(&at, Some("items"), Effect::Widened, "`null` may be among the items: `any`".to_owned());
        }
        let item = shape::member_type(item);
        let mut checks = if empty { vec!["length(it) == 0".to_owned()] } else { Vec::new() };
        let (least, most) = self.lengths(parts, "minItems", "maxItems", &mut checks);
        let mut unique = false;
        for (part, value) in parts.of("uniqueItems") {
            if *value == Json::Bool(true) {
                unique = item.is_single();
                let why = if unique {
                    "a `set`: items that stand twice are taken, and count once; their order can't be asked"
                } else {
                    "items that stand twice are taken"
                };
                self.lose(&part.at("uniqueItems"), Some("uniqueItems"), Effect::Widened, why.to_owned());
            }
        }
        used.push("uniqueItems");
        self.rest(parts, "array", &used);
        let example = match (least, &item.example) {
            (0, _) if !unique => Some("[]".to_owned()),
            // An empty set and a list are written alike in a test.
            (0, _) => Some("[]".to_owned()),
            (1, Some(one)) => Some(format!("[{one}]")),
            (2..=8, Some(one)) if !unique => Some(format!("[{}]", vec![one.as_str(); usize::try_from(least).unwrap_or(0)].join(", "))),
            _ => None,
        };
        let example = example.filter(|_| most.is_none_or(|most| least <= most) && !(empty && least > 0));
        let shape = if unique { Shape::Set(Box::new(item)) } else { Shape::List(Box::new(item)) };
        Typed { shape, checks, nullable: false, example }
    }

    /// Adds conditions on the length; returns the least and the most.
    fn lengths(&mut self, parts: &Parts<'a>, min: &'static str, max: &'static str, checks: &mut Vec<String>) -> (i64, Option<i64>) {
        let (mut least, mut most): (i64, Option<i64>) = (0, None);
        for (keyword, is_min) in [(min, true), (max, false)] {
            for (part, value) in parts.of(keyword) {
                let n = if let Json::Number(written) = value { reach_values::int::parse(written).ok().filter(|n| *n >= 0) } else { None };
                match n {
                    None => self.lose(&part.at(keyword), Some(keyword), Effect::Widened, "it is no whole number from 0 on, and is not checked".to_owned()),
                    Some(n) if is_min => least = least.max(n),
                    Some(n) => most = Some(most.unwrap_or(n).min(n)),
                }
            }
        }
        if least > 0 {
            checks.push(format!("length(it) >= {least}"));
        }
        checks.extend(most.map(|most| format!("length(it) <= {most}")));
        (least, most)
    }
}

fn left_over(ty: &str) -> bool {
    matches!(ty, "string" | "number" | "boolean" | "array" | "object" | "null")
}

/// Returns whether a keyword has a value with which it says nothing.
fn says_nothing(keyword: &str, value: &Json) -> bool {
    match keyword {
        "additionalItems" | "unevaluatedItems" | "unevaluatedProperties" | "propertyNames" => *value == Json::Bool(true),
        "minContains" | "minProperties" => *value == Json::Number("0".to_owned()),
        "patternProperties" | "dependencies" | "dependentRequired" | "dependentSchemas" => value.entries().is_empty(),
        "contentEncoding" | "contentMediaType" | "contentSchema" => false,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
