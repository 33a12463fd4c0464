//! Verified images as wholes: mutations, look-ups, printing.

use super::bench::{check_refused, image, show, step, ty};
use crate::data::{ContextData, View};
use crate::fuzz::run_all;
use crate::image::*;
use crate::op::{NoteId, OPCODES, Op, code_cost};
use crate::print::{json_text, message_text, quoted_text};
use crate::value::{Atom, Space, Value};
use proptest::prelude::*;
use sha2::Digest as _;

/// A program that has a bit of everything.
const PROGRAM: [&str; 16] = [
    "move r0 c0 @0",
    "test.num r0 and ge s9 c2 ->13 @0",
    "test.present r0 and not s23 ->13 @0",
    "loop r1 any s19 r2 r3 ->6 @0",
    "cmp r3 eq num r2 c3 @0",
    "or r3 c1 ->6 @1",
    "and r0 r1 ->13 @0",
    "move r4 s17 @0",
    "jump.none r5 r4 ->12",
    "jump.false r4 ->11",
    "jump ->11",
    "matches r5 s12 /0 @0",
    "and r0 r5 ->13 @0",
    "note #0 r0",
    "not r0 r0 @0",
    "return r0 @0",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_mutated_image_is_refused_or_runs(at in 0usize..16, opcode in 0..OPCODES.len(), numbers in proptest::collection::vec(0u32..24, 12), second: Option<usize>) {
        let mut image = image(&PROGRAM, "bool");
        let mut numbers = numbers.into_iter().cycle();
        let mut places = vec![at];
        places.extend(second.map(|n| n % 16));
        for place in places {
            image.code[place] = Op::sample(opcode, &mut |bound| numbers.next().unwrap() % bound);
        }
        let ops = &image.code[..16];
        let mut frame = 0;
        ops.iter().for_each(|op| op.registers(|_, reg| frame = frame.max(reg.0 + 1)));
        (image.regions[0].frame, image.regions[0].cost) = (frame, code_cost(ops, 0));
        let copy = image.clone();
        run_all(image, |trap, region| panic!("{trap:?} in region {region}"));
        // The same with values in the slots.
        if let Ok(verified) = copy.verify() {
            let result = crate::vm::Machine::new().run(&verified, RegionId(0), &mut step(), &ContextData::default(), &(), &mut ());
            prop_assert!(result.is_ok(), "{result:?}");
        }
    }
}

#[test]
fn the_program_of_the_mutations_is_verified() {
    assert!(run_all(image(&PROGRAM, "bool"), |trap, region| panic!("{trap:?} in region {region}")));
}

#[test]
fn steps_are_found_by_kind_and_name() {
    let mut image = image(&["return s9 @0"], "int");
    let first = u32::try_from(image.texts.len()).unwrap();
    image.texts.extend(["file:///docs/*".to_owned(), "file:///**".to_owned()]);
    let target = |kind, name: u32| TargetDef {
        kind,
        name: TextId(name),
        args: vec![],
        facts: vec![],
        pinned: None,
        checks: vec![],
        derive: None,
        result: None,
        returns: vec![],
        charges: vec![],
        watches: vec![],
        rules: vec![],
    };
    image.targets.extend([target(StepKind::Say, 0), target(StepKind::Read, first), target(StepKind::Read, first + 1), target(StepKind::Spawn, 1)]);
    let verified = image.clone().verify().unwrap();
    assert_eq!(verified.target(StepKind::Call, "t"), Some(0));
    assert_eq!(verified.target(StepKind::Call, "T"), None);
    assert_eq!(verified.target(StepKind::Spawn, "t"), Some(4));
    assert_eq!(verified.target(StepKind::Model, "t"), None);
    assert_eq!(verified.target(StepKind::Say, "whatever"), Some(1));
    assert_eq!(verified.target(StepKind::Read, "file:///docs/a"), Some(2));
    assert_eq!(verified.target(StepKind::Read, "file:///docs/a/b"), Some(3));
    assert_eq!(verified.target(StepKind::Read, "http://docs/a"), None);
    image.targets[2].name = TextId(0);
    check_refused(image, "V0014", "target 2");
}

#[test]
fn texts_have_atoms() {
    let verified = image(&["return s9 @0"], "int").verify().unwrap();
    assert_eq!(verified.atom_of("t"), Atom(1));
    assert_eq!(verified.atom_of("unheard of"), Atom::FOREIGN);
    assert_eq!(verified.text(TextId(1)), "t");
    assert_eq!(verified.pool_str(TextId(1)).space, Space::Pool);
    fn is_shared<T: Send + Sync>(_: &T) {}
    is_shared(&verified);
}

