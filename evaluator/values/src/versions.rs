//! The versions of parsers and data that decide what a value means. They are part of the identity of every bundle.

/// Name and version, by name. What is not a crate is data: the time-zone database.
pub const VERSIONS: &[(&str, &str)] = &[
    ("iana-tzdb", crate::zone::VERSION),
    ("iban_validate", "5.0.1"),
    ("idna", "1.1.0"),
    ("jiff", "1.0.1"),
    ("psl", "2.1.247"),
    ("regex", "1.13.2"),
    ("saphyr-parser", "0.3.4"),
    ("sqlparser", "0.64.0"),
    ("unicode-normalization", "0.1.26"),
    ("url", "2.5.8"),
];
