//! What crosses crates, in one binary: add a module here for each theme.

mod architecture;
mod cli;
mod corpus;
mod differential;
mod docs;
mod limits;
mod policies;
