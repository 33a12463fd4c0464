//! `reach log prove`: writes a receipt.

use std::path::PathBuf;

use clap::Args;
use reach_codes::table::log;
use reach_log::Receipt;
use reach_log::merkle::{inclusion, leaf_hash, verify_inclusion};
use schemars::JsonSchema;
use serde::Serialize;

use super::{failed, notes};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::files;

/// The arguments of `log prove`.
#[derive(Args, Debug)]
pub struct ProveArgs {
    /// The log
    log: PathBuf,
    /// The number of the entry, as `log show` prints it
    entry: u64,
    /// Write the receipt to a file, by custom with the end `.tlog-proof`
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The receipt.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProofData {
    /// The number of the entry.
    entry: u64,
    /// How many entries the checkpoint covers.
    size: u64,
    /// How many hashes the proof has.
    hashes: usize,
    /// The receipt, in the text of C2SP tlog-proof; the entry itself is its `extra`.
    receipt: String,
}

/// Runs the command.
///
/// # Errors
/// When the log can't be read, has no such entry, or no checkpoint that covers it.
pub fn run(args: &ProveArgs) -> Result<Answer, Failure> {
    let mut reader = failed::reader(&args.log)?;
    let fail = |error| failed::failure(&args.log, &error);
    let size = reader.head().map_err(fail)?.size;
    let missing = || {
        Failure::new(log::NO_SUCH_ENTRY, format!("the log has no entry {}", args.entry)).note(format!("its entries are numbered from 0, and there are {size}"))
    };
    let entry = reader.entry(args.entry).map_err(fail)?.ok_or_else(missing)?;
    let Some((covered, text)) = reader.checkpoints().map_err(fail)?.into_iter().rfind(|(size, _)| *size > args.entry) else {
        return Err(Failure::new(log::NOTHING_SIGNED, format!("no signed checkpoint of the log covers entry {}", args.entry))
            .help(format!("`reach log checkpoint {} --key FILE` signs one", args.log.display())));
    };
    let note = notes::parse(text.as_bytes(), "the log's checkpoint")?;
    let checkpoint = notes::checkpoint(&note, &[], None, "the log's checkpoint")?.checkpoint;
    let proof = inclusion(&mut reader, args.entry, covered).map_err(fail)?.ok_or_else(missing)?;
    // What is written is right, or nothing is.
    if checkpoint.size != covered || verify_inclusion(leaf_hash(&entry.leaf), args.entry, covered, &proof, checkpoint.root).is_err() {
        return Err(Failure::new(log::LOG_DAMAGED, "the log's hashes do not lead to the root of its checkpoint"));
    }
    let hashes = proof.len();
    let receipt = Receipt { extra: Some(entry.leaf), index: args.entry, proof, checkpoint: text }.text();
    let shown = match &args.output {
        Some(path) => {
            files::write_atomic(path, receipt.as_bytes())?;
            format!("entry {} of {covered}, {hashes} hashes: written to {}\n", args.entry, files::named(path))
        }
        None => receipt.clone(),
    };
    Answer::new(Exit::Done, &ProofData { entry: args.entry, size: covered, hashes, receipt }, shown)
}
