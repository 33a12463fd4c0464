//! Blanks, words, signs and lists.

use reach_codes::Span;

use super::Reader;
use crate::ast::{Name, TextLit};
use crate::scan::offset;

pub(super) use crate::words::is_word_byte;

impl<'t> Reader<'t> {
    /// Returns the byte at a place; zero, which no source has, at the end.
    pub(super) fn byte_at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn byte(&self) -> u8 {
        self.byte_at(self.at)
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    /// Returns the place from `start` to the end of the last token.
    pub(super) fn span(&self, start: usize) -> Span {
        self.span_to(start, self.at)
    }

    pub(super) fn span_to(&self, start: usize, end: usize) -> Span {
        Span::new(self.builder.file, offset(start), offset(end))
    }

    /// Returns where the next thing stands that is no blank, line end or comment. A semicolon, which the grammar passes over, is one.
    pub(super) fn ahead(&self) -> usize {
        self.ahead_of(self.at)
    }

    pub(super) fn ahead_of(&self, mut at: usize) -> usize {
        loop {
            match self.byte_at(at) {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'/' if self.byte_at(at + 1) == b'/' => {
                    let rest = self.bytes.get(at..).unwrap_or_default();
                    at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                }
                _ => return at,
            }
        }
    }

    /// Moves to the next thing: a token has to follow.
    pub(super) fn skip(&mut self) {
        self.at = self.ahead();
    }

    /// Returns where the next thing of the same line stands.
    pub(super) fn beside(&self) -> usize {
        self.beside_of(self.at)
    }

    pub(super) fn beside_of(&self, mut at: usize) -> usize {
        while matches!(self.byte_at(at), b' ' | b'\t') {
            at += 1;
        }
        at
    }

    /// Returns the end of the word at a place, which is that place where there is none.
    pub(super) fn word_end(&self, at: usize) -> usize {
        let first = self.byte_at(at);
        if !(first.is_ascii_alphabetic() || first == b'_') {
            return at;
        }
        let mut end = at + 1;
        while is_word_byte(self.byte_at(end)) {
            end += 1;
        }
        end
    }

    /// Returns the word at a place; nothing where there is none.
    pub(super) fn word_at(&self, at: usize) -> &'t str {
        self.slice(at, self.word_end(at))
    }

    /// Returns whether a word of the language may end here: not where it is the name of a field (`from: text`).
    pub(super) fn ends(&self, end: usize) -> bool {
        self.byte_at(self.beside_of(end)) != b':'
    }

    /// Returns whether a word of the language stands at a place.
    pub(super) fn is_keyword(&self, at: usize, word: &str) -> bool {
        let end = at + word.len();
        self.bytes.get(at..end) == Some(word.as_bytes()) && !is_word_byte(self.byte_at(end)) && self.ends(end)
    }

    /// Takes a word of the language that stands right here.
    pub(super) fn keyword(&mut self, word: &str) -> Option<()> {
        self.is_keyword(self.at, word).then(|| self.at += word.len())
    }

    /// Takes the next thing if it is this word of the language, and says whether it was.
    pub(super) fn next_keyword(&mut self, word: &str) -> bool {
        let at = self.ahead();
        let found = self.is_keyword(at, word);
        if found {
            self.at = at + word.len();
        }
        found
    }

    /// The same for one that stands in the same line.
    pub(super) fn keyword_beside(&mut self, word: &str) -> bool {
        let at = self.beside();
        let found = self.is_keyword(at, word);
        if found {
            self.at = at + word.len();
        }
        found
    }

    /// Takes a sign that has to stand right here.
    pub(super) fn sign(&mut self, sign: u8) -> Option<()> {
        (self.byte() == sign).then(|| self.at += 1)
    }

    /// Takes a bracket that opens, and moves to what stands behind it.
    pub(super) fn open(&mut self, sign: u8) -> Option<()> {
        self.sign(sign)?;
        self.skip();
        Some(())
    }

    /// Takes a bracket that closes, the next thing.
    pub(super) fn close(&mut self, sign: u8) -> Option<()> {
        self.skip();
        self.sign(sign)
    }

    /// Takes the comma that is the next thing if an item stands behind it, and moves to the item.
    pub(super) fn comma_before(&mut self, begins: impl Fn(&Self, usize) -> bool) -> bool {
        let comma = self.ahead();
        if self.byte_at(comma) != b',' {
            return false;
        }
        let at = self.ahead_of(comma + 1);
        let found = begins(self, at);
        if found {
            self.at = at;
        }
        found
    }

    /// Reads items up to a bracket that closes, separated by commas.
    pub(super) fn by_commas<T>(&mut self, close: u8, item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.items_until(close, false, item)
    }

    /// Reads items up to a bracket that closes, separated by commas or line ends.
    pub(super) fn by_lines<T>(&mut self, close: u8, item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.items_until(close, true, item)
    }

