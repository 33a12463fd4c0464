//! Words: quotes, expansions, and what is known of the text that they become.

use super::Opaque;
use super::cursor::{Parser, is_doubtful, is_meta};
use super::found::Step;

/// A word of a command.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    /// Its text after expansion and quote removal. None for any number of words that can't be known.
    pub(super) value: Option<String>,
    /// What the text begins with; all of it where that is known.
    pub(super) prefix: String,
    /// Whether it may become several words, or none.
    pub(super) splits: bool,
    /// Whether it begins with a tilde that stands for a home folder.
    pub(super) tilde: bool,
    /// Whether it is a process substitution, which names a descriptor.
    pub(super) process: bool,
    /// Whether its text is another one in shells that don't know `$'…'` (POSIX since 2024).
    pub(super) dialect: bool,
    /// What it assigns, where it stands in a place for assignments.
    pub(super) assigns: Option<Assigns>,
    /// Whether that is an array in brackets.
    pub(super) array: bool,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where an unquoted brace stands before which expansion may multiply the word, and whether anything makes it do so.
    brace: bool,
    multiplies: bool,
    quoted: bool,
}

/// An assignment.
#[derive(Clone, Debug)]
pub(super) struct Assigns {
    pub(super) name: String,
    /// Where the value begins in the word's text.
    at: usize,
}

impl Word {
    /// A word whose text is known.
    pub(super) fn literal(text: &str) -> Self {
        Self { value: Some(text.to_owned()), prefix: text.to_owned(), ..Self::default() }
    }

    /// Any number of words that can't be known.
    pub(super) fn unknown() -> Self {
        Self { splits: true, ..Self::default() }
    }

    /// Returns the name and the value that the word assigns.
    pub(super) fn assignment(&self) -> Option<(String, Option<String>)> {
        let assigns = self.assigns.as_ref()?;
        let value = self.value.as_ref().and_then(|v| v.get(assigns.at..)).map(str::to_owned);
        Some((assigns.name.clone(), value))
    }

    /// Returns whether the word may be, or bring, an option.
    pub(super) fn may_be_option(&self) -> bool {
        match &self.value {
            Some(value) => value.starts_with(['-', '+']),
            None => !self.process && (self.splits || self.prefix.is_empty() || self.prefix.starts_with(['-', '+'])),
        }
    }

    pub(super) fn push(&mut self, c: char) {
        if let Some(value) = &mut self.value {
            value.push(c);
        }
    }

    /// Notes quotes that not every shell knows.
    pub(super) fn quote_as_c(&mut self) {
        self.quoted = true;
        self.dialect = true;
    }

    /// Notes that what comes next isn't known.
    pub(super) fn forget(&mut self, splits: bool) {
        if let Some(value) = self.value.take() {
            self.prefix = value;
        }
        self.splits |= splits;
    }

    /// Returns whether all so far is a name that something is assigned to.
    fn names(&self) -> Option<&str> {
        let value = self.value.as_deref().filter(|_| !self.quoted && self.assigns.is_none())?;
        let name = value.strip_suffix('+').unwrap_or(value);
        is_name(name).then_some(name)
    }
}

