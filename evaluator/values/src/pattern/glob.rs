//! Translates a glob to a regular expression, in one pass.

use super::{PatternError, check_length};
use std::iter::Peekable;
use std::str::Chars;

/// How deep alternatives may be nested.
pub(super) const MAX_DEPTH: usize = 16;

/// What `*` stops at and what is refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// By component, for paths in normal form.
    Path,
    /// By component, for names that may hold anything.
    Name,
    /// `*` is any text.
    Text,
}

/// A translated glob.
pub(super) struct Glob {
    /// The anchored regular expression.
    pub(super) regex: String,
    /// Whether it speaks of more than one component.
    pub(super) has_slash: bool,
    /// Whether it has alternatives that fit absolute paths alone.
    pub(super) absolute: bool,
    /// Whether it has alternatives that fit relative paths alone.
    pub(super) relative: bool,
}

/// What stands before the next character.
#[derive(Clone, Copy, Default)]
struct Before {
    /// Nothing at all, on some way through the alternatives.
    start: bool,
    /// A slash or nothing: a component may begin.
    boundary: bool,
}

/// An open alternative: what stands before it, and whether some alternative was empty at the start.
struct Group {
    before: Before,
    empty: bool,
}

struct Translator<'a> {
    dialect: Dialect,
    chars: Peekable<Chars<'a>>,
    out: Glob,
    before: Before,
    groups: Vec<Group>,
    /// The plain characters of this component as far as they are dots; none after anything else.
    dots: Option<u8>,
}

pub(super) fn translate(text: &str, dialect: Dialect) -> Result<Glob, PatternError> {
    check_length(text)?;
    let mut translator = Translator {
        dialect,
        chars: text.chars().peekable(),
        out: Glob { regex: String::from(r"(?s)\A(?:"), has_slash: false, absolute: false, relative: false },
        before: Before { start: true, boundary: true },
        groups: Vec::new(),
        dots: Some(0),
    };
    translator.run()?;
    let mut glob = translator.out;
    glob.regex.push_str(r")\z");
    Ok(glob)
}

