//! The program of the rules: what is found and run in pieces comes to the same as running each rule whole.

use super::bench::{add_region, image, step};
use crate::data::ContextData;
use crate::fuzz::run_all;
use crate::image::*;
use crate::op::{ConstId, OPCODES, Op, Slot, code_cost};
use crate::program::{Pass, Passes};
use crate::value::{Cause, NoValue, Place, Value};
use crate::vm::{Machine, Trap};
use proptest::prelude::*;

/// Conditions that are folded into `r0`; `END` stands for the end of the region, `+n` for the operation `n` behind the condition's first.
const CONDITIONS: [&[&str]; 27] = [
    &["test.num r0 and eq s9 c2 ->END @0"],
    &["test.num r0 and eq s9 c3 ->END @0"],
    &["test.num r0 and ge s9 c3 ->END @0"],
    &["test.text r0 and eq s11 c5 ->END @0"],
    &["test.text r0 and ne s11 c6 ->END @0"],
    &["test.in r0 and is s11 c7 ->END @0"],
    &["test.in r0 and not s9 c8 ->END @0"],
    &["test.present r0 and is s23 ->END @0"],
    &["unwrap r1 s23 @0", "test.text r0 and eq r1 c6 ->END @0"],
    &["test.present r0 and is s23 ->END @0", "unwrap r1 s23 @0", "test.text r0 and eq r1 c5 ->END @0"],
    &["within r1 path s12 c11 @0", "and r0 r1 ->END @0"],
    &["cmp r1 eq path s12 c11 @0", "and r0 r1 ->END @0"],
    &["within r1 path s12 c12 @0", "and r0 r1 ->END @0"],
    &["matches r1 s12 /0 @0", "and r0 r1 ->END @0"],
    &["matches r1 s11 /1 @0", "and r0 r1 ->END @0"],
    &["matches r1 s11 /1 @0", "not r2 r1 @0", "and r0 r2 ->END @0"],
    &["matches r1 s12 /0 @0", "not r1 r1 @0", "and r0 r1 ->END @0"],
    &["and r0 s17 ->END @0"],
    &["not r1 s17 @0", "and r0 r1 ->END @0"],
    &["and r0 s27 ->END @0"],
    &["field r1 s22 0 @0", "test.num r0 and eq r1 c2 ->END @0"],
    &["loop r1 any s19 r2 r3 ->+3 @0", "cmp r3 eq num r2 c3 @0", "or r3 c1 ->+3 @0", "and r0 r1 ->END @0"],
    &["move r1 c1 @0", "test.num r1 or eq s9 c2 ->+3 @0", "test.num r1 or eq s9 c3 ->+3 @0", "and r0 r1 ->END @0"],
    &["ask r1 q0 r1 0 @0", "and r0 r1 ->END @0"],
    &["test.text r0 and eq x0 c5 ->END @0"],
    &["unwrap r4 s23 @0", "test.present r0 and is s23 ->END @0", "matches r1 r4 /1 @0", "not r2 r1 @0", "and r0 r2 ->END @0"],
    &["move r1 s11 @0", "lower r2 r1 @0", "cmp r1 eq text r2 c5 @0", "and r0 r1 ->END @0"],
];

/// Writes a region that joins conditions.
fn region(conditions: &[usize], start: u32) -> Vec<String> {
    let mut lines = vec!["move r0 c0 @0".to_owned()];
    let len: usize = conditions.iter().map(|at| CONDITIONS[*at].len()).sum();
    let end = start as usize + 1 + len;
    for at in conditions {
        let first = start as usize + lines.len();
        lines.extend(CONDITIONS[*at].iter().map(|line| {
            let line = line.replace("->END", &format!("->{end}"));
            (0..9).fold(line, |line, n| line.replace(&format!("->+{n}"), &format!("->{}", first + n)))
        }));
    }
    lines.push("return r0 @0".to_owned());
    lines
}

/// Makes an image whose rules have these conditions, all on the tool `t`.
fn rules(conditions: &[Vec<usize>]) -> Image {
    let mut image = image(&["return s9 @0"], "int");
    image.rules.clear();
    image.targets[0].rules.clear();
    // The regions of the bench stay in use: as a check, and as the first rule.
    image.targets[0].checks.push(CheckDef { pointer: TextId(8), expected: TextId(9), region: RegionId(1) });
    image.targets[0].checks.push(CheckDef { pointer: TextId(8), expected: TextId(9), region: RegionId(2) });
    for (number, conditions) in (0u32..).zip(conditions) {
        let start = u32::try_from(image.code.len()).unwrap();
        let lines = region(conditions, start);
        let fast = add_region(&mut image, &lines.iter().map(String::as_str).collect::<Vec<_>>(), "bool");
        let plain = add_region(&mut image, &["return c0 @0"], "bool");
        let message = if number == 0 { vec![MessagePart::Value(RegionId(0), super::bench::ty("int"))] } else { vec![] };
        let variant = VariantDef { plain, fast, message, obligations: vec![], approver: None, grants: None };
        image.rules.push(RuleDef {
            name: TextId(2),
            effect: Effect::Permit,
            advisory: false,
            severity: None,
            place: Place(1),
            expires: None,
            variants: vec![variant],
        });
        image.targets[0].rules.push(RuleRef { rule: number, variant: 0 });
    }
    image
}

