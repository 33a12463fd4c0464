//! The identity of a message.

use std::fmt;

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Advice only.
    Note,
    /// Worth mending; fails only where warnings are denied.
    Warning,
    /// The input is refused.
    Error,
}

impl Level {
    /// Returns the word for people and for JSON: `note`, `warning` or `error`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What an example of a code is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// There is none in text form; the explanation says what makes it.
    None,
    /// Two whole `.reach` files: the first gives just this code, the second gives no error.
    Policy {
        /// A file that gives just this code.
        bad: &'static str,
        /// The file, mended.
        good: &'static str,
    },
    /// Event lines for a bundle: the first gives just this code, the second does not.
    Event {
        /// The bundle that the events are for.
        bundle: &'static str,
        /// Event lines of which the last gives just this code.
        bad: &'static str,
        /// Event lines that give no code.
        good: &'static str,
    },
}

/// One row of the table of codes.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// The short form, for example `E0001`. Never reused.
    pub number: &'static str,
    /// The kebab-case name, which is the identity.
    pub name: &'static str,
    /// The level, unless somebody configures another.
    pub level: Level,
    /// One line: what it means.
    pub summary: &'static str,
    /// The long form in Markdown: why it matters and what to do.
    pub explanation: &'static str,
    /// An example that fires and one that does not.
    pub example: Example,
    /// The version that brought it.
    pub since: &'static str,
}

/// A code of the table. Two codes are equal when they are the same row.
#[derive(Clone, Copy)]
pub struct Code(pub &'static CodeInfo);

impl Code {
    /// Returns the row.
    #[must_use]
    pub const fn info(self) -> &'static CodeInfo {
        self.0
    }

    /// Returns the short form, for example `E0001`.
    #[must_use]
    pub const fn number(self) -> &'static str {
        self.0.number
    }

    /// Returns the kebab-case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.number == other.0.number
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.0.number, self.0.name)
    }
}
