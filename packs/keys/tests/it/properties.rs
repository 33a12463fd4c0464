use proptest::prelude::*;
use reach_keys::{KeyName, Note, SigningKey, VerifierKey};

use crate::{key, verifiers};

/// Texts that can be signed, blank lines and lines that look like signatures among them.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![Just(String::new()), "[ -~]{0,20}", "\\PC{0,8}", Just("— a AQEBAQE=".to_owned()), Just("— ".to_owned())];
    prop::collection::vec(line, 1..5).prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
}

fn name() -> impl Strategy<Value = KeyName> {
    "[a-z]{1,3}\\.example(/[A-Za-z0-9äß]{1,4})?".prop_map(|name| KeyName::new(name).unwrap())
}

fn signing_key() -> impl Strategy<Value = SigningKey> {
    (name(), any::<[u8; 32]>()).prop_map(|(name, seed)| SigningKey::from_seed(name, &seed))
}

proptest! {
    #[test]
    fn a_note_is_read_as_it_was_signed(text in text(), keys in prop::collection::vec(signing_key(), 1..4)) {
        let mut note = Note::sign(text.clone(), &keys[0]).unwrap();
        for key in &keys[1..] {
            note.add_signature(key).unwrap();
        }
        let read = Note::parse(&note.to_bytes()).unwrap();
        prop_assert_eq!(&read, &note);
        let known = keys.iter().map(SigningKey::verifier).collect::<Vec<_>>();
        let verified = read.verify(&known).unwrap();
        prop_assert_eq!(verified.text(), text);
    }

    #[test]
    fn no_byte_of_a_signed_note_can_be_changed(text in text(), key in signing_key(), at in any::<prop::sample::Index>(), other in any::<u8>()) {
        let mut bytes = Note::sign(text, &key).unwrap().to_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != other);
        bytes[at] = other;
        let known = [key.verifier()];
        prop_assert!(Note::parse(&bytes).is_err() || Note::parse(&bytes).unwrap().verify(&known).is_err());
    }

    #[test]
    fn whatever_is_changed_what_verifies_was_signed(text in text(), change in change()) {
        let (a, b) = (key("a", 1), key("b", 2));
        let mut note = Note::sign(text.clone(), &a).unwrap();
        note.add_signature(&b).unwrap();
        let mut bytes = note.to_bytes();
        change.apply(&mut bytes);
        let known = verifiers(&[&a]);
        if let Ok(read) = Note::parse(&bytes)
            && let Ok(verified) = read.verify(&known)
        {
            prop_assert_eq!(verified.text(), text);
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_lines_are_read_or_refused(text in "(— [a-z+ ]{0,3} [A-Za-z0-9+/=]{0,12}|[a-z]|)?(\n(— [a-z+ ]{0,3} [A-Za-z0-9+/=]{0,12}|[a-z]|)){0,6}") {
        if let Ok(note) = Note::parse(text.as_bytes()) {
            prop_assert_eq!(note.to_string(), text);
        }
    }

    #[test]
    fn any_key_has_a_line_of_its_own(key in signing_key()) {
        let line = key.verifier().to_string();
        prop_assert_eq!(line.parse::<VerifierKey>(), Ok(key.verifier()));
    }

    #[test]
    fn no_character_of_a_line_can_be_changed(key in signing_key(), at in any::<prop::sample::Index>(), other in any::<char>()) {
        let line = key.verifier().to_string();
        let mut characters: Vec<char> = line.chars().collect();
        let at = at.index(characters.len());
        prop_assume!(characters[at] != other);
        characters[at] = other;
        prop_assert!(characters.into_iter().collect::<String>().parse::<VerifierKey>().is_err());
    }
}

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Put(prop::sample::Index, Vec<u8>),
    Take(prop::sample::Index, usize),
    Copy(prop::sample::Index, prop::sample::Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    let bytes = prop_oneof![prop::collection::vec(any::<u8>(), 1..4), Just(b"\n".to_vec()), Just(b"\n\n".to_vec()), Just("— ".as_bytes().to_vec())];
    prop_oneof![
        (index(), bytes).prop_map(|(at, bytes)| Change::Put(at, bytes)),
        (index(), 1..20_usize).prop_map(|(at, len)| Change::Take(at, len)),
        (index(), index(), 1..120_usize).prop_map(|(from, to, len)| Change::Copy(from, to, len)),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let len = bytes.len();
        match self {
            Self::Put(at, new) => {
                let at = at.index(len + 1);
                bytes.splice(at..at, new.iter().copied());
            }
            Self::Take(at, count) => {
                let at = at.index(len);
                bytes.drain(at..(at + count).min(len));
            }
            Self::Copy(from, to, count) => {
                let (from, to) = (from.index(len), to.index(len + 1));
                let piece = bytes[from..(from + count).min(len)].to_vec();
                bytes.splice(to..to, piece);
            }
        }
    }
}
