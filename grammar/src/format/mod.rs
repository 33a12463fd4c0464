//! The formatter: one layout for every policy, comments and meaning kept.
//!
//! Each declaration is laid out from its pairs, then read again: were the tree another, a comment lost, or the layout not
//! stable, the declaration would be kept as it was written. So a defect of the layout costs beauty and nothing else.

mod doc;
mod layout;

use pest::Parser;
use reach_codes::{Diagnostic, FileId};

use crate::ast::File;
use crate::rules::{Grammar, Rule};
use crate::scan::{Piece, RawComment, scan};
use crate::{Limits, dump, parse, with_stack};
use doc::{ALIGN, WIDTH};

/// Returns the text of a file in the one layout.
///
/// # Errors
/// The messages of a file that cannot be read; such a file is not touched.
pub fn format(text: &str, limits: &Limits) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(FileId(0), text, limits);
    if !parsed.is_ok() {
        return Err(parsed.diagnostics);
    }
    Ok(with_stack(|| formatted(text, limits)))
}

/// What stands at the top of a file: a declaration, or a comment between declarations.
enum Top {
    Piece(Piece, LaidOut),
    Comment(RawComment),
}

impl Top {
    fn start(&self) -> u32 {
        match self {
            Self::Piece(piece, _) => piece.start,
            Self::Comment(comment) => comment.start,
        }
    }

    fn end(&self) -> u32 {
        match self {
            Self::Piece(piece, _) => piece.end,
            Self::Comment(comment) => comment.end,
        }
    }
}

/// Formats a text that was read without a mistake.
pub(crate) fn formatted(text: &str, limits: &Limits) -> String {
    let found = scan(FileId(0), text, limits);
    let lay_out_piece = |piece: &Piece| {
        let source = text.get(piece.start as usize..piece.end as usize).unwrap_or("");
        let comments = layout::comments_within(&found.comments, piece.start, piece.end);
        let done = lay_out_safely(source, &comments, limits).unwrap_or_else(|| LaidOut { text: as_written(source), commented: false });
        Top::Piece(*piece, done)
    };
    let mut tops: Vec<Top> = found.pieces.iter().map(lay_out_piece).collect();
    let mut pieces = found.pieces.iter().peekable();
    for comment in &found.comments {
        while pieces.next_if(|piece| piece.end <= comment.start).is_some() {}
        if pieces.peek().is_none_or(|piece| comment.start < piece.start) {
            tops.push(Top::Comment(*comment));
        }
    }
    tops.sort_by_key(Top::start);
    // For each place whether the declaration that comes there or next takes several lines.
    let mut long_next: Vec<bool> = tops
        .iter()
        .rev()
        .scan(false, |long, top| {
            if let Top::Piece(_, done) = top {
                *long = done.is_long();
            }
            Some(*long)
        })
        .collect();
    long_next.reverse();
    let mut below_piece = false;
    let mut out = String::new();
    let mut last: Option<&Top> = None;
    let mut last_long = false;
    // Whether the last line ends in a comment.
    let mut commented = false;
    for (index, top) in tops.iter().enumerate() {
        let gap = text.get(last.map_or(0, Top::end) as usize..top.start() as usize).unwrap_or("");
        let empty_line = gap.matches('\n').count() > 1;
        match top {
            Top::Comment(comment) => {
                let body = text.get(comment.start as usize..comment.end as usize).unwrap_or("");
                if comment.trailing && last.is_some() && commented {
                    out.push_str("  ");
                } else if comment.trailing && last.is_some() {
                    out.pop();
                    out.push(' ');
                } else {
                    let indented = last.is_some() && !empty_line && !gap.ends_with('\n') && below_piece;
                    let apart = empty_line || !indented && matches!(last, Some(Top::Piece(..))) && (last_long || long_next.get(index) == Some(&true));
                    if apart && last.is_some() {
                        out.push('\n');
                    }
                    if indented {
                        out.push_str("  ");
                    }
                }
                out.push_str(body);
                out.push('\n');
                commented = true;
            }
            Top::Piece(_, done) => {
                let long = done.is_long();
                let after_declaration = match last {
                    Some(Top::Piece(..)) => long || last_long,
                    // A comment at the end of a declaration's line is part of it; others stand before this one.
                    Some(Top::Comment(comment)) => (comment.trailing || index > 1 && gap_is_after_indented(text, comment)) && (long || last_long),
                    None => false,
                };
                if last.is_some() && (empty_line || after_declaration) {
                    out.push('\n');
                }
                out.push_str(&done.text);
                commented = done.commented;
                last_long = long;
                below_piece = true;
            }
        }
        last = Some(top);
    }
    out
}

fn gap_is_after_indented(text: &str, comment: &RawComment) -> bool {
    let before = text.get(..comment.start as usize).unwrap_or("");
    !comment.trailing && !before.is_empty() && !before.ends_with('\n')
}

/// A declaration's text, and whether a comment stands behind it in its last line.
struct LaidOut {
    text: String,
    commented: bool,
}