impl Translator<'_> {
    fn run(&mut self) -> Result<(), PatternError> {
        while let Some(c) = self.chars.next() {
            match c {
                '\\' => {
                    let c = self.chars.next().ok_or(PatternError::Escape)?;
                    self.plain(c)?;
                }
                '*' => self.star()?,
                '?' => self.any_char(),
                '[' => self.class()?,
                '{' => self.open()?,
                ',' if !self.groups.is_empty() => self.comma()?,
                '}' => self.close()?,
                c => self.plain(c)?,
            }
        }
        if !self.groups.is_empty() {
            return Err(PatternError::Brace);
        }
        if self.dialect == Dialect::Path && self.out.regex.ends_with('/') && !self.out.regex.ends_with("(?:/") {
            return Err(PatternError::Slash);
        }
        self.end_component()
    }

    /// Takes note of something that is no slash.
    fn consume(&mut self) {
        if self.before.start {
            self.out.relative = true;
        }
        self.before = Before::default();
        self.dots = None;
    }

    fn plain(&mut self, c: char) -> Result<(), PatternError> {
        if c == '/' {
            return self.slash();
        }
        let dots = self.dots.filter(|_| c == '.').map(|n| n.saturating_add(1));
        self.consume();
        self.dots = dots;
        self.out.regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
        Ok(())
    }

    fn slash(&mut self) -> Result<(), PatternError> {
        if self.dialect == Dialect::Path && self.before.boundary && !self.before.start {
            return Err(PatternError::Slash);
        }
        self.end_component()?;
        if self.before.start {
            self.out.absolute = true;
        }
        self.before = Before { start: false, boundary: true };
        self.dots = Some(0);
        self.out.has_slash = true;
        self.out.regex.push('/');
        Ok(())
    }

    fn end_component(&self) -> Result<(), PatternError> {
        if self.dialect == Dialect::Path && matches!(self.dots, Some(1 | 2)) { Err(PatternError::Dots) } else { Ok(()) }
    }

    fn star(&mut self) -> Result<(), PatternError> {
        let mut stars = 1usize;
        while self.chars.next_if_eq(&'*').is_some() {
            stars = stars.saturating_add(1);
        }
        if self.dialect == Dialect::Text {
            self.consume();
            self.out.regex.push_str(".*");
            return Ok(());
        }
        if stars == 1 {
            self.consume();
            self.out.regex.push_str("[^/]*");
            return Ok(());
        }
        if stars > 2 || !self.before.boundary {
            return Err(PatternError::Stars);
        }
        // At the start `**` fits absolute and relative paths alike: neither flag is set.
        let start = self.before.start;
        match self.chars.peek() {
            Some('/') => {
                self.chars.next();
                self.out.has_slash = true;
                self.out.regex.push_str(if start { "(?:/?(?:[^/]+/)*)" } else { "(?:[^/]+/)*" });
                // A slash behind this one would be an empty component, as behind a slash.
                self.before = Before { start: false, boundary: true };
                self.dots = Some(0);
                if self.chars.peek().is_none() && self.dialect == Dialect::Path { Err(PatternError::Slash) } else { Ok(()) }
            }
            None => self.rest(),
            Some('}' | ',') if !self.groups.is_empty() => self.rest(),
            Some(_) => Err(PatternError::Stars),
        }
    }

    fn rest(&mut self) -> Result<(), PatternError> {
        self.out.regex.push_str(".*");
        self.before = Before::default();
        self.dots = None;
        Ok(())
    }

    fn any_char(&mut self) {
        self.consume();
        self.out.regex.push_str(if self.dialect == Dialect::Text { "." } else { "[^/]" });
    }

    fn class(&mut self) -> Result<(), PatternError> {
        self.consume();
        let negated = self.chars.next_if(|c| matches!(c, '!' | '^')).is_some();
        let mut items = String::new();
        while let Some(first) = self.class_char()? {
            items.push_str(&regex::escape(first.encode_utf8(&mut [0; 4])));
            // A hyphen before the end stands for itself.
            let mut ahead = self.chars.clone();
            if ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']') {
                self.chars.next();
                let last = self.class_char()?.filter(|last| *last >= first).ok_or(PatternError::Class)?;
                items.push('-');
                items.push_str(&regex::escape(last.encode_utf8(&mut [0; 4])));
            }
        }
        if items.is_empty() {
            return Err(PatternError::Class);
        }
        let by_component = self.dialect != Dialect::Text;
        self.out.regex.push_str(&match (negated, by_component) {
            (true, true) => format!("[^{items}/]"),
            (true, false) => format!("[^{items}]"),
            (false, true) => format!("[[{items}]&&[^/]]"),
            (false, false) => format!("[{items}]"),
        });
        Ok(())
    }

    /// Takes a character of a class; none at its end.
    fn class_char(&mut self) -> Result<Option<char>, PatternError> {
        match self.chars.next() {
            None => Err(PatternError::Class),
            Some(']') => Ok(None),
            Some('\\') => self.chars.next().map(Some).ok_or(PatternError::Escape),
            Some(c) => Ok(Some(c)),
        }
    }

    fn open(&mut self) -> Result<(), PatternError> {
        if self.groups.len() >= MAX_DEPTH {
            return Err(PatternError::Brace);
        }
        self.groups.push(Group { before: self.before, empty: false });
        self.dots = None;
        self.out.regex.push_str("(?:");
        Ok(())
    }

    fn comma(&mut self) -> Result<(), PatternError> {
        let group = self.groups.last_mut().ok_or(PatternError::Brace)?;
        group.empty |= self.before.start;
        self.before = group.before;
        self.dots = None;
        self.out.regex.push('|');
        Ok(())
    }

    fn close(&mut self) -> Result<(), PatternError> {
        let group = self.groups.pop().ok_or(PatternError::Brace)?;
        // Behind the group anything may stand before: `**` is refused there, a slash is not.
        self.before = Before { start: self.before.start || group.empty, boundary: false };
        self.dots = None;
        self.out.regex.push(')');
        Ok(())
    }
}
