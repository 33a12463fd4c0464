//! What packs cost: making and verifying one of 1,000 files.
//!
//! `cargo bench -p reach-tests --bench packs`. Each file has 2,000 bytes. `hashed` is the SHA-256 of all of them, which everything else is compared
//! with; reading a folder depends on the disk and its cache.
#![allow(clippy::unwrap_used, reason = "a bench stops as a test does")]

use std::fs;

use divan::Bencher;
use divan::counter::BytesCount;
use reach_archive::Archive;
use reach_build::{Options, collect};
use reach_keys::{KeyName, SigningKey};
use reach_statement::{Digest, Kind, Manifest, PackPath, Permissions};
use reach_trust::{Action, Timestamp, TrustStore, UnverifiedPack, verify};
use tempfile::TempDir;

fn main() {
    divan::main();
}

const FILES: usize = 1_000;
const LEN_BYTES: usize = 2_000;

fn manifest() -> Manifest {
    Manifest {
        description: "A pack of many files".to_owned(),
        exports: None,
        kind: Kind::Policy,
        license: "Apache-2.0".to_owned(),
        name: "acme.bench".parse().unwrap(),
        needs: Default::default(),
        parameters: None,
        permissions: Permissions::default(),
        policies: ["policies/*.reach".to_owned()].into(),
        readers: Default::default(),
        reach: ">=0.1".parse().unwrap(),
        tools: Default::default(),
        version: "1.0.0".parse().unwrap(),
    }
}

fn text(n: usize) -> Vec<u8> {
    format!("// rule {n}\n").bytes().cycle().take(LEN_BYTES).collect()
}

fn files() -> Vec<(PackPath, Vec<u8>)> {
    (0..FILES).map(|n| (PackPath::new(format!("policies/p{n:04}.reach")).unwrap(), text(n))).collect()
}

fn key() -> SigningKey {
    SigningKey::from_seed(KeyName::new("acme.example").unwrap(), &[7; 32])
}

fn signed() -> Vec<u8> {
    let mut pack = UnverifiedPack::new(manifest(), files(), None).unwrap();
    pack.sign(&key()).unwrap();
    pack.to_archive().unwrap().write().unwrap()
}

fn trust() -> (TrustStore, Timestamp) {
    let (mut store, now) = (TrustStore::default(), Timestamp::from_secs(1_800_000_000).unwrap());
    let names = ["acme.*".parse().unwrap()].into();
    store.append(Action::Trust { expires: None, key: key().verifier().to_string(), names }, now).unwrap();
    (store, now)
}

/// The SHA-256 of each file.
#[divan::bench]
fn hashed(bencher: Bencher) {
    let files = files();
    bencher.counter(BytesCount::new(FILES * LEN_BYTES)).bench_local(|| files.iter().map(|(_, bytes)| Digest::of(bytes)).max());
}

/// Reads the folder, and looks for secrets.
#[divan::bench]
fn collected(bencher: Bencher) {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("policies")).unwrap();
    for (path, bytes) in files() {
        fs::write(folder.path().join(path.as_str()), bytes).unwrap();
    }
    bencher.counter(BytesCount::new(FILES * LEN_BYTES)).bench_local(|| collect(folder.path(), &Options::default()).unwrap().files.len());
}

/// Makes the statement and the archive of files that were read.
#[divan::bench]
fn built(bencher: Bencher) {
    let files = files();
    bencher
        .counter(BytesCount::new(FILES * LEN_BYTES))
        .with_inputs(|| files.clone())
        .bench_local_values(|files| UnverifiedPack::new(manifest(), files, None).unwrap().to_archive().unwrap().write().unwrap());
}

/// Reads the archive.
#[divan::bench]
fn read(bencher: Bencher) {
    let bytes = signed();
    bencher.counter(BytesCount::new(FILES * LEN_BYTES)).bench_local(|| Archive::read(&bytes).unwrap());
}

/// Reads the archive and verifies it.
#[divan::bench]
fn verified(bencher: Bencher) {
    let (bytes, (store, now)) = (signed(), trust());
    bencher.counter(BytesCount::new(FILES * LEN_BYTES)).bench_local(|| verify(Archive::read(&bytes).unwrap(), &store, now).unwrap());
}