#[test]
fn values_are_printed_by_their_types() {
    let verified = image(&["return s9 @0"], "int").verify().unwrap();
    let (step, context) = (step(), ContextData::default());
    let view = View { image: &verified, step: &step, context: &context };
    let expected = [
        ("7", "7"),
        ("2.5", "2.5"),
        ("\"Abc\"", "\"Abc\""),
        ("\"/srv/x/a.txt\"", "\"/srv/x/a.txt\""),
        ("\"Ann@bank.example\"", "\"Ann@bank.example\""),
        ("1970-01-01T00:00:01Z", "\"1970-01-01T00:00:01Z\""),
        ("1970-01-11", "\"1970-01-11\""),
        ("1d", "\"1d\""),
        ("true", "true"),
        ("green", "\"green\""),
        ("[1, 2, 3]", "[1,2,3]"),
        ("[\"a\", \"b\"]", "[\"a\",\"b\"]"),
        ("{\"a\": 1, \"b\": 2}", "{\"a\":1,\"b\":2}"),
        ("{a: 4, b: \"rec\"}", "{\"a\":4,\"b\":\"rec\"}"),
        ("(none)", "null"),
        ("{\"k\": \"v\", \"n\": (none)}", "{\"k\":\"v\",\"n\":null}"),
        ("[\"/srv\", \"rel\"]", "[\"/srv\",\"rel\"]"),
        ("(none)", "null"),
    ];
    for (((name, _), value), (people, json)) in super::bench::SLOTS.iter().zip(&step.slots[9..]).zip(expected) {
        assert_eq!((quoted_text(view, ty(name), *value).as_str(), json_text(view, ty(name), *value).as_deref()), (people, Some(json)), "{name}");
    }
    assert_eq!(message_text(view, ty("text"), step.slots[11]), "Abc");
    assert_eq!(message_text(view, ty("bool"), step.slots[27]), "(no value)");
    assert_eq!(json_text(view, ty("bool"), step.slots[27]), None);
    assert_eq!(show(view, ty("bool"), Value::Bool(false)), "false");
}

#[test]
fn what_is_printed_is_bounded() {
    let verified = image(&["return s9 @0"], "int").verify().unwrap();
    let (mut step, context) = (step(), ContextData::default());
    let long = |len: usize| "é".repeat(len);
    for (bytes, cut) in [(4_096, false), (4_098, true)] {
        step.scratch = long(bytes / 2);
        let value = Value::Text(crate::value::Str { space: Space::Scratch, start: 0, len: u32::try_from(bytes).unwrap(), atom: Atom::UNKNOWN });
        let view = View { image: &verified, step: &step, context: &context };
        assert_eq!(message_text(view, ty("text"), value).ends_with('…'), cut, "{bytes}");
        assert!(json_text(view, ty("text"), value).is_some());
    }
    step.scratch = long(1 << 19);
    let value = Value::Text(crate::value::Str { space: Space::Scratch, start: 0, len: 1 << 20, atom: Atom::UNKNOWN });
    assert_eq!(json_text(View { image: &verified, step: &step, context: &context }, ty("text"), value), None);
}

#[test]
fn a_damaged_image_is_refused_when_it_is_loaded_or_is_what_it_says() {
    // With a checksum that fits, so that only decoding and verifying stand between the bytes and a run or an explanation.
    let whole = image(&PROGRAM, "bool").encode();
    let (covered, _) = whole.split_at(whole.len() - 32);
    let mut loaded = 0;
    for at in 0..covered.len() {
        let mut bytes = covered.to_vec();
        bytes[at] ^= if at % 2 == 0 { 1 } else { 0x80 };
        let checksum = sha2::Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        let Ok(image) = Image::decode(&bytes) else { continue };
        let Ok(verified) = image.verify() else { continue };
        loaded += 1;
        assert!(verified.to_image().encode() == bytes, "byte {at}");
        // What only explanations read is there and holds together.
        let tables = verified.image();
        for note in (0u32..).take(tables.notes()).map(|note| tables.note(NoteId(note)).unwrap()) {
            let place = tables.place(note.place).unwrap();
            assert!(tables.sources[place.file as usize].text.get(place.start as usize..place.end as usize).is_some());
        }
        for region in (0u32..).take(tables.regions()).map(RegionId) {
            let (first, ops) = tables.operations(region).unwrap();
            assert!(ops.iter().all(|op| op.target().is_none_or(|to| to.0 > first && to.0 < first + u32::try_from(ops.len()).unwrap())));
            assert!(ops.iter().filter_map(|op| op.place()).all(|place| tables.place(place).is_some()));
        }
    }
    assert!(loaded > 20, "only {loaded} of {} changes load", covered.len());
}
