use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reach_keys::{KeyName, MAX_NOTE_BYTES, MAX_SIGNATURES, NameError, Note, NoteError, VerifierKey};

use crate::{key, verifiers};

/// Text, note and keys of the documentation of <https://pkg.go.dev/golang.org/x/mod/sumdb/note>; the second signature is of its example `Sign (Add signatures)`.
const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NEUMANN_SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const NEUMANN_LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ROOT_LINE: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn neumann() -> VerifierKey {
    NEUMANN.parse().unwrap()
}

fn parse(text: &str) -> Result<Note, NoteError> {
    Note::parse(text.as_bytes())
}

#[test]
fn the_published_example_verifies() {
    let note = parse(&format!("{TEXT}\n{NEUMANN_LINE}")).unwrap();
    let known = [neumann()];
    let verified = note.verify(&known).unwrap();
    assert_eq!((verified.text(), verified.signers()), (TEXT, [&known[0]].as_slice()));
}

#[test]
fn the_published_examples_are_signed_byte_for_byte() {
    let bytes = STANDARD.decode(NEUMANN_SEED).unwrap();
    let (kind, seed) = bytes.split_first().unwrap();
    assert_eq!(*kind, 1);
    let neumann = reach_keys::SigningKey::from_seed(KeyName::new("PeterNeumann").unwrap(), seed.try_into().unwrap());
    assert_eq!(neumann.verifier().to_string(), NEUMANN);
    let mut note = Note::sign(TEXT, &neumann).unwrap();
    assert_eq!(note.to_string(), format!("{TEXT}\n{NEUMANN_LINE}"));
    note.add_signature(&key("EnochRoot", 0)).unwrap();
    assert_eq!(note.to_string(), format!("{TEXT}\n{NEUMANN_LINE}{ROOT_LINE}"));
    // Who signs again stands last.
    note.add_signature(&neumann).unwrap();
    assert_eq!(note.to_string(), format!("{TEXT}\n{ROOT_LINE}{NEUMANN_LINE}"));
}

#[test]
fn the_example_of_the_specification_is_read() {
    // https://c2sp.org/signed-note, whose text has a blank line; its key isn't published there.
    let text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n";
    let line = "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let note = parse(&format!("{text}\n{line}")).unwrap();
    assert_eq!(note.unverified_text(), text);
    let [signature] = note.signatures() else { panic!("{note:?}") };
    assert_eq!((signature.name().as_str(), signature.id().to_string().as_str(), signature.bytes().len()), ("quasimodo.example/salvatore", "367ba04b", 64));
    assert_eq!(note.verify(&[neumann()]), Err(NoteError::NoKnownSignature));
}

#[test]
fn the_text_ends_at_the_last_blank_line() {
    let key = key("a", 1);
    for text in ["\n", "\n\n", "a\n", "a\n\n", "a\n\n\n\n", "\na\n", "— a b\n", "x\n\n— a AAAAAAA=\n", "ünïcödé \u{2028}\u{7f}\u{85}\n"] {
        let note = Note::sign(text, &key).unwrap();
        let again = Note::parse(&note.to_bytes()).unwrap();
        assert_eq!(again, note);
        assert_eq!(again.verify(&verifiers(&[&key])).unwrap().text(), text);
    }
}

#[test]
fn a_signed_note_can_be_signed_as_a_text() {
    let (inner, outer) = (key("inner", 1), key("outer", 2));
    let first = Note::sign("a\n", &inner).unwrap();
    let second = Note::sign(first.to_string(), &outer).unwrap();
    let read = Note::parse(&second.to_bytes()).unwrap();
    let known = verifiers(&[&outer]);
    assert_eq!(read.verify(&known).unwrap().text(), first.to_string());
    // The inner signature is text, and no signature of the outer note.
    assert_eq!(read.verify(&verifiers(&[&inner])), Err(NoteError::NoKnownSignature));
}

#[test]
fn only_lines_can_be_signed() {
    for (text, why) in [
        ("", NoteError::NoFinalNewline),
        ("a", NoteError::NoFinalNewline),
        ("a\nb", NoteError::NoFinalNewline),
        ("a\r\n", NoteError::Control { at: 1, byte: b'\r' }),
        ("\ta\n", NoteError::Control { at: 0, byte: b'\t' }),
        ("a\0\n", NoteError::Control { at: 1, byte: 0 }),
    ] {
        assert_eq!(Note::sign(text, &key("a", 1)), Err(why), "{text:?}");
    }
}

