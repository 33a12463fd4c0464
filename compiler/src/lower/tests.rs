//! Tests of lowering.

mod agree;
mod build;

use reach_evaluator::image::{Image, RegionId, SYSTEM_SLOTS};

use crate::ir::*;
use build::*;

/// Boxes the large error, so that closures can hand it on.
fn lower(bundle: &Bundle) -> Result<Image, Box<reach_codes::Diagnostic>> {
    super::lower(bundle).map_err(Box::new)
}

fn listing(image: &Image, region: RegionId) -> String {
    let region = image.regions[region.0 as usize];
    let mut out = String::new();
    for at in region.start..region.end {
        out.push_str(&format!("{at:3} {}\n", image.code[at as usize]));
    }
    out
}

/// Lowers, verifies, and lists the plain and the fast region of each variant of the first rule, with the constants.
fn show(bundle: &Bundle) -> String {
    let image = lower(bundle).unwrap();
    let mut out = String::new();
    for (number, constant) in image.consts.iter().enumerate() {
        out.push_str(&format!("c{number} = {:?}\n", constant.value));
    }
    for variant in &image.rules[0].variants {
        out.push_str(&format!("plain\n{}fast\n{}", listing(&image, variant.plain), listing(&image, variant.fast)));
    }
    verified(image);
    out
}

fn verified(image: Image) {
    if let Err(error) = image.verify() {
        panic!("{error:?}");
    }
}

/// The slots of a target's arguments, counted from behind those of the system.
fn slots_of(image: &Image, target: usize) -> Vec<usize> {
    image.targets[target].args.iter().map(|f| usize::from(f.slot.0) - SYSTEM_SLOTS.len()).collect()
}

#[test]
fn tools_with_equal_arguments_share_slots_and_code() {
    restart_places();
    let args = || vec![field("to", Type::Text), field("amount", Type::Int)];
    let other = vec![field("note", Type::Text), field("amount", optional(Type::Int)), field("to", Type::Text)];
    let when = compare(Compare::Eq, arg("to", Type::Text), text("ann"));
    let image = lower(&bundle(vec![tool("a", args()), tool("b", other), tool("c", args())], vec![rule("r", &[0, 1, 2], Some(when), None)])).unwrap();
    assert_eq!(slots_of(&image, 0), [0, 1]);
    assert_eq!(slots_of(&image, 1), [2, 1, 0]);
    assert_eq!(slots_of(&image, 2), [0, 1]);
    assert_eq!((image.rules[0].variants.len(), usize::from(image.slots)), (1, SYSTEM_SLOTS.len() + 3));
    verified(image);
}

#[test]
fn an_argument_of_another_type_is_another_symbol() {
    let image = lower(&bundle(
        vec![
            tool("a", vec![field("n", Type::Int)]),
            tool("b", vec![field("n", Type::Text), field("m", Type::Int)]),
            tool("c", vec![field("x", Type::Bool), field("n", Type::Int)]),
        ],
        vec![],
    ))
    .unwrap();
    assert_eq!((slots_of(&image, 0), slots_of(&image, 1), slots_of(&image, 2)), (vec![0], vec![0, 1], vec![1, 0]));
}

#[test]
fn different_layouts_make_variants() {
    // `x` and `y` take the same slot, until one tool has both.
    let targets = vec![
        tool("a", vec![field("x", Type::Int)]),
        tool("b", vec![field("y", Type::Int)]),
        tool("c", vec![field("x", Type::Bool), field("z", Type::Int), field("y", Type::Text)]),
        tool("d", vec![field("z", Type::Int)]),
    ];
    let image =
        lower(&bundle(targets, vec![rule("r", &[2, 3], Some(compare(Compare::Gt, arg("z", Type::Int), int(1))), None), rule("s", &[0, 1, 2, 3], None, None)]))
            .unwrap();
    assert_eq!(image.rules[0].variants.len(), 1);
    assert_eq!(image.rules[1].variants.len(), 1, "what reads no arguments has one variant");
    assert_eq!(image.targets[2].rules.iter().map(|r| (r.rule, r.variant)).collect::<Vec<_>>(), [(0, 0), (1, 0)]);
}

