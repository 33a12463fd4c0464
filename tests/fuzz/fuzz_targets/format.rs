//! Runs `reach_grammar::fuzz::fuzz_format` on arbitrary bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reach_grammar::fuzz::fuzz_format(bytes));
