//! Runs `reach_trust::fuzz::fuzz_pack` on arbitrary bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reach_trust::fuzz::fuzz_pack(bytes));
