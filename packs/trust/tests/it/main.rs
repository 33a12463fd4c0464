//! Packs that are signed, and who is trusted, from outside: against published vectors, another implementation, and what an attacker would send.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod every_byte;
mod files;
mod hostile;
mod properties;
mod refusals;
mod stores;
mod vectors;

use reach_archive::Archive;
use reach_keys::{KeyName, SigningKey};
use reach_statement::{Kind, Manifest, PackPath, Permissions};
use reach_trust::{Action, NamePattern, Timestamp, TrustStore, UnverifiedPack};

/// A key that is the same each time.
fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(KeyName::new(name).unwrap(), &[seed; 32])
}

/// A point in time, in days from one at which nothing has ended yet.
fn day(days: u64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + days * 86_400).unwrap()
}

fn manifest(name: &str) -> Manifest {
    Manifest {
        description: "Guards a bank".to_owned(),
        exports: None,
        kind: Kind::Policy,
        license: "Apache-2.0".to_owned(),
        name: name.parse().unwrap(),
        needs: Default::default(),
        parameters: None,
        permissions: Permissions::default(),
        policies: ["policies/**/*.reach".to_owned()].into(),
        readers: Default::default(),
        reach: ">=0.1, <0.2".parse().unwrap(),
        tools: ["send_money".to_owned()].into(),
        version: "1.2.0".parse().unwrap(),
    }
}

fn file(path: &str, text: &str) -> (PackPath, Vec<u8>) {
    (path.parse().unwrap(), text.as_bytes().to_vec())
}

/// The pack `acme.bank_guard` with these signatures.
fn pack(signers: &[&SigningKey]) -> UnverifiedPack {
    let files = vec![file("pack.reach", "pack acme.bank_guard\n"), file("policies/a.reach", "permit all\n")];
    let mut pack = UnverifiedPack::new(manifest("acme.bank_guard"), files, None).unwrap();
    for signer in signers {
        pack.sign(signer).unwrap();
    }
    pack
}

/// It as what is read of its file.
fn archive(pack: &UnverifiedPack) -> Archive {
    Archive::read(&pack.to_archive().unwrap().write().unwrap()).unwrap()
}

fn trusting(key: &SigningKey, names: &[&str], expires: Option<Timestamp>) -> Action {
    Action::Trust { expires, key: key.verifier().to_string(), names: names.iter().map(|n| n.parse::<NamePattern>().unwrap()).collect() }
}

fn revoking(key: &SigningKey) -> Action {
    Action::Revoke { key: key.verifier().to_string(), reason: "lost".to_owned(), since: None }
}

fn needing(pattern: &str, needed: u32) -> Action {
    Action::Threshold { needed, pattern: pattern.parse().unwrap() }
}

fn store(actions: &[Action]) -> TrustStore {
    let mut store = TrustStore::default();
    for action in actions {
        store.append(action.clone(), day(0)).unwrap();
    }
    store
}
