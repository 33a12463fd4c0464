//! The tests of the compiler from text to the typed IR.
#![expect(clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod it {
    mod claims;
    mod codes;
    mod history;
    mod hostile;
    mod names;
    mod packs;
    mod program;
    mod provenance;
    mod session;
    mod spending;
    mod structured;
    mod support;
    mod types;
}
