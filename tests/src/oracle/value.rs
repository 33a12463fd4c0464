//! Values as a tree.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use reach_codes::Span;
use reach_values::shell::{Command, Script};
use reach_values::sql::{Query, Statement};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Val {
    /// An optional that isn't there; in `any`, `null`.
    Absent,
    /// A truth value.
    Bool(bool),
    /// A number of any kind.
    Num(i128),
    /// Text of any kind, in its normal form.
    Text(String),
    /// A list, or a set (sorted, without duplicates).
    List(Vec<Val>),
    /// A record.
    Record(Vec<Val>),
    /// A map; in `any`, an object.
    Map(BTreeMap<String, Val>),
    /// A command line.
    Script(Taken<Script>),
    /// A command of a command line.
    Command(Taken<Command>),
    /// A query.
    Query(Taken<Query>),
    /// A statement of a query, by the word of its kind.
    Statement(Taken<Statement>),
    /// In `any`: a number that no decimal holds. It equals nothing, not even itself.
    Huge(String),
    /// In the record of an earlier event: what has no value, because it wasn't sent or can't be read.
    Nothing(Why),
}

/// A text with what it was taken apart to. It is compared by the text.
#[derive(Clone, Debug)]
pub struct Taken<T> {
    /// The text.
    pub text: String,
    /// What it consists of.
    pub parts: Rc<T>,
}

impl<T> Taken<T> {
    /// Keeps both.
    pub fn new(text: &str, parts: T) -> Self {
        Self { text: text.to_owned(), parts: Rc::new(parts) }
    }
}

impl<T> PartialEq for Taken<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T> Eq for Taken<T> {}

impl<T> PartialOrd for Taken<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Taken<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

/// Why something has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A result that doesn't fit its type.
    Overflow,
    /// A product with more than 18 decimal places.
    Inexact,
    /// A field of the context that nobody has given.
    MissingContext,
    /// A fact that the host did not send.
    MissingFact,
    /// An optional used as if it were there.
    Absent,
    /// A relative path compared with an absolute one.
    RelativePath,
    /// A duration that is no whole number of days, added to a date.
    PartialDay,
    /// A value beyond a limit of the language.
    Limit,
    /// What a command line or query does can't be known.
    Opaque,
    /// A value hasn't that part.
    NoPart,
    /// An address carries another one that lies elsewhere.
    Ambiguous,
    /// History or provenance that rests on an event of which not enough is known.
    Unsure,
    /// An entity that the data doesn't know.
    UnknownEntity,
    /// A value with too few letters and digits to tell where it came from.
    TooShort,
}

/// "No value": why, and which expression had none first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoValue {
    /// Why.
    pub why: Why,
    /// Where.
    pub span: Span,
}

/// A value, or none.
pub type Outcome = Result<Val, NoValue>;
