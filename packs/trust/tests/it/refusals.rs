//! The answers, and their order where several hold.

use reach_archive::Archive;
use reach_keys::Note;
use reach_trust::{Envelope, Lack, Malformed, PayloadType, Refusal, SignerId, Subject, Tampered, TrustStore, UnverifiedPack, verify};

use crate::{archive, day, file, key, manifest, needing, pack, revoking, store, trusting};

/// An answer as a word.
fn answer(archive: Archive, trust: &TrustStore, days: u64) -> &'static str {
    match verify(archive, trust, day(days)) {
        Ok(_) => "fine",
        Err(Refusal::Malformed(_)) => "malformed",
        Err(Refusal::Unsigned) => "unsigned",
        Err(Refusal::BadSignature { .. }) => "bad",
        Err(Refusal::Tampered(_)) => "tampered",
        Err(Refusal::Revoked { .. }) => "revoked",
        Err(Refusal::Expired { .. }) => "expired",
        Err(Refusal::Untrusted { .. }) => "untrusted",
    }
}

/// The pack with a file that is not the one that was signed.
fn tampered(pack: &UnverifiedPack) -> Archive {
    let mut out = archive(pack);
    out.files[1].1.push(b'!');
    out
}

/// The pack with the last byte of the signature of a key changed, in its envelope.
fn forged(pack: &UnverifiedPack, signer: &SignerId) -> Archive {
    let mut out = archive(pack);
    let text = String::from_utf8(out.envelope.clone()).unwrap();
    let at = text.find(&format!("\"keyid\":\"{signer}\"")).unwrap();
    let sig = at + text[at..].find("\"sig\":\"").unwrap() + 7;
    // The first character stands for six bits of the first byte.
    let other = if &text[sig..=sig] == "A" { "B" } else { "A" };
    out.envelope = [&text[..sig], other, &text[sig + 1..]].concat().into_bytes();
    out
}

#[test]
fn a_pack_of_a_trusted_key_is_fine() {
    let signer = key("acme.example/packs", 1);
    let trust = store(&[trusting(&signer, &["acme.*"], Some(day(10)))]);
    let pack = pack(&[&signer]);
    let verified = verify(archive(&pack), &trust, day(9)).unwrap();
    assert_eq!(verified.digest(), pack.digest());
    assert_eq!(verified.statement(), pack.unverified_statement());
    assert_eq!(verified.files(), pack.unverified_files());
    assert_eq!(verified.signers().iter().map(|s| s.key.clone()).collect::<Vec<_>>(), [signer.verifier()]);
    assert_eq!(verified.until(), Some(day(10)));
    assert_eq!(verified.to_archive().unwrap(), archive(&pack));
}

