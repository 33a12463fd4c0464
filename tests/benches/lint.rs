//! Linting bundles of 1,000, 10,000 and 100,000 rules: reading, checking and all lints, as `reach policy lint` does. It must take less than a
//! second for 10,000, and less than ten for 100,000. Each bench asserts what is found, so that a fast wrong answer fails.
#![allow(clippy::unwrap_used, reason = "a bench that cannot run has to stop")]
#![allow(missing_docs, reason = "the names in the report say it")]

use divan::{Bencher, black_box};
use reach_analysis::{Effort, Limits, Play, survey};
use reach_codes::Sources;
use reach_compiler::{Compiled, ir};
use reach_evaluator::image::Image;
use reach_harness::Replay;
use reach_lint::{Config, Input, Report};
use reach_tests::workload::lint::{Shape, files};

fn main() {
    divan::main();
}

const RULES: [usize; 3] = [1_000, 10_000, 100_000];

fn compiled(files: &[(String, String)]) -> Compiled {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(name.as_str(), text.as_str());
    }
    reach_compiler::compile(sources, &reach_compiler::Limits::default())
}

fn lint(files: &[(String, String)]) -> Report {
    report(&compiled(files))
}

fn report(compiled: &Compiled) -> Report {
    let bundle = compiled.bundle.as_ref().unwrap();
    let boxed = |replay: Replay| Box::new(replay) as Box<dyn Play>;
    let play = |bundle: &ir::Bundle| Replay::new(bundle).ok().map(boxed);
    let play_tests = |bundle: &ir::Bundle| Replay::pinned(bundle).ok().map(boxed);
    let config = Config::default();
    reach_lint::lint(&Input { compiled, bundle, play: &play, play_tests: &play_tests, config: &config, today: Some(20_454), limits: &Limits::default() })
}

fn whole(bencher: Bencher, shape: Shape, rules: usize) {
    let files = files(shape, rules);
    bencher.bench_local(|| {
        let report = lint(black_box(&files));
        assert!(report.untold * 100 <= rules, "{} of {rules} rules are not told apart", report.untold);
        report
    });
}

/// Everything that a build does: reading, checking, all lints, and a verified image.
#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn a_build_ten_rules_a_tool(bencher: Bencher, rules: usize) {
    build(bencher, Shape::TenATool, rules);
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn a_build_one_rule_a_tool(bencher: Bencher, rules: usize) {
    build(bencher, Shape::OneATool, rules);
}

fn build(bencher: Bencher, shape: Shape, rules: usize) {
    let files = files(shape, rules);
    bencher.bench_local(|| {
        let compiled = compiled(black_box(&files));
        let report = report(&compiled);
        assert!(report.untold * 100 <= rules, "{} of {rules} rules are not told apart", report.untold);
        let bytes = reach_compiler::lower(compiled.bundle.as_ref().unwrap()).unwrap().encode();
        (report, Image::decode(&bytes).unwrap().verify().unwrap())
    });
}

/// Ten rules a tool, of ten kinds.
#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn a_lint_ten_rules_a_tool(bencher: Bencher, rules: usize) {
    whole(bencher, Shape::TenATool, rules);
}

/// A tool for each rule.
#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn a_lint_one_rule_a_tool(bencher: Bencher, rules: usize) {
    whole(bencher, Shape::OneATool, rules);
}

/// All rules about one tool; they differ in a constant.
#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn a_lint_all_about_one_tool(bencher: Bencher, rules: usize) {
    whole(bencher, Shape::OneTool, rules);
}

/// What is proved alone, of a bundle that is there.
#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn b_survey_ten_rules_a_tool(bencher: Bencher, rules: usize) {
    proved(bencher, Shape::TenATool, rules);
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn b_survey_one_rule_a_tool(bencher: Bencher, rules: usize) {
    proved(bencher, Shape::OneATool, rules);
}

#[divan::bench(args = RULES, sample_count = 5, sample_size = 1)]
fn b_survey_all_about_one_tool(bencher: Bencher, rules: usize) {
    proved(bencher, Shape::OneTool, rules);
}

fn proved(bencher: Bencher, shape: Shape, rules: usize) {
    let bundle = compiled(&files(shape, rules)).bundle.unwrap();
    bencher.bench_local(|| {
        let survey = survey(black_box(&bundle), &Effort::of(bundle.rules.len()));
        assert!(survey.findings.is_empty(), "{:?}", survey.findings.first());
        survey
    });
}
