//! `reach completions`: prints the completions of a shell.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::arguments::Arguments;
use crate::failure::Failure;

/// The arguments of `completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// The completions of a shell.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CompletionsData {
    /// The shell.
    shell: String,
    /// The script.
    script: String,
}

/// Runs the command.
///
/// # Errors
/// Never, but for the common signature.
pub fn run(args: &CompletionsArgs) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "reach", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let data = CompletionsData { shell: args.shell.to_string(), script };
    Answer::new(Exit::Done, &data, data.script.clone())
}