/// Returns whether it is a name of a variable (POSIX 2024, Base Definitions, 3.216).
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl Parser<'_, '_> {
    /// Reads a word; the next character begins one.
    pub(super) fn word(&mut self) -> Step<Word> {
        self.peek();
        let mut word = Word { value: Some(String::new()), start: self.at, end: self.at, ..Word::default() };
        let mut empty = true;
        while let Some(c) = self.peek() {
            if matches!(c, '<' | '>') && (self.sees("<(") || self.sees(">(")) {
                self.take()?;
                self.take()?;
                if self.peek() == Some('(') {
                    return Err(Opaque::Syntax);
                }
                self.substitution()?;
                word.process = empty;
                word.forget(false);
                empty = false;
                continue;
            }
            if c == '(' && self.takes_array(&word) {
                self.array(&mut word)?;
                empty = false;
                continue;
            }
            if is_meta(c) {
                break;
            }
            word.process = false;
            self.piece(c, &mut word, empty)?;
            empty = false;
        }
        if empty {
            return Err(Opaque::Syntax);
        }
        word.end = self.at;
        self.settle(&mut word);
        Ok(word)
    }

    /// Reads the next part of a word outside of quotes.
    fn piece(&mut self, c: char, word: &mut Word, first: bool) -> Step {
        if is_doubtful(c) {
            return Err(Opaque::Syntax);
        }
        self.take()?;
        match c {
            '\\' => {
                // A line continuation was skipped before.
                let c = self.take_raw()?;
                word.quoted = true;
                word.push(c);
            }
            '\'' => {
                word.quoted = true;
                loop {
                    match self.take_raw()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => self.double_quotes(word)?,
            '$' => self.dollar(word, false)?,
            '`' => self.backquote(word, false)?,
            '*' | '?' => word.forget(true),
            '[' if first && self.peek().is_none_or(is_meta) => word.push(c),
            '[' => word.forget(true),
            '~' if first => word.tilde = self.tilde(word)?,
            // In assignments, and words that look like some, tildes stand for folders here too.
            '~' if word.value.as_ref().is_some_and(|v| v.ends_with(['=', ':'])) => word.forget(false),
            // A program's path in zsh.
            '=' if first && self.peek().is_some_and(|c| c.is_alphanumeric() || "_./~$".contains(c)) => word.forget(false),
            '=' => {
                if let Some(name) = word.names() {
                    let name = name.to_owned();
                    let at = word.value.as_ref().map_or(0, String::len) + 1;
                    word.assigns = Some(Assigns { name, at });
                }
                word.push('=');
            }
            '{' => {
                word.brace = true;
                word.push(c);
            }
            ',' => {
                word.multiplies |= word.brace;
                word.push(c);
            }
            c => word.push(c),
        }
        Ok(())
    }

    /// Takes braces that multiply a word into account: `{a,b}`, `{1..9}`.
    fn settle(&self, word: &mut Word) {
        let raw = self.text.get(word.start..word.end).unwrap_or("");
        if word.brace && (word.multiplies || raw.contains("..") || raw.contains("\\\n")) {
            word.forget(true);
            word.assigns = None;
        }
        if let Some(value) = &word.value {
            word.prefix.clone_from(value);
        }
    }

    /// Reads a tilde and the name behind it; returns whether it stands for a home folder.
    fn tilde(&mut self, word: &mut Word) -> Step<bool> {
        word.push('~');
        let mut named = false;
        while let Some(c) = self.peek() {
            match c {
                c if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+') => {
                    // `~+`, `~-`, `~1`: folders that only the shell knows.
                    if !named && !c.is_ascii_alphabetic() && c != '_' {
                        word.forget(false);
                    }
                    named = true;
                    word.push(self.take()?);
                }
                '/' => return Ok(true),
                c if is_meta(c) => return Ok(true),
                _ => break,
            }
        }
        // Quotes or expansions in the name: no home folder. What else ends a name depends on the shell.
        if !matches!(self.peek(), None | Some('\'' | '"' | '\\')) {
            word.forget(false);
        }
        Ok(self.peek().is_none())
    }

    /// Reads what stands in double quotes; the opening one is taken.
    pub(super) fn double_quotes(&mut self, word: &mut Word) -> Step {
        word.quoted = true;
        loop {
            match self.take()? {
                '"' => return Ok(()),
                '\\' => match self.take_raw()? {
                    c @ ('$' | '`' | '"' | '\\') => word.push(c),
                    c => {
                        word.push('\\');
                        word.push(c);
                    }
                },
                '$' => self.dollar(word, true)?,
                '`' => self.backquote(word, true)?,
                c => word.push(c),
            }
        }
    }

    /// Returns whether a bracket here begins the elements of an array.
    fn takes_array(&self, word: &Word) -> bool {
        word.assigns.as_ref().is_some_and(|a| word.value.as_ref().is_some_and(|v| v.len() == a.at && v.ends_with('=')) && !word.quoted)
    }

    /// Reads the elements of an array.
    fn array(&mut self, word: &mut Word) -> Step {
        self.take()?;
        word.array = true;
        word.forget(false);
        self.deeper(|this| {
            loop {
                this.skip_lines()?;
                match this.peek() {
                    Some(')') => return this.take().map(drop),
                    // The subscript is computed, which may run a command.
                    Some('[') => return Err(Opaque::Evaluation),
                    _ => drop(this.word()?),
                }
            }
        })
    }
}
