//! Addresses: `url`, `host`, `ip`, `email`, `iban`.
