//! What is claimed of a bundle: that a decision is always, or never, of some kind. Images know nothing of it.

use reach_codes::Span;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Expr, RuleTarget};

/// A property of a bundle, or a claim from outside: of every step like this, in every session, the decision is as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Claim {
    /// What it states; of a claim from outside its text.
    pub name: String,
    /// The steps that it is about, as of a rule: by index in `Bundle::targets`, each once, ascending.
    pub targets: Vec<RuleTarget>,
    /// Whether it is about undeclared steps too.
    pub undeclared: bool,
    /// Which of them, over the same as the condition of a rule. Where it is not true, nothing is claimed.
    pub condition: Option<Expr>,
    /// `not approved`: what a person agreed to isn't looked at. Without it the decision upon an approval counts as that of the step does.
    pub unless_approved: bool,
    /// What is claimed of the decision.
    pub expect: ClaimExpect,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// What is claimed of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClaimExpect {
    /// Whether it is never so.
    pub negated: bool,
    /// The effect.
    pub effect: ClaimEffect,
    /// Rules that must all be among the deciding ones; reserved reasons too.
    pub by: Vec<String>,
}

/// What a decision can be, from the loosest to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimEffect {
    /// `permit`.
    Permit,
    /// `ask`.
    Ask,
    /// `forbid`.
    Forbid,
}

impl ClaimEffect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Permit, Self::Ask, Self::Forbid];

    /// Returns its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Ask => "ask",
            Self::Forbid => "forbid",
        }
    }
}

/// How many rows at the end of a bundle's tables are there for claims alone. They take no part in decisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aside {
    /// Of the sources: the text of a claim from outside.
    pub sources: usize,
    /// Of the monitors.
    pub monitors: usize,
    /// Of the origins.
    pub origins: usize,
}

/// Returns a table without its last `aside` rows.
pub(crate) fn deciding<T>(table: &[T], aside: usize) -> &[T] {
    table.get(..table.len().saturating_sub(aside)).unwrap_or_default()
}
