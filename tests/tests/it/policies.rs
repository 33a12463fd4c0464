//! The policies that ship: sound, formatted, tested, and between them every construct that works.

mod constructs;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use reach_analysis::Play;
use reach_codes::{Level, Sources};
use reach_compiler::{Built, Bundle, Compiled, Limits, MANIFEST, Pack, compile};
use reach_harness::Replay;
use reach_lint::{Config, Input, Report};

use crate::docs::root;

/// The bundles below `policies`, by name.
pub(crate) fn bundles() -> Vec<(String, Vec<(String, String)>)> {
    let read = |folder: PathBuf| {
        let mut files: Vec<(String, String)> = Vec::new();
        let mut open = vec![(String::new(), folder)];
        while let Some((prefix, folder)) = open.pop() {
            let mut here: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
            here.sort();
            let holds = here.iter().any(|path| path.extension().is_some_and(|e| e == "reach"));
            for path in here {
                let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
                if path.is_dir() {
                    // What is below a folder with policies is part of it; a folder without is a collection.
                    if holds {
                        open.push((format!("{name}/"), path));
                    }
                } else if name.ends_with(".reach") {
                    files.push((name, fs::read_to_string(&path).unwrap()));
                }
            }
        }
        files.sort();
        files
    };
    // A folder that has no policies of its own has folders of them.
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root().join("policies"))];
    while let Some((prefix, folder)) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap()).filter(|e| e.file_type().unwrap().is_dir()) {
            let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            let files = read(entry.path());
            if files.is_empty() {
                open.push((format!("{name}/"), entry.path()));
            } else {
                found.push((name, files));
            }
        }
    }
    found.sort();
    assert!(found.len() >= 5, "policies are looked for in the wrong place");
    found
}

fn sources(files: &[(String, String)]) -> Sources {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(name.as_str(), text.as_str());
    }
    sources
}

/// Those that use no pack, so that their files alone compile.
pub(crate) fn alone() -> Vec<(String, Vec<(String, String)>)> {
    bundles().into_iter().filter(|(_, files)| reach_compiler::used_packs(&sources(files)).is_empty()).collect()
}

/// A bundle with the packs that ship at hand.
fn given(files: &[(String, String)]) -> Bundle {
    static PACKS: OnceLock<Vec<Pack>> = OnceLock::new();
    let packs = PACKS.get_or_init(|| {
        let of_pack = |(_, files): (String, Vec<(String, String)>)| {
            let (_, manifest) = files.iter().find(|(name, _)| name == MANIFEST)?;
            let (name, version) = reach_compiler::name_and_version(manifest).unwrap();
            Some(Pack { name, version, digest: None, sources: sources(&files) })
        };
        bundles().into_iter().filter_map(of_pack).collect()
    });
    Bundle { sources: sources(files), packs: packs.clone() }
}

fn compiled(files: &[(String, String)]) -> Compiled {
    compile(given(files), &Limits::default())
}

pub(crate) fn built(files: &[(String, String)]) -> Built {
    reach_compiler::build(given(files)).unwrap_or_else(|(sources, found)| panic!("{}", reach_codes::render::text(&sources, &found, false)))
}

#[test]
fn every_bundle_compiles_without_a_warning() {
    for (name, files) in bundles() {
        let compiled = compiled(&files);
        let found: Vec<_> = compiled.diagnostics.iter().filter(|d| d.level > Level::Note).cloned().collect();
        assert!(found.is_empty(), "{name}\n{}", reach_codes::render::text(&compiled.sources, &found, false));
        assert!(compiled.bundle.is_some(), "{name} has no error and no bundle");
    }
}

/// Lints a bundle without errors, on the day on which its tests begin.
pub(crate) fn lint(compiled: &Compiled, config: &Config) -> Report {
    let boxed = |replay: Replay| Box::new(replay) as Box<dyn Play>;
    let play = |bundle: &reach_compiler::ir::Bundle| Replay::new(bundle).ok().map(boxed);
    let play_tests = |bundle: &reach_compiler::ir::Bundle| Replay::pinned(bundle).ok().map(boxed);
    let today = reach_values::time::parse_date("2026-01-01").ok();
    let bundle = compiled.bundle.as_ref().unwrap();
    reach_lint::lint(&Input { compiled, bundle, play: &play, play_tests: &play_tests, config, today, limits: &reach_analysis::Limits::default() })
}

#[test]
fn every_bundle_is_lint_clean() {
    for (name, files) in bundles() {
        let compiled = compiled(&files);
        let report = lint(&compiled, &Config::default());
        let found: Vec<_> = report.findings.into_iter().map(|f| f.diagnostic).collect();
        assert!(report.lints >= 40, "only {} lints looked at {name}", report.lints);
        assert!(found.is_empty(), "{name}\n{}", reach_codes::render::text(&compiled.sources, &found, false));
    }
}

#[test]
fn what_a_bundle_allows_it_says_why() {
    for (name, files) in bundles() {
        for (file, text) in files {
            let lines: Vec<&str> = text.lines().collect();
            for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("@allow(") && !line.contains("path-without-real")) {
                let before = lines[..at].iter().rev().find(|line| !line.starts_with('@'));
                assert!(before.is_some_and(|line| line.starts_with("//")), "policies/{name}/{file}:{}: an `@allow` without a reason", at + 1);
            }
        }
    }
}

#[test]
fn every_bundle_is_formatted() {
    for (name, files) in bundles() {
        for (file, text) in files {
            let formatted = reach_grammar::format(&text, &reach_grammar::Limits::default()).unwrap();
            let line = text.lines().zip(formatted.lines()).position(|(a, b)| a != b).map_or(0, |l| l + 1);
            assert!(formatted == text, "policies/{name}/{file} is not formatted, line {line}: `reach policy fmt policies` does it");
        }
    }
}

#[test]
fn every_bundle_passes_its_tests() {
    for (name, files) in bundles() {
        let Built { bundle, image, .. } = built(&files);
        let report = reach_harness::run_tests(Arc::new(image), &bundle, &reach_harness::TestOptions::default());
        assert!(report.ok() && report.failed == 0, "{name}\n{}", report.text(false, false));
        // A pack that only declares has little to test.
        let least = if name.starts_with("packs/") { 1 } else { 10 };
        assert!(report.passed >= least, "{name} has few tests: {}", report.passed);
    }
}

#[test]
fn every_rule_decides_in_some_test() {
    for (name, files) in bundles() {
        let bundle = compiled(&files).bundle.unwrap();
        let named: Vec<&str> = bundle.tests.iter().flat_map(|t| &t.items).filter_map(|i| i.expect.as_ref()).flat_map(|e| &e.by).map(String::as_str).collect();
        for rule in bundle.own_rules() {
            // What an `oblige` does is seen in the arguments, what an advisory rule does nowhere in a decision.
            if rule.effect != reach_compiler::ir::Effect::Oblige && !rule.advisory {
                assert!(named.contains(&rule.name.as_str()), "no test of policies/{name} expects a decision by `{}`", rule.name);
            }
        }
    }
}

#[test]
fn the_code_of_every_bundle_is_as_it_was_and_the_same_on_every_build() {
    for (name, files) in bundles() {
        let (one, two) = (built(&files), built(&files));
        assert!(one.image.to_image().encode() == two.image.to_image().encode(), "{name} is built in two ways");
        insta::with_settings!({ snapshot_path => "policies/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.as_str(), reach_evaluator::disassemble(&one.image.to_image()));
        });
    }
}
