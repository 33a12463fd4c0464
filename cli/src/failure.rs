//! Why a command could not run.

use std::fmt::Display;
use std::io;
use std::path::Path;

use reach_codes::table::command;
use reach_codes::{Code, Diagnostic, Sources, render};

use crate::answer::{EnvelopeError, ErrorDetails};

/// Why a command could not run. The exit status is 2.
#[derive(Debug)]
pub enum Failure {
    /// A message about an input, an output or the usage.
    Message(Box<Diagnostic>),
    /// A bundle that has errors, where a bundle without is needed.
    Bundle {
        /// What is wrong.
        message: Box<Diagnostic>,
        /// Its sources, with the names that people gave.
        sources: Box<Sources>,
        /// What is wrong with them.
        diagnostics: Vec<Diagnostic>,
    },
    /// Standard output can't be written.
    Output(io::Error),
}

impl Failure {
    /// Returns a failure with a message about no source.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::Message(Box::new(Diagnostic::general(code, message)))
    }

    /// Returns a failure of the usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(command::BAD_USAGE, message).help("`--help` behind the command shows its arguments, with examples")
    }

    /// Returns a failure to read a path.
    pub fn unreadable(path: impl Display, error: &io::Error) -> Self {
        let failure = Self::new(command::UNREADABLE_INPUT, format!("`{path}` cannot be read: {}", reason(error)));
        match error.kind() {
            io::ErrorKind::NotFound => {
                let here = std::env::current_dir().map_or_else(|_| "the current folder".to_owned(), |p| format!("`{}`", p.display()));
                failure.help(format!("relative paths start at {here}; check the spelling"))
            }
            io::ErrorKind::PermissionDenied => failure.help("give this user the right to read it"),
            _ => failure,
        }
    }

    /// Returns a failure to write a path.
    pub fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::new(command::UNWRITABLE_OUTPUT, format!("`{}` cannot be written: {}", path.display(), reason(error)))
    }

    /// Returns a failure to write to standard output.
    pub const fn output(error: io::Error) -> Self {
        Self::Output(error)
    }

    /// Adds why it is so.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        if let Self::Message(d) | Self::Bundle { message: d, .. } = &mut self {
            d.notes.push(text.into());
        }
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        if let Self::Message(d) | Self::Bundle { message: d, .. } = &mut self {
            d.help = Some(text.into());
        }
        self
    }

    /// Returns the text for people.
    pub fn text(&self, color: bool) -> String {
        let text = match self {
            Self::Message(d) => render::text(&Sources::new(), std::slice::from_ref(d), color),
            Self::Bundle { message, sources, diagnostics } => {
                render::text(sources, diagnostics, color) + &render::text(&Sources::new(), std::slice::from_ref(message), color)
            }
            Self::Output(e) => render::text(&Sources::new(), &[unwritten(e)], color),
        };
        // Nothing follows that would have to be held apart.
        text.trim_end().to_owned() + "\n"
    }

    /// Returns the form for programs.
    pub fn envelope(&self) -> EnvelopeError {
        let of = |d: &Diagnostic, diagnostics| EnvelopeError {
            code: d.code.number().to_owned(),
            name: d.code.name().to_owned(),
            message: d.message.clone(),
            details: ErrorDetails { notes: d.notes.clone(), help: d.help.clone(), diagnostics },
        };
        match self {
            Self::Message(d) => of(d, Vec::new()),
            Self::Bundle { message, sources, diagnostics } => of(message, diagnostics.iter().map(|d| render::json(sources, d)).collect()),
            Self::Output(e) => of(&unwritten(e), Vec::new()),
        }
    }

    /// Returns whether whoever read the output has gone: nobody is left to be told.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(e) if e.kind() == io::ErrorKind::BrokenPipe)
    }
}

fn unwritten(error: &io::Error) -> Diagnostic {
    Diagnostic::general(command::UNWRITABLE_OUTPUT, format!("standard output cannot be written: {}", reason(error)))
        .note("what was printed is not the whole")
        .help("make room on the disk, or send the output elsewhere")
}

/// Returns the reason of a system error in words, without its number.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is not a folder".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::AlreadyExists => "it is there already".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}
