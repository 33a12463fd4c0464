//! Explanations for people.

use reach_codes::render::Ink;

use super::build::word;
use super::{Because, Condition, ConditionKind, Explanation, PastRole, RuleExplanation, Truth};
use crate::decision::{AdvisoryEffect, Effect, Obligation};

struct Page {
    out: String,
    color: bool,
}

impl Explanation {
    /// Returns the explanation as an indented tree for people; colours are ANSI escapes.
    #[must_use]
    pub fn text(&self, color: bool) -> String {
        let mut out = self.decision_text(color);
        out.push_str(&self.rules_text(color));
        if let Some(nearest) = &self.nearest {
            let conditions: Vec<String> = nearest.failing.iter().map(|f| format!("`{}`", visible(f))).collect();
            out.push_str(&format!("\nnearest: `{}` would permit it, but for {}\n", nearest.rule, conditions.join(" and ")));
        }
        out
    }

    /// Returns the decision alone: what is decided of which step, by which rules.
    #[must_use]
    pub fn decision_text(&self, color: bool) -> String {
        let mut page = Page { out: String::new(), color };
        page.decision(self);
        page.out
    }

    /// Returns every rule that was looked at, each with its conditions and behind an empty line.
    #[must_use]
    pub fn rules_text(&self, color: bool) -> String {
        let mut page = Page { out: String::new(), color };
        for rule in &self.rules {
            page.out.push('\n');
            page.rule(rule);
        }
        page.out
    }
}

impl Condition {
    /// Returns what stands behind its value, a line each, with how far it is indented: where a value was lost, what it reads, what it found
    /// in the session's past. What can't be shown is written out.
    #[must_use]
    pub fn details(&self) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        if let Some(error) = self.error.as_ref().filter(|_| self.tells_error()) {
            lines.push((0, format!("{} in `{}` ({}:{}:{})", cause(error.cause), error.text, error.file, error.line, error.column)));
        }
        for operand in &self.operands {
            lines.push((0, format!("{} = {}", operand.source, operand.value)));
            lines.extend(operand.parsed.iter().map(|line| (1, line.clone())));
        }
        for because in &self.because {
            let titled = self.because.len() > 1;
            if titled {
                lines.push((0, format!("{}:", because.source)));
            }
            lines.extend(because.lines().into_iter().map(|line| (usize::from(titled), line)));
        }
        lines.iter_mut().for_each(|(_, line)| *line = visible(line));
        lines
    }

    /// Returns whether no term of it tells where its value was lost.
    fn tells_error(&self) -> bool {
        self.error.is_some() && self.terms.iter().all(|t| t.error != self.error)
    }
}

impl Because {
    /// Returns what was found, a line each.
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.said.iter().cloned().collect();
        let mut more = Some(self.more).filter(|more| *more > 0);
        for entry in &self.entries {
            if entry.role > PastRole::Unsure {
                lines.extend(more.take().map(|more| format!("and {more} more")));
            }
            let (before, after) = match entry.role {
                PastRole::Counts => ("by", ""),
                PastRole::Unsure => ("perhaps by", ""),
                PastRole::Incomparable => ("perhaps by", ", whose path begins elsewhere"),
                PastRole::BeforeSince => ("not by", ", which is before that"),
                PastRole::TooLongAgo => ("not by", ", which is too long ago"),
                PastRole::OtherValues => ("not by", ", which is of other values"),
            };
            lines.push(format!("{before} entry {}: {} at {}{after}", entry.entry, entry.what, entry.at));
        }
        lines.extend(more.map(|more| format!("and {more} more")));
        lines
    }
}

