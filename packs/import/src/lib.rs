//! Tools of a server of the Model Context Protocol as declarations of Reach.
//!
//! A server is a stranger: what it sends is bounded, read strictly, and shown so that nothing in it acts on a terminal or on the source that is
//! written. [`Server`] asks a running process for its tools, [`Listing::read`] reads a saved answer; [`declare`] makes a source of them. What a
//! schema says and a type doesn't is a [`Loss`], and each loss stands in the source, too. A definition is pinned by the [`digest`] of its canonical
//! form.

mod canonical;
mod docs;
mod error;
mod list;
mod loss;
mod names;
mod schema;
mod server;
mod write;

pub use canonical::{Uncanonical, canonical, digest};
pub use error::ImportError;
pub use list::{Listing, MAX_BYTES, MAX_NAME, MAX_TOOLS, MAX_VALUES, Tool};
pub use loss::{Effect, Loss};
pub use names::{field_name, member, tool_name};
pub use reach_values::json::{Json, Room};
pub use schema::Guess;
pub use server::{Launch, PROTOCOL_VERSIONS, Served, Server};
pub use write::{Declared, Import, Options, declare};
