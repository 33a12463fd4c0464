//! Why an image is refused.

use reach_codes::{Code, Diagnostic};

/// Why an image is refused: a code of the series `V0xxx`, and what exactly is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", code.number())]
pub struct ImageError {
    /// The code.
    pub code: Code,
    /// What is wrong, and where.
    pub message: String,
}

impl ImageError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Puts the name of a part before the message, from the inside out.
    pub(crate) fn inside(mut self, part: impl std::fmt::Display) -> Self {
        self.message = format!("{part}: {}", self.message);
        self
    }

    /// Returns it as a message for people.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::general(self.code, self.message.clone()).help("compile the sources again")
    }
}
