//! Sessions: events in, decisions out.
//!
//! A [`Session`] reads one event a line. A step gets a [`Decision`]; an observation changes what the session knows,
//! or is reported as an [`ObservationError`] and then never counts in the agent's favour. Nothing here reads a clock,
//! a file or a random number: a decision is a function of the image, the events before, and the step.

mod compose;
mod decide;
mod decision;
mod entities;
pub mod event;
mod explain;
pub mod fuzz;
mod intake;
mod limits;
mod memory;
mod obligations;
mod observation;
mod place;
mod reserved;
mod session;
mod sessions;
mod sightings;
mod step;
mod store;
mod work;

pub use decision::{
    AdvisoryEffect, AdvisoryReason, ArgumentProblem, Decision, Effect, ErrorCause, ErrorDetail, Obligation, Reason, RuleError, decision_schema,
};
pub use entities::{EntitiesError, MAX_ENTITY_BYTES, entities_schema, read_entities};
pub use event::event_schema;
pub use explain::{
    Because, Condition, ConditionKind, ExplainError, Explanation, Nearest, Operand, PastEntry, PastRole, RuleExplanation, Truth, explanation_schema,
};
pub use limits::Limits;
pub use observation::{ObservationError, observation_error_schema};
pub use session::{MAX_STATE_BYTES, Options, Outcome, ReadStep, Session, StateError, Verdict};
pub use sessions::{SessionTicket, Sessions};
pub use sightings::{Afforded, Answered, Asked, BudgetSeen, Compared, NoteSeen, RuleSeen, Sightings};
pub use step::{Arg, Step};
pub use store::{Entry, Recorded, Store, StoreError, Ticket};

pub use reach_evaluator::VerifiedImage;
pub use reach_evaluator::entities::Entities;
pub use reach_evaluator::image::StepKind;

#[cfg(test)]
mod tests;