#[test]
fn slots_differ_within_each_of_many_tools() {
    let names: Vec<String> = (0..200).map(|n| format!("f{n}")).collect();
    let targets: Vec<Target> = (0..200usize)
        .map(|t| tool(&format!("t{t}"), names.iter().enumerate().filter(|(n, _)| (n * 7 + t * 13) % 5 < 2).map(|(_, name)| field(name, Type::Int)).collect()))
        .collect();
    let image = lower(&bundle(targets, vec![])).unwrap();
    for target in 0..200 {
        let mut slots = slots_of(&image, target);
        let count = slots.len();
        slots.sort_unstable();
        slots.dedup();
        assert_eq!(slots.len(), count);
    }
    assert!(image.slots < 210);
}

#[test]
fn a_rule_is_written_plain_and_fast() {
    restart_places();
    let payment = vec![field("to", Type::Text), field("amount", Type::Int), field("note", optional(Type::Text))];
    let when = and(vec![is_in(arg("to", Type::Text), texts(&["bob", "ann"])), compare(Compare::Le, arg("amount", Type::Int), int(500))]);
    let unless = or(vec![not(present(arg("note", optional(Type::Text)))), compare(Compare::Eq, unwrap(arg("note", optional(Type::Text))), text("no"))]);
    insta::assert_snapshot!(show(&bundle(vec![tool("pay", payment)], vec![rule("r", &[0], Some(when), Some(unless))])));
}

#[test]
fn a_rule_without_conditions_is_one_operation() {
    insta::assert_snapshot!(show(&bundle(vec![tool("a", vec![])], vec![rule("r", &[0], None, None)])));
}

#[test]
fn negations_move_inwards_and_chains_join() {
    restart_places();
    let n = |op, k| compare(op, arg("n", Type::Int), int(k));
    let inner = not(and(vec![n(Compare::Lt, 1), not(or(vec![n(Compare::Eq, 2), n(Compare::Ge, 3)]))]));
    let when = or(vec![n(Compare::Gt, 9), inner]);
    insta::assert_snapshot!(show(&bundle(vec![tool("a", vec![field("n", Type::Int)])], vec![rule("r", &[0], Some(when), None)])));
}

#[test]
fn what_stands_behind_a_constant_that_decides_is_not_written() {
    restart_places();
    let n = |k| compare(Compare::Eq, arg("n", Type::Int), int(k));
    let when = and(vec![n(1), truth(true), truth(false), n(2)]);
    insta::assert_snapshot!(show(&bundle(vec![tool("a", vec![field("n", Type::Int)])], vec![rule("r", &[0], Some(when), Some(n(3)))])));
}

#[test]
fn defaults_branches_and_loops() {
    restart_places();
    let amount = expr(Type::Int, ExprKind::Else(arg("n", optional(Type::Int)).into(), int(7).into()));
    let branch = expr(Type::Bool, ExprKind::If(arg("b", Type::Bool).into(), compare(Compare::Gt, amount, int(5)).into(), truth(false).into()));
    let looped = any_of(0, arg("xs", list(Type::Text)), is_in(local(0, Type::Text), texts(&["a"])));
    let args = vec![field("n", optional(Type::Int)), field("b", Type::Bool), field("xs", list(Type::Text))];
    insta::assert_snapshot!(show(&bundle(vec![tool("a", args)], vec![rule("r", &[0], Some(and(vec![branch, looped])), None)])));
}

