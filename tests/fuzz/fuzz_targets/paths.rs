#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| reach_values::fuzz::fuzz_paths(data));