#[test]
fn each_answer_is_given_for_its_reason() {
    let (signer, other) = (key("acme.example/packs", 1), key("mallory.example", 2));
    let id = SignerId::of(&signer.verifier());
    let trust = store(&[trusting(&signer, &["acme.*"], Some(day(10)))]);
    let revoked = store(&[trusting(&signer, &["acme.*"], None), revoking(&signer)]);
    let elsewhere = store(&[trusting(&signer, &["acme.other", "other.*", "registry:acme.bank_guard"], None)]);
    let signed = pack(&[&signer]);
    for (what, found, expected) in [
        ("nobody has signed", answer(archive(&pack(&[])), &trust, 1), "unsigned"),
        ("nobody has signed, and nobody is trusted", answer(archive(&pack(&[])), &TrustStore::default(), 1), "unsigned"),
        ("a byte of the signature", answer(forged(&signed, &id), &trust, 1), "bad"),
        ("a file that was changed", answer(tampered(&signed), &trust, 1), "tampered"),
        ("a key that was revoked", answer(archive(&signed), &revoked, 1), "revoked"),
        ("a key the moment before its end", answer(archive(&signed), &trust, 9), "fine"),
        ("a key at its end", answer(archive(&signed), &trust, 10), "expired"),
        ("a key behind its end", answer(archive(&signed), &trust, 11), "expired"),
        ("a key that nobody knows", answer(archive(&pack(&[&other])), &trust, 1), "untrusted"),
        ("a key for other names", answer(archive(&signed), &elsewhere, 1), "untrusted"),
        ("an empty store", answer(archive(&signed), &TrustStore::default(), 1), "untrusted"),
    ] {
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn where_several_answers_hold_the_first_in_order_is_given() {
    let (signer, other) = (key("acme.example/packs", 1), key("mallory.example", 2));
    let id = SignerId::of(&signer.verifier());
    let good = store(&[trusting(&signer, &["acme.*"], None)]);
    let both = store(&[trusting(&signer, &["acme.*"], None), trusting(&other, &["mallory.*"], None)]);
    let revoked = store(&[trusting(&signer, &["acme.*"], Some(day(5))), revoking(&signer)]);
    let expired = store(&[trusting(&signer, &["acme.*"], Some(day(5)))]);
    let signed = pack(&[&signer]);
    let mut forged_and_tampered = forged(&signed, &id);
    forged_and_tampered.files[0].1.clear();
    let mut unsigned_and_tampered = archive(&pack(&[]));
    unsigned_and_tampered.files[0].1.clear();
    let mut broken = forged(&signed, &id);
    broken.envelope.push(b'\n');
    for (what, found, expected) in [
        ("malformed before bad", answer(broken, &good, 1), "malformed"),
        ("unsigned before tampered", answer(unsigned_and_tampered, &good, 1), "unsigned"),
        ("bad before tampered", answer(forged_and_tampered, &good, 1), "bad"),
        ("bad before revoked", answer(forged(&signed, &id), &revoked, 1), "bad"),
        ("bad before expired", answer(forged(&signed, &id), &expired, 6), "bad"),
        ("bad though another one is good", answer(forged(&pack(&[&signer, &other]), &SignerId::of(&other.verifier())), &both, 1), "bad"),
        ("bad of a key for other names", answer(forged(&pack(&[&other]), &SignerId::of(&other.verifier())), &both, 1), "bad"),
        ("tampered before revoked", answer(tampered(&signed), &revoked, 1), "tampered"),
        ("tampered before expired", answer(tampered(&signed), &expired, 6), "tampered"),
        ("tampered before untrusted", answer(tampered(&pack(&[&other])), &good, 1), "tampered"),
        ("revoked before expired", answer(archive(&signed), &revoked, 6), "revoked"),
        ("expired before untrusted", answer(archive(&pack(&[&signer, &other])), &expired, 6), "expired"),
        (
            "a forged signature of a key that nobody knows says nothing",
            answer(forged(&pack(&[&signer, &other]), &SignerId::of(&other.verifier())), &good, 1),
            "fine",
        ),
        (
            "a revoked key beside a good one takes nothing away",
            {
                let store = store(&[trusting(&signer, &["acme.*"], None), trusting(&other, &["acme.*"], None), revoking(&other)]);
                answer(archive(&pack(&[&signer, &other])), &store, 1)
            },
            "fine",
        ),
    ] {
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn files_that_lack_or_are_too_many_are_told() {
    let signer = key("acme.example/packs", 1);
    let trust = store(&[trusting(&signer, &["acme.*"], None)]);
    let good = archive(&pack(&[&signer]));
    let told = |change: fn(&mut Archive)| {
        let mut changed = good.clone();
        change(&mut changed);
        match verify(changed, &trust, day(1)) {
            Err(Refusal::Tampered(what)) => what,
            other => panic!("{other:?}"),
        }
    };
    let path = |text: &str| text.parse().unwrap();
    assert_eq!(told(|a| drop(a.files.remove(0))), Tampered::Missing(path("pack.reach")));
    assert_eq!(told(|a| drop(a.files.pop())), Tampered::Missing(path("policies/a.reach")));
    assert_eq!(told(|a| a.files.clear()), Tampered::Missing(path("pack.reach")));
    assert_eq!(told(|a| a.files.insert(0, file("a", ""))), Tampered::Extra(path("a")));
    assert_eq!(told(|a| a.files.insert(1, file("pack.reach2", ""))), Tampered::Extra(path("pack.reach2")));
    assert_eq!(told(|a| a.files.push(file("z", ""))), Tampered::Extra(path("z")));
    assert_eq!(told(|a| a.files[0].1.truncate(3)), Tampered::Changed(path("pack.reach")));
    assert_eq!(
        told(|a| {
            let (one, other) = a.files.split_at_mut(1);
            std::mem::swap(&mut one[0].1, &mut other[0].1)
        }),
        Tampered::Changed(path("pack.reach"))
    );
}

#[test]
fn one_key_counts_once_under_whatever_names() {
    let (one, again, other) = (key("a.example", 1), key("b.example", 1), key("c.example", 2));
    let trust = store(&[
        trusting(&one, &["acme.*"], None),
        trusting(&again, &["acme.*"], Some(day(3))),
        trusting(&other, &["acme.*"], Some(day(5))),
        needing("acme.*", 2),
    ]);
    let lack = |signers: &[&reach_keys::SigningKey], days| match verify(archive(&pack(signers)), &trust, day(days)) {
        Err(Refusal::Untrusted { lack, .. }) => Some(lack),
        Ok(_) => None,
        other => panic!("{other:?}"),
    };
    let one_of_two = Some(Lack::TooFew { found: 1, needed: 2 });
    assert_eq!(lack(&[&one], 1), one_of_two);
    assert_eq!(lack(&[&one, &again], 1), one_of_two, "one key under two names");
    assert_eq!(lack(&[&one, &one], 1), one_of_two, "one key twice");
    assert_eq!(lack(&[&one, &other], 1), None);
    assert_eq!(lack(&[&one, &again, &other], 1), None);
    assert_eq!(verify(archive(&pack(&[&one, &other])), &trust, day(1)).unwrap().until(), Some(day(5)));
    assert_eq!(verify(archive(&pack(&[&again, &other])), &trust, day(1)).unwrap().until(), Some(day(3)));
    // Under its other name it holds longer.
    assert_eq!(verify(archive(&pack(&[&one, &again, &other])), &trust, day(1)).unwrap().until(), Some(day(5)));
    assert!(matches!(verify(archive(&pack(&[&one, &other])), &trust, day(5)), Err(Refusal::Expired { .. })));
}

#[test]
fn the_highest_number_of_all_patterns_holds() {
    let (one, two) = (key("a.example", 1), key("b.example", 2));
    let base = [trusting(&one, &["acme.*"], None), trusting(&two, &["acme.*"], None)];
    let with = |more: &[reach_trust::Action]| store(&[base.as_slice(), more].concat());
    let fine = |trust: &TrustStore, signers: &[&reach_keys::SigningKey]| verify(archive(&pack(signers)), trust, day(1)).is_ok();
    assert!(!fine(&with(&[needing("acme.*", 2), needing("acme.bank_guard", 1)]), &[&one]), "a narrower pattern asks for no less");
    assert!(!fine(&with(&[needing("acme.*", 1), needing("acme.bank_guard", 2)]), &[&one]));
    assert!(fine(&with(&[needing("acme.*", 2), needing("acme.*", 1)]), &[&one]), "a later entry for the same names replaces the earlier");
    assert!(fine(&with(&[needing("acme.other", 2), needing("other.*", 2)]), &[&one]), "other names ask for nothing here");
    assert!(!fine(&with(&[needing("acme.*", 3)]), &[&one, &two]));
}

#[test]
fn a_revoked_key_comes_back_under_no_name_and_at_no_time() {
    let (one, again) = (key("a.example", 1), key("b.example", 1));
    let trust = store(&[trusting(&one, &["acme.*"], None), trusting(&again, &["acme.*"], None), revoking(&one)]);
    for (signer, days) in [(&one, 0), (&again, 0), (&one, 1000), (&again, 1000)] {
        assert_eq!(answer(archive(&pack(&[signer])), &trust, days), "revoked");
    }
    let early = reach_trust::Timestamp::from_secs(0).unwrap();
    assert!(matches!(verify(archive(&pack(&[&one])), &trust, early), Err(Refusal::Revoked { .. })));
    // One that was never trusted is told to be revoked, not unknown.
    assert_eq!(answer(archive(&pack(&[&one])), &store(&[revoking(&one)]), 0), "revoked");
}

#[test]
fn a_statement_that_a_trusted_key_has_signed_must_still_be_one() {
    let signer = key("acme.example/packs", 1);
    let trust = store(&[trusting(&signer, &["acme.*"], None)]);
    for payload in [b"".as_slice(), b"{}", b"hello world"] {
        let mut envelope = Envelope::new(PayloadType::Pack, payload.to_vec()).unwrap();
        envelope.sign(&signer).unwrap();
        let archive = Archive { envelope: envelope.to_bytes().unwrap(), files: Vec::new() };
        assert!(matches!(verify(archive, &trust, day(1)), Err(Refusal::Malformed(Malformed::Statement(_)))));
    }
}

#[test]
fn a_tampered_pack_is_not_signed() {
    let signer = key("acme.example/packs", 1);
    let mut read = UnverifiedPack::read(tampered(&pack(&[]))).unwrap();
    assert!(matches!(read.sign(&signer), Err(Refusal::Tampered(Tampered::Changed(_)))));
    assert_eq!(read.envelope().signatures().len(), 0);
}

#[test]
fn one_pack_does_not_pass_for_another() {
    let signer = key("acme.example/packs", 1);
    let trust = store(&[trusting(&signer, &["acme.bank_guard"], None)]);
    let mut other = UnverifiedPack::new(manifest("acme.other"), vec![file("pack.reach", "")], None).unwrap();
    other.sign(&signer).unwrap();
    assert_eq!(answer(archive(&other), &trust, 1), "untrusted");
    // The files of one with the envelope of another.
    let mixed = Archive { envelope: archive(&pack(&[&signer])).envelope, files: archive(&other).files };
    assert_eq!(answer(mixed, &trust, 1), "tampered");
}

#[test]
fn snapshots_of_registries_are_held_against_the_same_store() {
    let (signer, other) = (key("packs.example", 1), key("mallory.example", 2));
    let registry = |text: &str| Subject::Registry(text.parse().unwrap());
    let trust = store(&[trusting(&signer, &["registry:packs.example/main"], Some(day(5))), trusting(&other, &["acme.*"], None)]);
    let note = Note::sign("packs.example/main\n1\n", &signer).unwrap();
    assert_eq!(trust.verify_note(&note, &registry("packs.example/main"), day(1)).unwrap()[0].key, signer.verifier());
    assert!(matches!(trust.verify_note(&note, &registry("packs.example/other"), day(1)), Err(Refusal::Untrusted { lack: Lack::OtherNames, .. })));
    assert!(matches!(trust.verify_note(&note, &registry("packs.example/main"), day(5)), Err(Refusal::Expired { .. })));
    let by_other = Note::sign("packs.example/main\n1\n", &other).unwrap();
    assert!(matches!(trust.verify_note(&by_other, &registry("packs.example/main"), day(1)), Err(Refusal::Untrusted { .. })));
    let changed = note.to_string().replacen("1\n", "2\n", 1);
    let changed = Note::parse(changed.as_bytes()).unwrap();
    assert!(matches!(trust.verify_note(&changed, &registry("packs.example/main"), day(1)), Err(Refusal::BadSignature { .. })));
}
