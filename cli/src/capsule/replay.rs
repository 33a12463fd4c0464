//! `reach capsule replay`: checks a capsule and decides it again.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use reach_codes::render::count;
use reach_codes::table::{event, log};
use reach_compiler::Bundle;
use reach_engine::Limits;
use reach_log::leaf::Outcome;
use reach_replay::{ReplayError, SessionReplay};
use schemars::JsonSchema;
use serde::Serialize;

use super::check;
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::log::notes;
use crate::{bundle, entities};

/// The arguments of `capsule replay`.
#[derive(Args, Debug)]
pub struct ReplayArgs {
    /// The capsule
    capsule: PathBuf,
    /// The key that must have signed its checkpoint: the line that `key public` prints, or a file of such lines; may be given several times
    #[arg(long, value_name = "KEY|FILE")]
    key: Vec<String>,
    /// What the host told of entities when the session was decided; a capsule has only its digest. May be given several times, where the
    /// bundle changed in the session
    #[arg(long, value_name = "FILE")]
    entities: Vec<PathBuf>,
}

/// What came of it.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct CapsuleReplayData {
    /// The session.
    session: String,
    /// How many entries came out as they were recorded.
    same: u64,
    /// Which are not, with what differs.
    differences: Vec<Difference>,
    /// Why it could not be decided to its end, or why the capsule doesn't hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
}

/// An entry that comes out in another way.
#[derive(Debug, Serialize, JsonSchema)]
struct Difference {
    /// The number of the entry in the log.
    entry: u64,
    /// What differs first.
    what: &'static str,
}

/// Runs the command.
///
/// # Errors
/// When the capsule can't be read, its checkpoint isn't believed, or its sources are not those of the bundle.
pub fn run(args: &ReplayArgs) -> Result<Answer, Failure> {
    let keys = notes::keys(&args.key)?;
    let checked = match check(&args.capsule, &keys)? {
        Ok(checked) => checked,
        Err(problem) => {
            let text = format!("the capsule does not hold: {problem}\n");
            return Answer::new(Exit::Findings, &CapsuleReplayData { stopped: Some(problem), ..CapsuleReplayData::default() }, text);
        }
    };
    let mut images = Vec::new();
    for (digest, files) in &checked.capsule.bundles {
        let bad = |why: String| Failure::new(log::CAPSULE_SOURCES, format!("the capsule's sources are not those of the bundle {digest}: {why}"));
        let image = bundle::build_sources(Bundle::of_files(files)).map_err(bad)?.image;
        if image.digest() != digest {
            return Err(
                bad(format!("they make {}", image.digest())).note("another version of Reach may read them in another way; use that which recorded the session")
            );
        }
        images.push(Arc::new(image));
    }
    let bundles = entities::bundles(&images, &args.entities)?;
    let mut data = CapsuleReplayData { session: checked.capsule.session.clone(), ..CapsuleReplayData::default() };
    let changes = checked.leaves.iter().any(|leaf| leaf.outcome == Outcome::Activated);
    if let Some(first) = checked.leaves.first() {
        match SessionReplay::new(&bundles, first, Limits::LANGUAGE, changes) {
            Ok(mut session) => {
                for (leaf, entry) in checked.leaves.iter().zip(&checked.capsule.entries) {
                    let (event, answer) = (entry.event.as_ref().map(|p| p.payload()), entry.answer.as_ref().map(|p| p.payload()));
                    match session.entry(leaf, event.as_ref(), answer.as_ref()) {
                        Ok(None) => data.same += 1,
                        Ok(Some(mismatch)) => data.differences.push(Difference { entry: entry.index, what: mismatch.what.words() }),
                        Err(e) => {
                            data.stopped = Some(stop(e)?);
                            break;
                        }
                    }
                }
            }
            Err(e) => data.stopped = Some(stop(e)?),
        }
    }
    let mut text = String::new();
    for difference in &data.differences {
        text.push_str(&format!("entry {}: {} is not what was recorded\n", difference.entry, difference.what));
    }
    if let Some(why) = &data.stopped {
        text.push_str(&format!("not decided to its end: {why}\n"));
    }
    let fine = data.differences.is_empty() && data.stopped.is_none();
    text.push_str(&format!(
        "{}{} of the session `{}` decided again to the same bytes\n",
        if fine { "ok: " } else { "" },
        count(data.same, "entry"),
        data.session
    ));
    Answer::new(if fine { Exit::Done } else { Exit::Findings }, &data, text)
}

/// Returns why a session can't be decided to its end. Data that was not given is no finding about the capsule.
fn stop(e: ReplayError) -> Result<String, Failure> {
    match e {
        ReplayError::Entities { .. } => Err(Failure::new(event::STATE_OF_OTHER_ENTITIES, e.to_string())
            .help("give the data that the session was decided with: `--entities FILE`. A capsule has only its digest")),
        other => Ok(other.to_string()),
    }
}
