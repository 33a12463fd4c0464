//! Values as a tree.

use std::collections::BTreeMap;

use reach_codes::Span;

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
    /// In `any`: a number that no decimal holds. It equals nothing, not even itself.
    Huge(String),
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
