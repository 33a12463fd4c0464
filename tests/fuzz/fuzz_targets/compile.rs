//! Runs `reach_compiler::fuzz::fuzz_compile` on arbitrary bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reach_compiler::fuzz::fuzz_compile(bytes));
