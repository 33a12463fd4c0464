//! Runs `reach_engine::fuzz::fuzz_event` on arbitrary bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reach_engine::fuzz::fuzz_event(bytes));
