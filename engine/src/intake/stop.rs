//! Why an event is not read to its end.
//!
//! What reading returns is handed on with each field, and reading stops once at most. So the reason is boxed: what it is takes no more room than an
//! address, and nothing that was read is copied around it.

use reach_values::json::{JsonError, JsonProblem};

use crate::limits::Limits;

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop(Box<Why>);

/// What stopped it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The line is no JSON.
    Json(JsonError),
    /// It is beyond a limit.
    Limit(Excess),
}

impl Stop {
    /// Returns that the event is beyond a limit.
    #[cold]
    pub fn limit(excess: Excess) -> Self {
        Self(Box::new(Why::Limit(excess)))
    }

    /// Returns what stopped it.
    pub fn why(&self) -> Why {
        *self.0
    }
}

/// The limits that an event can be beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    Event,
    Depth,
    Text,
    List,
    Id,
    Steps,
    Sessions,
    Agents,
    SpawnDepth,
    Addresses,
}

impl Excess {
    /// Returns the message for people.
    pub fn message(self, limits: &Limits) -> String {
        match self {
            Self::Event => format!("the event is longer than {} bytes", limits.event_bytes),
            Self::Depth => format!("the event is nested deeper than {}", limits.depth),
            Self::Text => format!("a text of the event is longer than {} bytes", limits.text_bytes),
            Self::List => format!("a list or object of the event has more than {} elements", limits.list_items),
            Self::Id => format!("an `id`, `step`, `session` or `agent` is longer than {} bytes", limits.id_bytes),
            Self::Steps => format!("the session has more than {} steps", limits.steps),
            Self::Sessions => format!("there are more than {} sessions", limits.sessions),
            Self::Agents => format!("the session has had {} agents", limits.agents),
            Self::SpawnDepth => format!("agents are spawned more than {} deep", limits.spawn_depth),
            Self::Addresses => "the event's values don't fit into memory".to_owned(),
        }
    }
}

impl From<JsonError> for Stop {
    #[cold]
    fn from(e: JsonError) -> Self {
        if e.problem == JsonProblem::Depth { Self::limit(Excess::Depth) } else { Self(Box::new(Why::Json(e))) }
    }
}
