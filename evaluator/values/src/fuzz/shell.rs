//! Command lines.

/// Reads any bytes as such values.
pub fn fuzz_shell(bytes: &[u8]) {
    let _ = bytes;
}
