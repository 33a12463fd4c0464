//! A small language of layouts, and its printer.
//!
//! A group is printed in one line if it fits, else each of its lines is broken; what is within it decides for itself
//! (Wadler, "A prettier printer"). The printer keeps its own stack, and looks ahead no further than a line is wide.

/// The width of a line, in columns.
pub(super) const WIDTH: usize = 100;

/// Stands before `=>` until the steps of a test are aligned; a source cannot hold it.
pub(super) const ALIGN: char = '\u{1}';

/// A layout.
#[derive(Clone, Debug)]
pub(super) enum Doc {
    Text(String),
    /// A blank, or a line end where the group is broken.
    Line,
    /// Nothing, or a line end where the group is broken.
    Soft,
    /// A line end, unless the line is empty yet.
    Hard,
    /// A line end around a comment within a declaration: what follows is never in the first column.
    Apart,
    /// A line end and an empty line.
    Blank,
    /// Written only where the group is broken.
    IfBroken(&'static str),
    /// Written only where the group stands in one line.
    IfFlat(&'static str),
    /// A comment that goes to the end of the line.
    Suffix(String),
    Group(Vec<Doc>, Shape),
    /// Two columns further in.
    Indent(Vec<Doc>, Shape),
    Concat(Vec<Doc>, Shape),
}

/// What docs within a group mean for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Whether they must go over several lines.
    broken: bool,
    /// Whether they end in a comment, so that nothing may follow in the line.
    suffixed: bool,
}

fn shape_of(docs: &[Doc]) -> Shape {
    let mut all = Shape::default();
    for doc in docs {
        match doc {
            Doc::Hard | Doc::Apart | Doc::Blank => all.broken = true,
            Doc::Suffix(_) => all.suffixed = true,
            Doc::Text(_) => all.broken |= all.suffixed,
            Doc::Line | Doc::Soft | Doc::IfBroken(_) | Doc::IfFlat(_) => {}
            Doc::Group(inner, shape) | Doc::Indent(inner, shape) | Doc::Concat(inner, shape) => {
                all.broken |= shape.broken || all.suffixed && !inner.is_empty();
                all.suffixed |= shape.suffixed;
            }
        }
    }
    all
}

pub(super) fn text(text: impl Into<String>) -> Doc {
    Doc::Text(text.into())
}

pub(super) fn group(docs: Vec<Doc>, force: bool) -> Doc {
    let shape = shape_of(&docs);
    Doc::Group(docs, Shape { broken: force || shape.broken, ..shape })
}

pub(super) fn indent(docs: Vec<Doc>) -> Doc {
    let shape = shape_of(&docs);
    Doc::Indent(docs, shape)
}

pub(super) fn concat(docs: Vec<Doc>) -> Doc {
    let shape = shape_of(&docs);
    Doc::Concat(docs, shape)
}

#[derive(Clone, Copy)]
struct Frame<'d> {
    doc: &'d Doc,
    indent: usize,
    broken: bool,
}

struct Printer {
    out: String,
    /// The columns of the line so far.
    column: usize,
    /// How far in the next line begins: what ended the last line says so.
    indent: usize,
    /// Comments that wait for the line's end.
    suffixes: Vec<String>,
    /// Whether an empty line is wanted before the next text.
    blank: bool,
}

/// Prints a layout from the first column on.
pub(super) fn print(doc: &Doc) -> String {
    let mut printer = Printer { out: String::new(), column: 0, indent: 0, suffixes: Vec::new(), blank: false };
    let mut stack = vec![Frame { doc, indent: 0, broken: true }];
    while let Some(frame) = stack.pop() {
        let Frame { doc, indent, broken } = frame;
        match doc {
            Doc::Text(text) => printer.text(text),
            Doc::IfBroken(text) if broken => printer.text(text),
            Doc::IfFlat(text) if !broken => printer.text(text),
            Doc::IfBroken(_) | Doc::IfFlat(_) => {}
            Doc::Line if !broken => printer.text(" "),
            Doc::Soft if !broken => {}
            Doc::Line | Doc::Soft | Doc::Hard => printer.end_line(indent),
            Doc::Apart => printer.end_line(indent.max(2)),
            Doc::Blank => {
                printer.end_line(indent);
                printer.blank = true;
            }
            Doc::Suffix(comment) => printer.suffixes.push(comment.clone()),
            Doc::Concat(docs, _) => stack.extend(docs.iter().rev().map(|doc| Frame { doc, indent, broken })),
            Doc::Indent(docs, _) => stack.extend(docs.iter().rev().map(|doc| Frame { doc, indent: indent + 2, broken })),
            Doc::Group(docs, shape) => {
                let broken = shape.broken || !fits(docs, &stack, WIDTH.saturating_sub(if printer.column == 0 { printer.indent } else { printer.column }));
                stack.extend(docs.iter().rev().map(|doc| Frame { doc, indent, broken }));
            }
        }
    }
    printer.end_line(0);
    printer.out
}

impl Printer {
    fn text(&mut self, text: &str) {
        if self.column == 0 {
            if text.trim().is_empty() {
                return;
            }
            if std::mem::take(&mut self.blank) && !self.out.is_empty() {
                self.out.push('\n');
            }
            self.out.extend(std::iter::repeat_n(' ', self.indent));
            self.column = self.indent;
        }
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    /// Ends the line if there is something in it; comments beyond the first get lines of their own.
    fn end_line(&mut self, indent: usize) {
        self.indent = indent;
        let mut suffixes = std::mem::take(&mut self.suffixes).into_iter();
        if self.column > 0 {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            if let Some(first) = suffixes.next() {
                self.out.push(' ');
                self.out.push_str(&first);
            }
            self.out.push('\n');
            self.column = 0;
        }
        for comment in suffixes {
            self.indent = indent.max(2);
            self.text(&comment);
            self.out.push('\n');
            self.column = 0;
            self.indent = indent;
        }
    }
}

/// Returns whether docs fit flat into what is left of the line, with what follows them up to the next line end.
fn fits(docs: &[Doc], rest: &[Frame<'_>], mut left: usize) -> bool {
    let mut stack: Vec<(&Doc, bool)> = docs.iter().rev().map(|doc| (doc, false)).collect();
    let mut rest = rest.iter().rev();
    // Empty docs are few, but a bound keeps the look ahead from growing with the text.
    for _ in 0..4 * WIDTH {
        let Some((doc, broken)) = stack.pop().or_else(|| rest.next().map(|frame| (frame.doc, frame.broken))) else { return true };
        match doc {
            Doc::Text(text) => match left.checked_sub(text.chars().count()) {
                Some(now) => left = now,
                None => return false,
            },
            Doc::IfBroken(text) | Doc::IfFlat(text) if broken == matches!(doc, Doc::IfBroken(_)) => match left.checked_sub(text.len()) {
                Some(now) => left = now,
                None => return false,
            },
            Doc::Line if !broken => match left.checked_sub(1) {
                Some(now) => left = now,
                None => return false,
            },
            Doc::Line | Doc::Soft if broken => return true,
            Doc::Hard | Doc::Apart | Doc::Blank => return true,
            Doc::Line | Doc::Soft | Doc::Suffix(_) | Doc::IfBroken(_) | Doc::IfFlat(_) => {}
            Doc::Concat(docs, _) | Doc::Indent(docs, _) => stack.extend(docs.iter().rev().map(|doc| (doc, broken))),
            Doc::Group(docs, shape) => stack.extend(docs.iter().rev().map(|doc| (doc, broken || shape.broken))),
        }
    }
    false
}
