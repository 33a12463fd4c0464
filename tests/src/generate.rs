//! Makes bundles and events: well-typed sources as people write them, and steps that sit on their boundaries.
//!
//! Everything is a function of a *tape* of small numbers. Where the tape ends, every choice is the simplest one, and smaller
//! numbers choose simpler things; so a shorter tape of smaller numbers is a smaller bundle, and shrinking (which is left to
//! proptest) leads to something that can be read.

pub mod analysis;
mod bundle;
mod choices;
mod dense;
mod expression;
mod forms;
mod literals;
mod session;
mod session_events;
mod small;
mod steps;
mod strategy;
mod structured;
mod types;

pub use bundle::{DeclText, GeneratedBundle, RuleText, ToolModel, generate_bundle};
pub use choices::Choices;
pub use dense::{generate_dense_bundle, generate_dense_event};
pub use literals::Pool;
pub use session::{Allowed, STEPS, generate_session_bundle};
pub use session_events::{Driver, Mix, Told};
pub use small::{SmallBundle, SmallField, SmallRule, SmallTool, SmallTy, change, claim, contexts, steps as all_steps};
pub use steps::{generate_context, generate_step};
pub use strategy::{Case, case_strategy, patient_runner, runner};
pub use types::{FieldModel, How, Ty};
