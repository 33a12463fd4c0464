//! What the crate promises, seen from outside: the canonical form against its vectors, and servers that are real processes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod hostile;
mod jcs;
mod live;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reach_import::Launch;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/mcp").join(name)
}

/// A server in Python, with more time than it can need.
fn python(script: &str, arguments: &[&str]) -> Launch {
    let mut command: Vec<OsString> = vec!["python3".into(), fixture(script).into()];
    command.extend(arguments.iter().map(OsString::from));
    let environment = vec![("PATH".into(), std::env::var_os("PATH").unwrap_or_default())];
    Launch { command, environment, timeout: Duration::from_secs(120), version: "0".to_owned() }
}
