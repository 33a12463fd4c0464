//! What the IR says of the session before a step: history, labels, provenance, budgets, agents, approvals.

use reach_codes::Span;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Expr, LocalId, RuleTarget, Type, number_as_text};

/// A use of history, shared by all expressions that ask the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Monitor {
    /// What is made of the events.
    pub fold: Fold,
    /// Which events count.
    pub pattern: EventPattern,
    /// `over 1h`, in nanoseconds.
    #[serde(serialize_with = "optional_number_as_text")]
    #[schemars(with = "Option<String>")]
    pub over: Option<i128>,
    /// `per agent`: only events of the agent that asks.
    pub per_agent: bool,
    /// `since P`: what came before the last P is forgotten.
    pub since: Option<EventPattern>,
    /// The type of the answer: bool, int, that of the summed value, or an optional record.
    pub ty: Type,
    /// Where it is asked first.
    #[serde(skip)]
    pub span: Span,
}

/// What a monitor makes of the events that match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fold {
    /// `ever(P)`.
    Ever,
    /// `count(P)`.
    Count,
    /// `sum(expr of P)`: int, decimal or duration, computed from the event.
    Sum(Expr),
    /// `latest(P)`: for each field of the record in the answer's type, what it is made of.
    Latest(Vec<Capture>),
}

/// What a field of the record of `latest` is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// A value of the event: an `Expr` of kind `Slot`.
    Value(Expr),
    /// A record of such values: `args`, `facts`.
    Record(Vec<Expr>),
}

/// Which events match, and by what they are joined to the step that asks. All expressions in it are computed when the event
/// comes, over the slots of the event: `Slot(Arg)` and `Slot(Fact)` are those of its step, `Slot(Result)` is what came back,
/// `Slot(System)` has `ok` and `text` besides those of every step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventPattern {
    /// Which kind of event.
    pub kind: EventKind,
    /// The declared steps, ascending; none for `prompt`.
    pub targets: Vec<RuleTarget>,
    /// `each x`: the elements of this list each count as an event of their own.
    pub each: Option<Each>,
    /// The terms of `where` that are about the event alone, as one condition.
    pub guard: Option<Expr>,
    /// The sides of the joins that the event computes. The other sides are the operands of the expression that asks, in this order.
    pub keys: Vec<Expr>,
}

/// `each x`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Each {
    /// The name, as a local. Expressions of the pattern read it as `Local`.
    pub local: LocalId,
    /// The list: the result itself.
    pub list: Expr,
}

/// Which events a pattern is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// `call X`: a step, from its permit or approval on.
    Permitted,
    /// `attempted call X`: a step, whatever was decided.
    Attempted,
    /// `denied call X`: a step that was forbidden, or that a person refused.
    Denied,
    /// `result X`.
    Result,
    /// `prompt`.
    Prompt,
}

/// Where values come from: what `from` asks for, shared by all expressions that ask the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "there are few of them, and most are results")]
pub enum Origin {
    /// `from user`.
    User,
    /// `from LABEL`: an index of [`super::Bundle::labels`].
    Label(u32),
    /// `from results of NAME`, `from (result NAME where …)`, `from field in (…)`.
    Results {
        /// Which results. It has no keys.
        pattern: EventPattern,
        /// The part of the result (or of the element of `each`) that is meant; all of it without one.
        part: Option<Expr>,
    },
}

/// A label that results of a step carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Returned {
    /// The index of [`super::Bundle::labels`].
    pub label: u32,
    /// `in body`: the part of the result that carries it, over `Slot(Result)`.
    pub part: Option<Expr>,
    /// `when …`, over the step's own arguments and facts and the context.
    pub when: Option<Expr>,
}

/// The structured result of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ResultType {
    /// The type.
    pub ty: Type,
    /// How text is parsed first.
    pub format: Option<Format>,
}

/// How a result that is text is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `from json`.
    Json,
    /// `from yaml`.
    Yaml,
}

/// A budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Budget {
    /// The name.
    pub name: String,
    /// The type of its amounts: int or decimal.
    pub ty: Type,
    /// The most that may be spent; over the context alone.
    pub limit: Expr,
    /// Whether each agent has one of its own.
    pub per_agent: bool,
    /// `over 24h`, in nanoseconds.
    #[serde(serialize_with = "optional_number_as_text")]
    #[schemars(with = "Option<String>")]
    pub over: Option<i128>,
    /// What counts as spent when the session begins; over the context alone.
    pub opening: Option<Expr>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// What a step takes from a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Charge {
    /// The index of [`super::Bundle::budgets`].
    pub budget: u32,
    /// The amount, of the budget's type.
    pub amount: Expr,
    /// `when …`.
    pub when: Option<Expr>,
    /// The steps, as of a rule.
    pub targets: Vec<RuleTarget>,
    /// The place of the declaration.
    #[serde(skip)]
    pub span: Span,
}

/// Who may answer an `ask`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Approver {
    /// `by one of` (true) or `by other than`.
    pub one_of: bool,
    /// Text, an e-mail address, or a list or set of such.
    pub who: Expr,
}

/// What `grants` gives to a child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// `read_file where …`.
    Steps {
        /// The steps; the condition sees their arguments, as of a rule.
        targets: Vec<RuleTarget>,
        /// The condition.
        condition: Option<Expr>,
    },
    /// `budget usd: 1.00`.
    Budget {
        /// The index of [`super::Bundle::budgets`].
        budget: u32,
        /// The amount, of the budget's type, over the spawn's own arguments.
        amount: Expr,
    },
}

#[expect(clippy::ref_option, reason = "serde asks for this signature")]
pub(super) fn optional_number_as_text<S: serde::Serializer>(n: &Option<i128>, s: S) -> Result<S::Ok, S::Error> {
    match n {
        Some(n) => number_as_text(n, s),
        None => s.serialize_none(),
    }
}
