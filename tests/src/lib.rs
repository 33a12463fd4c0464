//! What crosses crates: an oracle that decides by walking the typed IR, and a generator of bundles and events.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this crate is made for tests alone: what breaks an expectation here has to stop the test"
)]

pub mod agreement;
pub mod changes;
pub mod generate;
pub mod machine;
pub mod mutants;
pub mod oracle;
pub mod refactor;
pub mod subject;
pub mod workload;
