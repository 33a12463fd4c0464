//! Manifests of packs, from outside.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

mod adversarial;
mod audits;
mod manifests;
mod oracle;
mod permissions;
mod printed;
mod schema;
mod used;

use std::sync::Arc;

use reach_analysis::Play;
use reach_codes::{Sources, render};
use reach_compiler::Pack;
use reach_compiler::ir::Bundle;
use reach_harness::{Replay, witness};
use reach_manifest::{Looking, Make, Validated, limits, validate};

/// What every manifest of these tests has besides what is looked at.
pub const REST: &str = "description: \"A test\"\n  license: \"Apache-2.0\"\n  kind: policy\n  reach: \">=0.1\"\n  policies: [glob\"*.reach\"]";

/// Makes what plays sessions.
pub fn make() -> Make {
    Arc::new(|bundle: &Bundle| Replay::new(bundle).ok().map(|replay| Box::new(replay) as Box<dyn Play>))
}

/// Looks at a pack of these files.
pub fn look(files: &[(&str, &str)]) -> Validated {
    look_with(&sources(files), &[])
}

/// Returns sources of files given by name and text.
pub fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(*name, *text);
    }
    sources
}

/// Looks at a pack that may use others.
pub fn look_with(sources: &Sources, packs: &[Pack]) -> Validated {
    let running = "0.1.0".parse().unwrap();
    let shown = |events: &[String]| witness::shown(&witness::Event::all(events));
    validate(sources, &Looking { running: &running, make: make(), shown: &shown, limits: limits(), packs }).unwrap()
}

/// Looks at a pack whose manifest has some entries beside what each has, and whose rules are these.
pub fn pack(entries: &str, rules: &str) -> Validated {
    look(&[("pack.reach", &format!("pack acme.a \"1.0.0\" {{\n  {REST}\n  {entries}\n}}\n")), ("rules.reach", rules)])
}

/// The messages, as people read them.
pub fn messages(pack: &Validated) -> String {
    render::text(&pack.sources, &pack.diagnostics, false)
}

/// The codes, each with the text that it points at.
pub fn codes(pack: &Validated) -> Vec<String> {
    let at = |d: &reach_codes::Diagnostic| {
        let span = d.span()?;
        pack.sources.get(span.file)?.text.get(span.start as usize..span.end as usize).map(str::to_owned)
    };
    pack.diagnostics.iter().map(|d| format!("{} {}", d.code.name(), at(d).unwrap_or_default())).collect()
}
