//! Operands.

use super::Reader;
use super::cursor::is_word_byte;
use crate::ast::{Binding, ExprKind, History, HistoryWord, Name, Quantifier, QuantifierWord};
use crate::build::Builder;
use crate::build::expression::Placed;
use crate::words::{LONG_UNITS, is_foreign_null, is_reserved};

impl Reader<'_> {
    pub(super) fn primary(&mut self) -> Option<Placed> {
        let start = self.at;
        let kind = match self.byte() {
            b'0'..=b'9' => self.digits()?,
            b'"' => ExprKind::Text(self.text_literal()?.value),
            b'(' => {
                self.open(b'(')?;
                let Placed(mut inner, _) = self.placed()?;
                self.close(b')')?;
                inner.parenthesised = true;
                return Some(Placed(inner, self.span(start)));
            }
            b'[' => {
                self.at += 1;
                ExprKind::List(self.by_lines(b']', Self::expr)?)
            }
            b'{' => self.braces()?,
            _ => self.word_operand()?,
        };
        let span = self.span(start);
        Some(Placed(Builder::make(span, kind), span))
    }

    /// A record, or a set of at least one element.
    fn braces(&mut self) -> Option<ExprKind> {
        let first = self.ahead_of(self.at + 1);
        let name_end = match self.byte_at(first) {
            b'}' => return Some(ExprKind::Record(self.bindings()?)),
            b'"' => {
                let start = std::mem::replace(&mut self.at, first);
                self.quoted()?;
                std::mem::replace(&mut self.at, start)
            }
            _ => self.dotted_end(first),
        };
        if name_end > first {
            match self.byte_at(self.beside_of(name_end)) {
                b':' => return Some(ExprKind::Record(self.bindings()?)),
                // A comparison, or a slip.
                b'=' => return None,
                _ => {}
            }
        }
        self.at += 1;
        Some(ExprKind::Set(self.by_lines(b'}', Self::expr)?))
    }

    /// `{ a: expr … }`.
    pub(super) fn bindings(&mut self) -> Option<Vec<Binding>> {
        self.sign(b'{')?;
        self.by_lines(b'}', Self::binding)
    }

    /// `(a: expr, …)`.
    pub(super) fn arguments(&mut self) -> Option<Vec<Binding>> {
        self.sign(b'(')?;
        self.by_commas(b')', Self::binding)
    }

    fn binding(&mut self) -> Option<Binding> {
        let name = self.name()?;
        self.colon()?;
        Some(Binding { name, value: self.expr()? })
    }

    /// A time, a date, a number or a duration.
    fn digits(&mut self) -> Option<ExprKind> {
        let start = self.at;
        if self.is_date(start) {
            let mut end = start + 10;
            if matches!(self.byte_at(end), b'T' | b't') {
                end += 1;
                while is_word_byte(self.byte_at(end))
                    || matches!(self.byte_at(end), b'.' | b'+' | b'-')
                    || self.byte_at(end) == b':' && self.byte_at(end + 1).is_ascii_digit()
                {
                    end += 1;
                }
                self.at = end;
                return Some(self.builder.time(self.span(start), self.slice(start, end)));
            }
            if is_word_byte(self.byte_at(end)) {
                return None;
            }
            self.at = end;
            return Some(self.builder.date(self.span(start), self.slice(start, end)));
        }
        let mut end = self.word_tail(start);
        if self.byte_at(end) == b'.' && self.byte_at(end + 1).is_ascii_digit() {
            end = self.word_tail(end + 1);
        } else if self.byte_at(end) == b' ' && LONG_UNITS.contains(&self.word_at(self.beside_of(end))) {
            return None;
        }
        self.at = end;
        Some(self.builder.number(self.span(start), self.slice(start, end)))
    }

    fn word_tail(&self, mut at: usize) -> usize {
        while is_word_byte(self.byte_at(at)) {
            at += 1;
        }
        at
    }

    /// Returns whether four digits, two and two stand here with hyphens between them.
    fn is_date(&self, start: usize) -> bool {
        self.byte_at(start + 4) == b'-'
            && self.byte_at(start + 7) == b'-'
            && [0, 1, 2, 3, 5, 6, 8, 9].iter().all(|at| self.byte_at(start + at).is_ascii_digit())
    }

    /// What begins with a word: a literal, a call, a quantifier, a question about history, or a name.
    fn word_operand(&mut self) -> Option<ExprKind> {
        let start = self.at;
        let end = self.word_end(start);
        if end == start {
            return None;
        }
        let word = self.slice(start, end);
        match self.byte_at(end) {
            b'"' if matches!(word, "glob" | "re") => {
                self.at = end;
                self.quoted()?;
                return Some(ExprKind::Pattern(self.builder.pattern_of(self.span(start), self.slice(start, self.at))));
            }
            b'"' => {
                let name = self.word()?;
                return Some(ExprKind::Tagged(Box::new(name), self.text_literal()?.value));
            }
            b'(' => {
                let quantifier = match word {
                    "all" => QuantifierWord::All,
                    "any" => QuantifierWord::Any,
                    "count" if self.is_quantified(end) => QuantifierWord::Count,
                    "sum" if self.is_quantified(end) => QuantifierWord::Sum,
                    "count" => return self.history(HistoryWord::Count, end),
                    "sum" => return self.history(HistoryWord::Sum, end),
                    "ever" => return self.history(HistoryWord::Ever, end),
                    "latest" => return self.history(HistoryWord::Latest, end),
                    _ => return self.call(end),
                };
                return self.quantifier(quantifier, end);
            }
            b'.' => {
                let end = self.dotted_end(start);
                if self.byte_at(end) == b'(' {
                    return self.call(end);
                }
            }
            _ => {}
        }
        if is_reserved(word) {
            let value = word == "true";
            return (matches!(word, "true" | "false") && self.ends(end)).then(|| {
                self.at = end;
                ExprKind::Bool(value)
            });
        }
        if is_foreign_null(word) {
            return None;
        }
        Some(ExprKind::Name(self.word()?))
    }

    /// A call of the name that ends at `end`.
    fn call(&mut self, end: usize) -> Option<ExprKind> {
        let name: Name = self.dotted()?;
        self.at = end;
        self.sign(b'(')?;
        Some(ExprKind::Call(Box::new(name), self.by_commas(b')', Self::expr)?))
    }

    /// Returns whether a variable and `in` stand behind the bracket.
    fn is_quantified(&self, bracket: usize) -> bool {
        let variable = self.ahead_of(bracket + 1);
        let end = self.word_end(variable);
        end > variable && self.is_keyword(self.ahead_of(end), "in")
    }

    fn quantifier(&mut self, word: QuantifierWord, bracket: usize) -> Option<ExprKind> {
        self.at = bracket;
        self.open(b'(')?;
        let variable = self.word()?;
        self.skip();
        self.keyword("in")?;
        self.skip();
        let list = self.expr()?;
        if !self.next_colon() {
            return None;
        }
        let body = self.expr()?;
        self.close(b')')?;
        Some(ExprKind::Quantifier(Box::new(Quantifier { word, variable, list, body })))
    }

    fn history(&mut self, word: HistoryWord, bracket: usize) -> Option<ExprKind> {
        self.at = bracket;
        self.open(b'(')?;
        let mut value = None;
        if word == HistoryWord::Sum {
            value = Some(self.expr()?);
            self.skip();
            self.keyword("of")?;
            self.skip();
        }
        let pattern = self.event_pattern()?;
        self.close(b')')?;
        Some(ExprKind::History(Box::new(History { word, value, pattern })))
    }
}
