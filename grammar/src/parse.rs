//! From text to the tree: scan, then parse each declaration alone.

use std::sync::{Mutex, PoisonError};

use pest::Parser;
use reach_codes::table::{limit, syntax};
use reach_codes::{Diagnostic, FileId, Span};

use crate::ast::{Comment, Decl, File};
use crate::build::Builder;
use crate::read::Forbidden;
use crate::rules::{Grammar, Rule};
use crate::scan::{DECLARATION_WORDS, FOREIGN_EFFECTS, Piece, RawComment, Scan, offset, scan};
use crate::{Limits, in_place, in_threads, quick, slips, threads, with_stack};

/// From how many bytes on a file is read in several threads.
const WORTH_THREADS: usize = 64 << 10;

/// How many declarations a thread takes at a time.
const PIECES_AT_ONCE: usize = 64;

/// How many messages a file gives at most.
pub(crate) const MOST_MESSAGES: usize = 1000;

/// What a file says, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree of all declarations that could be read.
    pub file: File,
    /// All mistakes of the file, by place. With none of level error, the tree is the whole file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Returns whether the file was read whole and without an error.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses a file. Every mistake of the file is reported, and what is accepted does not depend on the stack of the caller.
#[must_use]
pub fn parse(id: FileId, text: &str, limits: &Limits) -> Parsed {
    with_stack(|| Run::new(id, text, limits, true).parse())
}

/// Parses a file as [`parse`] does, in as many threads as the machine has where that is worth it.
#[must_use]
pub fn parse_in_threads(id: FileId, text: &str, limits: &Limits) -> Parsed {
    with_stack(|| Run { threads: is_worth_threads(text), ..Run::new(id, text, limits, true) }.parse())
}

/// Returns whether a file is large enough to be read by several threads, and there are several.
#[must_use]
pub fn is_worth_threads(text: &str) -> bool {
    text.len() >= WORTH_THREADS && threads() > 1
}

/// Parses a file by the grammar alone, which is slower and comes to the same: what [`parse`] is compared with.
pub(crate) fn parse_by_grammar(id: FileId, text: &str, limits: &Limits) -> Parsed {
    with_stack(|| Run::new(id, text, limits, false).parse())
}

struct Run<'t> {
    file: FileId,
    text: &'t str,
    limits: Limits,
    /// Whether what can be read without the grammar is.
    quick: bool,
    /// Whether that is done in several threads.
    threads: bool,
    decls: Vec<Decl>,
    diagnostics: Vec<Diagnostic>,
    /// Which of the comments were taken as documentation.
    taken: Vec<bool>,
}

/// What was read ahead: a place for each piece, and the numbers of pieces with those of the comments that document them.
#[derive(Default)]
struct Ahead {
    decls: Vec<Option<Decl>>,
    taken: Vec<(usize, usize)>,
}

impl<'t> Run<'t> {
    fn new(file: FileId, text: &'t str, limits: &Limits, quick: bool) -> Self {
        Self { file, text, limits: *limits, quick, threads: false, decls: Vec::new(), diagnostics: Vec::new(), taken: Vec::new() }
    }

    fn parse(mut self) -> Parsed {
        let most = self.limits.source_bytes;
        if self.text.len() > most {
            let message = format!("the file is {} bytes long; a source file has at most {most}", self.text.len());
            let d = Diagnostic::new(limit::SOURCE_TOO_LARGE, Span::new(self.file, 0, 0), message)
                .help("spread its declarations over several files of the same folder: they share their names");
            return Parsed { file: File { id: self.file, decls: Vec::new(), comments: Vec::new() }, diagnostics: vec![d] };
        }
        let forbidden = Forbidden::find(self.text);
        forbidden.report(self.file, self.text, &mut self.diagnostics);
        // The scanner takes a mark in front for blanks: it is replaced by as many bytes.
        let blanked;
        if let Some(rest) = self.text.strip_prefix('\u{feff}') {
            let span = Span::new(self.file, 0, 3);
            let d = Diagnostic::new(syntax::BYTE_ORDER_MARK, span, "the file begins with a byte order mark").help("save it as UTF-8 without one");
            self.diagnostics.push(d.fix(span, ""));
            blanked = format!("\n\n\n{rest}");
            return Run { text: &blanked, ..self }.declarations(&forbidden);
        }
        self.declarations(&forbidden)
    }

