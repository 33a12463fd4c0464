//! `reach key public`: prints the public half of a key.

use std::path::PathBuf;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Unlocked, unlock};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;

/// The arguments of `key public`.
#[derive(Args, Debug)]
pub struct PublicArgs {
    /// The file with the secret key
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Read the passphrase from a file of one line; `-` is standard input. Without it, it is asked for on the terminal
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// The public half of a key.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicData {
    /// The name.
    name: String,
    /// The ID, in eight hexadecimal digits.
    id: String,
    /// The line `name+id+key`.
    public: String,
    /// Whether the secret half is encrypted.
    encrypted: bool,
}

/// Runs the command.
///
/// # Errors
/// When the key can't be read.
pub fn run(args: &PublicArgs) -> Result<Answer, Failure> {
    if files::is_stdin(&args.path) {
        return Err(Failure::usage("a secret key is read from a file, not from standard input"));
    }
    let Unlocked { key, encrypted } = unlock(&args.path, args.passphrase_file.as_deref())?;
    let verifier = key.verifier();
    let text = format!("{verifier}\n");
    let data = PublicData { name: verifier.name().to_string(), id: verifier.id().to_string(), public: verifier.to_string(), encrypted };
    Answer::new(Exit::Done, &data, text)
}
