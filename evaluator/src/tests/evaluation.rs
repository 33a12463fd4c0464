//! What each operation computes.

use super::bench::{SLOTS, V, check, image, run, step};
use crate::data::ContextData;
use crate::image::RegionId;
use crate::op::OPCODES;
use crate::vm::{Machine, Trap};

/// Name of an operation, code, type of the result, result. At least one for each opcode.
const CASES: &[(&str, &[&str], &str, &str)] = &[
    ("move", &["move r0 s9 @0", "return r0 @1"], "int", "7"),
    ("move", &["move r0 s27 @1", "return r0 @0"], "bool", "none MissingFact @1"),
    ("move", &["move r0 x0 @1", "return r0 @0"], "text", "none MissingContext @1"),
    ("unwrap", &["unwrap r0 c16 @0", "return r0 @0"], "text", "\"b\""),
    ("unwrap", &["unwrap r0 s23 @1", "return r0 @0"], "text", "none Absent @1"),
    ("unwrap", &["unwrap r0 s11 @1", "return r0 @0"], "text", "\"Abc\""),
    ("field", &["field r0 s22 1 @0", "return r0 @0"], "text", "\"rec\""),
    ("part", &["part r0 s12 path.name @0", "return r0 @0"], "text", "\"a.txt\""),
    ("part", &["part r0 s12 path.extension @0", "return r0 @0"], "text?", "\"txt\""),
    ("part", &["part r0 c11 path.extension @0", "return r0 @0"], "text?", "(none)"),
    ("part", &["part r0 s12 path.parent @0", "return r0 @0"], "path?", "\"/srv/x\""),
    ("part", &["part r0 c12 path.parent @0", "return r0 @0"], "path?", "\".\""),
    ("part", &["part r0 s12 path.absolute @0", "return r0 @0"], "bool", "true"),
    ("part", &["part r0 s13 email.local @0", "return r0 @0"], "text", "\"Ann\""),
    ("part", &["part r0 s13 email.domain @0", "return r0 @0"], "host", "\"bank.example\""),
    ("part", &["part r0 c26 url.host @0", "return r0 @0"], "host", "\"example.com\""),
    ("part", &["part r0 c27 url.host @1", "return r0 @0"], "host", "none NoPart @1"),
    ("part", &["part r0 c26 url.path @0", "return r0 @0"], "path", "\"/a/b\""),
    ("part", &["part r0 c26 url.port @0", "return r0 @0"], "int?", "8443"),
    ("part", &["part r0 c27 url.port @0", "return r0 @0"], "int?", "(none)"),
    ("part", &["part r0 c31 shell.text @0", "return r0 @0"], "text", "\"git status; A=1 git push origin > /tmp/log\""),
    ("part", &["part r0 c32 shell.#found @0", "return r0 @0"], "list<command>", "[\"git $X\"]"),
    ("part", &["part r0 c31 shell.commands @0", "return r0 @0"], "list<command>", "[\"git status\", \"A=1 git push origin > /tmp/log\"]"),
    (
        "part",
        &["part r1 c31 shell.commands @0", "index r2 r1 c2 @0", "unwrap r3 r2 @0", "part r0 r3 command.words @0", "return r0 @0"],
        "list<text>",
        "[\"git\", \"push\", \"origin\"]",
    ),
    (
        "part",
        &["part r1 c32 shell.#found @0", "index r2 r1 c4 @0", "unwrap r3 r2 @1", "part r0 r3 command.words @0", "return r0 @0"],
        "list<text>",
        "none Absent @1",
    ),
    (
        "part",
        &[
            "part r1 c32 shell.#found @0",
            "move r4 c23 @0",
            "unary r4 abs.int c2 @0",
            "arith r4 sub.int r4 c2 @0",
            "index r2 r1 r4 @0",
            "unwrap r3 r2 @0",
            "part r0 r3 command.words @1",
            "return r0 @0",
        ],
        "list<text>",
        "none Opaque @1",
    ),
    ("local", &["local r1 s14 z0 @0", "field r0 r1 5 @0", "return r0 @0"], "int", "1"),
    ("local", &["local r1 s14 z0 @0", "field r0 r1 4 @0", "return r0 @0"], "weekday", "thursday"),
    ("index", &["index r0 s21 c6 @0", "return r0 @0"], "int?", "2"),
    ("index", &["index r0 s21 c15 @0", "return r0 @0"], "int?", "(none)"),
    ("index", &["index r0 s19 c2 @0", "return r0 @0"], "int?", "2"),
    ("index", &["index r0 s19 c23 @0", "return r0 @0"], "int?", "(none)"),
    ("length", &["length r0 text s11 @0", "return r0 @0"], "int", "3"),
    ("length", &["length r0 list s19 @0", "return r0 @0"], "int", "3"),
    ("length", &["length r0 map s21 @0", "return r0 @0"], "int", "2"),
    ("lower", &["lower r0 s11 @0", "return r0 @0"], "text", "\"abc\""),
    ("lower", &["lower r0 c5 @0", "return r0 @0"], "text", "\"a\""),
    ("arith", &["arith r0 add.int s9 c3 @0", "return r0 @0"], "int", "12"),
    ("arith", &["arith r0 add.int s9 c4 @1", "return r0 @0"], "int", "none Overflow @1"),
    ("arith", &["arith r0 mul.decimal c22 c22 @1", "return r0 @0"], "decimal", "none Inexact @1"),
    ("arith", &["arith r0 add.date s15 c19 @1", "return r0 @0"], "date", "none PartialDay @1"),
    ("arith", &["arith r0 add.date s15 s16 @1", "return r0 @0"], "date", "1970-01-12"),
    ("arith", &["arith r0 add.time s16 s14 @1", "return r0 @0"], "time", "1970-01-02T00:00:01Z"),
    ("arith", &["arith r0 mul.duration s9 s16 @1", "return r0 @0"], "duration", "7d"),
    ("arith", &["arith r0 min s9 c3 @1", "return r0 @0"], "int", "5"),
    ("unary", &["unary r0 neg.int s9 @0", "return r0 @0"], "int", "-7"),
    ("unary", &["unary r0 abs.int c23 @1", "return r0 @0"], "int", "none Overflow @1"),
    ("concat", &["concat r0 s19 c14 @0", "return r0 @0"], "list<int>", "[1, 2, 3, 1, 5]"),
    ("concat", &["concat r0 s26 s19 @0", "return r0 @0"], "list<int>", "[1, 2, 3]"),
    ("concat", &["concat r0 s26 s26 @0", "return r0 @0"], "list<int>", "[]"),
    ("list", &["move r1 s9 @0", "move r2 c2 @0", "list r0 r1 2 @0", "return r0 @0"], "list<int>", "[7, 1]"),
    ("list", &["move r1 s17 @0", "move r2 s27 @1", "list r0 r1 2 @0", "return r0 @0"], "list<bool>", "none MissingFact @1"),
    ("jump", &["move r0 c2 @0", "jump.false r1 ->4", "move r0 c3 @0", "jump ->5", "move r0 c4 @0", "return r0 @0"], "int", ""),
    ("jump.false", &["move r1 c1 @0", "move r0 c2 @0", "jump.false r1 ->4", "move r0 c3 @0", "return r0 @0"], "int", "1"),
    ("jump.false", &["move r1 s27 @0", "move r0 c2 @0", "jump.false r1 ->4", "move r0 c3 @0", "return r0 @0"], "int", "5"),
    ("jump.none", &["move r1 s27 @1", "jump.none r0 r1 ->3", "move r0 c2 @0", "return r0 @0"], "int", "none MissingFact @1"),
    ("jump.none", &["move r1 s17 @1", "jump.none r0 r1 ->3", "move r0 c2 @0", "return r0 @0"], "int", "1"),
    ("jump.present", &["move r1 s23 @0", "move r0 c2 @0", "jump.present r1 ->4", "move r0 c3 @0", "return r0 @0"], "int", "5"),
    ("jump.present", &["move r1 c16 @0", "move r0 c2 @0", "jump.present r1 ->4", "move r0 c3 @0", "return r0 @0"], "int", "1"),
    ("cmp", &["cmp r0 lt num s9 c3 @0", "return r0 @0"], "bool", "false"),
    ("cmp", &["cmp r0 eq text s11 c5 @0", "return r0 @0"], "bool", "false"),
    ("cmp", &["cmp r0 eq path s12 c12 @1", "return r0 @0"], "bool", "none RelativePath @1"),
    ("cmp", &["cmp r0 ne bool s17 c1 @0", "return r0 @0"], "bool", "true"),
    ("cmp", &["cmp r0 eq deep c14 c14 @0", "return r0 @0"], "bool", "true"),
    ("cmp", &["cmp r0 ne deep s19 c14 @0", "return r0 @0"], "bool", "true"),
    ("cmp", &["cmp r0 eq deep s22 c17 @0", "return r0 @0"], "bool", "false"),
    ("cmp", &["cmp r0 eq deep s24 c21 @0", "return r0 @0"], "bool", "false"),
    ("cmp", &["cmp r0 eq deep s25 s25 @1", "return r0 @0"], "bool", "true"),
    ("cmp", &["cmp r0 eq bool s27 s17 @1", "return r0 @0"], "bool", "none MissingFact @1"),
    ("cmp", &["move r1 c12 @0", "move r2 c12 @0", "list r0 r1 2 @0", "cmp r0 eq deep r0 s25 @1", "return r0 @0"], "bool", "none RelativePath @1"),
    ("cmp", &["move r1 c12 @0", "move r2 c11 @0", "list r0 r1 1 @0", "cmp r0 eq deep r0 s25 @1", "return r0 @0"], "bool", "false"),
    ("in", &["move r1 s19 @0", "list r2 r1 1 @0", "in r0 deep s19 r2 @0", "return r0 @0"], "bool", "true"),
    ("in", &["in r0 num c2 s19 @0", "return r0 @0"], "bool", "true"),
    ("in", &["in r0 text s11 c7 @0", "return r0 @0"], "bool", "false"),
    ("in", &["in r0 path c11 s25 @0", "return r0 @0"], "bool", "true"),
    ("in", &["in r0 path s12 s25 @1", "return r0 @0"], "bool", "none RelativePath @1"),
    ("present", &["present r0 s23 @0", "return r0 @0"], "bool", "false"),
    ("present", &["present r0 s27 @1", "return r0 @0"], "bool", "none MissingFact @1"),
    ("within", &["within r0 path s12 c11 @0", "return r0 @0"], "bool", "true"),
    ("within", &["within r0 host c24 c25 @0", "return r0 @0"], "bool", "true"),
    ("within", &["within r0 host c25 c24 @0", "return r0 @0"], "bool", "false"),
    ("within", &["within r0 ip c28 c30 @0", "return r0 @0"], "bool", "true"),
    ("within", &["within r0 ip c29 c30 @1", "return r0 @0"], "bool", "none Ambiguous @1"),
    ("within", &["within r0 host.ip c24 c30 @0", "return r0 @0"], "bool", "false"),
    ("runs", &["runs r0 only c31 c39 @0", "return r0 @0"], "bool", "false"),
    ("runs", &["runs r0 only c49 c40 @0", "return r0 @0"], "bool", "true"),
    ("runs", &["runs r0 only c49 c41 @0", "return r0 @0"], "bool", "false"),
    ("runs", &["runs r0 only c32 c40 @1", "return r0 @0"], "bool", "none Opaque @1"),
    ("runs", &["runs r0 may c31 c41 @0", "return r0 @0"], "bool", "true"),
    ("runs", &["runs r0 may c32 c41 @1", "return r0 @0"], "bool", "none Opaque @1"),
    ("query", &["query r0 reads.only c42 c46 @0", "return r0 @0"], "bool", "true"),
    ("query", &["query r0 reads.only c43 c47 @0", "return r0 @0"], "bool", "false"),
    ("query", &["query r0 may.write c43 c47 @0", "return r0 @0"], "bool", "true"),
    ("query", &["query r0 may.write c42 c47 @0", "return r0 @0"], "bool", "false"),
    ("detect", &["detect r0 c48 email @0", "return r0 @0"], "bool", "true"),
    ("ask", &["ask r0 q0 r0 0 @1", "return r0 @0"], "bool", "none Unsure @1"),
    ("ask", &["move r0 s11 @0", "ask r1 q1 r0 1 @1", "return r1 @0"], "bool", "none Unsure @1"),
    ("detect", &["detect r0 c48 card @0", "return r0 @0"], "bool", "false"),
    ("within", &["within r0 path s12 c12 @1", "return r0 @0"], "bool", "none RelativePath @1"),
    ("matches", &["matches r0 s12 /0 @0", "return r0 @0"], "bool", "true"),
    ("matches", &["matches r0 c12 /0 @1", "return r0 @0"], "bool", "none RelativePath @1"),
    ("matches", &["matches r0 s11 /1 @0", "return r0 @0"], "bool", "true"),
    ("contains", &["contains r0 s11 c6 @0", "return r0 @0"], "bool", "true"),
    ("has", &["has r0 s21 c5 @0", "return r0 @0"], "bool", "true"),
    ("has", &["has r0 s24 c18 @0", "return r0 @0"], "bool", "true"),
    ("has", &["has r0 s24 c15 @0", "return r0 @0"], "bool", "false"),
    ("not", &["not r0 s17 @0", "return r0 @0"], "bool", "false"),
    ("not", &["not r0 s27 @1", "return r0 @0"], "bool", "none MissingFact @1"),
    ("and", &["move r0 c0 @0", "and r0 s27 ->3 @1", "and r0 c1 ->3 @0", "return r0 @0"], "bool", "false"),
    ("and", &["move r0 s27 @1", "and r0 s17 ->3 @0", "and r0 s27 ->3 @0", "return r0 @0"], "bool", "none MissingFact @1"),
    ("or", &["move r0 c1 @0", "or r0 s27 ->3 @1", "or r0 c0 ->3 @0", "return r0 @0"], "bool", "true"),
    ("or", &["move r0 c1 @0", "or r0 s27 ->3 @1", "or r0 c1 ->3 @0", "return r0 @0"], "bool", "none MissingFact @1"),
    ("loop", &["loop r0 all s19 r1 r2 ->2 @0", "cmp r2 lt num r1 c3 @0", "return r0 @0"], "bool", "true"),
    ("loop", &["loop r0 any s19 r1 r2 ->2 @0", "cmp r2 gt num r1 c3 @0", "return r0 @0"], "bool", "false"),
    ("loop", &["loop r0 count s19 r1 r2 ->2 @0", "cmp r2 gt num r1 c2 @0", "return r0 @0"], "int", "2"),
    ("loop", &["loop r0 count s19 r1 r2 ->2 @0", "move r2 s27 @1", "return r0 @0"], "int", "none MissingFact @1"),
    ("loop", &["loop r0 sum.int s19 r1 r2 ->2 @0", "arith r2 mul.int r1 r1 @0", "return r0 @0"], "int", "14"),
    ("loop", &["loop r0 sum.int s19 r1 r2 ->2 @1", "move r2 c4 @0", "return r0 @0"], "int", "none Overflow @1"),
    ("loop", &["loop r0 sum.decimal s19 r1 r2 ->2 @1", "move r2 s10 @0", "return r0 @0"], "decimal", "7.5"),
    ("loop", &["loop r0 sum.duration s19 r1 r2 ->2 @1", "move r2 s16 @0", "return r0 @0"], "duration", "3d"),
    ("loop", &["loop r0 any s19 r1 r2 ->5 @0", "cmp r2 eq num r1 c3 @0", "jump.false r2 ->4", "move r2 c1 @0", "not r2 r2 @0", "return r0 @0"], "bool", "true"),
    ("loop", &["loop r0 any s19 r1 r2 ->3 @0", "loop r2 all s19 r3 r4 ->3 @0", "cmp r4 ge num r1 r3 @0", "return r0 @0"], "bool", "true"),
    ("note", &["move r0 s17 @0", "note #0 r0", "note #1 s9", "return r0 @0"], "bool", "true"),
    ("return", &["return s9 @0"], "int", "7"),
    ("return", &["return s27 @1"], "bool", "none MissingFact @1"),
    ("test.num", &["move r0 c0 @0", "test.num r0 and ge s9 c3 ->2 @0", "return r0 @0"], "bool", "true"),
    ("test.num", &["move r0 c0 @0", "test.num r0 and eq s18 c13 ->2 @0", "return r0 @0"], "bool", "true"),
    ("test.num", &["move r0 c0 @0", "test.num r0 and eq s1 c20 ->2 @0", "return r0 @0"], "bool", "true"),
    ("test.text", &["move r0 c1 @0", "test.text r0 or ne s11 c5 ->2 @0", "return r0 @0"], "bool", "true"),
    ("test.text", &["move r0 c0 @0", "test.text r0 and eq x0 c5 ->2 @1", "return r0 @0"], "bool", "none MissingContext @1"),
    ("test.in", &["move r0 c0 @0", "test.in r0 and is c6 c7 ->2 @0", "return r0 @0"], "bool", "true"),
    ("test.in", &["move r0 c0 @0", "test.in r0 and not s9 c8 ->2 @0", "return r0 @0"], "bool", "true"),
    ("test.in", &["move r0 c0 @0", "test.in r0 and is s11 c7 ->2 @0", "return r0 @0"], "bool", "false"),
    ("test.present", &["move r0 c0 @0", "test.present r0 and not s23 ->2 @0", "return r0 @0"], "bool", "true"),
    ("test.present", &["move r0 c0 @0", "test.present r0 and is s23 ->2 @0", "return r0 @0"], "bool", "false"),
];

