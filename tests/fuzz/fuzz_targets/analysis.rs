//! Runs `reach_analysis::fuzz::fuzz_bundle` on arbitrary bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reach_analysis::fuzz::fuzz_bundle(bytes));
