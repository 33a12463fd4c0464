//! `reach pack registry`: beginning registries, making them known, keeping them current.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use reach_keys::KeyName;
use reach_registry::{Known, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

use super::at_hand::{AtHand, RegistryArgs};
use super::failed_install as failed;
use super::place::{News, Place};
use super::publish::{PublishData, SigningArgs};
use super::writing::{begin, write};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::trust::TrustArgs;

/// The commands about registries.
#[derive(Debug, Subcommand)]
pub enum RegistryCommand {
    /// Begin a registry in a folder or a git repository
    Init(InitArgs),
    /// Make a registry known, so that other commands find it without `--registry`
    Add(AddArgs),
    /// Sign a registry again, so that it counts for longer
    Refresh(RefreshArgs),
}

/// The arguments of `pack registry init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The folder, which is empty or isn't there; or the git repository, as `git+ssh://git@example.com/packs.git#BRANCH`, which gets a commit
    #[arg(value_name = "DIR|URL")]
    folder: PathBuf,
    /// The name of the registry, best a URL without its scheme: `example.com/packs`
    #[arg(long, value_name = "NAME")]
    origin: String,
    #[command(flatten)]
    signing: SigningArgs,
}

/// The arguments of `pack registry add`.
#[derive(Args, Debug)]
pub struct AddArgs {
    /// The folder, or the git repository: `git+https://example.com/packs.git`
    #[arg(value_name = "DIR|URL")]
    folder: PathBuf,
    #[command(flatten)]
    trust: TrustArgs,
}

/// The arguments of `pack registry refresh`.
#[derive(Args, Debug)]
pub struct RefreshArgs {
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    signing: SigningArgs,
    #[command(flatten)]
    trust: TrustArgs,
}

/// A registry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegistryData {
    /// Its name.
    origin: String,
    /// Its folder, or the address of its git repository.
    folder: String,
    /// How many packs it has.
    packs: u64,
    /// The number of its snapshot.
    snapshot: u64,
    /// Until when that counts.
    expires: String,
}

/// Runs a command about registries.
///
/// # Errors
/// When the registry isn't believed, or can't be written.
pub fn run(command: &RegistryCommand, terminal: &mut Terminal) -> Result<Answer, Failure> {
    match command {
        RegistryCommand::Init(args) => init(args, terminal),
        RegistryCommand::Add(args) => add(args, terminal),
        RegistryCommand::Refresh(args) => refresh(args, terminal),
    }
}

fn init(args: &InitArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let origin = KeyName::new(args.origin.as_str()).map_err(|error| {
        Failure::usage(format!("{:?} cannot be the name of a registry: {error}", args.origin)).help("best it is a URL without its scheme: `example.com/packs`")
    })?;
    let at_hand = AtHand::look(&TrustArgs::default())?;
    let key = args.signing.unlock()?;
    let place = Place::of(&args.folder, &at_hand.home)?;
    let snapshot = begin(&place, &origin, args.signing.with(&key, &at_hand), terminal)?;
    terminal.note(&format!("who uses it trusts its key with `reach key trust KEY --for registry:{origin}`"));
    answer("began", &place.shown(), &snapshot)
}

fn add(args: &AddArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let place = Place::of(&args.folder, &at_hand.home)?;
    let registry = at_hand.fresh(&place, News::Wanted, terminal)?;
    let location = match &place {
        Place::Folder(folder) => std::path::absolute(folder).map_err(|error| Failure::unreadable(folder.display(), &error))?,
        Place::Git(_) => place.shown(),
    };
    let known = Known { origin: registry.origin().clone(), location };
    at_hand.memory().know(&known).map_err(|error| failed::registry(registry.place(), &error))?;
    answer("know", registry.place(), registry.snapshot())
}

fn answer(verb: &str, folder: &std::path::Path, snapshot: &Snapshot) -> Result<Answer, Failure> {
    let Snapshot { origin, version, expires, packs, .. } = snapshot;
    let data =
        RegistryData { origin: origin.to_string(), folder: folder.display().to_string(), packs: *packs, snapshot: *version, expires: expires.to_string() };
    let text = format!(
        "{verb} the registry `{origin}` in `{}`: {}, snapshot {version}, which counts until {expires}\n",
        data.folder,
        reach_codes::render::count(*packs, "pack")
    );
    Answer::new(Exit::Done, &data, text)
}

fn refresh(args: &RefreshArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let place = at_hand.place(&args.registry)?;
    let key = args.signing.unlock()?;
    let signing = args.signing.with(&key, &at_hand);
    let told = |snapshot: &Snapshot| format!("Sign snapshot {}\n", snapshot.version);
    let snapshot = write(&place, &key, &at_hand, terminal, |publisher| publisher.refresh(signing), told)?;
    let data = PublishData::of(&snapshot, None, None);
    let text = data.told("signed again");
    Answer::new(Exit::Done, &data, text)
}