#[test]
fn every_operation_computes_what_it_says() {
    for (_, code, result, expected) in CASES.iter().filter(|case| case.0 != "jump") {
        check(code, result, expected);
    }
    check(&["move r1 c1 @0", "jump.false r1 ->4", "move r0 c3 @0", "jump ->5", "move r0 c2 @0", "return r0 @0"], "int", "1");
    check(&["move r1 c0 @0", "jump.false r1 ->4", "move r0 c3 @0", "jump ->5", "move r0 c2 @0", "return r0 @0"], "int", "5");
}

#[test]
fn every_operation_has_a_case() {
    for op in OPCODES.iter().filter(|op| op.word != "store") {
        assert!(CASES.iter().any(|(word, ..)| *word == op.word), "{}", op.word);
    }
}

#[test]
fn a_stored_class_field_is_read_like_another_slot() {
    let mut image = image(&["return s28 @1"], "int");
    let derive = super::bench::add_region(&mut image, &["arith r0 add.int s9 c3 @0", "store s28 r0 @0", "store s29 s27 @0", "return c0 @0"], "bool");
    image.targets[0].derive = Some(derive);
    let image = image.verify().unwrap();
    let mut step = step();
    Machine::new().run(&image, derive, &mut step, &ContextData::default(), &(), &mut ()).unwrap();
    step.seal();
    assert_eq!(run(&image, &mut step, "int").0.as_deref(), Ok("12"));
    assert!(matches!(step.slots[29], crate::value::Value::None(_)));
}

