//! The worst cost of code, in units of fuel: about one simple step of the machine.

use super::{CmpKind, LengthOf, Op};

/// How many bytes of text the machine goes through for a unit.
pub const BYTES_A_UNIT: u32 = 256;

/// What an operation costs at most that goes through a text of the largest size, 256 KiB.
pub const TEXT_COST: u64 = 1 + 256 * 1_024 / BYTES_A_UNIT as u64;

/// How many elements a list has at most, and how many rounds a loop.
pub const LIST_COST: u64 = 10_000;

/// How many times the cost of reading a text looking for sensitive text in it is.
pub(crate) const DETECTION_FACTOR: u64 = 16;

/// What it costs at most to compare all that an event, of 1 MiB, can hold.
const EVENT_COST: u64 = 1 << 20;

impl Op {
    /// Returns the worst cost of this operation; of a loop without its body.
    #[must_use]
    pub const fn cost(self) -> u64 {
        match self {
            Self::Cmp { kind, .. } => kind_cost(kind),
            Self::In { kind: CmpKind::Num | CmpKind::Bool, .. } | Self::Concat { .. } => 1 + LIST_COST,
            // All elements together are no larger than the event or the constant that they stand in.
            Self::In { .. } => 1 + LIST_COST + EVENT_COST,
            Self::Index { .. } | Self::HasKey { .. } | Self::TestText { .. } | Self::TestIn { .. } => 16,
            // The id is looked for in a table, and its text compared once.
            Self::LookUp { .. } => 32,
            Self::Under { .. } => 1 + LIST_COST + EVENT_COST,
            Self::Length { of: LengthOf::Text, .. }
            | Self::Lower { .. }
            | Self::Part { .. }
            | Self::Within { .. }
            | Self::Matches { .. }
            | Self::Contains { .. } => TEXT_COST,
            // A detector looks at most a few times at each byte.
            Self::Detect { .. } => TEXT_COST.saturating_mul(DETECTION_FACTOR),
            Self::Runs { .. } | Self::Query { .. } => EVENT_COST,
            Self::MakeList { len, .. } => 1 + len as u64,
            // A few look-ups, with keys that come from the event.
            Self::Ask { .. } => EVENT_COST,
            Self::Move { .. }
            | Self::Unwrap { .. }
            | Self::Field { .. }
            | Self::Local { .. }
            | Self::Length { .. }
            | Self::Arith { .. }
            | Self::Unary { .. }
            | Self::Jump { .. }
            | Self::JumpFalse { .. }
            | Self::JumpNone { .. }
            | Self::JumpPresent { .. }
            | Self::Present { .. }
            | Self::Not { .. }
            | Self::And { .. }
            | Self::Or { .. }
            | Self::Loop { .. }
            | Self::Store { .. }
            | Self::Note { .. }
            | Self::Return { .. }
            | Self::TestNum { .. }
            | Self::TestPresent { .. } => 1,
        }
    }
}

const fn kind_cost(kind: CmpKind) -> u64 {
    match kind {
        CmpKind::Num | CmpKind::Bool => 1,
        CmpKind::Text | CmpKind::Path => TEXT_COST,
        CmpKind::Deep => EVENT_COST,
    }
}

/// Returns the worst cost of a region's operations, which begin at index `start` of the code: each once, the body of a
/// loop as often as the longest list has elements. The compiler declares this number, the verifier computes it again.
#[must_use]
pub fn code_cost(ops: &[Op], start: u32) -> u64 {
    let mut total: u64 = 0;
    // The ends of the loops around the operation, and how often it is run.
    let mut loops: Vec<(u32, u64)> = Vec::new();
    for (at, op) in (start..).zip(ops) {
        while loops.pop_if(|(end, _)| *end <= at).is_some() {}
        let times = loops.last().map_or(1, |(_, times)| *times);
        total = total.saturating_add(op.cost().saturating_mul(times));
        if let Op::Loop { to, .. } = op {
            loops.push((to.0, times.saturating_mul(LIST_COST)));
        }
    }
    total
}
