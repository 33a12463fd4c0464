//! A fast region as the conditions that it joins by `and`.
//!
//! The compiler writes a rule's condition as one chain: an accumulator begins as true, and each condition is folded into it by an
//! operation that goes to the region's end when it is false. Such a fold is an **exit**. Where nothing jumps over an exit, it is
//! reached unless one before it was taken, and both ways a false condition makes the region false. That is what all passes rest
//! on, so it is found in the verified code itself and not told by anybody.

use crate::op::{Access, Mode, Op, Reg, Src};
use std::collections::BTreeMap;

/// How many registers a region may use whose conditions are told apart: as many as a mask has bits.
const MAX_FRAME: u16 = 64;
/// How often the code of a region is gone through at most to find which conditions need each other.
const MAX_ROUNDS: usize = 16;
/// How many values a region may make whose conditions are told apart: so few that no limit of what is made can be met, in whatever order
/// they are made. A text is bounded by an event's size of 1 MiB.
const MAX_MADE: usize = 8;

/// A region that joins conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    /// What the conditions are folded into.
    pub acc: Reg,
    /// The first operation of the first condition.
    pub start: u32,
    /// The exits, one a condition; the next condition begins behind each.
    pub exits: Vec<u32>,
}

/// Some conditions of a region that can be computed by themselves: a range of operations, the last of which is an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub start: u32,
    pub end: u32,
}

/// Returns the accumulator and target of an operation that folds by `and`.
pub(super) const fn conjunction(op: Op) -> Option<(Reg, u32)> {
    match op {
        Op::And { acc, to, .. }
        | Op::TestNum { acc, mode: Mode::And, to, .. }
        | Op::TestText { acc, mode: Mode::And, to, .. }
        | Op::TestIn { acc, mode: Mode::And, to, .. }
        | Op::TestPresent { acc, mode: Mode::And, to, .. } => Some((acc, to.0)),
        _ => None,
    }
}

/// Finds the chain that a region is, if it is one. `start` is the index of its first operation, `is_true` knows the constants.
pub(super) fn chain(ops: &[Op], start: u32, is_true: impl Fn(Src) -> bool) -> Option<Chain> {
    let (Op::Return { src: Src::Reg(acc), .. }, body) = ops.split_last()? else { return None };
    let acc = *acc;
    let end = start.checked_add(u32::try_from(body.len()).ok()?)?;
    let head = body.iter().position(|op| matches!(op, Op::Move { dst, .. } if *dst == acc))?;
    let (before, rest) = body.split_at_checked(head)?;
    // Names that `as` binds begin as constants.
    if !before.iter().all(|op| matches!(op, Op::Unwrap { dst, src: Src::Const(_), .. } if *dst != acc)) {
        return None;
    }
    let (first, rest) = rest.split_first()?;
    if !matches!(first, Op::Move { src, .. } if is_true(*src)) {
        return None;
    }
    let first = start.checked_add(u32::try_from(head).ok()?)?.checked_add(1)?;
    let (mut exits, mut open) = (Vec::new(), first);
    for (at, op) in (first..).zip(rest) {
        if conjunction(*op) == Some((acc, end)) {
            if open > at || reads(*op, acc) > 1 {
                return None;
            }
            exits.push(at);
            continue;
        }
        let mut touches = false;
        op.registers(|_, reg| touches |= reg == acc);
        let to = op.target().map_or(0, |to| to.0);
        if touches || to >= end {
            return None;
        }
        open = open.max(to);
    }
    (exits.last() == Some(&end.checked_sub(1)?)).then_some(Chain { acc, start: first, exits })
}

/// Counts how often an operation reads a register.
fn reads(op: Op, wanted: Reg) -> usize {
    let mut count = 0;
    op.registers(|access, reg| count += usize::from(access == Access::Read && reg == wanted));
    count
}

/// Tells the conditions of a chain apart: a part needs nothing but the accumulator from what stands before it. None where there is just one
/// part, or where that can't be told.
pub(super) fn parts(ops: &[Op], start: u32, frame: u16, chain: &Chain) -> Option<Vec<Part>> {
    if frame > MAX_FRAME || chain.exits.len() < 2 || !makes_little(ops, start) {
        return None;
    }
    let mut rounds = ops.len().saturating_mul(MAX_ROUNDS);
    let mut parts: Vec<Part> = Vec::new();
    let mut from = chain.start;
    for exit in &chain.exits {
        let mut part = Part { start: from, end: exit + 1 };
        loop {
            let code = ops.get(part.start.checked_sub(start)? as usize..part.end.checked_sub(start)? as usize)?;
            rounds = rounds.checked_sub(code.len())?;
            if is_closed(code, part.start, chain.acc) {
                break;
            }
            // It needs what a part before it has computed; or else what the region begins with, and then no part stands alone.
            part.start = parts.pop()?.start;
        }
        parts.push(part);
        from = part.end;
    }
    (parts.len() > 1).then_some(parts)
}

