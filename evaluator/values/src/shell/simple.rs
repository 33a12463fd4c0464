//! Simple commands, redirections and `[[`.

use super::cursor::{Parser, is_meta};
use super::files::{self, is_descriptor};
use super::found::{Folder, Step};
use super::word::{Word, is_name};
use super::{Command, Files, Opaque, environment};

/// What redirections read and write.
#[derive(Debug, Default)]
pub(super) struct Redirections {
    reads: Files,
    writes: Files,
    redirects: bool,
}

impl Redirections {
    /// Returns how many files are named.
    pub(super) fn len(&self) -> usize {
        self.reads.known.len() + self.writes.known.len()
    }

    pub(super) fn apply(&self, command: &mut Command) {
        files::join(&mut command.reads, &self.reads);
        files::join(&mut command.writes, &self.writes);
        command.redirects |= self.redirects;
    }
}

/// A program with its words, ready to be looked at.
#[derive(Debug, Default)]
pub(super) struct Simple {
    pub(super) words: Vec<Word>,
    pub(super) env: Vec<(String, Option<String>)>,
    pub(super) redirections: Redirections,
    pub(super) range: (usize, usize),
}

impl Parser<'_, '_> {
    pub(super) fn range(&self, start: usize, end: usize) -> (usize, usize) {
        self.origin.unwrap_or((start, end))
    }

    /// Notes a reserved word that is a program elsewhere.
    pub(super) fn lone(&mut self, word: &str, start: usize) -> Step {
        let place = self.found.reserve()?;
        let (start, end) = self.range(start, self.at);
        self.found.fill(place, Command { words: vec![Some(word.to_owned())], start, end, ..Command::default() });
        Ok(())
    }

    /// Notes assignments and redirections without a program, which stand as the command that does nothing.
    pub(super) fn no_program(&mut self, place: usize, env: Vec<(String, Option<String>)>, redirections: Redirections, range: (usize, usize)) {
        let mut command = Command { words: vec![Some(":".to_owned())], env, start: range.0, end: range.1, ..Command::default() };
        redirections.apply(&mut command);
        self.found.fill(place, command);
    }

    /// Reads a simple command, or the definition of a function; returns whether it ended as a compound command.
    pub(super) fn simple_or_function(&mut self) -> Step<bool> {
        let start = self.at;
        let place = self.found.reserve()?;
        let mut simple = Simple::default();
        let ended = self.parts(start, &mut simple);
        let known = simple.words.first().is_some_and(|w| w.value.is_some());
        match ended {
            Ok(Some(compound)) => return Ok(compound),
            Ok(None) => {}
            Err(opaque) => {
                // What was read until then is a command all the same.
                if known {
                    let words = simple.words.iter().map(|w| w.value.clone()).chain([None]).collect();
                    let unknown = || Files { more: true, ..Files::default() };
                    let (start, end) = self.range(start, self.at);
                    self.found.fill(place, Command { words, env: simple.env, reads: unknown(), writes: unknown(), start, end, ..Command::default() });
                }
                return Err(opaque);
            }
        }
        if simple.words.is_empty() {
            self.no_program(place, simple.env, simple.redirections, simple.range);
        } else {
            self.run(place, simple)?;
        }
        Ok(false)
    }

    /// Reads the words of a simple command. Returns how a compound one ended where it was the definition of a function.
    fn parts(&mut self, start: usize, simple: &mut Simple) -> Step<Option<bool>> {
        let (mut end, mut sealed) = (start, false);
        loop {
            let before = self.at;
            self.skip_blanks()?;
            if self.redirection(&mut simple.redirections)? {
                // Behind `&>`, another shell begins a new command.
                sealed |= self.text.get(before..self.at).is_some_and(|t| t.contains("&>"));
                end = self.at;
                continue;
            }
            match self.peek() {
                None => break,
                Some('(') if simple.words.len() == 1 && simple.env.is_empty() && end == simple.words.first().map_or(0, |w| w.end) => {
                    let words = std::mem::take(&mut simple.words);
                    return self.definition(&words).map(Some);
                }
                Some(c) if is_meta(c) && !self.sees("<(") && !self.sees(">(") => break,
                Some(_) => {}
            }
            if sealed {
                return Err(Opaque::Syntax);
            }
            let word = self.word()?;
            end = word.end;
            let raw = self.text.get(word.start..end).unwrap_or("");
            if raw.starts_with('{') && raw.ends_with('}') && matches!(self.peek_raw(), Some('<' | '>')) {
                // `{name}>file` assigns the descriptor, and computes a subscript of the name.
                return Err(Opaque::Evaluation);
            }
            match word.assignment() {
                Some((name, value)) if simple.words.is_empty() => {
                    if environment::is_dangerous(&name) {
                        self.found.note(Opaque::Environment);
                    }
                    simple.env.push((name, value));
                }
                _ if word.array && !simple.words.first().and_then(|w| w.value.as_deref()).is_some_and(super::builtins::declares) => return Err(Opaque::Syntax),
                _ => simple.words.push(word),
            }
        }
        if end == start {
            return Err(Opaque::Syntax);
        }
        simple.range = self.range(start, end);
        Ok(None)
    }

    /// Reads the definition of a function behind its name.
    fn definition(&mut self, words: &[Word]) -> Step<bool> {
        self.take()?;
        self.skip_blanks()?;
        let name = words.first().and_then(|w| w.value.clone()).ok_or(Opaque::Function)?;
        if !self.take_if(")") || !name.chars().all(|c| c.is_alphanumeric() || "_-.:+@%,/".contains(c)) {
            return Err(Opaque::Syntax);
        }
        self.function(name)
    }

