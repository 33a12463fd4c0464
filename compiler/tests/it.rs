//! The tests of the compiler from text to the typed IR.
#![expect(clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod it {
    mod codes;
    mod hostile;
    mod names;
    mod session;
    mod structured;
    mod support;
    mod types;
}
