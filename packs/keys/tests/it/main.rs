//! Keys, their files, and notes, from outside: against published vectors, another implementation, and what an attacker would send.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod files;
mod forms;
mod keys;
mod notes;
mod oracle;
mod properties;
mod wycheproof;

use reach_keys::{KeyName, SigningKey, VerifierKey};

/// A key that is the same each time.
fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(KeyName::new(name).unwrap(), &[seed; 32])
}

fn verifiers(keys: &[&SigningKey]) -> Vec<VerifierKey> {
    keys.iter().map(|key| key.verifier()).collect()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Says that a test is left out, or fails where all must run (`CI` is set).
fn skip(what: &str, why: &str) {
    use std::io::Write as _;
    assert!(std::env::var_os("CI").is_none(), "{what} must work here: {why}");
    // Written past the test runner, which shows what passing tests print to nobody.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}, because {why}");
}
