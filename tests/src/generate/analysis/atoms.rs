//! The kinds of arguments, and what is asked of them.

use super::Cond;
use crate::generate::choices::Choices;

/// A kind of argument; each tool has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A truth value.
    Bool,
    /// One of three words.
    Enum,
    /// Two whole numbers.
    Ints,
    /// A decimal.
    Decimal,
    /// Two texts.
    Texts,
    /// A text that may be left out.
    OptionalText,
    /// A whole number that may be left out.
    OptionalInt,
    /// A path.
    Path,
    /// A host.
    Host,
    /// A record.
    Record,
}

impl Kind {
    /// All of them; those that tell more stand there more than once.
    pub const ALL: [Self; 13] = [
        Self::Bool,
        Self::Enum,
        Self::Ints,
        Self::Decimal,
        Self::Texts,
        Self::OptionalText,
        Self::OptionalInt,
        Self::Path,
        Self::Host,
        Self::Record,
        Self::Ints,
        Self::Texts,
        Self::Path,
    ];

    pub(super) const fn declaration(self) -> &'static str {
        match self {
            Self::Bool => "b: bool",
            Self::Enum => "e: enum { red, green, blue }",
            Self::Ints => "i: int, j: int",
            Self::Decimal => "d: decimal",
            Self::Texts => "t: text, u: text",
            Self::OptionalText => "o: text?",
            Self::OptionalInt => "n: int?",
            Self::Path => "p: path",
            Self::Host => "h: host",
            Self::Record => "r: { n: int, ok: bool }",
        }
    }
}

const OPERATORS: [&str; 6] = ["<=", "<", ">", ">=", "==", "!="];
/// Constants of texts.
const TEXTS: [&str; 7] = ["", "a", "ab", "abc", "b", "B", "xay"];
const DOMAINS: [&str; 4] = ["a.example", "b.a.example", "example", "10.0.0.1"];
const PATHS: [&str; 7] = ["/srv", "/srv/a", "/srv/a/b.pem", "/", "src", "src/a.rs", "."];

/// Makes a condition on one of the arguments.
pub(super) fn atom(c: &mut Choices<'_>, kinds: &[Kind]) -> Cond {
    match c.pick(kinds) {
        Kind::Bool => other("args.b"),
        Kind::Enum => {
            let word = *c.pick(&["red", "green", "blue"]);
            match c.below(3) {
                0 => other(format!("args.e == {word}")),
                1 => other(format!("args.e != {word}")),
                _ => same(format!("args.e in {{ {word}, red }}"), Cond::Any(vec![other(format!("args.e == {word}")), other("args.e == red")])),
            }
        }
        Kind::Ints => {
            let what = *c.pick(&[
                "args.i",
                "args.j",
                "args.i",
                "args.i - args.j",
                "args.i + args.j",
                "args.j - args.i",
                "2 * args.i - args.j",
                "max(args.i, args.j)",
                "abs(args.i)",
            ]);
            compared(c, what, 0)
        }
        Kind::Decimal => compared(c, "args.d", 2),
        Kind::Texts => text(c),
        Kind::OptionalText => {
            let constant = *c.pick(&TEXTS);
            match c.below(4) {
                0 => other("args has o"),
                1 => other(format!("(args has o and args.o == \"{constant}\")")),
                2 => other(format!("(args.o else \"a\") == \"{constant}\"")),
                _ => other(format!("(args has o and args.o contains \"{constant}\")")),
            }
        }
        Kind::OptionalInt => match c.below(3) {
            0 => other("args has n"),
            1 => compared(c, "(args.n else 2)", 0),
            _ => {
                let inner = compared(c, "args.n", 0);
                other(format!("(args has n and {})", inner.source()))
            }
        },
        Kind::Path => path(c),
        Kind::Host => host(c),
        Kind::Record => {
            if c.chance(30) {
                other("args.r.ok")
            } else {
                compared(c, "args.r.n", 0)
            }
        }
    }
}

fn other(text: impl Into<String>) -> Cond {
    Cond::Other(text.into(), None)
}

/// A condition, with another that means the same, or nearly.
fn same(text: impl Into<String>, meaning: Cond) -> Cond {
    Cond::Other(text.into(), Some(Box::new(meaning)))
}

