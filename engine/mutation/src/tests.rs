//! Small bundles, and the mutants of them.

mod operators;
mod runs;
mod written;

use reach_codes::Sources;
use reach_compiler::ir::Bundle;

use crate::{Mutant, Operator, mutants, subject};

pub(crate) fn compile(source: &str) -> Bundle {
    let mut sources = Sources::new();
    sources.add("test.reach", source);
    match reach_compiler::build(sources) {
        Ok(built) => subject(&built.bundle),
        Err((sources, all)) => panic!("{}", reach_codes::render::text(&sources, &all, false)),
    }
}

pub(crate) fn all(bundle: &Bundle) -> Vec<Mutant> {
    let mut all = Vec::new();
    mutants(bundle, &mut |mutant| all.push(mutant));
    all
}

/// Returns the mutants of one operator, each as its text before and after.
pub(crate) fn of(operator: Operator, source: &str) -> Vec<String> {
    let bundle = compile(source);
    all(&bundle).iter().filter(|m| m.operator == operator).map(|m| format!("{} -> {}", m.before, m.after)).collect()
}
