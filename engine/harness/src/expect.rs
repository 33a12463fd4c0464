//! What a test expects of a decision, beside what came.

use reach_compiler::ir::Expect;
use reach_engine::Decision;
use reach_values::decimal;
use reach_values::json::{JsonError, Kind, Reader, push_string};

/// Returns the event's own arguments, as they came: an object, empty where there is none.
fn own_args(event: &str) -> String {
    let read = || -> Result<Option<String>, JsonError> {
        let (mut reader, mut scratch) = (Reader::new(event), String::new());
        reader.begin_object()?;
        while let Some(key) = reader.next_key(&mut scratch)? {
            reader.peek()?;
            let start = reader.offset();
            reader.skip_value()?;
            if key.text(event, &scratch) == "args" {
                return Ok(event.get(start..reader.offset()).map(str::to_owned));
            }
        }
        Ok(None)
    };
    read().ok().flatten().unwrap_or_else(|| "{}".to_owned())
}

/// Returns whether a decision is as expected.
pub(crate) fn fits(expect: &Expect, decision: &Decision, event: &str) -> bool {
    decision.effect.word() == expect.effect
        && expect.by.iter().all(|name| decision.rules.iter().any(|r| r.rule == *name))
        && expect.because.as_ref().is_none_or(|said| decision.rules.iter().any(|r| r.message.as_ref() == Some(said)))
        && expect.args.as_ref().is_none_or(|args| same_json(args, &used_args(decision, event)))
}

fn used_args(decision: &Decision, event: &str) -> String {
    decision.args.as_ref().map_or_else(|| own_args(event), |args| args.get().to_owned())
}

/// Returns what was expected, as the test would say it.
pub(crate) fn expected(expect: &Expect) -> String {
    let mut out = expect.effect.clone();
    if !expect.by.is_empty() {
        out.push_str(&format!(" by {}", expect.by.join(", ")));
    }
    if let Some(said) = &expect.because {
        out.push_str(" because ");
        push_string(&mut out, said);
    }
    if let Some(args) = &expect.args {
        out.push_str(&format!(" with args {args}"));
    }
    out
}

/// Returns what came, with as much as the expectation speaks of.
pub(crate) fn actual(expect: &Expect, decision: &Decision, event: &str) -> String {
    let names: Vec<&str> = decision.rules.iter().map(|r| r.rule.as_str()).collect();
    let mut out = format!("{} by {}", decision.effect.word(), names.join(", "));
    if expect.because.is_some() || decision.rules.iter().any(|r| r.file.is_none()) {
        for said in decision.rules.iter().filter_map(|r| r.message.as_ref()) {
            out.push_str(" because ");
            push_string(&mut out, said);
        }
    }
    if expect.args.is_some() {
        out.push_str(&format!(" with args {}", used_args(decision, event)));
    }
    out
}

/// Returns whether two texts are the same JSON: keys in any order, numbers by their value.
fn same_json(a: &str, b: &str) -> bool {
    matches!((normal(a), normal(b)), (Ok(a), Ok(b)) if a == b)
}

fn normal(text: &str) -> Result<String, JsonError> {
    let (mut reader, mut out) = (Reader::new(text), String::new());
    write_normal(text, &mut reader, &mut out)?;
    reader.end()?;
    Ok(out)
}

/// Writes a value with sorted keys and plain numbers. Recurses as deep as the reader allows.
fn write_normal(text: &str, reader: &mut Reader<'_>, out: &mut String) -> Result<(), JsonError> {
    let mut scratch = String::new();
    match reader.peek()? {
        Kind::Null => {
            reader.null()?;
            out.push_str("null");
        }
        Kind::Bool => out.push_str(if reader.bool()? { "true" } else { "false" }),
        Kind::Number => {
            let written = reader.number()?;
            out.push_str(&decimal::parse(written).map_or_else(|_| written.to_owned(), decimal::format));
        }
        Kind::String => push_string(out, reader.string(&mut scratch)?.text(text, &scratch)),
        Kind::Array => {
            reader.begin_array()?;
            out.push('[');
            while reader.next_element()? {
                write_normal(text, reader, out)?;
                out.push(',');
            }
            out.push(']');
        }
        Kind::Object => {
            reader.begin_object()?;
            let mut fields = Vec::new();
            while let Some(key) = reader.next_key(&mut scratch)? {
                let key = key.text(text, &scratch).to_owned();
                let mut value = String::new();
                write_normal(text, reader, &mut value)?;
                // An absent optional is the same as one that is null.
                if value != "null" {
                    fields.push((key, value));
                }
            }
            fields.sort();
            out.push('{');
            for (key, value) in fields {
                push_string(out, &key);
                out.push(':');
                out.push_str(&value);
                out.push(',');
            }
            out.push('}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_compared_by_meaning() {
        assert!(same_json(r#"{"a":1.0,"b":[1e2,"x"]}"#, r#"{ "b": [100, "\u0078"], "a": 1, "c": null }"#));
        assert!(!same_json(r#"{"a":0.1}"#, r#"{"a":0.10000000000000001}"#));
        assert!(!same_json(r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#));
        assert!(!same_json("1", "\"1\""));
    }

    #[test]
    fn the_events_own_arguments_are_found_wherever_they_stand() {
        assert_eq!(own_args(r#"{"type":"call","args" : {"a":[1]} ,"name":"t"}"#), r#"{"a":[1]}"#);
        assert_eq!(own_args(r#"{"type":"call"}"#), "{}");
    }
}
