//! Registries from outside: what an attacker would serve, what they say of packs, and which versions are chosen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod attacks;
mod publishing;
mod resolution;
mod searching;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use reach_keys::{KeyName, SigningKey};
use reach_registry::{Memory, Publisher, Registry, RegistryError, Release, Signing, Snapshot, Voucher};
use reach_statement::{Kind, Manifest, PackName, PackPath, PackVersion, Permissions};
use reach_trust::{Action, Timestamp, TrustStore, UnverifiedPack, VerifiedPack};
use tempfile::TempDir;
use tree::files;

/// 2027-01-15T08:00:00Z.
const NOW: u64 = 1_800_000_000;
const DAY: u64 = 86_400;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(KeyName::new("packs.example").unwrap(), &[seed; 32])
}

fn origin() -> KeyName {
    KeyName::new("packs.example").unwrap()
}

fn name(text: &str) -> PackName {
    text.parse().unwrap()
}

fn version(text: &str) -> PackVersion {
    text.parse().unwrap()
}

/// A manifest; needs are written `name req`.
fn manifest(pack: &str, number: &str, needs: &[&str]) -> Manifest {
    let need = |text: &&str| {
        let (of, requirement) = text.split_once(' ').unwrap();
        (name(of), requirement.parse().unwrap())
    };
    Manifest {
        description: format!("Guards {pack}"),
        exports: None,
        kind: Kind::Policy,
        license: "Apache-2.0".to_owned(),
        name: name(pack),
        needs: needs.iter().map(need).collect::<BTreeMap<_, _>>(),
        parameters: None,
        permissions: Permissions::default(),
        policies: BTreeSet::from(["*.reach".to_owned()]),
        readers: Default::default(),
        reach: ">=0.1, <0.2".parse().unwrap(),
        tools: BTreeSet::new(),
        version: version(number),
    }
}

/// A registry in a folder of its own, with a user who knows it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: TempDir::new().unwrap() };
        let signing = Signing { key: &key(1), now: at(NOW), lifetime_seconds: 30 * DAY };
        Publisher::create(&place.root(), &origin(), signing).unwrap();
        place
    }

    /// With two versions of one pack and one of another, of which one is yanked.
    fn filled() -> Self {
        let place = Self::new();
        place.publish("acme.guard", "1.0.0", &[]);
        place.publish("acme.guard", "1.1.0", &[]);
        place.publish("acme.other", "0.1.0", &["acme.guard ^1"]);
        place.yank("acme.guard", "1.0.0");
        place
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("registry")
    }

    fn home(&self) -> std::path::PathBuf {
        self.folder.path().join("home")
    }

    fn publisher(&self) -> Publisher {
        Publisher::open(&self.root(), &origin(), Voucher::Trust(&trust()), at(NOW), Duration::ZERO).unwrap()
    }

    fn publish(&self, pack: &str, number: &str, needs: &[&str]) -> Release {
        self.publish_as(pack, number, needs, NOW).unwrap().0
    }

    fn publish_as(&self, of: &str, number: &str, needs: &[&str], now: u64) -> Result<(Release, Snapshot), RegistryError> {
        self.publisher().publish(&pack(of, number, needs, "permit"), false, Signing { key: &key(1), now: at(now), lifetime_seconds: 30 * DAY })
    }

    fn yank(&self, pack: &str, number: &str) {
        let signing = Signing { key: &key(1), now: at(NOW), lifetime_seconds: 30 * DAY };
        self.publisher().yank(&name(pack), &version(number), "it leaks", signing).unwrap();
    }

    /// Reads it as a user does who knows its key, at a time.
    fn read_at(&self, now: u64) -> Result<Registry, RegistryError> {
        let registry = Registry::read(&self.root(), &origin(), Voucher::Trust(&trust()), at(now))?;
        registry.must_be_fresh(at(now))?;
        Memory::new(&self.home()).check(&registry)?;
        Ok(registry)
    }

    fn read(&self) -> Result<Registry, RegistryError> {
        self.read_at(NOW + 1)
    }

    /// Takes the place of the registry by a copy of another folder.
    fn replace_by(&self, other: &Path) {
        std::fs::remove_dir_all(self.root()).unwrap();
        copy(other, &self.root());
    }

    fn saved(&self) -> TempDir {
        let to = TempDir::new().unwrap();
        copy(&self.root(), to.path());
        to
    }
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

/// A user who trusts the first key for everything here.
fn trust() -> TrustStore {
    let mut store = TrustStore::default();
    let names = ["a.*", "acme.*", "zeta.*", "registry:packs.example"].map(|n| n.parse().unwrap());
    store.append(Action::Trust { expires: None, key: key(1).verifier().to_string(), names: BTreeSet::from(names) }, at(NOW)).unwrap();
    store
}

/// A pack that was signed and verified. `text` makes it another one of the same name.
fn pack(of: &str, number: &str, needs: &[&str], text: &str) -> VerifiedPack {
    let files = vec![(PackPath::new("a.reach").unwrap(), text.as_bytes().to_vec())];
    let mut pack = UnverifiedPack::new(manifest(of, number, needs), files, None).unwrap();
    pack.sign(&key(1)).unwrap();
    pack.verify(&trust(), at(NOW)).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() { copy(&entry.path(), &to) } else { assert!(std::fs::copy(entry.path(), to).is_ok()) }
    }
}
