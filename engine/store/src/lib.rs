//! The log in one file, an SQLite database: appended durably, by many sessions and processes; read, audited, recovered.
//!
//! A [`Log`] is open to be written: each session gets a store of its own from it, and sessions that wait at the same time share a commit.
//! A [`Reader`] looks at a log. What entries are is said in `reach-log`; the tables, and what is promised, in `docs/log.md`.

mod error;
mod journal;
mod log;
mod reader;
mod recover;
mod schema;
#[cfg(test)]
mod tests;
mod writer;

pub use error::LogError;
pub use log::{Log, LogOptions, MAX_PAYLOAD_BYTES, Salts};
pub use reader::{Head, Reader, StoredEntry, StoredPayload};
