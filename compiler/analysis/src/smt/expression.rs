//! Regular expressions as those of SMT-LIB.

use std::fmt::Write as _;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::alphabet::{Alphabet, Range, Sights};

/// How deep an expression may be nested, as where patterns are compiled.
const MAX_DEPTH: u32 = 64;
/// The most repetitions that are counted.
const MAX_COUNT: u32 = 1_000;

/// A set of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Re {
    /// Every text.
    All,
    /// One text.
    Text(String),
    /// One character of these.
    Class(Vec<Range>),
    /// One behind the other.
    Concat(Vec<Re>),
    /// One of them.
    Union(Vec<Re>),
    /// So many times at least, and at most.
    Repeat(Box<Re>, u32, Option<u32>),
    /// All of them at once.
    Both(Vec<Re>),
}

impl Re {
    /// Returns the texts in which an expression matches somewhere; none where this has no such form, as with the ends of words.
    pub fn search(expression: &str, nocase: bool) -> Option<Self> {
        searched(&parse(expression, nocase)?)
    }

    /// Returns the texts that an expression fits from the first character to the last; a dot is any character.
    pub fn whole(expression: &str) -> Option<Self> {
        plain(&parse(&format!("(?s:{expression})"), false)?)
    }

    /// Notes which characters are told apart.
    pub fn note(&self, sights: &mut Sights) {
        match self {
            Self::All => {}
            Self::Text(text) => text.chars().for_each(|c| sights.note((u32::from(c), u32::from(c)))),
            Self::Class(ranges) => ranges.iter().for_each(|range| sights.note(*range)),
            Self::Concat(parts) | Self::Union(parts) | Self::Both(parts) => parts.iter().for_each(|part| part.note(sights)),
            Self::Repeat(of, ..) => of.note(sights),
        }
    }

    /// Writes it.
    pub fn write(&self, alphabet: &Alphabet, out: &mut String) {
        match self {
            Self::All => out.push_str("re.all"),
            Self::Text(text) => {
                out.push_str("(str.to_re ");
                string(text, alphabet, out);
                out.push(')');
            }
            Self::Class(ranges) => class(ranges, alphabet, out),
            Self::Concat(parts) => list("re.++", "(str.to_re \"\")", parts, alphabet, out),
            Self::Union(parts) => list("re.union", "re.none", parts, alphabet, out),
            Self::Both(parts) => list("re.inter", "re.all", parts, alphabet, out),
            Self::Repeat(of, 0, None) => wrap("re.*", of, alphabet, out),
            Self::Repeat(of, 1, None) => wrap("re.+", of, alphabet, out),
            Self::Repeat(of, 0, Some(1)) => wrap("re.opt", of, alphabet, out),
            Self::Repeat(of, min, Some(max)) => wrap(&format!("(_ re.loop {min} {max})"), of, alphabet, out),
            Self::Repeat(of, min, None) => {
                out.push_str("(re.++ ");
                wrap(&format!("(_ re.^ {min})"), of, alphabet, out);
                out.push(' ');
                wrap("re.*", of, alphabet, out);
                out.push(')');
            }
        }
    }
}

/// Writes a text as a constant.
pub(super) fn string(text: &str, alphabet: &Alphabet, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        code(alphabet.code(c), out);
    }
    out.push('"');
}

fn code(code: u32, out: &mut String) {
    match char::from_u32(code) {
        Some('"') => out.push_str("\"\""),
        Some(c @ ' '..='~') if c != '\\' => out.push(c),
        _ => {
            let _ = write!(out, "\\u{{{code:x}}}");
        }
    }
}

