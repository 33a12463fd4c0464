//! Packs of a project, from outside: what is installed, what is refused, and that nothing is ever half there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod attacks;
mod installing;
mod locks;
#[path = "../../registry/tests/it/tree.rs"]
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use reach_compiler::Pack;
use reach_keys::{KeyName, SigningKey};
use reach_packs::{Acceptance, Change, InstallError, Lock, Plan, Project, Resolving, Store, Writing, image_of, plan};
use reach_registry::{Memory, Moving, Publisher, Registry, Release, Signing, Voucher};
use reach_statement::{Kind, Manifest, PackName, PackPath, PackVersion, Permissions, Requirement};
use reach_trust::{Action, Timestamp, TrustStore, UnverifiedPack, VerifiedPack};
use tempfile::TempDir;
use tree::files;

/// 2027-01-15T08:00:00Z.
const NOW: u64 = 1_800_000_000;
const DAY: u64 = 86_400;

/// How long a lock is waited for that nobody should hold: a process that another test starts holds it until it has begun.
const PATIENCE: Duration = Duration::from_secs(60);

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

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

/// A user who trusts the first key for everything here.
fn trust() -> TrustStore {
    let mut store = TrustStore::default();
    let names = ["acme.*", "registry:packs.example", "registry:other.example"].map(|n| n.parse().unwrap());
    store.append(Action::Trust { expires: None, key: key(1).verifier().to_string(), names: BTreeSet::from(names) }, at(NOW)).unwrap();
    store
}

/// Compiles a pack, and looks at nothing else.
fn compiled(pack: &VerifiedPack, packs: &[Pack]) -> Result<Vec<u8>, String> {
    image_of(pack.files().iter().map(|(path, bytes)| (path, bytes.as_slice())), packs)
}

/// A pack as it is made, before it is signed. Needs are written `name req`, rights as paths that may be read.
fn draft(of: &str, number: &str, needs: &[&str], read: &[&str], files: &[(&str, &str)]) -> UnverifiedPack {
    let need = |text: &&str| {
        let (of, requirement) = text.split_once(' ').unwrap();
        (name(of), requirement.parse().unwrap())
    };
    let manifest = Manifest {
        description: format!("Guards {of}"),
        exports: None,
        kind: Kind::Policy,
        license: "Apache-2.0".to_owned(),
        name: name(of),
        needs: needs.iter().map(need).collect(),
        parameters: None,
        permissions: Permissions { read: read.iter().map(ToString::to_string).collect(), ..Permissions::default() },
        policies: BTreeSet::from(["**/*.reach".to_owned()]),
        readers: Default::default(),
        reach: ">=0.1, <0.2".parse().unwrap(),
        tools: BTreeSet::new(),
        version: version(number),
    };
    let files = files.iter().map(|(path, text)| (PackPath::new(*path).unwrap(), text.as_bytes().to_vec())).collect();
    UnverifiedPack::new(manifest, files, None).unwrap()
}

fn verified(mut pack: UnverifiedPack) -> VerifiedPack {
    pack.sign(&key(1)).unwrap();
    pack.verify(&trust(), at(NOW)).unwrap()
}

/// A policy of one tool, whose name is part of it: tool names are global.
fn policy(tool: &str) -> String {
    format!("tool {tool}()\npermit p_{tool}\n  on {tool}\n")
}

