//! `reach pack publish`: puts a pack into a registry. Also what every command that signs one has in common.

use std::path::PathBuf;

use clap::Args;
use reach_keys::SigningKey;
use reach_registry::Signing;
use reach_trust::verify;
use schemars::JsonSchema;
use serde::Serialize;

use super::at_hand::{AtHand, RegistryArgs};
use super::file;
use super::writing::write;
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::trust::TrustArgs;
use crate::{files, key};

/// The most days that a snapshot counts for.
const MAX_DAYS: u32 = 366;

/// With what a registry is signed.
#[derive(Args, Clone, Debug)]
pub struct SigningArgs {
    /// The file with the secret key that signs the registry
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Read the key's passphrase from a file of one line; `-` is standard input. Without it, it is asked for on the terminal
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// How many days the registry counts for before it must be signed again
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_DAYS)))]
    expires: u32,
}

impl SigningArgs {
    /// Reads the key.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn unlock(&self) -> Result<SigningKey, Failure> {
        Ok(key::unlock(&self.key, self.passphrase_file.as_deref())?.key)
    }

    /// Returns with what snapshots are signed.
    pub fn with<'k>(&self, key: &'k SigningKey, at_hand: &AtHand) -> Signing<'k> {
        Signing { key, now: at_hand.now, lifetime_seconds: u64::from(self.expires) * 86_400 }
    }
}

/// What was published, yanked, or signed again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublishData {
    /// The registry.
    registry: String,
    /// The pack; left out where the registry was only signed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Its digest, where it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// The number of the registry's snapshot.
    snapshot: u64,
    /// Until when it counts.
    expires: String,
}

impl PublishData {
    /// Returns what became of a registry.
    pub fn of(snapshot: &reach_registry::Snapshot, pack: Option<(String, String)>, digest: Option<String>) -> Self {
        let (name, version) = pack.unzip();
        Self { registry: snapshot.origin.to_string(), name, version, digest, snapshot: snapshot.version, expires: snapshot.expires.to_string() }
    }

    /// Returns the lines for people.
    pub fn told(&self, what: &str) -> String {
        format!("{what}\nsnapshot {} of `{}` counts until {}\n", self.snapshot, self.registry, self.expires)
    }
}

/// The arguments of `pack publish`.
#[derive(Args, Debug)]
pub struct PublishArgs {
    /// The file of the pack, signed by somebody who is trusted for its name
    file: PathBuf,
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    signing: SigningArgs,
    #[command(flatten)]
    trust: TrustArgs,
    /// Publish a version below one that was published already
    #[arg(long)]
    allow_older: bool,
}

/// Runs the command.
///
/// # Errors
/// When the pack doesn't verify, was published already, or the registry can't be written.
pub fn run(args: &PublishArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let what = files::named(&args.file);
    let pack = verify(file::archive(&args.file)?, &at_hand.trust, at_hand.now).map_err(|refusal| crate::trust::failed::refusal(&what, &refusal))?;
    let place = at_hand.place(&args.registry)?;
    let key = args.signing.unlock()?;
    let signing = args.signing.with(&key, &at_hand);
    let publish = |publisher: reach_registry::Publisher| publisher.publish(&pack, args.allow_older, signing);
    let (release, snapshot) = write(&place, &key, &at_hand, terminal, publish, |(release, _)| format!("Publish {} {}\n", release.name, release.version))?;
    let data = PublishData::of(&snapshot, Some((release.name.to_string(), release.version.to_string())), Some(release.pack.to_string()));
    let text = data.told(&format!("published {} {}, {}", release.name, release.version, release.pack));
    Answer::new(Exit::Done, &data, text)
}
