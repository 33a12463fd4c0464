//! The bodies of the fuzz targets on generated input: whole sources, sources with something cut, doubled or replaced, and noise.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use reach_tests::generate::case_strategy;
use reach_tests::subject::Subject;

/// Changes bytes here and there.
fn mutate(mut bytes: Vec<u8>, changes: &[(u16, u8, u8)]) -> Vec<u8> {
    for (at, how, with) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = (usize::from(*at) * bytes.len()) >> 16;
        match how % 4 {
            0 => bytes[at] = *with,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, *with),
            _ => {
                let end = (at + usize::from(*with)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(u16, u8, u8)>> {
    vec(any::<(u16, u8, u8)>(), 0..8)
}

/// The bodies of the targets for values. Their own crate runs them on texts of each kind.
const VALUES: [fn(&[u8]); 6] = {
    use reach_values::fuzz::{fuzz_detect, fuzz_network, fuzz_paths, fuzz_shell, fuzz_sql, fuzz_zones};
    [fuzz_detect, fuzz_network, fuzz_paths, fuzz_shell, fuzz_sql, fuzz_zones]
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn noise_breaks_nothing(bytes in vec(any::<u8>(), 0..400)) {
        reach_grammar::fuzz::fuzz_parse(&bytes);
        reach_grammar::fuzz::fuzz_format(&bytes);
        reach_compiler::fuzz::fuzz_compile(&bytes);
        reach_engine::fuzz::fuzz_event(&bytes);
        reach_evaluator::fuzz::fuzz_image(&bytes);
        for body in VALUES {
            body(&bytes);
        }
    }

    #[test]
    fn damaged_sources_break_nothing(case in case_strategy(2), changes in changes()) {
        let bytes = mutate(case.bundle().source().into_bytes(), &changes);
        reach_grammar::fuzz::fuzz_parse(&bytes);
        reach_grammar::fuzz::fuzz_format(&bytes);
        reach_compiler::fuzz::fuzz_compile(&bytes);
        reach_analysis::fuzz::fuzz_bundle(&bytes);
    }

    #[test]
    fn damaged_events_break_nothing(case in case_strategy(8), changes in changes()) {
        let bundle = case.bundle();
        for event in case.events(&bundle) {
            reach_engine::fuzz::fuzz_event(&mutate(event.into_bytes(), &changes));
        }
    }

    #[test]
    fn damaged_images_break_nothing(case in case_strategy(2), changes in changes()) {
        let subject = Subject::new([("generated.reach", case.bundle().source().as_str())]).unwrap();
        reach_evaluator::fuzz::fuzz_image(&subject.bytes);
        reach_evaluator::fuzz::fuzz_image(&mutate(subject.bytes, &changes));
    }
}
