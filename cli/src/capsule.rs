//! `reach capsule …`: one session in one file, for others to check and to decide again.

mod create;
mod replay;
mod verify;

use std::path::Path;

use clap::Subcommand;
use reach_codes::table::log;
use reach_keys::VerifierKey;
use reach_log::capsule::MAX_CAPSULE_BYTES;
use reach_log::{Capsule, Checkpoint, EventLeaf};

pub use create::CapsuleData;
pub use replay::CapsuleReplayData;
pub use verify::CapsuleVerifyData;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::files;
use crate::log::notes;
use crate::terminal::Terminal;

/// The commands about capsules.
#[derive(Debug, Subcommand)]
pub enum CapsuleCommand {
    /// Write a session of a log with its proofs and the bundle that decided it
    Create(create::CreateArgs),
    /// Check that a capsule's entries are those that were recorded
    Verify(verify::VerifyArgs),
    /// Check a capsule, and decide its session again to the same bytes
    Replay(replay::ReplayArgs),
}

/// Runs a command about capsules.
///
/// # Errors
/// When it could not run.
pub fn run(command: CapsuleCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        CapsuleCommand::Create(args) => create::run(&args, terminal),
        CapsuleCommand::Verify(args) => verify::run(&args),
        CapsuleCommand::Replay(args) => replay::run(&args),
    }
}

/// A capsule that was read and checked.
struct Checked {
    capsule: Capsule,
    checkpoint: Checkpoint,
    signers: Vec<String>,
    leaves: Vec<EventLeaf>,
}

/// Reads a capsule and checks it against the keys.
fn check(path: &Path, keys: &[VerifierKey]) -> Result<Result<Checked, String>, Failure> {
    if keys.is_empty() {
        return Err(Failure::usage("a capsule is worth what the signature of its checkpoint is: `--key` must name the log's key")
            .note("`reach key public FILE` prints the line"));
    }
    let bytes = files::read_whole(path, MAX_CAPSULE_BYTES, "a capsule")?;
    let capsule = Capsule::parse(&bytes).map_err(|e| Failure::new(log::NOT_A_CHECKPOINT, format!("{}: {e}", files::named(path))))?;
    let place = format!("the checkpoint of {}", files::named(path));
    let note = notes::parse(capsule.checkpoint.as_bytes(), &place)?;
    let notes::Believed { checkpoint, signers } = notes::checkpoint(&note, keys, None, &place)?;
    Ok(match capsule.verify(&checkpoint) {
        Ok(leaves) => Ok(Checked { capsule, checkpoint, signers, leaves }),
        Err(e) => Err(e.to_string()),
    })
}
