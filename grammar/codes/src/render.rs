//! Renders diagnostics: text for people (codespan-reporting), JSON.

use codespan_reporting::diagnostic as cs;
use codespan_reporting::files;
use codespan_reporting::term;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Diagnostic, FileId, Level, Sources, Span};

/// Renders diagnostics as text, in the given order, each followed by an empty line. Colours are ANSI escapes.
#[must_use]
pub fn text(sources: &Sources, diagnostics: &[Diagnostic], color: bool) -> String {
    let config = term::Config::default();
    let mut out = String::new();
    for d in diagnostics {
        let rendered = to_codespan(d);
        let files = Files(sources);
        let done = if color {
            let mut writer = term::termcolor::Ansi::new(Vec::new());
            term::emit_to_write_style(&mut writer, &config, &files, &rendered).map(|()| String::from_utf8_lossy(&writer.into_inner()).into_owned())
        } else {
            let mut plain = String::new();
            term::emit_to_string(&mut plain, &config, &files, &rendered).map(|()| plain)
        };
        out.push_str(&done.unwrap_or_else(|_| format!("{}[{}]: {}\n", d.level.word(), d.code.number(), d.message)));
    }
    out
}

fn to_codespan(d: &Diagnostic) -> cs::Diagnostic<FileId> {
    let severity = match d.level {
        Level::Error => cs::Severity::Error,
        Level::Warning => cs::Severity::Warning,
        Level::Note => cs::Severity::Note,
    };
    let label = |style, l: &crate::Label| cs::Label::new(style, l.span.file, l.span.start as usize..l.span.end as usize).with_message(l.text.clone());
    let mut labels: Vec<_> = d.primary.iter().map(|l| label(cs::LabelStyle::Primary, l)).collect();
    labels.extend(d.others.iter().map(|l| label(cs::LabelStyle::Secondary, l)));
    let mut notes: Vec<String> = d.notes.iter().map(|n| format!("note: {n}")).collect();
    notes.extend(d.help.iter().map(|h| format!("help: {h}")));
    cs::Diagnostic::new(severity).with_code(format!("{} {}", d.code.number(), d.code.name())).with_message(&d.message).with_labels(labels).with_notes(notes)
}

struct Files<'a>(&'a Sources);

impl<'a> files::Files<'a> for Files<'a> {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<&'a str, files::Error> {
        self.0.get(id).map(|f| f.name.as_str()).ok_or(files::Error::FileMissing)
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, files::Error> {
        self.0.get(id).map(|f| f.text.as_str()).ok_or(files::Error::FileMissing)
    }

    fn line_index(&'a self, id: FileId, byte_index: usize) -> Result<usize, files::Error> {
        let file = self.0.get(id).ok_or(files::Error::FileMissing)?;
        Ok(file.position(u32::try_from(byte_index).unwrap_or(u32::MAX)).line as usize - 1)
    }

    fn line_range(&'a self, id: FileId, line_index: usize) -> Result<std::ops::Range<usize>, files::Error> {
        let file = self.0.get(id).ok_or(files::Error::FileMissing)?;
        file.line_range(line_index).ok_or(files::Error::LineTooLarge { given: line_index, max: file.line_count() })
    }
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
