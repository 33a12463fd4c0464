//! `shell`: a command line of a POSIX shell or bash, as the simple commands that it may run.
//!
//! Every simple command is found, through lists, pipes, substitutions and the programs that run other programs. What can't be
//! known before it runs makes the whole *opaque*: then the commands that were found may not be all.
//!
//! The grammar is read here rather than by a library, since what counts is that no shell runs more than is found: what bash (5.2)
//! and dash read alike is modelled exactly, and everything else is refused as opaque. (brush-parser 0.3.0, which was meant to do it,
//! takes `${x:-<<A }` for the beginning of a here-document, so that the next line is hidden as its body while bash runs it, and
//! panics on `99999999999>x`.) One pass, no backtracking: time is linear, and recursion is bounded by [`MAX_DEPTH`].
//!
//! Not modelled: aliases and functions that the shell has already, what the programs themselves do (`make`, `npm run`, hooks),
//! and shells that read the text otherwise (`fish`, `csh`, options of `zsh`).

mod builtins;
mod cursor;
mod dollar;
mod environment;
mod files;
mod find;
mod found;
mod git;
mod grammar;
mod interpreters;
mod launchers;
mod matching;
mod outlets;
mod run;
mod scripts;
mod simple;
mod word;
mod wrappers;

pub use matching::{begins_with, may_be, options, pattern};

use found::Found;

/// The longest command line that is parsed, in bytes. A longer one is opaque.
pub const MAX_BYTES: usize = 65_536;
/// How deep brackets, quotes and substitutions may nest. What is deeper is opaque.
pub const MAX_DEPTH: usize = 32;
/// The most commands of a command line. One with more is opaque.
pub const MAX_COMMANDS: usize = 1_000;

/// Why it can't be known which programs a command line runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opaque {
    /// It is longer than [`MAX_BYTES`].
    Long,
    /// It is nested deeper than [`MAX_DEPTH`], or has more than [`MAX_COMMANDS`] commands, or these too many words together.
    Deep,
    /// It doesn't parse.
    Syntax,
    /// The program is a variable, a substitution or a glob.
    Program,
    /// It evaluates text: `eval`, `source`, `trap`, an alias.
    Evaluation,
    /// An interpreter gets code or a script.
    Interpreter,
    /// A program that runs others is told which by words that can't be known, or by options that aren't known here.
    Wrapper,
    /// What is assigned changes which programs run (`PATH`, `LD_PRELOAD`, `IFS` …).
    Environment,
    /// A function or alias stands for another command.
    Function,
}

impl Opaque {
    /// Returns what it is for people: "a variable stands where the program's name is".
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Long => "it is too long to be parsed",
            Self::Deep => "it is nested too deep, or has too many commands",
            Self::Syntax => "it doesn't parse",
            Self::Program => "which program runs is not known before",
            Self::Evaluation => "it evaluates text as code",
            Self::Interpreter => "an interpreter runs code or a script",
            Self::Wrapper => "which program another one runs is not known before",
            Self::Environment => "a variable is set that changes which programs run",
            Self::Function => "a function or alias takes a command's place",
        }
    }
}

/// A command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The simple commands that were found, in the order of the text; what a wrapper runs stands behind the wrapper.
    /// Assignments and redirections without a program stand as the command `:`; `[[`, `time`, `coproc` and `function` as commands, since
    /// where the shell doesn't know them as words of its grammar they are programs.
    pub commands: Vec<Command>,
    /// Why there may be others; the first reason. None when these are all.
    pub opaque: Option<Opaque>,
}

/// Files, as the shell would name them, not normalised; and whether these are all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Those that are known.
    pub known: Vec<String>,
    /// Whether there may be others.
    pub more: bool,
}

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments after expansion and quote removal. None stands for any number of words that can't be
    /// known. The first is never none: such a command makes the script opaque instead.
    pub words: Vec<Option<String>>,
    /// What is assigned before it (`A=b program`, `env A=b program`), in order; none for a value that can't be known.
    pub env: Vec<(String, Option<String>)>,
    /// The files that it reads: of redirections, and of the arguments of programs that are known. A folder is named without
    /// what it holds; where that is concerned too (`rm -r`), there are others.
    pub reads: Files,
    /// The files that it writes, creates, changes or removes.
    pub writes: Files,
    /// Whether a redirection writes a file (`/dev/null` and other descriptors are none).
    pub redirects: bool,
    /// The byte range of the command line that it was found in.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
}

/// Parses a command line. Never fails: what can't be known is opaque.
#[must_use]
pub fn parse(text: &str) -> Script {
    if text.len() > MAX_BYTES {
        return Script { commands: Vec::new(), opaque: Some(Opaque::Long) };
    }
    let mut found = Found::default();
    cursor::Parser::new(text, &mut found).script();
    found.finish()
}

#[cfg(test)]
mod tests;