    fn declarations(mut self, forbidden: &Forbidden) -> Parsed {
        let Scan { comments, pieces, diagnostics } = scan(self.file, self.text, &self.limits);
        self.diagnostics.extend(diagnostics);
        self.taken = vec![false; comments.len()];
        let readable = |piece: &Piece| !piece.broken && !forbidden.within(piece.start, piece.end);
        let Ahead { decls, taken } = self.read_ahead(&pieces, &comments, &readable);
        if self.diagnostics.is_empty() && !decls.is_empty() && decls.iter().all(Option::is_some) {
            taken.into_iter().for_each(|(_, comment)| self.take(comment));
            self.decls = in_place(decls);
        } else {
            let (mut decls, mut taken) = (decls.into_iter(), taken.into_iter().peekable());
            for (number, piece) in pieces.into_iter().enumerate() {
                let read = decls.next();
                let own: Vec<usize> = std::iter::from_fn(|| taken.next_if(|(of, _)| *of == number)).map(|(_, comment)| comment).collect();
                if readable(&piece) && self.diagnostics.len() <= MOST_MESSAGES {
                    self.piece(piece, &comments, read.map(|decl| decl.map(|decl| (decl, own))));
                }
            }
        }
        self.diagnostics.sort_by_key(|d| d.span().map(|span| (span.start, span.end)));
        if self.diagnostics.len() > MOST_MESSAGES {
            self.diagnostics.truncate(MOST_MESSAGES);
            self.diagnostics.push(Diagnostic::general(
                syntax::TOO_MANY_MESSAGES,
                format!("there is more wrong with this file; only the first {MOST_MESSAGES} messages are shown"),
            ));
        }
        let text = self.text;
        let comments = comments.iter().zip(&self.taken).filter(|(_, taken)| !**taken).map(|(c, _)| comment(self.file, text, c)).collect();
        Parsed { file: File { id: self.file, decls: self.decls, comments }, diagnostics: self.diagnostics }
    }

    /// Notes that a comment was taken as documentation.
    fn take(&mut self, comment: usize) {
        if let Some(taken) = self.taken.get_mut(comment) {
            *taken = true;
        }
    }

    /// Reads the declarations of a large file in several threads, those that can be read quickly; of another file none.
    fn read_ahead(&self, pieces: &[Piece], comments: &[RawComment], readable: &(impl Fn(&Piece) -> bool + Sync)) -> Ahead {
        if !(self.quick && self.threads) {
            return Ahead::default();
        }
        let mut decls: Vec<Option<Decl>> = pieces.iter().map(|_| None).collect();
        let parts = pieces.chunks(PIECES_AT_ONCE).zip(decls.chunks_mut(PIECES_AT_ONCE)).enumerate();
        let parts: Vec<_> = parts.map(|(part, (pieces, decls))| Mutex::new((part * PIECES_AT_ONCE, pieces, decls))).collect();
        let taken = in_threads(&parts, |part| {
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            let (first, pieces, decls) = &mut *part;
            let mut taken = Vec::new();
            for ((number, piece), place) in (*first..).zip(*pieces).zip(decls.iter_mut()).filter(|((_, piece), _)| readable(piece)) {
                if let Some((decl, own)) = quick::read(self.file, self.text, *piece, &self.limits, comments) {
                    taken.extend(own.into_iter().map(|comment| (number, comment)));
                    *place = Some(decl);
                }
            }
            taken
        });
        drop(parts);
        Ahead { decls, taken: taken.into_iter().flatten().collect() }
    }

    /// Parses one declaration: quickly where that can be, else by the grammar, which says what is wrong. `read`: what came of the first, if it was
    /// tried.
    fn piece(&mut self, piece: Piece, comments: &[RawComment], read: Option<Option<quick::Read>>) {
        let read = read.unwrap_or_else(|| if self.quick { quick::read(self.file, self.text, piece, &self.limits, comments) } else { None });
        if let Some((decl, taken)) = read {
            taken.into_iter().for_each(|comment| self.take(comment));
            self.decls.push(decl);
            return;
        }
        self.piece_by_grammar(piece, comments);
    }

