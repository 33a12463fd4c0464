//! Building bundles of 1,000, 10,000 and 100,000 rules: ten times the rules should take ten times as long. Each bench asserts what comes of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench that cannot run has to stop")]
#![allow(missing_docs, reason = "the names in the report say it")]

use divan::{Bencher, black_box};
use reach_codes::{FileId, Sources};
use reach_compiler::Workspace;
use reach_compiler::ir::Bundle;
use reach_evaluator::Passes;
use reach_evaluator::image::Image;
use reach_tests::subject::compile_files;
use reach_tests::workload::many_files;

fn main() {
    divan::main();
}

const RULES: [usize; 3] = [1_000, 10_000, 100_000];

fn bundle(rules: usize) -> Bundle {
    let files = many_files(rules);
    compile_files(files.iter().map(|(n, t)| (n.as_str(), t.as_str()))).unwrap()
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn parse(bencher: Bencher, rules: usize) {
    let files = many_files(rules);
    bencher.bench_local(|| {
        files.iter().map(|(_, text)| reach_grammar::parse(FileId(0), black_box(text), &reach_grammar::Limits::LANGUAGE).file.decls.len()).sum::<usize>()
    });
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn parse_and_check(bencher: Bencher, rules: usize) {
    let files = many_files(rules);
    bencher.with_inputs(|| sources(&files)).bench_local_values(|sources| {
        let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::default());
        assert_eq!(compiled.bundle.as_ref().unwrap().rules.len(), rules + 1);
        compiled
    });
}

fn sources(files: &[(String, String)]) -> Sources {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(name.as_str(), text.as_str());
    }
    sources
}

/// A constant in a rule of one file changes: the files are as many as a person would have.
#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn check_again_one_file(bencher: Bencher, rules: usize) {
    let mut files = small_files(rules);
    let mut workspace = Workspace::default();
    workspace.check(sources(&files));
    let mut turn = 0;
    bencher
        .with_inputs(|| {
            turn += 1;
            let text = &mut files[0].1;
            *text = text.replacen("args.amount > ", &format!("args.amount > {turn}"), 1);
            sources(&files)
        })
        .bench_local_values(|sources| {
            assert_eq!(workspace.check(sources).bundle.as_ref().unwrap().rules.len(), rules + 1);
            assert!(workspace.rules_kept() * 100 >= rules * 80, "{} of {rules} rules are kept", workspace.rules_kept());
        });
}

/// The same files, checked as if nothing were known.
#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn check_anew_many_files(bencher: Bencher, rules: usize) {
    let files = small_files(rules);
    bencher.with_inputs(|| sources(&files)).bench_local_values(|sources| reach_compiler::compile(sources, &reach_compiler::Limits::default()));
}

/// A hundred rules a file.
fn small_files(rules: usize) -> Vec<(String, String)> {
    let text = reach_tests::workload::many_rules(rules);
    let declarations: Vec<&str> = text.split_inclusive("\n\n").collect();
    // A tool stands before ten rules.
    declarations.chunks(110).enumerate().map(|(n, all)| (format!("part_{n:05}.reach"), all.concat())).collect()
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn lower(bencher: Bencher, rules: usize) {
    let bundle = bundle(rules);
    bencher.bench_local(|| reach_compiler::lower::lower(black_box(&bundle)).unwrap());
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn encode(bencher: Bencher, rules: usize) {
    let image = reach_compiler::lower::lower(&bundle(rules)).unwrap();
    bencher.bench_local(|| black_box(&image).encode());
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn decode(bencher: Bencher, rules: usize) {
    let bytes = reach_compiler::lower::lower(&bundle(rules)).unwrap().encode();
    bencher.bench_local(|| Image::decode(black_box(&bytes)).unwrap());
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn verify(bencher: Bencher, rules: usize) {
    let image = reach_compiler::lower::lower(&bundle(rules)).unwrap();
    bencher.with_inputs(|| image.clone()).bench_local_values(|image| image.verify().unwrap());
}

/// The same without the passes that make decisions fast.
#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn verify_without_passes(bencher: Bencher, rules: usize) {
    let image = reach_compiler::lower::lower(&bundle(rules)).unwrap();
    bencher.with_inputs(|| image.clone()).bench_local_values(|image| image.verify_with(Passes::NONE).unwrap());
}
