//! Cases of detectors: what is found where, and what looks alike and isn't.
//!
//! Secrets are put together here from pieces, so that no scanner takes this file for a leak.

mod addresses;
mod numbers;
mod secrets;

use proptest::prelude::*;
use reach_values::detect::Detector;

/// Returns what a detector finds.
fn found(detector: Detector, text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    detector.find(text, &mut |range| {
        all.push(&text[range]);
        true
    });
    all
}

/// Checks cases: a text, what is found in it, and why.
fn check(detector: Detector, cases: &[(&str, &[&str], &str)]) {
    for (text, expected, why) in cases {
        assert_eq!(found(detector, text), *expected, "{} in {text:?}: {why}", detector.word());
        assert_eq!(detector.is_in(text), !expected.is_empty(), "{} is in {text:?}: {why}", detector.word());
    }
}

/// Texts that are made of what detectors look for, whole and in pieces.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("4111 1111 1111 1111"),
        Just("4111111111111111"),
        Just("DE89 3704 0044 0532 0130 00"),
        Just("ann@example.com"),
        Just("+49 30 901820"),
        Just("10.0.0.1"),
        Just("2001:db8::1"),
        Just("AKIAIOSFODNN7EXAMPLE"),
        Just("-----BEGIN PRIVATE KEY-----"),
        Just("-----END PRIVATE KEY-----"),
        Just("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ."),
        Just("ghp_0123456789abcdefghijABCDEFGHIJ012345"),
        Just("xoxb-0123456789"),
        Just(" "),
        Just("."),
        Just("@"),
        Just("+"),
        Just("00"),
        Just("ü"),
        Just("ey"),
        Just("-"),
        Just("1"),
        Just(":"),
        Just("\u{200d}"),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn ranges_are_sorted_apart_and_on_boundaries(text in prop_oneof![pieces(), "\\PC{0,80}".boxed()]) {
        for detector in Detector::ALL {
            let mut end = 0;
            detector.find(&text, &mut |range| {
                assert!(end <= range.start && range.start < range.end, "{} in {text:?}", detector.word());
                assert!(text.get(range.clone()).is_some(), "{} in {text:?}", detector.word());
                end = range.end;
                true
            });
            prop_assert_eq!(detector.is_in(&text), end > 0);
        }
    }

    #[test]
    fn a_search_stops_when_it_is_told_to(text in pieces()) {
        for detector in Detector::ALL {
            let mut calls = 0;
            detector.find(&text, &mut |_| {
                calls += 1;
                false
            });
            prop_assert!(calls <= 1);
        }
    }

    /// A secret of any kind is one of `secret`.
    #[test]
    fn secret_unites_the_others(text in pieces()) {
        let any = found(Detector::Secret, &text);
        for detector in [Detector::AwsKey, Detector::GithubToken, Detector::PrivateKey, Detector::Jwt] {
            for one in found(detector, &text) {
                prop_assert!(any.iter().any(|secret| secret.contains(one)), "{one}");
            }
        }
    }
}

/// Each of these makes a search that goes back to the beginning of a failed candidate look at the rest of the text again and again.
/// In a debug build a quadratic search of a quarter of a mebibyte takes very long: it is the test's end that shows that none is.
#[test]
fn what_nearly_fits_is_not_searched_again() {
    const LEN: usize = 1 << 18;
    for piece in [
        "4111 ",
        "4111-1111 ",
        "4",
        "4111111111111112 ",
        "DE89 ",
        "DE893704",
        "DE89 3704 0044 0532 0130 01 ",
        "a@",
        "a.@b.",
        "@",
        "a",
        "+1 ",
        "+1",
        "0",
        "00",
        "+4930",
        "1.",
        "1.1.1.1.",
        ":",
        "::1",
        "1:",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "-----BEGIN A PRIVATE ",
        "eyJ",
        "eyJ-",
        "eyJaaaaaaaaaaaaaaaaa.",
        "eyJxAKIAIOSFODNN7EXAMPLE",
        "ghp_",
        "github_pat_",
        "sk-",
        "xoxb-",
        "aws_secret_key = ",
        "secret_access_key ",
        "AKIA",
        "SG.aaaaaaaaaaaaaaaaaaaaaa.",
        "dp.pt.",
        "ghp_0123456789abcdefghijABCDEFGHIJ012345 ",
    ] {
        let text = piece.repeat(LEN / piece.len());
        for detector in Detector::ALL {
            let (mut bytes, mut calls) = (0, 0);
            detector.find(&text, &mut |range| {
                bytes += range.len();
                calls += 1;
                true
            });
            assert!(bytes <= text.len() && calls <= text.len(), "{} in {piece:?}", detector.word());
        }
    }
}

#[test]
fn each_detector_has_a_word() {
    for detector in Detector::ALL {
        assert_eq!(Detector::from_word(detector.word()), Some(detector));
    }
    assert_eq!(Detector::from_word("password"), None);
}
