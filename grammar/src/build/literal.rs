//! Texts, numbers, durations, dates and messages: what stands within one token.

use std::borrow::Cow;

use pest::Parser;
use reach_codes::table::syntax;
use reach_codes::{Diagnostic, Span};

use super::{Builder, Node, Nodes};
use crate::ast::{Chain, Expr, ExprKind, Link, Links, Message, MessagePart, Name, Pattern, PatternKind, TextLit};
use crate::rules::{Grammar, Rule};
use crate::scan::offset;
use crate::words::{is_foreign_null, is_reserved};
use crate::write::is_word;

/// The units of durations, longest first, with the words that people write for them.
const UNITS: &[(&str, &[&str])] = &[
    ("d", &["day", "days"]),
    ("h", &["hour", "hours", "hr", "hrs"]),
    ("m", &["minute", "minutes", "min", "mins"]),
    ("s", &["second", "seconds", "sec", "secs"]),
    ("ms", &["millisecond", "milliseconds", "millis", "msec"]),
];

impl Builder<'_> {
    pub(super) fn text_literal(&mut self, node: &Node<'_>) -> TextLit {
        self.text_of(self.span(node), node.as_str())
    }

    /// A text token, in whatever quotes.
    pub(crate) fn text_of(&mut self, span: Span, raw: &str) -> TextLit {
        let quote = raw.chars().next().unwrap_or_default();
        let inner = inside(raw);
        if quote == '\'' || quote == '\u{201c}' || quote == '\u{201d}' {
            let right = format!("\"{}\"", if quote == '\'' { inner.replace("\\'", "'").replace('"', "\\\"") } else { inner.replace('"', "\\\"") });
            let d = if quote == '\'' {
                Diagnostic::new(syntax::SINGLE_QUOTES, span, "this text stands in single quotes")
            } else {
                Diagnostic::new(syntax::CURLY_QUOTES, span, "this text stands in typographic quotes")
            };
            self.report(d.help("texts stand in double quotes").fix(span, right));
            return TextLit { span, value: inner.into() };
        }
        if !inner.contains('\\') {
            return TextLit { span, value: inner.into() };
        }
        let mut value = String::with_capacity(inner.len());
        self.unescape(inner, span.start + 1, &mut value);
        TextLit { span, value: value.into() }
    }

    /// Resolves the escapes of a piece of text that begins at `start` of the file.
    fn unescape(&mut self, raw: &str, start: u32, out: &mut String) {
        if !raw.contains('\\') {
            out.push_str(raw);
            return;
        }
        let mut chars = raw.char_indices();
        while let Some((at, c)) = chars.next() {
            if c != '\\' {
                out.push(c);
                continue;
            }
            let Some((_, escaped)) = chars.next() else { return };
            match escaped {
                '"' | '\\' => out.push(escaped),
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                'u' => {
                    let rest = chars.as_str();
                    // Looked for no further than six digits reach, so that many open braces take no more time than one.
                    let digits = rest.strip_prefix('{').and_then(|r| r.get(..r.bytes().take(7).position(|b| b == b'}')?)).filter(|digits| !digits.is_empty());
                    let c = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
                    if let (Some(c), Some(digits)) = (c, digits) {
                        out.push(c);
                        for _ in 0..digits.len() + 2 {
                            chars.next();
                        }
                    } else {
                        let span = self.at(start, at, 2);
                        let d = Diagnostic::new(syntax::UNKNOWN_ESCAPE, span, "`\\u` names no character");
                        self.report(d.help("write the number of a Unicode character in hexadecimal, in braces: `\\u{20ac}`"));
                    }
                }
                _ => {
                    let span = self.at(start, at, 1 + escaped.len_utf8());
                    let d = Diagnostic::new(syntax::UNKNOWN_ESCAPE, span, format!("`\\{escaped}` is not an escape"));
                    self.report(
                        d.note("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{…}`")
                            .help("write `\\\\` for a backslash; in `re\"…\"` and `glob\"…\"` a backslash stands for itself"),
                    );
                    out.push(escaped);
                }
            }
        }
    }

    fn at(&self, start: u32, ahead: usize, length: usize) -> Span {
        Span::new(self.file, start + offset(ahead), start + offset(ahead + length))
    }

    /// `"… {path} …"`.
    pub(crate) fn message_of(&mut self, span: Span, raw: &str) -> Message {
        if !raw.starts_with('"') {
            let text = self.text_of(span, raw);
            return Message { span, parts: vec![MessagePart::Text(text.value)] };
        }
        let start = span.start + 1;
        let raw = inside(raw);
        let mut parts = Vec::new();
        let mut text = String::new();
        // Looked up once, so that many open braces take no more time than one.
        let last_close = raw.rfind('}');
        let mut at = 0;
        while let Some(rest) = raw.get(at..) {
            let Some(brace) = rest.find(['{', '}']) else {
                self.unescape(rest, start + offset(at), &mut text);
                break;
            };
            // The braces of `\u{…}` belong to the escape.
            if rest.get(..brace).is_some_and(ends_in_unicode_escape) && rest.get(brace..).is_some_and(|r| r.starts_with('{')) {
                let end = rest.get(brace..).and_then(|r| r.find('}')).map_or(rest.len(), |n| brace + n + 1);
                self.unescape(rest.get(..end).unwrap_or(""), start + offset(at), &mut text);
                at += end;
                continue;
            }
            self.unescape(rest.get(..brace).unwrap_or(""), start + offset(at), &mut text);
            let here = at + brace;
            let from_brace = raw.get(here..).unwrap_or("");
            if from_brace.starts_with("{{") || from_brace.starts_with("}}") {
                text.extend(from_brace.chars().next());
                at = here + 2;
            } else if from_brace.starts_with('}') {
                text.push('}');
                at = here + 1;
            } else if let Some(length) = last_close.filter(|last| *last > here).and_then(|_| from_brace.find('}')) {
                if !text.is_empty() {
                    parts.push(MessagePart::Text(std::mem::take(&mut text).into()));
                }
                let inner = from_brace.get(1..length).unwrap_or("");
                if let Some(path) = self.message_path(inner, start + offset(here) + 1) {
                    parts.push(MessagePart::Path(path));
                } else {
                    let span = self.at(start, here, length + 1);
                    let d = Diagnostic::new(syntax::MALFORMED_MESSAGE, span, format!("`{inner}` is not a path"));
                    self.report(
                        d.note("between braces stands a path such as `args.amount`, whose value the message shows")
                            .help("write `{{` for a brace that is to be shown"),
                    );
                }
                at = here + length + 1;
            } else {
                let span = self.at(start, here, 1);
                let d = Diagnostic::new(syntax::MALFORMED_MESSAGE, span, "this brace is not closed");
                self.report(d.help("close it with `}` behind a path, or write `{{` for a brace that is to be shown"));
                at = here + 1;
            }
        }
        if !text.is_empty() {
            parts.push(MessagePart::Text(text.into()));
        }
        Message { span, parts }
    }

    fn message_path(&mut self, inner: &str, start: u32) -> Option<Expr> {
        if let Some(path) = self.plain_path(inner, start) {
            return Some(path);
        }
        // An index holds a whole expression, so this is for short texts only; a message's path has no brackets within brackets.
        if inner.matches(['[', '(', '{']).count() > 4 || inner.contains('\\') {
            return None;
        }
        let mut pairs = Grammar::parse(Rule::message_path, inner).ok()?;
        let base = std::mem::replace(&mut self.base, start);
        let path = pairs.next().and_then(|node| self.chain(Nodes::of(node)));
        self.base = base;
        path
    }

    /// A path of words, which most are.
    fn plain_path(&mut self, inner: &str, start: u32) -> Option<Expr> {
        let mut words = inner.split('.');
        let first = words.next().filter(|first| is_word(first) && !is_reserved(first) && !is_foreign_null(first))?;
        let mut at = start;
        let mut name = |text: &str| {
            let span = Span::new(self.file, at, at + offset(text.len()));
            at = span.end + 1;
            Name { text: text.into(), span, quoted: false }
        };
        let base = name(first);
        let base = Expr { span: base.span, kind: ExprKind::Name(base), parenthesised: false };
        let links = words.map(|word| is_word(word).then(|| Link::Field(name(word)))).collect::<Option<Links>>()?;
        if links.is_empty() {
            return Some(base);
        }
        let span = Span::new(self.file, start, start + offset(inner.len()));
        // Each link is counted where its point stands.
        for link in &links {
            let Link::Field(name) = link else { return None };
            self.count_term(Span::new(self.file, name.span.start - 1, name.span.end));
        }
        Some(Expr { span, kind: ExprKind::Chain(Box::new(Chain { base, links })), parenthesised: false })
    }

    /// A number or a duration: they are one token, since `5min` is to be explained and not split.
    pub(crate) fn number(&mut self, span: Span, raw: &str) -> ExprKind {
        if let Some((digits, word)) = raw.split_once(' ') {
            return self.wrong_unit(span, raw, digits, word.trim_start());
        }
        let letters = raw.find(|c: char| c.is_ascii_alphabetic());
        let Some(letters) = letters else { return self.plain_number(span, raw) };
        if is_duration(raw) {
            return ExprKind::Duration(raw.into());
        }
        let (digits, tail) = raw.split_at(letters);
        let unit: String = tail.chars().take_while(char::is_ascii_alphabetic).collect();
        if unit.eq_ignore_ascii_case("e") || digits == "0" && matches!(unit.get(..1), Some("x" | "X" | "b" | "o")) {
            let d = Diagnostic::new(syntax::MALFORMED_NUMBER, span, format!("`{raw}` is not a number as they are written here"));
            self.report(d.help("write it out in decimal digits: `1500`, `0.25`; `1_000_000` is fine"));
            return ExprKind::Error;
        }
        self.wrong_unit(span, raw, digits, tail)
    }

    fn plain_number(&mut self, span: Span, raw: &str) -> ExprKind {
        let (whole, fraction) = raw.split_once('.').map_or((raw, None), |(w, f)| (w, Some(f)));
        let number = if raw.contains('_') { Cow::Owned(raw.replace('_', "")) } else { Cow::Borrowed(raw) };
        let well_grouped = |part: &str| !part.ends_with('_') && !part.contains("__");
        if !well_grouped(whole) || !fraction.is_none_or(well_grouped) {
            let d = Diagnostic::new(syntax::MALFORMED_NUMBER, span, format!("`{raw}` is not a number"));
            self.report(d.help("a single `_` may stand between two digits").fix(span, number.clone().into_owned()));
        } else if whole.len() > 1 && whole.starts_with('0') {
            let right = number.trim_start_matches('0');
            let right = if right.is_empty() || right.starts_with('.') { format!("0{right}") } else { right.to_owned() };
            let d = Diagnostic::new(syntax::MALFORMED_NUMBER, span, format!("`{raw}` begins with a zero"));
            self.report(
                d.note("elsewhere that means an octal number, so it is not taken for a decimal one")
                    .help(format!("write `{right}`; a text of digits stands in quotes"))
                    .fix(span, right),
            );
        }
        ExprKind::Number(number.into())
    }

    fn wrong_unit(&mut self, span: Span, raw: &str, digits: &str, word: &str) -> ExprKind {
        let unit = UNITS.iter().find(|(_, words)| words.contains(&word)).map(|(unit, _)| *unit);
        let weeks = matches!(word, "w" | "week" | "weeks").then(|| digits.parse::<u32>().ok()?.checked_mul(7)).flatten();
        let right = match (unit, weeks) {
            (Some(unit), _) => Some(format!("{digits}{unit}")),
            (None, Some(days)) => Some(format!("{days}d")),
            (None, None) => None,
        };
        let right = right.filter(|right| is_duration(right));
        let mut d = Diagnostic::new(syntax::MALFORMED_DURATION, span, format!("`{raw}` is not a duration"))
            .note("the units are `d`, `h`, `m`, `s` and `ms`, each after a whole number, the longer ones first: `1h30m`");
        if let Some(right) = &right {
            d = d.help(format!("write `{right}`")).fix(span, right.clone());
        }
        self.report(d);
        right.map_or(ExprKind::Error, |right| ExprKind::Duration(right.into()))
    }

    pub(crate) fn date(&mut self, span: Span, raw: &str) -> ExprKind {
        if !is_date(raw) {
            self.report(
                Diagnostic::new(syntax::MALFORMED_DATE, span, format!("there is no day `{raw}`")).help("a date is written year, month, day: `2026-01-31`"),
            );
        }
        ExprKind::Date(raw.into())
    }

    pub(crate) fn time(&mut self, span: Span, raw: &str) -> ExprKind {
        if let Err(why) = check_time(raw) {
            self.report(
                Diagnostic::new(syntax::MALFORMED_DATE, span, format!("`{raw}` is not a time: {why}"))
                    .help("write date, `T`, time and offset as in `2026-01-31T09:30:00Z` or `2026-01-31T09:30:00+01:00`"),
            );
        }
        ExprKind::Time(raw.into())
    }

    pub(super) fn pattern(&mut self, node: &Node<'_>) -> Pattern {
        self.pattern_of(self.span(node), node.as_str())
    }

    /// `glob"…"` or `re"…"`.
    pub(crate) fn pattern_of(&self, span: Span, raw: &str) -> Pattern {
        let kind = if raw.starts_with("re") { PatternKind::Regex } else { PatternKind::Glob };
        let quote = raw.find('"').unwrap_or(0);
        Pattern { span, kind, text: inside(raw.get(quote..).unwrap_or("")).into() }
    }
}

