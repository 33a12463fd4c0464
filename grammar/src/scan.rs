//! One pass over a file before the grammar sees it: comments, texts, brackets, and where declarations begin.
//!
//! A declaration begins with its word or an attribute in the first column. Within brackets only a line that cannot be
//! anything else begins one (`tool name…`), so that one unclosed bracket does not swallow the rest of the file.

use reach_codes::table::{limit, syntax};
use reach_codes::{Diagnostic, FileId, Span};

use crate::Limits;
use crate::words::is_word_byte;

/// The words that begin a declaration.
pub(crate) const DECLARATION_WORDS: &[&str] = &[
    "tool",
    "class",
    "agent",
    "model",
    "resource",
    "context",
    "type",
    "let",
    "param",
    "label",
    "fn",
    "budget",
    "charge",
    "entity",
    "use",
    "test",
    "property",
    "fixture",
    "pack",
    "permit",
    "ask",
    "forbid",
    "otherwise",
    "oblige",
];

/// Words of other policy languages that begin a rule there; the grammar reads them and says what to write.
pub(crate) const FOREIGN_EFFECTS: &[&str] = &["deny", "allow", "block", "reject", "approve", "grant"];

/// The words that begin a line within a declaration, and never a declaration.
const CLAUSE_WORDS: &[&str] =
    &["on", "when", "unless", "because", "by", "expires", "grants", "with", "example", "counterexample", "and", "or", "returns", "facts", "is", "pinned"];

/// The types that are followed by another in `<…>`.
const GENERIC_TYPES: [&str; 3] = ["list", "set", "map"];

/// What a byte is to [`Scanner::plain`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    /// A blank that ends no line.
    Blank,
    /// The end of a line.
    Line,
    /// A byte of a word.
    Word,
    /// A sign that stands for itself.
    Sign,
    /// Whatever else.
    Other,
}

impl Plain {
    const fn of(byte: u8) -> Self {
        match byte {
            b' ' | b'\t' | b'\r' => Self::Blank,
            b'\n' => Self::Line,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => Self::Word,
            b'/' | b'#' | b';' | b'"' | b'\'' | b'(' | b'[' | b'{' | b')' | b']' | b'}' | b'<' | b'@' | 0x80.. => Self::Other,
            _ => Self::Sign,
        }
    }
}

/// The same of every byte, looked up.
#[expect(clippy::indexing_slicing, reason = "done when this is compiled, where it would fail")]
static PLAIN: [Plain; 256] = const {
    let mut table = [Plain::Other; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = Plain::of(byte);
        byte += 1;
    }
    table
};

/// A comment, documentation (`///`) included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawComment {
    /// From the first slash to the last character that is no blank.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Whether it begins with exactly three slashes.
    pub(crate) doc: bool,
    /// Whether something other than blanks stands before it in its line.
    pub(crate) trailing: bool,
}

/// The text of one declaration, from its first to its last token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Whether an error was found in it that the grammar would only repeat.
    pub(crate) broken: bool,
}

/// What the pass found.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    pub(crate) comments: Vec<RawComment>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Returns an offset in a file. Files are smaller than 4 GiB, which [`crate::parse`] has checked.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(crate) fn scan(file: FileId, text: &str, limits: &Limits) -> Scan {
    let mut scanner = Scanner {
        file,
        text,
        bytes: text.as_bytes(),
        limits: *limits,
        at: 0,
        line_start: 0,
        indent: None,
        block_comments_end: true,
        piece: None,
        head_open: false,
        after_at_sign: false,
        last_end: 0,
        pending_break: false,
        too_deep: false,
        overflow: 0,
        open: Vec::new(),
        suspect: None,
        generics: 0,
        found: Scan::default(),
    };
    scanner.run();
    scanner.found
}

#[derive(Clone, Copy)]
struct Open {
    bracket: u8,
    at: usize,
    /// How many columns its line is indented.
    indent: usize,
}