#[test]
fn what_is_no_note_is_refused_for_its_reason() {
    let malformed = |line| NoteError::MalformedSignature { line };
    let good = STANDARD.encode([1; 68]);
    let cases: &[(String, NoteError)] = &[
        (String::new(), NoteError::NoFinalNewline),
        ("\n".into(), NoteError::NoBlankLine),
        ("\n\n".into(), NoteError::NoSignatures),
        ("a\n\n".into(), NoteError::NoSignatures),
        (format!("a\n— a {good}\n"), NoteError::NoBlankLine),
        (format!("\n— a {good}\n"), NoteError::NoBlankLine),
        (format!("a\n\n— a {good}"), NoteError::NoFinalNewline),
        (format!("a\n\n— a {good}\n\n"), NoteError::NoSignatures),
        (format!("a\n\n— a {good}\n\n\n"), NoteError::NoSignatures),
        (format!("a\n\n— a {good}\ntrailing\n"), malformed(4)),
        (format!("a\n\n— a {good}\n— a {good}\n \n"), malformed(5)),
        (format!("a\n\n— a {good} \n"), malformed(3)),
        (format!("a\n\n — a {good}\n"), malformed(3)),
        (format!("a\r\n\r\n— a {good}\r\n"), NoteError::Control { at: 1, byte: b'\r' }),
        (format!("a\n\n— a {good}\r\n"), NoteError::Control { at: 3 + 4 + 2 + 92, byte: b'\r' }),
        (format!("a\n\r\n— a {good}\n"), NoteError::Control { at: 2, byte: b'\r' }),
        (format!("a\n \n— a {good}\n"), NoteError::NoBlankLine),
        (format!("a\0\n\n— a {good}\n"), NoteError::Control { at: 1, byte: 0 }),
        (format!("a\u{1b}[2J\n\n— a {good}\n"), NoteError::Control { at: 1, byte: 0x1b }),
        // En dash, hyphen, horizontal bar, minus, box drawing, small em dash, two-em dash, an em dash with what combines.
        (format!("a\n\n– a {good}\n"), malformed(3)),
        (format!("a\n\n- a {good}\n"), malformed(3)),
        (format!("a\n\n-- a {good}\n"), malformed(3)),
        (format!("a\n\n― a {good}\n"), malformed(3)),
        (format!("a\n\n− a {good}\n"), malformed(3)),
        (format!("a\n\n─ a {good}\n"), malformed(3)),
        (format!("a\n\n\u{fe58} a {good}\n"), malformed(3)),
        (format!("a\n\n⸺ a {good}\n"), malformed(3)),
        (format!("a\n\n—\u{301} a {good}\n"), malformed(3)),
        (format!("\u{feff}a\n\n\u{feff}— a {good}\n"), malformed(3)),
        // Spaces.
        (format!("a\n\n—a {good}\n"), malformed(3)),
        (format!("a\n\n—\u{a0}a {good}\n"), malformed(3)),
        (format!("a\n\n—  a {good}\n"), NoteError::MalformedName { line: 3, error: NameError::Empty }),
        (format!("a\n\n— a  {good}\n"), malformed(3)),
        (format!("a\n\n— a\u{a0}{good}\n"), malformed(3)),
        (format!("a\n\n— a b {good}\n"), malformed(3)),
        (format!("a\n\n— {good}\n"), malformed(3)),
        ("a\n\n— a\n".into(), malformed(3)),
        ("a\n\n— a \n".into(), malformed(3)),
        // Names.
        (format!("a\n\n— a\u{2003}b {good}\n"), NoteError::MalformedName { line: 3, error: NameError::Space }),
        (format!("a\n\n— a+b {good}\n"), NoteError::MalformedName { line: 3, error: NameError::Plus }),
        (format!("a\n\n— a\u{7f} {good}\n"), NoteError::MalformedName { line: 3, error: NameError::Invisible('\u{7f}') }),
        (format!("a\n\n— {} {good}\n", "a".repeat(256)), NoteError::MalformedName { line: 3, error: NameError::TooLong { len_bytes: 256 } }),
        // Base64: bits that stand for nothing, no padding, too much, the alphabet of URLs, an inner line, four bytes and no signature.
        ("a\n\n— a AQEBAQE=\n— a AQEBAQF=\n".into(), malformed(4)),
        ("a\n\n— a AQEBAQE\n".into(), malformed(3)),
        ("a\n\n— a AQEBAQE==\n".into(), malformed(3)),
        ("a\n\n— a AQEBAQE=AQEBAQE=\n".into(), malformed(3)),
        ("a\n\n— a AQE-AQE_\n".into(), malformed(3)),
        ("a\n\n— a AQEB\nAQE=\n".into(), malformed(3)),
        ("a\n\n— a AQEBAQ==\n".into(), malformed(3)),
        ("a\n\n— a AQ==\n".into(), malformed(3)),
    ];
    for (bytes, why) in cases {
        assert_eq!(parse(bytes), Err(why.clone()), "{bytes:?}");
    }
    assert_eq!(Note::parse(b"a\xff\n"), Err(NoteError::NotUtf8 { at: 1 }));
    // A surrogate, and a newline in two bytes.
    assert_eq!(Note::parse(b"a\xed\xa0\x80\n"), Err(NoteError::NotUtf8 { at: 1 }));
    assert_eq!(Note::parse(b"a\xc0\x8a\n"), Err(NoteError::NotUtf8 { at: 1 }));
}

