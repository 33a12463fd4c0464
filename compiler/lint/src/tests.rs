//! What the tests of lints share, and what must hold of all of them.

mod edges;
mod examples;
mod fixes;
mod hostile;
mod settings;
mod told;
mod uses;

use reach_analysis::{Limits, Play};
use reach_codes::{Code, Sources, render};
use reach_compiler::{Bundle, Compiled, Pack, ir};
use reach_harness::Replay;

use crate::{Config, Finding, Input, Report, lint};

/// The day of the tests.
pub(crate) const TODAY: &str = "2026-01-01";

#[track_caller]
pub(crate) fn compiled(text: &str) -> Compiled {
    tried(text).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// Compiles a text, or says what is wrong with it.
pub(crate) fn tried(text: &str) -> Result<Compiled, String> {
    tried_with(text, &[])
}

/// Compiles a text with packs at hand, their names and rules, or says what is wrong with it.
pub(crate) fn tried_with(text: &str, packs: &[(&str, &str)]) -> Result<Compiled, String> {
    let one = |name: &str, text: &str| {
        let mut sources = Sources::new();
        sources.add(name, text);
        sources
    };
    let pack = |(name, rules): &(&str, &str)| Pack { name: (*name).to_owned(), version: "1.0.0".to_owned(), digest: None, sources: one("rules.reach", rules) };
    let bundle = Bundle { sources: one("policy.reach", text), packs: packs.iter().map(pack).collect() };
    let compiled = reach_compiler::compile(bundle, &reach_compiler::Limits::default());
    if compiled.bundle.is_some() { Ok(compiled) } else { Err(format!("{text}\n{}", render::text(&compiled.sources, &compiled.diagnostics, false))) }
}

/// Lints a bundle without errors.
pub(crate) fn report(compiled: &Compiled, config: &Config) -> Report {
    let play = |bundle: &ir::Bundle| Replay::new(bundle).ok().map(|r| Box::new(r) as Box<dyn Play>);
    let play_tests = |bundle: &ir::Bundle| Replay::pinned(bundle).ok().map(|r| Box::new(r) as Box<dyn Play>);
    let today = reach_values::time::parse_date(TODAY).ok();
    let bundle = compiled.bundle.as_ref().unwrap();
    lint(&Input { compiled, bundle, play: &play, play_tests: &play_tests, config, today, limits: &Limits::default() })
}

/// Returns what the lints find in a text, with the configuration that nobody changed.
pub(crate) fn found(text: &str) -> Vec<Finding> {
    report(&compiled(text), &Config::default()).findings
}

/// Returns what one lint finds in a text: the texts that its findings point at.
pub(crate) fn at(code: Code, text: &str) -> Vec<String> {
    at_with(code, text, &[])
}

/// As [`at`], with packs at hand.
#[track_caller]
pub(crate) fn at_with(code: Code, text: &str, packs: &[(&str, &str)]) -> Vec<String> {
    let compiled = tried_with(text, packs).unwrap_or_else(|wrong| panic!("{wrong}"));
    let mut config = Config::default();
    config.only(&[code]);
    let findings = report(&compiled, &config).findings;
    findings.iter().map(|f| compiled.sources.text(f.diagnostic.span().unwrap()).to_owned()).collect()
}

/// Returns the text with all fixes of one lint, as many rounds as there are.
#[track_caller]
pub(crate) fn fixed(code: Code, text: &str) -> String {
    let mut config = Config::default();
    config.only(&[code]);
    let mut text = text.to_owned();
    for _ in 0..20 {
        let compiled = compiled(&text);
        let findings = report(&compiled, &config).findings;
        let fixed = crate::apply(&compiled.sources, findings.iter().enumerate());
        let Some((_, new)) = fixed.texts.into_iter().next() else { return text };
        text = new;
    }
    panic!("fixing never ends:\n{text}");
}

#[test]
fn a_bundle_without_tests_is_not_built_to_play_them() {
    let compiled = compiled("tool t(n: int)\n\npermit p\n  on t\n  when args.n > 1\n");
    let play = |_: &ir::Bundle| -> Option<Box<dyn Play>> { panic!("there is nothing to play") };
    let (bundle, config) = (compiled.bundle.as_ref().unwrap(), Config::default());
    let report = lint(&Input { compiled: &compiled, bundle, play: &play, play_tests: &play, config: &config, today: None, limits: &Limits::default() });
    assert!(report.lints > 50, "{report:?}");
}
