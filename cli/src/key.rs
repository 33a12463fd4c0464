//! `reach key`: keys that sign.

mod export;
mod failed;
mod generate;
mod import;
mod list;
mod passphrase;
mod public;
mod revoke;
mod rotate;
mod secret;
mod trust;

use std::path::Path;

use clap::Subcommand;
use reach_keys::{KeyFile, SigningKey};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub use export::ExportData;
pub use generate::GenerateData;
pub use import::ImportData;
pub use list::ListData;
pub use public::PublicData;
pub use revoke::RevokeData;
pub use rotate::RotateData;
pub use trust::TrustData;

/// The commands about keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key, write its secret half to a new file and print its public half
    Generate(generate::GenerateArgs),
    /// Print the public half of a key: the line that others verify signatures with
    Public(public::PublicArgs),
    /// Show the keys that are trusted: for which names, until when, and how that came about
    List(list::ListArgs),
    /// Write a key of another tool to a new file, as a key of this one
    Import(import::ImportArgs),
    /// Write a key in the form of another tool
    Export(export::ExportArgs),
    /// Trust a key for the names of packs or for a registry, or take over the place of one
    Trust(trust::TrustKeyArgs),
    /// Trust a key no more, for good
    Revoke(revoke::RevokeArgs),
    /// Say, signed by both, that a new key takes the place of an old one
    Rotate(rotate::RotateArgs),
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
        KeyCommand::List(args) => list::run(&args),
        KeyCommand::Import(args) => import::run(&args, terminal),
        KeyCommand::Export(args) => export::run(&args, terminal),
        KeyCommand::Trust(args) => trust::run(&args, terminal),
        KeyCommand::Revoke(args) => revoke::run(&args, terminal),
        KeyCommand::Rotate(args) => rotate::run(&args, terminal),
    }
}
