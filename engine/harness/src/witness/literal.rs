//! Values of events as tests write them, by the types that are declared.

use reach_compiler::ir::{Field, Type};
use reach_values::{decimal, time};

use super::Json;
use reach_grammar::{is_word, quoted};

/// Why something can't stand in a test.
pub type Unwritten = String;

/// Writes an object as bindings, typed by declared fields: `recipient: "GB29", amount: 900`. What is absent is left out.
///
/// # Errors
/// When a value has no form in tests.
pub fn fields(object: &Json, declared: &[Field]) -> Result<String, Unwritten> {
    let there = object.entries().iter().filter(|(_, value)| *value != Json::Null);
    let written = there.map(|(name, value)| {
        let value = match declared.iter().find(|f| f.name == *name) {
            Some(field) => declared_value(field, value),
            None => literal(value),
        };
        Ok(format!("{}: {}", key(name), value?))
    });
    Ok(written.collect::<Result<Vec<_>, Unwritten>>()?.join(", "))
}

/// Writes an object as bindings whose types nothing says.
///
/// # Errors
/// When a value has no form in tests.
pub fn untyped(object: &Json) -> Result<String, Unwritten> {
    let written = object.entries().iter().map(|(name, value)| Ok(format!("{}: {}", key(name), literal(value)?)));
    Ok(written.collect::<Result<Vec<_>, Unwritten>>()?.join(", "))
}

fn declared_value(field: &Field, value: &Json) -> Result<String, Unwritten> {
    match (&field.ty, value) {
        // A text that stands for a whole list, or that only its field's own way of reading understands, stays one.
        (_, Json::Text(text)) if field.from_text => Ok(quoted(text)),
        (_, Json::Text(text)) if field.reading.is_some() => Ok(quoted(text)),
        (ty, value) => typed(ty, value),
    }
}

/// Writes a value of a type. What does not fit is written as it stands.
fn typed(ty: &Type, value: &Json) -> Result<String, Unwritten> {
    match (ty, value) {
        (Type::Optional(of), value) => typed(of, value),
        (Type::Int | Type::Decimal, Json::Number(digits) | Json::Text(digits)) => Ok(decimal::parse(digits).map_or_else(|_| quoted(digits), decimal::format)),
        (Type::Time, Json::Text(text)) => Ok(time::parse_time(text).map_or_else(|_| quoted(text), time::format_time)),
        (Type::Date, Json::Text(text)) => Ok(time::parse_date(text).map_or_else(|_| quoted(text), time::format_date)),
        (Type::Duration, Json::Text(text)) => Ok(time::parse_duration(text).map_or_else(|_| quoted(text), time::format_duration)),
        (Type::Set(of), Json::List(items)) => each(items, |item| typed(of, item), ["{ ", " }"], "{}"),
        (Type::List(of), Json::List(items)) => each(items, |item| typed(of, item), ["[", "]"], "[]"),
        (Type::Map(of), Json::Object(entries)) => record(entries, |_| Some(of.as_ref())),
        (Type::Record(fields), Json::Object(entries)) => record(entries, |name| fields.iter().find(|(n, _)| n == name).map(|(_, ty)| ty)),
        (_, value) => literal(value),
    }
}

/// Writes the content of a result, or a value of which nothing says the type.
///
/// # Errors
/// When it has no form in tests.
pub fn literal(value: &Json) -> Result<String, Unwritten> {
    match value {
        Json::Null => Err("`null` has no form in tests".to_owned()),
        Json::Bool(truth) => Ok(truth.to_string()),
        Json::Number(digits) => Ok(digits.clone()),
        Json::Text(text) => Ok(quoted(text)),
        Json::List(items) => each(items, literal, ["[", "]"], "[]"),
        Json::Object(entries) => {
            let written = entries.iter().map(|(name, value)| Ok(format!("{}: {}", key(name), literal(value)?)));
            braces(&written.collect::<Result<Vec<_>, Unwritten>>()?)
        }
    }
}

fn record<'t>(entries: &[(String, Json)], ty: impl Fn(&str) -> Option<&'t Type>) -> Result<String, Unwritten> {
    let mut written = Vec::new();
    for (name, value) in entries {
        let value = match (ty(name), value) {
            // What is absent is left out, as a host would.
            (Some(Type::Optional(_)), Json::Null) => continue,
            (Some(ty), value) => typed(ty, value),
            (None, value) => literal(value),
        };
        written.push(format!("{}: {}", key(name), value?));
    }
    braces(&written)
}

fn braces(written: &[String]) -> Result<String, Unwritten> {
    Ok(if written.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", written.join(", ")) })
}

fn each(items: &[Json], write: impl Fn(&Json) -> Result<String, Unwritten>, [open, close]: [&str; 2], none: &str) -> Result<String, Unwritten> {
    let written = items.iter().map(write).collect::<Result<Vec<_>, Unwritten>>()?;
    Ok(if written.is_empty() { none.to_owned() } else { format!("{open}{}{close}", written.join(", ")) })
}

/// Returns a name before `:`.
fn key(name: &str) -> String {
    if is_word(name) { name.to_owned() } else { quoted(name) }
}
