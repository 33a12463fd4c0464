//! What of a definition does not stand in its declaration.

use std::fmt;

/// What follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The declared type takes more than the schema.
    Widened,
    /// The declared type takes less than the schema: such a step is forbidden by `invalid_arguments`.
    Narrowed,
    /// Values are as the schema says; something else is worth knowing.
    Noted,
    /// A type that a person may want, and that nobody has said.
    Suggested,
}

impl Effect {
    /// Returns the word for it: `widened`, `narrowed`, `noted`, `suggested`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Widened => "widened",
            Self::Narrowed => "narrowed",
            Self::Noted => "noted",
            Self::Suggested => "suggested",
        }
    }
}

/// One thing that a declaration does not say, or says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The tool, by the server's name.
    pub tool: String,
    /// A JSON pointer (RFC 6901) into the tool's definition.
    pub pointer: String,
    /// The keyword or member that it is about.
    pub keyword: Option<String>,
    /// What follows from it.
    pub effect: Effect,
    /// Why, in words.
    pub reason: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The empty pointer is that of the whole definition.
        if self.pointer.is_empty() {
            return write!(f, "{}: {}", self.effect.word(), self.reason);
        }
        write!(f, "{}: {}: {}", self.effect.word(), shown(&self.pointer), self.reason)
    }
}

/// The most characters of a name or place that are shown.
const SHOWN: usize = 160;

/// Returns text of a server as it may be shown in one line.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(SHOWN).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    reach_codes::render::plain(&out).replace('\n', "\\n")
}
