//! Detectors.

/// Reads any bytes as such values.
pub fn fuzz_detect(bytes: &[u8]) {
    let _ = bytes;
}