impl Page {
    fn decision(&mut self, explanation: &Explanation) {
        let decision = &explanation.decision;
        let ink = match decision.effect {
            Effect::Permit => Ink::Good,
            Effect::Ask => Ink::Doubt,
            Effect::Forbid => Ink::Bad,
        };
        let effect = self.ink(ink, decision.effect.word());
        let step = self.ink(Ink::Strong, &visible(&explanation.step));
        self.line(0, format!("{effect} {step}").trim_end());
        for reason in &decision.rules {
            let place = match (&reason.file, reason.line, reason.column) {
                (Some(file), Some(line), Some(column)) => format!(" ({file}:{line}:{column})"),
                _ => String::new(),
            };
            let place = self.ink(Ink::Quiet, &place);
            if reason.problems.is_empty() {
                let message = reason.message.as_ref().map(|m| format!(": {}", visible(m))).unwrap_or_default();
                self.line(1, &format!("by `{}`{place}{message}", reason.rule));
            } else {
                self.line(1, &format!("by `{}`", reason.rule));
                for p in &reason.problems {
                    let pointer = if p.pointer.is_empty() { String::new() } else { format!("`{}`: ", visible(&p.pointer)) };
                    self.line(2, &format!("{pointer}expected {}, got {}", visible(&p.expected), visible(&p.actual)));
                }
            }
        }
        for obligation in &decision.obligations {
            let said = match obligation {
                Obligation::Clear { label } => format!("clears {label}"),
                Obligation::Notify { to } => format!("notify \"{to}\""),
                Obligation::Require { what } => format!("require \"{what}\""),
                Obligation::Set { field, value } => format!("set args.{field}: {value}"),
                Obligation::Redact { field, matching: Some(matching), .. } => format!("redact args.{field} matching \"{matching}\""),
                Obligation::Redact { field, finding, .. } => format!("redact args.{field} finding {}", finding.join(", ")),
            };
            self.line(1, &format!("with {}", visible(&said)));
        }
        if let Some(args) = &decision.args {
            self.line(1, &format!("use {}", visible(args.get())));
        }
        for error in &decision.errors {
            let at = &error.detail;
            self.line(1, &format!("no value in `{}`: {} in `{}` ({}:{}:{})", error.rule, cause(at.cause), visible(&at.text), at.file, at.line, at.column));
        }
    }

    fn rule(&mut self, rule: &RuleExplanation) {
        let effect = match rule.effect {
            AdvisoryEffect::Permit => "permit",
            AdvisoryEffect::Ask => "ask",
            AdvisoryEffect::Forbid => "forbid",
            AdvisoryEffect::OtherwiseAsk => "otherwise ask",
            AdvisoryEffect::Oblige => "oblige",
        };
        let ink = match (rule.matched, rule.value) {
            (true, Truth::True) => Ink::Good,
            (_, Truth::None) => Ink::Doubt,
            _ => Ink::Quiet,
        };
        let name = self.ink(Ink::Strong, &format!("{effect} {}", rule.rule));
        let place = self.ink(Ink::Quiet, &format!("({}:{}:{})", rule.file, rule.line, rule.column));
        let why = self.ink(ink, &visible(&rule.why));
        self.line(0, &format!("{name} {place} {why}"));
        for condition in &rule.conditions {
            self.condition(condition, 1);
        }
    }

    /// Writes a condition and what is below it. Recurses as deep as expressions are nested.
    fn condition(&mut self, condition: &Condition, indent: usize) {
        let ink = match condition.value {
            Truth::True => Ink::Good,
            Truth::False => Ink::Bad,
            Truth::None => Ink::Doubt,
        };
        let value = self.ink(ink, &format!("{:<8}", word(condition.value)));
        let kind = match condition.kind {
            ConditionKind::When => "when ",
            ConditionKind::Unless => "unless ",
            ConditionKind::Term => "",
        };
        let source = visible(&condition.source);
        // What has terms is told by them.
        let source = if condition.terms.is_empty() { source } else { cut(source) };
        self.line(indent, &format!("{value}  {kind}{source}"));
        for (number, (below, line)) in condition.details().into_iter().enumerate() {
            let line = if number == 0 && condition.tells_error() { line } else { self.ink(Ink::Quiet, &line) };
            self.line(indent + 6 + below, &line);
        }
        for term in &condition.terms {
            self.condition(term, indent + 1);
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        for _ in 0..indent {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        ink.on(self.color, text)
    }
}

const fn cause(cause: crate::decision::ErrorCause) -> &'static str {
    use crate::decision::ErrorCause as C;
    match cause {
        C::Overflow => "the result doesn't fit its type",
        C::Inexact => "the product has more than 18 decimal places",
        C::MissingContext => "nobody has given this field of the context",
        C::MissingFact => "the host did not send this fact",
        C::Absent => "there is nothing here",
        C::RelativePath => "a path is compared with one that begins elsewhere",
        C::PartialDay => "the duration is no whole number of days",
        C::Opaque => "it can't be known before it runs",
        C::NoPart => "it has no such part",
        C::Ambiguous => "it carries another address, and which of them is reached is not known",
        C::Unsure => "it rests on an event of which not enough is known",
        C::Bound => "more would have to be remembered than may be",
        C::UnknownEntity => "the session's data doesn't know this entity",
        C::TooShort => "it has too few letters and digits to tell where it came from",
        C::Limit => "a limit of the language is reached",
    }
}

/// Cuts a long condition.
fn cut(source: String) -> String {
    match source.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", source.get(..end).unwrap_or("").trim_end()),
        None => source,
    }
}

/// Replaces control characters and those that turn the direction of text, so that what an agent wrote can't move the cursor.
fn visible(text: &str) -> String {
    let hidden = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.chars().any(hidden) {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}
