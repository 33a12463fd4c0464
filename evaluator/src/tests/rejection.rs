//! What the verifier refuses: of each operation, and of the tables.

use super::bench::{add_region, check_code_refused, check_refused, image, ty};
use crate::image::*;
use crate::op::{ConstId, OPCODES, PatternId, Slot, ZoneId};
use crate::value::Place;

/// Name of an operation, code, type of the result, code of the error, part of the message. At least one for each opcode.
const CASES: &[(&str, &[&str], &str, &str, &str)] = &[
    ("move", &["move r0 r1 @0", "return r0 @0"], "int", "V0012", "r1 may not have been written"),
    ("move", &["move r0 s43 @0", "return r0 @0"], "int", "V0007", "no slot with one type 43"),
    ("move", &["move r0 x1 @0", "return r0 @0"], "int", "V0007", "no field of the context 1"),
    ("move", &["move r0 c99 @0", "return r0 @0"], "int", "V0007", "no constant 99"),
    ("move", &["move r0 s9 @9", "return r0 @0"], "int", "V0007", "no place 9"),
    ("unwrap", &["unwrap r0 s23 @0", "return r0 @0"], "int", "V0011", "type text where int"),
    ("field", &["field r0 s9 0 @0", "return r0 @0"], "int", "V0011", "type int where a record"),
    ("field", &["field r0 s22 2 @0", "return r0 @0"], "int", "V0007", "no field 2"),
    ("lookup", &["lookup r0 s9 e0 0 @0", "return r0 @0"], "int", "V0011", "type int where such an entity"),
    ("lookup", &["lookup r0 c52 e0 0 @0", "return r0 @0"], "int", "V0011", "type entity 1 where such an entity"),
    ("lookup", &["lookup r0 c50 e0 2 @0", "return r0 @0"], "int", "V0007", "no field 2"),
    ("lookup", &["lookup r0 c50 e0 1 @0", "return r0 @0"], "int", "V0011", "type entity 0? where int"),
    ("under", &["under r0 s9 e0 c52 e1 @0", "return r0 @0"], "bool", "V0011", "type int where such an entity"),
    ("under", &["under r0 c50 e0 s9 e1 @0", "return r0 @0"], "bool", "V0011", "type int where such entities"),
    ("under", &["under r0 c50 e0 c50 e1 @0", "return r0 @0"], "bool", "V0011", "type entity 0 where such entities"),
    ("under", &["under r0 c50 e0 c52 e2 @0", "return r0 @0"], "bool", "V0007", "no type of entities 2"),
    ("part", &["part r0 s11 path.name @0", "return r0 @0"], "text", "V0011", "type text where a value with parts"),
    ("part", &["part r0 c31 command.words @0", "return r0 @0"], "list<text>", "V0011", "type shell where a value with a part `command.words`"),
    ("part", &["part r0 s12 email.local @0", "return r0 @0"], "text", "V0011", "type path where a value with a part `email.local`"),
    ("local", &["local r0 s9 z0 @0", "return c2 @0"], "int", "V0011", "type int where time"),
    ("local", &["local r0 s14 z1 @0", "return c2 @0"], "int", "V0007", "no time zone 1"),
    ("index", &["index r0 s21 c2 @0", "return r0 @0"], "int?", "V0011", "type int where text"),
    ("index", &["index r0 s11 c2 @0", "return r0 @0"], "int?", "V0011", "type text where a map or list"),
    ("length", &["length r0 text s19 @0", "return r0 @0"], "int", "V0011", "type list<int> where text"),
    ("lower", &["lower r0 s23 @0", "return r0 @0"], "text", "V0011", "type text? where text"),
    ("arith", &["arith r0 add.int s9 s10 @0", "return r0 @0"], "int", "V0011", "type decimal where int"),
    ("arith", &["arith r0 max s11 s11 @0", "return r0 @0"], "text", "V0011", "type text where an ordered number"),
    ("arith", &["arith r0 add.date s16 s15 @0", "return r0 @0"], "date", "V0011", "type duration where date"),
    ("unary", &["unary r0 neg.int s10 @0", "return r0 @0"], "int", "V0011", "type decimal where int"),
    ("concat", &["concat r0 s19 s20 @0", "return r0 @0"], "list<int>", "V0011", "type list<text> where list<int>"),
    ("concat", &["concat r0 s9 s9 @0", "return r0 @0"], "list<int>", "V0011", "type int where a list"),
    ("list", &["move r1 s9 @0", "move r2 s11 @0", "list r0 r1 2 @0", "return r0 @0"], "list<int>", "V0011", "type text where int"),
    ("list", &["move r1 s9 @0", "list r0 r1 2 @0", "return r0 @0"], "list<int>", "V0012", "r2 may not"),
    ("list", &["list r0 r0 0 @0", "return r0 @0"], "int", "V0008", "a list of no registers"),
    ("jump", &["jump ->2", "move r0 c2 @0", "return c2 @0"], "int", "V0009", "can't be reached"),
    ("jump", &["move r0 c2 @0", "jump ->1", "return r0 @0"], "int", "V0010", "jumps backward"),
    ("jump", &["move r0 c2 @0", "jump ->3", "return r0 @0"], "int", "V0010", "out of its region"),
    ("jump.false", &["move r0 s9 @0", "jump.false r0 ->2", "return r0 @0"], "int", "V0011", "type int where bool"),
    ("jump.false", &["move r0 s17 @0", "jump.false r0 ->3", "move r1 c2 @0", "return r1 @0"], "int", "V0012", "r1 may not"),
    ("jump.none", &["move r0 s17 @0", "jump.none r1 r0 ->3", "move r1 s9 @0", "return r1 @0"], "bool", "V0011", "type int where bool"),
    ("jump.none", &["jump.none r0 r0 ->1", "return c2 @0"], "int", "V0012", "r0 may not"),
    ("jump.present", &["jump.present r0 ->1", "return c2 @0"], "int", "V0012", "r0 may not"),
    ("cmp", &["cmp r0 lt text s11 s11 @0", "return r0 @0"], "bool", "V0008", "only numbers are ordered"),
    ("cmp", &["cmp r0 lt num s18 s18 @0", "return r0 @0"], "bool", "V0011", "type enum"),
    ("cmp", &["cmp r0 eq num s9 s10 @0", "return r0 @0"], "bool", "V0011", "type decimal where int"),
    ("cmp", &["cmp r0 eq text s23 c5 @0", "return r0 @0"], "bool", "V0011", "type text?"),
    ("cmp", &["cmp r0 eq deep s23 s23 @0", "return r0 @0"], "bool", "V0011", "type text?"),
    ("cmp", &["cmp r0 eq deep s24 s9 @0", "return r0 @0"], "bool", "V0011", "type int where what any may hold"),
    ("in", &["in r0 num s9 s20 @0", "return r0 @0"], "bool", "V0011", "type text where int"),
    ("in", &["in r0 text s11 s19 @0", "return r0 @0"], "bool", "V0011", "type int where text"),
    ("in", &["in r0 num s9 s9 @0", "return r0 @0"], "bool", "V0011", "type int where a list or set"),
    ("present", &["present r0 r1 @0", "return r0 @0"], "bool", "V0012", "r1 may not"),
    ("within", &["within r0 path s11 s11 @0", "return r0 @0"], "bool", "V0011", "type text where a path"),
    ("within", &["within r0 path s11 s12 @0", "return r0 @0"], "bool", "V0011", "type path where text"),
    ("within", &["within r0 host c24 c30 @0", "return r0 @0"], "bool", "V0011", "type network where host"),
    ("within", &["within r0 ip c24 c30 @0", "return r0 @0"], "bool", "V0011", "type host where ip"),
    ("runs", &["runs r0 only s11 c39 @0", "return r0 @0"], "bool", "V0011", "type text where a command line"),
    ("runs", &["runs r0 only c31 c36 @0", "return r0 @0"], "bool", "V0011", "type list<text> where list<list<text>>"),
    ("query", &["query r0 reads.only c31 c46 @0", "return r0 @0"], "bool", "V0011", "type shell where a query"),
    ("query", &["query r0 may.write c42 c44 @0", "return r0 @0"], "bool", "V0011", "type text where list<text>"),
    ("ask", &["ask r0 q9 r0 0 @0", "return r0 @0"], "bool", "V0007", "no query 9"),
    ("ask", &["move r0 s9 @0", "ask r1 q0 r0 1 @0", "return r1 @0"], "bool", "V0008", "asked with 1"),
    ("ask", &["move r0 s9 @0", "ask r1 q1 r0 1 @0", "return r1 @0"], "bool", "V0011", "type int where text"),
    ("detect", &["detect r0 s9 card @0", "return r0 @0"], "bool", "V0011", "type int where text"),
    ("matches", &["matches r0 s11 /0 @0", "return r0 @0"], "bool", "V0011", "type text where text that fits"),
    ("matches", &["matches r0 s11 /9 @0", "return r0 @0"], "bool", "V0007", "no pattern 9"),
    ("contains", &["contains r0 s11 s9 @0", "return r0 @0"], "bool", "V0011", "type int where text"),
    ("has", &["has r0 s22 c5 @0", "return r0 @0"], "bool", "V0011", "type record where a map or any"),
    ("has", &["has r0 s21 c2 @0", "return r0 @0"], "bool", "V0011", "type int where text"),
    ("not", &["not r0 s9 @0", "return r0 @0"], "bool", "V0011", "type int where bool"),
    ("and", &["and r0 s17 ->1 @0", "return r0 @0"], "bool", "V0012", "r0 may not"),
    ("and", &["move r0 c0 @0", "and r0 s9 ->2 @0", "return r0 @0"], "bool", "V0011", "type int where bool"),
    ("or", &["move r0 s9 @0", "or r0 s17 ->2 @0", "return r0 @0"], "bool", "V0011", "type int where bool"),
    ("loop", &["loop r0 all s9 r1 r2 ->2 @0", "move r2 c0 @0", "return r0 @0"], "bool", "V0011", "type int where a list or set"),
    ("loop", &["loop r0 all s19 r1 r2 ->2 @0", "move r3 c0 @0", "return r0 @0"], "bool", "V0012", "r2 may not"),
    ("loop", &["loop r0 all s19 r1 r2 ->2 @0", "move r2 r1 @0", "return r0 @0"], "bool", "V0011", "type int where bool"),
    ("loop", &["loop r0 all s19 r1 r2 ->1 @0", "return r0 @0"], "bool", "V0010", "body is empty"),
    ("loop", &["loop r0 all s19 r1 r2 ->3 @0", "move r2 c0 @0", "return r0 @0"], "bool", "V0010", "beyond its surroundings"),
    ("loop", &["loop r0 all s19 r1 r2 ->2 @0", "move r2 c0 @0", "return r2 @0"], "bool", "V0012", "r2 may not"),
    (
        "loop",
        &["move r2 c0 @0", "jump.false r2 ->3", "loop r0 all s19 r1 r2 ->4 @0", "move r2 c0 @0", "return r0 @0"],
        "bool",
        "V0010",
        "into or out of a loop",
    ),
    (
        "loop",
        &["move r3 c0 @0", "loop r0 all s19 r1 r2 ->4 @0", "move r2 c0 @0", "jump.false r3 ->5", "move r4 c0 @0", "return r0 @0"],
        "bool",
        "V0010",
        "into or out of a loop",
    ),
    ("store", &["store s28 s9 @0", "return c2 @0"], "int", "V0009", "computes no class fields"),
    ("note", &["note #9 s9", "return c2 @0"], "int", "V0007", "no note 9"),
    ("note", &["note #0 s9", "return c2 @0"], "int", "V0011", "type int where bool"),
    ("return", &["return s9 @0"], "text", "V0011", "type int where text"),
    ("return", &["move r0 s9 @0"], "int", "V0009", "only return"),
    ("return", &["return s9 @0", "return s9 @0"], "int", "V0009", "only return"),
    ("test.num", &["move r0 c0 @0", "test.num r0 and eq s9 c10 ->2 @0", "return r0 @0"], "bool", "V0011", "type decimal where int"),
    ("test.num", &["move r0 c0 @0", "test.num r0 and lt s18 c13 ->2 @0", "return r0 @0"], "bool", "V0011", "type enum"),
    ("test.text", &["move r0 c0 @0", "test.text r0 and eq s12 c5 ->2 @0", "return r0 @0"], "bool", "V0011", "type text where path"),
    ("test.in", &["move r0 c0 @0", "test.in r0 and is s9 c14 ->2 @0", "return r0 @0"], "bool", "V0011", "type list<int> where a set"),
    ("test.in", &["move r0 c0 @0", "test.in r0 and is s9 c7 ->2 @0", "return r0 @0"], "bool", "V0011", "type text where int"),
    ("test.present", &["test.present r0 and is s23 ->1 @0", "return c0 @0"], "bool", "V0012", "r0 may not"),
];

