//! What is answered: decisions as they were replayed, what differs, what is proved.

use schemars::JsonSchema;
use serde::Serialize;

/// What is decided of a step: what claims are about.
pub use reach_compiler::ir::ClaimEffect as Effect;

/// A rule that decided, or a reserved reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Because {
    /// The rule's name, or the reserved reason (`default`, `budget`, …).
    pub rule: String,
    /// The file; absent for a reserved reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line of the rule's name, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What the rule's `because` says, or what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decided {
    /// What is decided.
    pub effect: Effect,
    /// The rules that decided, in source order.
    pub rules: Vec<Because>,
    /// The obligations, each as its JSON.
    pub obligations: Vec<String>,
    /// The arguments as they must be used, as JSON, where an obligation changes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// The advisory rules that match, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub advisory: Vec<String>,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Played {
    /// It was a step, or the answer to one, and this was decided.
    Decided(Decided),
    /// It was an observation, and it fits.
    Observed,
    /// It was an observation that does not fit, or no event, and why.
    Rejected(String),
}

/// Plays events from the beginning of a session: the machine that decides, behind the answers of the analysis.
pub trait Play {
    /// Plays events, each a line of JSON, in order, and tells what became of each.
    fn play(&self, events: &[String]) -> Vec<Played>;

    /// Plays events where the host tells this of entities, as JSON; one that knows of no entities plays them without.
    fn play_among(&self, events: &[String], _entities: Option<&str>) -> Vec<Played> {
        self.play(events)
    }
}

/// A session that shows something: the last event is the step that it is about, or a person's answer to it. Smallest that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Witness {
    /// The events, each a line of JSON as `policy decide` reads it.
    pub events: Vec<String>,
}

/// How a decision differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was asked or forbidden, and is permitted.
    NewlyPermitted,
    /// It was permitted or forbidden, and is asked.
    NewlyAsked,
    /// It was permitted or asked, and is forbidden.
    NewlyForbidden,
    /// It is permitted or asked as before, with other obligations.
    ObligationsChanged,
}

/// Something that differs, by an example.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Change {
    /// How it differs.
    pub kind: ChangeKind,
    /// The step, for example `call send_money`.
    pub step: String,
    /// What the old bundle decides, replayed.
    pub before: Decided,
    /// What the new bundle decides, replayed.
    pub after: Decided,
    /// The session.
    pub witness: Witness,
}

/// Something that could not be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unknown {
    /// The step, for example `call send_money`; absent where it is about all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Why it could not be told, in the author's terms.
    pub why: String,
}

/// What differs between two bundles.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Difference {
    /// What differs, by step in source order, then by kind; one example for each pair of sets of rules that decided.
    pub changes: Vec<Change>,
    /// How many more behaviours differ than are shown; at least.
    pub more: u64,
    /// What could not be told.
    pub unknown: Vec<Unknown>,
    /// How many steps were compared.
    pub steps: u64,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds, always.
    Proved,
    /// There is a session that breaks it.
    Violated,
    /// Neither was found.
    Unknown,
}

/// The answer to a claim.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Proof {
    /// The claim, as it was given; of a property its name.
    pub claim: String,
    /// What became of it.
    pub verdict: Verdict,
    /// How many states of a session were looked at; 1 where it holds whatever came before.
    pub states: u64,
    /// The shortest session that breaks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// What is decided at its end, replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// Why it could not be told.
    pub unknown: Vec<Unknown>,
}

/// Why there is no answer at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// The machine decides otherwise than the analysis says: a mistake of ours, so that nothing is answered.
    #[error("the analysis expects {expected} of {step}, and the machine decides {actual}")]
    Mismatch {
        /// The step.
        step: String,
        /// What was expected.
        expected: String,
        /// What was decided.
        actual: String,
    },
}
