//! What a lint found.

use reach_codes::{Diagnostic, Fix, Span};

/// A finding: a message, and where it is safe the edits that mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The message.
    pub diagnostic: Diagnostic,
    /// All of what must be edited together; none where no edit is known that leaves the meaning as it is.
    pub edits: Vec<Fix>,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, edits: Vec::new() }
    }
}

impl Finding {
    /// Adds an edit that belongs to its fix.
    #[must_use]
    pub fn edit(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.edits.push(Fix { span, replacement: replacement.into() });
        self
    }
}