#[test]
fn every_operation_refuses_what_it_does_not_take() {
    for (_, code, result, number, message) in CASES {
        check_code_refused(code, result, number, message);
    }
    for op in OPCODES {
        assert!(CASES.iter().any(|(word, ..)| *word == op.word), "{}", op.word);
    }
}

/// Checks that the bench, changed, is refused.
fn changed(number: &str, message: &str, change: impl FnOnce(&mut Image)) {
    let mut image = image(&["return s9 @0"], "int");
    change(&mut image);
    check_refused(image, number, message);
}

#[test]
fn tables_keep_their_promises() {
    changed("V0008", "text 55 stands twice", |i| i.texts.push("t".into()));
    changed("V0008", "type 36 stands twice", |i| i.types.push(TypeDesc::Bool));
    changed("V0008", "not before it", |i| i.types[11] = TypeDesc::Map(TypeId(11)));
    changed("V0008", "no members", |i| i.types.push(TypeDesc::Enum(vec![])));
    changed("V0008", "member 1 stands twice", |i| i.types.push(TypeDesc::Enum(vec![TextId(1), TextId(1)])));
    let read = |of: &str, reading: Reading| TypeDesc::Read(ty(of), reading);
    changed("V0008", "isn't one of its own", |i| i.types.push(read("text", Reading::Zone(ZoneId(0)))));
    changed("V0008", "isn't one of its own", |i| i.types.push(read("path", Reading::AtContext(0))));
    changed("V0007", "no field of the context 7", |i| i.types.push(read("shell", Reading::AtContext(7))));
    changed("V0007", "no time zone 1", |i| i.types.push(read("time", Reading::Zone(ZoneId(1)))));
    changed("V0014", "no time zone `t`", |i| i.zones.push(TextId(1)));
    changed("V0008", "time zone 1 stands twice", |i| i.zones.push(i.zones[0]));
    changed("V0008", "a type that only parts of others have", |i| i.targets[0].args[0].ty = ty("list<command>"));
    changed("V0008", "the value does not fit its type", |i| i.consts[28].value = ConstValue::Text(TextId(1)));
    changed("V0008", "1 to 16 words", |i| {
        i.consts[36].value = ConstValue::List(vec![]);
        i.code[0] = crate::op::Op::parse("runs r0 only c31 c39 @0").unwrap();
        i.code.insert(1, crate::op::Op::parse("return c2 @0").unwrap());
        i.regions[0].end = 2;
        i.regions[0].frame = 1;
        i.regions[0].cost = crate::op::code_cost(&i.code[..2], 0);
        for region in &mut i.regions[1..] {
            (region.start, region.end) = (region.start + 1, region.end + 1);
        }
    });
    changed("V0008", "optional of an optional", |i| i.types.push(TypeDesc::Optional(ty("text?"))));
    changed("V0008", "constant 50 stands twice", |i| i.consts.push(i.consts[0].clone()));
    changed("V0008", "not before it", |i| i.consts.push(Const { ty: ty("list<text>"), value: ConstValue::List(vec![ConstId(50)]) }));
    changed("V0008", "does not fit its type", |i| i.consts.push(Const { ty: ty("text"), value: ConstValue::Num(1) }));
    changed("V0008", "does not fit its type", |i| i.consts.push(Const { ty: ty("int"), value: ConstValue::Num(1 << 64) }));
    changed("V0008", "does not fit its type", |i| i.consts.push(Const { ty: ty("color"), value: ConstValue::Num(2) }));
    changed("V0008", "does not fit its type", |i| i.consts.push(Const { ty: ty("path"), value: ConstValue::Text(TextId(0)) }));
    changed("V0008", "does not fit its type", |i| i.consts.push(Const { ty: ty("text"), value: ConstValue::Absent }));
    changed("V0008", "does not fit its type", |i| i.consts.push(Const { ty: ty("list<int>"), value: ConstValue::List(vec![ConstId(0)]) }));
    changed("V0008", "not sorted", |i| i.consts.push(Const { ty: ty("set<text>"), value: ConstValue::List(vec![ConstId(6), ConstId(5)]) }));
    changed("V0008", "not sorted", |i| i.consts.push(Const { ty: ty("set<text>"), value: ConstValue::List(vec![ConstId(5), ConstId(5)]) }));
    changed("V0008", "pattern 2 stands twice", |i| i.patterns.push(i.patterns[0].clone()));
    changed("V0014", "pattern 2", |i| i.patterns.push(PatternDef { kind: PatternKind::Glob, text: TextId(0), nocase: false }));
    changed("V0007", "no source 1", |i| i.places[0].file = 1);
    changed("V0007", "text of a source at place 0", |i| i.places[0].end = 99);
    changed("V0008", "sorted by name", |i| i.sources.push(SourceDef { name: "a.reach".into(), text: String::new() }));
    changed("V0008", "parent is not before it", |i| i.notes[0].parent = Some(crate::op::NoteId(0)));
    changed("V0008", "shares slot 9", |i| i.targets[0].args[1].slot = Slot(9));
    changed("V0007", "no slot for fields 8", |i| i.targets[0].args[0].slot = Slot(8));
    changed("V0007", "no slot for fields 30", |i| i.targets[0].args[0].slot = Slot(30));
    changed("V0008", "stands twice", |i| i.targets[0].args[1].name = i.targets[0].args[0].name);
    changed("V0008", "declared twice", |i| {
        let twin = TargetDef { rules: vec![], ..i.targets[0].clone() };
        i.targets.push(twin);
    });
    changed("V0008", "`say` has no name", |i| i.targets[0].kind = StepKind::Say);
    changed("V0007", "no rule 1", |i| i.targets[0].rules[0].rule = 1);
    changed("V0007", "no variant of a rule 1", |i| i.targets[0].rules[0].variant = 1);
    changed("V0008", "rules are not in order", |i| i.targets[0].rules.push(RuleRef { rule: 0, variant: 0 }));
    changed("V0007", "no place 9", |i| i.rules[0].place = Place(9));
    changed("V0008", "slots of the system", |i| i.slots = 8);
    changed("V0008", "not in the order of the sources", |i| {
        let first = RuleDef { place: Place(0), variants: vec![], ..i.rules[0].clone() };
        i.rules.push(first);
    });
    changed("V0008", "regular expression", |i| {
        i.rules[0].variants[0].obligations.push(ObligationDef::Redact { field: TextId(1), pattern: PatternId(0), slot: Slot(11) })
    });
    changed("V0011", "redacted is no text", |i| {
        i.rules[0].variants[0].obligations.push(ObligationDef::Redact { field: TextId(1), pattern: PatternId(1), slot: Slot(9) })
    });
}

