//! Annotations of GitHub Actions ("Workflow commands for GitHub Actions", setting a notice, warning or error message).

use super::{LintData, LintDiagnostic};

/// Returns a line for each finding.
pub fn annotations(data: &LintData) -> String {
    data.diagnostics.iter().map(annotation).collect()
}

fn annotation(entry: &LintDiagnostic) -> String {
    let d = &entry.message;
    let command = match d.level.as_str() {
        "error" => "error",
        "warning" => "warning",
        _ => "notice",
    };
    let mut properties = Vec::new();
    if let Some(file) = &d.file {
        properties.push(format!("file={}", property(file)));
    }
    if let Some(line) = d.line {
        properties.push(format!("line={line}"));
    }
    // A column counts on one line only.
    match (d.line, d.column, entry.end) {
        (Some(line), Some(column), Some([end_line, end_column])) if line == end_line => properties.push(format!("col={column},endColumn={end_column}")),
        (Some(_), Some(_), Some([end_line, _])) => properties.push(format!("endLine={end_line}")),
        _ => {}
    }
    properties.push(format!("title={}", property(&format!("{} {}", d.code, d.name))));
    let mut message = d.message.clone();
    for note in &d.notes {
        message.push_str(&format!("\nnote: {note}"));
    }
    if let Some(help) = &d.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    format!("::{command} {}::{}\n", properties.join(","), data(&message))
}

/// Escapes a message: without it, a line end would begin another command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, which `:` and `,` would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_or_begin_another_is_escaped() {
        assert_eq!(data("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
