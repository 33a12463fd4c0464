//! Why an import fails.

use reach_codes::Code;
use reach_codes::table::{command, import};

use crate::loss::shown;

/// Why tools can't be imported. Nothing is written then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// What was read is no answer to `tools/list`.
    #[error("no answer to `tools/list`: {0}")]
    NotAList(String),
    /// A tool has a name that can't be declared.
    #[error("the name of the tool {number}, `{name}`, {why}")]
    Name {
        /// Which tool of the list, from 1.
        number: usize,
        /// The name as it may be shown.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two different tools have one name.
    #[error("two different tools are called `{0}`")]
    Twice(String),
    /// More than is read.
    #[error("the server gives too much: more than {0}")]
    TooMuch(&'static str),
    /// A prefix that can't stand before names.
    #[error("`{0}` cannot stand before the names of tools")]
    Prefix(String),
    /// The declarations are larger than a source file.
    #[error("the declarations are larger than a source file may be: {0} bytes")]
    TooLarge(usize),
    /// The server's process could not be started.
    #[error("`{command}` cannot be started: {why}")]
    NotStarted {
        /// The program.
        command: String,
        /// What the system says.
        why: String,
    },
    /// The server did not answer in time.
    #[error("the server has not answered `{method}` within {timeout_ms} ms")]
    Silent {
        /// The question.
        method: &'static str,
        /// How long it had for all questions.
        timeout_ms: u128,
    },
    /// The server ended.
    #[error("the server ended before it had answered `{0}`")]
    Ended(&'static str),
    /// The server breaks the protocol.
    #[error("the server breaks the protocol: {0}")]
    Protocol(String),
    /// The server answered with an error.
    #[error("the server answers `{method}` with an error: {message}")]
    Refused {
        /// The question.
        method: &'static str,
        /// The server's words, as they may be shown.
        message: String,
    },
}

impl ImportError {
    /// Returns the code of the table.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NotAList(_) => command::UNREADABLE_TOOLS,
            Self::Name { .. } => import::BAD_TOOL_NAME,
            Self::Twice(_) => import::TOOL_NAMED_TWICE,
            Self::TooMuch(_) => import::TOO_MANY_TOOLS,
            Self::Prefix(_) => import::BAD_TOOL_PREFIX,
            Self::TooLarge(_) => import::IMPORT_TOO_LARGE,
            Self::NotStarted { .. } => import::SERVER_NOT_STARTED,
            Self::Silent { .. } => import::SERVER_SILENT,
            Self::Ended(_) => import::SERVER_ENDED,
            Self::Protocol(_) => import::SERVER_PROTOCOL,
            Self::Refused { .. } => import::SERVER_REFUSED,
        }
    }

    /// Returns what to do.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NotAList(_) => "save the server's answer as it came: an object with the list `tools`",
            Self::Name { .. } | Self::Twice(_) => "ask whoever makes the server; a saved list can be imported without the tool, by `--from`",
            Self::TooMuch(_) | Self::TooLarge(_) => "save the list, divide it, and import each part with `--from`",
            Self::Prefix(_) => "take 1 to 64 letters, digits, `_`, `-` and `.`, for example `--prefix github.`",
            Self::NotStarted { .. } => "name the program and its arguments behind `--`; no shell reads them",
            Self::Silent { .. } => "give it more time with `--timeout SECONDS`; `--verbose` shows what it writes to standard error",
            Self::Ended(_) => "look at what it wrote to standard error; `--env NAME` hands on a variable of the environment",
            Self::Protocol(_) => "a server writes nothing but messages to standard output; logs go to standard error",
            Self::Refused { .. } => "the words are the server's own",
        }
    }

    pub(crate) fn list(why: impl Into<String>) -> Self {
        Self::NotAList(why.into())
    }

    pub(crate) fn protocol(why: impl AsRef<str>) -> Self {
        Self::Protocol(shown(why.as_ref()))
    }
}