#[test]
fn regions_are_used_once_for_what_they_give() {
    changed("V0009", "does not begin where", |i| i.regions[1].start = 2);
    changed("V0009", "do not cover the code", |i| i.code.push(i.code[0]));
    changed("V0009", "ends behind the code", |i| i.regions[2].end = 9);
    changed("V0013", "frame is declared as 3, and is 0", |i| i.regions[0].frame = 3);
    changed("V0013", "cost is declared as 7, and is 1", |i| i.regions[0].cost = 7);
    changed("V0008", "region 1 is used twice", |i| i.rules[0].variants[0].fast = RegionId(1));
    changed("V0007", "no region 9", |i| i.rules[0].variants[0].fast = RegionId(9));
    changed("V0009", "result of another type", |i| i.rules[0].variants[0].message[0] = MessagePart::Value(RegionId(0), ty("text")));
    changed("V0009", "nothing uses region 3", |i| {
        add_region(i, &["return c0 @0"], "bool");
    });
    changed("V0009", "result of another type", |i| {
        let region = add_region(i, &["return c2 @0"], "int");
        i.targets[0].checks.push(CheckDef { pointer: TextId(1), expected: TextId(1), region });
    });
}

#[test]
fn a_derive_region_stores_each_class_field_for_sure() {
    let derive = |number: &str, message: &str, code: &[&str]| {
        changed(number, message, |i| {
            let region = add_region(i, code, "bool");
            i.targets[0].derive = Some(region);
        });
    };
    derive("V0008", "slot 9 is not free", &["store s9 s9 @0", "return c0 @0"]);
    derive("V0008", "slot 28 is not free", &["store s28 s9 @0", "store s28 s9 @0", "return c0 @0"]);
    derive("V0008", "slot 30 is not free", &["store s30 s9 @0", "return c0 @0"]);
    derive("V0009", "may leave out", &["move r0 s17 @0", "jump.false r0 ->6", "store s28 s9 @0", "return c0 @0"]);
    derive("V0009", "may leave out", &["loop r0 all s19 r1 r2 ->6 @0", "store s28 s9 @0", "move r2 c0 @0", "return c0 @0"]);
}

