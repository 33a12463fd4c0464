//! What a dollar sign or a backquote begins.

use super::Opaque;
use super::cursor::Parser;
use super::environment;
use super::found::Step;
use super::word::{Word, is_name};

impl Parser<'_, '_> {
    /// Reads an expansion; the dollar sign is taken. `quoted` inside of double quotes and here-documents.
    pub(super) fn dollar(&mut self, word: &mut Word, quoted: bool) -> Step {
        match self.peek() {
            Some('(') => {
                self.take()?;
                if self.peek() == Some('(') {
                    self.take()?;
                    self.arithmetic()?;
                } else {
                    self.substitution()?;
                }
                word.forget(!quoted);
            }
            Some('{') => {
                self.take()?;
                let all = self.deeper(|this| this.parameter(quoted))?;
                word.forget(!quoted || all);
            }
            // The old form of arithmetic.
            Some('[') => return Err(Opaque::Evaluation),
            Some('\'') if !quoted => {
                self.take()?;
                self.ansi_c(word)?;
            }
            Some('"') if !quoted => {
                self.take()?;
                // It is translated.
                self.double_quotes(word)?;
                word.forget(false);
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                    self.take()?;
                }
                word.forget(!quoted);
            }
            Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => {
                self.take()?;
                word.forget(!quoted || c == '@');
            }
            // Forms of zsh.
            Some('~' | '=' | '^' | '+') => word.forget(true),
            _ => word.push('$'),
        }
        Ok(())
    }

    /// Reads the commands of a substitution to its closing bracket; the opening one is taken.
    pub(super) fn substitution(&mut self) -> Step {
        let start = self.at;
        let outer = std::mem::take(&mut self.pending);
        let substituted = std::mem::replace(&mut self.substituted, true);
        let folder = self.found.folder.clone();
        self.deeper(|this| this.list(super::grammar::End::Bracket, true))?;
        // A here-document must end inside. One that waits outside takes the next line in some shells, wherever that is.
        let lines = self.text.get(start..self.at).is_some_and(|t| t.contains('\n'));
        if !self.pending.is_empty() || (lines && !outer.is_empty()) {
            return Err(Opaque::Syntax);
        }
        if self.take()? != ')' {
            return Err(Opaque::Syntax);
        }
        self.pending = outer;
        self.substituted = substituted;
        self.found.folder = folder;
        Ok(())
    }

    /// Reads arithmetic of digits to `))`; `((` is taken. With a variable it may run a command: its value is an expression too, in which
    /// a subscript is expanded.
    pub(super) fn arithmetic(&mut self) -> Step {
        let mut depth = 0usize;
        loop {
            match self.take().map_err(|_| Opaque::Syntax)? {
                '(' => depth += 1,
                ')' if depth > 0 => depth -= 1,
                ')' if self.peek() == Some(')') => return self.take().map(drop),
                c if c.is_ascii_digit() || "+-*/%<>=!&|^~?:, \t".contains(c) => {}
                _ => return Err(Opaque::Evaluation),
            }
        }
    }

    /// Reads a parameter expansion to its closing brace; the opening one is taken. Returns whether it may be several words inside of quotes.
    fn parameter(&mut self, quoted: bool) -> Step<bool> {
        if self.peek() == Some('!') {
            // The value names another variable, and may have a subscript.
            return Err(Opaque::Evaluation);
        }
        let length = self.sees("#") && !self.sees("#}") && self.take_if("#");
        let mut name = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
            self.take()?;
        }
        if name.is_empty() {
            match self.peek() {
                Some(c) if "@*#?-$".contains(c) => name.push(self.take()?),
                _ => return Err(Opaque::Syntax),
            }
        } else if !is_name(&name) && !name.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Opaque::Syntax);
        }
        let mut all = name == "@";
        if self.peek() == Some('[') {
            all |= self.subscript()?;
        }
        if self.take_if("}") {
            return Ok(all);
        }
        if length {
            return Err(Opaque::Syntax);
        }
        let colon = self.take_if(":");
        match self.take()? {
            '=' if environment::is_dangerous(&name) => return Err(Opaque::Environment),
            '-' | '=' | '?' | '+' => {}
            '#' | '%' | '/' | '^' | ',' if !colon => {}
            '@' if !colon => {
                return match self.take()? {
                    // Others give code, or expand as a prompt does, which runs substitutions (CVE-2025-66032).
                    'U' | 'u' | 'L' | 'Q' if self.take_if("}") => Ok(all),
                    _ => Err(Opaque::Evaluation),
                };
            }
            c if colon && (c.is_ascii_digit() || c == ' ') => {
                return loop {
                    match self.take()? {
                        '}' => break Ok(all),
                        c if c.is_ascii_digit() || matches!(c, ' ' | '-' | ':') => {}
                        _ => break Err(Opaque::Evaluation),
                    }
                };
            }
            _ if colon => return Err(Opaque::Evaluation),
            _ => return Err(Opaque::Syntax),
        }
        self.operand(quoted)?;
        Ok(all || !quoted)
    }

    /// Reads a subscript that computes nothing; returns whether it means all elements.
    fn subscript(&mut self) -> Step<bool> {
        self.take()?;
        if self.take_if("@]") || self.take_if("*]") {
            return Ok(true);
        }
        let mut digits = 0;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.take()?;
            digits += 1;
        }
        if digits > 0 && self.take_if("]") { Ok(false) } else { Err(Opaque::Evaluation) }
    }

    /// Reads the word in a parameter expansion, and the closing brace. Shells disagree about quotes and braces in there.
    fn operand(&mut self, quoted: bool) -> Step {
        let mut word = Word::default();
        loop {
            match self.take()? {
                '}' => return Ok(()),
                '{' => return Err(Opaque::Syntax),
                // A process substitution, where it isn't quoted.
                '<' | '>' if self.peek() == Some('(') => return Err(Opaque::Syntax),
                '\'' | '"' if quoted => return Err(Opaque::Syntax),
                '\'' => while self.take_raw()? != '\'' {},
                '"' => self.double_quotes(&mut word)?,
                '\\' => drop(self.take_raw()?),
                '$' => self.dollar(&mut word, quoted)?,
                '`' => self.backquote(&mut word, quoted)?,
                _ => {}
            }
        }
    }

    /// Reads a substitution in backquotes; the opening one is taken.
    pub(super) fn backquote(&mut self, word: &mut Word, quoted: bool) -> Step {
        let start = self.at;
        let mut code = String::new();
        loop {
            match self.take_raw()? {
                '`' => break,
                '\\' => match self.take_raw()? {
                    c @ ('$' | '`' | '\\') => code.push(c),
                    '"' if quoted => return Err(Opaque::Syntax),
                    c => {
                        code.push('\\');
                        code.push(c);
                    }
                },
                c => code.push(c),
            }
        }
        word.forget(!quoted);
        let folder = self.found.folder.clone();
        self.nested(&code, (start, self.at), |parser| parser.whole())?;
        self.found.folder = folder;
        Ok(())
    }

    /// Reads text in which backslashes have the meanings of C; the opening quote is taken.
    fn ansi_c(&mut self, word: &mut Word) -> Step {
        word.quote_as_c();
        loop {
            let c = match self.take_raw()? {
                '\'' => return Ok(()),
                '\\' => match self.take_raw()? {
                    'a' => '\u{7}',
                    'b' => '\u{8}',
                    'e' | 'E' => '\u{1b}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\u{b}',
                    c @ ('\\' | '"' | '?') => c,
                    // Where the shell doesn't know this form, the text ends here.
                    '\'' => return Err(Opaque::Syntax),
                    _ => {
                        word.forget(false);
                        continue;
                    }
                },
                c => c,
            };
            word.push(c);
        }
    }
}
