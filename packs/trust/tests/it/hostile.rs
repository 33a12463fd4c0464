//! What an attacker would send in an envelope or a rotation, each with its answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reach_archive::Archive;
use reach_keys::{Note, SigningKey};
use reach_trust::{Envelope, EnvelopeError, MAX_SIGNATURES, PayloadType, Refusal, Rotation, RotationError, SignerId, pae, verify};

use crate::{archive, day, key, pack, store, trusting};

fn parse(text: &str) -> Result<Envelope, EnvelopeError> {
    Envelope::parse(text.as_bytes(), PayloadType::Pack)
}

/// The envelope of a good pack, as text.
fn good() -> String {
    String::from_utf8(pack(&[&key("a.example", 1), &key("b.example", 2)]).envelope().to_bytes().unwrap()).unwrap()
}

#[test]
fn an_envelope_is_written_in_one_way() {
    let text = good();
    assert!(parse(&text).is_ok());
    let parts: Vec<&str> = text.split('"').collect();
    let (payload, sig) = (parts[3].to_owned(), parts[17].to_owned());
    let ids: Vec<String> = [1, 2].iter().zip(["a.example", "b.example"]).map(|(seed, name)| SignerId::of(&key(name, *seed).verifier()).to_string()).collect();
    let form: fn(&EnvelopeError) -> bool = |e| matches!(e, EnvelopeError::Form(_));
    let canonical: fn(&EnvelopeError) -> bool = |e| *e == EnvelopeError::NotCanonical;
    let base64: fn(&EnvelopeError) -> bool = |e| matches!(e, EnvelopeError::Base64(_));
    let of_type: fn(&EnvelopeError) -> bool = |e| matches!(e, EnvelopeError::Type { .. });
    let length: fn(&EnvelopeError) -> bool = |e| matches!(e, EnvelopeError::SignatureLength { .. });
    let signer: fn(&EnvelopeError) -> bool = |e| matches!(e, EnvelopeError::Signer(_));
    let with_sig = |sig: &[u8]| text.replacen(&parts[17], &STANDARD.encode(sig), 1);
    for (what, changed, is) in [
        ("nothing", String::new(), form),
        ("no object", "[]".to_owned(), form),
        ("an empty object", "{}".to_owned(), form),
        ("a byte order mark", format!("\u{feff}{text}"), form),
        ("something behind it", format!("{text}x"), form),
        ("a line end", format!("{text}\n"), canonical),
        ("a space", text.replacen(',', ", ", 1), canonical),
        ("an escape", text.replacen("a.example", "\\u0061.example", 1), canonical),
        ("an escaped slash", text.replacen("application/", "application\\/", 1), canonical),
        ("another order", format!("{{\"payloadType\":\"{}\",\"payload\":\"{payload}\",\"signatures\":[]}}", PayloadType::Pack), canonical),
        ("a key twice", text.replacen("{\"payload\"", "{\"payload\":\"\",\"payload\"", 1), form),
        ("an unknown key", text.replacen("{\"payload\"", "{\"note\":\"\",\"payload\"", 1), form),
        ("no signatures at all", text.split(",\"signatures\"").next().unwrap().to_owned() + "}", form),
        ("signatures that are null", text.split("\"signatures\"").next().unwrap().to_owned() + "\"signatures\":null}", form),
        ("no key id", text.replacen("\"keyid\"", "\"kid\"", 1), form),
        ("a certificate, as a later version has it", text.replacen("\"keyid\"", "\"cert\":\"\",\"keyid\"", 1), form),
        ("an algorithm that is named", text.replacen("\"keyid\"", "\"alg\":\"none\",\"keyid\"", 1), form),
        ("a payload that isn't in Base64", text.replacen(&payload, "*", 1), base64),
        ("a payload in Base64 for URLs", text.replacen(&payload, "_-__", 1), base64),
        ("a payload without padding", text.replacen(&payload, "YQ", 1), base64),
        ("a payload with bits that stand for nothing", text.replacen(&payload, "YR==", 1), base64),
        ("a payload with a line end", text.replacen(&payload, "YWJj\\nYWJj", 1), base64),
        ("another type", text.replacen("reach.pack", "reach.puck", 1), of_type),
        ("the type of a rotation", text.replacen("reach.pack", "reach.key-rotation", 1), of_type),
        ("the type of in-toto", text.replacen("vnd.reach.pack", "vnd.in-toto", 1), of_type),
        ("a type in capitals", text.replacen("application", "Application", 1), of_type),
        ("no type", text.replacen(PayloadType::Pack.as_str(), "", 1), of_type),
        ("a signature of nothing", with_sig(b""), length),
        ("a signature cut off", with_sig(&[7; 63]), length),
        ("a signature with a byte more", with_sig(&[7; 65]), length),
        ("a signature of ECDSA", with_sig(&[0x30; 71]), length),
        ("a signature of RSA", with_sig(&[7; 256]), length),
        ("a signature that isn't in Base64", text.replacen(&sig, "*", 1), base64),
        ("an empty key id", text.replacen(&ids[0], "", 1), signer),
        ("a key id without an id", text.replacen(&ids[0], "a.example", 1), signer),
        ("a key id with digits in capitals", text.replacen(&ids[0], "a.example+ABCDEF01", 1), signer),
        ("a key id with nine digits", text.replacen(&ids[0], "a.example+012345678", 1), signer),
        ("a key id with a sign", text.replacen(&ids[0], "a.example++1234567", 1), signer),
        ("a key id with a hidden character", text.replacen(&ids[0], "a\u{200b}.example+01234567", 1), signer),
        ("a key id with an escape sequence", text.replacen(&ids[0], "\\u001b[2J+01234567", 1), signer),
        ("a whole public line as a key id", text.replacen(&ids[0], &key("a.example", 1).verifier().to_string(), 1), signer),
        ("signatures in another order", text.replacen(&ids[0], "z.example+01234567", 1), canonical),
        ("a signer twice", text.replacen(&ids[1], &ids[0], 1), canonical),
    ] {
        assert_ne!(changed, text, "{what}");
        let error = parse(&changed).err().unwrap_or_else(|| panic!("{what}"));
        assert!(is(&error), "{what}: {error:?}");
        assert!(!error.to_string().contains(['\u{1b}', '\u{200b}']), "{what}: {error}");
    }
}

