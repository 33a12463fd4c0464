//! Pack files, from outside.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]
