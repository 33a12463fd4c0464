//! Translates a glob to a regular expression, in one pass.

mod class;
mod macos;

use super::scope::Beginnings;
use super::{PatternError, check_length};
use crate::path::{Platform, literal};
use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

/// How deep alternatives may be nested.
pub(super) const MAX_DEPTH: usize = 16;

/// What `*` stops at and what is refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// By component, for paths in normal form.
    Path(Platform),
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
    /// Where its alternatives begin.
    pub(super) begin: Beginnings,
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
    /// Plain characters of macOS that are still to be written: what follows may change them.
    run: String,
}

pub(super) fn translate(text: &str, dialect: Dialect) -> Result<Glob, PatternError> {
    check_length(text)?;
    let text = if dialect == Dialect::Path(Platform::MacOs) { macos::prepare(text)? } else { Cow::Borrowed(text) };
    let mut translator = Translator {
        dialect,
        chars: text.chars().peekable(),
        out: Glob { regex: String::from(r"(?s)\A(?:"), has_slash: false, begin: Beginnings::default() },
        before: Before { start: true, boundary: true },
        groups: Vec::new(),
        dots: Some(0),
        run: String::new(),
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
                '\\' => self.escaped()?,
                '*' => self.star()?,
                '?' => self.any_char(),
                '[' => self.class()?,
                '{' => self.open()?,
                ',' if !self.groups.is_empty() => self.comma()?,
                '}' => self.close()?,
                '~' if self.is_path() && self.before.start => self.home(),
                c => self.plain(c)?,
            }
        }
        if !self.groups.is_empty() {
            return Err(PatternError::Brace);
        }
        self.flush();
        // The root has a slash at its end, as does a drive.
        if self.is_path() && self.out.regex.ends_with('/') && !self.out.regex.ends_with("(?:/") && !self.out.regex.ends_with(":/") {
            return Err(PatternError::Slash);
        }
        self.end_component()
    }

    fn is_path(&self) -> bool {
        matches!(self.dialect, Dialect::Path(_))
    }

    fn is_windows(&self) -> bool {
        self.dialect == Dialect::Path(Platform::Windows)
    }

    /// Writes a piece of the regular expression.
    fn push(&mut self, piece: &str) {
        self.flush();
        self.out.regex.push_str(piece);
    }

    /// Writes a plain character, in the normal form of the platform.
    fn push_plain(&mut self, c: char) {
        match self.dialect {
            Dialect::Path(Platform::MacOs) => self.run.push(c),
            Dialect::Path(Platform::Windows) => self.push_escaped(literal::fold_char(c)),
            _ => self.push_escaped(c),
        }
    }

    fn push_escaped(&mut self, c: char) {
        self.out.regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
    }

    fn flush(&mut self) {
        if !self.run.is_empty() {
            self.out.regex.push_str(&regex::escape(&literal::fold(&self.run)));
            self.run.clear();
        }
    }

    /// Returns what is said plainly from here up to the `count`th slash or the end; none if it isn't said plainly.
    fn ahead(&self, count: usize) -> Option<String> {
        let mut slashes = 0;
        let mut said = String::new();
        for c in self.chars.clone() {
            match c {
                '/' if slashes + 1 == count => return Some(said),
                '/' => slashes += 1,
                ',' | '}' if !self.groups.is_empty() => return None,
                '*' | '?' | '[' | '{' | '\\' => return None,
                _ => {}
            }
            said.push(c);
        }
        Some(said)
    }

    /// Begins a path of a home folder.
    fn home(&mut self) {
        let user = self.ahead(1).filter(|_| self.before.boundary);
        let user = user.map(|user| match self.dialect {
            Dialect::Path(Platform::MacOs) => literal::fold(&user).into_owned(),
            Dialect::Path(Platform::Windows) => user.chars().map(literal::fold_char).collect(),
            _ => user,
        });
        self.out.begin.home.add(user.map(|user| format!("~{user}")));
        self.before = Before::default();
        self.dots = None;
        self.push_plain('~');
    }

    fn escaped(&mut self) -> Result<(), PatternError> {
        let c = self.chars.next().ok_or(PatternError::Escape)?;
        if self.is_windows() && !"[]{},!^-~".contains(c) {
            return Err(PatternError::Separator);
        }
        self.out.begin.tilde |= c == '~' && self.before.start;
        self.plain(c)
    }

    /// Takes note of something that is no slash.
    fn consume(&mut self) {
        if self.before.start {
            self.out.begin.relative = true;
        }
        self.before = Before::default();
        self.dots = None;
    }

    fn plain(&mut self, c: char) -> Result<(), PatternError> {
        if c == '/' {
            return self.slash();
        }
        if self.is_windows() {
            if self.before.start && self.before.boundary && c.is_ascii_alphabetic() && self.chars.peek() == Some(&':') {
                return self.drive(c);
            }
            if c == ':' {
                return Err(PatternError::Drive);
            }
        }
        let dots = self.dots.filter(|_| c == '.').map(|n| n.saturating_add(1));
        self.consume();
        self.dots = dots;
        self.push_plain(c);
        Ok(())
    }

    /// Begins at a drive, whose colon is the next character.
    fn drive(&mut self, letter: char) -> Result<(), PatternError> {
        self.chars.next();
        match self.chars.peek() {
            Some('/') => {}
            Some(',' | '}') if !self.groups.is_empty() => {}
            _ => return Err(PatternError::Drive),
        }
        self.out.begin.drive = true;
        self.before = Before::default();
        self.dots = None;
        self.push("//");
        self.push_escaped(letter.to_ascii_lowercase());
        self.push(":");
        Ok(())
    }

    fn slash(&mut self) -> Result<(), PatternError> {
        if self.is_path() && self.before.boundary && !self.before.start {
            return Err(PatternError::Slash);
        }
        self.end_component()?;
        if self.before.start && self.is_windows() {
            if !self.before.boundary || self.chars.next_if_eq(&'/').is_none() {
                return Err(PatternError::Rooted);
            }
            self.push("/");
            let share = self.ahead(2).map(|share| share.chars().map(literal::fold_char).collect());
            self.out.begin.share.add(share);
        } else if self.before.start {
            self.out.begin.root = true;
        }
        self.before = Before { start: false, boundary: true };
        self.dots = Some(0);
        self.out.has_slash = true;
        self.push("/");
        Ok(())
    }

    fn end_component(&self) -> Result<(), PatternError> {
        if self.is_path() && matches!(self.dots, Some(1 | 2)) { Err(PatternError::Dots) } else { Ok(()) }
    }

    fn star(&mut self) -> Result<(), PatternError> {
        let mut stars = 1usize;
        while self.chars.next_if_eq(&'*').is_some() {
            stars = stars.saturating_add(1);
        }
        if self.dialect == Dialect::Text {
            self.consume();
            self.push(".*");
            return Ok(());
        }
        if stars == 1 {
            self.out.begin.star |= self.before.start;
            self.out.begin.tilde |= self.before.start;
            self.consume();
            self.push(if self.is_windows() { "[^/:]*" } else { "[^/]*" });
            return Ok(());
        }
        if stars > 2 || !self.before.boundary {
            return Err(PatternError::Stars);
        }
        // At the start `**` fits paths wherever they begin.
        let start = self.before.start;
        self.out.begin.free |= start;
        match self.chars.peek() {
            Some('/') => {
                self.chars.next();
                self.out.has_slash = true;
                self.out.begin.tilde |= start && self.chars.peek().is_some_and(|c| "*?[{\\~".contains(*c));
                self.push(match (start, self.is_windows()) {
                    (true, false) => "(?:/?(?:[^/]+/)*)",
                    (true, true) => "(?:(?://(?:[a-z]:/)?)?(?:[^/:]+/)*)",
                    (false, false) => "(?:[^/]+/)*",
                    (false, true) => "(?:[^/:]+/)*",
                });
                // A slash behind this one would be an empty component, as behind a slash.
                self.before = Before { start: false, boundary: true };
                self.dots = Some(0);
                if self.chars.peek().is_none() && self.is_path() { Err(PatternError::Slash) } else { Ok(()) }
            }
            None => self.rest(start),
            Some('}' | ',') if !self.groups.is_empty() => self.rest(start),
            Some(_) => Err(PatternError::Stars),
        }
    }

    fn rest(&mut self, start: bool) -> Result<(), PatternError> {
        // A share isn't a drive: `//**` stops at a colon.
        self.push(if self.is_windows() && !start { "[^:]*" } else { ".*" });
        self.before = Before::default();
        self.dots = None;
        Ok(())
    }

    fn any_char(&mut self) {
        self.out.begin.tilde |= self.before.start;
        self.consume();
        self.push(match self.dialect {
            Dialect::Text => ".",
            Dialect::Path(Platform::Windows) => "[^/:]",
            _ => "[^/]",
        });
    }

    fn open(&mut self) -> Result<(), PatternError> {
        if self.groups.len() >= MAX_DEPTH {
            return Err(PatternError::Brace);
        }
        self.groups.push(Group { before: self.before, empty: false });
        self.dots = None;
        self.push("(?:");
        Ok(())
    }

    fn comma(&mut self) -> Result<(), PatternError> {
        let group = self.groups.last_mut().ok_or(PatternError::Brace)?;
        group.empty |= self.before.start;
        self.before = group.before;
        self.dots = None;
        self.push("|");
        Ok(())
    }

    fn close(&mut self) -> Result<(), PatternError> {
        let group = self.groups.pop().ok_or(PatternError::Brace)?;
        // Behind the group anything may stand before: `**` is refused there, a slash is not.
        self.before = Before { start: self.before.start || group.empty, boundary: false };
        self.dots = None;
        self.push(")");
        Ok(())
    }
}