    /// Parses one declaration by the grammar. Where another stands indented within it, that is said, and both are parsed.
    fn piece_by_grammar(&mut self, piece: Piece, comments: &[RawComment]) {
        let mut start = piece.start;
        // Each turn begins behind the last one's mistake, so the turns together are bounded by the messages.
        for _ in 0..MOST_MESSAGES {
            let Some(text) = self.text.get(start as usize..piece.end as usize) else { return };
            if let Some(d) = unknown_word(self.file, start, text) {
                self.diagnostics.push(d);
                return;
            }
            match Grammar::parse(Rule::piece, text) {
                Ok(pairs) => return self.build(start, pairs, comments),
                Err(error) => {
                    let mistake = slips::explain(self.file, start, text, &error);
                    let indented = mistake.indented_at;
                    self.diagnostics.push(mistake.diagnostic);
                    let Some(at) = indented else { return };
                    let before = text.get(..at).unwrap_or("");
                    if let Ok(pairs) = Grammar::parse(Rule::piece, before) {
                        self.build(start, pairs, comments);
                    }
                    start += offset(at);
                }
            }
        }
    }

    fn build(&mut self, base: u32, mut pairs: pest::iterators::Pairs<'_, Rule>, comments: &[RawComment]) {
        let mut builder = Builder::new(self.file, self.text, base, &self.limits, comments);
        let decl = pairs.next().and_then(|piece| builder.piece(piece));
        let Builder { taken, diagnostics: found, .. } = builder;
        taken.into_iter().for_each(|comment| self.take(comment));
        if decl.is_none() && found.is_empty() {
            let span = Span::new(self.file, base, base + 1);
            self.diagnostics.push(Diagnostic::new(syntax::UNEXPECTED_TOKEN, span, "this declaration cannot be read"));
        }
        self.diagnostics.extend(found);
        self.decls.extend(decl);
    }
}

/// Says so when what stands in the first column begins no declaration.
pub(crate) fn unknown_word(file: FileId, base: u32, text: &str) -> Option<Diagnostic> {
    let mut at = 0;
    let mut rest = text;
    // Attributes stand before the word; their arguments hold words and texts only.
    while let Some(attribute) = rest.strip_prefix('@') {
        let name = attribute.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(attribute.len());
        let mut length = 1 + name;
        if attribute.get(name..).is_some_and(|r| r.starts_with('(')) {
            length += attribute.get(name..).and_then(closing_parenthesis)?;
        }
        length += rest.get(length..).map_or(0, blanks_and_comments);
        at += length;
        rest = rest.get(length..)?;
    }
    let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let word = rest.get(..length)?;
    if DECLARATION_WORDS.contains(&word) || FOREIGN_EFFECTS.contains(&word) {
        return None;
    }
    let shown = length.max(rest.chars().next().map_or(0, char::len_utf8));
    let span = Span::new(file, base + offset(at), base + offset(at + shown));
    if rest.is_empty() {
        let span = Span::new(file, base, base + offset(text.trim_end().len()));
        return Some(
            Diagnostic::new(syntax::MISPLACED_ATTRIBUTE, span, "this attribute stands before no declaration")
                .help("put it right before the declaration that it is about"),
        );
    }
    Some(slips::unknown_declaration(span, rest.get(..shown).unwrap_or(word)))
}

/// Returns the length up to and with the parenthesis that closes the first one.
fn closing_parenthesis(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, b) in text.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b')' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Returns the length of the blanks, line ends and comments that `text` begins with.
pub(crate) fn blanks_and_comments(text: &str) -> usize {
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', ';']).len();
        at += blanks;
        let Some(comment) = text.get(at..).filter(|r| r.starts_with("//")) else { break };
        at += comment.find('\n').unwrap_or(comment.len());
    }
    at
}

fn comment(file: FileId, text: &str, raw: &RawComment) -> Comment {
    let body = text.get(raw.start as usize..raw.end as usize).unwrap_or("");
    Comment { span: Span::new(file, raw.start, raw.end), text: body.strip_prefix("//").unwrap_or(body).to_owned() }
}
