//! Runs `reach_evaluator::fuzz::fuzz_image` on arbitrary bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reach_evaluator::fuzz::fuzz_image(bytes));
