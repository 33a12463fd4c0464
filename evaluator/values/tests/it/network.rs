//! Cases of addresses: `url`, `host`, `ip`, `email`, `iban`.
