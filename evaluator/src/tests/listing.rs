//! The disassembler.

use super::bench::{add_region, image, ty};
use crate::disassemble;
use crate::image::*;
use crate::op::{PatternId, Slot};

#[test]
fn an_image_is_listed_for_people() {
    let code = [
        "move r0 c0 @0",
        "test.num r0 and ge s9 c3 ->5 @1",
        "loop r1 any s19 r2 r3 ->4 @0",
        "cmp r3 eq num r2 c2 @0",
        "and r0 r1 ->5 @0",
        "note #0 r0",
        "return r0 @0",
    ];
    let mut image = image(&code, "bool");
    let check = add_region(&mut image, &["return c0 @0"], "bool");
    let derive = add_region(&mut image, &["store s28 s9 @1", "return c0 @0"], "bool");
    let set = add_region(&mut image, &["return s28 @1"], "int");
    image.targets[0].checks.push(CheckDef { pointer: TextId(8), expected: TextId(9), region: check });
    image.targets[0].derive = Some(derive);
    image.rules[0].advisory = true;
    image.rules[0].severity = Some(TextId(4));
    image.rules[0].variants[0].obligations = vec![
        ObligationDef::Notify(TextId(1)),
        ObligationDef::Require(TextId(2)),
        ObligationDef::Set { field: TextId(1), region: set, ty: ty("int") },
        ObligationDef::Redact { field: TextId(2), pattern: PatternId(1), slot: Slot(11) },
    ];
    let listing = disassemble(&image);
    image.verify().unwrap();
    insta::assert_snapshot!(listing);
}

#[test]
fn what_is_out_of_range_is_listed_too() {
    let mut image = image(&["move r0 c99 @99", "return r0 @0"], "int");
    image.rules[0].name = TextId(999);
    image.rules[0].variants[0].fast = RegionId(99);
    image.types[0] = TypeDesc::List(TypeId(0));
    image.regions[1].end = 9_999;
    let listing = disassemble(&image);
    assert!(listing.contains("move r0 c99 @99 ; ?") && listing.contains("permit ?") && listing.contains("fast region 99 ?"), "{listing}");
}
