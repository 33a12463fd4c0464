//! Addresses: `url`, `host`, `ip`, `email`, `iban`.

/// Reads any bytes as such values.
pub fn fuzz_network(bytes: &[u8]) {
    let _ = bytes;
}