#[test]
fn a_bound_value_is_defined_wherever_it_is_read() {
    restart_places();
    let bind = expr(Type::Bool, ExprKind::Bind(LocalId(0), arg("n", optional(Type::Int)).into()));
    let when = and(vec![and(vec![arg("b", Type::Bool), bind]), compare(Compare::Gt, local(0, Type::Int), int(1))]);
    let unless = compare(Compare::Eq, local(0, Type::Int), int(5));
    let args = vec![field("n", optional(Type::Int)), field("b", Type::Bool)];
    insta::assert_snapshot!(show(&bundle(vec![tool("a", args)], vec![rule("r", &[0], Some(when), Some(unless))])));
}

fn nested_loops(depth: u32) -> Expr {
    (0..depth).fold(truth(true), |body, id| any_of(id, arg("xs", list(Type::Int)), and(vec![body, compare(Compare::Gt, local(id, Type::Int), int(1))])))
}

#[test]
fn eight_loops_may_stand_in_each_other_and_nine_may_not() {
    let with = |depth| lower(&bundle(vec![tool("a", vec![field("xs", list(Type::Int))])], vec![rule("r", &[0], Some(nested_loops(depth)), None)]));
    verified(with(8).unwrap());
    assert_eq!(with(9).unwrap_err().code.name(), "loops-too-deep");
}

#[test]
fn more_values_at_once_than_registers_are_refused() {
    let with = |len: usize| {
        let made = expr(list(Type::Int), ExprKind::List((0..len).map(|_| arg("n", Type::Int)).collect()));
        lower(&bundle(vec![tool("a", vec![field("n", Type::Int)])], vec![rule("r", &[0], Some(is_in(int(1), made)), None)]))
    };
    assert!(with(8_189).map(verified).is_ok());
    assert_eq!(with(8_190).unwrap_err().code.name(), "too-many-registers");
}

#[test]
fn more_slots_than_a_step_has_are_refused() {
    let with = |count: usize| lower(&bundle(vec![tool("a", (0..count).map(|n| field(&format!("f{n}"), Type::Int)).collect())], vec![]));
    assert_eq!(with(65_535 - SYSTEM_SLOTS.len()).unwrap().slots, 65_535);
    assert_eq!(with(65_536 - SYSTEM_SLOTS.len()).unwrap_err().code.name(), "too-many-slots");
}

#[test]
fn fields_of_classes_are_computed_and_shared() {
    restart_places();
    let class_use = |value: Expr| ClassUse { class: 0, values: vec![value] };
    let mut mail = tool("mail", vec![field("to", list(Type::Text)), field("cc", optional(list(Type::Text)))]);
    mail.classes = vec![class_use(expr(list(Type::Text), ExprKind::Concat(arg("to", list(Type::Text)).into(), arg("cc", optional(list(Type::Text))).into())))];
    let mut post = tool("post", vec![field("name", Type::Text)]);
    post.classes = vec![class_use(expr(list(Type::Text), ExprKind::List(vec![arg("name", Type::Text)])))];
    let mut r = rule("r", &[0, 1], Some(any_of(0, arg("to", list(Type::Text)), is_in(local(0, Type::Text), texts(&["x"])))), None);
    r.targets.iter_mut().for_each(|t| t.class = Some(0));
    let mut bundle = bundle(vec![mail, post], vec![r]);
    bundle.classes = vec![Class { name: "outbound".into(), fields: vec![("to".into(), list(Type::Text))] }];
    let image = lower(&bundle).unwrap();
    assert_eq!(image.rules[0].variants.len(), 1);
    assert!(image.targets.iter().all(|t| t.args.iter().all(|f| f.intern)), "what a class field is made of meets a constant");
    let derive: Vec<String> = image.targets.iter().map(|t| listing(&image, t.derive.unwrap())).collect();
    insta::assert_snapshot!(derive.join("\n"));
    verified(image);
}

