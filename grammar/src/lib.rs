//! The grammar of Reach: from text to an AST with spans, and from the AST back to formatted text.
//!
//! A file is scanned once (`scan`): bytes that may not stand anywhere, texts, comments, brackets against the limits, and
//! where declarations begin. Then each declaration is parsed alone by `reach.pest` and built into the tree, so that one
//! mistake never hides another and all of a file are reported in one run. Nothing here depends on the size of the stack.

mod rules {
    #[derive(pest_derive::Parser)]
    #[grammar = "reach.pest"]
    pub(crate) struct Grammar;
}

pub mod ast;
mod build;
mod claim;
mod dump;
mod format;
pub mod fuzz;
mod limits;
mod parse;
mod quick;
mod read;
mod scan;
mod slips;
#[cfg(test)]
mod tests;
mod threads;
mod walk;
mod words;
mod write;

pub use claim::parse_claim;
pub use dump::{dump, same_tree};
pub use format::format;
pub use limits::{Limits, with_stack};
pub use parse::{Parsed, is_worth_threads, parse, parse_in_threads};
pub use read::decode;
pub use threads::{in_place, in_threads, in_threads_with, threads};
pub use walk::Part;
pub use write::{is_word, quoted};