/// Says what a condition came to, without the reason.
fn truth(value: Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(truth),
        Value::None(_) => None,
        other => panic!("{other:?}"),
    }
}

/// Compares what is found and run in pieces with each rule run whole, on the step of the bench with some slots changed.
fn compare(image: Image, slots: &[(u16, Value)]) -> Result<(), TestCaseError> {
    for passes in [Passes::ALL, Passes::NONE.with(Pass::Index), Passes::NONE.with(Pass::Direct), Passes::NONE.with(Pass::Share).with(Pass::Order)] {
        let verified = match image.clone().verify_with(passes) {
            Ok(verified) => verified,
            Err(_) => return Ok(()),
        };
        let (mut machine, context) = (Machine::new(), ContextData::default());
        let mut step = step();
        for (slot, value) in slots {
            step.slots[usize::from(*slot)] = *value;
        }
        let mut found = Vec::new();
        machine.find(&verified, Some(0), &mut step, &context, &mut found).unwrap();
        prop_assert!(found.is_sorted_by(|a, b| a < b), "{found:?}");
        for (position, at) in (0u32..).zip(&image.targets[0].rules) {
            let fast = image.rules[at.rule as usize].variants[0].fast;
            let whole = truth(machine.run(&verified, fast, &mut step, &context, &(), &mut ()).unwrap());
            if found.contains(&position) {
                let pieces = truth(machine.rule(&verified, fast, &mut step, &context, &()).unwrap());
                prop_assert_eq!(pieces, whole, "rule {} with {:?}\n{}", position, passes, verified.list_program());
            } else {
                prop_assert_eq!(whole, Some(false), "rule {} is not found\n{}", position, verified.list_program());
            }
        }
    }
    Ok(())
}

