//! The tests of the compiler from text to the typed IR.

mod it {
    mod codes;
    mod names;
    mod support;
    mod types;
}
