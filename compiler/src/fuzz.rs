//! Bodies of fuzz targets.

use reach_codes::Sources;
use reach_codes::table::limit;

use crate::{Limits, compile, lower};

/// Compiles arbitrary bytes as one file. Nothing may panic; what is accepted can be lowered, and the image verifies.
///
/// # Panics
/// When what was accepted does not run: a defect.
pub fn fuzz_compile(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut sources = Sources::new();
    sources.add("fuzz.reach", text);
    let compiled = compile(sources, &Limits::default());
    assert!(compiled.diagnostics.iter().all(|d| d.code != limit::COMPILER_DEFECT), "{:?}", compiled.diagnostics);
    let Some(bundle) = &compiled.bundle else {
        assert!(compiled.diagnostics.iter().any(reach_codes::Diagnostic::is_error), "refused without a reason");
        return;
    };
    match lower(bundle) {
        Ok(image) => {
            let verified = image.verify();
            assert!(verified.is_ok(), "{:?}", verified.err());
        }
        Err(d) => assert_ne!(d.code, limit::COMPILER_DEFECT, "{d:?}"),
    }
}
