//! What an image says of the session before a step: queries, monitors, origins of values, labels, budgets, agents.

use super::{RegionId, TextId, TypeId};
use crate::op::Slot;

/// A question of the session, asked by `Op::Ask`. Operands are the values of consecutive registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueryDef {
    /// What came of the events of a monitor. The operands are the step's sides of its joins, then those of its `since`.
    Monitor {
        /// The monitor.
        monitor: u32,
        /// The type of the answer.
        result: TypeId,
    },
    /// Whether a value, the one operand, was observed in an origin.
    From {
        /// The origin.
        origin: u32,
        /// The type of the value.
        ty: TypeId,
    },
    /// Whether a word of a value, the one operand, stands in a prompt.
    NamedBy {
        /// The type of the value.
        ty: TypeId,
    },
    /// Whether the agent has collected a label. No operands.
    Labelled {
        /// The label.
        label: u32,
    },
    /// Whether the agent may use all tools of these names, the one operand.
    WithinRights {
        /// The type of the names: a list or set of text.
        ty: TypeId,
    },
}

/// A use of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorDef {
    /// What it asks, as text that depends on its meaning alone: saved states name it so.
    pub identity: TextId,
    /// What is made of the events.
    pub fold: FoldDef,
    /// How long ago an event may lie, in nanoseconds.
    pub over: Option<i128>,
    /// Whether only events of the agent that asks count.
    pub per_agent: bool,
    /// Whether its events are results: their place in the order is that of their step.
    pub results: bool,
    /// The types of the joined values.
    pub keys: Vec<TypeId>,
    /// The types of the values that `since` is joined by, if there is a `since`.
    pub since: Option<Vec<TypeId>>,
    /// Whether `since` is about steps, which come to an end with their result.
    pub since_steps: bool,
}

/// What a monitor makes of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoldDef {
    /// Whether there was one.
    Ever,
    /// How many there were.
    Count {
        /// How far is counted.
        most: u32,
        /// Whether nothing compares with more than `most`: then more is told as `most`. Else it has no value.
        saturates: bool,
    },
    /// The sum of a value of this type.
    Sum(TypeId),
    /// The latest, as an optional record of this type.
    Latest(TypeId),
}

/// Where values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OriginDef {
    /// Prompts.
    User,
    /// Results that carry a label.
    Label(u32),
    /// Results that watches feed to it.
    Results,
}

/// When a watch looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// A step was permitted or approved.
    Permitted = 0,
    /// A step was asked for.
    Attempted = 1,
    /// A step was forbidden, or refused by a person.
    Denied = 2,
    /// A result came.
    Result = 3,
    /// The user said something.
    Prompt = 4,
}

/// What an event feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feeds {
    /// The events of a monitor.
    Monitor(u32),
    /// The events since which a monitor counts.
    Since(u32),
    /// The texts of an origin.
    Origin(u32),
}

/// What becomes of an event of a step in a monitor or an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchDef {
    /// When it looks.
    pub phase: Phase,
    /// What it feeds.
    pub feeds: Feeds,
    /// The list whose elements count one by one, and the type of an element, which stands in the slot of the item.
    pub each: Option<(RegionId, TypeId)>,
    /// Whether the event counts.
    pub guard: Option<RegionId>,
    /// The event's sides of the joins.
    pub keys: Vec<(RegionId, TypeId)>,
    /// What is summed, or the part whose text is observed; without one all of the result is.
    pub value: Option<(RegionId, TypeId)>,
    /// What `latest` keeps, in the order of the record's fields.
    pub captures: Vec<CaptureDef>,
}

/// What a field of the record of `latest` is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureDef {
    /// The value of a slot.
    Value(Slot),
    /// A record of the values of slots.
    Record(Vec<Slot>),
    /// Nobody reads it.
    Unused,
}

/// The structured result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultDef {
    /// The type.
    pub ty: TypeId,
    /// Where it goes.
    pub slot: Slot,
    /// How text is parsed first.
    pub format: Option<ResultFormat>,
}

/// How a result that is text is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultFormat {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// A label that the result of a step carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnDef {
    /// The label.
    pub label: u32,
    /// The part that carries it, over the slots of the result; without one all of it does.
    pub part: Option<(RegionId, TypeId)>,
    /// Whether it does, over the slots of the step.
    pub when: Option<RegionId>,
}

/// A budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetDef {
    /// The name.
    pub name: TextId,
    /// The type of its amounts: int or decimal.
    pub ty: TypeId,
    /// The most that may be spent, over the context.
    pub limit: RegionId,
    /// Whether each agent has one of its own.
    pub per_agent: bool,
    /// How long what was spent counts, in nanoseconds.
    pub over: Option<i128>,
    /// What counts as spent at the beginning, over the context.
    pub opening: Option<RegionId>,
}

/// What a step takes from a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeDef {
    /// The budget.
    pub budget: u32,
    /// The amount.
    pub amount: RegionId,
    /// Whether it is charged.
    pub when: Option<RegionId>,
}

/// Who may answer an `ask`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApproverDef {
    /// Whether it is one of these, or anybody but these.
    pub one_of: bool,
    /// Computes whom.
    pub who: RegionId,
    /// Text or an e-mail address, or a list or set of such.
    pub ty: TypeId,
}

/// What a child is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantDef {
    /// Steps, by target, each with a condition over its own slots.
    Steps(Vec<(u32, Option<RegionId>)>),
    /// An amount of a budget.
    Budget {
        /// The budget.
        budget: u32,
        /// The amount, over the slots of the spawn.
        amount: RegionId,
    },
}