#[test]
fn one_byte_of_signature_is_a_signature_of_some_kind() {
    let note = parse("a\n\n— a AQEBAQE=\n").unwrap();
    assert_eq!(note.signatures()[0].bytes(), [1]);
    assert_eq!(note.verify(&[neumann()]), Err(NoteError::NoKnownSignature));
}

#[test]
fn notes_end_at_their_limits() {
    let key = key("a", 1);
    let rest = Note::sign("\n", &key).unwrap().to_bytes().len() - 1;
    let text = |len: usize| "a".repeat(len - 1) + "\n";
    let largest = Note::sign(text(MAX_NOTE_BYTES - rest), &key).unwrap();
    assert_eq!(largest.to_bytes().len(), MAX_NOTE_BYTES);
    assert_eq!(Note::parse(&largest.to_bytes()), Ok(largest));
    assert_eq!(Note::sign(text(MAX_NOTE_BYTES - rest + 1), &key), Err(NoteError::TooLarge { len_bytes: MAX_NOTE_BYTES + 1 }));
    let huge = vec![b'a'; MAX_NOTE_BYTES + 1];
    assert_eq!(Note::parse(&huge), Err(NoteError::TooLarge { len_bytes: MAX_NOTE_BYTES + 1 }));

    let line = "— a AQEBAQE=\n";
    assert_eq!(parse(&format!("a\n\n{}", line.repeat(MAX_SIGNATURES))).unwrap().signatures().len(), MAX_SIGNATURES);
    assert_eq!(parse(&format!("a\n\n{}", line.repeat(MAX_SIGNATURES + 1))), Err(NoteError::TooManySignatures));
    let mut full = parse(&format!("a\n\n{}", line.repeat(MAX_SIGNATURES))).unwrap();
    let before = full.clone();
    assert_eq!(full.add_signature(&key), Err(NoteError::TooManySignatures));
    assert_eq!(full, before);
}

#[test]
fn unknown_keys_say_nothing_and_known_ones_must_be_right() {
    let (a, b, stranger) = (key("a", 1), key("b", 2), key("stranger", 3));
    let mut note = Note::sign("text\n", &stranger).unwrap();
    assert_eq!(note.verify(&verifiers(&[&a, &b])), Err(NoteError::NoKnownSignature));
    assert_eq!(note.verify(&[]), Err(NoteError::NoKnownSignature));
    note.add_signature(&a).unwrap();
    let known = verifiers(&[&a, &b]);
    assert_eq!(note.verify(&known).unwrap().signers(), [&known[0]]);

    // The line of `b` over another text, below the good one of `a`.
    let other = Note::sign("other\n", &b).unwrap();
    let forged = format!("{note}{}\n", other.signatures()[0]);
    let forged = parse(&forged).unwrap();
    assert_eq!(forged.verify(&known), Err(NoteError::BadSignature { name: b.name().clone(), id: b.verifier().id() }));
    // Whoever doesn't know `b` doesn't care.
    assert!(forged.verify(&known[..1]).is_ok());
}

#[test]
fn a_signature_under_another_name_or_id_is_of_an_unknown_key() {
    let (a, b) = (key("a", 1), key("b", 1));
    let note = Note::sign("text\n", &a).unwrap();
    // The same secret under another name has another ID.
    assert_ne!(a.verifier().id(), b.verifier().id());
    for (renamed, why) in [
        (note.to_string().replace("— a ", "— b "), NoteError::NoKnownSignature),
        (note.to_string().replace("— a ", "— A "), NoteError::NoKnownSignature),
        // A Cyrillic letter that looks the same.
        (note.to_string().replace("— a ", "— а "), NoteError::NoKnownSignature),
    ] {
        assert_eq!(parse(&renamed).unwrap().verify(&verifiers(&[&a, &b])), Err(why));
    }
}

