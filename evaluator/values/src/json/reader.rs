//! The reader.
//!
//! What a caller asks for each key and text is inlined always: what it returns is larger than registers are, and to hand it over in memory costs as much
//! as reading it.

use super::{JsonError, JsonProblem, MAX_DEPTH, run};

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// Returns the word for messages: `null`, `a truth value`, `a number`, `text`, `a list`, `an object`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a truth value",
            Self::Number => "a number",
            Self::String => "text",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }
}

/// Which text something that was read lies in. As large as an address: what is written as a byte and read with what stands behind it makes the
/// processor wait for the writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Lies {
    /// In the input.
    Input,
    /// In the scratch text.
    Scratch,
}

/// A range of bytes of the input, or of the scratch text where what was escaped stands unescaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text that it lies in.
    pub lies: Lies,
    /// The offset of the first byte.
    pub start: usize,
    /// The length in bytes.
    pub len: usize,
}

impl Piece {
    /// Returns the text; empty if these are not the texts that it was read from.
    #[must_use]
    #[inline]
    pub fn text<'t>(&self, input: &'t str, scratch: &'t str) -> &'t str {
        let space = if self.lies == Lies::Scratch { scratch } else { input };
        self.start.checked_add(self.len).and_then(|end| space.get(self.start..end)).unwrap_or("")
    }
}

impl Piece {
    /// Returns the text's bytes; none if these are not the texts that it was read from.
    #[inline]
    #[must_use]
    pub fn bytes<'t>(&self, input: &'t str, scratch: &'t str) -> &'t [u8] {
        let space = if self.lies == Lies::Scratch { scratch } else { input };
        self.start.checked_add(self.len).and_then(|end| space.as_bytes().get(self.start..end)).unwrap_or(&[])
    }
}

/// A strict pull reader. After an error it is of no further use.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// One bit a level, the innermost lowest: whether no element was read yet.
    fresh: u64,
}

/// What a string is copied to while it is read.
type Sink<'s> = Option<&'s mut String>;

