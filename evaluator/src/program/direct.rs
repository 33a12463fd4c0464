//! Rules that are nothing but tests of values with constants are asked without the machine.
//!
//! Most rules join tests of fields: is it this text, one of these, at most that much, there at all. Such a rule is a list of tests on values where they
//! lie, and needs no registers. A test that can't be told that way (its value isn't known, or its text wasn't looked up) leaves the rule to the
//! machine, which begins anew: what a list tells, the machine tells too.

use super::split::Chain;
use crate::op::{CmpOp, ConstId, Op, Reg, Src};

/// A test of a value where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Test {
    /// The value.
    pub of: Src,
    pub asks: Asks,
}

/// What a test asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Whether it is this truth.
    Truth(bool),
    /// How a number compares with a constant.
    Number(CmpOp, ConstId),
    /// Whether a text equals a constant.
    Text(CmpOp, ConstId),
    /// Whether it is in a constant set, or (`true`) whether it isn't.
    Member(bool, ConstId),
    /// Whether it is there, or (`true`) whether it isn't.
    Presence(bool),
}

/// Returns the tests that a region joins, if it is nothing else. `ops` are its operations.
pub(super) fn tests(ops: &[Op], chain: &Chain) -> Option<Vec<Test>> {
    // The accumulator begins as true, and is returned at the end.
    let [Op::Move { .. }, conditions @ .., Op::Return { .. }] = ops else { return None };
    let mut tests = Vec::new();
    let mut rest = conditions;
    while let [first, behind @ ..] = rest {
        rest = behind;
        tests.push(match *first {
            Op::TestNum { op, a, b, .. } => lying(a, Asks::Number(op, b))?,
            Op::TestText { op, a, b, .. } => lying(a, Asks::Text(op, b))?,
            Op::TestIn { negate, a, b, .. } => lying(a, Asks::Member(negate, b))?,
            Op::TestPresent { negate, a, .. } => lying(a, Asks::Presence(negate))?,
            Op::And { src, .. } => lying(src, Asks::Truth(true))?,
            Op::Not { dst, src, .. } => {
                let (Op::And { src: Src::Reg(not), .. }, behind) = behind.split_first()? else { return None };
                rest = behind;
                if *not != dst || dst == chain.acc { None } else { lying(src, Asks::Truth(false)) }?
            }
            _ => return None,
        });
    }
    (tests.len() == chain.exits.len()).then_some(tests)
}

/// Returns a test of what doesn't lie in a register.
const fn lying(of: Src, asks: Asks) -> Option<Test> {
    match of {
        Src::Reg(Reg(_)) => None,
        Src::Const(_) | Src::Slot(_) | Src::Context(_) => Some(Test { of, asks }),
    }
}