#[test]
fn refinements_point_at_their_fields() {
    let refined = |name: &str, reference: fn(ecow::EcoString) -> SlotRef| {
        let it = expr(Type::Int, ExprKind::Slot(reference(name.into())));
        Field { check: Some(Box::new(Check { expected: "int where it > 0".into(), condition: compare(Compare::Gt, it, int(0)) })), ..field(name, Type::Int) }
    };
    let mut target = tool("a", vec![refined("a/b~c", SlotRef::Arg)]);
    target.facts = vec![refined("f", SlotRef::Fact)];
    let mut bundle = bundle(vec![target], vec![]);
    bundle.context = vec![refined("x", SlotRef::Context)];
    let image = lower(&bundle).unwrap();
    let pointers: Vec<&str> = image.context_checks.iter().chain(&image.targets[0].checks).map(|c| image.texts[c.pointer.0 as usize].as_str()).collect();
    assert_eq!(pointers, ["/context/x", "/args/a~1b~0c", "/facts/f"]);
    verified(image);
}

#[test]
fn only_fields_that_meet_constants_are_looked_up() {
    let args = || vec![field("a", Type::Text), field("b", Type::Text), field("c", list(Type::Text)), field("n", Type::Int)];
    let meets = and(vec![
        compare(Compare::Eq, text("x"), arg("a", Type::Text)),
        compare(Compare::Eq, arg("b", Type::Text), context("u", Type::Text)),
        any_of(0, arg("c", list(Type::Text)), is_in(local(0, Type::Text), texts(&["x"]))),
        compare(Compare::Eq, arg("n", Type::Int), int(1)),
    ]);
    let mut bundle = bundle(vec![tool("t", args()), tool("u", args())], vec![rule("r", &[0], Some(meets), None)]);
    bundle.context = vec![field("u", Type::Text)];
    let image = lower(&bundle).unwrap();
    let flags = |t: usize| image.targets[t].args.iter().map(|f| f.intern).collect::<Vec<_>>();
    assert_eq!((flags(0), flags(1), image.context[0].intern), (vec![true, false, true, false], vec![false; 4], false));
    verified(image);
}

#[test]
fn a_list_from_text_is_one_for_intake_only() {
    let from_text = |ty| Field { from_text: true, ..field("xs", ty) };
    let image = lower(&bundle(
        vec![tool("a", vec![from_text(list(Type::Text))]), tool("b", vec![from_text(optional(list(Type::Text)))])],
        vec![rule("r", &[0, 1], None, None)],
    ))
    .unwrap();
    assert_eq!(image.targets[0].args[0].slot, image.targets[1].args[0].slot);
    let of = |t: usize| format!("{:?}", image.types[image.targets[t].args[0].ty.0 as usize]);
    assert!(of(0).starts_with("ListFromText"), "{}", of(0));
    assert!(of(1).starts_with("Optional"), "{}", of(1));
    verified(image);
}

#[test]
fn rules_on_undeclared_steps_are_listed() {
    let mut r = rule("r", &[0], None, None);
    r.undeclared = true;
    r.effect = Effect::Ask;
    let mut s = rule("s", &[], None, None);
    s.undeclared = true;
    s.effect = Effect::Forbid;
    let image = lower(&bundle(vec![tool("a", vec![])], vec![r, s])).unwrap();
    assert_eq!(image.undeclared.iter().map(|r| (r.rule, r.variant)).collect::<Vec<_>>(), [(0, 0), (1, 0)]);
    assert_eq!(image.rules[1].variants.len(), 1);
    verified(image);
}

#[test]
fn equal_bundles_make_equal_images() {
    let make = || {
        restart_places();
        let names: Vec<String> = (0..50).map(|n| format!("f{n}")).collect();
        let terms = names.iter().map(|n| compare(Compare::Eq, arg(n, Type::Text), text(n))).collect();
        lower(&bundle(vec![tool("a", names.iter().map(|n| field(n, Type::Text)).collect())], vec![rule("r", &[0], Some(and(terms)), None)])).unwrap()
    };
    assert_eq!(make(), make());
}
