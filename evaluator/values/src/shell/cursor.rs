//! The text and a position in it: characters, blanks, comments and the bodies of here-documents.

use super::found::{Found, Step};
use super::word::Word;
use super::{MAX_DEPTH, Opaque};

/// A here-document whose body begins at the next line.
#[derive(Debug)]
pub(super) struct HereDocument {
    delimiter: String,
    /// Whether its body is taken as it stands.
    literal: bool,
    strips_tabs: bool,
}

/// Reads a text from its beginning to its end.
#[derive(Debug)]
pub(super) struct Parser<'t, 'f> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// How deep what is read now is nested.
    pub(super) depth: usize,
    /// The range of the command line that a text which isn't a part of it came from.
    pub(super) origin: Option<(usize, usize)>,
    pub(super) pending: Vec<HereDocument>,
    pub(super) substituted: bool,
    pub(super) found: &'f mut Found,
}

/// The characters that end a word.
pub(super) fn is_meta(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '|' | '&' | ';' | '(' | ')' | '<' | '>')
}

/// Whether shells or locales disagree about it outside of quotes: other blanks than space and tab, and control characters.
pub(super) fn is_doubtful(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || (!c.is_ascii() && (c.is_whitespace() || matches!(c, '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')))
}

impl<'t, 'f> Parser<'t, 'f> {
    pub(super) fn new(text: &'t str, found: &'f mut Found) -> Self {
        Self { text, at: 0, depth: 0, origin: None, pending: Vec::new(), substituted: false, found }
    }

    /// Reads all, and notes why it ended before.
    pub(super) fn script(mut self) {
        if let Err(opaque) = self.whole() {
            self.found.note(opaque);
        }
    }

    /// Reads a text that isn't a part of this one (what a backquote holds, the code of `sh -c`) as if it stood between two positions.
    pub(super) fn nested(&mut self, text: &str, between: (usize, usize), read: impl FnOnce(&mut Parser<'_, '_>) -> Step) -> Step {
        let origin = Some(self.origin.unwrap_or(between));
        self.deeper(|this| {
            let mut parser = Parser { text, at: 0, depth: this.depth, origin, pending: Vec::new(), substituted: this.substituted, found: &mut *this.found };
            read(&mut parser)
        })
    }

