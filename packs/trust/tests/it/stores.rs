//! The trust store: what can be said in it, and what is noticed.

use reach_keys::{KeyName, SigningKey};
use reach_trust::{Action, MAX_ENTRIES, MAX_NEEDED, MAX_STORE_BYTES, Rotation, SignerId, Standing, Subject, TrustError, TrustStore};

use crate::{day, key, needing, revoking, store, trusting};

fn rotating(old: &SigningKey, new: &SigningKey, until: Option<u64>) -> Action {
    let envelope = Rotation::sign(old, new, day(1), until.map(day)).unwrap();
    Action::Rotate { proof: String::from_utf8(envelope.to_bytes().unwrap()).unwrap() }
}

fn standing(store: &TrustStore, of: &SigningKey, name: &str, days: u64) -> String {
    let known = store.key(&SignerId::of(&of.verifier())).unwrap();
    match store.standing(known, &Subject::Pack(name.parse().unwrap()), day(days)) {
        Standing::Trusted(None) => "trusted".to_owned(),
        Standing::Trusted(Some(until)) => format!("trusted until {}", (until.as_secs() - day(0).as_secs()) / 86_400),
        Standing::Revoked(_) => "revoked".to_owned(),
        Standing::Expired(_) => "expired".to_owned(),
        Standing::OtherNames => "other names".to_owned(),
    }
}

/// Adds to an empty store, and says what was wrong with the last.
fn refused(actions: &[Action]) -> TrustError {
    let (last, before) = actions.split_last().unwrap();
    let mut store = store(before);
    let (bytes, entries) = (store.as_bytes().to_vec(), store.entries().len());
    let error = store.append(last.clone(), day(2)).unwrap_err();
    assert_eq!((store.as_bytes(), store.entries().len()), (bytes.as_slice(), entries), "it is as it was");
    error
}

