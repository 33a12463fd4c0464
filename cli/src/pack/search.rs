//! `reach pack search`: finds packs by words.

use clap::Args;
use reach_codes::render::count;
use reach_registry::{MAX_WORDS, search};
use reach_statement::Kind;
use schemars::JsonSchema;
use serde::Serialize;

use super::at_hand::{AtHand, ReadingArgs};
use super::place::News;
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::trust::TrustArgs;

/// The arguments of `pack search`.
#[derive(Args, Debug)]
pub struct SearchArgs {
    /// Words of the name or the description; all must fit, and slips are forgiven. Without any, all packs are listed
    words: Vec<String>,
    #[command(flatten)]
    registry: ReadingArgs,
    #[command(flatten)]
    trust: TrustArgs,
    /// The most packs to list
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: usize,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SearchData {
    /// The registry.
    registry: String,
    /// How many packs were found, also those beyond the limit.
    found: usize,
    /// The packs, the best first.
    packs: Vec<FoundPack>,
}

/// A pack that was found.
#[derive(Debug, Serialize, JsonSchema)]
struct FoundPack {
    /// Its name.
    name: String,
    /// Its newest version.
    version: String,
    /// What it is for.
    kind: Kind,
    /// What it is good for.
    description: String,
    /// How well it fits; more is better.
    score: u32,
}

/// Runs the command.
///
/// # Errors
/// When the registry isn't believed or has expired.
pub fn run(args: &SearchArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if args.words.len() > MAX_WORDS {
        return Err(Failure::usage(format!("{MAX_WORDS} words are the most that are looked for")));
    }
    let registry = AtHand::look(&args.trust)?.fresh_registry(&args.registry, News::Wanted, terminal)?;
    let hits = search(&registry, &args.words);
    let pack = |hit: &reach_registry::Hit<'_>| {
        let release = &hit.newest.release;
        FoundPack {
            name: release.name.to_string(),
            version: release.version.to_string(),
            kind: release.kind,
            description: release.description.clone(),
            score: hit.score,
        }
    };
    let data = SearchData { registry: registry.origin().to_string(), found: hits.len(), packs: hits.iter().take(args.limit).map(pack).collect() };
    let width = data.packs.iter().map(|p| p.name.len() + p.version.len() + 1).max().unwrap_or(0);
    let mut text: String = data.packs.iter().map(|p| format!("{:width$}  {}\n", format!("{} {}", p.name, p.version), p.description)).collect();
    match data.found.checked_sub(data.packs.len()) {
        _ if data.found == 0 => text.push_str(&format!("no pack of `{}` fits\n", data.registry)),
        None | Some(0) => {}
        Some(more) => text.push_str(&format!("{} more; `--limit` lists them\n", count(more as u64, "pack"))),
    }
    Answer::new(Exit::Done, &data, text)
}