/// What stands between a token's first and last character.
fn inside(raw: &str) -> &str {
    let mut chars = raw.chars();
    chars.next();
    chars.next_back();
    chars.as_str()
}

/// Returns whether a text ends in `\u` of which the backslash is not itself escaped.
fn ends_in_unicode_escape(text: &str) -> bool {
    text.strip_suffix('u').is_some_and(|t| (t.len() - t.trim_end_matches('\\').len()) % 2 == 1)
}

/// Returns whether every part is a whole number with a unit, each unit once, the longer ones first.
fn is_duration(raw: &str) -> bool {
    let mut units = UNITS.iter().map(|(unit, _)| *unit);
    let mut rest = raw;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let word = after.split(|c: char| c.is_ascii_digit()).next().unwrap_or("");
        if after.len() == rest.len() || !units.any(|unit| unit == word) {
            return false;
        }
        rest = after.strip_prefix(word).unwrap_or("");
    }
    !raw.is_empty()
}

fn part(raw: &str, start: usize, end: usize) -> Option<u32> {
    raw.get(start..end).filter(|p| p.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

fn is_date(raw: &str) -> bool {
    let (Some(year), Some(month), Some(day)) = (part(raw, 0, 4), part(raw, 5, 7), part(raw, 8, 10)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// RFC 3339, section 5.6: `date-time`, with the offset that the language asks for.
fn check_time(raw: &str) -> Result<(), &'static str> {
    let clock = raw.get(11..).unwrap_or("");
    if !is_date(raw) {
        return Err("there is no such day");
    }
    let within = |start, most| part(clock, start, start + 2).is_some_and(|n| n <= most);
    if !(within(0, 23) && clock.get(2..3) == Some(":") && within(3, 59) && clock.get(5..6) == Some(":") && within(6, 60)) {
        return Err("hours, minutes and seconds are two digits each");
    }
    let mut rest = clock.get(8..).unwrap_or("");
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return Err("digits follow the point");
        }
    }
    match rest.as_bytes() {
        [b'Z' | b'z'] => Ok(()),
        [b'+' | b'-', _, _, b':', _, _] if part(rest, 1, 3).is_some_and(|h| h <= 23) && part(rest, 4, 6).is_some_and(|m| m <= 59) => Ok(()),
        [] => Err("the offset is missing"),
        _ => Err("this is no offset"),
    }
}