    /// Does what is nested one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        if self.depth >= MAX_DEPTH {
            return Err(Opaque::Deep);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Returns the next character as it stands.
    pub(super) fn peek_raw(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the next character as it stands.
    pub(super) fn take_raw(&mut self) -> Step<char> {
        let c = self.peek_raw().ok_or(Opaque::Syntax)?;
        // Shells end a text at NUL; bash uses the other two within itself. A word of several lines before the body of a
        // here-document is read by each shell in its own way.
        if matches!(c, '\0' | '\u{1}' | '\u{7f}') || (c == '\n' && !self.pending.is_empty()) {
            return Err(Opaque::Syntax);
        }
        self.at += c.len_utf8();
        Ok(c)
    }

    /// Returns the next character, past line continuations (POSIX 2024, Shell Command Language, 2.2.1).
    pub(super) fn peek(&mut self) -> Option<char> {
        while self.rest().starts_with("\\\n") {
            self.at += 2;
        }
        self.peek_raw()
    }

    /// Takes the next character, past line continuations.
    pub(super) fn take(&mut self) -> Step<char> {
        self.peek();
        self.take_raw()
    }

    /// Takes the text if it comes next, with line continuations in it.
    pub(super) fn take_if(&mut self, text: &str) -> bool {
        let before = self.at;
        for expected in text.chars() {
            if self.peek() != Some(expected) {
                self.at = before;
                return false;
            }
            self.at += expected.len_utf8();
        }
        true
    }

    /// Returns whether the text comes next, with line continuations in it.
    pub(super) fn sees(&mut self, text: &str) -> bool {
        let before = self.at;
        let sees = self.take_if(text);
        self.at = before;
        sees
    }

    /// Skips blanks, and a comment before the end of the line.
    pub(super) fn skip_blanks(&mut self) -> Step {
        while let Some(' ' | '\t') = self.peek() {
            self.at += 1;
        }
        if self.peek() == Some('#') {
            let line = self.rest().split('\n').next().unwrap_or("");
            // Until version 5.2, bash looked for the end of a substitution without understanding comments.
            let misread = self.substituted && line.contains(['(', ')', '\'', '"', '`', '\\']);
            if misread || line.contains(|c| is_doubtful(c) && c != '\t') {
                return Err(Opaque::Syntax);
            }
            self.at += line.len();
        }
        Ok(())
    }

    /// Skips blanks, comments and ends of lines.
    pub(super) fn skip_lines(&mut self) -> Step {
        loop {
            self.skip_blanks()?;
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.end_line()?;
        }
    }

    /// Takes the end of a line, and the bodies of here-documents behind it.
    pub(super) fn end_line(&mut self) -> Step {
        self.at += 1;
        for document in std::mem::take(&mut self.pending) {
            self.here_document(&document)?;
        }
        Ok(())
    }

    /// Notes a here-document whose body is to come.
    pub(super) fn expect_here_document(&mut self, start: usize, word: &Word, strips_tabs: bool) -> Step {
        let raw = self.text.get(start..self.at).unwrap_or("");
        // Delimiters are compared as text after quote removal. Shells disagree about expansions and continued lines in them.
        let plain = |c: char| c.is_alphanumeric() || "_-.,:/%+@=!^".contains(c) || "'\"\\ ".contains(c);
        let (Some(delimiter), true) = (word.value.clone(), raw.chars().all(plain)) else { return Err(Opaque::Syntax) };
        if delimiter.is_empty() {
            return Err(Opaque::Syntax);
        }
        self.pending.push(HereDocument { delimiter, literal: raw.contains(['\'', '"', '\\']), strips_tabs });
        Ok(())
    }

    fn here_document(&mut self, document: &HereDocument) -> Step {
        let start = self.at;
        let (mut body, mut continued) = (String::new(), false);
        loop {
            let line_start = self.at;
            let before = self.at;
            let (line, doubtful) = self.here_line(document);
            continued |= !document.literal && self.text.get(before..self.at).is_some_and(|t| t.contains("\\\n"));
            if line == document.delimiter && !doubtful {
                break;
            }
            // The last line without an end: the delimiter is missing, and shells disagree about what follows.
            if doubtful || self.at >= self.text.len() || line_start == self.at {
                return Err(Opaque::Syntax);
            }
            body.push_str(&line);
            body.push('\n');
        }
        if body.contains(['\0', '\u{1}', '\u{7f}']) {
            return Err(Opaque::Syntax);
        }
        if document.literal || !body.contains(['$', '`']) {
            return Ok(());
        }
        // Whether a comment in a substitution goes on with the line depends on the shell.
        if continued && (body.contains('`') || body.contains("$(")) {
            return Err(Opaque::Syntax);
        }
        self.nested(&body, (start, self.at), |parser| parser.here_body())
    }

    /// Takes a line, or several that are continued; and whether these, alone or together, look like the delimiter.
    fn here_line(&mut self, document: &HereDocument) -> (String, bool) {
        let (mut line, mut looks, mut pieces) = (String::new(), false, 0);
        loop {
            let piece = self.rest().split('\n').next().unwrap_or("");
            self.at = (self.at + piece.len() + 1).min(self.text.len());
            line.push_str(if document.strips_tabs && pieces == 0 { piece.trim_start_matches('\t') } else { piece });
            pieces += 1;
            let backslashes = piece.len() - piece.trim_end_matches('\\').len();
            let continued = !document.literal && backslashes % 2 == 1;
            looks |= piece.trim_matches(['\\', '\t']) == document.delimiter;
            if !continued || self.at >= self.text.len() {
                let looks = pieces > 1 && (looks || line.trim_matches('\t') == document.delimiter);
                return (line, looks);
            }
            line.pop();
        }
    }

    /// Reads a body in which expansions count.
    fn here_body(&mut self) -> Step {
        let mut word = Word::default();
        while let Some(c) = self.peek_raw() {
            self.at += c.len_utf8();
            match c {
                '\\' => self.at += self.peek_raw().map_or(0, char::len_utf8),
                '$' => self.dollar(&mut word, true)?,
                '`' => self.backquote(&mut word, true)?,
                _ => {}
            }
        }
        Ok(())
    }
}