#[test]
fn a_rule_reads_what_all_its_steps_have() {
    let two = |second: &str, code: &[&str]| {
        let mut image = image(code, "text?");
        let mut other = image.targets[0].clone();
        other.name = TextId(2);
        other.args[2].ty = ty(second);
        image.targets.push(other);
        image
    };
    // An optional here and not there is an optional.
    assert!(two("text?", &["return s11 @0"]).verify().is_ok());
    check_refused(two("int", &["return s11 @0"]), "V0007", "slot with one type 11");
    let mut undeclared = image(&["return s9 @0"], "int");
    undeclared.undeclared.push(RuleRef { rule: 0, variant: 0 });
    check_refused(undeclared, "V0007", "slot with one type 9");
}

#[test]
fn loops_nest_eight_deep_and_no_deeper() {
    let nested = |depth: usize| {
        let mut code: Vec<String> = (0..depth).map(|n| format!("loop r{} all s19 r{} r{} ->{} @0", n, n + 20, n + 1, depth + 1)).collect();
        code.push(format!("move r{depth} c0 @0"));
        code.push("return r0 @0".into());
        image(&code.iter().map(String::as_str).collect::<Vec<_>>(), "bool")
    };
    assert!(nested(8).verify().is_ok());
    check_refused(nested(9), "V0010", "nested too deep");
}

