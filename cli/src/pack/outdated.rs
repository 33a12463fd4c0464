//! `reach pack outdated`: packs that could be newer.

use clap::Args;
use reach_packs::{Outdated, outdated};
use reach_registry::MAX_STEPS;
use schemars::JsonSchema;
use serde::Serialize;

use super::at_hand::{AtHand, ProjectArgs, ReadingArgs};
use super::place::News;
use super::{change, failed_install as failed};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::trust::TrustArgs;

/// The arguments of `pack outdated`.
#[derive(Args, Debug)]
pub struct OutdatedArgs {
    #[command(flatten)]
    registry: ReadingArgs,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    trust: TrustArgs,
}

/// Packs that could be newer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OutdatedData {
    /// The packs, by name.
    packs: Vec<OutdatedPack>,
}

/// A pack that could be newer, or that was yanked.
#[derive(Debug, Serialize, JsonSchema)]
struct OutdatedPack {
    /// Its name.
    name: String,
    /// The version that is installed.
    version: String,
    /// The version that `update` would bring.
    #[serde(skip_serializing_if = "Option::is_none")]
    update: Option<String>,
    /// The newest version, which what is asked for may rule out.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
    /// Why the installed version was yanked.
    #[serde(skip_serializing_if = "Option::is_none")]
    yanked: Option<String>,
}

/// Runs the command. The exit status is 1 where there are any.
///
/// # Errors
/// When the registry isn't believed or has expired, or the lock can't be read.
pub fn run(args: &OutdatedArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let registry = at_hand.fresh_registry(&args.registry, News::Wanted, terminal)?;
    let project = args.project.find();
    let lock = project.lock().map_err(|error| failed::install(project.root(), &error))?;
    let roots = change::roots(&project, &lock)?;
    let pack = |Outdated { name, version, fitting, newest, yanked }| OutdatedPack {
        name: name.to_string(),
        version: version.to_string(),
        update: fitting.map(|v| v.to_string()),
        newest: newest.map(|v| v.to_string()),
        yanked,
    };
    let packs: Vec<OutdatedPack> = outdated(&lock, &roots, &registry, &at_hand.reach, MAX_STEPS).into_iter().map(pack).collect();
    let mut text = String::new();
    for pack in &packs {
        text.push_str(&format!("{} {}", pack.name, pack.version));
        if let Some(why) = &pack.yanked {
            text.push_str(&format!(", yanked: {why}"));
        }
        match (&pack.update, &pack.newest) {
            (Some(update), Some(newest)) if update != newest => text.push_str(&format!(" -> {update} (the newest is {newest})")),
            (Some(update), _) => text.push_str(&format!(" -> {update}")),
            (None, Some(newest)) => text.push_str(&format!(" (the newest is {newest}, which what is asked for rules out)")),
            (None, None) => {}
        }
        text.push('\n');
    }
    if packs.is_empty() {
        text.push_str("all packs are as new as they can be\n");
    }
    Answer::new(if packs.is_empty() { Exit::Done } else { Exit::Findings }, &OutdatedData { packs }, text)
}
