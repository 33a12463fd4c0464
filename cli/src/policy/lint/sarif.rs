//! What was found, as SARIF.

use std::collections::BTreeSet;

use reach_codes::{Code, Example, table};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::policy::sarif;

use super::{LintData, LintDiagnostic};

/// Returns the findings as a log with one run. Its rules are all lints, and what else was found.
///
/// # Errors
/// When it has no JSON form, which is a mistake of ours.
pub fn sarif(data: &LintData) -> Result<String, Failure> {
    let found: BTreeSet<&str> = data.diagnostics.iter().map(|d| d.message.code.as_str()).collect();
    let rules: Vec<Value> = table::all().filter(|code| code.info().lint.is_some() || found.contains(code.number())).map(rule).collect();
    sarif::log(&rules, &data.diagnostics.iter().map(result).collect::<Vec<_>>())
}

fn rule(code: Code) -> Value {
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

fn result(entry: &LintDiagnostic) -> Value {
    let d = &entry.message;
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
        if let (Some([end_line, end_column]), Some(region)) = (entry.end, region.as_object_mut()) {
            region.insert("endLine".to_owned(), json!(end_line));
            region.insert("endColumn".to_owned(), json!(end_column));
        }
        result.insert("locations".to_owned(), json!([sarif::location(file, &region)]));
    }
    result
}
