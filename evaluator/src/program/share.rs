//! The pass that lets conditions which several rules have be computed once a decision.
//!
//! Two parts are the same condition when they have the same operations on the same slots, constants and registers; where they stand in their
//! sources doesn't count. Each rule still runs its own code: only whether it came to true, false or no value is kept, for one decision.

use super::Piece;
use crate::op::{Op, Src};
use std::collections::HashMap;

/// From which worst cost on a condition is worth keeping: below, computing it again is as fast.
const WORTH: u64 = 64;

/// Parts of all rules, as they are compared.
#[derive(Default)]
pub(super) struct Conditions {
    /// How many there are of each, and the number it gets once there are two. Only looked up.
    known: HashMap<Vec<u8>, Condition>,
    next: u32,
}

#[derive(Default)]
struct Condition {
    count: u32,
    number: Option<u32>,
}

impl Conditions {
    /// Counts the parts of a region.
    pub fn count(&mut self, code: &[Op], pieces: &[Piece]) {
        for piece in pieces.iter().filter(|piece| piece.cost > WORTH) {
            let condition = self.known.entry(key(code, piece).0).or_default();
            condition.count = condition.count.saturating_add(1);
        }
    }

    /// Gives the parts of a region that stand elsewhere too the number of their condition.
    pub fn number(&mut self, code: &[Op], pieces: &mut [Piece]) {
        for piece in pieces.iter_mut().filter(|piece| piece.cost > WORTH) {
            let (key, negated) = key(code, piece);
            let Some(condition) = self.known.get_mut(&key).filter(|condition| condition.count > 1) else { continue };
            piece.negated = negated;
            piece.shared = Some(*condition.number.get_or_insert_with(|| {
                self.next += 1;
                self.next - 1
            }));
        }
    }

    /// Returns how many conditions have a number.
    pub fn len(&self) -> u32 {
        self.next
    }
}

/// Writes a part so that equal conditions are written alike, and tells whether it asks for the opposite: what `unless` asks is what `when` does.
fn key(code: &[Op], piece: &Piece) -> (Vec<u8>, bool) {
    let ops = code.get(piece.start as usize..piece.end as usize).unwrap_or(&[]);
    let mut key = Vec::with_capacity(ops.len().saturating_mul(size_of::<Op>()));
    let mut write = |at: u32, op: Op| {
        op.blank().encode(&mut key);
        // Jumps inside the part by how far they go; those to the region's end are alike.
        let to = op.target().map_or(0, |to| if to.0 >= piece.end { u32::MAX } else { to.0.saturating_sub(at) });
        key.extend_from_slice(&to.to_le_bytes());
    };
    if let [before @ .., Op::Not { dst, src: src @ Src::Reg(_), .. }, Op::And { acc, src: Src::Reg(negation), to, place }] = ops
        && dst == negation
        // Nothing jumps over the negation, to the fold or out of the part.
        && !before.iter().any(|op| op.target().is_some_and(|to| u64::from(to.0) + 1 >= u64::from(piece.end)))
    {
        (piece.start..).zip(before).for_each(|(at, op)| write(at, *op));
        write(piece.end, Op::And { acc: *acc, src: *src, to: *to, place: *place });
        return (key, true);
    }
    (piece.start..).zip(ops).for_each(|(at, op)| write(at, *op));
    (key, false)
}
