//! SARIF 2.1.0 (OASIS, 27 March 2020), for services that show findings beside code.

use reach_codes::render::JsonDiagnostic;
use reach_codes::{Code, Example};
use serde_json::{Value, json};

use crate::answer::ENGINE_VERSION;
use crate::failure::Failure;

/// Returns a log with one run: its rules, and what they found.
///
/// # Errors
/// When it has no JSON form, which is a mistake of ours.
pub fn log(rules: &[Value], results: &[Value]) -> Result<String, Failure> {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "reach", "version": ENGINE_VERSION, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).map_err(|e| Failure::output(e.into()))
}

/// Returns a place in a file. `region` has `startLine` and what more is known.
pub fn location(path: &str, region: &Value) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) }, "region": region } })
}

/// Returns a path as a relative reference (RFC 3986, section 4.2).
pub fn uri(path: &str) -> String {
    let mut out = String::new();
    for b in path.replace('\\', "/").bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// Returns what a code says of itself.
pub fn rule(code: Code) -> Value {
    let info = code.info();
    let mut help = info.explanation.to_owned();
    if let Example::Pack { pack, .. } = info.example {
        help.push_str(&format!("\n\nWith the pack `{}`:\n\n```reach\n{}\n```", Example::PACK, pack.trim_end()));
    }
    if let Some((bad, good)) = info.example.policies() {
        help.push_str(&format!("\n\nThis gives it:\n\n```reach\n{}\n```\n\nThis does not:\n\n```reach\n{}\n```\n", bad.trim_end(), good.trim_end()));
    }
    let mut rule = json!({
        "id": info.name,
        "name": info.number,
        "shortDescription": { "text": sentence(info.summary) },
        "fullDescription": { "text": info.explanation },
        "help": { "text": info.explanation, "markdown": help },
        "defaultConfiguration": { "level": info.level.word() },
    });
    if let (Some(lint), Some(rule)) = (info.lint, rule.as_object_mut()) {
        rule.insert("properties".to_owned(), json!({ "category": lint.category.word(), "tags": [lint.category.word()] }));
    }
    rule
}

/// Returns a summary as a sentence.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let capital = chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect());
    format!("{capital}.")
}

/// Returns a diagnostic as a result, which ends there, if that is known.
pub fn result(d: &JsonDiagnostic, end: Option<[u32; 2]>) -> Value {
    let mut text = d.message.clone();
    for note in &d.notes {
        text.push_str(&format!("\nnote: {note}"));
    }
    if let Some(help) = &d.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    let mut result = json!({ "ruleId": d.name, "level": d.level, "message": { "text": text } });
    if let (Some(file), Some(line), Some(column), Some(result)) = (&d.file, d.line, d.column, result.as_object_mut()) {
        let mut region = json!({ "startLine": line, "startColumn": column });
        if let (Some([end_line, end_column]), Some(region)) = (end, region.as_object_mut()) {
            region.insert("endLine".to_owned(), json!(end_line));
            region.insert("endColumn".to_owned(), json!(end_column));
        }
        result.insert("locations".to_owned(), json!([location(file, &region)]));
    }
    result
}
