//! The limits of source text, and room on the stack for what they allow.

/// What a source file may be at most. A value, so that tests can use small ones; people get [`Limits::LANGUAGE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of a source file, in bytes.
    pub source_bytes: usize,
    /// Brackets within brackets; within an expression, `not`, `-`, `if` and `where` count too.
    pub nesting: usize,
    /// The operands of an expression.
    pub terms: usize,
}

impl Limits {
    /// The constants of the language.
    pub const LANGUAGE: Self = Self { source_bytes: 1 << 20, nesting: 64, terms: 4096 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::LANGUAGE
    }
}

/// Runs `work` with enough stack for any walk over a tree within [`Limits::LANGUAGE`], whatever thread it is called on.
///
/// A tree is at most some hundred nodes deep; that is too much for a thread of 256 KiB in a debug build.
pub fn with_stack<R>(work: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(4 << 20, 32 << 20, work)
}
