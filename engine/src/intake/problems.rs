//! What doesn't fit, with its JSON pointer.

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{Reading, TextId, TypeDesc, TypeId};
use reach_values::json::{self, Piece};

use crate::decision::ArgumentProblem;

/// How many characters of what came are shown.
pub(crate) const SHOWN: usize = 60;

/// How many problems of one event are written out.
pub(crate) const MAX_PROBLEMS: usize = 8;

/// A token of a JSON pointer, without a string of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token {
    /// A field of the envelope.
    Word(&'static str),
    /// A declared field.
    Name(TextId),
    /// A key as it came.
    Key(Piece),
    /// A place in a list.
    Index(usize),
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flaw {
    Missing,
    Unknown,
    Duplicate,
    Type,
    /// It is well-typed, but time went back, the session is another one or the agent is not `main`.
    Time,
    Agent,
    Session,
}

/// The problems of one event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems {
    /// How many there are.
    pub count: usize,
    /// Those with the least pointers, by pointer, so that the order of keys can't be seen; none when `silent`.
    pub list: Vec<Problem>,
    /// Whether they are only counted.
    pub silent: bool,
}

/// A problem of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub flaw: Flaw,
    /// Whether it is about a field of the context, not about the event.
    pub in_context: bool,
    pub shown: ArgumentProblem,
}

impl Problems {
    pub fn clear(&mut self) {
        self.count = 0;
        self.list.clear();
    }

    pub fn wanted(&self) -> bool {
        !self.silent
    }

    /// Adds a problem; `write` is called only when it may be shown.
    pub fn add(&mut self, flaw: Flaw, in_context: bool, write: impl FnOnce() -> ArgumentProblem) {
        self.count += 1;
        if self.silent {
            return;
        }
        let shown = write();
        let key = |p: &ArgumentProblem| (p.pointer.clone(), p.expected.clone(), p.actual.clone());
        let at = self.list.partition_point(|p| key(&p.shown) <= key(&shown));
        if at < MAX_PROBLEMS {
            self.list.insert(at, Problem { flaw, in_context, shown });
            self.list.truncate(MAX_PROBLEMS);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns those that are shown.
    pub fn shown(&self) -> Vec<ArgumentProblem> {
        self.list.iter().map(|p| p.shown.clone()).collect()
    }
}

/// Returns a type as the language writes it, long ones cut short.
pub(crate) fn type_name(image: &VerifiedImage, id: TypeId) -> String {
    let mut out = String::new();
    push_type(image, id, &mut out);
    out
}

fn push_type(image: &VerifiedImage, id: TypeId, out: &mut String) {
    const SHOWN: usize = 8;
    if out.len() > 200 {
        out.push('…');
        return;
    }
    let mut wrap = |word: &str, inner: TypeId, end: &str| {
        out.push_str(word);
        push_type(image, inner, out);
        out.push_str(end);
    };
    match image.ty(id) {
        TypeDesc::Bool => out.push_str("bool"),
        TypeDesc::Int => out.push_str("int"),
        TypeDesc::Decimal => out.push_str("decimal"),
        TypeDesc::Text => out.push_str("text"),
        TypeDesc::Time => out.push_str("time (RFC 3339, with an offset)"),
        TypeDesc::Date => out.push_str("date (YYYY-MM-DD)"),
        TypeDesc::Duration => out.push_str("duration (like `1h30m`)"),
        TypeDesc::Form(form) => out.push_str(&form.to_string()),
        TypeDesc::Read(of, reading) => match reading {
            Reading::Zone(zone) => {
                out.push_str("time in \"");
                out.push_str(image.zone(*zone).map_or("", |zone| zone.name()));
                out.push('"');
            }
            Reading::AtContext(_) | Reading::At(_) | Reading::Scheme(_) => push_type(image, *of, out),
        },
        TypeDesc::Any => out.push_str("any"),
        TypeDesc::Entity(of) => {
            out.push_str("the id of an entity `");
            out.push_str(image.image().entities.get(of.0 as usize).map_or("", |entity| image.text(entity.name)));
            out.push('`');
        }
        TypeDesc::Enum(members) => {
            out.push_str("one of ");
            for (i, m) in members.iter().take(SHOWN).enumerate() {
                out.push_str(if i > 0 { ", `" } else { "`" });
                out.push_str(image.text(*m));
                out.push('`');
            }
            if members.len() > SHOWN {
                out.push_str(", …");
            }
        }
        TypeDesc::List(t) => wrap("list<", *t, ">"),
        TypeDesc::Set(t) => wrap("set<", *t, ">"),
        TypeDesc::Map(t) => wrap("map<", *t, ">"),
        TypeDesc::Optional(t) => wrap("", *t, "?"),
        TypeDesc::ListFromText(t) => wrap("list<", *t, "> from text"),
        TypeDesc::Record(fields) => {
            out.push_str("{ ");
            for (i, (name, ty)) in fields.iter().take(SHOWN).enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                out.push_str(image.text(*name));
                out.push_str(": ");
                push_type(image, *ty, out);
            }
            out.push_str(if fields.len() > SHOWN { ", … }" } else { " }" });
        }
    }
}

/// Returns a text in quotes, cut after `max` characters.
pub(crate) fn quoted(value: &str, max: usize) -> String {
    let mut short: String = value.chars().take(max).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    let mut out = String::new();
    json::push_string(&mut out, &short);
    out
}
