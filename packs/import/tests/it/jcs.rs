//! The canonical form against the vectors of RFC 8785.

use proptest::prelude::*;
use reach_import::{Json, Room, Uncanonical, canonical, digest};

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes(), &mut Room(1000)).unwrap()
}

/// RFC 8785, appendix B: IEEE 754 doubles and how they are written.
const NUMBERS: &[(u64, &str)] = &[
    (0x0000_0000_0000_0000, "0"),
    (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
    (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
    (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
    (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
    (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"),
    (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"),
    (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"),
    (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
];

#[test]
fn numbers_are_written_as_appendix_b_says() {
    for (bits, written) in NUMBERS {
        let shortest = format!("{:e}", f64::from_bits(*bits));
        assert_eq!(canonical(&json(&shortest), false).unwrap(), *written, "{bits:016x}");
    }
}

/// RFC 8785, section 3.2.2 with the bytes of section 3.2.4.
#[test]
fn literals_texts_and_numbers_are_written_as_section_3_2_says() {
    let input = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    let bytes = "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c31652b33302c342e35\
                 2c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e412742\
                 5c225c5c5c5c5c222f227d";
    let made: String = canonical(&json(input), false).unwrap().bytes().map(|b| format!("{b:02x}")).collect();
    assert_eq!(made, bytes);
}

/// RFC 8785, section 3.2.3: by UTF-16 code units, so that a pair stands before U+FB33.
#[test]
fn members_are_sorted_as_section_3_2_3_says() {
    let input = r#"{ "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis" }"#;
    let made = canonical(&json(input), true).unwrap();
    let order =
        ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"];
    let places: Vec<usize> = order.iter().map(|name| made.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{made}");
}

#[test]
fn a_number_that_would_become_another_one_has_no_digest() {
    for (written, becomes) in [("9007199254740993", "9007199254740992"), ("18446744073709551615", "18446744073709552000"), ("0.1000000000000000055", "0.1")] {
        let expected = Uncanonical::Inexact { written: written.into(), becomes: becomes.into() };
        assert_eq!(digest(&json(written)), Err(expected), "{written}");
        assert_eq!(canonical(&json(written), false).unwrap(), becomes);
    }
    for huge in ["1e309", "-1e309", "1e99999999999999999999"] {
        assert!(matches!(digest(&json(huge)), Err(Uncanonical::Range(_))), "{huge}");
    }
    for small in ["1e-400", "1e-99999999999999999999"] {
        assert!(matches!(digest(&json(small)), Err(Uncanonical::Inexact { .. })), "{small}");
    }
    // The double lies in the middle between this and what ends in 2.
    assert_eq!(canonical(&json("1396172523771034.3"), false).unwrap(), "1396172523771034.2");
    assert!(matches!(digest(&json("1396172523771034.3")), Err(Uncanonical::Inexact { .. })));
    for exact in ["9007199254740992", "0.1", "-0", "-0.0", "1E2", "100e-2", "1e21", "1.0", "0e99999999999999999999"] {
        assert!(digest(&json(exact)).is_ok(), "{exact}");
    }
}

/// The digests are those that `printf '%s' FORM | sha256sum` gives.
#[test]
fn a_digest_is_that_of_the_bytes_of_the_form() {
    assert_eq!(digest(&json("{}")).unwrap(), "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assert_eq!(digest(&json(r#"{ "b": 1.0, "a": "\u0041" }"#)).unwrap(), digest(&json(r#"{"a":"A","b":1}"#)).unwrap());
    assert_ne!(digest(&json(r#"{"a":"A"}"#)).unwrap(), digest(&json(r#"{"a":"a"}"#)).unwrap());
}

proptest! {
    #[test]
    fn the_form_of_a_double_reads_back_as_that_double(bits: u64) {
        let double = f64::from_bits(bits);
        prop_assume!(double.is_finite());
        // Of two shortest decimals that are as near, Rust writes one and ECMAScript the even one: another number, though the same double.
        let made = canonical(&json(&format!("{double:e}")), false).unwrap();
        prop_assert_eq!(made.parse::<f64>().unwrap(), double);
        prop_assert_eq!(canonical(&json(&made), true).unwrap(), made);
    }

    #[test]
    fn the_form_of_a_form_is_itself(text in "\\PC{0,20}", n in -1_000_000i64..1_000_000) {
        let value = Json::Object(vec![(text.clone(), Json::Number(n.to_string())), (format!("{text}a"), Json::Text(text))]);
        let made = canonical(&value, true).unwrap();
        prop_assert_eq!(canonical(&json(&made), true).unwrap(), made);
    }
}