#[test]
fn observers_hear_of_notes_alone() {
    let image = image(&["move r0 s17 @0", "note #1 s9", "note #0 r0", "return r0 @0"], "bool").verify().unwrap();
    assert_eq!(run(&image, &mut step(), "bool").1, ["#1 7", "#0 true"]);
}

#[test]
fn what_a_run_made_is_gone_at_the_next() {
    let image = image(&["concat r0 s19 s19 @0", "return r0 @0"], "list<int>").verify().unwrap();
    let mut step = step();
    let cells = step.cells.len();
    for _ in 0..3 {
        assert_eq!(run(&image, &mut step, "list<int>").0.as_deref(), Ok("[1, 2, 3, 1, 2, 3]"));
        assert_eq!(step.cells.len(), cells + 6);
    }
}

#[test]
fn buffers_grow_once() {
    let image = image(&["concat r0 s19 s19 @0", "lower r1 s11 @0", "return r0 @0"], "list<int>").verify().unwrap();
    let (mut step, mut machine) = (step(), Machine::new());
    let mut sizes = Vec::new();
    for _ in 0..4 {
        machine.run(&image, RegionId(0), &mut step, &ContextData::default(), &(), &mut ()).unwrap();
        sizes.push((step.cells.capacity(), step.scratch.capacity(), step.slots.capacity()));
    }
    assert!(sizes.windows(2).skip(1).all(|pair| pair[0] == pair[1]), "{sizes:?}");
}

