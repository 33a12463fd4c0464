//! YAML of results, as JSON.
//!
//! A tool's result is text that anybody may have written, so that what two readers of YAML could take for different things is refused:
//! tags, anchors and aliases, merge keys, directives, several documents, keys that are there twice, characters that end lines in YAML 1.1
//! and not in 1.2. Scalars are those of the core schema of YAML 1.2 (section 10.3.2), and stay text where JSON has no such number: numbers
//! are never computed with. That a plain scalar with leading zeros is text, though the schema calls it a number, is because YAML 1.1 reads
//! it as octal, or as text.

use std::collections::BTreeSet;

use reach_values::json::push_string;
use saphyr_parser::{Event, Parser, ScalarStyle};

/// The deepest nesting of lists and maps.
const DEPTH: usize = 64;
/// The most scalars, keys, lists and maps.
const NODES: usize = 100_000;

/// Returns some YAML as JSON; none when it is no YAML, or uses what JSON can't say.
pub(crate) fn to_json(text: &str) -> Option<String> {
    if text.chars().any(is_refused) || has_directive(text) {
        return None;
    }
    let mut writer = Writer::default();
    for event in Parser::new_from_str(text) {
        writer.take(event.ok()?.0)?;
    }
    writer.has_document.then_some(writer.out)
}

/// Returns whether a character is one that YAML doesn't have (the parser takes the first NUL for the end), or that ends lines in YAML 1.1
/// only.
const fn is_refused(c: char) -> bool {
    (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns whether something stands before the document that says how to read it.
fn has_directive(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let first = lines.find(|line| !matches!(line.trim_start().bytes().next(), None | Some(b'#')) && !line.starts_with("..."));
    first.is_some_and(|line| line.starts_with('%'))
}

/// A list or map that isn't at its end.
enum Open {
    /// A list, and whether it has no element yet.
    List(bool),
    /// A map.
    Map {
        keys: BTreeSet<String>,
        /// Whether the last key waits for its value.
        waiting: bool,
    },
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<Open>,
    nodes: usize,
    has_document: bool,
}

impl Writer {
    /// Takes what the parser saw; none when that is refused.
    fn take(&mut self, event: Event<'_>) -> Option<()> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Some(()),
            Event::DocumentStart(_) => (!std::mem::replace(&mut self.has_document, true)).then_some(()),
            Event::Scalar(text, style, 0, None) => self.scalar(&text, style == ScalarStyle::Plain),
            Event::SequenceStart(0, None) => self.begin('[', Open::List(true)),
            Event::MappingStart(0, None) => self.begin('{', Open::Map { keys: BTreeSet::new(), waiting: false }),
            Event::SequenceEnd => self.end(']'),
            Event::MappingEnd => self.end('}'),
            Event::Alias(_) | Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) => None,
        }
    }

    /// Counts a node and writes what stands between it and the last. Returns whether it is a key.
    fn node(&mut self) -> Option<bool> {
        self.nodes += 1;
        if self.nodes > NODES {
            return None;
        }
        match self.open.last_mut() {
            None => Some(false),
            Some(Open::List(first)) => {
                if !std::mem::replace(first, false) {
                    self.out.push(',');
                }
                Some(false)
            }
            Some(Open::Map { keys, waiting }) => {
                *waiting = !*waiting;
                if *waiting && !keys.is_empty() {
                    self.out.push(',');
                }
                Some(*waiting)
            }
        }
    }

    fn begin(&mut self, bracket: char, open: Open) -> Option<()> {
        let is_key = self.node()?;
        if is_key || self.open.len() >= DEPTH {
            return None;
        }
        self.out.push(bracket);
        self.open.push(open);
        Some(())
    }

    fn end(&mut self, bracket: char) -> Option<()> {
        self.open.pop()?;
        self.out.push(bracket);
        Some(())
    }

    fn scalar(&mut self, text: &str, plain: bool) -> Option<()> {
        if self.node()? {
            return self.key(text, plain);
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" if plain => self.out.push_str("null"),
            "true" | "True" | "TRUE" if plain => self.out.push_str("true"),
            "false" | "False" | "FALSE" if plain => self.out.push_str("false"),
            _ => match number(text).filter(|_| plain) {
                Some(number) => self.out.push_str(number),
                None => push_string(&mut self.out, text),
            },
        }
        Some(())
    }

    /// Writes a key. In JSON all keys are text; that of nothing is none, and one that merges another map in isn't one.
    fn key(&mut self, text: &str, plain: bool) -> Option<()> {
        if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL" | "<<") {
            return None;
        }
        let Some(Open::Map { keys, .. }) = self.open.last_mut() else { return None };
        if !keys.insert(text.to_owned()) {
            return None;
        }
        push_string(&mut self.out, text);
        self.out.push(':');
        Some(())
    }
}

/// Returns the number that a plain scalar is, as JSON writes it: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [-+]? [0-9]+)?` (RFC 8259,
/// section 6), after a `+` that YAML allows.
fn number(text: &str) -> Option<&str> {
    let number = text.strip_prefix('+').unwrap_or(text);
    let unsigned = if number.len() == text.len() { number.strip_prefix('-').unwrap_or(number) } else { number };
    let rest = digits(unsigned)?;
    let whole = unsigned.len() - rest.len();
    if whole > 1 && unsigned.starts_with('0') {
        return None;
    }
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => digits(fraction)?,
        None => rest,
    };
    let rest = match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))?,
        None => rest,
    };
    rest.is_empty().then_some(number)
}

/// Returns what follows the digits that a text begins with; none when there are none.
fn digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

#[cfg(test)]
mod tests;
