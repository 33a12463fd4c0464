//! Annotations of GitHub Actions: lines on standard output that it shows beside the code.
//!
//! "Workflow commands for GitHub Actions", setting an error message; the escapes are those of its toolkit (`command.ts`).

use reach_codes::render::{JsonDiagnostic, plain};

/// What an annotation is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The file, as people find it from the folder of the repository.
    pub file: Option<&'a str>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// The line and the column where it ends.
    pub end: Option<[u32; 2]>,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `error`.
    Error,
    /// `warning`.
    Warning,
    /// `notice`.
    Notice,
}

impl Level {
    /// Returns the level for one of our diagnostics.
    pub fn of(word: &str) -> Self {
        match word {
            "error" => Self::Error,
            "warning" => Self::Warning,
            _ => Self::Notice,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// Returns an annotation, on a line of its own.
pub fn annotation(level: Level, place: Place<'_>, title: &str, message: &str) -> String {
    let mut properties = Vec::new();
    if let Some(file) = place.file {
        properties.push(format!("file={}", property(file)));
    }
    if let Some(line) = place.line {
        properties.push(format!("line={line}"));
    }
    // A column counts on one line only.
    match (place.line, place.column, place.end) {
        (Some(line), Some(column), Some([end_line, end_column])) if line == end_line => properties.push(format!("col={column},endColumn={end_column}")),
        (Some(_), Some(_), Some([end_line, _])) => properties.push(format!("endLine={end_line}")),
        (_, Some(column), None) => properties.push(format!("col={column}")),
        _ => {}
    }
    properties.push(format!("title={}", property(title)));
    format!("::{} {}::{}\n", level.word(), properties.join(","), data(message))
}

/// Returns the annotation of a diagnostic, which ends there, if that is known.
pub fn of_diagnostic(d: &JsonDiagnostic, end: Option<[u32; 2]>) -> String {
    let mut message = d.message.clone();
    for note in &d.notes {
        message.push_str(&format!("\nnote: {note}"));
    }
    if let Some(help) = &d.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    let place = Place { file: d.file.as_deref(), line: d.line, column: d.column, end };
    annotation(Level::of(&d.level), place, &format!("{} {}", d.code, d.name), &message)
}

/// Escapes a message: without it, a line end would begin another command. What else a terminal would obey is written out.
fn data(text: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| line.split('\r').map(|part| plain(part).replace('%', "%25")).collect::<Vec<_>>().join("%0D")).collect();
    lines.join("%0A")
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
        assert!(!data("a\u{1b}[31mb\u{7}\u{202e}").contains(['\u{1b}', '\u{7}', '\u{202e}']));
    }

    #[test]
    fn an_annotation_is_one_line_whatever_its_file_is_called() {
        let place = Place { file: Some("a b/ü,\n::error::x:y\u{1b}.reach"), line: Some(3), ..Place::default() };
        let line = annotation(Level::Error, place, "a test, that fails: 100 %", "expected permit\ngot forbid");
        insta::assert_snapshot!(line, @r"::error file=a b/ü%2C%0A%3A%3Aerror%3A%3Ax%3Ay\u{1b}.reach,line=3,title=a test%2C that fails%3A 100 %25::expected permit%0Agot forbid");
        assert_eq!(line.matches('\n').count(), 1);
    }
}
