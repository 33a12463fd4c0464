//! Generated command lines: shells start nothing that isn't found, and accept what is understood.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use reach_values::shell::{Opaque, parse};

use super::generate::{damaged, shaped, soup};
use super::{check, sandbox};

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(5), ..ProptestConfig::default() })]

    #[test]
    fn what_holds_of_every_script_holds_of_these(text in prop_oneof![soup(), shaped(), damaged()]) {
        reach_values::fuzz::fuzz_shell(text.as_bytes());
    }
}

fn scale() -> usize {
    std::env::var("REACH_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// Checks generated ones that are understood, in batches.
fn agree(strategy: &impl Strategy<Value = String>, wanted: usize, seed: u64) {
    let seed = std::env::var("REACH_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(seed);
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(seed), ..Config::default() });
    let (mut texts, mut refused, mut tried) = (std::collections::BTreeSet::new(), Vec::new(), 0);
    while texts.len() < wanted * scale() && tried < wanted * scale() * 300 {
        tried += 1;
        let text = strategy.new_tree(&mut runner).unwrap().current();
        let script = parse(&text);
        match script.opaque {
            None if !script.commands.is_empty() => drop(texts.insert(text)),
            Some(Opaque::Syntax) if refused.len() < wanted * scale() / 3 => refused.push(text),
            _ => {}
        }
    }
    let understood = texts.len();
    let texts: Vec<String> = texts.into_iter().chain(refused).collect();
    let mut failures = Vec::new();
    let mut accepted = 0;
    for batch in texts.chunks(400) {
        let texts: Vec<&str> = batch.iter().map(String::as_str).collect();
        let Some(outcomes) = sandbox::run(&texts) else { return };
        for (text, outcome) in texts.iter().zip(&outcomes) {
            failures.extend(check(text, outcome).err());
            let refused = outcome.accepted && parse(text).opaque.is_some();
            accepted += usize::from(refused);
            if refused && std::env::var_os("REACH_SHOW").is_some() {
                println!("refused: {text:?}");
            }
        }
    }
    println!("{understood} of {tried} understood; bash accepts {accepted} of {} that are refused as syntax", texts.len() - understood);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n---\n"));
    assert!(understood * 2 > wanted, "too few are understood: {understood}");
}

#[test]
fn shells_start_only_what_is_found_in_well_formed_lines() {
    agree(&shaped(), 150, 1);
}

#[test]
fn shells_start_only_what_is_found_in_damaged_lines() {
    agree(&damaged(), 100, 2);
}

#[test]
fn shells_start_only_what_is_found_in_nonsense() {
    agree(&soup(), 100, 3);
}
