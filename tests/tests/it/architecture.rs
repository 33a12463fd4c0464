//! The directions of dependencies, as `cargo metadata` tells them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Every crate of the workspace with everything it reaches through normal dependencies.
fn reach() -> BTreeMap<String, BTreeSet<String>> {
    // Only this platform's crates are sure to be on the machine; the others' would have to be fetched.
    let rustc = Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into())).arg("-vV").output().unwrap();
    let version = String::from_utf8(rustc.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let meta: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let name_of =
        |id: &serde_json::Value| meta["packages"].as_array().unwrap().iter().find(|p| p["id"] == *id).map(|p| p["name"].as_str().unwrap().to_owned()).unwrap();
    let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in meta["resolve"]["nodes"].as_array().unwrap() {
        let normal = node["deps"].as_array().unwrap().iter().filter(|d| d["dep_kinds"].as_array().unwrap().iter().any(|k| k["kind"].is_null()));
        direct.insert(name_of(&node["id"]), normal.map(|d| name_of(&d["pkg"])).collect());
    }
    let ours = direct.keys().filter(|n| n.starts_with("reach-")).cloned().collect::<Vec<_>>();
    ours.into_iter()
        .map(|name| {
            let mut seen = BTreeSet::new();
            let mut open = vec![name.clone()];
            while let Some(next) = open.pop() {
                for d in &direct[&next] {
                    if seen.insert(d.clone()) {
                        open.push(d.clone());
                    }
                }
            }
            (name, seen)
        })
        .collect()
}

/// What tools see that run the tests of bundles.
const BESIDE_THE_HARNESS: &[&str] = &[
    "reach-codes",
    "reach-values",
    "reach-grammar",
    "reach-evaluator",
    "reach-compiler",
    "reach-analysis",
    "reach-engine",
    "reach-state",
    "reach-log",
    "reach-harness",
];

#[test]
fn dependencies_point_only_where_the_architecture_says() {
    let reach = reach();
    // Who may see whom among our crates. The tests crate sees all.
    let allowed: &[(&str, &[&str])] = &[
        ("reach-codes", &[]),
        ("reach-values", &[]),
        ("reach-grammar", &["reach-codes"]),
        ("reach-evaluator", &["reach-codes", "reach-values"]),
        ("reach-compiler", &["reach-codes", "reach-values", "reach-grammar", "reach-evaluator"]),
        ("reach-analysis", &["reach-codes", "reach-values", "reach-grammar", "reach-evaluator", "reach-compiler"]),
        ("reach-lint", &["reach-codes", "reach-values", "reach-grammar", "reach-evaluator", "reach-compiler", "reach-analysis"]),
        ("reach-state", &[]),
        ("reach-log", &[]),
        ("reach-engine", &["reach-codes", "reach-values", "reach-evaluator", "reach-state", "reach-log"]),
        ("reach-store", &["reach-codes", "reach-values", "reach-evaluator", "reach-state", "reach-log", "reach-engine"]),
        ("reach-replay", &["reach-codes", "reach-values", "reach-evaluator", "reach-state", "reach-log", "reach-engine", "reach-store"]),
        (
            "reach-harness",
            &[
                "reach-codes",
                "reach-values",
                "reach-grammar",
                "reach-evaluator",
                "reach-compiler",
                "reach-analysis",
                "reach-engine",
                "reach-state",
                "reach-log",
            ],
        ),
        ("reach-mutation", BESIDE_THE_HARNESS),
        ("reach-coverage", BESIDE_THE_HARNESS),
        ("reach-keys", &["reach-codes"]),
        ("reach-statement", &["reach-codes"]),
        ("reach-archive", &["reach-codes", "reach-statement"]),
        ("reach-build", &["reach-codes", "reach-archive", "reach-statement"]),
        ("reach-trust", &["reach-codes", "reach-archive", "reach-keys", "reach-statement"]),
        ("reach-import", &["reach-codes", "reach-values", "reach-grammar"]),
        ("reach-manifest", &["reach-codes", "reach-values", "reach-grammar", "reach-evaluator", "reach-compiler", "reach-analysis", "reach-statement"]),
        (
            "reach-cli",
            &[
                "reach-codes",
                "reach-values",
                "reach-grammar",
                "reach-evaluator",
                "reach-compiler",
                "reach-analysis",
                "reach-lint",
                "reach-engine",
                "reach-state",
                "reach-harness",
                "reach-mutation",
                "reach-coverage",
                "reach-log",
                "reach-store",
                "reach-replay",
                "reach-keys",
                "reach-statement",
                "reach-archive",
                "reach-build",
                "reach-git",
                "reach-trust",
                "reach-import",
                "reach-registry",
                "reach-packs",
                "reach-manifest",
            ],
        ),
        ("reach-git", &["reach-codes", "reach-archive", "reach-keys", "reach-registry", "reach-statement", "reach-trust"]),
        ("reach-registry", &["reach-codes", "reach-archive", "reach-keys", "reach-statement", "reach-trust"]),
        (
            "reach-packs",
            &[
                "reach-codes",
                "reach-values",
                "reach-grammar",
                "reach-evaluator",
                "reach-compiler",
                "reach-archive",
                "reach-keys",
                "reach-registry",
                "reach-statement",
                "reach-trust",
            ],
        ),
    ];
    for (name, seen) in &reach {
        if name == "reach-tests" {
            continue;
        }
        let (_, may) = allowed.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("`{name}` has no row here"));
        for other in seen.iter().filter(|n| n.starts_with("reach-")) {
            assert!(may.contains(&other.as_str()), "`{name}` must not depend on `{other}`");
        }
    }
}

#[test]
fn the_evaluator_sees_no_parser_and_no_outside_world() {
    let reach = reach();
    for banned in ["pest", "pest_derive", "codespan-reporting", "clap", "tokio", "rusqlite", "jsonschema", "rand"] {
        for name in ["reach-values", "reach-evaluator", "reach-engine"] {
            if banned == "codespan-reporting" && name != "reach-values" {
                // The table of codes brings its renderers along.
                continue;
            }
            assert!(!reach[name].contains(banned), "`{name}` must not depend on `{banned}`");
        }
    }
}