fn some_slots() -> impl Strategy<Value = Vec<(u16, Value)>> {
    let none = Value::None(NoValue { cause: Cause::MissingFact, place: Place(0) });
    let image = image(&["return s9 @0"], "int").verify().unwrap();
    let known = |number: u32| Value::Text(image.pool_str(TextId(number)));
    let (texts, paths) = (vec![known(5), known(6), known(7)], vec![known(8), known(16)]);
    proptest::collection::vec(
        prop_oneof![
            proptest::sample::select(vec![1i128, 5, 7]).prop_map(|n| (9, Value::Num(n))),
            proptest::sample::select(texts.clone()).prop_map(|text| (11, text)),
            proptest::sample::select(texts).prop_map(|text| (23, text)),
            proptest::sample::select(paths).prop_map(|path| (12, path)),
            any::<bool>().prop_map(|truth| (17, Value::Bool(truth))),
            any::<bool>().prop_map(|truth| (27, Value::Bool(truth))),
            proptest::sample::select(vec![9u16, 11, 12, 17, 19, 22, 23]).prop_map(move |slot| (slot, none)),
        ],
        0..5,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn what_is_found_and_run_in_pieces_comes_to_the_same(
        conditions in proptest::collection::vec(proptest::collection::vec(0..CONDITIONS.len(), 1..5), 1..12),
        slots in some_slots(),
    ) {
        let image = rules(&conditions);
        prop_assert!(image.clone().verify().is_ok(), "{:?}", image.verify().err());
        compare(image, &slots)?;
    }

    #[test]
    fn code_that_no_compiler_wrote_comes_to_the_same_too(
        conditions in proptest::collection::vec(proptest::collection::vec(0..CONDITIONS.len(), 1..5), 4..8),
        places in proptest::collection::vec((any::<prop::sample::Index>(), 0..OPCODES.len()), 1..4),
        numbers in proptest::collection::vec(0u32..24, 12),
        slots in some_slots(),
    ) {
        let mut image = rules(&conditions);
        let mut numbers = numbers.into_iter().cycle();
        let first = image.regions[3].start as usize;
        for (at, opcode) in places {
            let at = first + at.index(image.code.len() - first);
            // Targets near the operation, so that some are valid.
            let near = u32::try_from(at).unwrap();
            image.code[at] = Op::sample(opcode, &mut |bound| {
                let n = numbers.next().unwrap();
                if bound == 0xffff_ffff && n % 3 == 0 { near + n / 3 } else { n % bound }
            });
        }
        for region in &mut image.regions {
            let ops = &image.code[region.start as usize..region.end as usize];
            let mut frame = 0;
            ops.iter().for_each(|op| op.registers(|_, reg| frame = frame.max(reg.0 + 1)));
            (region.frame, region.cost) = (frame, code_cost(ops, region.start));
        }
        run_all(image.clone(), |trap, region| panic!("{trap:?} in region {region}"));
        compare(image, &slots)?;
    }
}

#[test]
fn the_rules_of_the_properties_are_found_by_tables_and_run_in_pieces() {
    let by_number = (0..CONDITIONS.len()).map(|at| vec![0, at, 21, 14]);
    let conditions: Vec<Vec<usize>> = by_number.chain([vec![3], vec![5], vec![3, 2], vec![5, 2]]).collect();
    let verified = rules(&conditions).verify().unwrap();
    let listed = verified.list_program();
    for word in ["by number of s9", "by text of s11", "shared 0", "shared 1", "cost 1\n"] {
        assert!(listed.contains(word), "no `{word}` in\n{listed}");
    }
}

#[test]
fn a_slot_of_another_type_leads_to_every_rule() {
    let verified = rules(&(0..8).map(|n| vec![n % 2]).collect::<Vec<_>>()).verify().unwrap();
    let (mut step, mut found, mut machine) = (step(), Vec::new(), Machine::new());
    machine.find(&verified, Some(0), &mut step, &ContextData::default(), &mut found).unwrap();
    assert_eq!(found, Vec::<u32>::new());
    step.slots[9] = Value::Bool(true);
    machine.find(&verified, Some(0), &mut step, &ContextData::default(), &mut found).unwrap();
    assert_eq!(found.len(), 8);
    let fast = verified.image().variants(0)[0].fast;
    assert_eq!(machine.rule(&verified, fast, &mut step, &ContextData::default(), &()).err(), Some(Trap::Internal));
}

#[test]
fn what_was_kept_of_one_step_is_gone_at_the_next() {
    let verified = rules(&vec![vec![14, 0]; 4]).verify().unwrap();
    assert!(verified.list_program().contains("shared 0"));
    let fast = verified.image().variants(0)[0].fast;
    let (mut machine, context, mut found) = (Machine::new(), ContextData::default(), Vec::new());
    let mut seen = Vec::new();
    // The text `Abc` of the bench begins with an A, the text `a` doesn't.
    for text in [None, Some(TextId(5)), None] {
        let mut step = step();
        step.slots[9] = Value::Num(1);
        if let Some(text) = text {
            step.slots[11] = Value::Text(verified.pool_str(text));
        }
        machine.find(&verified, Some(0), &mut step, &context, &mut found).unwrap();
        for _ in 0..2 {
            seen.push(truth(machine.rule(&verified, fast, &mut step, &context, &()).unwrap()));
        }
    }
    assert_eq!(seen, [Some(true), Some(true), Some(false), Some(false), Some(true), Some(true)]);
}

#[test]
fn the_size_of_sets_in_tables_is_bounded() {
    let with = |members: u32| {
        let mut image = rules(&vec![vec![0]; 8]);
        let first = u32::try_from(image.consts.len()).unwrap();
        let int = super::bench::ty("int");
        image.consts.extend((0..members).map(|n| Const { ty: int, value: ConstValue::Num(1_000 + i128::from(n)) }));
        image.consts.push(Const { ty: super::bench::ty("set<int>"), value: ConstValue::List((first..first + members).map(ConstId).collect()) });
        let set = ConstId(first + members);
        for rule in 0..8 {
            let at = image.regions[image.rules[rule].variants[0].fast.0 as usize].start as usize + 1;
            let Op::TestNum { acc, mode, to, place, .. } = image.code[at] else { panic!("{:?}", image.code[at]) };
            image.code[at] = Op::TestIn { acc, mode, negate: false, a: crate::op::Src::Slot(Slot(9)), b: set, to, place };
            let region = &mut image.regions[image.rules[rule].variants[0].fast.0 as usize];
            region.cost = code_cost(&image.code[region.start as usize..region.end as usize], region.start);
        }
        image.verify().unwrap().list_program()
    };
    assert!(with(1_024).contains("1024 keys"), "{}", with(1_024));
    assert!(!with(1_025).contains("keys"));
}
