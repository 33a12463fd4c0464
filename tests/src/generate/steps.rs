//! Events for a bundle.

use super::bundle::{GeneratedBundle, ToolModel};
use super::choices::Choices;
use super::literals::{json_value, quote};
use super::types::{FieldModel, Ty};

/// Writes a `start` or `context` event; some fields may be missing or of another type.
#[must_use]
pub fn generate_context(word: &str, bundle: &GeneratedBundle, c: &mut Choices<'_>) -> String {
    let fields = fields(&bundle.context, bundle, c, word == "start");
    format!(r#"{{"type":"{word}","context":{{{fields}}},"at":"2026-01-01T00:00:00Z"}}"#)
}

/// Writes a step with an identity of its own.
#[must_use]
pub fn generate_step(id: usize, bundle: &GeneratedBundle, c: &mut Choices<'_>) -> String {
    let tool: &ToolModel = &bundle.tools[c.below(bundle.tools.len())];
    let name = if c.chance(4) { "nobody_knows_it".to_owned() } else { tool.name.clone() };
    let mut text = format!(r#"{{"type":"{}","id":"s{id}""#, tool.kind);
    if tool.kind != "say" {
        text.push_str(&format!(r#","name":{}"#, quote(&name)));
    }
    let args = fields(&tool.args, bundle, c, true);
    if !args.is_empty() || c.chance(50) {
        text.push_str(&format!(r#","args":{{{args}}}"#));
    }
    if !tool.facts.is_empty() && !c.chance(10) {
        text.push_str(&format!(r#","facts":{{{}}}"#, fields(&tool.facts, bundle, c, false)));
    }
    if let Some(pinned) = &tool.pinned {
        match c.below(10) {
            0 => {}
            1 => text.push_str(r#","definition":"sha256:00""#),
            _ => text.push_str(&format!(r#","definition":"{pinned}""#)),
        }
    }
    let agent = if c.chance(5) { r#","agent":"main""# } else { "" };
    // Time does not go back; mostly it stands on a boundary that literals have too.
    let at = match c.below(20) {
        0..=15 => "2026-01-01T00:00:00Z",
        16 | 17 => "2026-01-01T01:00:00+01:00",
        18 => "2025-12-31T23:59:59Z",
        _ => "2026-01-01T00:00:00.0Z",
    };
    format!(r#"{text}{agent},"at":"{at}"}}"#)
}

/// Writes the members of an object of fields: mostly as declared, now and then not.
fn fields(fields: &[FieldModel], bundle: &GeneratedBundle, c: &mut Choices<'_>, required: bool) -> String {
    let mut members = Vec::new();
    for field in fields {
        let absent = match field.ty {
            Ty::Optional(_) => c.chance(30),
            _ => c.chance(if required { 1 } else { 15 }),
        };
        if absent {
            continue;
        }
        let value = if c.chance(1) { wrong(c) } else { json_value(&field.ty, c, &bundle.pool, field.from_text, field.how) };
        members.push(format!("{}:{value}", quote(&field.name)));
        if c.below(200) == 199 {
            members.push(format!("{}:{value}", quote(&field.name)));
        }
    }
    if c.below(100) == 99 {
        members.push(r#""surprise":1"#.to_owned());
    }
    members.join(",")
}

/// A value that fits few types.
fn wrong(c: &mut Choices<'_>) -> String {
    (*c.pick(&["null", "1.5", "\"\"", "\"\\u0000\"", "[[]]", "{\"a\":{}}", "1e999999999", "-0", "\"9999-99-99\"", "123456789012345678901234567890"])).to_owned()
}
