//! `reach key rotate`: lets a new key take the place of an old one.

use std::path::PathBuf;

use clap::Args;
use reach_codes::table::trust as codes;
use reach_trust::{Rotation, SignerId};
use schemars::JsonSchema;
use serde::Serialize;

use super::unlock;
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;
use crate::trust;

/// The arguments of `key rotate`.
#[derive(Args, Debug)]
pub struct RotateArgs {
    /// The file with the old secret key
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The file with the new secret key
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// The file to write: others take it with `key trust --rotation FILE`
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Until when the old key may still sign; without it, as long as it could before
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Read the passphrase of the old key from a file of one line
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Read the passphrase of the new key from a file of one line
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
}

/// What was signed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RotateData {
    /// The name and id of the old key.
    old: String,
    /// The name and id of the new key.
    new: String,
    /// Until when the old key may still sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// The file that was written.
    output: String,
}

/// Runs the command.
///
/// # Errors
/// When a key can't be read, both are the same, or the file can't be written.
pub fn run(args: &RotateArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let until = args.until.as_deref().map(trust::read).transpose()?;
    let old = unlock(&args.old, args.passphrase_file.as_deref())?.key;
    let new = unlock(&args.new, args.new_passphrase_file.as_deref())?.key;
    let refused = |why: String| Failure::new(codes::NOT_A_ROTATION, format!("no key can take the place of the other: {why}"));
    let envelope = Rotation::sign(&old, &new, trust::now()?, until).map_err(|error| refused(error.to_string()))?;
    let bytes = envelope.to_bytes().map_err(|error| refused(error.to_string()))?;
    files::write_atomic(&args.output, &bytes)?;
    let data = RotateData {
        old: SignerId::of(&old.verifier()).to_string(),
        new: SignerId::of(&new.verifier()).to_string(),
        until: until.map(|time| time.to_string()),
        output: args.output.display().to_string(),
    };
    terminal.note(&format!("whoever trusts the old key takes it with `reach key trust --rotation {}`", data.output));
    let text = format!("{} takes the place of {}\n", data.new, data.old);
    Answer::new(Exit::Done, &data, text)
}
