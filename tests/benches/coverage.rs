//! What measuring coverage costs, beside running the tests alone: the tests of the shipped policies, on one thread.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench stops where a test would")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use divan::Bencher;
use reach_coverage::{Model, measure};
use reach_harness::{Progress, TestOptions, run_tests};
use reach_tests::subject::Subject;

fn main() {
    divan::main();
}

const BUNDLES: &[&str] = &["agents/dailylife", "banking", "coding-agent", "database", "mail", "support", "web"];

fn subject(name: &str) -> Subject {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").join(name);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "reach")).collect();
    paths.sort();
    let files: Vec<(String, String)> =
        paths.iter().map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(p).unwrap())).collect();
    Subject::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap()
}

fn options() -> TestOptions {
    TestOptions { jobs: 1, ..TestOptions::default() }
}

/// The tests alone.
#[divan::bench(args = BUNDLES)]
fn tests(bencher: Bencher<'_, '_>, name: &str) {
    let subject = subject(name);
    bencher.bench_local(|| run_tests(Arc::clone(&subject.image), &subject.bundle, &options()));
}

/// The tests, measured.
#[divan::bench(args = BUNDLES)]
fn tests_measured(bencher: Bencher<'_, '_>, name: &str) {
    let subject = subject(name);
    let model = Model::of(&subject.bundle, &subject.image).unwrap();
    bencher.bench_local(|| measure(&subject.image, &subject.bundle, &model, &options(), &Progress::UNSEEN));
}

/// All of it: what there is to cover, and the tests.
#[divan::bench(args = BUNDLES)]
fn model_and_tests_measured(bencher: Bencher<'_, '_>, name: &str) {
    let subject = subject(name);
    bencher.bench_local(|| {
        let model = Model::of(&subject.bundle, &subject.image).unwrap();
        measure(&subject.image, &subject.bundle, &model, &options(), &Progress::UNSEEN)
    });
}
