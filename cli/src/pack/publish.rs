//! `reach pack publish`: puts a pack into a registry. Also what every command that writes one has in common.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use reach_codes::table::registry::REGISTRY_NOT_BELIEVED;
use reach_keys::SigningKey;
use reach_registry::{Memory, Publisher, Registry, RegistryError, Signing, SnapshotError, Voucher, origin_of};
use reach_trust::{Subject, verify};
use schemars::JsonSchema;
use serde::Serialize;

use super::at_hand::{AtHand, RegistryArgs};
use super::{failed_install as failed, file};
use crate::answer::{Answer, Exit};
use crate::failure::Failure;
use crate::trust::TrustArgs;
use crate::{files, home, key};

/// How long another publisher is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

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

/// Changes a registry, after it was held against what is remembered of it, and remembers what it is then.
///
/// # Errors
/// When it isn't believed or can't be written.
pub fn write<T>(folder: &Path, key: &SigningKey, at_hand: &AtHand, change: impl FnOnce(Publisher) -> Result<T, RegistryError>) -> Result<T, Failure> {
    let fail = |error: RegistryError| failed::registry(folder, &error);
    let origin = origin_of(folder).map_err(fail)?;
    let verifier = key.verifier();
    let own = Voucher::Own(&verifier);
    let publisher = match Publisher::open(folder, &origin, own, at_hand.now, PATIENCE) {
        // Somebody else has signed it last.
        Err(RegistryError::Snapshot(SnapshotError::Note(reach_keys::NoteError::NoKnownSignature))) => {
            let subject = Subject::Registry(origin.clone());
            if !at_hand.trust.trusted_for(&subject, at_hand.now).contains(&&verifier) {
                return Err(Failure::new(REGISTRY_NOT_BELIEVED, format!("the key `{}` is none of those of the registry `{origin}`", verifier.name()))
                    .note("who uses the registry would believe nothing that it has signed")
                    .help(format!("name a key of the registry, or trust this one with `reach key trust KEY --for {subject}`")));
            }
            Publisher::open(folder, &origin, Voucher::Trust(&at_hand.trust), at_hand.now, PATIENCE)
        }
        opened => opened,
    };
    let publisher = publisher.map_err(fail)?;
    home::made()?;
    let memory: Memory = at_hand.memory();
    memory.check(publisher.registry()).map_err(fail)?;
    let out = change(publisher).map_err(fail)?;
    memory.check(&Registry::read(folder, &origin, own, at_hand.now).map_err(fail)?).map_err(fail)?;
    Ok(out)
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
pub fn run(args: &PublishArgs) -> Result<Answer, Failure> {
    let at_hand = AtHand::look(&args.trust)?;
    let what = files::named(&args.file);
    let pack = verify(file::archive(&args.file)?, &at_hand.trust, at_hand.now).map_err(|refusal| crate::trust::failed::refusal(&what, &refusal))?;
    let folder = at_hand.registry_folder(&args.registry)?;
    let key = args.signing.unlock()?;
    let signing = args.signing.with(&key, &at_hand);
    let (release, snapshot) = write(&folder, &key, &at_hand, |publisher| publisher.publish(&pack, args.allow_older, signing))?;
    let data = PublishData::of(&snapshot, Some((release.name.to_string(), release.version.to_string())), Some(release.pack.to_string()));
    let text = data.told(&format!("published {} {}, {}", release.name, release.version, release.pack));
    Answer::new(Exit::Done, &data, text)
}
