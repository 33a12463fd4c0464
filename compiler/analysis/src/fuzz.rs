//! Bodies of fuzz targets.

use reach_codes::Sources;
use reach_compiler::{Limits as Bounds, compile};

use crate::report::{Play, Played};
use crate::{Limits, diff};

/// Plays nothing: what is found is not held against a machine here.
struct Nobody;

impl Play for Nobody {
    fn play(&self, events: &[String]) -> Vec<Played> {
        events.iter().map(|_| Played::Rejected("nobody plays".to_owned())).collect()
    }
}

/// Compiles arbitrary bytes as one file, and compares what is accepted with itself, and with all but one of its rules. Nothing may panic.
///
/// # Panics
/// When a bundle differs from itself: a defect.
pub fn fuzz_bundle(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = Sources::new();
    sources.add("fuzz.reach", text);
    let Some(bundle) = compile(sources, &Bounds::default()).bundle else { return };
    let limits = Limits { rounds: 200, examples: 2, states: 50, ..Limits::default() };
    let same = diff(&bundle, &bundle, &Nobody, &Nobody, &limits);
    assert!(same.is_ok_and(|d| d.changes.is_empty()), "a bundle differs from itself");
    let mut fewer = bundle.clone();
    if fewer.rules.pop().is_some() {
        let _ = diff(&bundle, &fewer, &Nobody, &Nobody, &limits);
        let _ = diff(&fewer, &bundle, &Nobody, &Nobody, &limits);
    }
}