#[test]
fn a_list_longer_than_the_limit_has_no_value() {
    let image = image(&["concat r0 s19 c14 @1", "return r0 @0"], "list<int>").verify().unwrap();
    for (len, fits) in [(9_998, true), (9_999, false)] {
        let mut step = step();
        let at = u32::try_from(step.cells.len()).unwrap();
        step.cells.resize(step.cells.len() + len, crate::value::Value::Num(1));
        step.slots[19] = crate::value::Value::List(crate::value::Cells { space: crate::value::Space::Scratch, at, len: u32::try_from(len).unwrap() });
        step.seal();
        let result = run(&image, &mut step, "list<int>").0.unwrap();
        assert_eq!(result == "none Limit @1", !fits, "{len}");
    }
}

#[test]
fn loops_in_loops_run_out_of_fuel_instead_of_time() {
    let image =
        image(&["loop r0 count s19 r1 r2 ->4 @0", "loop r3 count s19 r4 r5 ->3 @0", "cmp r5 eq num r1 r4 @0", "cmp r2 gt num r3 c2 @0", "return r0 @0"], "int")
            .verify()
            .unwrap();
    let run = |fuel| Machine::with_fuel(fuel).run(&image, RegionId(0), &mut step(), &ContextData::default(), &(), &mut ()).map(drop);
    // Two loops over three elements: 1 + 3 * (1 + 3 + 1) + 1 operations.
    assert_eq!(run(17), Ok(()));
    assert_eq!(run(15), Err(Trap::Fuel));
    let mut machine = Machine::new();
    for spent in [17, 34] {
        machine.run(&image, RegionId(0), &mut step(), &ContextData::default(), &(), &mut ()).unwrap();
        assert_eq!(machine.spent(), spent);
    }
}

#[test]
fn a_slot_of_another_type_is_a_trap_and_no_panic() {
    let image = image(&["unary r0 neg.int s9 @0", "return r0 @0"], "int").verify().unwrap();
    let mut step = step();
    step.slots[9] = crate::value::Value::Bool(true);
    assert_eq!(run(&image, &mut step, "int").0, Err(Trap::Internal));
    assert!(matches!(SLOTS[0].1, V::Num(7)));
}

#[test]
fn lower_case_of_text_that_was_made_is_made_too() {
    let image = image(&["lower r0 s11 @0", "return r0 @0"], "text").verify().unwrap();
    let mut step = step();
    step.scratch.push_str("ÄÉİx");
    step.slots[11] = crate::value::Value::Text(crate::value::Str { space: crate::value::Space::Scratch, start: 0, len: 7, atom: crate::value::Atom::UNKNOWN });
    step.seal();
    assert_eq!(run(&image, &mut step, "text").0.as_deref(), Ok("\"äéi\u{307}x\""));
}