/// A registry, a user's folder and a project.
struct Place {
    folder: TempDir,
    reach: PackVersion,
    trust: TrustStore,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: TempDir::new().unwrap(), reach: version("0.1.0"), trust: trust() };
        std::fs::create_dir(place.root()).unwrap();
        Publisher::create(&place.registry_folder(), &origin(), place.signing(&key(1))).unwrap();
        place
    }

    /// With two packs: `acme.app` needs `acme.base`, and each may read something.
    fn filled() -> Self {
        let place = Self::new();
        place.publish("acme.base", "1.0.0", &[], &["/base/**"]);
        place.publish("acme.app", "1.0.0", &["acme.base ^1"], &["/app/**"]);
        place
    }

    fn signing<'k>(&self, key: &'k SigningKey) -> Signing<'k> {
        Signing { key, now: at(NOW), lifetime_seconds: 30 * DAY }
    }

    fn registry_folder(&self) -> PathBuf {
        self.folder.path().join("registry")
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn project(&self) -> Project {
        Project::at(self.root())
    }

    fn publish(&self, of: &str, number: &str, needs: &[&str], read: &[&str]) -> Release {
        let tool = of.replace('.', "_");
        self.publish_pack(&verified(draft(of, number, needs, read, &[("policies/a.reach", &policy(&tool)), ("README.md", number)])))
    }

    fn publish_pack(&self, pack: &VerifiedPack) -> Release {
        let publisher = Publisher::open(&self.registry_folder(), &origin(), Voucher::Trust(&trust()), at(NOW), PATIENCE).unwrap();
        publisher.publish(pack, true, self.signing(&key(1))).unwrap().0
    }

    fn registry(&self) -> Registry {
        let registry = Registry::read(&self.registry_folder(), &origin(), Voucher::Trust(&trust()), at(NOW)).unwrap();
        Memory::new(&self.home()).check(&registry).unwrap();
        registry
    }

    fn plan_at(&self, roots: &[&str], moving: Moving, now: u64) -> Result<Plan, InstallError> {
        let home = self.home();
        let store = Store { home: &home, registry: None, trust: &self.trust, now: at(now), reach: &self.reach, examine: &compiled };
        let asked = Resolving { moving, ..Resolving::of(reqs(roots)) };
        plan(self.project().lock()?, asked, &self.registry(), store)
    }

    fn plan(&self, roots: &[&str]) -> Result<Plan, InstallError> {
        self.plan_at(roots, Moving::Nothing, NOW)
    }

    fn apply(&self, plan: Plan, acceptance: &Acceptance) -> Result<Vec<Change>, InstallError> {
        let home = self.home();
        let store = Store { home: &home, registry: None, trust: &self.trust, now: at(NOW), reach: &self.reach, examine: &compiled };
        plan.apply(&Writing::begin(&self.project(), PATIENCE)?, acceptance, store)
    }

    fn install(&self, roots: &[&str]) -> Result<Vec<Change>, InstallError> {
        self.apply(self.plan(roots)?, &all())
    }

    /// Installs what the lock says, without a registry's index.
    fn install_locked(&self, registry: bool) -> Result<Vec<Change>, InstallError> {
        let (home, folder) = (self.home(), reach_registry::Folder::new(self.registry_folder()));
        let store = Store {
            home: &home,
            registry: registry.then_some(&folder as &dyn reach_registry::Files),
            trust: &self.trust,
            now: at(NOW + 1000 * DAY),
            reach: &self.reach,
            examine: &compiled,
        };
        let plan = reach_packs::plan_locked(self.project().lock()?, None, store)?;
        plan.apply(&Writing::begin(&self.project(), PATIENCE)?, &Acceptance::default(), store)
    }

    /// What the language would see: names and versions, or why not.
    fn seen(&self) -> Result<Vec<String>, InstallError> {
        Ok(reach_packs::installed(&self.root(), &self.reach)?.iter().map(|pack| format!("{} {}", pack.name, pack.version)).collect())
    }

    fn file_of(&self, of: &str, number: &str, file: &str) -> PathBuf {
        self.root().join(".reach/packs").join(of).join(number).join(file)
    }

    fn lock(&self) -> Lock {
        self.project().lock().unwrap()
    }
}

fn reqs(roots: &[&str]) -> BTreeMap<PackName, Requirement> {
    roots.iter().map(|text| text.split_once(' ').unwrap()).map(|(of, requirement)| (name(of), requirement.parse().unwrap())).collect()
}

fn all() -> Acceptance {
    Acceptance { all: true, ..Acceptance::default() }
}
