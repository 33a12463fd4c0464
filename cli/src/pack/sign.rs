//! `reach pack sign`: adds a signature to the file of a pack.

use std::path::PathBuf;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::file;
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;
use crate::key::unlock;
use crate::terminal::Terminal;
use crate::trust::failed;

/// The arguments of `pack sign`.
#[derive(Args, Debug)]
pub struct SignArgs {
    /// The file of the pack
    file: PathBuf,
    /// The file with the secret key
    #[arg(long, short, value_name = "FILE")]
    key: PathBuf,
    /// Read the passphrase from a file of one line; `-` is standard input. Without it, it is asked for on the terminal
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Write the signed pack to another file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A pack that was signed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PackSignData {
    /// The name of the pack.
    name: String,
    /// Its version.
    version: String,
    /// The digest of the pack: the SHA-256 of its canonical statement.
    digest: String,
    /// The name and id of the key.
    signer: String,
    /// How many signatures there are now.
    signatures: usize,
    /// The file that was written.
    output: String,
}

/// Runs the command.
///
/// # Errors
/// When the pack or the key can't be read, the pack's files are not those that it lists, or the file can't be written.
pub fn run(args: &SignArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let output = args.output.as_ref().unwrap_or(&args.file);
    if files::is_stdin(output) {
        return Err(Failure::usage("a signed pack is written to a file: name one with `--output`"));
    }
    let what = files::named(&args.file);
    let mut pack = file::unverified(&args.file)?;
    let key = unlock(&args.key, args.passphrase_file.as_deref())?.key;
    pack.sign(&key).map_err(|refusal| failed::refusal(&what, &refusal))?;
    files::write_atomic(output, &file::bytes(&pack, &what)?)?;
    let manifest = &pack.unverified_statement().manifest;
    let signer = reach_trust::SignerId::of(&key.verifier());
    terminal.summary(&format!("signed {} {} by {signer}", manifest.name, manifest.version));
    let data = PackSignData {
        name: manifest.name.to_string(),
        version: manifest.version.to_string(),
        digest: pack.digest().to_string(),
        signer: signer.to_string(),
        signatures: pack.envelope().signatures().len(),
        output: output.display().to_string(),
    };
    let text = if terminal.quiet { String::new() } else { format!("{}\n", data.digest) };
    Answer::new(Exit::Done, &data, text)
}
