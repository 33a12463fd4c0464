//! Bytes of operations and images.

use super::bench::image;
use crate::image::{FORMAT_VERSION, FORMAT_WITHOUT_PACKS, Image, MAGIC, SEMANTICS_VERSION};
use crate::op::{OPCODES, Op, reference};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn any_op() -> impl Strategy<Value = Op> {
    (0..OPCODES.len(), proptest::collection::vec(any::<u32>(), 16)).prop_map(|(opcode, numbers)| {
        let mut numbers = numbers.into_iter().cycle();
        Op::sample(opcode, &mut |bound| numbers.next().unwrap() % bound)
    })
}

#[test]
fn tags_and_words_are_unique_and_in_order() {
    assert!(OPCODES.is_sorted_by(|a, b| a.tag < b.tag));
    let mut words: Vec<_> = OPCODES.iter().map(|op| op.word).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), OPCODES.len());
}

#[test]
fn the_reference_lists_all_operations() {
    insta::assert_snapshot!(reference());
}

#[test]
fn an_image_reads_back() {
    let image = image(&["return s9 @0"], "int");
    let bytes = image.encode();
    assert_eq!(Image::decode(&bytes).as_ref(), Ok(&image));
    assert_eq!(Image::decode(&bytes).unwrap().encode(), bytes);
}

#[test]
fn the_bundle_digest_names_sources_and_nothing_else() {
    let mut image = image(&["return s9 @0"], "int");
    let digest = image.bundle_digest();
    image.compiler.push('x');
    image.texts.push("more".into());
    assert_eq!(image.bundle_digest(), digest);
    image.sources[0].text.push(' ');
    assert_ne!(image.bundle_digest(), digest);
    assert!(image.verify().unwrap().digest().starts_with("sha256:"));
}

/// Changes the bytes of an image and mends the checksum.
fn forged(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = image(&["return s9 @0"], "int").encode();
    bytes.truncate(bytes.len() - 32);
    change(&mut bytes);
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

#[test]
fn bytes_that_are_no_image_are_told_apart() {
    let refused = |bytes: &[u8]| Image::decode(bytes).unwrap_err().code.number();
    assert_eq!(refused(b""), "V0001");
    assert_eq!(refused(b"permit all on *"), "V0001");
    assert_eq!(refused(&MAGIC), "V0003");
    assert_eq!(refused(&forged(|b| b[8] = 99)), "V0002");
    assert_eq!(refused(&forged(|b| b[10] = 99)), "V0002");
    assert_eq!(refused(&forged(|b| b[12] ^= 1)), "V0005");
    assert_eq!(refused(&forged(|b| b.push(0))), "V0004");
    assert_eq!(refused(&forged(|b| b.truncate(100))), "V0004");
    let mut bytes = forged(|_| {});
    bytes[60] ^= 1;
    assert_eq!(refused(&bytes), "V0003");
    bytes = forged(|_| {});
    bytes.push(0);
    assert_eq!(refused(&bytes), "V0003");
    assert_eq!((FORMAT_WITHOUT_PACKS, FORMAT_VERSION, SEMANTICS_VERSION), (3, 4, 3));
}

#[test]
fn a_length_beyond_the_bytes_allocates_nothing() {
    // The length of the compiler's version stands behind magic, versions and digest.
    let error = Image::decode(&forged(|b| b[44..48].copy_from_slice(&u32::MAX.to_le_bytes()))).unwrap_err();
    assert_eq!((error.code.number(), error.message.as_str()), ("V0004", "the bytes end too early at byte 48"));
    assert_eq!(error.diagnostic().code.number(), "V0004");
}

proptest! {
    #[test]
    fn an_operation_reads_back(op in any_op(), behind in proptest::collection::vec(any::<u8>(), 0..4)) {
        let mut bytes = Vec::new();
        op.encode(&mut bytes);
        let len = bytes.len();
        bytes.extend(behind);
        prop_assert_eq!(Op::decode(&bytes), Ok((op, len)));
        prop_assert_eq!(Op::parse(&op.to_string()), Some(op));
    }

    #[test]
    fn bytes_of_operations_have_one_meaning(bytes in proptest::collection::vec(any::<u8>(), 0..40), tag in 0..OPCODES.len(), known: bool) {
        let mut bytes = bytes;
        if known && let Some(first) = bytes.first_mut() {
            *first = OPCODES[tag].tag;
        }
        if let Ok((op, len)) = Op::decode(&bytes) {
            let mut again = Vec::new();
            op.encode(&mut again);
            prop_assert_eq!(&bytes[..len], again);
        }
    }

    #[test]
    fn any_bytes_are_an_image_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index, to: u8) {
        crate::fuzz::fuzz_image(&bytes);
        let mut near = MAGIC.to_vec();
        near.extend(&bytes);
        crate::fuzz::fuzz_image(&near);
        // One byte of a good image, with the checksum mended: what still decodes must encode to the same bytes.
        crate::fuzz::fuzz_image(&forged(|b| {
            let at = at.index(b.len());
            b[at] = to;
        }));
    }
}
