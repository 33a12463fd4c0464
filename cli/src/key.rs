//! `reach key`: keys that sign.

mod failed;
mod generate;
mod passphrase;
mod public;

use std::path::Path;

use clap::Subcommand;
use reach_keys::{KeyFile, SigningKey};

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

/// A secret key that was read.
pub struct Unlocked {
    /// The key.
    pub key: SigningKey,
    /// Whether it is encrypted in its file.
    pub encrypted: bool,
}

/// Reads a secret key. Its passphrase is read from a file where one is given, else asked for on the terminal, if it has one.
///
/// # Errors
/// When the key or the passphrase can't be read.
pub fn unlock(path: &Path, passphrase_file: Option<&Path>) -> Result<Unlocked, Failure> {
    let file = KeyFile::open(path).map_err(|error| failed::file(path, error))?;
    let passphrase = match passphrase_file {
        Some(from) => Some(passphrase::from_file(from)?),
        // The name is encrypted too.
        None if file.is_encrypted() => passphrase::ask(&format!("passphrase of `{}`", path.display()))?,
        None => None,
    };
    let key = file.unlock(passphrase.as_ref()).map_err(|error| failed::format(path, &error))?;
    Ok(Unlocked { key, encrypted: file.is_encrypted() })
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
