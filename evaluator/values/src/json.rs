//! JSON (RFC 8259), read by pulling, without a tree and without allocation, or as a tree; and the little of it that is written.
//!
//! The caller knows from a schema what comes next and asks for it:
//!
//! ```
//! use reach_values::json::Reader;
//! let text = r#"{"name":"send","to":["a\u0062","c"],"other":{}}"#;
//! let (mut reader, mut scratch) = (Reader::new(text), String::new());
//! reader.begin_object()?;
//! while let Some(key) = reader.next_key(&mut scratch)? {
//!     match key.text(text, &scratch) {
//!         "name" => assert_eq!(reader.string(&mut scratch)?.text(text, &scratch), "send"),
//!         "to" => {
//!             reader.begin_array()?;
//!             while reader.next_element()? {
//!                 reader.string(&mut scratch)?;
//!             }
//!         }
//!         _ => reader.skip_value()?,
//!     }
//! }
//! reader.end()?;
//! # Ok::<(), reach_values::json::JsonError>(())
//! ```
//!
//! Who must know the whole first reads it as a tree, [`Json`].
//!
//! Keys are given in the order of the text; whoever reads an object finds duplicates with a set of the fields it knows.

mod reader;
mod run;
#[cfg(test)]
mod tests;
mod tree;
mod write;

pub use reader::{Kind, Lies, Piece, Reader};
pub use tree::{Json, Room, TreeError};
pub use write::{push_pointer, push_string};

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: u32 = 64;

/// Why a text is no JSON, or not the JSON that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonProblem {
    /// The text ends too early.
    #[error("the text ends too early")]
    End,
    /// Something else was expected.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A control character in a string.
    #[error("a control character in a string must be escaped")]
    Control,
    /// An escape that JSON doesn't have.
    #[error("unknown escape in a string")]
    Escape,
    /// Half of a surrogate pair.
    #[error("half of a surrogate pair in a string")]
    Surrogate,
    /// A number that isn't written like one.
    #[error("not a number as JSON writes it")]
    Number,
    /// More than [`MAX_DEPTH`] arrays and objects in one another.
    #[error("nested deeper than {MAX_DEPTH}")]
    Depth,
    /// Something behind the value.
    #[error("something follows the value")]
    Trailing,
}

/// A problem and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {offset}")]
pub struct JsonError {
    /// What is wrong.
    pub problem: JsonProblem,
    /// The offset of the byte where it was noticed.
    pub offset: usize,
}
