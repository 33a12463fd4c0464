//! Decisions, as they stand in JSON.

pub use reach_log::Effect;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

/// The answer to a step.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// The session; empty when the event named none.
    pub session: String,
    /// The step's `id`; empty when it had none that could be read.
    pub id: String,
    /// What the host must do.
    pub effect: Effect,
    /// The rules that decided, in source order, or the one reserved reason.
    pub rules: Vec<Reason>,
    /// The advisory rules that match, in source order; they change nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub advisory: Vec<AdvisoryReason>,
    /// What goes with the step.
    pub obligations: Vec<Obligation>,
    /// The arguments as they must be used; there when an obligation changes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub args: Option<Box<RawValue>>,
    /// The conditions without a value, of the rules above.
    pub errors: Vec<RuleError>,
    /// The digest of the bundle that decided, `sha256:…`.
    pub bundle: String,
    /// The number of its entry: in the log where there is one, else in the session, from 0.
    pub entry: u64,
}

/// A rule that decided, or a reserved reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// The rule's name, or `default`, `undeclared`, `invalid_arguments`, `limit`, `budget`, `obligation`, `definition`, `unrecorded`, `internal`.
    pub rule: String,
    /// The file; absent for a reserved reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line of the rule's name, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column of the rule's name, from 1, in Unicode scalar values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What the rule's `because` says, or what is wrong; absent for a rule without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The rule's `@severity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Who agreed, where the rule is an `ask` that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// With `invalid_arguments`: each field that doesn't fit, eight at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub problems: Vec<ArgumentProblem>,
}

/// A field that doesn't fit its declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArgumentProblem {
    /// Where in the event: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What the declaration asks for.
    pub expected: String,
    /// What came.
    pub actual: String,
}

/// The effects that an advisory rule would have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdvisoryEffect {
    /// `permit`.
    Permit,
    /// `ask`.
    Ask,
    /// `forbid`.
    Forbid,
    /// `otherwise ask`.
    OtherwiseAsk,
    /// `oblige`.
    Oblige,
}

/// An advisory rule that matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AdvisoryReason {
    /// The effect it would have had.
    pub effect: AdvisoryEffect,
    /// The rule.
    #[serde(flatten)]
    pub reason: Reason,
}

/// What the host must do besides.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Obligation {
    /// A label that the agent no longer has, once a person has agreed; done already.
    Clear {
        /// The label.
        label: String,
    },
    /// Tell somebody.
    Notify {
        /// Whom.
        to: String,
    },
    /// Do something that the host knows by this name, or refuse the step.
    Require {
        /// The name.
        what: String,
    },
    /// Use this value for an argument; done already in the decision's `args`.
    Set {
        /// The argument.
        field: String,
        /// The value.
        #[schemars(with = "serde_json::Value")]
        value: Box<RawValue>,
    },
    /// Remove what matches, or what is found, from an argument; done already in the decision's `args`.
    Redact {
        /// The argument.
        field: String,
        /// The pattern, as written, if it is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        matching: Option<String>,
        /// What is looked for instead: `card`, `iban`, `secret` …
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schemars(default)]
        finding: Vec<String>,
    },
}

/// Why a condition has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCause {
    /// A result that doesn't fit its type.
    Overflow,
    /// A decimal product with more than 18 decimal places.
    Inexact,
    /// A field of the context that nobody has given, or that didn't fit.
    MissingContext,
    /// A fact that the host did not send.
    MissingFact,
    /// An optional used as if it were there.
    Absent,
    /// A path compared with one that begins elsewhere: relative, absolute, in a home folder.
    RelativePath,
    /// A duration that is no whole number of days, added to a date.
    PartialDay,
    /// A value beyond a limit of the language.
    Limit,
    /// A command line or query of which something can't be known before it runs.
    Opaque,
    /// A part that the value doesn't have, such as the host of `data:,x`.
    NoPart,
    /// An address that carries another one for a tunnel or translator: which of them is reached is not known.
    Ambiguous,
    /// History or provenance that rests on an event of which not enough is known.
    Unsure,
    /// What the session would have to remember is more than it may.
    Bound,
    /// A value with fewer than four letters or digits: too few to tell where it came from.
    TooShort,
    /// An entity that the session's data doesn't know.
    UnknownEntity,
}

/// A place in a policy, with the text there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ErrorDetail {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode scalar values.
    pub column: u32,
    /// Why it has no value.
    pub cause: ErrorCause,
    /// The expression that has no value, as written.
    pub text: String,
}

/// A rule whose condition has no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleError {
    /// The rule.
    pub rule: String,
    /// Where the value was lost.
    #[serde(flatten)]
    pub detail: ErrorDetail,
}

/// Returns the JSON Schema of a decision line.
#[must_use]
pub fn decision_schema() -> schemars::Schema {
    schemars::schema_for!(Decision)
}