impl<'a> Reader<'a> {
    /// Returns a reader at the beginning of a text.
    #[must_use]
    #[inline]
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, fresh: 0 }
    }

    /// Returns a reader at a place inside a text that was read before: in front of a value, so many levels deep.
    #[must_use]
    #[inline]
    pub const fn within(text: &'a str, offset: usize, depth: u32) -> Self {
        Self { text, at: offset, depth, fresh: 0 }
    }

    /// Returns the offset of the next byte.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// Returns the kind of the next value.
    ///
    /// # Errors
    /// When no value begins here.
    #[inline]
    pub fn peek(&mut self) -> Result<Kind, JsonError> {
        match self.ahead() {
            Some(b'n') => Ok(Kind::Null),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'"') => Ok(Kind::String),
            Some(b'[') => Ok(Kind::Array),
            Some(b'{') => Ok(Kind::Object),
            _ => Err(self.expected("a value")),
        }
    }

    /// Reads `null`.
    ///
    /// # Errors
    /// When something else stands here.
    pub fn null(&mut self) -> Result<(), JsonError> {
        self.skip_space();
        if self.word("null") { Ok(()) } else { Err(self.expected("`null`")) }
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// When something else stands here.
    pub fn bool(&mut self) -> Result<bool, JsonError> {
        self.skip_space();
        if self.word("true") {
            Ok(true)
        } else if self.word("false") {
            Ok(false)
        } else {
            Err(self.expected("`true` or `false`"))
        }
    }

    /// Reads a number and returns it as written.
    ///
    /// # Errors
    /// When something else stands here.
    pub fn number(&mut self) -> Result<&'a str, JsonError> {
        self.skip_space();
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') && self.digits() == 0 {
            return Err(if self.at == start { self.expected("a number") } else { self.error(JsonProblem::Number) });
        }
        if self.eat(b'.') && self.digits() == 0 {
            return Err(self.error(JsonProblem::Number));
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            if self.digits() == 0 {
                return Err(self.error(JsonProblem::Number));
            }
        }
        if self.byte().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-')) {
            return Err(self.error(JsonProblem::Number));
        }
        self.text.get(start..self.at).ok_or_else(|| self.error(JsonProblem::Number))
    }

    /// Reads a string: a range of the input, or of `scratch`, to which it is appended if it holds escapes.
    ///
    /// # Errors
    /// When something else stands here, or for a string that JSON doesn't allow.
    #[inline(always)]
    pub fn string(&mut self, scratch: &mut String) -> Result<Piece, JsonError> {
        if self.ahead() != Some(b'"') {
            return Err(self.expected("text"));
        }
        self.read_string(Some(scratch))
    }

    /// Enters an array; [`Reader::next_element`] follows.
    ///
    /// # Errors
    /// When something else stands here, or the depth is reached.
    pub fn begin_array(&mut self) -> Result<(), JsonError> {
        self.begin(b'[', "`[`")
    }

    /// Goes to the next element; `false` at the end of the array, which is left.
    ///
    /// # Errors
    /// When neither `,` nor `]` stands here.
    pub fn next_element(&mut self) -> Result<bool, JsonError> {
        self.next(b']', "`,` or `]`")
    }

    /// Enters an object; [`Reader::next_key`] follows.
    ///
    /// # Errors
    /// When something else stands here, or the depth is reached.
    #[inline]
    pub fn begin_object(&mut self) -> Result<(), JsonError> {
        self.begin(b'{', "`{`")
    }

    /// Reads the next key, after which its value follows; none at the end of the object, which is left.
    ///
    /// # Errors
    /// When neither a key nor `}` stands here.
    #[inline(always)]
    pub fn next_key(&mut self, scratch: &mut String) -> Result<Option<Piece>, JsonError> {
        self.key(Some(scratch))
    }

    /// Reads over a value of any kind, and makes sure that it is JSON. Keys are not compared with one another.
    ///
    /// # Errors
    /// When no JSON value stands here.
    pub fn skip_value(&mut self) -> Result<(), JsonError> {
        let outside = self.depth;
        // One bit a level: whether it is an object.
        let mut objects = 0u64;
        loop {
            match self.peek()? {
                Kind::Null => self.null()?,
                Kind::Bool => drop(self.bool()?),
                Kind::Number => drop(self.number()?),
                // That is a quote's kind.
                Kind::String => drop(self.read_string(None)?),
                Kind::Array => {
                    self.begin_array()?;
                    objects <<= 1;
                }
                Kind::Object => {
                    self.begin_object()?;
                    objects = objects << 1 | 1;
                }
            }
            loop {
                if self.depth == outside {
                    return Ok(());
                }
                let more = if objects & 1 == 1 { self.key(None)?.is_some() } else { self.next_element()? };
                if more {
                    break;
                }
                objects >>= 1;
            }
        }
    }

    /// Makes sure that nothing but space follows.
    ///
    /// # Errors
    /// When something does.
    pub fn end(&mut self) -> Result<(), JsonError> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.error(JsonProblem::Trailing)) }
    }

    #[inline(always)]
    fn key(&mut self, sink: Sink<'_>) -> Result<Option<Piece>, JsonError> {
        if !self.next(b'}', "`,` or `}`")? {
            return Ok(None);
        }
        if self.ahead() != Some(b'"') {
            return Err(self.expected("a key in quotes"));
        }
        let key = self.read_string(sink)?;
        if self.ahead() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.advance(1);
        Ok(Some(key))
    }

    #[inline]
    fn begin(&mut self, open: u8, what: &'static str) -> Result<(), JsonError> {
        if self.ahead() != Some(open) {
            return Err(self.expected(what));
        }
        if self.depth >= MAX_DEPTH {
            return Err(self.error(JsonProblem::Depth));
        }
        self.advance(1);
        self.depth += 1;
        self.fresh = self.fresh << 1 | 1;
        Ok(())
    }

    /// Takes what stands between elements; `false` when the level was closed.
    #[inline]
    fn next(&mut self, close: u8, what: &'static str) -> Result<bool, JsonError> {
        let ahead = self.ahead();
        if ahead == Some(close) {
            self.advance(1);
            self.depth = self.depth.saturating_sub(1);
            self.fresh >>= 1;
            return Ok(false);
        }
        if self.fresh & 1 == 1 {
            self.fresh &= !1;
        } else if ahead == Some(b',') {
            self.advance(1);
        } else {
            return Err(self.expected(what));
        }
        Ok(true)
    }

    /// Reads a string whose quote stands here.
    #[inline(always)]
    fn read_string(&mut self, sink: Sink<'_>) -> Result<Piece, JsonError> {
        self.advance(1);
        let (rest, start) = (self.rest(), self.at);
        let len = run::plain(rest);
        self.advance(len);
        if rest.get(len) == Some(&b'"') {
            self.advance(1);
            return Ok(Piece { lies: Lies::Input, start, len });
        }
        self.read_escaped(start, sink)
    }

    /// Reads the rest of a string that is more than one plain run, the first of which begins at `start` and ends here.
    #[inline(never)]
    fn read_escaped(&mut self, start: usize, mut sink: Sink<'_>) -> Result<Piece, JsonError> {
        let begin = sink.as_ref().map_or(0, |s| s.len());
        let mut run = start;
        loop {
            if let Some(sink) = &mut sink {
                sink.push_str(self.text.get(run..self.at).unwrap_or(""));
            }
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let c = self.escape()?;
                    if let Some(sink) = &mut sink {
                        sink.push(c);
                    }
                }
                Some(_) => return Err(self.error(JsonProblem::Control)),
                None => return Err(self.error(JsonProblem::End)),
            }
            run = self.at;
            self.advance(run::plain(self.rest()));
        }
        self.advance(1);
        Ok(Piece { lies: Lies::Scratch, start: begin, len: sink.map_or(0, |s| s.len() - begin) })
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        self.advance(1);
        let c = match self.byte() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.advance(1);
                return self.unicode_escape(start);
            }
            Some(_) => return Err(JsonError { problem: JsonProblem::Escape, offset: start }),
            None => return Err(self.error(JsonProblem::End)),
        };
        self.advance(1);
        Ok(c)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, JsonError> {
        let surrogate = JsonError { problem: JsonProblem::Surrogate, offset: start };
        let unit = self.hex4(start)?;
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit).ok_or(surrogate);
        }
        if !(self.eat(b'\\') && self.eat(b'u')) {
            return Err(surrogate);
        }
        let low = self.hex4(start)?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(surrogate);
        }
        char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)).ok_or(surrogate)
    }

    fn hex4(&mut self, start: usize) -> Result<u32, JsonError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|b| char::from(b).to_digit(16)).ok_or(JsonError { problem: JsonProblem::Escape, offset: start })?;
            unit = unit << 4 | digit;
            self.advance(1);
        }
        Ok(unit)
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.byte() == Some(byte);
        if found {
            self.advance(1);
        }
        found
    }

    fn digits(&mut self) -> usize {
        let rest = self.rest();
        let digits = rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        self.advance(digits);
        digits
    }

    /// Takes a word that no letter or digit follows.
    fn word(&mut self, word: &str) -> bool {
        let found = self.rest().strip_prefix(word.as_bytes()).is_some_and(|behind| !behind.first().is_some_and(u8::is_ascii_alphanumeric));
        if found {
            self.advance(word.len());
        }
        found
    }

    fn skip_space(&mut self) {
        self.ahead();
    }

    /// Goes over space, and returns what stands behind it.
    #[inline]
    fn ahead(&mut self) -> Option<u8> {
        match self.byte() {
            Some(byte) if byte > b' ' => Some(byte),
            _ => self.behind_space(),
        }
    }

    #[inline(never)]
    fn behind_space(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.advance(1);
        }
        self.byte()
    }

    /// Returns the bytes from here on.
    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or(&[])
    }

    /// Goes on by as many bytes as were seen to stand here.
    ///
    /// The offset can't overflow: it never passes the end of the text, whose length is an `isize`. So that isn't checked with each byte. Even if it did,
    /// the offset goes only to `get`, which finds nothing behind the end.
    #[inline]
    const fn advance(&mut self, bytes: usize) {
        self.at = self.at.wrapping_add(bytes);
    }

    #[cold]
    fn expected(&self, what: &'static str) -> JsonError {
        self.error(if self.at >= self.text.len() { JsonProblem::End } else { JsonProblem::Expected(what) })
    }

    #[cold]
    const fn error(&self, problem: JsonProblem) -> JsonError {
        JsonError { problem, offset: self.at }
    }
}
