//! Explanations: every rule that was looked at, as a tree of conditions with values and places.

mod build;
mod parsed;
mod past;
mod text;

pub(crate) use build::explain;

use schemars::JsonSchema;
use serde::Serialize;

use crate::decision::{AdvisoryEffect, Decision, ErrorDetail};

/// Why a step was decided as it was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The step, in one line: kind, name and arguments.
    pub step: String,
    /// Every rule that was looked at, in source order.
    pub rules: Vec<RuleExplanation>,
    /// For a decision by `default`: the permit rule that came nearest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
}

/// True, false, or no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// True.
    True,
    /// False.
    False,
    /// No value.
    None,
}

/// A rule that was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleExplanation {
    /// The name.
    pub rule: String,
    /// The effect.
    pub effect: AdvisoryEffect,
    /// Whether it is only reported.
    pub advisory: bool,
    /// The file.
    pub file: String,
    /// The line of its name, from 1.
    pub line: u32,
    /// The column of its name, from 1, in Unicode scalar values.
    pub column: u32,
    /// What its condition came to.
    pub value: Truth,
    /// Whether it matches: a permit when true, others when not false.
    pub matched: bool,
    /// Whether it is one of the rules that decided.
    pub decides: bool,
    /// In a sentence: why it matches, or doesn't, and what that led to.
    pub why: String,
    /// Its `when` and `unless`, in source order; one that was not reached is left out.
    pub conditions: Vec<Condition>,
}

/// What a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConditionKind {
    /// The whole of a `when`.
    When,
    /// The whole of an `unless`.
    Unless,
    /// A term of an `and`, an `or` or a `not`.
    Term,
}

/// A condition with what it came to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// What it came to.
    pub value: Truth,
    /// Where and why it has no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorDetail>,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode scalar values.
    pub column: u32,
    /// The condition, as written.
    pub source: String,
    /// The values that it reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub operands: Vec<Operand>,
    /// What it found in the session's past, question by question. Only where the session notes that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub because: Vec<Because>,
    /// Its terms that were reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub terms: Vec<Condition>,
}

/// A value that a condition reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Operand {
    /// The expression, as written.
    pub source: String,
    /// The value, printed; `(no value)` or `(none)`.
    pub value: String,
    /// What a structured value was parsed into, a part a line, parts of parts indented.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub parsed: Vec<String>,
}

/// What a question of the session's past found: a use of history, `from`, `named by`, or a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Because {
    /// The question, as written.
    pub source: String,
    /// In a sentence, what the entries don't say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// The entries that the answer rests on, newest first; then the newest of each kind of those that might have been meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub entries: Vec<PastEntry>,
    /// How many more the answer rests on.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    pub more: u64,
}

/// An earlier event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PastEntry {
    /// What it has to do with the answer.
    pub role: PastRole,
    /// The number of the event in its session, from 0.
    pub entry: u64,
    /// The `id` of the step that it is, or is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// What it is, in a few words.
    pub what: String,
    /// When it came.
    pub at: String,
}

/// What an earlier event has to do with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PastRole {
    /// It counts.
    Counts,
    /// It isn't known whether it counts.
    Unsure,
    /// A path of it begins elsewhere, so that it can't be compared.
    Incomparable,
    /// It doesn't count, since it came before what `since` names.
    BeforeSince,
    /// It doesn't count, since it came too long ago.
    TooLongAgo,
    /// It doesn't count, since the values that the question joins it by are others.
    OtherValues,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The permit rule that came nearest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Nearest {
    /// Its name.
    pub rule: String,
    /// The conditions that failed, as written.
    pub failing: Vec<String>,
}

/// Why there is no explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// The event is an observation, or can't be read as a step.
    #[error("the event is no step, so there is no decision to explain")]
    NotAStep,
    /// There are too many sessions.
    #[error("the stream has more sessions than one process holds")]
    TooManySessions,
}

/// Returns the JSON Schema of an explanation.
#[must_use]
pub fn explanation_schema() -> schemars::Schema {
    schemars::schema_for!(Explanation)
}
