//! The oracle: decides events by walking the typed IR, without an image, a machine or an engine.
//!
//! It is the plainest reading of what the language means, written to be compared with, so it shares nothing with what it
//! checks but the leaf functions on single values (decimals, times, forms, patterns, detectors). It clones freely.
//!
//! Of a session it keeps the list of what happened (`past`), and each question goes over all of it.

mod agents;
pub mod cover;
mod decide;
mod entities;
mod eval;
mod intake;
mod json;
mod past;
mod print;
mod session;
mod sources;
mod spending;
mod structure;
mod value;

pub use decide::{Effect, Hit, Looked, Obliged, OracleDecision, OracleError, Resolution};
pub use entities::Entities;
pub use intake::{Misfit, read, read_field};
pub use json::Json;
pub use session::{Came, Oracle};
pub use value::{NoValue, Outcome, Taken, Val, Why};
