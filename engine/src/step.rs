//! Steps as a host holds them: typed, with no JSON between.

use reach_evaluator::image::StepKind;
use reach_values::json::push_string;
use reach_values::{decimal, time};

/// A step that an agent wants to take, for [`crate::Session::decide_step`].
///
/// It means what [`Step::to_line`] writes. The host keeps the values where they are; nothing is copied until it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// What kind of step it is.
    pub kind: StepKind,
    /// The name of the tool, agent or model, or the address of the resource; not used of what is said.
    pub name: &'a str,
    /// What tells it from the session's other steps.
    pub id: &'a str,
    /// Who takes it; the main agent if nobody is named.
    pub agent: Option<&'a str>,
    /// When, in nanoseconds since 1970-01-01T00:00:00Z.
    pub at_ns: i128,
    /// The digest of the tool's definition, as the host has it.
    pub definition: Option<&'a str>,
    /// The arguments by name.
    pub args: &'a [(&'a str, Arg<'a>)],
    /// What the host knows of the step.
    pub facts: &'a [(&'a str, Arg<'a>)],
}

/// A value of a step.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number, in units of 10^-18: [`Arg::decimal`] reads one.
    Decimal(i128),
    /// A time, in nanoseconds since 1970-01-01T00:00:00Z.
    Time(i128),
    /// A date, in days since 1970-01-01.
    Date(i128),
    /// A duration, in nanoseconds.
    Duration(i128),
    /// Text of any type: a path, a URL, a command line, an id.
    Text(&'a str),
    /// A list or set.
    List(&'a [Self]),
    /// A record or map.
    Object(&'a [(&'a str, Self)]),
}

impl Arg<'_> {
    /// Reads a decimal number as it is written, exactly.
    ///
    /// # Errors
    /// When it is no JSON number, out of range or has more than 18 decimal places.
    pub fn decimal(written: &str) -> Result<Self, reach_values::NumberError> {
        decimal::parse(written).map(Self::Decimal)
    }

    /// Appends it as JSON. What is no time, date or duration is written as a number, which nothing takes for one.
    fn write(&self, out: &mut String) {
        let written = |known: bool, n: i128, format: fn(i128) -> String| if known { format!("\"{}\"", format(n)) } else { n.to_string() };
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Int(n) => out.push_str(&n.to_string()),
            Self::Decimal(n) => out.push_str(&decimal::format(*n)),
            Self::Time(n) => out.push_str(&written(time::is_time(*n), *n, time::format_time)),
            Self::Date(n) => out.push_str(&written(time::is_date(*n), *n, time::format_date)),
            Self::Duration(n) => out.push_str(&written(time::is_duration(*n), *n, time::format_duration)),
            Self::Text(text) => push_string(out, text),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(fields) => write_object(fields, out),
        }
    }

    /// Returns a number of bytes that its JSON is not longer than.
    fn most_bytes(&self) -> usize {
        match self {
            // An `i128` has at most 39 digits, a time at most 30 characters, and a duration fewer than 50.
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Decimal(_) | Self::Time(_) | Self::Date(_) | Self::Duration(_) => 64,
            Self::Text(text) => most_bytes_of(text),
            Self::List(items) => items.iter().fold(2, |sum: usize, item| sum.saturating_add(item.most_bytes()).saturating_add(1)),
            Self::Object(fields) => most_bytes_of_object(fields),
        }
    }
}

impl Step<'_> {
    /// Writes the step as the event that it is, for [`crate::Session::event`], which records what came; `session` is the session's name.
    #[must_use]
    pub fn to_line(&self, session: Option<&str>) -> String {
        let mut out = String::from("{");
        let mut word = |name: &str, value: &str| {
            out.push_str(if out.len() > 1 { "," } else { "" });
            push_string(&mut out, name);
            out.push(':');
            push_string(&mut out, value);
        };
        if let Some(session) = session {
            word("session", session);
        }
        word("type", self.kind.word());
        word("id", self.id);
        if let Some(agent) = self.agent {
            word("agent", agent);
        }
        if self.kind != StepKind::Say {
            word("name", self.name);
        }
        if let Some(definition) = self.definition {
            word("definition", definition);
        }
        for (name, fields) in [("args", self.args), ("facts", self.facts)] {
            out.push_str(",\"");
            out.push_str(name);
            out.push_str("\":");
            write_object(fields, &mut out);
        }
        out.push_str(",\"at\":");
        Arg::Time(self.at_ns).write(&mut out);
        out.push('}');
        out
    }

    /// Returns a number of bytes that its line is not longer than, without a session's name.
    pub(crate) fn most_bytes(&self) -> usize {
        // The words of the envelope and their punctuation are fewer than 200 bytes.
        let words = [self.name, self.id, self.agent.unwrap_or(""), self.definition.unwrap_or("")].into_iter().map(most_bytes_of);
        words.chain([self.args, self.facts].map(most_bytes_of_object)).fold(264, usize::saturating_add)
    }
}

fn write_object(fields: &[(&str, Arg<'_>)], out: &mut String) {
    out.push('{');
    for (at, (name, value)) in fields.iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        push_string(out, name);
        out.push(':');
        value.write(out);
    }
    out.push('}');
}

/// A byte is escaped by at most six.
const fn most_bytes_of(text: &str) -> usize {
    text.len().saturating_mul(6).saturating_add(2)
}

fn most_bytes_of_object(fields: &[(&str, Arg<'_>)]) -> usize {
    fields.iter().fold(2, |sum: usize, (name, value)| sum.saturating_add(most_bytes_of(name)).saturating_add(value.most_bytes()).saturating_add(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_written_as_its_event() {
        let args = [
            ("to", Arg::Text("a\"b\n")),
            ("amount", Arg::decimal("249.950").unwrap()),
            ("n", Arg::Int(-3)),
            ("tags", Arg::List(&[Arg::Bool(true), Arg::Null])),
            ("when", Arg::Date(0)),
            ("wait", Arg::Duration(90_000_000_000)),
            ("in", Arg::Object(&[("x", Arg::Time(0))])),
        ];
        let step = Step { kind: StepKind::Call, name: "pay", id: "c1", agent: Some("main"), at_ns: 1, definition: None, args: &args, facts: &[] };
        assert_eq!(
            step.to_line(Some("s")),
            r#"{"session":"s","type":"call","id":"c1","agent":"main","name":"pay","args":{"to":"a\"b\n","amount":249.95,"n":-3,"tags":[true,null],"when":"1970-01-01","wait":"1m30s","in":{"x":"1970-01-01T00:00:00Z"}},"facts":{},"at":"1970-01-01T00:00:00.000000001Z"}"#
        );
        assert!(step.most_bytes() >= step.to_line(None).len());
        let said = Step { kind: StepKind::Say, name: "ignored", at_ns: i128::MAX, args: &[], ..step };
        assert_eq!(said.to_line(None), format!(r#"{{"type":"say","id":"c1","agent":"main","args":{{}},"facts":{{}},"at":{}}}"#, i128::MAX));
        assert!(said.most_bytes() >= said.to_line(None).len());
    }
}
