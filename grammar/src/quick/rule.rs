//! Rules, their targets and their clauses.

use smallvec::smallvec;

use super::Reader;
use crate::ast::{By, Grant, Name, Obligation, ObligationKind, Rule, RuleExample, RuleWord, Target, TargetKind, Targets};
use crate::words::{STOP, TARGET_KINDS};

impl Reader<'_> {
    /// A rule whose effect's words end here.
    pub(super) fn rule(&mut self, start: usize, word: RuleWord) -> Option<Rule> {
        let word_span = self.span(start);
        self.skip();
        if self.is_keyword(self.at, "on") {
            return None;
        }
        let name = self.word()?;
        let mut rule = Rule::of(word, word_span, name);
        // The clauses stand in one order, and each but the last once.
        let mut least = 0;
        loop {
            let start = self.ahead();
            let Some((number, length)) = self.clause_at(start) else { break };
            if number < least {
                return None;
            }
            least = if number == LAST { LAST } else { number + 1 };
            self.at = start + length;
            self.skip();
            self.clause(&mut rule, number, start)?;
        }
        (!rule.targets.is_empty()).then_some(rule)
    }

    /// Returns which clause begins at a place, by the order in which they stand, and how long its word is.
    fn clause_at(&self, at: usize) -> Option<(u8, usize)> {
        let word = self.word_at(at);
        let number = match word {
            "on" => 0,
            "when" => 1,
            "unless" => 2,
            "by" => 3,
            "expires" => 4,
            "grants" => 5,
            "with" => 6,
            "because" => 7,
            "example" | "counterexample" => LAST,
            _ => return None,
        };
        self.ends(at + word.len()).then_some((number, word.len()))
    }

    fn clause(&mut self, rule: &mut Rule, number: u8, start: usize) -> Option<()> {
        match number {
            0 => rule.targets = self.targets()?,
            1 => rule.when = Some(self.expr()?),
            2 => rule.unless = Some(Box::new(self.expr()?)),
            3 => {
                let one_of = self.is_keyword(self.at, "one");
                self.keyword(if one_of { "one" } else { "other" })?;
                self.skip();
                self.keyword(if one_of { "of" } else { "than" })?;
                self.skip();
                let who = self.expr()?;
                rule.by = Some(Box::new(By { span: self.span(start), one_of, who }));
            }
            4 => rule.expires = Some(Box::new(self.nested_postfix()?)),
            5 => {
                let mut kind = None;
                self.sign(b'{')?;
                rule.grants = Some(self.by_lines(b'}', |reader| reader.grant(&mut kind))?);
            }
            6 => {
                self.sign(b'{')?;
                rule.with = self.by_lines(b'}', Self::obligation)?;
            }
            7 => {
                let start = self.at;
                let raw = self.quoted()?;
                rule.because = Some(self.builder.message_of(self.span(start), raw));
            }
            _ => {
                let counter = self.word_at(start) == "counterexample";
                let step = self.step()?;
                rule.examples.push(RuleExample { span: self.span(start), counter, step });
            }
        }
        Some(())
    }

    /// Returns whether a target begins at a place: not where a word ends the list.
    pub(super) fn begins_target(&self, at: usize) -> bool {
        match self.byte_at(at) {
            b'*' | b'"' => true,
            _ => {
                let word = self.word_at(at);
                !word.is_empty() && !STOP.contains(&word)
            }
        }
    }

    pub(super) fn targets(&mut self) -> Option<Targets> {
        let mut kind = None;
        let mut targets = smallvec![self.target(&mut kind)?];
        while self.comma_before(Self::begins_target) {
            targets.push(self.target(&mut kind)?);
        }
        Some(targets)
    }

    pub(super) fn target(&mut self, kind: &mut Option<Box<Name>>) -> Option<Target> {
        let start = self.at;
        if self.byte() == b'*' {
            self.at += 1;
            return Some(Target { span: self.span(start), kind: TargetKind::All });
        }
        let end = self.word_end(start);
        if TARGET_KINDS.contains(&self.slice(start, end)) && !matches!(self.byte_at(end), b'.' | b'*') {
            if !self.ends(end) {
                return None;
            }
            let word = self.word()?;
            *kind = Some(Box::new(word.clone()));
            let at = self.beside();
            let begins = self.byte_at(at) != b'*' && self.begins_target(at);
            if !begins {
                // A word that ends the list does so wherever it may stand as such.
                let stops = self.word_end(at) == at || self.ends(self.word_end(at));
                return stops.then(|| Target { span: self.span(start), kind: TargetKind::Kind(word) });
            }
            self.at = at;
        }
        let kind = self.target_name(kind.clone())?;
        Some(Target { span: self.span(start), kind })
    }

    fn target_name(&mut self, kind: Option<Box<Name>>) -> Option<TargetKind> {
        let start = self.at;
        if self.byte() == b'"' {
            return Some(TargetKind::Named { kind, name: self.quoted_name()? });
        }
        let word = self.word_at(start);
        if STOP.contains(&word) {
            return None;
        }
        if matches!(word, "glob" | "re") && self.byte_at(start + word.len()) == b'"' {
            self.at = start + word.len();
            self.quoted()?;
            let pattern = self.builder.pattern_of(self.span(start), self.slice(start, self.at));
            return Some(TargetKind::Glob { kind, pattern });
        }
        let name = self.dotted()?;
        let star = self.at + usize::from(self.byte() == b'.');
        if self.byte_at(star) != b'*' {
            return Some(TargetKind::Named { kind, name });
        }
        self.at = star + 1;
        let prefix = Name { text: self.slice(start, star).into(), span: self.span(start), quoted: false };
        Some(TargetKind::Prefix { kind, prefix })
    }

    fn grant(&mut self, kind: &mut Option<Box<Name>>) -> Option<Grant> {
        if self.is_keyword(self.at, "budget") {
            self.keyword("budget")?;
            self.skip();
            let budget = self.dotted()?;
            self.colon()?;
            return Some(Grant::Budget { budget, amount: self.expr()? });
        }
        let target = self.target(kind)?;
        let mut condition = None;
        if self.next_keyword("where") {
            self.skip();
            condition = Some(self.expr()?);
        }
        Some(Grant::Tool { target, condition })
    }

    fn obligation(&mut self) -> Option<Obligation> {
        let start = self.at;
        let word = self.word_at(start);
        self.keyword(word)?;
        self.skip();
        let kind = match word {
            "redact" => self.redaction()?,
            "set" => {
                let path = self.argument_path()?;
                self.colon()?;
                ObligationKind::Set { path, value: self.expr()? }
            }
            "notify" => ObligationKind::Notify(self.text_literal()?),
            "require" => ObligationKind::Require(self.text_literal()?),
            "clear" => ObligationKind::Clear(self.dotted()?),
            _ => return None,
        };
        Some(Obligation { span: self.span(start), kind })
    }

    fn redaction(&mut self) -> Option<ObligationKind> {
        let path = self.argument_path()?;
        let mut matching = None;
        let mut finding = Vec::new();
        if self.next_keyword("matching") {
            self.skip();
            let start = self.at;
            if !matches!(self.word_at(start), "glob" | "re") {
                return None;
            }
            self.at = self.word_end(start);
            self.quoted()?;
            matching = Some(self.builder.pattern_of(self.span(start), self.slice(start, self.at)));
        }
        if self.next_keyword("finding") {
            self.skip();
            finding.push(self.word()?);
            while self.comma_before(Self::begins_found) {
                finding.push(self.word()?);
            }
        }
        Some(ObligationKind::Redact { path, matching, finding })
    }

    /// Returns whether what is to be found goes on at a place: not with the next obligation.
    fn begins_found(&self, at: usize) -> bool {
        let end = self.word_end(at);
        let next = self.byte_at(self.beside_of(end));
        let goes_on = super::cursor::is_word_byte(next) || next == b'"';
        // As the grammar has it, a word that only begins like an obligation is none of what is found either.
        let obligation = |word: &str| word.len() < end - at || goes_on;
        let obligation = ["redact", "set", "notify", "require", "clear"].iter().any(|word| self.slice(at, end).starts_with(word) && obligation(word));
        end > at && !obligation
    }

    fn argument_path(&mut self) -> Option<Vec<Name>> {
        let mut path = vec![self.word()?];
        while self.byte() == b'.' {
            let start = self.at + 1;
            if self.byte_at(start) == b'*' && self.byte_at(start + 1) == b'*' {
                self.at = start + 2;
                path.push(Name { text: "**".into(), span: self.span(start), quoted: false });
            } else if self.begins_field_name(start) {
                self.at = start;
                path.push(self.field_name()?);
            } else {
                break;
            }
        }
        Some(path)
    }
}

/// The clause of which there may be several.
const LAST: u8 = 8;