fn compared(c: &mut Choices<'_>, what: &str, places: u32) -> Cond {
    let n = i64::try_from(c.below(8)).unwrap_or(0) - 2;
    // Near a bound of the type now and then.
    let n = if places == 0 && c.chance(4) { i64::MAX - n.abs() } else { n };
    let n = if places > 0 { n * 25 } else { n };
    Cond::Number(what.to_owned(), *c.pick(&OPERATORS), n, places)
}

fn text(c: &mut Choices<'_>) -> Cond {
    let constant = *c.pick(&TEXTS);
    let whole = |expression: &str| other(format!("args.t matches re\"{expression}\""));
    match c.below(12) {
        0 => same(format!("args.t == \"{constant}\""), whole(&format!("^{constant}$"))),
        1 => other(format!("args.u == \"{constant}\"")),
        2 => {
            let second = *c.pick(&TEXTS);
            let either = Cond::Any(vec![other(format!("args.t == \"{constant}\"")), other(format!("args.t == \"{second}\""))]);
            same(format!("args.t in {{ \"{constant}\", \"{second}\" }}"), either)
        }
        3 => same(format!("args.t contains \"{constant}\""), other(format!("args.t matches glob\"*{constant}*\""))),
        4 => other(format!("args.t matches {}glob\"{}\"", c.pick(&["", "nocase "]), c.pick(&["a*", "*b", "?", "??", "[a-c]*", "{a,ab}", "*a*b*", "a?*"]))),
        5 => {
            let nocase = *c.pick(&["", "nocase "]);
            let expression =
                *c.pick(&["^a", "b$", "^[ab]$", "^a+$", "[0-9]{2}", "^[^a]*$", "^(a|ab)c?$", r"^\w+$", r"^\d", r"a.b", "^.?$", r"\bab\b", r"^\p{L}\s"]);
            other(format!("args.t matches {nocase}re\"{expression}\""))
        }
        6 => other("args.t == args.u"),
        7 => other("args.t contains args.u"),
        8 => other(format!("lower(args.t) == \"{}\"", constant.to_lowercase())),
        9 => compared(c, "length(args.u)", 0),
        10 => compared(c, "length(args.t) - length(args.u)", 0),
        _ => compared(c, "length(args.t)", 0),
    }
}

fn path(c: &mut Choices<'_>) -> Cond {
    let constant = *c.pick(&PATHS);
    match c.below(6) {
        0 => other(format!("args.p == \"{constant}\"")),
        1 => {
            let below = match constant {
                "/" => "/**".to_owned(),
                "." => "**".to_owned(),
                constant => format!("{constant}/**"),
            };
            let meaning = Cond::Any(vec![other(format!("args.p == \"{constant}\"")), other(format!("args.p matches glob\"{below}\""))]);
            same(format!("args.p within \"{constant}\""), meaning)
        }
        2 => {
            let second = *c.pick(&PATHS);
            let either = Cond::Any(vec![other(format!("args.p == \"{constant}\"")), other(format!("args.p == \"{second}\""))]);
            same(format!("args.p in {{ \"{constant}\", \"{second}\" }}"), either)
        }
        3 => other("args.p.absolute"),
        4 => other(format!("args.p within \"{constant}\"")),
        _ => other(format!(
            "args.p matches {}glob\"{}\"",
            c.pick(&["", "nocase "]),
            c.pick(&["*.pem", "/srv/**", "/srv/*", "src/*.rs", "src/**", "**/a", "a*", "/srv/a/*.{pem,key}", "*"])
        )),
    }
}

fn host(c: &mut Choices<'_>) -> Cond {
    let constant = *c.pick(&DOMAINS);
    match c.below(4) {
        0 => other(format!("args.h == \"{constant}\"")),
        1 => other(format!("args.h matches glob\"{}\"", c.pick(&["*.example", "a*", "*.a.example", "10.*"]))),
        2 => {
            let below = Cond::Any(vec![other(format!("args.h == \"{constant}\"")), other(format!("args.h matches glob\"*.{constant}\""))]);
            same(format!("args.h within \"{constant}\""), below)
        }
        _ => other(format!("args.h within \"{constant}\"")),
    }
}
