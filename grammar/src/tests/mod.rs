mod construct;
mod generate;
mod hostile;
mod layout;
mod limits;
mod quick;
mod slips;

use reach_codes::{Sources, render};

use crate::{Limits, Parsed, parse};

/// Parses a text with the limits of the language.
fn read(text: &str) -> Parsed {
    parse(reach_codes::FileId(0), text, &Limits::LANGUAGE)
}

/// The messages of a text as people see them.
fn messages(text: &str) -> String {
    let mut sources = Sources::new();
    let id = sources.add("a.reach", text);
    render::text(&sources, &parse(id, text, &Limits::LANGUAGE).diagnostics, false)
}

/// Parses a text that must have no mistake.
fn accepted(text: &str) -> Parsed {
    let parsed = read(text);
    assert!(parsed.diagnostics.is_empty(), "{}", messages(text));
    parsed
}

/// The names of the codes that a text gives, in order.
fn codes(text: &str) -> Vec<&'static str> {
    read(text).diagnostics.iter().map(|d| d.code.name()).collect()
}
