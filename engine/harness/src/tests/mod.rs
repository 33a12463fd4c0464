//! Reports of whole bundles, and the examples of the table of codes.

mod codes;
mod entities;
mod reasons;
mod replay;
mod reports;

use std::sync::Arc;

use reach_codes::{Sources, render};
use reach_compiler::ir::Bundle;
use reach_engine::VerifiedImage;

use crate::{Report, TestOptions, run_tests};

fn build(source: &str) -> (Arc<VerifiedImage>, Bundle) {
    let mut sources = Sources::new();
    sources.add("bank.reach", source);
    match reach_compiler::build(sources) {
        Ok(built) => (Arc::new(built.image), built.bundle),
        Err((sources, diagnostics)) => panic!("{}", render::text(&sources, &diagnostics, false)),
    }
}

fn run(source: &str, options: &TestOptions) -> Report {
    let (image, bundle) = build(source);
    run_tests(image, &bundle, options)
}