#[test]
fn a_store_is_read_as_it_was_written() {
    let (one, two) = (key("a.example", 1), key("b.example", 2));
    let written =
        store(&[trusting(&one, &["acme.*", "registry:packs.example"], Some(day(9))), needing("acme.*", 2), rotating(&one, &two, Some(3)), revoking(&one)]);
    assert_eq!(TrustStore::parse(written.as_bytes()).unwrap(), written);
    assert_eq!(TrustStore::parse(b"").unwrap(), TrustStore::default());
    let line = String::from_utf8(written.as_bytes().to_vec()).unwrap();
    let first = concat!(r#"{"entry":{"act":"trust","expires":"2027-01-24T08:00:00Z","key":"a.example+"#,);
    assert!(line.starts_with(first), "{line}");
    assert!(line.lines().next().unwrap().ends_with(r#""time":"2027-01-15T08:00:00Z"}"#), "{line}");
}

#[test]
fn names_and_times_of_a_key_add_up() {
    let one = key("a.example", 1);
    let trust = store(&[trusting(&one, &["acme.*"], Some(day(5))), trusting(&one, &["acme.bank"], Some(day(9))), trusting(&one, &["other.a"], None)]);
    assert_eq!(standing(&trust, &one, "acme.bank", 1), "trusted until 9", "the one that ends last holds");
    assert_eq!(standing(&trust, &one, "acme.shop", 1), "trusted until 5");
    assert_eq!(standing(&trust, &one, "acme.shop", 5), "expired");
    assert_eq!(standing(&trust, &one, "other.a", 999), "trusted");
    assert_eq!(standing(&trust, &one, "other.b", 1), "other names");
    let shorter = store(&[trusting(&one, &["acme.*"], None), trusting(&one, &["acme.*"], Some(day(3)))]);
    assert_eq!(standing(&shorter, &one, "acme.bank", 3), "expired", "the same name again replaces the time");
}

#[test]
fn a_key_takes_the_place_of_another() {
    let (one, two, three) = (key("a.example", 1), key("a.example", 2), key("a.example", 3));
    let trust = store(&[trusting(&one, &["acme.*"], Some(day(9))), rotating(&one, &two, Some(4)), rotating(&two, &three, None)]);
    assert_eq!(standing(&trust, &one, "acme.a", 3), "trusted until 4", "what it has signed holds until then");
    assert_eq!(standing(&trust, &two, "acme.a", 3), "trusted until 9", "nothing is longer than it was");
    assert_eq!(standing(&trust, &three, "acme.a", 3), "trusted until 9");
    let known = |of: &SigningKey| trust.key(&SignerId::of(&of.verifier())).unwrap();
    assert_eq!(known(&one).successor, Some(two.verifier()));
    assert_eq!(known(&two).predecessor, Some(one.verifier()));
    assert_eq!(known(&two).successor, Some(three.verifier()));
    let revoked = store(&[trusting(&one, &["acme.*"], None), rotating(&one, &two, None), revoking(&one)]);
    assert_eq!(standing(&revoked, &two, "acme.a", 3), "trusted", "who comes after is not revoked with it");
}

#[test]
fn what_cannot_be_said_is_refused() {
    let (one, two, three) = (key("a.example", 1), key("b.example", 2), key("c.example", 3));
    let id = |of: &SigningKey| SignerId::of(&of.verifier());
    let trusted = trusting(&one, &["acme.*"], Some(day(9)));
    let reason = |text: &str| Action::Revoke { key: one.verifier().to_string(), reason: text.to_owned(), since: None };
    let line = |text: &str| Action::Trust { expires: None, key: text.to_owned(), names: ["acme.*".parse().unwrap()].into() };
    for (what, actions, is) in [
        ("no names", vec![trusting(&one, &[], None)], (|e| *e == TrustError::NoNames) as fn(&TrustError) -> bool),
        ("no key", vec![line("")], |e| matches!(e, TrustError::Key(_))),
        ("a key of small order", vec![line(&weak())], |e| matches!(e, TrustError::Key(reach_keys::KeyError::Weak))),
        ("a key with another id", vec![line(&other_id(&one))], |e| matches!(e, TrustError::Key(reach_keys::KeyError::OtherId { .. }))),
        ("no reason", vec![reason(" ")], |e| matches!(e, TrustError::Reason(_))),
        ("a reason of two lines", vec![reason("a\nb")], |e| matches!(e, TrustError::Reason(_))),
        ("a reason with a hidden character", vec![reason("a\u{202e}b")], |e| matches!(e, TrustError::Reason(_))),
        ("a reason that is too long", vec![reason(&"a".repeat(1001))], |e| matches!(e, TrustError::Reason(_))),
        ("no keys are needed", vec![needing("acme.*", 0)], |e| *e == TrustError::Needed(0)),
        ("too many keys are needed", vec![needing("acme.*", MAX_NEEDED + 1)], |e| *e == TrustError::Needed(MAX_NEEDED + 1)),
        ("trust in a revoked key", vec![trusted.clone(), revoking(&one), trusted.clone()], |e| matches!(e, TrustError::Revoked(_))),
        ("trust in a revoked key under another name", vec![revoking(&one), trusting(&key("z.example", 1), &["acme.*"], None)], |e| {
            matches!(e, TrustError::Revoked(_))
        }),
        ("a rotation of a key that nobody knows", vec![rotating(&one, &two, None)], |e| matches!(e, TrustError::Unknown(_))),
        ("a rotation of a revoked key", vec![trusted.clone(), revoking(&one), rotating(&one, &two, None)], |e| matches!(e, TrustError::Revoked(_))),
        ("a rotation to a revoked key", vec![trusted.clone(), revoking(&two), rotating(&one, &two, None)], |e| matches!(e, TrustError::Revoked(_))),
        ("a second rotation", vec![trusted.clone(), rotating(&one, &two, None), rotating(&one, &three, None)], |e| matches!(e, TrustError::Rotated(_))),
        ("two keys with one heir", vec![trusted.clone(), trusting(&three, &["x.*"], None), rotating(&one, &two, None), rotating(&three, &two, None)], |e| {
            matches!(e, TrustError::Rotated(_))
        }),
        ("a rotation of a key whose time has ended", vec![trusting(&one, &["acme.*"], Some(day(2))), rotating(&one, &two, None)], |e| {
            matches!(e, TrustError::Lapsed(_))
        }),
        ("a rotation that is no envelope", vec![trusted.clone(), Action::Rotate { proof: "{}".to_owned() }], |e| matches!(e, TrustError::Rotation(_))),
    ] {
        let error = refused(&actions);
        assert!(is(&error), "{what}: {error:?}");
    }
    assert!(store(&[needing("acme.*", 1), needing("acme.*", MAX_NEEDED)]).entries().len() == 2);
    assert_eq!(refused(&[trusted.clone(), revoking(&one), trusted]), TrustError::Revoked(id(&one)));
}

/// The line of the point (0, 1), whose ID is right.
fn weak() -> String {
    use base64::Engine as _;
    let mut bytes = [0; 33];
    (bytes[0], bytes[1]) = (1, 1);
    let digest = reach_statement::Digest::of(&[b"a\n".as_slice(), &bytes].concat()).hex();
    format!("a+{}+{}", &digest[..8], base64::engine::general_purpose::STANDARD.encode(bytes))
}

fn other_id(of: &SigningKey) -> String {
    let line = of.verifier().to_string();
    let (name, rest) = line.split_once('+').unwrap();
    format!("{name}+{}{}", if rest.starts_with('0') { '1' } else { '0' }, &rest[1..])
}

/// Two seeds whose keys have one ID under the name `a`, found by trying.
const COLLIDING: (u32, u32) = (25_666, 113_795);

#[test]
fn two_keys_that_a_signature_could_not_tell_apart_are_refused() {
    let seeded = |n: u32| {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&n.to_le_bytes());
        SigningKey::from_seed(KeyName::new("a").unwrap(), &seed)
    };
    let (one, other) = (seeded(COLLIDING.0), seeded(COLLIDING.1));
    let ambiguous = TrustError::Ambiguous(SignerId::of(&one.verifier()));
    assert_eq!(refused(&[trusting(&one, &["acme.*"], None), trusting(&other, &["x.*"], None)]), ambiguous);
    assert_eq!(refused(&[trusting(&one, &["acme.*"], None), revoking(&other)]), ambiguous);
}

#[test]
fn what_was_changed_taken_away_or_put_in_is_noticed() {
    let (one, two) = (key("a.example", 1), key("b.example", 2));
    let good = store(&[trusting(&one, &["acme.*"], None), trusting(&two, &["acme.*"], None), revoking(&two), needing("acme.*", 1)]);
    let text = String::from_utf8(good.as_bytes().to_vec()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let parse = |text: String| TrustStore::parse(text.as_bytes()).unwrap_err();
    assert_eq!(parse([lines[0], lines[1], lines[3]].concat()), TrustError::Chain { line: 3 }, "a revocation taken away");
    assert_eq!(parse(lines[1..].concat()), TrustError::Chain { line: 1 }, "the beginning taken away");
    assert_eq!(parse([lines[0], lines[2], lines[1], lines[3]].concat()), TrustError::Chain { line: 2 }, "two swapped");
    assert_eq!(parse([lines[0], lines[0], lines[1]].concat()), TrustError::Chain { line: 2 }, "one twice");
    assert_eq!(parse(text.replacen("acme.*", "evil.*", 1)), TrustError::Chain { line: 2 }, "the first changed");
    assert_eq!(parse(text.replacen("lost", "lose", 1)), TrustError::Chain { line: 4 }, "a reason changed");
    assert_eq!(parse(text.trim_end().to_owned()), TrustError::Torn { line: 4 }, "the last line end lacks");
    assert_eq!(parse(text[..text.len() - 20].to_owned()), TrustError::Torn { line: 4 }, "the last line is torn");
    assert_eq!(parse(format!("{text}{{")), TrustError::Torn { line: 5 }, "another line is torn");
    assert!(matches!(parse(format!("{text}\n")), TrustError::Form { line: 5, .. }), "an empty line");
    assert!(matches!(parse(text.replacen("\"needed\"", "\"least\"", 1)), TrustError::Form { line: 4, .. }), "an unknown field");
    assert!(matches!(parse(text.replacen("threshold", "allow_all", 1)), TrustError::Form { line: 4, .. }), "an unknown act");
    for (what, changed) in [
        ("a space", text.replacen(":{", ": {", 1)),
        ("an end of line of Windows", text.replacen('\n', "\r\n", 1)),
        ("an escape", text.replacen("trust\"", "\\u0074rust\"", 1)),
        ("another time", text.replacen("08:00:00Z", "08:00:00.0Z", 1)),
    ] {
        assert!(matches!(parse(changed), TrustError::NotCanonical { line: 1 } | TrustError::Form { line: 1, .. }), "{what}");
    }
    let digit = text.find("sha256:").unwrap() + 7;
    let other = if &text[digit..=digit] == "0" { "1" } else { "0" };
    assert_eq!(parse([&text[..digit], other, &text[digit + 1..]].concat()), TrustError::Chain { line: 1 }, "another beginning");
}

#[test]
fn any_byte_of_a_store_that_is_changed_is_noticed_but_in_its_last_line() {
    let (one, two) = (key("a.example", 1), key("b.example", 2));
    let good = store(&[trusting(&one, &["acme.*"], Some(day(9))), rotating(&one, &two, Some(3)), revoking(&one), needing("acme.*", 1)]);
    let bytes = good.as_bytes();
    let last = bytes[..bytes.len() - 1].iter().rposition(|b| *b == b'\n').unwrap();
    for at in 0..=last {
        for bit in [0, 3, 5] {
            let mut changed = bytes.to_vec();
            changed[at] ^= 1 << bit;
            assert!(TrustStore::parse(&changed).is_err(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn a_store_has_a_most() {
    let mut full = TrustStore::default();
    for at in 0..MAX_ENTRIES {
        full.append(needing("acme.*", 1 + u32::try_from(at).unwrap() % MAX_NEEDED), day(0)).unwrap();
    }
    assert_eq!(TrustStore::parse(full.as_bytes()).unwrap(), full);
    assert_eq!(full.append(needing("acme.*", 1), day(0)), Err(TrustError::TooMany));
    let large = vec![b'x'; MAX_STORE_BYTES + 1];
    assert_eq!(TrustStore::parse(&large), Err(TrustError::TooLarge { len_bytes: MAX_STORE_BYTES + 1 }));
    assert_eq!(TrustStore::parse(&large[1..]), Err(TrustError::Torn { line: 1 }));
}