#[test]
fn limits_hold_at_n_and_n_plus_one() {
    let deep = |depth: u32| {
        let mut image = image(&["return s9 @0"], "int");
        let first = u32::try_from(image.types.len()).unwrap();
        image.types.push(TypeDesc::Map(ty("text")));
        for at in 0..depth {
            image.types.push(TypeDesc::List(TypeId(first + at)));
        }
        image
    };
    // The text in a map is two deep.
    assert!(deep(62).verify().is_ok());
    check_refused(deep(63), "V0006", "nested deeper than 64");
    let frame = |registers: u16| image(&[&format!("move r{} s9 @0", registers - 1), "return s9 @0"], "int");
    assert!(frame(8_192).verify().is_ok());
    check_refused(frame(8_193), "V0006", "8193 registers");
}

#[test]
fn a_constant_that_doubles_at_each_level_is_too_large() {
    let mut image = image(&["return s9 @0"], "int");
    let pair = TypeId(u32::try_from(image.types.len()).unwrap());
    let mut below = (ty("list<int>"), ConstId(14));
    for _ in 0..30 {
        let list = TypeId(u32::try_from(image.types.len()).unwrap());
        image.types.push(TypeDesc::Record(vec![(TextId(1), below.0), (TextId(2), below.0)]));
        image.consts.push(Const { ty: list, value: ConstValue::Record(vec![below.1, below.1]) });
        below = (list, ConstId(u32::try_from(image.consts.len() - 1).unwrap()));
    }
    assert!(below.0 > pair);
    check_refused(image, "V0006", "too large");
}
