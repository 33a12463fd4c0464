//! Published vectors, and another implementation.

use reach_statement::Statement;
use reach_trust::{Envelope, PayloadType, pae};

use crate::{file, manifest, pack};

#[test]
fn what_is_signed_is_as_dsse_has_it() {
    // DSSE v1.0.2, protocol.md, "Test Vectors".
    assert_eq!(pae("http://example.com/HelloWorld", b"hello world"), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    assert_eq!(pae("", b""), b"DSSEv1 0  0 ");
    // Lengths are those of bytes, not of characters.
    assert_eq!(pae("ü", "ü\u{0}".as_bytes()), "DSSEv1 2 ü 3 ü\u{0}".as_bytes());
}

#[test]
fn the_envelope_has_the_form_of_dsse() {
    // DSSE v1.0.2, envelope.md, with its fields in the order of RFC 8785.
    let envelope = Envelope::new(PayloadType::Pack, b"hello world".to_vec()).unwrap();
    let expected = r#"{"payload":"aGVsbG8gd29ybGQ=","payloadType":"application/vnd.reach.pack+json","signatures":[]}"#;
    assert_eq!(String::from_utf8(envelope.to_bytes().unwrap()).unwrap(), expected);
    let bytes = pack(&[&crate::key("a.example", 1)]).envelope().to_bytes().unwrap();
    assert_eq!(jcs(&bytes), bytes);
}

/// Writes JSON as another implementation of RFC 8785 does.
fn jcs(bytes: &[u8]) -> Vec<u8> {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    serde_json_canonicalizer::to_vec(&value).unwrap()
}

#[test]
fn a_statement_is_written_as_rfc_8785_has_it() {
    // Texts with everything that section 3.2.2.2 speaks of and a text of a manifest may have.
    for description in ["plain", "quotes \" and \\ and /", "euro \u{20ac}, ö, \u{1f600}, דּ", "<script>&amp;'", "\u{e000}\u{fffd}"] {
        let mut manifest = manifest("acme.bank_guard");
        manifest.description = description.to_owned();
        manifest.needs = [("reach.std".parse().unwrap(), "^1.0".parse().unwrap()), ("a.b".parse().unwrap(), "*".parse().unwrap())].into();
        manifest.exports = Some(["ü".to_owned(), "z".to_owned(), "\u{1f600}".to_owned(), "\u{fb33}".to_owned()].into());
        manifest.permissions.spend = [("usd".to_owned(), "10.5".parse().unwrap()), ("eur".to_owned(), "1".parse().unwrap())].into();
        manifest.permissions.spawn = Some(reach_statement::Spawn { children: u32::MAX, depth: 0 });
        let files = vec![file("pack.reach", "a"), file("Z", ""), file("a-b", ""), file("a/b", "")];
        let pack = reach_trust::UnverifiedPack::new(manifest, files, None).unwrap();
        let bytes = pack.unverified_statement().to_bytes().unwrap();
        assert_eq!(jcs(&bytes), bytes, "{description}");
        assert_eq!(Statement::parse(&bytes).unwrap(), *pack.unverified_statement());
    }
}

#[test]
fn names_of_amounts_that_rfc_8785_would_put_in_another_order_are_refused() {
    // Section 3.2.3 sorts by UTF-16: U+1F600 comes before U+FB33 there, and behind it in the order of bytes.
    for name in ["\u{1f600}", "\u{fb33}", "ü"] {
        let mut manifest = manifest("acme.bank_guard");
        manifest.permissions.spend = [(name.to_owned(), "1".parse().unwrap())].into();
        assert!(reach_trust::UnverifiedPack::new(manifest, vec![file("pack.reach", "")], None).is_err(), "{name}");
    }
}

#[test]
fn the_other_implementation_agrees_with_the_rfc() {
    // RFC 8785, section 3.2.2, its example of texts and numbers; and section 3.2.3, of keys.
    let given = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
    let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(String::from_utf8(jcs(given.as_bytes())).unwrap(), expected);
}