/// The first two seeds, as numbers, of keys that have the same ID under the name `a`.
const COLLIDING: (u32, u32) = (25_666, 113_795);

/// A note with a signature of these bytes under the name and ID of a key.
fn with_signature(key: &VerifierKey, bytes: &[u8]) -> Note {
    let mut whole = key.id().to_bytes().to_vec();
    whole.extend_from_slice(bytes);
    parse(&format!("text\n\n— {} {}\n", key.name(), STANDARD.encode(whole))).unwrap()
}

#[test]
fn a_stranger_with_the_name_and_id_of_a_known_key_has_a_bad_signature() {
    // As if the stranger had searched for a key of the same ID.
    let (known, stranger) = (key("a", 1), key("a", 2));
    let bad = Err(NoteError::BadSignature { name: known.name().clone(), id: known.verifier().id() });
    assert_eq!(with_signature(&known.verifier(), &stranger.sign(b"text\n")).verify(&verifiers(&[&known])), bad);
    let good = known.sign(b"text\n");
    assert!(with_signature(&known.verifier(), &good).verify(&verifiers(&[&known])).is_ok());
    for wrong in [&good[..63], &[good.as_slice(), &[0]].concat(), &good[..1], &[0; 64]] {
        assert_eq!(with_signature(&known.verifier(), wrong).verify(&verifiers(&[&known])), bad);
    }
}

#[test]
fn two_known_keys_of_one_name_and_id_are_refused() {
    // Found by trying: the first four bytes of SHA-256("a" || 0x0A || 0x01 || key) are equal.
    let seeded = |n: u32| {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&n.to_le_bytes());
        reach_keys::SigningKey::from_seed(KeyName::new("a").unwrap(), &seed)
    };
    let (one, other) = (seeded(COLLIDING.0), seeded(COLLIDING.1));
    let id = one.verifier().id();
    assert_eq!(id, other.verifier().id());
    assert_ne!(one.verifier(), other.verifier());
    let note = Note::sign("text\n", &one).unwrap();
    let known = verifiers(&[&one, &other]);
    assert_eq!(note.verify(&known), Err(NoteError::AmbiguousKeys { name: one.name().clone(), id }));
    assert!(note.verify(&known[..1]).is_ok());
    assert_eq!(note.verify(&known[1..]), Err(NoteError::BadSignature { name: one.name().clone(), id }));
    // The same key twice is no other key.
    let twice = verifiers(&[&one, &one]);
    assert_eq!(note.verify(&twice).unwrap().signers().len(), 1);
}

#[test]
fn each_signature_of_a_known_key_is_verified_and_counts_once() {
    let a = key("a", 1);
    let known = verifiers(&[&a]);
    let note = Note::sign("text\n", &a).unwrap();
    let line = note.signatures()[0].to_string();
    let twice = parse(&format!("{note}{line}\n")).unwrap();
    assert_eq!(twice.verify(&known).unwrap().signers().len(), 1);
    assert_eq!(twice.verify_threshold(&known, 2), Err(NoteError::TooFewSignatures { found: 1, needed: 2 }));
    // A good one and then a bad one.
    let bad = with_signature(&known[0], &[7; 64]).signatures()[0].to_string();
    for order in [format!("{note}{bad}\n"), format!("text\n\n{bad}\n{line}\n")] {
        assert!(matches!(parse(&order).unwrap().verify(&known), Err(NoteError::BadSignature { .. })));
    }
}

#[test]
fn a_threshold_counts_different_keys() {
    let (a, b, c, alias) = (key("a", 1), key("b", 2), key("c", 3), key("alias", 1));
    let mut note = Note::sign("text\n", &a).unwrap();
    note.add_signature(&b).unwrap();
    let known = verifiers(&[&a, &b, &c]);
    for needed in 0..=2 {
        assert_eq!(note.verify_threshold(&known, needed).unwrap().signers(), [&known[0], &known[1]]);
    }
    assert_eq!(note.verify_threshold(&known, 3), Err(NoteError::TooFewSignatures { found: 2, needed: 3 }));
    // The secret of `a` under a second name.
    note.add_signature(&alias).unwrap();
    let known = verifiers(&[&a, &b, &alias]);
    assert_eq!(note.verify(&known).unwrap().signers().len(), 3);
    assert_eq!(note.verify_threshold(&known, 3), Err(NoteError::TooFewSignatures { found: 2, needed: 3 }));
    // Nobody at all is not enough for a threshold of nobody.
    assert_eq!(note.verify_threshold(&verifiers(&[&c]), 0), Err(NoteError::NoKnownSignature));
}
