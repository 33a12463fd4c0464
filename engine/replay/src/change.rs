//! What was decided of a step, and how that can change.

use reach_engine::{Decision, Effect};
use reach_log::{EventLeaf, Payload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a decision comes to: the effect, and the rules that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Behaviour {
    /// What the host must do.
    pub effect: Effect,
    /// The rules that decided, in source order, or the one reserved reason.
    pub rules: Vec<String>,
    /// How many more rules decided, for whose names there is no room.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    pub rules_left_out: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The place of an effect in an order, the loosest first.
pub(crate) const fn rank(effect: Effect) -> u8 {
    match effect {
        Effect::Permit => 0,
        Effect::Ask => 1,
        Effect::Forbid => 2,
    }
}

impl Behaviour {
    /// What behaviours are sorted by.
    pub(crate) fn key(&self) -> (u8, &[String], u64) {
        (rank(self.effect), &self.rules, self.rules_left_out)
    }
}

/// What was decided of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The effect and the rules.
    pub behaviour: Behaviour,
    /// What goes with it: the obligations and the arguments that they change, as JSON; none where that is not known.
    pub with: Option<Vec<String>>,
}

/// What is read of an answer that was recorded.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    obligations: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    args: Option<&'a RawValue>,
}

impl Decided {
    /// Returns what a decision says.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        // The names of rules are bounded as they are in a log, so that both can be compared.
        let (rules, rules_left_out) = EventLeaf::rules_that_fit(decision.rules.iter().map(|reason| reason.rule.as_str()));
        // Obligations have texts and JSON alone, which can always be written.
        let obligations = decision.obligations.iter().map(|obligation| serde_json::to_string(obligation).unwrap_or_default());
        let with = obligations.chain(decision.args.as_deref().map(|args| args.get().to_owned())).collect();
        Self { behaviour: Behaviour { effect: decision.effect, rules, rules_left_out }, with: Some(with) }
    }

    /// Returns what an entry of a log says, with the answer that it names where that was not erased; none where it is no decision.
    #[must_use]
    pub fn recorded(entry: &EventLeaf, answer: Option<&Payload>) -> Option<Self> {
        let effect = entry.effect?;
        let with = answer.and_then(|answer| serde_json::from_slice::<Answer<'_>>(&answer.bytes).ok()).map(|answer| {
            let all = answer.obligations.into_iter().chain(answer.args);
            all.map(|raw| raw.get().to_owned()).collect()
        });
        Some(Self { behaviour: Behaviour { effect, rules: entry.rules.clone(), rules_left_out: entry.rules_left_out }, with })
    }
}

/// How a decision changes, the most serious first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What was forbidden is permitted.
    ForbidToPermit,
    /// What people were asked about is permitted.
    AskToPermit,
    /// What was forbidden is asked.
    ForbidToAsk,
    /// What was permitted is forbidden.
    PermitToForbid,
    /// What people were asked about is forbidden.
    AskToForbid,
    /// What was permitted is asked.
    PermitToAsk,
    /// The same is decided, with other obligations.
    OtherObligations,
    /// The same is decided by other rules.
    OtherRules,
    /// A decision that was kept is of no step any more.
    Gone,
    /// A step is decided of which no decision was kept.
    Added,
}

impl Kind {
    /// All, in their order.
    pub const ALL: [Self; 10] = [
        Self::ForbidToPermit,
        Self::AskToPermit,
        Self::ForbidToAsk,
        Self::PermitToForbid,
        Self::AskToForbid,
        Self::PermitToAsk,
        Self::OtherObligations,
        Self::OtherRules,
        Self::Gone,
        Self::Added,
    ];

    /// Returns how one decision becomes another; none where it stays the same.
    #[must_use]
    pub fn between(before: &Decided, after: &Decided) -> Option<Self> {
        let kind = match (before.behaviour.effect, after.behaviour.effect) {
            (Effect::Forbid, Effect::Permit) => Self::ForbidToPermit,
            (Effect::Ask, Effect::Permit) => Self::AskToPermit,
            (Effect::Forbid, Effect::Ask) => Self::ForbidToAsk,
            (Effect::Permit, Effect::Forbid) => Self::PermitToForbid,
            (Effect::Ask, Effect::Forbid) => Self::AskToForbid,
            (Effect::Permit, Effect::Ask) => Self::PermitToAsk,
            (Effect::Permit, Effect::Permit) | (Effect::Ask, Effect::Ask) | (Effect::Forbid, Effect::Forbid) => match (&before.with, &after.with) {
                (Some(with), Some(now)) if with != now => Self::OtherObligations,
                _ if before.behaviour != after.behaviour => Self::OtherRules,
                _ => return None,
            },
        };
        Some(kind)
    }

    /// Returns the words for it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ForbidToPermit => "forbidden before, permitted now",
            Self::AskToPermit => "asked before, permitted now",
            Self::ForbidToAsk => "forbidden before, asked now",
            Self::PermitToForbid => "permitted before, forbidden now",
            Self::AskToForbid => "asked before, forbidden now",
            Self::PermitToAsk => "permitted before, asked now",
            Self::OtherObligations => "the same with other obligations",
            Self::OtherRules => "the same by other rules",
            Self::Gone => "not decided any more",
            Self::Added => "not kept before",
        }
    }

    /// Returns whether something is permitted that was not.
    #[must_use]
    pub const fn permits(self) -> bool {
        matches!(self, Self::ForbidToPermit | Self::AskToPermit)
    }

    /// Returns whether something is forbidden that was not.
    #[must_use]
    pub const fn forbids(self) -> bool {
        matches!(self, Self::PermitToForbid | Self::AskToForbid)
    }
}
