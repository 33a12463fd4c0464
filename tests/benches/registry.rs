//! What packs cost: choosing versions among 1,000 packs, reading such a registry, installing a pack of 1,000 files.
//!
//! `cargo bench -p reach-tests --bench registry`. Installing brings each file onto the disk: how long that takes is the disk's own affair, so compare the row
//! with `write_and_sync`.
#![allow(clippy::unwrap_used, reason = "a bench stops as a test does")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;
use reach_keys::{KeyName, SigningKey};
use reach_packs::{Acceptance, Lock, Project, Resolving, Store, Writing, installed, plan};
use reach_registry::{Candidate, MAX_STEPS, Memory, Moving, Problem, Publisher, Registry, Signing, Universe, Voucher, resolve};
use reach_statement::{Kind, Manifest, PackName, PackPath, PackVersion, Permissions};
use reach_trust::{Action, Timestamp, TrustStore, UnverifiedPack, VerifiedPack};
use tempfile::TempDir;

/// Compiles a pack, and looks at nothing else.
fn compiled(pack: &reach_trust::VerifiedPack, packs: &[reach_compiler::Pack]) -> Result<Vec<u8>, String> {
    reach_packs::image_of(pack.files().iter().map(|(path, bytes)| (path, bytes.as_slice())), packs)
}

fn main() {
    divan::main();
}

const PACKS: usize = 1_000;

fn name(at: usize) -> PackName {
    format!("acme.p{at}").parse().unwrap()
}

fn version(text: &str) -> PackVersion {
    text.parse().unwrap()
}

/// 1,000 packs of ten versions; each needs up to five of those behind it, in the newest or the one before.
fn universe() -> Universe {
    let mut universe = Universe::default();
    for at in 0..PACKS {
        for minor in 0..10 {
            let needs = (1..=5).map(|step| at + step * step).filter(|other| *other < PACKS);
            let needs: BTreeMap<_, _> = needs.map(|other| (name(other), format!(">=1.{}, <2", minor / 2).parse().unwrap())).collect();
            let number = version(&format!("1.{minor}.0"));
            universe.add(name(at), Candidate { version: number, needs, reach: "*".parse().unwrap(), yanked: None });
        }
    }
    universe
}

/// Finds versions for all of them.
#[divan::bench]
fn resolve_1000_packs(bencher: Bencher) {
    let universe = universe();
    let roots = BTreeMap::from([(name(0), "^1".parse().unwrap())]);
    let reach = version("0.1.0");
    bencher.counter(ItemsCount::new(PACKS)).bench_local(|| {
        let locked = BTreeMap::new();
        let problem = Problem { universe: &universe, roots: &roots, locked: &locked, moving: &Moving::Nothing, reach: &reach, max_steps: MAX_STEPS };
        resolve(&problem).unwrap()
    });
}

/// Finds out that the last pack of a chain asks for what there isn't, and says why.
#[divan::bench]
fn explain_a_conflict_among_1000_packs(bencher: Bencher) {
    let mut universe = universe();
    let needs = BTreeMap::from([(name(0), "^9".parse().unwrap())]);
    for minor in 0..10 {
        let candidate = Candidate { version: version(&format!("1.{minor}.0")), needs: needs.clone(), reach: "*".parse().unwrap(), yanked: None };
        universe.add(name(PACKS - 1), candidate);
    }
    let roots = BTreeMap::from([(name(0), "^1".parse().unwrap())]);
    let reach = version("0.1.0");
    bencher.bench_local(|| {
        let locked = BTreeMap::new();
        let problem = Problem { universe: &universe, roots: &roots, locked: &locked, moving: &Moving::Nothing, reach: &reach, max_steps: MAX_STEPS };
        resolve(&problem).unwrap_err()
    });
}

fn now() -> Timestamp {
    Timestamp::from_secs(1_800_000_000).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(KeyName::new("packs.example").unwrap(), &[1; 32])
}

fn trust() -> TrustStore {
    let mut store = TrustStore::default();
    let names = BTreeSet::from(["acme.*", "registry:packs.example"].map(|n| n.parse().unwrap()));
    store.append(Action::Trust { expires: None, key: key().verifier().to_string(), names }, now()).unwrap();
    store
}

