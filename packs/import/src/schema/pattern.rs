//! Regular expressions of JSON Schema (ECMA-262) as those of Reach, where both mean the same.
//!
//! What is read is what has one meaning in both: characters, classes, groups, alternatives, repetitions, `^` and `$`. Each is written anew, so that
//! nothing is left to a difference: `\d` is `[0-9]` here and every digit of Unicode in the `regex` crate. Characters are code points, as JSON Schema
//! recommends (2020-12, section 6.4, the flag `u`). What looks around, refers back, or is read by two engines in two ways is not translated.

use std::fmt::Write as _;

use reach_values::pattern::Pattern;

/// How deep groups may be nested.
const MAX_DEPTH: usize = 32;
/// The largest number of a repetition.
const MAX_REPEAT: u32 = 1000;
/// The longest expression of a schema, in bytes.
const MAX_BYTES: usize = 1024;
/// The longest text that is made to fit an expression, in characters.
const MAX_SAMPLE: usize = 200;

/// An expression of Reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    /// The expression, as it stands between the quotes of `re"…"`.
    pub regex: String,
    /// A text that matches.
    pub sample: Option<String>,
}

/// Translates an expression.
///
/// # Errors
/// Why it isn't translated.
pub fn translate(pattern: &str) -> Result<Translated, &'static str> {
    if pattern.is_empty() {
        return Err("it is empty");
    }
    if pattern.len() > MAX_BYTES {
        return Err("it is longer than 1,024 bytes");
    }
    let mut parser = Parser { chars: pattern.chars().collect(), at: 0, depth: 0, out: String::new() };
    let sample = parser.alternatives()?;
    if parser.at < parser.chars.len() {
        return Err("it has a `)` too many");
    }
    let Ok(compiled) = Pattern::regex(&parser.out, false) else { return Err("it is too large when compiled") };
    let sample = sample.filter(|text| compiled.is_match(text));
    Ok(Translated { regex: parser.out, sample })
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    out: String,
}

type Sample = Option<String>;

