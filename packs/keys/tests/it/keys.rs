use reach_keys::{BadSignature, KeyError, KeyName, NameError, SigningKey, VerifierKey};

use crate::{hex, key};

/// RFC 8032, section 7.1, tests 1 to 3: secret key, public key, message, signature.
const RFC_8032: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

/// The points of small order as bytes, the last six in forms that RFC 8032 doesn't write: those that libsodium's `ge25519_has_small_order` lists, each
/// with both signs (also in Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs, 2020).
const SMALL_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// The order of the base point, 2^252 + 27742317777372353535851937790883648493 (RFC 8032, section 5.1), in little endian.
const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

/// From the documentation of <https://pkg.go.dev/golang.org/x/mod/sumdb/note>.
const NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

fn named(bytes: &str) -> Result<VerifierKey, KeyError> {
    VerifierKey::new(KeyName::new("a").unwrap(), hex(bytes).as_slice().try_into().unwrap())
}

#[test]
fn signatures_are_those_of_rfc_8032() {
    for [secret, public, message, signature] in RFC_8032 {
        let key = SigningKey::from_seed(KeyName::new("a").unwrap(), hex(secret).as_slice().try_into().unwrap());
        assert_eq!(key.verifier().as_bytes().as_slice(), hex(public));
        assert_eq!(key.sign(&hex(message)).as_slice(), hex(signature));
        let verifier = named(public).unwrap();
        assert_eq!(verifier, key.verifier());
        assert_eq!(verifier.verify(&hex(message), hex(signature).as_slice().try_into().unwrap()), Ok(()));
        assert_eq!(verifier.verify(b"other", hex(signature).as_slice().try_into().unwrap()), Err(BadSignature));
    }
}

#[test]
fn no_bit_of_a_signature_can_be_changed() {
    let key = key("a", 1);
    let (verifier, good) = (key.verifier(), key.sign(b"text\n"));
    for bit in 0..512 {
        let mut bad = good;
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verifier.verify(b"text\n", &bad), Err(BadSignature), "bit {bit}");
    }
}

#[test]
fn a_signature_has_one_form() {
    let key = key("a", 1);
    let mut bytes = key.sign(b"text\n");
    // The second half is a number below the order; with the order added it would mean the same.
    let mut carry = 0;
    for (byte, add) in bytes[32..].iter_mut().zip(hex(ORDER)) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert_eq!(key.verifier().verify(b"text\n", &bytes), Err(BadSignature));
}

#[test]
fn keys_of_small_order_are_refused() {
    for (at, bytes) in SMALL_ORDER.into_iter().enumerate() {
        assert_eq!(named(bytes).unwrap_err(), if at < 8 { KeyError::Weak } else { KeyError::NoKey }, "{bytes}");
    }
}

#[test]
fn keys_have_one_form() {
    // The coordinates from 2^255 − 19 on are those from 0 on once more.
    for low in 0xed..=0xff_u8 {
        for high in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (low, high);
            assert_eq!(VerifierKey::new(KeyName::new("a").unwrap(), &bytes), Err(KeyError::NoKey), "{low:02x}…{high:02x}");
        }
    }
    // No point has this coordinate.
    assert_eq!(named("0200000000000000000000000000000000000000000000000000000000000000"), Err(KeyError::NoKey));
}

#[test]
fn a_line_is_read_and_printed() {
    let key: VerifierKey = NEUMANN.parse().unwrap();
    assert_eq!((key.name().as_str(), key.id().to_string().as_str()), ("PeterNeumann", "c74f20a3"));
    assert_eq!(key.to_string(), NEUMANN);
    assert_eq!(VerifierKey::new(key.name().clone(), key.as_bytes()), Ok(key));
}

#[test]
fn there_is_one_line_for_a_key() {
    let other = |written: &str| KeyError::OtherId { written: id(written), computed: id("c74f20a3") };
    for (line, why) in [
        ("", KeyError::Form),
        ("PeterNeumann", KeyError::Form),
        ("PeterNeumann+c74f20a3", KeyError::Form),
        ("PeterNeumann+c74f20a3+", KeyError::Form),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Name(NameError::Empty)),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Name(NameError::Space)),
        (" PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Name(NameError::Space)),
        ("PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Form),
        ("PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Form),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Form),
        ("PeterNeumann++c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Form),
        ("PeterNeumann+c74f20a2+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", other("c74f20a2")),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n", KeyError::Base64),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq_LDE4izWy10TW", KeyError::Base64),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", KeyError::Base64),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW+", KeyError::Base64),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=", KeyError::Base64),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=", KeyError::Length { len_bytes: 31 }),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==", KeyError::Length { len_bytes: 33 }),
        ("PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KeyError::Kind(4)),
    ] {
        match line.parse::<VerifierKey>() {
            Ok(key) => panic!("{line:?} was read as {key}"),
            Err(found) => assert_eq!(found, why, "{line:?}"),
        }
    }
    let renamed = NEUMANN.replace("Peter", "peter").parse::<VerifierKey>();
    assert!(matches!(renamed, Err(KeyError::OtherId { .. })), "{renamed:?}");
    let long = format!("{}+c74f20a3+{}", "a".repeat(300), "A".repeat(44));
    assert_eq!(long.parse::<VerifierKey>(), Err(KeyError::Form));
}

fn id(text: &str) -> reach_keys::KeyId {
    reach_keys::KeyId::from_bytes(u32::from_str_radix(text, 16).unwrap().to_be_bytes())
}

#[test]
fn the_longest_name_has_a_line() {
    let key = key(&"a".repeat(reach_keys::MAX_NAME_BYTES), 1).verifier();
    assert_eq!(key.to_string().parse(), Ok(key));
}

#[test]
fn a_weak_key_in_a_line_with_the_right_id_is_refused() {
    // SHA-256("a" || 0x0A || 0x01 || 0x01 || 31 times 0x00) begins so; the other implementation takes the line.
    let line = format!("a+{:08x}+{}", signed_note::key_id("a", &hex(&format!("01{}", SMALL_ORDER[0]))), "AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert!(signed_note::StandardVerifier::new(&line).is_ok());
    assert_eq!(line.parse::<VerifierKey>(), Err(KeyError::Weak));
}
