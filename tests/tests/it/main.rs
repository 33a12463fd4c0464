//! What crosses crates, in one binary: add a module here for each theme.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod analysis;
mod analysis_cvc5;
mod architecture;
mod browser;
mod cli;
mod corpus;
mod coverage;
mod differential;
mod docs;
mod fixtures;
mod fuzz;
mod import;
mod limits;
mod log;
mod mutation;
mod packs_faults;
mod policies;
mod properties;
mod reasons;
mod replay;
mod work;
