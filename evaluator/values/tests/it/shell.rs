//! Cases of command lines: what is found in them, and what real shells run of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod cases;
mod generate;
mod limits;
mod properties;
mod sandbox;

use std::collections::BTreeSet;

use reach_values::shell::{Script, parse};

/// Returns the base names of the programs that were found.
fn programs(script: &Script) -> BTreeSet<String> {
    let first = |c: &reach_values::shell::Command| c.words.first().cloned().flatten();
    script.commands.iter().filter_map(first).map(|w| w.rsplit('/').next().unwrap_or("").to_owned()).collect()
}

/// Checks that shells started nothing but what was found, where that is said to be all.
fn check(text: &str, outcome: &sandbox::Outcome) -> Result<(), String> {
    let script = parse(text);
    if script.opaque.is_some() {
        return Ok(());
    }
    let found = programs(&script);
    if let Some(other) = outcome.bash.union(&outcome.dash).find(|p| !found.contains(*p)) {
        return Err(format!("`{other}` was started by\n{text}\nwhere only {found:?} was found"));
    }
    if outcome.accepted { Ok(()) } else { Err(format!("bash refuses what is understood:\n{text}")) }
}
