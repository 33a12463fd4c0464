//! The crate `signed_note` reads and verifies what ours writes, ours what it writes; and both agree about notes that were changed.

use reach_keys::{NameError, Note, NoteError, VerifierKey};
use signed_note::{Note as Theirs, StandardSigner, StandardVerifier, VerifierList};

use crate::{key, verifiers};

const TEXT: &str = "log.example/reach\n17\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n";

/// What the crate says of bytes: the note, and whether one of the keys has signed it.
fn theirs(bytes: &[u8], known: &[VerifierKey]) -> Option<(Theirs, bool)> {
    let note = Theirs::from_bytes(bytes).ok()?;
    let list = known.iter().map(|key| Box::new(StandardVerifier::new(&key.to_string()).unwrap()) as Box<dyn signed_note::Verifier>).collect();
    let verified = note.verify(&VerifierList::new(list)).is_ok();
    Some((note, verified))
}

/// Both say the same, except that names which can't be seen are no names to us.
fn agree(bytes: &[u8], known: &[VerifierKey]) {
    match (Note::parse(bytes), theirs(bytes, known)) {
        (Ok(ours), Some((theirs, verified))) => {
            assert_eq!(ours.to_bytes(), bytes);
            assert_eq!(theirs.to_bytes(), bytes);
            assert_eq!(ours.verify(known).is_ok(), verified, "{}", String::from_utf8_lossy(bytes));
        }
        (Err(NoteError::MalformedName { error: NameError::Invisible(_), .. }), Some(_)) | (Err(_), None) => {}
        (ours, theirs) => panic!("{}: {ours:?}, {theirs:?}", String::from_utf8_lossy(bytes)),
    }
}

/// A signer of the crate with the same secret.
fn their_signer(name: &str, seed: u8) -> StandardSigner {
    let line = key(name, seed).verifier().to_string();
    let id = line.split('+').nth(1).unwrap().to_owned();
    use base64::Engine as _;
    let secret = base64::engine::general_purpose::STANDARD.encode([[1].as_slice(), &[seed; 32]].concat());
    StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id}+{secret}")).unwrap()
}

#[test]
fn each_reads_and_signs_as_the_other() {
    let (a, b) = (key("log.example/reach", 1), key("witness.example", 2));
    let known = verifiers(&[&a, &b]);
    let mut ours = Note::sign(TEXT, &a).unwrap();
    ours.add_signature(&b).unwrap();
    let mut theirs = Theirs::new(TEXT.as_bytes(), &[]).unwrap();
    theirs.add_sigs(&[&their_signer("log.example/reach", 1), &their_signer("witness.example", 2)]).unwrap();
    assert_eq!(ours.to_bytes(), theirs.to_bytes());
    agree(&ours.to_bytes(), &known);
    assert_eq!(Note::parse(&theirs.to_bytes()).unwrap().verify(&known).unwrap().signers().len(), 2);
}

#[test]
fn both_agree_about_each_changed_byte() {
    let (a, b) = (key("log.example/reach", 1), key("witness.example", 2));
    let mut note = Note::sign(TEXT, &a).unwrap();
    note.add_signature(&b).unwrap();
    let (bytes, known) = (note.to_bytes(), verifiers(&[&a]));
    for at in 0..bytes.len() {
        let others = (0..8).map(|bit| bytes[at] ^ (1 << bit)).chain([b'\n', b' ', b'+', b'=', 0, 0xff]);
        for other in others {
            let mut changed = bytes.clone();
            changed[at] = other;
            agree(&changed, &known);
        }
        // One byte less, and one twice.
        agree(&[&bytes[..at], &bytes[at + 1..]].concat(), &known);
        agree(&[&bytes[..=at], &bytes[at..]].concat(), &known);
        // The end cut off.
        agree(&bytes[..at], &known);
    }
}