#[test]
fn deep_json_stops_nobody() {
    assert!(parse(&"[".repeat(1_000_000)).is_err());
    assert!(parse(&"{\"payload\":".repeat(100_000)).is_err());
}

#[test]
fn an_envelope_has_up_to_a_hundred_signatures() {
    let mut envelope = Envelope::new(PayloadType::Pack, b"x".to_vec()).unwrap();
    for seed in 0..MAX_SIGNATURES {
        envelope.sign(&key(&format!("k{seed}.example"), u8::try_from(seed).unwrap())).unwrap();
    }
    let bytes = envelope.to_bytes().unwrap();
    assert_eq!(Envelope::parse(&bytes, PayloadType::Pack).unwrap(), envelope);
    assert_eq!(envelope.sign(&key("z.example", 200)), Err(EnvelopeError::TooManySignatures));
    // One that is there already is made again.
    assert_eq!(envelope.sign(&key("k7.example", 7)), Ok(()));
    let more = String::from_utf8(bytes).unwrap();
    let last = more.rfind("{\"keyid\"").unwrap();
    let more = format!("{},{}", &more[..more.len() - 2], more[last..].replace("k99", "z"));
    assert_eq!(parse(&more), Err(EnvelopeError::TooManySignatures));
}

#[test]
fn signatures_that_only_look_good_are_refused() {
    let signer = key("a.example", 1);
    let trust = store(&[trusting(&signer, &["acme.*"], None)]);
    let signed = pack(&[&signer]);
    let good: [u8; 64] = *signed.envelope().signatures().next().unwrap().1;
    let payload = signed.envelope().unverified_payload().to_vec();
    let with = |signature: [u8; 64]| {
        let mut out = archive(&signed);
        let text = String::from_utf8(out.envelope).unwrap();
        out.envelope = text.replacen(&STANDARD.encode(good), &STANDARD.encode(signature), 1).into_bytes();
        verify(out, &trust, day(1))
    };
    // S + L is the same number (RFC 8032, section 5.1.7 asks for S < L).
    let order: [u8; 16] = [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14];
    let mut malleable = good;
    let mut carry = 0u16;
    for at in 0..32 {
        let limb = if at < 16 {
            order[at]
        } else if at == 31 {
            0x10
        } else {
            0
        };
        carry += u16::from(good[32 + at]) + u16::from(limb);
        malleable[32 + at] = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    let zeros = [0; 64];
    let mut small_order = [0; 64];
    small_order[0] = 1;
    let mut swapped = good;
    swapped.rotate_left(32);
    for (what, signature) in [
        ("S + L", malleable),
        ("zeros", zeros),
        ("the point of order 1, with S = 0", small_order),
        ("R and S swapped", swapped),
        ("ones", [0xff; 64]),
        ("the signature of another key", key("a.example", 2).sign(&signed.envelope().signed())),
        ("the signature of the payload without its type", signer.sign(&payload)),
        ("the signature of the digest", signer.sign(signed.digest().as_bytes())),
        ("the signature of the same bytes as another type", signer.sign(&pae(PayloadType::Rotation.as_str(), &payload))),
        ("the signature of another length before the bytes", signer.sign(&[b"DSSEv1 31 application/vnd.reach.pack+json 1 ".as_slice(), &payload].concat())),
        ("the signature of a checkpoint", checkpoint_signature(&signer)),
    ] {
        assert!(matches!(with(signature), Err(Refusal::BadSignature { .. })), "{what}");
    }
    assert!(with(good).is_ok());
}

fn checkpoint_signature(signer: &SigningKey) -> [u8; 64] {
    let note = Note::sign("log.example/reach\n17\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n", signer).unwrap();
    note.signatures()[0].bytes().try_into().unwrap()
}

#[test]
fn no_note_is_a_pack_and_no_pack_a_note() {
    // A text of a note ends in a line end, a statement in a brace; so what is signed is never the same bytes. The nearest that an attacker comes:
    let signer = key("a.example", 1);
    let signed = String::from_utf8(pack(&[]).envelope().signed()).unwrap();
    assert!(signed.ends_with('}'));
    let note = Note::sign(format!("{signed}\n"), &signer).unwrap();
    let signature: [u8; 64] = note.signatures()[0].bytes().try_into().unwrap();
    assert!(signer.verifier().verify(signed.as_bytes(), &signature).is_err());
    assert!(Note::sign(signed, &signer).is_err(), "a text without a line end is signed by nobody");
}

#[test]
fn a_pack_in_the_envelope_of_a_rotation_is_none() {
    let (old, new) = (key("a.example", 1), key("a.example", 2));
    let rotation = Rotation::sign(&old, &new, day(1), None).unwrap();
    let archive = Archive { envelope: rotation.to_bytes().unwrap(), files: Vec::new() };
    assert!(matches!(verify(archive, &store(&[trusting(&old, &["acme.*"], None)]), day(1)), Err(Refusal::Malformed(_))));
}

#[test]
fn a_rotation_is_signed_by_both_keys_and_nobody_else() {
    let (old, new, other) = (key("a.example", 1), key("b.example", 2), key("c.example", 3));
    let whole = Rotation::sign(&old, &new, day(1), Some(day(5))).unwrap();
    let rotation = Rotation::verify(&whole.to_bytes().unwrap()).unwrap();
    assert_eq!((rotation.from, rotation.to, rotation.time, rotation.until), (old.verifier(), new.verifier(), day(1), Some(day(5))));
    let signed = |payload: &[u8], by: &[&SigningKey]| {
        let mut envelope = Envelope::new(PayloadType::Rotation, payload.to_vec()).unwrap();
        by.iter().for_each(|key| envelope.sign(key).unwrap());
        Rotation::verify(&envelope.to_bytes().unwrap()).unwrap_err()
    };
    let payload = whole.unverified_payload();
    let text = String::from_utf8(payload.to_vec()).unwrap();
    let both = [&old, &new];
    assert_eq!(signed(payload, &[&old]), RotationError::NotSigned(new.verifier().to_string()), "the new key has not signed");
    assert_eq!(signed(payload, &[&new]), RotationError::NotSigned(old.verifier().to_string()), "the old key has not signed");
    assert!(matches!(signed(payload, &[&old, &new, &other]), RotationError::Form(_)), "a third has signed");
    for (what, changed) in [
        ("a space", text.replacen(',', ", ", 1)),
        ("another type", text.replacen("rotation/1", "rotation/2", 1)),
        ("an unknown field", text.replacen("{\"from\"", "{\"for\":1,\"from\"", 1)),
        ("a pack", r#"{"type":"reach-pack/1"}"#.to_owned()),
    ] {
        assert!(matches!(signed(changed.as_bytes(), &both), RotationError::Form(_)), "{what}");
    }
    assert!(matches!(signed(text.replacen("a.example", "d.example", 1).as_bytes(), &both), RotationError::Key(_)), "another name, with the old id");
    assert_eq!(Rotation::sign(&old, &key("z.example", 1), day(1), None).unwrap_err(), RotationError::Same, "the same key under another name");
    let forged = String::from_utf8(whole.to_bytes().unwrap()).unwrap();
    let sig = STANDARD.encode(whole.signatures().next().unwrap().1);
    let forged = forged.replacen(&sig, &STANDARD.encode([7; 64]), 1);
    assert_eq!(Rotation::verify(forged.as_bytes()), Err(RotationError::BadSignature(old.verifier().to_string())));
}
