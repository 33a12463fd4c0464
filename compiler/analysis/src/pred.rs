//! Conditions on one text: what rules ask of a value of type text or of a form, against constants.

use std::sync::Arc;

use reach_compiler::ir::{Compare, Detector, Expr, Guards, LocalId, Part, Pattern, Query, Runs, Type};

/// A condition on one text: the functions that are applied to it, first to last, and a test of what comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pred {
    /// What is made of the text, in order.
    pub steps: Vec<Func>,
    /// The type of what comes out.
    pub ty: Type,
    /// What is asked of it.
    pub test: Test,
}

/// What can be made of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Func {
    /// `lower(x)`.
    Lower,
    /// `x.host`: a part; absent or none as the part is.
    Part(Part),
    /// An optional part known to be there: absent becomes none.
    Unwrap,
}

/// A test of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It equals a constant text, by the rules of its type (of paths that may have no answer).
    Is(String),
    /// It equals one of these constants: true if one is equal, else none if one comparison has no answer, else false.
    OneOf(Arc<[String]>),
    /// It lies within a constant of the type: a path in a path, a host in a host or network, an address in a network.
    Within(Type, String),
    /// It matches a pattern.
    Matches(Pattern),
    /// It contains a text.
    Contains(String),
    /// Something of that kind is found in it.
    Detect(Detector),
    /// How many characters it has.
    Length(Compare, i128),
    /// It is a number that compares so with a constant.
    Number(Compare, i128),
    /// The optional part is there.
    Present,
    /// It is true.
    Truth,
    /// A question of a command line.
    Runs(Runs, Arc<[Vec<String>]>),
    /// A question of a command line, with a condition on each command, which it reads as the local.
    RunsWhere(Runs, Guards, LocalId, Box<Expr>),
    /// A question of a query.
    Query(Query, Arc<[String]>),
    /// Any other condition on a value of a form, which it reads as the local.
    Holds(LocalId, Box<Expr>),
}

/// What a condition must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// True.
    True,
    /// False.
    False,
    /// False or without a value.
    NotTrue,
    /// True or without a value.
    NotFalse,
    /// Without a value.
    Neither,
}

impl Need {
    /// Returns whether an answer (`None` is no value) is such.
    #[must_use]
    pub const fn admits(self, answer: Option<bool>) -> bool {
        match self {
            Self::True => matches!(answer, Some(true)),
            Self::False => matches!(answer, Some(false)),
            Self::NotTrue => !matches!(answer, Some(true)),
            Self::NotFalse => !matches!(answer, Some(false)),
            Self::Neither => answer.is_none(),
        }
    }

    /// Returns whether what is true is not such.
    #[must_use]
    pub const fn excludes_true(self) -> bool {
        !self.admits(Some(true))
    }

    /// Returns whether what is false is not such.
    #[must_use]
    pub const fn excludes_false(self) -> bool {
        !self.admits(Some(false))
    }

    /// Returns whether what has no value is not such.
    #[must_use]
    pub const fn excludes_none(self) -> bool {
        !self.admits(None)
    }

    /// Returns what admits just what both admit; none where that is nothing.
    #[must_use]
    pub const fn and(self, other: Self) -> Option<Self> {
        let [truth, falsehood, none] = [Some(true), Some(false), None];
        match (self.admits(truth) && other.admits(truth), self.admits(falsehood) && other.admits(falsehood), self.admits(none) && other.admits(none)) {
            (true, _, false) => Some(Self::True),
            (true, _, true) => Some(Self::NotFalse),
            (false, true, false) => Some(Self::False),
            (false, true, true) => Some(Self::NotTrue),
            (false, false, true) => Some(Self::Neither),
            (false, false, false) => None,
        }
    }
}

/// A condition that a text must meet.
#[derive(Clone, Debug)]
pub struct Want {
    /// The condition.
    pub pred: Arc<Pred>,
    /// What it must come to.
    pub need: Need,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_needs_admit_together_what_both_admit() {
        let all = [Need::True, Need::False, Need::NotTrue, Need::NotFalse, Need::Neither];
        let answers = [Some(true), Some(false), None];
        for (a, b) in all.into_iter().flat_map(|a| all.into_iter().map(move |b| (a, b))) {
            for answer in answers {
                assert_eq!(a.and(b).is_some_and(|both| both.admits(answer)), a.admits(answer) && b.admits(answer), "{a:?} and {b:?} of {answer:?}");
            }
        }
    }
}
