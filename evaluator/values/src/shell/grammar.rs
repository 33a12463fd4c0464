//! Lists, pipelines and compound commands (POSIX 2024, Shell Command Language, 2.10, and what bash adds).

use super::cursor::{Parser, is_meta};
use super::found::{Folder, Step};
use super::simple::Redirections;
use super::word::is_name;
use super::{Opaque, environment};

/// What ends a list.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// The end of the text.
    Text,
    /// A closing bracket.
    Bracket,
    /// One of the reserved words.
    Words(&'static [&'static str]),
    /// The end of a clause of `case`.
    Clause,
}

/// The reserved words of both shells, and what bash adds.
const RESERVED: &[&str] = &[
    "if", "then", "elif", "else", "fi", "do", "done", "case", "esac", "while", "until", "for", "select", "function", "time", "coproc", "{", "}", "!", "[[",
    "in", "]]",
];

impl Parser<'_, '_> {
    /// Reads a whole text.
    pub(super) fn whole(&mut self) -> Step {
        self.list(End::Text, true)?;
        // A here-document that never begins.
        if self.at < self.text.len() || !self.pending.is_empty() { Err(Opaque::Syntax) } else { Ok(()) }
    }

    /// Returns the reserved word that comes next.
    pub(super) fn reserved(&mut self) -> Option<&'static str> {
        self.peek();
        let before = self.at;
        let found = RESERVED.iter().copied().find(|word| {
            self.at = before;
            self.take_if(word) && self.peek().is_none_or(is_meta)
        });
        self.at = before;
        found
    }

    fn expect(&mut self, word: &'static str) -> Step {
        self.skip_lines()?;
        if self.reserved() == Some(word) && self.take_if(word) { Ok(()) } else { Err(Opaque::Syntax) }
    }

    fn ends(&mut self, end: End) -> bool {
        match (end, self.peek()) {
            (End::Text | End::Bracket, None) => true,
            (_, None) => false,
            (End::Bracket, Some(c)) => c == ')',
            (End::Words(words), Some(_)) => self.reserved().is_some_and(|w| words.contains(&w)),
            (End::Clause, Some(_)) => self.sees(";;") || self.sees(";&") || self.reserved() == Some("esac"),
            (End::Text, Some(_)) => false,
        }
    }

    /// Reads a list up to what ends it, which is not taken.
    pub(super) fn list(&mut self, end: End, may_be_empty: bool) -> Step {
        let mut empty = true;
        loop {
            self.skip_lines()?;
            if self.ends(end) {
                return if empty && !may_be_empty { Err(Opaque::Syntax) } else { Ok(()) };
            }
            let folder = self.found.folder.clone();
            let compound = self.and_or()?;
            empty = false;
            self.skip_blanks()?;
            if let Folder::At(_, certain) = &mut self.found.folder {
                *certain = false;
            }
            match self.peek() {
                Some('\n') => {}
                Some(';') if !self.sees(";;") && !self.sees(";&") => drop(self.take()?),
                Some('&') => {
                    self.take()?;
                    // It runs in a shell of its own.
                    self.found.folder = folder;
                    self.skip_blanks()?;
                    if self.peek() == Some(';') {
                        return Err(Opaque::Syntax);
                    }
                }
                // Reserved words are such behind a compound command too.
                _ if self.ends(end) && (compound || !matches!(self.peek(), Some('a'..='z' | '}'))) => {}
                _ => return Err(Opaque::Syntax),
            }
        }
    }

    /// Reads pipelines between `&&` and `||`; returns whether the last command ended as a compound one.
    fn and_or(&mut self) -> Step<bool> {
        loop {
            let start = self.at;
            let compound = self.pipeline()?;
            self.skip_blanks()?;
            let (and, or) = (self.sees("&&"), self.sees("||"));
            if !and && !or {
                return Ok(compound);
            }
            // Behind `&&`, the `cd` was done; behind `||`, who knows.
            let moves = self.text.get(start..self.at).is_some_and(|t| t.starts_with("cd /"));
            if let Folder::At(_, certain) = &mut self.found.folder {
                *certain = and && (*certain || moves);
            }
            self.take()?;
            self.take()?;
            self.skip_lines()?;
        }
    }

    fn pipeline(&mut self) -> Step<bool> {
        let folder = self.found.folder.clone();
        loop {
            match self.reserved() {
                Some("time") => self.time()?,
                Some("!") => drop(self.take()?),
                _ => break,
            }
            self.skip_blanks()?;
        }
        let mut several = false;
        loop {
            let compound = self.command()?;
            self.skip_blanks()?;
            if !self.sees("|") || self.sees("||") {
                if several {
                    self.found.folder = folder;
                }
                return Ok(compound);
            }
            several = true;
            // Each command of a pipe runs in a shell of its own.
            self.found.folder.clone_from(&folder);
            self.take()?;
            if self.peek() == Some('&') {
                self.take()?;
            }
            self.skip_lines()?;
        }
    }

    /// Takes `time`, a reserved word of bash and a program elsewhere.
    fn time(&mut self) -> Step {
        let start = self.at;
        self.take_if("time");
        self.lone("time", start)?;
        self.skip_blanks()?;
        let option = self.sees("-");
        if option && !(self.take_if("-p") && self.peek().is_none_or(is_meta)) {
            return Err(Opaque::Wrapper);
        }
        Ok(())
    }

    /// Reads a command; returns whether it ended as a compound one, without redirections.
    fn command(&mut self) -> Step<bool> {
        let start = self.at;
        if self.peek() == Some('(') {
            self.take()?;
            if self.peek() == Some('(') {
                // Arithmetic in bash, a shell in a shell elsewhere.
                return Err(Opaque::Evaluation);
            }
            let (folder, from) = (self.found.folder.clone(), self.found.len());
            self.deeper(|this| this.list(End::Bracket, false))?;
            if self.take()? != ')' {
                return Err(Opaque::Syntax);
            }
            self.found.folder = folder;
            return self.redirect_all(from);
        }
        let Some(word) = self.reserved() else { return self.simple_or_function() };
        let from = self.found.len();
        if word == "[[" {
            self.test(start)?;
            return self.redirect_all(from);
        }
        self.take_if(word);
        let folder = self.found.folder.clone();
        match word {
            "coproc" => {
                self.lone("coproc", start)?;
                self.skip_blanks()?;
                let simple = self.reserved().is_none() && self.peek() != Some('(');
                let compound = self.deeper(Self::command)?;
                // With a name there are two words before the command: then it may begin with a reserved word.
                let raw = self.text.get(start..self.at).unwrap_or("");
                let plain = |c: char| c.is_ascii_alphanumeric() || " _-./=:".contains(c);
                if simple && !(raw.chars().all(plain) && raw.split(' ').skip(1).all(|w| !RESERVED.contains(&w))) {
                    return Err(Opaque::Syntax);
                }
                self.found.folder = folder;
                return Ok(compound);
            }
            "function" => {
                self.lone("function", start)?;
                self.skip_blanks()?;
                let name = self.word()?.value.ok_or(Opaque::Function)?;
                self.skip_blanks()?;
                if self.take_if("(") {
                    self.skip_blanks()?;
                    if !self.take_if(")") {
                        return Err(Opaque::Syntax);
                    }
                }
                return self.function(name);
            }
            "{" => self.deeper(|this| {
                this.list(End::Words(&["}"]), false)?;
                this.expect("}")
            })?,
            "if" => self.deeper(Self::branches)?,
            "while" | "until" => self.looped(|this| {
                this.list(End::Words(&["do"]), false)?;
                this.body()
            })?,
            "for" | "select" => self.looped(Self::each)?,
            "case" => self.deeper(Self::case)?,
            _ => return Err(Opaque::Syntax),
        }
        if word != "{" && self.found.folder != folder {
            self.found.folder = Folder::Unknown;
        }
        self.redirect_all(from)
    }

    fn branches(&mut self) -> Step {
        loop {
            self.list(End::Words(&["then"]), false)?;
            self.expect("then")?;
            self.list(End::Words(&["elif", "else", "fi"]), false)?;
            if !self.take_if("elif") {
                break;
            }
        }
        if self.take_if("else") {
            self.list(End::Words(&["fi"]), false)?;
        }
        self.expect("fi")
    }

    fn body(&mut self) -> Step {
        self.expect("do")?;
        self.list(End::Words(&["done"]), false)?;
        self.expect("done")
    }

    /// Reads a loop. A `cd` in it counts for what stands before, too.
    fn looped(&mut self, read: impl FnOnce(&mut Self) -> Step) -> Step {
        let (from, folder) = (self.found.len(), self.found.folder.clone());
        self.deeper(read)?;
        if self.found.folder != folder {
            self.found.since(from).for_each(|command| {
                for files in [&mut command.reads, &mut command.writes] {
                    files.more = true;
                    files.known.retain(|f| f.starts_with(['/', '~']));
                }
            });
        }
        Ok(())
    }

    fn each(&mut self) -> Step {
        self.skip_blanks()?;
        if self.peek() == Some('(') {
            return Err(Opaque::Evaluation);
        }
        let name = self.word()?.value.filter(|n| is_name(n)).ok_or(Opaque::Syntax)?;
        if environment::is_dangerous(&name) {
            self.found.note(Opaque::Environment);
        }
        self.skip_lines()?;
        if self.take_if("in") {
            if !self.peek().is_none_or(is_meta) {
                return Err(Opaque::Syntax);
            }
            loop {
                self.skip_blanks()?;
                if matches!(self.peek(), Some(';' | '\n')) {
                    break;
                }
                self.word()?;
            }
        }
        self.skip_blanks()?;
        if self.peek() == Some(';') {
            self.take()?;
        }
        self.body()
    }

    fn case(&mut self) -> Step {
        self.skip_blanks()?;
        self.word()?;
        self.skip_lines()?;
        if !self.take_if("in") || !self.peek().is_none_or(is_meta) {
            return Err(Opaque::Syntax);
        }
        loop {
            self.skip_lines()?;
            if self.reserved() == Some("esac") {
                self.take_if("esac");
                return Ok(());
            }
            if self.peek() == Some('(') {
                self.take()?;
            }
            loop {
                self.skip_blanks()?;
                if self.reserved().is_some() {
                    return Err(Opaque::Syntax);
                }
                self.word()?;
                self.skip_blanks()?;
                if self.take_if("|") {
                    continue;
                }
                if self.take_if(")") {
                    break;
                }
                return Err(Opaque::Syntax);
            }
            // In a clause, `cd` counts for the next ones only where they fall through.
            self.list(End::Clause, true)?;
            if !(self.take_if(";;&") || self.take_if(";;") || self.take_if(";&")) && self.reserved() != Some("esac") {
                return Err(Opaque::Syntax);
            }
        }
    }

    /// Reads the body of a function.
    pub(super) fn function(&mut self, name: String) -> Step<bool> {
        self.found.define(name);
        self.skip_lines()?;
        let compound = matches!(self.peek(), Some('(')) || self.reserved().is_some_and(|w| matches!(w, "{" | "if" | "while" | "until" | "for" | "case"));
        if !compound {
            return Err(Opaque::Syntax);
        }
        let folder = std::mem::replace(&mut self.found.folder, Folder::Unknown);
        let ended = self.deeper(Self::command)?;
        self.found.folder = folder;
        Ok(ended)
    }

    /// Reads redirections behind a compound command: they are those of each command in it.
    fn redirect_all(&mut self, from: usize) -> Step<bool> {
        let until = self.found.len();
        let mut redirections = Redirections::default();
        let start = self.at;
        let mut any = false;
        loop {
            self.skip_blanks()?;
            if !self.redirection(&mut redirections)? {
                break;
            }
            any = true;
        }
        if any {
            // Each command gets each name.
            self.found.count((until - from) * redirections.len())?;
            self.found.since(from).take(until - from).for_each(|command| redirections.apply(command));
            if self.found.since(from).next().is_none() {
                let place = self.found.reserve()?;
                self.no_program(place, Vec::new(), redirections, (start, self.at));
            }
        }
        Ok(!any)
    }
}