    /// Stands behind the opening bracket.
    fn items_until<T>(&mut self, close: u8, lines: bool, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.skip();
        if self.byte() == close {
            self.at += 1;
            return Some(Vec::new());
        }
        let mut items = Vec::with_capacity(self.items_at_hand(close));
        loop {
            items.push(item(self)?);
            let end = self.at;
            self.skip();
            if self.byte() == b',' {
                self.at += 1;
                self.skip();
            } else if self.byte() != close && !(lines && self.bytes.get(end..self.at)?.contains(&b'\n')) {
                return None;
            }
            if self.byte() == close {
                self.at += 1;
                return Some(items);
            }
        }
    }

    /// Guesses how many items stand here, from the commas of the next bytes: nearly always right, and of no consequence but for memory.
    fn items_at_hand(&self, close: u8) -> usize {
        let near = self.bytes.get(self.at..).unwrap_or_default().iter().take(256).take_while(|b| **b != close);
        1 + near.filter(|b| **b == b',').count()
    }

    // ---- names and texts ------------------------------------------------------------------------------------------------

    fn plain(&self, start: usize) -> Name {
        Name { text: self.slice(start, self.at).into(), span: self.span(start), quoted: false }
    }

    /// A word as a name.
    pub(super) fn word(&mut self) -> Option<Name> {
        let start = self.at;
        self.at = self.word_end(start);
        (self.at > start).then(|| self.plain(start))
    }

    /// Returns the end of a dotted name.
    pub(super) fn dotted_end(&self, at: usize) -> usize {
        let mut end = self.word_end(at);
        while end > at && self.byte_at(end) == b'.' {
            let next = self.word_end(end + 1);
            if next == end + 1 {
                break;
            }
            end = next;
        }
        end
    }

    /// A word, or several with points between them.
    pub(super) fn dotted(&mut self) -> Option<Name> {
        let start = self.at;
        self.at = self.dotted_end(start);
        (self.at > start).then(|| self.plain(start))
    }

    /// A name that may have hyphens.
    pub(super) fn kebab(&mut self) -> Option<Name> {
        let start = self.at;
        let mut end = self.word_end(start);
        while end > start && self.byte_at(end) == b'-' && is_word_byte(self.byte_at(end + 1)) {
            end += 1;
            while is_word_byte(self.byte_at(end)) {
                end += 1;
            }
        }
        self.at = end;
        (end > start).then(|| self.plain(start))
    }

    /// A dotted or quoted name.
    pub(super) fn name(&mut self) -> Option<Name> {
        if self.byte() == b'"' { self.quoted_name() } else { self.dotted() }
    }

    /// A word or a quoted name.
    pub(super) fn field_name(&mut self) -> Option<Name> {
        if self.byte() == b'"' { self.quoted_name() } else { self.word() }
    }

    pub(super) fn quoted_name(&mut self) -> Option<Name> {
        let TextLit { span, value } = self.text_literal()?;
        Some(Name { text: value, span, quoted: true })
    }

    /// Takes a text in double quotes as it is written, with them.
    pub(super) fn quoted(&mut self) -> Option<&'t str> {
        let start = self.at;
        if self.byte() != b'"' {
            return None;
        }
        let mut end = start + 1;
        loop {
            match self.byte_at(end) {
                0 | b'\n' => return None,
                b'"' => break,
                // A text that ends in it is not closed.
                b'\\' if matches!(self.byte_at(end + 1), b'\n' | b'\r') => return None,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        self.at = end + 1;
        Some(self.slice(start, self.at))
    }

    pub(super) fn text_literal(&mut self) -> Option<TextLit> {
        let start = self.at;
        let raw = self.quoted()?;
        Some(self.builder.text_of(self.span(start), raw))
    }

    /// `(a.b.c)` without the brackets: field names with points between them.
    pub(super) fn dotted_path(&mut self) -> Option<Vec<Name>> {
        let mut path = vec![self.field_name()?];
        while self.byte() == b'.' && self.begins_field_name(self.at + 1) {
            self.at += 1;
            path.push(self.field_name()?);
        }
        Some(path)
    }

    pub(super) fn begins_word(&self, at: usize) -> bool {
        self.word_end(at) > at
    }

    pub(super) fn begins_field_name(&self, at: usize) -> bool {
        self.byte_at(at) == b'"' || self.begins_word(at)
    }

    /// Further dotted names, each behind a comma.
    pub(super) fn more_dotted(&mut self, names: &mut Vec<Name>) -> Option<()> {
        while self.comma_before(Self::begins_word) {
            names.push(self.dotted()?);
        }
        Some(())
    }

    /// `:` where `=` would be a slip.
    pub(super) fn colon(&mut self) -> Option<()> {
        self.skip();
        self.sign(b':')?;
        self.skip();
        Some(())
    }

    /// `:` that doesn't begin `:=`, as the next thing.
    pub(super) fn next_colon(&mut self) -> bool {
        let at = self.ahead();
        let found = self.byte_at(at) == b':' && self.byte_at(at + 1) != b'=';
        if found {
            self.at = self.ahead_of(at + 1);
        }
        found
    }

    /// `=` behind which a value stands, as the next thing.
    pub(super) fn assign(&mut self) -> Option<()> {
        self.skip();
        self.sign(b'=')?;
        if matches!(self.byte(), b'=' | b'>') {
            return None;
        }
        self.skip();
        Some(())
    }
}
