//! A structured message, rendered late.

use crate::{Code, Level, Span};

/// Text that points at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there to be said of it; may be empty.
    pub text: String,
}

/// A change of the source that mends the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// What it is replaced by.
    pub replacement: String,
}

/// One message: what is wrong in the author's words, where, why, and what to do.
///
/// Wording: lower case, user text in backticks, no full stop at the end of `message` and of label texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The row of the table.
    pub code: Code,
    /// The level, that of the code to begin with.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// The narrowest place; none for what is wrong with a whole input.
    pub primary: Option<Label>,
    /// Other places that matter, for example the first of two declarations.
    pub others: Vec<Label>,
    /// Why it is so.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The change that does it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Returns a message about a place.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { primary: Some(Label { span, text: String::new() }), ..Self::general(code, message) }
    }

    /// Returns a message about no place in particular.
    #[must_use]
    pub fn general(code: Code, message: impl Into<String>) -> Self {
        Self { code, level: code.info().level, message: message.into(), primary: None, others: Vec::new(), notes: Vec::new(), help: None, fix: None }
    }

    /// Adds text at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.text = text.into();
        }
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push(Label { span, text: text.into() });
        self
    }

    /// Adds a note: why it is so.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Sets the help: what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Sets the change that mends it.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// Returns the primary place.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.primary.as_ref().map(|l| l.span)
    }

    /// Returns whether the input is refused because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }
}
