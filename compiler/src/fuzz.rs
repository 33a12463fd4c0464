//! Bodies of fuzz targets.

use reach_codes::Sources;

use crate::{Limits, compile, lower};

/// Compiles arbitrary bytes as one file. Nothing may panic, and what is accepted must be lowered.
pub fn fuzz_compile(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = Sources::new();
    sources.add("fuzz.reach", text);
    let compiled = compile(sources, &Limits::default());
    if let Some(bundle) = &compiled.bundle {
        let _ = lower(bundle);
    }
}