const BLANKS: &str = r"\t\n\x{b}\x{c}\r\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}";

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        self.at += usize::from(there);
        there
    }

    /// Returns a text that matches the first alternative.
    fn alternatives(&mut self) -> Result<Sample, &'static str> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("its groups are nested too deeply");
        }
        let sample = self.sequence()?;
        while self.eat('|') {
            self.out.push('|');
            self.sequence()?;
        }
        self.depth -= 1;
        Ok(sample)
    }

    fn sequence(&mut self) -> Result<Sample, &'static str> {
        let mut sample = Some(String::new());
        while let Some(c) = self.peek() {
            if matches!(c, '|' | ')') {
                break;
            }
            self.at += 1;
            if matches!(c, '^' | '$') {
                self.out.push(c);
                if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
                    return Err("it repeats `^` or `$`");
                }
                continue;
            }
            let one = self.atom(c)?;
            let least = self.repetition()?;
            sample = sample.zip(one).and_then(|(so_far, one)| {
                let long = so_far.chars().count() + one.chars().count() * least;
                (long <= MAX_SAMPLE).then(|| so_far + &one.repeat(least))
            });
        }
        Ok(sample)
    }

    fn atom(&mut self, c: char) -> Result<Sample, &'static str> {
        match c {
            '.' => {
                self.out.push_str(r"[^\n\r\x{2028}\x{2029}]");
                Ok(Some("x".to_owned()))
            }
            '(' => {
                if self.eat('?') && !self.eat(':') {
                    return Err("it looks around, or names a group");
                }
                self.out.push_str("(?:");
                let sample = self.alternatives()?;
                if !self.eat(')') {
                    return Err("it has a `)` too few");
                }
                self.out.push(')');
                Ok(sample)
            }
            '[' => self.class(),
            '\\' => match self.escape(false)? {
                Escape::Char(c) => {
                    push(&mut self.out, c, false);
                    Ok(Some(c.to_string()))
                }
                Escape::Class { inner, negated, sample } => {
                    let _ = write!(self.out, "[{}{inner}]", if negated { "^" } else { "" });
                    Ok(Some(sample.to_string()))
                }
            },
            '*' | '+' | '?' => Err("it repeats nothing"),
            '{' | '}' | ']' => Err("it has a bracket that some engines read as a character and others don't"),
            c => {
                push(&mut self.out, c, false);
                Ok(Some(c.to_string()))
            }
        }
    }

    /// Reads a repetition, if there is one; returns the least number of times.
    fn repetition(&mut self) -> Result<usize, &'static str> {
        let least = match self.peek() {
            Some(c @ ('*' | '+' | '?')) => {
                self.at += 1;
                self.out.push(c);
                usize::from(c == '+')
            }
            Some('{') => {
                self.at += 1;
                let least = self.number().ok_or("it has a `{` that begins no repetition")?;
                let most = if self.eat(',') { self.number() } else { Some(least) };
                if !self.eat('}') || most.is_some_and(|most| most < least) {
                    return Err("it has a `{` that begins no repetition");
                }
                if least.max(most.unwrap_or(0)) > MAX_REPEAT {
                    return Err("it repeats something more than 1,000 times");
                }
                let _ = match most {
                    None => write!(self.out, "{{{least},}}"),
                    Some(most) if most == least => write!(self.out, "{{{least}}}"),
                    Some(most) => write!(self.out, "{{{least},{most}}}"),
                };
                usize::try_from(least).unwrap_or(usize::MAX)
            }
            _ => return Ok(1),
        };
        // A lazy repetition matches the same texts.
        self.eat('?');
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) { Err("it repeats a repetition") } else { Ok(least) }
    }

    fn number(&mut self) -> Option<u32> {
        let mut n: Option<u32> = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            self.at += 1;
            n = Some(n.unwrap_or(0).saturating_mul(10).saturating_add(digit));
        }
        n
    }

    fn class(&mut self) -> Result<Sample, &'static str> {
        let negated = self.eat('^');
        self.out.push_str(if negated { "[^" } else { "[" });
        let mut first: Option<char> = None;
        let mut members = 0usize;
        loop {
            let from = match self.next().ok_or("it has a `]` too few")? {
                ']' if members == 0 => return Err("it has an empty class"),
                ']' => break,
                '\\' => self.escape(true)?,
                c => Escape::Char(c),
            };
            members += 1;
            let is_range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            match from {
                Escape::Char(from) if is_range => {
                    self.at += 1;
                    let to = match self.next() {
                        Some('\\') => self.escape(true)?,
                        Some(c) => Escape::Char(c),
                        None => return Err("it has a `]` too few"),
                    };
                    let Escape::Char(to) = to else { return Err("it has a range of classes") };
                    if to < from {
                        return Err("it has a range that runs backwards");
                    }
                    // The range of scalar values leaves out the halves of pairs, which no text here holds.
                    push(&mut self.out, from, true);
                    self.out.push('-');
                    push(&mut self.out, to, true);
                    first.get_or_insert(from);
                }
                Escape::Char(c) => {
                    push(&mut self.out, c, true);
                    first.get_or_insert(c);
                }
                Escape::Class { .. } if is_range => return Err("it has a range of classes"),
                Escape::Class { inner, negated, sample } => {
                    let _ = if negated { write!(self.out, "[^{inner}]") } else { write!(self.out, "{inner}") };
                    first.get_or_insert(sample);
                }
            }
        }
        self.out.push(']');
        // Of what a negated class leaves, one of these is most often a member; the whole sample is tried at the end.
        Ok(if negated { Some("x".to_owned()) } else { first.map(String::from) })
    }

    fn escape(&mut self, in_class: bool) -> Result<Escape, &'static str> {
        let class = |inner, negated, sample| Ok(Escape::Class { inner, negated, sample });
        let c = self.next().ok_or("it ends in a backslash")?;
        Ok(Escape::Char(match c {
            'd' => return class("0-9", false, '0'),
            'D' => return class("0-9", true, 'x'),
            'w' => return class("0-9A-Za-z_", false, 'x'),
            'W' => return class("0-9A-Za-z_", true, '-'),
            's' => return class(BLANKS, false, ' '),
            'S' => return class(BLANKS, true, 'x'),
            't' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'b' if in_class => '\u{8}',
            'b' | 'B' => return Err("it asks for the edge of a word"),
            '0' if !self.peek().is_some_and(|c| c.is_ascii_digit()) => '\0',
            '0'..='9' | 'k' => return Err("it refers back to a group"),
            'p' | 'P' => return Err("it asks for a property of Unicode"),
            'x' => self.hex(2).and_then(char::from_u32).ok_or("it has an unknown escape")?,
            'u' => self.unicode().ok_or("it has an unknown escape")?,
            c if c.is_ascii_punctuation() => c,
            _ => return Err("it has an unknown escape"),
        }))
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let mut n = 0;
        for _ in 0..digits {
            n = n * 16 + self.next()?.to_digit(16)?;
        }
        Some(n)
    }

    fn unicode(&mut self) -> Option<char> {
        if self.eat('{') {
            let mut n: u32 = 0;
            loop {
                match self.next()? {
                    '}' => return char::from_u32(n),
                    c => n = n.checked_mul(16)?.checked_add(c.to_digit(16)?)?,
                }
            }
        }
        let high = self.hex(4)?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high);
        }
        let low = if self.eat('\\') && self.eat('u') { self.hex(4)? } else { return None };
        (0xdc00..0xe000).contains(&low).then(|| char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)))?
    }
}