/// Returns whether a region makes few texts and lists, and none in a loop.
fn makes_little(ops: &[Op], start: u32) -> bool {
    let (mut made, mut loops) = (0, start);
    for (at, op) in (start..).zip(ops) {
        if matches!(op, Op::Lower { .. } | Op::Concat { .. } | Op::MakeList { .. } | Op::Local { .. } | Op::Part { .. } | Op::Ask { .. }) {
            made += 1;
            if at < loops {
                return false;
            }
        }
        if let Op::Loop { to, .. } = op {
            loops = loops.max(to.0);
        }
    }
    made <= MAX_MADE
}

/// A loop that is gone through.
struct Open {
    end: u32,
    body: u64,
    /// What is written behind it.
    after: u64,
}

/// Returns whether every register that a piece of code reads is written by it before, on every path, but for the accumulator.
fn is_closed(code: &[Op], start: u32, acc: Reg) -> bool {
    let bit = |reg: Reg| 1u64.checked_shl(u32::from(reg.0)).unwrap_or(0);
    let mut written = Some(bit(acc));
    // What is written wherever a jump goes to.
    let mut arriving: BTreeMap<u32, u64> = BTreeMap::new();
    let mut loops: Vec<Open> = Vec::new();
    for (at, op) in (start..).zip(code.iter().copied()) {
        if let Some(jumped) = arriving.remove(&at) {
            written = Some(written.map_or(jumped, |written| written & jumped));
        }
        while let Some(open) = loops.pop_if(|open| open.end == at) {
            if written.is_none_or(|written| written & open.body == 0) {
                return false;
            }
            written = Some(open.after);
        }
        let Some(before) = written else { return false };
        let mut all = true;
        let mut after = before;
        match op {
            Op::Loop { dst, list, elem, body, to, .. } => {
                if let Src::Reg(reg) = list {
                    all = before & bit(reg) != 0;
                }
                loops.push(Open { end: to.0, body: bit(body), after: before | bit(dst) });
                after |= bit(elem);
            }
            op => op.registers(|access, reg| match access {
                Access::Read => all &= before & bit(reg) != 0,
                Access::Write => after |= bit(reg),
            }),
        }
        if !all {
            return false;
        }
        if let Some(to) = op.target().filter(|_| !matches!(op, Op::Loop { .. })) {
            let jumped = arriving.entry(to.0).or_insert(after);
            *jumped &= after;
        }
        written = match op {
            Op::Jump { .. } => None,
            // It writes on the way of the jump alone.
            Op::JumpNone { .. } => Some(before),
            _ => Some(after),
        };
    }
    loops.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::ConstId;

    fn code(lines: &[&str]) -> Vec<Op> {
        lines.iter().map(|line| Op::parse(line).unwrap_or_else(|| panic!("`{line}` is no operation"))).collect()
    }

    fn split(lines: &[&str], frame: u16) -> Option<Vec<(u32, u32)>> {
        let ops = code(lines);
        let chain = chain(&ops, 10, |src| src == Src::Const(ConstId(0)))?;
        parts(&ops, 10, frame, &chain).map(|parts| parts.iter().map(|part| (part.start, part.end)).collect())
    }

    #[test]
    fn conditions_are_told_apart_at_their_exits() {
        let region = [
            "move r0 c0 @0",
            "test.num r0 and ge s9 c2 ->16 @0",
            "matches r1 s12 /0 @0",
            "and r0 r1 ->16 @0",
            "matches r1 s12 /1 @0",
            "and r0 r1 ->16 @0",
            "return r0 @0",
        ];
        assert_eq!(split(&region, 2), Some(vec![(11, 12), (12, 14), (14, 16)]));
    }

    #[test]
    fn conditions_that_share_a_value_stay_together() {
        let region = [
            "unwrap r0 c9 @0",
            "move r1 c0 @0",
            "test.num r1 and ge s9 c2 ->19 @0",
            "unwrap r0 s23 @0",
            "test.present r1 and is s23 ->19 @0",
            "test.num r1 and le s9 c3 ->19 @0",
            "test.text r1 and eq r0 c5 ->19 @0",
            "matches r2 s12 /1 @0",
            "and r1 r2 ->19 @0",
            "return r1 @0",
        ];
        assert_eq!(split(&region, 3), Some(vec![(12, 13), (13, 17), (17, 19)]));
        // What the region begins with belongs to all.
        let region = ["unwrap r0 c9 @0", "move r1 c0 @0", "test.num r1 and ge s9 c2 ->14 @0", "test.text r1 and eq r0 c5 ->14 @0", "return r1 @0"];
        assert_eq!(split(&region, 2), None);
    }

    #[test]
    fn a_value_that_is_written_on_one_path_alone_is_not_there() {
        let part = |lines: &[&str]| is_closed(&code(lines), 0, Reg(0));
        let skipped = ["move r1 c1 @0", "test.num r1 or eq s9 c2 ->3 @0", "move r2 c0 @0", "and r1 r2 ->9 @0", "and r0 r1 ->9 @0"];
        assert!(!part(&skipped));
        let both = ["move r2 c1 @0", "test.num r2 or eq s9 c2 ->3 @0", "move r2 c0 @0", "and r0 r2 ->9 @0"];
        assert!(part(&both));
        let looped = ["loop r1 any s19 r2 r3 ->3 @0", "cmp r3 eq num r2 c3 @0", "or r3 c1 ->3 @1", "and r0 r1 ->9 @0"];
        assert!(part(&looped));
        let body_misses = ["loop r1 any s19 r2 r3 ->2 @0", "cmp r4 eq num r2 c3 @0", "and r0 r1 ->9 @0"];
        assert!(!part(&body_misses));
        let reads_element_outside = ["loop r1 any s19 r2 r3 ->2 @0", "cmp r3 eq num r2 c3 @0", "and r0 r2 ->9 @0"];
        assert!(!part(&reads_element_outside));
        let none = ["move r1 s9 @0", "jump.none r2 r1 ->3", "move r3 c0 @0", "and r0 r2 ->9 @0"];
        assert!(!part(&none), "only the jump writes r2");
    }

    #[test]
    fn what_is_no_chain_is_left_alone() {
        let whole = |lines: &[&str]| chain(&code(lines), 0, |src| src == Src::Const(ConstId(0))).is_none();
        assert!(!whole(&["move r0 c0 @0", "and r0 s17 ->2 @0", "return r0 @0"]));
        assert!(whole(&["return c0 @0"]), "no conditions");
        assert!(whole(&["move r0 c1 @0", "and r0 s17 ->2 @0", "return r0 @0"]), "it begins as false");
        assert!(whole(&["move r0 c0 @0", "or r0 s17 ->2 @0", "return r0 @0"]), "an or");
        assert!(whole(&["move r0 c0 @0", "jump ->3", "and r0 s17 ->4 @0", "and r0 s17 ->4 @0", "return r0 @0"]), "jumped over");
        assert!(whole(&["move r0 c0 @0", "and r0 s17 ->3 @0", "move r1 c0 @0", "return r0 @0"]), "something behind the last exit");
        assert!(whole(&["move r0 c0 @0", "move r1 r0 @0", "and r0 r1 ->3 @0", "return r0 @0"]), "the accumulator is read");
        assert!(whole(&["move r0 c0 @0", "and r0 r0 ->2 @0", "return r0 @0"]), "it is folded into itself");
        assert!(whole(&["move r0 c0 @0", "jump ->3", "and r0 s17 ->3 @0", "return r0 @0"]), "a jump to the end that is no exit");
        assert!(whole(&["move r1 s9 @0", "move r0 c0 @0", "and r0 s17 ->3 @0", "return r0 @0"]), "something is computed before");
    }

    #[test]
    fn regions_that_make_much_are_left_whole() {
        let with = |lowers: usize| {
            let mut lines = vec!["move r0 c0 @0".to_owned()];
            let end = 11 + lowers * 2;
            for _ in 0..lowers {
                lines.extend(["lower r1 s11 @0".to_owned(), format!("test.text r0 and eq r1 c5 ->{end} @0")]);
            }
            lines.push("return r0 @0".to_owned());
            split(&lines.iter().map(String::as_str).collect::<Vec<_>>(), 2).is_some()
        };
        assert!(with(MAX_MADE) && !with(MAX_MADE + 1));
        let looped = [
            "move r0 c0 @0",
            "and r0 s17 ->16 @0",
            "loop r1 any s20 r2 r3 ->15 @0",
            "lower r3 r2 @0",
            "cmp r3 eq text r3 c5 @0",
            "and r0 r1 ->16 @0",
            "return r0 @0",
        ];
        assert_eq!(split(&looped, 4), None);
    }

    #[test]
    fn the_limit_of_registers_holds_at_n_and_n_plus_one() {
        let region = ["move r0 c0 @0", "and r0 s17 ->13 @0", "and r0 s17 ->13 @0", "return r0 @0"];
        assert!(split(&region, MAX_FRAME).is_some());
        assert!(split(&region, MAX_FRAME + 1).is_none());
    }
}
