//! The operators, by family. Those of expressions are asked at each of them; the others at each declaration.

pub(crate) mod approvals;
pub(crate) mod budgets;
pub(crate) mod comparisons;
pub(crate) mod conditions;
pub(crate) mod constants;
pub(crate) mod effect;
pub(crate) mod history;
pub(crate) mod patterns;
pub(crate) mod provenance;
pub(crate) mod sets;
pub(crate) mod windows;

use reach_codes::Span;

use crate::change::Change;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::{Edit, Shown, Written};

/// A change of an expression.
pub(crate) struct Found {
    pub operator: Operator,
    pub way: Way,
    pub written: Written,
}

impl Found {
    pub fn words(operator: Operator, way: Way, words: impl Into<String>) -> Self {
        Self { operator, way, written: Written::Words(words.into()) }
    }
}

/// A change of a declaration.
pub(crate) struct Made {
    pub operator: Operator,
    pub change: Change,
    pub shown: Shown,
    /// The edits that make it, where there are such.
    pub edits: Vec<Edit>,
}

impl Made {
    pub fn words(operator: Operator, change: Change, place: Span, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { operator, change, shown: Shown { place, before: before.into(), after: after.into() }, edits: Vec::new() }
    }
}

/// Asks all operators of expressions at one of them.
pub(crate) fn of_expr(site: &Site<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for of in [conditions::of, comparisons::of, constants::of, sets::of, patterns::of, windows::of, history::of, provenance::of] {
        of(site, &mut found);
    }
    found
}
