//! Cases of addresses: `url`, `host`, `ip`, `email`, `iban`; each with its outcome and why.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod email;
mod generate;
mod host;
mod iban;
mod ip;
mod node;
mod python;
mod url;

use std::io::Write;
use std::process::{Command, Stdio};

/// How many cases to generate, `REACH_CASES` times as many as usual.
fn cases(usual: usize) -> usize {
    usual * std::env::var("REACH_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// Gives a script lines and returns those that it prints; none, with a message, where the program isn't there.
///
/// # Panics
/// The script fails, or in CI the program isn't there.
fn ask(program: &str, arguments: &[&str], lines: &[String]) -> Option<Vec<String>> {
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            crate::skip(&format!("agreement with {program}"), &format!("it can't be started: {error}"));
            return None;
        }
    };
    let mut stdin = child.stdin.take().unwrap();
    let text = lines.join("\n");
    // The script reads everything before it writes.
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} failed");
    let answers: Vec<_> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), lines.len(), "{program} answers every line");
    Some(answers)
}

#[test]
fn generated_addresses_keep_the_promises_of_the_fuzz_target() {
    let mut random = generate::Random(3);
    for _ in 0..cases(10_000) {
        let text = generate::any(&mut random);
        reach_values::fuzz::fuzz_network(text.as_bytes());
        let noise: Vec<_> = (0..random.below(40)).flat_map(|_| random.next().to_le_bytes()).collect();
        reach_values::fuzz::fuzz_network(&noise);
    }
}