fn class(ranges: &[Range], alphabet: &Alphabet, out: &mut String) {
    let mut codes: Vec<Range> = ranges.iter().flat_map(|range| alphabet.codes(*range)).collect();
    codes.sort_unstable();
    codes.dedup_by(|next, before| {
        let touch = before.1.saturating_add(1) >= next.0;
        if touch {
            before.1 = before.1.max(next.1);
        }
        touch
    });
    let one = |(from, to): &Range, out: &mut String| {
        out.push_str("(re.range \"");
        code(*from, out);
        out.push_str("\" \"");
        code(*to, out);
        out.push_str("\")");
    };
    match codes.as_slice() {
        [] => out.push_str("re.none"),
        [(0, 0x2_ffff)] => out.push_str("re.allchar"),
        [range] => one(range, out),
        codes => {
            out.push_str("(re.union");
            for range in codes {
                out.push(' ');
                one(range, out);
            }
            out.push(')');
        }
    }
}

fn list(operator: &str, empty: &str, parts: &[Re], alphabet: &Alphabet, out: &mut String) {
    match parts {
        [] => out.push_str(empty),
        [one] => one.write(alphabet, out),
        parts => {
            let _ = write!(out, "({operator}");
            for part in parts {
                out.push(' ');
                part.write(alphabet, out);
            }
            out.push(')');
        }
    }
}

fn wrap(operator: &str, of: &Re, alphabet: &Alphabet, out: &mut String) {
    let _ = write!(out, "({operator} ");
    of.write(alphabet, out);
    out.push(')');
}

fn parse(expression: &str, nocase: bool) -> Option<Hir> {
    ParserBuilder::new().case_insensitive(nocase).nest_limit(MAX_DEPTH + 2).build().parse(expression).ok()
}

/// The texts in which it matches somewhere.
fn searched(hir: &Hir) -> Option<Re> {
    match hir.kind() {
        HirKind::Capture(inner) => searched(&inner.sub),
        HirKind::Alternation(parts) => Some(Re::Union(parts.iter().map(searched).collect::<Option<_>>()?)),
        _ => {
            let mut parts = Vec::new();
            flatten(hir, &mut parts);
            let is = |part: &Hir, look: Look| *part.kind() == HirKind::Look(look);
            let at_start = parts.iter().take_while(|part| is(part, Look::Start)).count();
            let inner = parts.get(at_start..).unwrap_or_default();
            let at_end = inner.iter().rev().take_while(|part| is(part, Look::End)).count();
            let inner = inner.get(..inner.len() - at_end).unwrap_or_default();
            let mut all = Vec::new();
            all.extend((at_start == 0).then_some(Re::All));
            for part in inner {
                all.push(plain(part)?);
            }
            all.extend((at_end == 0).then_some(Re::All));
            Some(Re::Concat(all))
        }
    }
}

/// Takes what stands one behind the other apart, through groups.
fn flatten<'h>(hir: &'h Hir, parts: &mut Vec<&'h Hir>) {
    match hir.kind() {
        HirKind::Concat(inner) => inner.iter().for_each(|part| flatten(part, parts)),
        HirKind::Capture(inner) => flatten(&inner.sub, parts),
        _ => parts.push(hir),
    }
}

/// The texts that it fits from end to end.
fn plain(hir: &Hir) -> Option<Re> {
    Some(match hir.kind() {
        HirKind::Empty => Re::Text(String::new()),
        HirKind::Literal(literal) => Re::Text(std::str::from_utf8(&literal.0).ok()?.to_owned()),
        HirKind::Class(Class::Unicode(class)) => Re::Class(class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()),
        HirKind::Class(Class::Bytes(class)) if class.is_ascii() => {
            Re::Class(class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect())
        }
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => return None,
        HirKind::Repetition(inner) => {
            if inner.min.max(inner.max.unwrap_or(0)) > MAX_COUNT {
                return None;
            }
            Re::Repeat(Box::new(plain(&inner.sub)?), inner.min, inner.max)
        }
        HirKind::Capture(inner) => plain(&inner.sub)?,
        HirKind::Concat(parts) => Re::Concat(parts.iter().map(plain).collect::<Option<_>>()?),
        HirKind::Alternation(parts) => Re::Union(parts.iter().map(plain).collect::<Option<_>>()?),
    })
}