impl LaidOut {
    fn is_long(&self) -> bool {
        self.text.trim_end().contains('\n')
    }
}

/// How often a layout is laid out again until it stays. A comment within a line goes to its end, and what was broken for its
/// sake may fit then.
const MOST_ROUNDS: usize = 4;

/// Lays a declaration out; none when the result would not read the same or would not stay the same.
fn lay_out_safely(source: &str, comments: &[RawComment], limits: &Limits) -> Option<LaidOut> {
    let mut laid = lay_out(source, comments)?;
    for _ in 0..MOST_ROUNDS {
        let found = scan(FileId(0), &laid, limits);
        let [piece] = found.pieces.as_slice() else { return None };
        let piece_comments = layout::comments_within(&found.comments, piece.start, piece.end);
        let now = laid.get(..piece.end as usize)?;
        // Comments may have gone to the end of the last line and below it, and so behind the declaration.
        let behind = laid.get(piece.end as usize..)?.strip_suffix('\n')?;
        if piece.start != 0 || behind.lines().enumerate().any(|(index, line)| !line.starts_with(if index == 0 { " //" } else { "  //" })) {
            return None;
        }
        let again = lay_out(now, &piece_comments)?;
        let again = again.strip_suffix('\n')?;
        if again != now {
            laid = format!("{again}{behind}\n");
            continue;
        }
        let limits = Limits { source_bytes: usize::MAX, ..*limits };
        let (old, new) = (parse(FileId(0), source, &limits), parse(FileId(0), &laid, &limits));
        let same = new.is_ok() && dump::same_tree(&old.file, &new.file) && all_comments(source, comments) == all_comments(&laid, &found.comments);
        let commented = !behind.is_empty();
        return same.then_some(LaidOut { text: laid, commented });
    }
    None
}

/// Returns what the layout of declarations would have been that are kept as they were written, for the tests.
#[cfg(test)]
pub(crate) fn unsafe_layouts(text: &str, limits: &Limits) -> Vec<String> {
    let found = scan(FileId(0), text, limits);
    let mut all = Vec::new();
    for piece in &found.pieces {
        let source = text.get(piece.start as usize..piece.end as usize).unwrap_or("");
        let comments = layout::comments_within(&found.comments, piece.start, piece.end);
        if lay_out_safely(source, &comments, limits).is_none() {
            let once = lay_out(source, &comments).unwrap_or_default();
            let again = scan(FileId(0), &once, limits);
            let piece = again.pieces.first().copied().unwrap_or(Piece { start: 0, end: 0, broken: true });
            let twice = once.get(..piece.end as usize).and_then(|t| lay_out(t, &layout::comments_within(&again.comments, piece.start, piece.end)));
            all.push(format!("{source}\n--- once:\n{once}--- twice:\n{}", twice.unwrap_or_default()));
        }
    }
    all
}

fn all_comments<'t>(source: &'t str, comments: &[RawComment]) -> Vec<&'t str> {
    let mut all: Vec<_> = comments.iter().map(|c| source.get(c.start as usize..c.end as usize).unwrap_or("")).collect();
    all.sort_unstable();
    all
}

fn lay_out(source: &str, comments: &[RawComment]) -> Option<String> {
    let piece = Grammar::parse(Rule::piece, source).ok()?.next()?;
    let doc = layout::Layout::new(source, comments).piece(piece);
    Some(align(&doc::print(&doc)))
}

/// Sets the `=>` of a declaration's steps below each other, where the lines stay narrow enough.
fn align(text: &str) -> String {
    if !text.contains(ALIGN) {
        return text.to_owned();
    }
    /// A step that reaches further does not push the others.
    const FARTHEST: usize = 70;
    let width = |s: &str| s.chars().count();
    // The last line of a step of several lines.
    let closes = |left: &str| left.trim_start().starts_with([')', '}']);
    let column = text
        .lines()
        .filter_map(|line| line.split_once(ALIGN))
        .filter(|(left, _)| !closes(left))
        .map(|(left, _)| width(left))
        .filter(|column| *column <= FARTHEST)
        .max()
        .unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if let Some((left, right)) = line.split_once(ALIGN) {
            out.push_str(left);
            let padded = column.max(width(left));
            let fits = !closes(left) && padded + 1 + width(right) <= WIDTH;
            out.extend(std::iter::repeat_n(' ', if fits { padded - width(left) + 1 } else { 1 }));
            out.push_str(right);
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// A declaration as it was written, but for line ends and blanks at the ends of lines.
fn as_written(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 1);
    for line in source.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Returns whether formatting keeps the tree and the comments of a file, for the tests and the fuzz bodies.
pub(crate) fn keeps_everything(before: &File, after: &File) -> bool {
    let words = |file: &File| {
        let mut all: Vec<String> = file.comments.iter().map(|c| c.text.clone()).collect();
        all.sort_unstable();
        all
    };
    dump::same_tree(before, after) && words(before) == words(after)
}
