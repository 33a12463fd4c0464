//! Time zones.

/// Reads any bytes as such values.
pub fn fuzz_zones(bytes: &[u8]) {
    let _ = bytes;
}
