//! What a test expects of a decision, beside what came.

use std::cell::OnceCell;
use std::collections::HashMap;

use reach_compiler::ir::{Expect, TestItem};
use reach_engine::{Decision, Session};
use reach_values::decimal;
use reach_values::json::{JsonError, Kind, Reader, push_string};

/// The steps of a test by their identities.
pub(crate) struct Steps<'t> {
    items: &'t [TestItem],
    /// Made when the first event asks that is no step itself.
    by_id: OnceCell<HashMap<String, &'t str>>,
}

impl<'t> Steps<'t> {
    pub(crate) const fn of(items: &'t [TestItem]) -> Self {
        Self { items, by_id: OnceCell::new() }
    }

    /// Returns the event of the step that a decision upon an event is about: that step itself, or the one that is approved.
    pub(crate) fn decided(&self, event: &'t str) -> &'t str {
        if Session::is_step(event) {
            return event;
        }
        let by_id = self.by_id.get_or_init(|| {
            let steps = self.items.iter().map(|item| item.event.as_str()).filter(|event| Session::is_step(event));
            steps.filter_map(|event| Some((text_field(event, "id")?, event))).collect()
        });
        text_field(event, "step").and_then(|id| by_id.get(&id).copied()).unwrap_or(event)
    }
}

/// Returns the event's own arguments, as they came: an object, empty where there is none.
fn own_args(event: &str) -> String {
    field(event, "args").unwrap_or("{}").to_owned()
}

/// Returns a field of an event that is text.
fn text_field(event: &str, name: &str) -> Option<String> {
    let (value, mut scratch) = (field(event, name)?, String::new());
    let text = Reader::new(value).string(&mut scratch).ok()?;
    Some(text.text(value, &scratch).to_owned())
}

/// Returns a field of an event, as it came.
fn field<'e>(event: &'e str, name: &str) -> Option<&'e str> {
    let read = || -> Result<Option<&'e str>, JsonError> {
        let (mut reader, mut scratch) = (Reader::new(event), String::new());
        reader.begin_object()?;
        while let Some(key) = reader.next_key(&mut scratch)? {
            reader.peek()?;
            let start = reader.offset();
            reader.skip_value()?;
            if key.text(event, &scratch) == name {
                return Ok(event.get(start..reader.offset()));
            }
        }
        Ok(None)
    };
    read().ok().flatten()
}

/// Returns whether a decision is as expected; `event` is that of the step which it is about.
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

    #[test]
    fn a_decision_upon_an_approval_is_about_the_step_that_is_approved() {
        let events = [
            r#"{"type":"call","id":"a \u0022b\u0022","name":"t","args":{"n":1}}"#,
            r#"{"type":"spawn","agent":"x","name":"u","args":{"n":2},"id":"c"}"#,
            r#"{"type":"result","step":"c","id":"a"}"#,
            r#"{"type":"approval","step":"a \"b\"","granted":true}"#,
            r#"{"type":"approval","granted":true,"step":"c"}"#,
            r#"{"type":"approval","step":"a","granted":true}"#,
        ];
        let items = events.map(|event| TestItem { event: event.to_owned(), expect: None, span: reach_codes::Span::default() });
        let steps = Steps::of(&items);
        let decided = items.each_ref().map(|item| own_args(steps.decided(&item.event)));
        assert_eq!(decided, [r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":2}"#, r#"{"n":1}"#, r#"{"n":2}"#, "{}"]);
    }
}
