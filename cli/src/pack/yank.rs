//! `reach pack yank`: takes back a version, which stays where it is.

use std::cell::RefCell;

use clap::Args;
use reach_manifest::nearest;
use reach_statement::{PackName, PackVersion};

use super::at_hand::{AtHand, RegistryArgs};
use super::near::names;
use super::publish::{PublishData, SigningArgs};
use super::writing::write;
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::trust::TrustArgs;

/// The arguments of `pack yank`.
#[derive(Args, Debug)]
pub struct YankArgs {
    /// The pack
    name: PackName,
    /// The version, in full
    version: PackVersion,
    /// Why, in one line: those who have it are told
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    signing: SigningArgs,
    #[command(flatten)]
    trust: TrustArgs,
}

/// Runs the command.
///
/// # Errors
/// When there is no such version, it is yanked already, or the registry can't be written.
pub fn run(args: &YankArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let place = at_hand.place(&args.registry)?;
    let key = args.signing.unlock()?;
    let signing = args.signing.with(&key, &at_hand);
    let near = RefCell::new(None);
    let yank = |publisher: reach_registry::Publisher| {
        if publisher.registry().get(&args.name).is_none() {
            near.replace(nearest(args.name.as_str(), names(publisher.registry())).map(str::to_owned));
        }
        publisher.yank(&args.name, &args.version, &args.reason, signing)
    };
    let yanked = write(&place, &key, &at_hand, terminal, yank, |_| format!("Yank {} {}\n", args.name, args.version));
    let snapshot = yanked.map_err(|failure| match near.take() {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    })?;
    let data = PublishData::of(&snapshot, Some((args.name.to_string(), args.version.to_string())), None);
    let text = data.told(&format!("yanked {} {}: {}", args.name, args.version, args.reason));
    Answer::new(Exit::Done, &data, text)
}
