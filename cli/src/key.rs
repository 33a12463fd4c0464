//! `reach key`: keys that sign.

pub mod failed;
mod generate;
pub mod passphrase;
mod public;

use clap::Subcommand;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub use generate::GenerateData;
pub use public::PublicData;

/// The commands about keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key, write its secret half to a new file and print its public half
    Generate(generate::GenerateArgs),
    /// Print the public half of a key: the line that others verify signatures with
    Public(public::PublicArgs),
}

/// Runs a command about keys.
///
/// # Errors
/// When a key can't be read or written.
pub fn run(command: KeyCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        KeyCommand::Generate(args) => generate::run(&args, terminal),
        KeyCommand::Public(args) => public::run(&args),
    }
}
