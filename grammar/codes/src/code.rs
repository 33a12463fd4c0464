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
    /// As `Policy`, of files that use a pack.
    Pack {
        /// The rules of the pack [`Example::PACK`].
        pack: &'static str,
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

impl Example {
    /// The name of the pack that examples use.
    pub const PACK: &'static str = "acme.words";

    /// Returns the two policies, the bad and the good one, if that is what it is.
    #[must_use]
    pub const fn policies(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Policy { bad, good } | Self::Pack { bad, good, .. } => Some((bad, good)),
            Self::None | Self::Event { .. } => None,
        }
    }
}

/// What a lint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// What is written can't be what is meant.
    Correctness,
    /// A decision is looser, or easier to get around, than it looks.
    Security,
    /// A test says less than it seems to.
    Tests,
    /// Something could be left out and nothing would be decided otherwise.
    Redundancy,
    /// What whoever looks after the bundle, or meets its decisions, will miss.
    Upkeep,
    /// The same can be said more plainly.
    Style,
}

impl Category {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 6] = [Self::Correctness, Self::Security, Self::Tests, Self::Redundancy, Self::Upkeep, Self::Style];

    /// Returns its word, as configurations write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Security => "security",
            Self::Tests => "tests",
            Self::Redundancy => "redundancy",
            Self::Upkeep => "upkeep",
            Self::Style => "style",
        }
    }

    /// Returns what the lints of it find, in a line.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Correctness => "what is written can't be what is meant",
            Self::Security => "a decision is looser, or easier to get around, than it looks",
            Self::Tests => "a test says less than it seems to",
            Self::Redundancy => "something could be left out, and nothing would be decided otherwise",
            Self::Upkeep => "whoever looks after the bundle, or meets its decisions, will miss something",
            Self::Style => "the same can be said more plainly",
        }
    }
}

/// What becomes of what a lint finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintLevel {
    /// It isn't looked for.
    Off,
    /// It is a warning.
    Warn,
    /// It is an error.
    Deny,
}

impl LintLevel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Deny];

    /// Returns its word, as configurations write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// Returns the level of messages.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Off => Level::Note,
            Self::Warn => Level::Warning,
            Self::Deny => Level::Error,
        }
    }
}

/// What the table says of a lint besides what it says of every code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintInfo {
    /// What it is about.
    pub category: Category,
    /// Its level, unless somebody configures another.
    pub level: LintLevel,
    /// Whether `--fix` mends what it finds, where that is safe.
    pub fix: bool,
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
    /// Of a lint: its category and default level.
    pub lint: Option<LintInfo>,
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
