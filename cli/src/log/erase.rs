//! `reach log erase`: erases payloads.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reach_log::PayloadOf;
use reach_store::LogError;
use schemars::JsonSchema;
use serde::Serialize;

use super::failed;
use crate::answer::{Answer, Exit};
use crate::failure::Failure;

/// The arguments of `log erase`.
#[derive(Args, Debug)]
pub struct EraseArgs {
    /// The log
    log: PathBuf,
    /// The number of the entry, as `log show` prints it
    entry: u64,
    /// Why; it stands in the log for good, so it must not repeat what is erased
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// What: the `event` as it came, the `answer` to it, or `both`
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = What::Both, hide_possible_values = true)]
    what: What,
}

/// What is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// The event.
    Event,
    /// The answer.
    Answer,
    /// Both, as far as they are there.
    Both,
}

/// What was erased.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EraseData {
    /// The number of the entry.
    entry: u64,
    /// What was erased: `event`, `answer`.
    erased: Vec<&'static str>,
    /// The numbers of the entries that say so.
    entries: Vec<u64>,
}

/// Runs the command.
///
/// # Errors
/// When there is nothing to erase, or the log can't be written.
pub fn run(args: &EraseArgs) -> Result<Answer, Failure> {
    let log = failed::writer(&args.log)?;
    let fail = |error| failed::failure(&args.log, &error);
    let there = log.read(|log| log.entry(args.entry)).map_err(fail)?;
    let mut data = EraseData { entry: args.entry, erased: Vec::new(), entries: Vec::new() };
    let wanted = |of: PayloadOf| match args.what {
        What::Event => of == PayloadOf::Event,
        What::Answer => of == PayloadOf::Answer,
        // Of both, what is there; where nothing is, the event is named in the message.
        What::Both => there.as_ref().is_none_or(|e| if of == PayloadOf::Event { e.event.is_some() || e.answer.is_none() } else { e.answer.is_some() }),
    };
    let mut remains = false;
    for of in [PayloadOf::Event, PayloadOf::Answer] {
        if wanted(of) {
            match log.erase(args.entry, of, &args.reason) {
                Ok(entry) => data.entries.push(entry),
                // It is erased; what is left of it is told when all is done.
                Err(LogError::Remains) => remains = true,
                Err(e) => return Err(fail(e)),
            }
            data.erased.push(of.word());
        }
    }
    if remains {
        return Err(fail(LogError::Remains).note(format!("erased the {} of entry {}; the log says so", data.erased.join(" and the "), args.entry)));
    }
    let text = format!("erased the {} of entry {}; the log says so\n", data.erased.join(" and the "), args.entry);
    Answer::new(Exit::Done, &data, text)
}
