//! The `reach` command: reads arguments, calls the other crates, prints.
//!
//! Each command is a function from its arguments to an `Answer` or a `Failure`; this
//! module alone turns those into output and an exit status, so that every command behaves alike. Only
//! `policy decide` writes while it runs, since hosts wait for each decision.

mod answer;
mod arguments;
mod bundle;
mod capsule;
mod changed;
mod completions;
mod configuration;
mod doctor;
mod entities;
mod examples;
mod explain;
mod failure;
mod files;
mod github;
mod home;
mod key;
mod lines;
mod log;
mod offline;
mod pack;
#[allow(dead_code, reason = "what no page uses yet")]
mod page;
mod policy;
mod reference;
mod schemas;
mod terminal;
mod trust;
mod value;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

pub use examples::{EXAMPLES, Example};
pub use reference::command_reference;
pub use schemas::{SCHEMA_VERSION, schemas};

use arguments::{Arguments, Command};
use failure::Failure;
use terminal::Terminal;

/// Runs the command with the process's arguments and streams.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os().collect()))
}

fn run(arguments: Vec<OsString>) -> u8 {
    // What is wrong with the arguments is told in the form that the arguments ask for, as far as they can be seen.
    let early = Terminal::before_parsing(&arguments);
    let mut command = examples::with_examples(Arguments::command()).color(early.clap_color());
    let parsed = command.try_get_matches_from_mut(arguments).and_then(|m| Arguments::from_arg_matches(&m));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return usage(early, &error),
    };
    let mut terminal = Terminal::new(&arguments.global);
    let answer = match arguments.command {
        Command::Policy(command) => policy::run(command, &mut terminal),
        Command::Capsule(command) => capsule::run(command, &mut terminal),
        Command::Pack(command) => pack::run(command, &mut terminal),
        Command::Log(command) => log::run(command, &mut terminal),
        Command::Value(command) => value::run(command),
        Command::Key(command) => key::run(command, &mut terminal),
        Command::Explain(args) => explain::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Offline(args) => offline::run(&args),
        Command::Doctor => doctor::run(),
    };
    terminal.finish(answer)
}

fn usage(mut terminal: Terminal, error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        return terminal.help(&error.render());
    }
    if terminal.json {
        // The first paragraph says what is wrong; the usage lines behind it are for people.
        let text = error.render().to_string();
        let message = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ");
        return terminal.finish(Err(Failure::usage(message)));
    }
    terminal.usage(&error.render())
}
