//! Renders diagnostics: text for people (codespan-reporting), JSON.

mod excerpt;
mod ink;
mod number;

use codespan_reporting::diagnostic as cs;
use codespan_reporting::term;
use schemars::JsonSchema;
use serde::Serialize;

pub use excerpt::plain;
pub use ink::Ink;
pub use number::{count, number};

use crate::{Diagnostic, FileId, Level, Sources, Span};

/// Renders diagnostics as text, in the given order, each followed by an empty line. Colours are ANSI escapes.
///
/// Of each place the first line is shown, of a long line the part around the place. Control characters of sources and
/// messages are shown, never sent to the terminal. No line ends in blanks.
#[must_use]
pub fn text(sources: &Sources, diagnostics: &[Diagnostic], color: bool) -> String {
    let config = term::Config::default();
    let mut out = String::new();
    for d in diagnostics {
        let excerpt = excerpt::Excerpt::new(sources, d);
        let mut rendered = to_codespan(&excerpt, d);
        // Of a file that could not be read there is no line to show.
        if let Some(source) = d.span().and_then(|s| sources.get(s.file)).filter(|s| s.text.is_empty()) {
            rendered.labels.clear();
            rendered.notes.insert(0, format!("in {}", plain(&source.name)));
        }
        let done = if color {
            let mut writer = term::termcolor::Ansi::new(Vec::new());
            term::emit_to_write_style(&mut writer, &config, &excerpt, &rendered).map(|()| String::from_utf8_lossy(&writer.into_inner()).into_owned())
        } else {
            let mut plain = String::new();
            term::emit_to_string(&mut plain, &config, &excerpt, &rendered).map(|()| plain)
        };
        let done = done.unwrap_or_else(|_| format!("{}[{}]: {}\n\n", d.level.word(), d.code.number(), plain(&d.message)));
        for line in done.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

fn to_codespan(excerpt: &excerpt::Excerpt<'_>, d: &Diagnostic) -> cs::Diagnostic<FileId> {
    let severity = match d.level {
        Level::Error => cs::Severity::Error,
        Level::Warning => cs::Severity::Warning,
        Level::Note => cs::Severity::Note,
    };
    let label = |style, l: &crate::Label| excerpt.place(l.span).map(|at| cs::Label::new(style, l.span.file, at).with_message(plain(&l.text)));
    let mut labels: Vec<_> = d.primary.iter().filter_map(|l| label(cs::LabelStyle::Primary, l)).collect();
    labels.extend(d.others.iter().filter_map(|l| label(cs::LabelStyle::Secondary, l)));
    let mut notes: Vec<String> = d.notes.iter().map(|n| format!("note: {}", plain(n))).collect();
    notes.extend(d.help.iter().map(|h| format!("help: {}", plain(h))));
    cs::Diagnostic::new(severity)
        .with_code(format!("{} {}", d.code.number(), d.code.name()))
        .with_message(plain(&d.message))
        .with_labels(labels)
        .with_notes(notes)
}

/// A diagnostic as it stands in JSON output, in `data.diagnostics[]`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct JsonDiagnostic {
    /// The short form of the code, for example `E1003`.
    pub code: String,
    /// The kebab-case name of the code.
    pub name: String,
    /// `error`, `warning` or `note`.
    pub level: String,
    /// What is wrong.
    pub message: String,
    /// The file, as it was named on the command line; absent when no file is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column, from one, in Unicode scalar values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The half-open byte range in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<[u32; 2]>,
    /// Why it is so.
    pub notes: Vec<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Returns a diagnostic in its JSON form. Other places become notes.
#[must_use]
pub fn json(sources: &Sources, d: &Diagnostic) -> JsonDiagnostic {
    let place = |s: Span| (sources.get(s.file).map(|f| f.name.clone()), sources.position(s));
    let primary = d.span().map(|s| (place(s), s));
    let mut notes = d.notes.clone();
    for other in &d.others {
        let (file, at) = place(other.span);
        notes.push(format!("{}:{}:{}: {}", file.unwrap_or_default(), at.line, at.column, other.text));
    }
    JsonDiagnostic {
        code: d.code.number().to_owned(),
        name: d.code.name().to_owned(),
        level: d.level.word().to_owned(),
        message: d.message.clone(),
        file: primary.as_ref().and_then(|((f, _), _)| f.clone()),
        line: primary.as_ref().map(|((_, p), _)| p.line),
        column: primary.as_ref().map(|((_, p), _)| p.column),
        span: primary.as_ref().map(|(_, s)| [s.start, s.end]),
        notes,
        help: d.help.clone(),
    }
}
