//! What is said to stay within the permissions is played: the engine permits nothing beyond.

use proptest::prelude::*;
use reach_analysis::{Effect, Play as _, Played};
use reach_harness::Replay;
use reach_values::path;
use reach_values::pattern::Pattern;

use crate::{messages, pack};

const GLOBS: [&str; 8] = ["/data/**", "/data/*", "/data", "/etc/**", "*.txt", "data/**", "/data/a/**", "**/b"];
const PATHS: [&str; 22] = [
    "/",
    "/data",
    "/data/",
    "/data/a",
    "/data/a/b",
    "/data/a.txt",
    "/data/a/../b",
    "/etc",
    "/etc/passwd",
    "/etc/x.txt",
    "data",
    "data/a",
    "./data/b",
    "../data/a",
    "a.txt",
    "b",
    "/b",
    "/x/b",
    "~/a",
    "~/data/a.txt",
    "/data/.hidden",
    "/datax",
];

fn condition() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        proptest::sample::select(&GLOBS[..]).prop_map(|glob| format!("args.file matches glob\"{glob}\"")),
        proptest::sample::select(&["/data", "/", "/etc", "data", "/data/a"][..]).prop_map(|folder| format!("args.file within \"{folder}\"")),
        proptest::sample::select(&["/data/a", "/etc/passwd", "data/a"][..]).prop_map(|file| format!("args.file == \"{file}\"")),
        Just("args.n > 3".to_owned()),
    ];
    atom.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

fn rule() -> impl Strategy<Value = String> {
    let word = prop_oneof![3 => Just("permit"), 1 => Just("ask"), 1 => Just("forbid"), 1 => Just("otherwise ask")];
    (word, proptest::option::weighted(0.9, condition()), proptest::option::weighted(0.3, condition())).prop_map(|(word, when, unless)| {
        let clause = |word: &str, cond: Option<String>| cond.map(|cond| format!(" {word} {cond}")).unwrap_or_default();
        format!("{word} NAME on fetch{}{}", clause("when", when), clause("unless", unless))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_said_to_be_within_is_beyond(rules in proptest::collection::vec(rule(), 1..4), read in proptest::collection::btree_set(proptest::sample::select(&GLOBS[..]), 0..3)) {
        let rules: String = rules.iter().enumerate().map(|(n, rule)| rule.replace("NAME", &format!("r{n}")) + "\n").collect();
        let globs: Vec<String> = read.iter().map(|glob| format!("glob\"{glob}\"")).collect();
        let entries = format!("tools: [fetch]\n  readers: [fetch]\n  permissions {{ read: [{}] }}", globs.join(", "));
        let looked = pack(&entries, &format!("tool fetch(file: path, n: int)\n{rules}"));
        let Some(bundle) = &looked.compiled.bundle else { return Err(TestCaseError::fail(messages(&looked))) };
        let replay = Replay::new(bundle).unwrap();
        let mut beyond = Vec::new();
        for file in PATHS {
            for n in [0, 9] {
                let event = serde_json::json!({ "type": "call", "id": "a", "name": "fetch", "args": { "file": file, "n": n } }).to_string();
                let Some(Played::Decided(decided)) = replay.play(&[event]).pop() else { continue };
                let normal = path::normalize(file).unwrap();
                let within = read.iter().any(|glob| Pattern::glob(glob, false).unwrap().matches(&normal) == Some(true));
                if decided.effect != Effect::Forbid && !within {
                    beyond.push(file);
                }
            }
        }
        prop_assert!(beyond.is_empty() || !looked.is_ok(), "{beyond:?} are permitted\n{rules}{entries}\n{}", messages(&looked));
    }
}