enum Escape {
    Char(char),
    Class { inner: &'static str, negated: bool, sample: char },
}

/// Writes a character that stands for itself, in a class or outside.
fn push(out: &mut String, c: char, in_class: bool) {
    let plain = c.is_ascii_alphanumeric() || "_ /:,;@%=<>!'`".contains(c) || (!in_class && "-#&~".contains(c)) || (in_class && ".+*?()|{}$#".contains(c));
    if plain {
        out.push(c);
    } else if c.is_ascii_punctuation() && c != '"' {
        out.push('\\');
        out.push(c);
    } else {
        let _ = write!(out, "\\x{{{:x}}}", u32::from(c));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn to(pattern: &str) -> String {
        translate(pattern).map_or_else(|why| format!("error: {why}"), |t| t.regex)
    }

    #[test]
    fn what_means_the_same_is_translated() {
        for (ecma, ours) in [
            ("^[A-Z]{3}-\\d{4}$", "^[A-Z]{3}-[0-9]{4}$"),
            ("^(?:a|b)+?c*$", "^(?:a|b)+c*$"),
            ("(a)(b)?", "(?:a)(?:b)?"),
            (".", r"[^\n\r\x{2028}\x{2029}]"),
            ("^\\/x\\.y\\-z$", r"^/x\.y-z$"),
            ("[\\w.-]+", r"[0-9A-Za-z_.\-]+"),
            ("[^\\W_]", r"[^[^0-9A-Za-z_]_]"),
            ("[[a&&b~~c--d]", r"error: it has a range that runs backwards"),
            ("[[a&&b~~]", r"[\[a\&\&b\~\~]"),
            ("a{2,}b{0,3}", "a{2,}b{0,3}"),
            ("\"x\"", r"\x{22}x\x{22}"),
            ("\\u00e4\\x41\\u{1F600}\\ud83d\\ude00", r"\x{e4}A\x{1f600}\x{1f600}"),
            ("ä", r"\x{e4}"),
            ("[\\b]", r"[\x{8}]"),
            ("a|", "a|"),
        ] {
            assert_eq!(to(ecma), ours, "{ecma}");
        }
    }

    #[test]
    fn what_does_not_is_refused_with_its_reason() {
        for pattern in [
            "",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?<n>a)",
            "(?i)a",
            "\\bword\\b",
            "(a)\\1",
            "\\k<n>",
            "\\p{L}",
            "\\cA",
            "a{",
            "}",
            "]",
            "[]",
            "[^]",
            "[b-a]",
            "[\\d-z]",
            "a**",
            "a{2}{3}",
            "^*",
            "*a",
            "(a",
            "a)",
            "[a",
            "a\\",
            "\\ud83d",
            "\\u{110000}",
            "\\q",
            "a{1001}",
            "a{3,2}",
            "(a{1000}){1000}",
        ] {
            assert!(translate(pattern).is_err(), "{pattern}: {:?}", translate(pattern));
        }
        assert!(translate(&"(".repeat(40)).is_err());
        assert!(translate(&"a".repeat(1024)).is_ok() && translate(&"a".repeat(1025)).is_err());
    }

    #[test]
    fn a_sample_matches() {
        for pattern in ["^[A-Z]{3}-\\d{4}$", "^https?://[^/]+/?$", "^(draft|sent)$", "\\s\\S", "^$"] {
            let made = translate(pattern).unwrap();
            let sample = made.sample.unwrap_or_else(|| panic!("{pattern}"));
            assert!(Pattern::regex(&made.regex, false).unwrap().is_match(&sample), "{pattern}: {sample:?}");
        }
        assert_eq!(translate("a$b").unwrap().sample, None);
    }

    /// Patterns and texts from few characters, so that many match; what both read must match the same. Node's `RegExp` with the flag `u` is ECMA-262.
    #[test]
    fn node_matches_the_same_texts() {
        use proptest::strategy::{Strategy as _, ValueTree as _};
        use proptest::test_runner::TestRunner;
        use std::io::Write as _;
        use std::process::{Command, Stdio};
        let mut runner = TestRunner::deterministic();
        let pieces = r"(a|b|\^|\$|\.|\\d|\\w|\\s|\\S|\\W|[0-9]|-|_|\[a-c\]|\[\^b-d\]|\[\\w-\]|\[\\S\]|\(a|\(\?:b|\)|\||\*|\+|\?|\{2\}|\{1,3\}|\{0,\}|ä|\\u00e4|\\/|\\-|😀){1,7}";
        let patterns = proptest::string::string_regex(pieces).unwrap();
        let texts = proptest::string::string_regex("[ab cd1_.äÄ\\-/\n\u{2028}\u{a0}\u{660}😀\u{feff}\u{180e}]{0,6}").unwrap();
        let mut asked: Vec<(Pattern, String)> = Vec::new();
        let mut lines = String::new();
        for _ in 0..6_000 {
            let ecma = patterns.new_tree(&mut runner).unwrap().current();
            let Ok(made) = translate(&ecma) else { continue };
            for _ in 0..3 {
                let text = texts.new_tree(&mut runner).unwrap().current();
                let mut line = String::from("[");
                reach_values::json::push_string(&mut line, &ecma);
                line.push(',');
                reach_values::json::push_string(&mut line, &text);
                lines.push_str(&format!("{line}]\n"));
                asked.push((Pattern::regex(&made.regex, false).unwrap(), text));
            }
        }
        assert!(asked.len() > 3_000, "{}", asked.len());
        let script = "const out = []; for (const line of require('fs').readFileSync(0, 'utf8').split('\\n')) { if (!line) continue; \
                      const [p, t] = JSON.parse(line); let r; \
                      try { r = new RegExp(p, 'u'); } catch { r = /[\\ud800-\\udfff]/.test(p + t) ? null : new RegExp(p); } \
                      out.push(r === null ? '?' : r.test(t) ? 1 : 0); } console.log(out.join(''));";
        let mut node = Command::new("node").args(["-e", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        node.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let out = node.wait_with_output().unwrap();
        let answers: Vec<char> = String::from_utf8(out.stdout).unwrap().trim().chars().collect();
        assert_eq!(answers.len(), asked.len());
        for ((ours, text), theirs) in asked.iter().zip(&answers) {
            // Without the flag, which a `\-` outside of a class needs, characters beyond the first 65,536 are two there.
            assert!(*theirs == '?' || ours.is_match(text) == (*theirs == '1'), "{} on {text:?}", ours.expression());
        }
        assert!(answers.iter().filter(|a| **a == '1').count() > 300);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(pattern in "\\PC{0,40}") {
            let _ = translate(&pattern);
        }

        #[test]
        fn brackets_and_escapes_neither(pattern in r"[\\\[\]{}()^$.|?*+\-0-9a-dkpubxBD,:!=<]{0,30}") {
            if let Ok(made) = translate(&pattern) {
                prop_assert!(made.regex.is_ascii());
                prop_assert!(!made.regex.contains('"'));
            }
        }
    }
}