fn pack(of: PackName, files: usize) -> VerifiedPack {
    let manifest = Manifest {
        description: "A pack".to_owned(),
        exports: None,
        kind: Kind::Policy,
        license: "Apache-2.0".to_owned(),
        name: of,
        needs: BTreeMap::new(),
        parameters: None,
        permissions: Permissions::default(),
        policies: BTreeSet::from(["**/*.reach".to_owned()]),
        readers: Default::default(),
        reach: "*".parse().unwrap(),
        tools: BTreeSet::new(),
        version: version("1.0.0"),
    };
    let text = |at: usize| format!("tool t{at}(a: int)\npermit p{at}\n  on t{at}\n  when args.a < {at}\n").into_bytes();
    let files = (0..files).map(|at| (PackPath::new(format!("policies/{}/{at}.reach", at % 10)).unwrap(), text(at))).collect();
    let mut pack = UnverifiedPack::new(manifest, files, None).unwrap();
    pack.sign(&key()).unwrap();
    pack.verify(&trust(), now()).unwrap()
}

/// A registry with packs.
fn registry(packs: impl Iterator<Item = VerifiedPack>) -> TempDir {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("registry");
    let origin = KeyName::new("packs.example").unwrap();
    let key = key();
    let signing = Signing { key: &key, now: now(), lifetime_seconds: 86_400 };
    Publisher::create(&root, &origin, signing).unwrap();
    for pack in packs {
        Publisher::open(&root, &origin, Voucher::Own(&key.verifier()), now(), Duration::ZERO).unwrap().publish(&pack, false, signing).unwrap();
    }
    folder
}

fn read(folder: &TempDir) -> Registry {
    Registry::read(&folder.path().join("registry"), &KeyName::new("packs.example").unwrap(), Voucher::Trust(&trust()), now()).unwrap()
}

/// Reads, verifies and remembers a registry of 200 packs.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn read_a_registry_of_200_packs(bencher: Bencher) {
    let folder = registry((0..200).map(|at| pack(name(at), 1)));
    let home = TempDir::new().unwrap();
    bencher.counter(ItemsCount::new(200usize)).bench_local(|| {
        let registry = read(&folder);
        Memory::new(home.path()).check(&registry).unwrap();
        registry
    });
}

/// Fetches, verifies, compiles and writes a pack of 1,000 files, each of which is on the disk at the end.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn install_a_pack_of_1000_files(bencher: Bencher) {
    let folder = registry(std::iter::once(pack(name(0), 1_000)));
    let (registry, trust, reach) = (read(&folder), trust(), version("0.1.0"));
    bencher.counter(ItemsCount::new(1_000usize)).with_inputs(|| TempDir::new().unwrap()).bench_local_values(|place| {
        let home = place.path().join("home");
        let store = Store { home: &home, registry: None, trust: &trust, now: now(), reach: &reach, examine: &compiled };
        let project = Project::at(place.path());
        let writing = Writing::begin(&project, Duration::ZERO).unwrap();
        let roots = BTreeMap::from([(name(0), "*".parse().unwrap())]);
        let plan = plan(Lock::default(), Resolving::of(roots), &registry, store).unwrap();
        plan.apply(&writing, &Acceptance { all: true, ..Acceptance::default() }, store).unwrap();
        place
    });
}

/// Compares an installed pack of 1,000 files with the lock, as each `use` does.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn check_an_installed_pack_of_1000_files(bencher: Bencher) {
    let folder = registry(std::iter::once(pack(name(0), 1_000)));
    let (registry, trust, reach) = (read(&folder), trust(), version("0.1.0"));
    let place = TempDir::new().unwrap();
    let home = place.path().join("home");
    let store = Store { home: &home, registry: None, trust: &trust, now: now(), reach: &reach, examine: &compiled };
    let writing = Writing::begin(&Project::at(place.path()), Duration::ZERO).unwrap();
    let roots = BTreeMap::from([(name(0), "*".parse().unwrap())]);
    let plan = plan(Lock::default(), Resolving::of(roots), &registry, store).unwrap();
    plan.apply(&writing, &Acceptance { all: true, ..Acceptance::default() }, store).unwrap();
    bencher.counter(ItemsCount::new(1_000usize)).bench_local(|| installed(place.path(), &reach).unwrap());
}

/// Writes 1,000 small files and brings each onto the disk, one after the other: what the disk alone takes.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn write_and_sync_1000_files(bencher: Bencher) {
    bencher.counter(ItemsCount::new(1_000usize)).with_inputs(|| TempDir::new().unwrap()).bench_local_values(|place| {
        for at in 0..1_000 {
            let path = place.path().join(at.to_string());
            std::fs::write(&path, "tool t(a: int)\npermit p\n  on t\n").unwrap();
            std::fs::File::open(&path).unwrap().sync_all().unwrap();
        }
        place
    });
}
