//! Queries.

/// Reads any bytes as such values.
pub fn fuzz_sql(bytes: &[u8]) {
    let _ = bytes;
}
