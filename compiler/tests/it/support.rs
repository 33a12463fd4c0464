//! What the tests share: one narrow way in.

use reach_codes::{Diagnostic, Sources};
use reach_compiler::{Compiled, Limits, compile};

pub fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::new();
    sources.add("policy.reach", text);
    compile(sources, &Limits::default())
}

/// Returns the names of the codes of a file, in order.
pub fn codes(text: &str) -> Vec<&'static str> {
    compiled(text).diagnostics.iter().map(|d| d.code.name()).collect()
}

/// Checks that a file gives no message at all, means something, and that what it means runs.
#[track_caller]
pub fn accepts(text: &str) -> reach_compiler::ir::Bundle {
    let compiled = compiled(text);
    let shown = shown(&compiled.sources, &compiled.diagnostics);
    assert!(compiled.diagnostics.is_empty(), "{text}\n{shown}");
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("{text}\nno bundle and no message"));
    let image = reach_compiler::lower(&bundle).unwrap_or_else(|d| panic!("{text}\n{d:?}"));
    if let Err(defect) = image.verify() {
        panic!("{text}\n{defect:?}");
    }
    bundle
}

/// Checks that a file gives no message at all, and returns what it means, which need not run yet.
#[track_caller]
pub fn means(text: &str) -> reach_compiler::ir::Bundle {
    let compiled = compiled(text);
    let shown = shown(&compiled.sources, &compiled.diagnostics);
    assert!(compiled.diagnostics.is_empty(), "{text}\n{shown}");
    compiled.bundle.unwrap_or_else(|| panic!("{text}\nno bundle and no message"))
}

/// Checks that a file gives just these codes.
#[track_caller]
pub fn refuses(text: &str, wanted: &[&str]) {
    let compiled = compiled(text);
    let shown = shown(&compiled.sources, &compiled.diagnostics);
    assert_eq!(codes(text), wanted, "{text}\n{shown}");
    assert!(compiled.bundle.is_none(), "{text}");
}

pub fn shown(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    reach_codes::render::text(sources, diagnostics, false)
}