    /// Reads a redirection if one comes next.
    pub(super) fn redirection(&mut self, to: &mut Redirections) -> Step<bool> {
        let start = self.at;
        let mut digits = 0;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.take()?;
            digits += 1;
        }
        let begins = matches!(self.peek(), Some('<' | '>')) || (digits == 0 && self.sees("&>"));
        // Digits belong to a process substitution too, but then they are part of a word.
        if !begins || self.sees("<(") || self.sees(">(") {
            self.at = start;
            return Ok(false);
        }
        // POSIX leaves more than one digit to the shell: dash takes `12>f` for a word and a redirection.
        if digits > 1 {
            return Err(Opaque::Syntax);
        }
        const OPERATORS: &[&str] = &["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"];
        let operator = OPERATORS.iter().copied().find(|o| self.take_if(o)).ok_or(Opaque::Syntax)?;
        self.skip_target_blanks()?;
        let target_start = self.at;
        if self.peek().is_none_or(|c| is_meta(c) && !self.sees("<(") && !self.sees(">(")) {
            return Err(Opaque::Syntax);
        }
        let word = self.word()?;
        let raw = self.text.get(target_start..self.at).unwrap_or("");
        if word.array || (raw.bytes().all(|b| b.is_ascii_digit()) && matches!(self.peek(), Some('<' | '>'))) {
            return Err(Opaque::Syntax);
        }
        // bash takes the dash alone, and what stands behind it for a word of the command.
        if operator.ends_with('&') && raw.starts_with('-') && raw != "-" {
            return Err(Opaque::Syntax);
        }
        match operator {
            "<<" | "<<-" => self.expect_here_document(target_start, &word, operator == "<<-")?,
            "<<<" => {}
            "<" => self.reads(to, &word),
            "<&" | ">&" => match word.value.as_deref() {
                Some(fd) if fd.trim_end_matches('-').bytes().all(|b| b.is_ascii_digit()) => {}
                _ if operator == "<&" => self.reads(to, &word),
                _ => self.writes(to, &word),
            },
            "<>" => {
                self.reads(to, &word);
                self.writes(to, &word);
            }
            _ => self.writes(to, &word),
        }
        Ok(true)
    }

    /// Skips blanks before the target of a redirection, where no comment can begin.
    fn skip_target_blanks(&mut self) -> Step {
        while let Some(' ' | '\t') = self.peek() {
            self.take()?;
        }
        if self.peek() == Some('#') { Err(Opaque::Syntax) } else { Ok(()) }
    }

    fn reads(&self, to: &mut Redirections, word: &Word) {
        if !is_descriptor(word) {
            files::add(&mut to.reads, word, &self.found.folder);
        }
    }

    fn writes(&self, to: &mut Redirections, word: &Word) {
        if !is_descriptor(word) {
            files::add(&mut to.writes, word, &self.found.folder);
            to.redirects = true;
        }
    }

    /// Reads `[[ … ]]`.
    pub(super) fn test(&mut self, start: usize) -> Step {
        self.take_if("[[");
        let place = self.found.reserve()?;
        let (mut words, mut term) = (vec![Some("[[".to_owned())], Vec::<(Word, String)>::new());
        // Another shell runs what stands behind `&&` as a command: it must look like an option.
        let mut joined = false;
        loop {
            self.skip_lines()?;
            let ends = self.take_if("]]") && self.peek().is_none_or(is_meta);
            if ends || self.take_if("&&") || self.take_if("||") {
                test_term(&term, joined)?;
                words.extend(term.drain(..).map(|(word, _)| word.value));
                if ends {
                    break;
                }
                joined = true;
                continue;
            }
            let from = self.at;
            let word = self.word()?;
            let raw = self.text.get(from..self.at).unwrap_or("").to_owned();
            if raw.contains("]]") || word.array || term.len() > 8 {
                return Err(Opaque::Syntax);
            }
            term.push((word, raw));
        }
        words.push(Some("]]".to_owned()));
        let (start, end) = self.range(start, self.at);
        self.found.fill(place, Command { words, start, end, ..Command::default() });
        Ok(())
    }

    pub(super) fn folder(&self) -> &Folder {
        &self.found.folder
    }
}

/// Checks a term of a test: its form, and that no operand is computed, in which subscripts are expanded.
fn test_term(term: &[(Word, String)], joined: bool) -> Step {
    let negations = term.iter().take_while(|(_, raw)| raw == "!").count();
    let number =
        |w: &Word| w.value.as_deref().is_some_and(|t| !t.trim_start_matches('-').is_empty() && t.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()));
    let unary = |raw: &str| raw.len() == 2 && raw.starts_with('-') && raw.ends_with(|c| "abcdefghkprstuwxGLNOSzn".contains(c));
    if joined && !term.first().is_some_and(|(_, raw)| raw == "!" || unary(raw)) {
        return Err(Opaque::Syntax);
    }
    match term.get(negations..).unwrap_or(&[]) {
        [(_, raw)] if !raw.starts_with('-') => Ok(()),
        [(_, operator), _] if unary(operator) => Ok(()),
        [(_, operator), (word, _)] if matches!(&**operator, "-v" | "-o") => {
            if word.value.as_deref().is_some_and(is_name) {
                Ok(())
            } else {
                Err(Opaque::Evaluation)
            }
        }
        [(_, first), (_, operator), _] if !unary(first) && matches!(&**operator, "=" | "==" | "!=" | "=~" | "-nt" | "-ot" | "-ef") => Ok(()),
        [(a, _), (_, operator), (b, _)] if matches!(&**operator, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge") => {
            if number(a) && number(b) {
                Ok(())
            } else {
                Err(Opaque::Evaluation)
            }
        }
        _ => Err(Opaque::Syntax),
    }
}
