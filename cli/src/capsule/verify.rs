//! `reach capsule verify`: checks a capsule.

use std::path::PathBuf;

use clap::Args;
use reach_codes::render::count;
use schemars::JsonSchema;
use serde::Serialize;

use super::check;
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::log::notes;

/// The arguments of `capsule verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// The capsule
    capsule: PathBuf,
    /// The key that must have signed its checkpoint: the line that `key public` prints, or a file of such lines; may be given several times
    #[arg(long, value_name = "KEY|FILE")]
    key: Vec<String>,
}

/// What came of it.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct CapsuleVerifyData {
    /// The session.
    session: String,
    /// Which log.
    origin: String,
    /// How many entries the log had at the checkpoint.
    size: u64,
    /// The names of the given keys that have signed it.
    signers: Vec<String>,
    /// How many entries the capsule has.
    entries: usize,
    /// How many events in it were erased.
    erased: usize,
    /// What is wrong; none where it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the capsule can't be read, or its checkpoint isn't believed.
pub fn run(args: &VerifyArgs) -> Result<Answer, Failure> {
    let keys = notes::keys(&args.key)?;
    let checked = match check(&args.capsule, &keys)? {
        Ok(checked) => checked,
        Err(problem) => {
            let text = format!("the capsule does not hold: {problem}\n");
            return Answer::new(Exit::Findings, &CapsuleVerifyData { problem: Some(problem), ..CapsuleVerifyData::default() }, text);
        }
    };
    let data = CapsuleVerifyData {
        session: checked.capsule.session,
        origin: checked.checkpoint.origin,
        size: checked.checkpoint.size,
        signers: checked.signers,
        entries: checked.leaves.len(),
        erased: checked.capsule.entries.iter().filter(|entry| entry.event.is_none()).count(),
        problem: None,
    };
    let text = format!(
        "ok: the first {} of the session `{}`, among the {} of `{}` that {} signed\n",
        count(data.entries, "entry"),
        data.session,
        count(data.size, "entry"),
        data.origin,
        data.signers.join(", ")
    );
    Answer::new(Exit::Done, &data, text)
}
