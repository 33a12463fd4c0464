//! The pass that puts what is computed fast before what may take long.
//!
//! A rule is false when one of its conditions is, whichever is asked first and whether or not another has a value. So conditions that only
//! compare go before those that go through a text, and these before those that ask the session or go through a list. Conditions that cost
//! alike keep the order of their author.

use super::Piece;
use crate::op::TEXT_COST;

/// What a few operations cost.
const SMALL: u64 = 64;
/// What going through a few texts costs.
const MEDIUM: u64 = 4 * TEXT_COST;
/// What asking the session costs, or comparing all that an event can hold.
const LARGE: u64 = 1 << 20;

/// Sorts the parts of a rule by what they may cost.
pub(super) fn order(pieces: &mut [Piece]) {
    pieces.sort_by_key(|piece| rank(piece.cost));
}

const fn rank(cost: u64) -> u8 {
    if cost <= SMALL {
        0
    } else if cost <= MEDIUM {
        1
    } else if cost < LARGE {
        2
    } else {
        3
    }
}
