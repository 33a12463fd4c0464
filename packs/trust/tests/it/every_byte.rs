//! Any single bit of a pack file that is changed is noticed, and the answer is the right one.

use std::ops::Range;

use reach_archive::Archive;
use reach_trust::{Lack, Malformed, Refusal, Tampered, verify};

use crate::{day, key, pack, store, trusting};

/// Where a text stands.
fn place(bytes: &[u8], text: &[u8]) -> Range<usize> {
    let at = bytes.windows(text.len()).position(|w| w == text).unwrap();
    at..at + text.len()
}

#[test]
fn any_bit_that_is_changed_is_noticed_with_the_right_answer() {
    let signer = key("acme.example/packs", 1);
    let trust = store(&[trusting(&signer, &["acme.*"], None)]);
    let pack = pack(&[&signer]);
    let bytes = pack.to_archive().unwrap().write().unwrap();
    assert!(verify(Archive::read(&bytes).unwrap(), &trust, day(1)).is_ok());

    let envelope = pack.envelope().to_bytes().unwrap();
    let whole = place(&bytes, &envelope);
    let form: Vec<&[u8]> = envelope.split(|b| *b == b'"').collect();
    // {"payload":"…","payloadType":"…","signatures":[{"keyid":"…","sig":"…"}]}
    let (payload, keyid, sig) = (place(&bytes, form[3]), place(&bytes, form[13]), place(&bytes, form[17]));
    let contents: Vec<_> = pack.unverified_files().iter().map(|(path, bytes_of)| (path.clone(), place(&bytes, bytes_of))).collect();

    let mut answers = [0usize; 5];
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let answer = Archive::read(&changed).map_err(Refusal::from).and_then(|archive| verify(archive, &trust, day(1)));
            let answer = answer.err().unwrap_or_else(|| panic!("byte {at}, bit {bit} was not noticed"));
            let envelope_broken = matches!(answer, Refusal::Malformed(Malformed::Envelope(_)));
            let right = if let Some((path, _)) = contents.iter().find(|(_, place)| place.contains(&at)) {
                matches!(&answer, Refusal::Tampered(Tampered::Changed(of)) if of == path)
            } else if payload.contains(&at) || sig.contains(&at) {
                envelope_broken || matches!(answer, Refusal::BadSignature { .. })
            } else if keyid.contains(&at) {
                envelope_broken || matches!(answer, Refusal::Untrusted { lack: Lack::Unknown, .. })
            } else if whole.contains(&at) {
                envelope_broken
            } else {
                matches!(answer, Refusal::Malformed(Malformed::Archive(_)))
            };
            assert!(right, "byte {at}, bit {bit}: {answer:?}");
            answers[match answer {
                Refusal::Malformed(Malformed::Archive(_)) => 0,
                Refusal::Malformed(_) => 1,
                Refusal::BadSignature { .. } => 2,
                Refusal::Tampered(_) => 3,
                _ => 4,
            }] += 1;
        }
    }
    // Each kind of answer was given, and most of what can be decoded was told to be a bad signature.
    assert!(answers.iter().all(|count| *count > 50), "{answers:?}");
}

#[test]
fn a_pack_that_is_cut_off_anywhere_is_refused() {
    let signer = key("acme.example/packs", 1);
    let bytes = pack(&[&signer]).to_archive().unwrap().write().unwrap();
    for len in 0..bytes.len() {
        assert!(Archive::read(&bytes[..len]).is_err(), "{len}");
    }
}
