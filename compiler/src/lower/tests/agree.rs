//! Plain and fast regions of random conditions give the same answer, with the same cause where there is none.

use proptest::prelude::*;
use reach_evaluator::data::{ContextData, StepData};
use reach_evaluator::image::SYSTEM_SLOTS;
use reach_evaluator::value::{Cause, Cells, NoValue, Place, Space, Value};
use reach_evaluator::vm::Machine;

use super::build::*;
use super::lower;
use crate::ir::*;

fn number() -> impl Strategy<Value = i128> {
    0..4i128
}

fn operator() -> impl Strategy<Value = Compare> {
    prop::sample::select(vec![Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge])
}

fn value() -> impl Strategy<Value = Expr> {
    prop_oneof![
        number().prop_map(int),
        Just(()).prop_map(|()| arg("n", Type::Int)),
        Just(()).prop_map(|()| arg("m", Type::Int)),
        Just(()).prop_map(|()| unwrap(arg("o", optional(Type::Int)))),
        number().prop_map(|n| expr(Type::Int, ExprKind::Else(arg("o", optional(Type::Int)).into(), int(n).into()))),
        number().prop_map(|n| expr(Type::Int, ExprKind::Arith(Arith::Add, arg("n", Type::Int).into(), int(n).into()))),
    ]
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        any::<bool>().prop_map(truth),
        Just(()).prop_map(|()| arg("b", Type::Bool)),
        (operator(), value(), value()).prop_map(|(op, a, b)| compare(op, a, b)),
        (any::<bool>(), any::<bool>()).prop_map(|(ne, b)| compare(if ne { Compare::Ne } else { Compare::Eq }, arg("b", Type::Bool), truth(b))),
        Just(()).prop_map(|()| present(arg("o", optional(Type::Int)))),
        (value(), prop::collection::vec(number(), 0..3), any::<bool>()).prop_map(|(a, members, is_set)| {
            let mut members: Vec<Const> = members.into_iter().map(Const::Num).collect();
            if is_set {
                members.sort();
                members.dedup();
            }
            let ty = if is_set { set(Type::Int) } else { list(Type::Int) };
            is_in(a, expr(ty, ExprKind::Const(Const::List(members.into()))))
        }),
        (operator(), value(), any::<bool>()).prop_map(|(op, b, all)| {
            let body = compare(op, local(0, Type::Int), b);
            let list = Box::new(arg("xs", list(Type::Int)));
            expr(Type::Bool, if all { ExprKind::All(LocalId(0), list, body.into()) } else { ExprKind::Any(LocalId(0), list, body.into()) })
        }),
        (operator(), value()).prop_map(|(op, b)| {
            let bind = expr(Type::Bool, ExprKind::Bind(LocalId(1), arg("o", optional(Type::Int)).into()));
            and(vec![bind, compare(op, local(1, Type::Int), b)])
        }),
    ]
}

fn condition() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(and),
            prop::collection::vec(inner.clone(), 2..4).prop_map(or),
            inner.clone().prop_map(not),
            (inner.clone(), inner.clone(), inner).prop_map(|(c, a, b)| expr(Type::Bool, ExprKind::If(c.into(), a.into(), b.into()))),
        ]
    })
}

/// A value of a slot, or none.
fn slot<T: Clone + std::fmt::Debug>(of: impl Strategy<Value = T>, make: fn(T) -> Value) -> impl Strategy<Value = Value> {
    prop_oneof![4 => of.prop_map(make), 1 => Just(Value::None(NoValue { cause: Cause::MissingFact, place: Place(0) }))]
}

/// The kind of an answer.
fn kind(value: Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::None(none) => format!("{:?}", none.cause),
        other => panic!("{other:?} is no condition"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn plain_and_fast_agree(
        when in proptest::option::of(condition()),
        unless in proptest::option::of(condition()),
        n in slot(number(), Value::Num),
        m in slot(number(), Value::Num),
        b in slot(any::<bool>(), Value::Bool),
        o in slot(proptest::option::of(number()), |o| o.map_or(Value::Absent, Value::Num)),
        xs in prop::collection::vec(number(), 0..4),
    ) {
        let args = vec![field("n", Type::Int), field("m", Type::Int), field("b", Type::Bool), field("o", optional(Type::Int)), field("xs", list(Type::Int))];
        let image = lower(&bundle(vec![tool("t", args)], vec![rule("r", &[0], when, unless)])).unwrap();
        let (plain, fast) = (image.rules[0].variants[0].plain, image.rules[0].variants[0].fast);
        let image = image.verify().unwrap_or_else(|e| panic!("{e:?}"));
        let mut step = StepData::default();
        step.cells = xs.iter().map(|x| Value::Num(*x)).collect();
        let list = Value::List(Cells { space: Space::Scratch, at: 0, len: u32::try_from(xs.len()).unwrap() });
        step.slots = vec![Value::Absent; SYSTEM_SLOTS.len()];
        step.slots.extend([n, m, b, o, list]);
        step.seal();
        let mut machine = Machine::new();
        let context = ContextData::default();
        let plain = kind(machine.run(&image, plain, &mut step, &context, &(), &mut ()).unwrap());
        let fast = kind(machine.run(&image, fast, &mut step, &context, &(), &mut ()).unwrap());
        prop_assert_eq!(plain, fast);
    }
}