struct Scanner<'t> {
    file: FileId,
    text: &'t str,
    bytes: &'t [u8],
    limits: Limits,
    at: usize,
    line_start: usize,
    /// The column of the line's first token, once there was one.
    indent: Option<usize>,
    /// Whether a `*/` may still come.
    block_comments_end: bool,
    piece: Option<Piece>,
    /// Whether the running piece has attributes only.
    head_open: bool,
    after_at_sign: bool,
    /// The end of the last token.
    last_end: usize,
    /// Whether something unreadable was passed over, which breaks the piece if the piece goes on.
    pending_break: bool,
    too_deep: bool,
    /// Brackets beyond the limit, which are only counted.
    overflow: usize,
    open: Vec<Open>,
    /// A bracket that looks as if it was left open, going by the indentation.
    suspect: Option<Open>,
    /// The run of `list<`, `set<`, `map<` that is open right here.
    generics: usize,
    found: Scan,
}

impl<'t> Scanner<'t> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    /// Keeps a message, up to the number that is shown.
    fn report(&mut self, d: Diagnostic) {
        if self.found.diagnostics.len() <= crate::parse::MOST_MESSAGES {
            self.found.diagnostics.push(d);
        }
    }

    fn run(&mut self) {
        loop {
            self.plain();
            if self.at >= self.bytes.len() {
                break;
            }
            match self.byte(0) {
                b'\n' => {
                    self.at += 1;
                    self.line_start = self.at;
                    self.indent = None;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'/' if self.byte(1) == b'/' => self.comment(),
                b'/' if self.byte(1) == b'*' => self.foreign_comment(),
                b'#' => self.foreign_comment(),
                b';' => self.semicolon(),
                _ => self.token(),
            }
        }
        self.close_piece();
    }

    /// Passes over blanks, words and signs that only go on with the running declaration: what [`Self::token`] would do with them, without its
    /// questions. Stops, at the latest, where one of them has to be asked.
    fn plain(&mut self) {
        let nothing_pends = !(self.head_open || self.pending_break || self.after_at_sign) && self.generics == 0;
        if self.piece.is_none() || !nothing_pends || self.at == self.line_start {
            return;
        }
        let mut at = self.at;
        let mut last_end = self.last_end;
        while let Some(byte) = self.bytes.get(at) {
            let start = at;
            match PLAIN.get(usize::from(*byte)).copied().unwrap_or(Plain::Other) {
                Plain::Blank => {
                    at += 1;
                    continue;
                }
                // A declaration can only begin in the first column.
                Plain::Line if matches!(self.bytes.get(at + 1), Some(b' ' | b'\t')) => {
                    at += 1;
                    self.line_start = at;
                    self.indent = None;
                    continue;
                }
                Plain::Sign => at += 1,
                Plain::Word => {
                    while self.bytes.get(at).is_some_and(|b| is_word_byte(*b)) {
                        at += 1;
                    }
                    if matches!(at - start, 3 | 4) && GENERIC_TYPES.contains(&self.slice(start, at)) {
                        at = start;
                        break;
                    }
                }
                Plain::Line | Plain::Other => break,
            }
            self.indent.get_or_insert(start - self.line_start);
            last_end = at;
        }
        self.at = at;
        self.last_end = last_end;
    }

    fn line_end(&self) -> usize {
        self.rest().iter().position(|b| *b == b'\n').map_or(self.bytes.len(), |n| self.at + n)
    }

    fn comment(&mut self) {
        let end = self.line_end();
        let body = self.slice(self.at, end).trim_end();
        let trailing = self.indent.is_some();
        let doc = body.starts_with("///") && !body.starts_with("////");
        self.found.comments.push(RawComment { start: offset(self.at), end: offset(self.at + body.len()), doc, trailing });
        self.at = end;
    }

    fn foreign_comment(&mut self) {
        let block = self.byte(0) == b'/';
        let mut end = None;
        if block && self.block_comments_end {
            end = self.slice(self.at, self.bytes.len()).find("*/").map(|length| self.at + length + 2);
            self.block_comments_end = end.is_some();
        }
        let end = end.unwrap_or_else(|| self.line_end());
        let body = self.slice(self.at, end).trim_end();
        let words = body.trim_start_matches(['#', '/', '*']).trim_end_matches(['*', '/']).trim();
        let span = self.span(self.at, self.at + body.len());
        let marker = self.span(self.at, self.at + if block { 2 } else { 1 });
        let mut d = Diagnostic::new(syntax::FOREIGN_COMMENT, marker, format!("`{}` begins no comment here", if block { "/*" } else { "#" }))
            .help("a comment begins with `//` and ends with its line");
        if !words.contains('\n') {
            d = d.fix(span, format!("// {words}"));
        }
        self.report(d);
        self.pending_break = true;
        while self.at < end {
            if self.byte(0) == b'\n' {
                self.line_start = self.at + 1;
                self.indent = None;
            }
            self.at += 1;
        }
    }

    fn semicolon(&mut self) {
        let span = self.span(self.at, self.at + 1);
        self.report(Diagnostic::new(syntax::SEMICOLON, span, "a `;` ends nothing here").help("remove it: a line end is enough").fix(span, ""));
        self.at += 1;
    }

    /// Reads one token, and begins or ends what begins or ends with it.
    fn token(&mut self) {
        let start = self.at;
        let first = self.byte(0);
        let in_first_column = start == self.line_start;
        self.indent.get_or_insert(start - self.line_start);
        let word = self.word_length();
        if self.piece.is_none() {
            self.first_token(in_first_column, word);
        } else if in_first_column {
            self.first_column(word);
        }
        if self.pending_break {
            self.pending_break = false;
            self.break_piece();
        }
        let at_sign = std::mem::take(&mut self.after_at_sign);
        if self.open.is_empty() && !at_sign && !matches!(first, b'@' | b'(' | b')') {
            self.head_open = false;
        }
        let generics = std::mem::take(&mut self.generics);
        if word > 0 {
            self.at += word;
            let generic = GENERIC_TYPES.contains(&self.slice(start, self.at)) && self.rest().iter().find(|b| !matches!(b, b' ' | b'\t')) == Some(&b'<');
            self.generics = if generic { generics + 1 } else { 0 };
            while at_sign && self.byte(0) == b'-' {
                self.at += 1;
                self.at += self.word_length();
            }
            if self.open.len() + self.generics > self.limits.nesting {
                self.nested_too_deeply(start, self.at);
            }
        } else {
            match first {
                b'"' | b'\'' => self.quoted(first),
                b'(' | b'[' | b'{' => self.open_bracket(generics),
                b')' | b']' | b'}' => self.close_bracket(),
                b'<' => {
                    self.generics = generics;
                    self.at += 1;
                }
                b'@' => {
                    self.after_at_sign = true;
                    self.at += 1;
                }
                0..=0x7f => self.at += 1,
                _ => self.beyond_ascii(),
            }
        }
        self.last_end = self.at;
    }

    fn word_length(&self) -> usize {
        self.rest().iter().take_while(|b| is_word_byte(**b)).count()
    }

    fn start_piece(&mut self) {
        self.piece = Some(Piece { start: offset(self.at), end: offset(self.at), broken: false });
        self.head_open = true;
        self.pending_break = false;
        self.too_deep = false;
        self.overflow = 0;
    }

    fn break_piece(&mut self) {
        if let Some(piece) = &mut self.piece {
            piece.broken = true;
        }
    }

    fn close_piece(&mut self) {
        self.open.retain(|open| open.bracket != b'<');
        if let (Some(open), false) = (self.open.pop(), self.too_deep) {
            self.unclosed(&self.suspect.unwrap_or(open));
        }
        self.suspect = None;
        self.open.clear();
        if let Some(mut piece) = self.piece.take() {
            piece.end = offset(self.last_end);
            self.found.pieces.push(piece);
        }
    }

    fn first_token(&mut self, in_first_column: bool, word: usize) {
        self.start_piece();
        if !in_first_column && DECLARATION_WORDS.contains(&self.slice(self.at, self.at + word)) {
            let d = indented_declaration(self.span(self.at, self.at + word), self.slice(self.at, self.at + word), self.span(self.line_start, self.at));
            self.report(d);
        }
    }

    /// A token in the first column while a declaration is running: does it begin the next one?
    fn first_column(&mut self, word: usize) {
        let first = self.byte(0);
        let name = self.slice(self.at, self.at + word);
        let begins = if self.head_open {
            false
        } else if !self.open.is_empty() {
            first == b'@' || self.surely_begins_declaration(name)
        } else if word > 0 {
            let clause = CLAUSE_WORDS.contains(&name) && self.blank_follows(word);
            if clause {
                let span = self.span(self.at, self.at + word);
                let d = Diagnostic::new(syntax::UNINDENTED_CLAUSE, span, format!("`{name}` stands in the first column, where a declaration begins"));
                self.report(d.note("it belongs to the declaration above").help("indent it by two blanks").fix(span, format!("  {name}")));
            }
            !clause
        } else {
            first == b'@' || first == b'"' || first >= 0x80
        };
        if begins {
            self.close_piece();
            self.start_piece();
        }
    }

    fn blank_follows(&self, word: usize) -> bool {
        matches!(self.byte(word), b' ' | b'\t' | b'\r' | b'\n' | 0)
    }

    /// Within brackets: a word of declarations followed by what follows it there, and not by `:`, `,` or an operator.
    fn surely_begins_declaration(&self, name: &str) -> bool {
        if !(DECLARATION_WORDS.contains(&name) || FOREIGN_EFFECTS.contains(&name)) || !matches!(self.byte(name.len()), b' ' | b'\t') {
            return false;
        }
        let after = self.rest().iter().skip(name.len()).find(|b| !matches!(b, b' ' | b'\t')).copied().unwrap_or(0);
        match name {
            "context" => after == b'{',
            "test" | "property" => after == b'"',
            _ => after.is_ascii_alphabetic() || after == b'_' || after == b'"',
        }
    }

    fn quoted(&mut self, quote: u8) {
        let start = self.at;
        let mut end = start + 1;
        loop {
            match self.bytes.get(end) {
                Some(b'\\') if !matches!(self.bytes.get(end + 1), None | Some(b'\n' | b'\r')) => end += 2,
                None | Some(b'\n') => break,
                Some(b) if *b == quote => {
                    self.at = end + 1;
                    return;
                }
                Some(_) => end += 1,
            }
        }
        let end = end.min(self.bytes.len());
        let span = self.span(start, start + 1);
        let d = Diagnostic::new(syntax::UNTERMINATED_TEXT, span, "this text is not closed before the line ends").label("it begins here");
        let d = if quote == b'"' {
            d.help("close it with `\"`; a text stands in one line, and a line end in it is written as `\\n`")
        } else {
            d.help("texts stand in double quotes: `\"…\"`")
        };
        self.report(d);
        self.break_piece();
        self.at = end;
    }

    fn open_bracket(&mut self, generics: usize) {
        if self.open.len() + generics >= self.limits.nesting {
            self.nested_too_deeply(self.at, self.at + 1);
            self.overflow += 1;
            self.at += 1;
            return;
        }
        let indent = self.indent.unwrap_or(0);
        self.open.push(Open { bracket: self.byte(0), at: self.at, indent });
        // Generics around a bracket count until it closes; they are held as brackets of their own.
        for _ in 0..generics {
            self.open.push(Open { bracket: b'<', at: self.at, indent });
        }
        self.at += 1;
    }

    fn nested_too_deeply(&mut self, start: usize, end: usize) {
        self.break_piece();
        if std::mem::replace(&mut self.too_deep, true) {
            return;
        }
        let most = self.limits.nesting;
        self.report(
            Diagnostic::new(limit::NESTED_TOO_DEEPLY, self.span(start, end), format!("brackets are nested more than {most} deep"))
                .help("give a part of it a name with `let`, `type` or `fn`, or write it flat: chains of `and`, `or` and `+` need no brackets"),
        );
    }

    fn close_bracket(&mut self) {
        let close = self.byte(0);
        let wanted = match close {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        if self.overflow > 0 {
            self.overflow -= 1;
            self.at += 1;
            return;
        }
        while self.open.last().is_some_and(|open| open.bracket == b'<') {
            self.open.pop();
        }
        let indent = self.at - self.line_start;
        let at_line_begin = self.indent == Some(indent);
        match self.open.pop() {
            Some(open) if open.bracket == wanted => {
                // `}` in the first column was to close what began there, if in the end something is left open.
                if at_line_begin && open.indent > indent && self.suspect.is_none() && self.closes_outer(wanted, indent) {
                    self.suspect = Some(open);
                }
            }
            Some(open) => {
                if self.open.iter().any(|o| o.bracket == wanted) {
                    self.unclosed(&open);
                    while self.open.pop().is_some_and(|o| o.bracket != wanted) {}
                } else {
                    let mut d = self.unopened(close).other(self.span(open.at, open.at + 1), "this is the bracket that is open");
                    d.message = format!("`{}` does not close `{}`", char::from(close), char::from(open.bracket));
                    self.report(d);
                    self.break_piece();
                }
            }
            None => {
                let d = self.unopened(close);
                self.report(d);
                self.break_piece();
            }
        }
        self.at += 1;
    }

    fn closes_outer(&self, wanted: u8, indent: usize) -> bool {
        self.open.iter().any(|o| o.bracket == wanted && o.indent == indent)
    }

    fn unopened(&self, close: u8) -> Diagnostic {
        let span = self.span(self.at, self.at + 1);
        Diagnostic::new(syntax::UNOPENED_BRACKET, span, format!("`{}` closes nothing", char::from(close)))
            .help("remove it, or open the bracket that it is to close")
    }

    fn unclosed(&mut self, open: &Open) {
        let (bracket, close) = match open.bracket {
            b'(' => ('(', ')'),
            b'[' => ('[', ']'),
            _ => ('{', '}'),
        };
        let span = self.span(open.at, open.at + 1);
        let d = Diagnostic::new(syntax::UNCLOSED_BRACKET, span, format!("`{bracket}` is not closed before the declaration ends")).label("it opens here");
        self.report(d.help(format!("close it with `{close}`")));
        self.break_piece();
    }

    fn beyond_ascii(&mut self) {
        let start = self.at;
        let rest = self.slice(start, self.bytes.len());
        let first = rest.chars().next().unwrap_or_default();
        if matches!(first, '\u{201c}' | '\u{201d}') {
            let inner = rest.get(first.len_utf8()..).unwrap_or("");
            let end = inner.find(['\u{201c}', '\u{201d}', '\n']);
            if let Some(end) = end.filter(|end| !inner.get(*end..).is_some_and(|rest| rest.starts_with('\n'))) {
                self.at = start + first.len_utf8() + end + first.len_utf8();
                return;
            }
        }
        let length: usize = rest.chars().take_while(|c| !c.is_ascii() && c.is_alphanumeric()).map(char::len_utf8).sum();
        self.at += length.max(first.len_utf8());
        self.break_piece();
        // What turns the direction of writing or controls a terminal was reported before, and is not repeated.
        if first.is_control() || matches!(first, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            return;
        }
        let text = self.slice(start, self.at);
        let d = Diagnostic::new(syntax::STRAY_CHARACTER, self.span(start, self.at), format!("`{text}` cannot stand outside of a text"));
        self.report(d.note("names are made of the letters `a` to `z` and `A` to `Z`, digits and `_`").help("put it in double quotes if it is a text"));
    }
}

/// Returns the message about a declaration that does not begin in the first column. `blanks` is what stands before it.
pub(crate) fn indented_declaration(word_span: Span, word: &str, blanks: Span) -> Diagnostic {
    Diagnostic::new(syntax::INDENTED_DECLARATION, word_span, format!("`{word}` does not stand in the first column"))
        .note("a declaration begins in the first column; an indented line goes on with the one above")
        .help("remove the blanks before it")
        .fix(blanks, "")
}
