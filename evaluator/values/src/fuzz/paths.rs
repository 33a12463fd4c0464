//! Paths of POSIX, Windows and macOS.

/// Reads any bytes as such values.
pub fn fuzz_paths(bytes: &[u8]) {
    let _ = bytes;
}
