//! `reach pack registry`: beginning registries, making them known, keeping them current.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use reach_keys::KeyName;
use reach_registry::{Known, Publisher, Registry, Snapshot, Voucher, origin_of};
use schemars::JsonSchema;
use serde::Serialize;

use super::at_hand::{AtHand, RegistryArgs};
use super::failed_install as failed;
use super::publish::{PublishData, SigningArgs, write};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::home;
use crate::terminal::Terminal;
use crate::trust::TrustArgs;

/// The commands about registries.
#[derive(Debug, Subcommand)]
pub enum RegistryCommand {
    /// Begin a registry in a folder
    Init(InitArgs),
    /// Make a registry known, so that other commands find it without `--registry`
    Add(AddArgs),
    /// Sign a registry again, so that it counts for longer
    Refresh(RefreshArgs),
}

/// The arguments of `pack registry init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The folder, which is empty or isn't there
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
    /// The folder
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
    /// Its folder.
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
        RegistryCommand::Add(args) => add(args),
        RegistryCommand::Refresh(args) => refresh(args),
    }
}

fn init(args: &InitArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let origin = KeyName::new(args.origin.as_str()).map_err(|error| {
        Failure::usage(format!("{:?} cannot be the name of a registry: {error}", args.origin)).help("best it is a URL without its scheme: `example.com/packs`")
    })?;
    let at_hand = AtHand::look(&TrustArgs::default())?;
    let key = args.signing.unlock()?;
    let snapshot = Publisher::create(&args.folder, &origin, args.signing.with(&key, &at_hand)).map_err(|error| failed::registry(&args.folder, &error))?;
    terminal.note(&format!("who uses it trusts its key with `reach key trust KEY --for registry:{origin}`"));
    answer("began", &args.folder, &snapshot)
}

fn add(args: &AddArgs) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let fail = |error| failed::registry(&args.folder, &error);
    let origin = origin_of(&args.folder).map_err(fail)?;
    let registry = Registry::read(&args.folder, &origin, Voucher::Trust(&at_hand.trust), at_hand.now).map_err(fail)?;
    registry.must_be_fresh(at_hand.now).map_err(fail)?;
    home::made()?;
    at_hand.memory().check(&registry).map_err(fail)?;
    let location = std::path::absolute(&args.folder).map_err(|error| Failure::unreadable(args.folder.display(), &error))?;
    at_hand.memory().know(&Known { origin, location }).map_err(fail)?;
    answer("know", &args.folder, registry.snapshot())
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

fn refresh(args: &RefreshArgs) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let folder = at_hand.registry_folder(&args.registry)?;
    let key = args.signing.unlock()?;
    let signing = args.signing.with(&key, &at_hand);
    let snapshot = write(&folder, &key, &at_hand, |publisher| publisher.refresh(signing))?;
    let data = PublishData::of(&snapshot, None, None);
    let text = data.told("signed again");
    Answer::new(Exit::Done, &data, text)
}
