//! `reach log checkpoint`: signs the state of a log.

use std::path::PathBuf;

use clap::Args;
use reach_keys::Note;
use schemars::JsonSchema;
use serde::Serialize;

use super::{failed, notes};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::{files, key};

/// The arguments of `log checkpoint`.
#[derive(Args, Debug)]
pub struct CheckpointArgs {
    /// The log
    log: PathBuf,
    /// The file with the secret key that signs
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Read the key's passphrase from a file of one line; `-` is standard input. Without it, it is asked for on the terminal
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Write the checkpoint to a file too: give it to somebody who keeps it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What was signed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckpointData {
    /// Which log.
    origin: String,
    /// How many entries.
    size: u64,
    /// The root of their tree, in base64.
    root: String,
    /// The signed note.
    note: String,
}

/// Runs the command.
///
/// # Errors
/// When the key or the log can't be read, or the log not be written.
pub fn run(args: &CheckpointArgs) -> Result<Answer, Failure> {
    let signing = key::unlock(&args.key, args.passphrase_file.as_deref())?.key;
    // Nothing is signed that is not as it was recorded: a signature would cover the damage.
    let mut reader = failed::reader(&args.log)?;
    let fail = |error| failed::failure(&args.log, &error);
    let (_, findings) = reader.audit(0, &[], |_| {}).map_err(fail)?;
    if let Some(finding) = findings.first() {
        return Err(fail(reach_store::LogError::Entry(finding.clone())));
    }
    drop(reader);
    let note = failed::writer(&args.log)?.checkpoint(|checkpoint| {
        let text = checkpoint.text().map_err(|e| e.to_string())?;
        let note = Note::sign(text, &signing).map_err(|e| e.to_string())?;
        String::from_utf8(note.to_bytes()).map_err(|e| e.to_string())
    });
    let note = note.map_err(fail)?;
    if let Some(path) = &args.output {
        files::write_atomic(path, note.as_bytes())?;
    }
    let parsed = notes::parse(note.as_bytes(), "the checkpoint")?;
    let checkpoint = notes::checkpoint(&parsed, &[], None, "the checkpoint")?.checkpoint;
    let data = CheckpointData { origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root.base64(), note: note.clone() };
    Answer::new(Exit::Done, &data, note)
}
