//! The part of the sources that one message shows: its lines alone, long ones cut, nothing that a terminal would obey.
//!
//! A source may be one line of a mebibyte, may hold escape sequences, and may have thousands of mistakes. So the renderer
//! never sees whole files: each message gets a copy of the few lines that it points at.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use codespan_reporting::files;

use crate::{Diagnostic, FileId, Source, Sources, Span};

/// How many characters of a line are shown.
const WIDTH: usize = 160;
/// How many characters stand before the first label of a line that is cut.
const LEAD: usize = 40;

/// The lines that one message shows.
pub(super) struct Excerpt<'a> {
    sources: &'a Sources,
    files: BTreeMap<FileId, Shown>,
}

#[derive(Default)]
struct Shown {
    text: String,
    lines: BTreeMap<usize, Line>,
}

/// A line of a source, as it is shown.
struct Line {
    /// Where it stands in the shown text.
    at: Range<usize>,
    /// For each shown character: where it stands in the source, and where in the shown text. The last one is the line's end.
    map: Vec<(usize, usize)>,
}

impl<'a> Excerpt<'a> {
    pub(super) fn new(sources: &'a Sources, d: &Diagnostic) -> Self {
        // The first label of each line decides which part of a long line is shown; the primary one comes first.
        let mut wanted: BTreeMap<FileId, BTreeMap<usize, usize>> = BTreeMap::new();
        for span in d.primary.iter().chain(&d.others).map(|l| l.span) {
            if let Some(source) = sources.get(span.file) {
                let start = (span.start as usize).min(source.text.len());
                wanted.entry(span.file).or_default().entry(line_of(source, start)).or_insert(start);
            }
        }
        let mut shown = BTreeMap::new();
        for (id, mut lines) in wanted {
            let Some(source) = sources.get(id) else { continue };
            // A single line between two is shown rather than a mark that something was left out.
            let between: Vec<usize> = lines.keys().zip(lines.keys().skip(1)).filter(|(a, b)| *b - *a == 2).map(|(a, _)| a + 1).collect();
            for index in between {
                lines.entry(index).or_insert_with(|| source.line_range(index).map_or(0, |r| r.start));
            }
            let mut file = Shown::default();
            for (index, focus) in lines {
                file.push(source, index, focus);
            }
            shown.insert(id, file);
        }
        Self { sources, files: shown }
    }

    /// Returns where a span stands in the shown text; of a span of several lines, its first line. None when the file is unknown.
    pub(super) fn place(&self, span: Span) -> Option<Range<usize>> {
        let source = self.sources.get(span.file)?;
        let line = self.files.get(&span.file)?.lines.get(&line_of(source, (span.start as usize).min(source.text.len())))?;
        let start = line.shown(span.start as usize);
        Some(start..line.shown(span.end as usize).max(start))
    }

    fn file(&self, id: FileId) -> Result<(&'a Source, &Shown), files::Error> {
        self.sources.get(id).zip(self.files.get(&id)).ok_or(files::Error::FileMissing)
    }
}

impl Shown {
    fn push(&mut self, source: &Source, index: usize, focus: usize) {
        let range = source.line_range(index).unwrap_or_default();
        let text = source.text.get(range.clone()).unwrap_or("").trim_end_matches(['\n', '\r']);
        let start = self.text.len();
        let mut map = Vec::new();
        let mut first = 0;
        // One pass over the line at most, and none behind what is shown.
        let long = text.len() > WIDTH && text.char_indices().nth(WIDTH).is_some();
        if long {
            let before = text.get(..focus.saturating_sub(range.start).min(text.len())).unwrap_or("");
            first = before.char_indices().rev().nth(LEAD).map_or(0, |(i, _)| i);
            if first > 0 {
                self.text.push('…');
            }
        }
        let mut chars = text.get(first..).unwrap_or("").char_indices();
        for (offset, c) in chars.by_ref().take(WIDTH) {
            map.push((range.start + first + offset, self.text.len()));
            self.text.push(visible(c));
        }
        map.push((range.start + first + chars.offset(), self.text.len()));
        if chars.next().is_some() {
            self.text.push('…');
        }
        self.text.push('\n');
        self.lines.insert(index, Line { at: start..self.text.len(), map });
    }

    fn line_at(&self, byte: usize) -> Result<(usize, &Line), files::Error> {
        let found = self.lines.iter().find(|(_, l)| byte < l.at.end).or_else(|| self.lines.iter().next_back());
        found.map(|(i, l)| (*i, l)).ok_or(files::Error::IndexTooLarge { given: byte, max: self.text.len() })
    }
}

impl Line {
    /// Returns the place in the shown text of an offset in the source.
    fn shown(&self, offset: usize) -> usize {
        let i = self.map.partition_point(|(source, _)| *source <= offset).saturating_sub(1);
        self.map.get(i).map_or(self.at.start, |(_, shown)| *shown)
    }

    /// Returns the offset in the source of a place in the shown text.
    fn source(&self, shown: usize) -> usize {
        let i = self.map.partition_point(|(_, at)| *at <= shown).saturating_sub(1);
        self.map.get(i).map_or(0, |(source, _)| *source)
    }
}

impl<'a> files::Files<'a> for Excerpt<'_> {
    type FileId = FileId;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<String, files::Error> {
        self.file(id).map(|(source, _)| plain(&source.name))
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, files::Error> {
        self.file(id).map(|(_, shown)| shown.text.as_str())
    }

    fn line_index(&'a self, id: FileId, byte_index: usize) -> Result<usize, files::Error> {
        let (_, shown) = self.file(id)?;
        shown.line_at(byte_index).map(|(index, _)| index)
    }

    fn column_number(&'a self, id: FileId, _line_index: usize, byte_index: usize) -> Result<usize, files::Error> {
        let (source, shown) = self.file(id)?;
        let (_, line) = shown.line_at(byte_index)?;
        Ok(source.position(u32::try_from(line.source(byte_index)).unwrap_or(u32::MAX)).column as usize)
    }

    fn line_range(&'a self, id: FileId, line_index: usize) -> Result<Range<usize>, files::Error> {
        let (_, shown) = self.file(id)?;
        shown.lines.get(&line_index).map(|l| l.at.clone()).ok_or(files::Error::LineTooLarge { given: line_index, max: shown.lines.len() })
    }
}

fn line_of(source: &Source, offset: usize) -> usize {
    (source.position(u32::try_from(offset).unwrap_or(u32::MAX)).line as usize).saturating_sub(1)
}

/// Returns what a terminal may be shown for a character: control characters as their pictures, what can't be seen as `�`.
fn visible(c: char) -> char {
    match c {
        '\t' => c,
        '\u{7f}' => '\u{2421}',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        c if crate::is_invisible(c) => '\u{fffd}',
        _ => c,
    }
}

/// Returns text as a terminal may be shown it: as it is, but for line ends written out where a character must not be obeyed.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || visible(c) == c {
            out.push(c);
        } else {
            // Writing to a `String` can't fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    }
    out
}
