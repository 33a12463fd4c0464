//! Bytes of operations and images.

use super::bench::image;
use crate::image::{FORMAT_VERSION, FORMAT_WITHOUT_ENTITIES, FORMAT_WITHOUT_PACKS, Image, MAGIC, PackDef, SEMANTICS_VERSION, SourceDef};
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

/// An image of a bundle that uses a pack, in the format that has packs.
fn with_pack() -> Image {
    let mut image = image(&["return s9 @0"], "int");
    let at = u32::try_from(image.sources.len()).unwrap();
    let last = image.sources.last().unwrap().name.clone();
    image.sources.push(SourceDef { name: format!("{last}//rules.reach"), text: "tool t()\n".into() });
    image.packs.push(PackDef { name: last, version: "1.0.0".into(), digest: Some("sha256:1".into()), sources: vec![at] });
    image
}

#[test]
fn an_image_with_entities_reads_back_and_has_a_format_of_its_own() {
    let image = image(&["lookup r0 c50 e0 0 @0", "return r0 @0"], "int");
    let bytes = image.encode();
    assert_eq!(bytes[8], 5);
    assert_eq!(Image::decode(&bytes).as_ref(), Ok(&image));
    let packs = with_pack();
    let both = Image { packs: packs.packs.clone(), sources: packs.sources, ..image };
    assert_eq!(Image::decode(&both.encode()).as_ref(), Ok(&both));
    both.verify().unwrap();
    // One without entities is not written so.
    let mut bytes = with_pack().encode();
    bytes.truncate(bytes.len() - 32);
    bytes[8] = 5;
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    assert!(["V0004", "V0005"].contains(&Image::decode(&bytes).unwrap_err().code.number()));
}

#[test]
fn an_image_with_packs_reads_back_and_has_a_format_of_its_own() {
    let image = with_pack();
    let bytes = image.encode();
    assert_eq!(bytes[8], 4);
    assert_eq!(Image::decode(&bytes).as_ref(), Ok(&image));
    image.verify().unwrap();
    let without = self::image(&["return s9 @0"], "int").encode();
    assert_eq!(without[8], 3, "what uses no packs is written as before");
    // Neither can be told to be the other.
    let as_other = |bytes: &[u8], format: u8| {
        let mut bytes = bytes.to_vec();
        bytes.truncate(bytes.len() - 32);
        bytes[8] = format;
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        Image::decode(&bytes).unwrap_err().code.number()
    };
    assert!(["V0004", "V0005"].contains(&as_other(&bytes, 3)));
    assert!(["V0004", "V0005"].contains(&as_other(&without, 4)));
}

#[test]
fn the_digest_names_packs() {
    let digest = |change: &dyn Fn(&mut Image)| {
        let mut image = with_pack();
        change(&mut image);
        image.bundle_digest()
    };
    let mut all = vec![
        digest(&|_| {}),
        digest(&|i| i.packs[0].version.push('1')),
        digest(&|i| i.packs[0].digest = None),
        digest(&|i| i.packs[0].name.push('x')),
        digest(&|i| i.packs[0].sources.clear()),
        digest(&|i| i.packs.clear()),
        digest(&|i| i.sources.last_mut().unwrap().text.push(' ')),
    ];
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 7);
}

#[test]
fn packs_that_are_not_in_order_or_take_what_is_not_theirs_are_refused() {
    let refused = |change: &dyn Fn(&mut Image)| {
        let mut image = with_pack();
        change(&mut image);
        image.verify().unwrap_err().code.number()
    };
    assert_eq!(refused(&|i| i.packs[0].sources = vec![9]), "V0007");
    assert_eq!(refused(&|i| i.packs[0].sources = vec![0]), "V0008");
    assert_eq!(refused(&|i| i.packs[0].name = "other".into()), "V0008");
    assert_eq!(refused(&|i| i.packs.push(i.packs[0].clone())), "V0008");
    assert_eq!(refused(&|i| i.packs[0].sources = vec![1, 1]), "V0008");
    let many = |n: usize| {
        let mut image = with_pack();
        image.packs = (0..n).map(|at| PackDef { name: format!("p{at:04}"), version: String::new(), digest: None, sources: Vec::new() }).collect();
        image.verify().map(drop).map_err(|e| e.code.number())
    };
    assert_eq!(many(1_000), Ok(()));
    assert!(many(1_001).is_err());
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
    assert_eq!((FORMAT_WITHOUT_PACKS, FORMAT_WITHOUT_ENTITIES, FORMAT_VERSION, SEMANTICS_VERSION), (3, 4, 5, 3));
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
