//! Alternatives and enumerations.

use reach_values::json::Json;
use reach_values::{decimal, int};

use crate::loss::Effect;
use crate::names::member;

use super::parts::{Parts, push};
use super::{MEMBERS, Reader, Shape, Typed};

/// The most alternatives that are looked at.
const MAX_CHOICES: usize = 64;

/// Alternatives that a type is to be found for.
pub(super) struct Choices<'a> {
    pointer: String,
    keyword: &'static str,
    /// Each with its place in the list.
    of: Vec<(usize, &'a Json)>,
}

impl<'a> Reader<'a> {
    /// Takes the alternatives out of schemas. Where all but one are `null`, that one holds with the others.
    pub(super) fn choices(&mut self, parts: &mut Parts<'a>) -> Option<Choices<'a>> {
        let mut found: Option<Choices<'a>> = None;
        let mut i = 0;
        while let Some(part) = parts.all.get_mut(i) {
            i += 1;
            if std::mem::replace(&mut part.chosen, true) {
                continue;
            }
            let part = part.clone();
            for keyword in ["anyOf", "oneOf"] {
                let Some(list) = part.schema.get(keyword) else { continue };
                let pointer = part.at(keyword);
                let of: Vec<(usize, &Json)> = list.items().iter().enumerate().filter(|(_, choice)| !is_null(choice)).collect();
                match of.as_slice() {
                    [] if list.items().is_empty() => self.lose(&pointer, Some(keyword), Effect::Widened, "it is no list of schemas".to_owned()),
                    // Only `null` fits, which whoever asks for the type knows already.
                    [] => drop(parts.never.get_or_insert(pointer)),
                    [(n, one)] => self.gather(one, &push(&pointer, &n.to_string()), parts),
                    _ if found.is_some() => self.lose(&pointer, Some(keyword), Effect::Widened, "beside other alternatives, it is not checked".to_owned()),
                    _ => found = Some(Choices { pointer, keyword, of }),
                }
            }
        }
        found
    }

    /// Returns the narrowest type that has all alternatives.
    pub(super) fn choose(&mut self, parts: &Parts<'a>, choices: Choices<'a>, name: &str, depth: usize, whole: bool) -> Typed {
        let Choices { pointer, keyword, of } = choices;
        if of.len() > MAX_CHOICES {
            self.lose(&pointer, Some(keyword), Effect::Widened, format!("it has more than {MAX_CHOICES} alternatives: `any`"));
            return Typed::any();
        }
        let mut joined: Option<(Typed, bool)> = None;
        for (n, choice) in of {
            let before = self.open.len();
            let mut all = parts.clone();
            self.gather(choice, &push(&pointer, &n.to_string()), &mut all);
            let one = self.convert(all, name, depth - 1, whole);
            self.open.truncate(before);
            joined = Some(match joined {
                None => (one, true),
                Some((so_far, exact)) => {
                    let apart = are_apart(&so_far.shape, &one.shape);
                    let (typed, same) = so_far.join(one);
                    // Of `oneOf`, exactly one must hold.
                    (typed, exact && same && (keyword == "anyOf" || apart))
                }
            });
        }
        let (typed, exact) = joined.unwrap_or_else(|| (Typed::any(), false));
        if !exact {
            let why = match typed.shape {
                Shape::Any => "its alternatives have no type in common: `any`",
                _ => "a type is taken that has all alternatives, and more",
            };
            self.lose(&pointer, Some(keyword), Effect::Widened, why.to_owned());
        }
        typed
    }

    /// Returns the type of an enumeration.
    pub(super) fn members(&mut self, parts: &Parts<'a>) -> Typed {
        let first = parts.all.iter().find_map(|part| {
            let keyword = if part.schema.get("enum").is_some() { "enum" } else { "const" };
            part.schema.get(keyword).map(|_| (part.at(keyword), keyword))
        });
        let (at, keyword) = first.unwrap_or_default();
        let any = |reader: &mut Self, why: &str| {
            reader.lose(&at, Some(keyword), Effect::Widened, why.to_owned());
            Typed::any()
        };
        let mut values: Option<Vec<&'a Json>> = None;
        let listed = parts.of("enum").map(|(_, list)| list.items()).chain(parts.of("const").map(|(_, one)| std::slice::from_ref(one)));
        for list in listed {
            if list.len() > MEMBERS {
                return any(self, "it has more than 1,000 members: `any`");
            }
            values = Some(match values {
                None => list.iter().collect(),
                Some(before) => before.into_iter().filter(|a| list.iter().any(|b| same(a, b))).collect(),
            });
        }
        let types = self.types(parts);
        let mut kept: Vec<&'a Json> = Vec::new();
        for value in values.unwrap_or_default() {
            if *value != Json::Null && has_type(value, &types) && !kept.iter().any(|k| same(k, value)) {
                kept.push(value);
            }
        }
        let texts: Vec<String> = kept.iter().filter_map(|v| v.text()).map(str::to_owned).collect();
        let numbers: Vec<&str> = kept.iter().filter_map(|v| if let Json::Number(n) = v { Some(n.as_str()) } else { None }).collect();
        let truths: Vec<bool> = kept.iter().filter_map(|v| if let Json::Bool(b) = v { Some(*b) } else { None }).collect();
        if kept.is_empty() {
            any(self, "no value fits it, or only `null`: `any`")
        } else if texts.len() == kept.len() {
            self.rest(parts, "string", &[]);
            let example = texts.first().map(|m| member(m)).unwrap_or_default();
            Typed::new(Shape::Enum(texts), &example)
        } else if truths.len() == kept.len() {
            self.rest(parts, "boolean", &[]);
            let example = truths.first().copied().unwrap_or_default().to_string();
            let checks = if let [one] = truths.as_slice() { vec![format!("it == {one}")] } else { Vec::new() };
            Typed { checks, ..Typed::new(Shape::Bool, &example) }
        } else if numbers.len() == kept.len() {
            self.rest(parts, "number", &[]);
            let Some((shape, written)) = constants(&numbers) else {
                return any(self, "it has a number that no `decimal` is: `any`");
            };
            let example = written.first().cloned().unwrap_or_default();
            let check = if let [one] = written.as_slice() { format!("it == {one}") } else { format!("it in {{ {} }}", written.join(", ")) };
            Typed { checks: vec![check], ..Typed::new(shape, &example) }
        } else {
            self.rest(parts, "", &[]);
            any(self, "its members are not all text, or all numbers: `any`")
        }
    }
}

/// Returns numbers as they stand in a source, with their type.
fn constants(numbers: &[&str]) -> Option<(Shape, Vec<String>)> {
    let ints: Option<Vec<i64>> = numbers.iter().map(|n| int::parse(n).ok().filter(|n| *n != i64::MIN)).collect();
    if let Some(ints) = ints {
        return Some((Shape::Int, ints.iter().map(ToString::to_string).collect()));
    }
    let decimals: Option<Vec<String>> = numbers.iter().map(|n| decimal::parse(n).ok().filter(|n| *n != i128::MIN).map(decimal::format)).collect();
    Some((Shape::Decimal, decimals?))
}

/// Returns whether no value is of both types, as far as that is easily told.
fn are_apart(a: &Shape, b: &Shape) -> bool {
    if let (Shape::Enum(a), Shape::Enum(b)) = (a, b) { !a.iter().any(|m| b.contains(m)) } else { false }
}

fn is_null(schema: &Json) -> bool {
    schema.get("type").is_some_and(|ty| ty.text() == Some("null") || matches!(ty.items(), [one] if one.text() == Some("null")))
        || schema.get("const") == Some(&Json::Null)
        || schema.get("enum").is_some_and(|values| values.items() == [Json::Null])
}

/// Returns whether two values are the same to JSON Schema (2020-12 core, section 4.2.2).
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(x), Json::Number(y)) => x == y || decimal::parse(x).is_ok_and(|x| decimal::parse(y) == Ok(x)),
        _ => a == b,
    }
}

fn has_type(value: &Json, types: &[&str]) -> bool {
    let has = |t: &str| types.contains(&t);
    match value {
        Json::Null => has("null"),
        Json::Bool(_) => has("boolean"),
        Json::Text(_) => has("string"),
        Json::List(_) => has("array"),
        Json::Object(_) => has("object"),
        Json::Number(n) => has("number") || (has("integer") && int::parse(n).is_ok()),
    }
}
