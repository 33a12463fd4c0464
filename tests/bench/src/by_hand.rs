//! The same policies in Rust: what there is to win at most.

pub mod gate;
