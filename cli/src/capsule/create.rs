//! `reach capsule create`: writes a capsule.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use reach_codes::render::count;
use reach_codes::table::{command, log};
use reach_compiler::Bundle;
use reach_log::capsule::{FORMAT, MAX_CAPSULE_BYTES};
use reach_log::merkle::inclusion;
use reach_log::{Capsule, CapsuleEntry, CapsulePayload, Leaf};
use reach_store::StoredPayload;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::log::{failed, notes};
use crate::terminal::Terminal;
use crate::{bundle, files};

/// The arguments of `capsule create`.
#[derive(Args, Debug)]
pub struct CreateArgs {
    /// The log; it needs a checkpoint that covers the session
    log: PathBuf,
    /// The session; `''` is the one without a name
    #[arg(long, short, value_name = "NAME")]
    session: String,
    /// The sources of the bundle that decided it, a folder or a file; may be given several times
    #[arg(long, short, value_name = "BUNDLE", required = true)]
    bundle: Vec<PathBuf>,
    /// The file to write, by custom with the end `.capsule`
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// What was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CapsuleData {
    /// The session.
    session: String,
    /// How many of its entries.
    entries: usize,
    /// How many more it has, that no checkpoint covers.
    left_out: u64,
    /// How many entries the log had at the checkpoint.
    size: u64,
    /// How many bytes were written.
    bytes: usize,
}

/// Runs the command.
///
/// # Errors
/// When the log or the bundle can't be read, a bundle is missing, or no checkpoint covers the session.
pub fn run(args: &CreateArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let mut bundles = BTreeMap::new();
    for path in &args.bundle {
        let found = bundle::find_one(path)?;
        let texts = bundle::read(&found)?;
        let packs = bundle::packs::gather(&found.path, &texts.sources)?.at_hand();
        let built = bundle::build_sources(Bundle { sources: texts.sources, packs }).map_err(|e| {
            Failure::new(command::BUNDLE_HAS_ERRORS, format!("{}: {e}", files::named(path))).help("`reach policy check` shows all that is wrong")
        })?;
        bundles.insert(built.image.digest().to_owned(), built.bundle.given().to_files());
    }
    let mut reader = failed::reader(&args.log)?;
    let fail = |error| failed::failure(&args.log, &error);
    let Some((size, note)) = reader.checkpoints().map_err(fail)?.pop() else {
        return Err(Failure::new(log::NOTHING_SIGNED, "the log has no signed checkpoint, and a capsule needs one")
            .help(format!("`reach log checkpoint {} --key FILE` signs one", args.log.display())));
    };
    let (mut entries, mut left_out, mut needed) = (Vec::new(), 0, BTreeSet::new());
    reader
        .session(&args.session, |entry| {
            if entry.sequence >= size {
                left_out += 1;
                return Ok(());
            }
            let damaged = || reach_store::LogError::Damaged(format!("entry {} can't be read", entry.sequence));
            let Ok(Leaf::Event(leaf)) = Leaf::parse(&entry.leaf) else { return Err(damaged()) };
            needed.insert(leaf.bundle);
            let payload = |stored: &Option<StoredPayload>| stored.as_ref().and_then(StoredPayload::payload).as_ref().and_then(CapsulePayload::of);
            let (event, answer) = (payload(&entry.event), payload(&entry.answer));
            entries.push(CapsuleEntry {
                index: entry.sequence,
                leaf: String::from_utf8(entry.leaf.clone()).map_err(|_| damaged())?,
                proof: Vec::new(),
                event,
                answer,
            });
            Ok::<_, reach_store::LogError>(())
        })
        .map_err(fail)?;
    if entries.is_empty() {
        let why = if left_out > 0 { "no checkpoint covers it" } else { "the log does not have it" };
        return Err(Failure::new(log::NO_SUCH_ENTRY, format!("nothing of the session `{}` can be written: {why}", args.session)));
    }
    if let Some(missing) = needed.iter().find(|digest| !bundles.contains_key(*digest)) {
        return Err(Failure::usage(format!("the session was decided by the bundle {missing}, which is not among those of `--bundle`")));
    }
    bundles.retain(|digest, _| needed.contains(digest));
    let total = entries.len();
    for (at, entry) in entries.iter_mut().enumerate() {
        entry.proof = inclusion(&mut reader, entry.index, size).map_err(fail)?.unwrap_or_default();
        terminal.progress(|| format!("{at} of {total} entries proved"));
    }
    let capsule = Capsule { format: FORMAT.to_owned(), session: args.session.clone(), checkpoint: note, entries, bundles };
    // What is written holds, or nothing is.
    let parsed = notes::parse(capsule.checkpoint.as_bytes(), "the log's checkpoint")?;
    let checkpoint = notes::checkpoint(&parsed, &[], None, "the log's checkpoint")?.checkpoint;
    capsule.verify(&checkpoint).map_err(|e| Failure::new(log::LOG_DAMAGED, format!("`{}`: {e}", args.log.display())))?;
    let mut bytes = serde_json::to_vec(&capsule).map_err(|e| Failure::output(std::io::Error::other(e)))?;
    bytes.push(b'\n');
    if bytes.len() as u64 > MAX_CAPSULE_BYTES {
        return Err(Failure::new(command::INPUT_TOO_LARGE, format!("the capsule would have {} bytes, and at most {MAX_CAPSULE_BYTES} are read", bytes.len())));
    }
    files::write_atomic(&args.output, &bytes)?;
    let data = CapsuleData { session: capsule.session, entries: total, left_out, size, bytes: bytes.len() };
    let mut text = format!("{} of the session `{}`: written to {}\n", count(total, "entry"), data.session, files::named(&args.output));
    if left_out > 0 {
        text.push_str(&format!("{} more left out: no checkpoint covers them\n", count(left_out, "entry")));
    }
    Answer::new(Exit::Done, &data, text)
}
