//! `reach key generate`: makes a key.

use std::path::PathBuf;

use clap::Args;
use reach_codes::table::key;
use reach_keys::{KeyFile, KeyName, SigningKey};
use schemars::JsonSchema;
use serde::Serialize;

use super::{failed, secret};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// The arguments of `key generate`.
#[derive(Args, Debug)]
pub struct GenerateArgs {
    /// The name of the key, best a URL without its scheme: `example.com/log`
    name: String,
    /// The file to write the secret key to, which must not be there; in the private key format of OpenSSH
    #[arg(long = "out", short, value_name = "FILE")]
    out: PathBuf,
    /// Read the passphrase from a file of one line; `-` is standard input. Without it, it is asked for on the terminal
    #[arg(long, value_name = "FILE", conflicts_with = "no_passphrase")]
    passphrase_file: Option<PathBuf>,
    /// Do not encrypt the key: whoever can read the file can sign
    #[arg(long)]
    no_passphrase: bool,
}

/// A key that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GenerateData {
    /// The name.
    name: String,
    /// The ID, in eight hexadecimal digits.
    id: String,
    /// The public half: the line `name+id+key`.
    public: String,
    /// The file with the secret half.
    file: String,
    /// Whether a passphrase is needed to use it.
    encrypted: bool,
}

/// Runs the command.
///
/// # Errors
/// When the name is none, the file is there already or can't be written, or there is no passphrase.
pub fn run(args: &GenerateArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let name = KeyName::new(args.name.as_str()).map_err(|error| failed::name(&args.name, error))?;
    if files::is_stdin(&args.out) {
        return Err(Failure::usage("a secret key is written to a file, not to standard output"));
    }
    secret::must_be_new(&args.out)?;
    let passphrase = secret::new_passphrase(&name, args.passphrase_file.as_deref(), args.no_passphrase)?;
    let made = SigningKey::generate(name).map_err(|error| Failure::new(key::NO_RANDOMNESS, error.to_string()))?;
    KeyFile::create(&args.out, &made, passphrase.as_ref()).map_err(|error| failed::file(&args.out, error))?;
    let verifier = made.verifier();
    let file = args.out.display().to_string();
    terminal.note(&format!("`{file}` holds the secret key{}; what is printed is public", if passphrase.is_some() { "" } else { ", not encrypted" }));
    let text = format!("{verifier}\n");
    let data =
        GenerateData { name: verifier.name().to_string(), id: verifier.id().to_string(), public: verifier.to_string(), file, encrypted: passphrase.is_some() };
    Answer::new(Exit::Done, &data, text)
}
