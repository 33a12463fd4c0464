//! Follows the types of registers through a region, once from top to bottom.
//!
//! Jumps go forward, so that when an operation is reached, all jumps to it were seen: the states at them are merged with the
//! state before it. A jump to the end of its loop's body ends a round; it is kept apart, by depth, from jumps of the surroundings
//! to the same operation.

use super::layout::Slots;
use super::region::ops;
use super::tables;
use super::types::{Basic, Types};
use crate::error::ImageError;
use crate::image::{Image, Region, TypeId};
use crate::op::{Access, LoopKind, Op, Reg};
use reach_codes::table::image::{IMAGE_LIMIT, IMAGE_REGION, IMAGE_TYPE, IMAGE_UNDEFINED};
use std::collections::{BTreeMap, HashMap};

/// The most jumps of a region that are under way to different operations.
const MAX_PENDING: usize = 4_096;

/// What is known of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It may not have been written, or with values of different types.
    Nothing,
    /// It has no value, whatever its type.
    None,
    /// It has a value of a type, or none.
    Type(TypeId),
}

/// What a region may do, and what it finds.
pub(super) struct Flow<'a> {
    pub image: &'a Image,
    pub types: &'a mut Types,
    pub basic: Basic,
    /// The types of slots that can be read.
    pub slots: &'a Slots,
    pub context: &'a HashMap<u16, TypeId>,
    /// What the region stores; none if it must not.
    pub stores: Option<&'a mut Slots>,
    /// The types of what `Deep` comparisons compare.
    pub deep: &'a mut HashMap<u32, TypeId>,
    /// How much work merging states may still be, so that no image takes long.
    pub budget: &'a mut u64,
    pub state: Vec<Known>,
    reached: bool,
    room: &'a mut Room,
    loops: Vec<OpenLoop>,
}

/// What following a region takes, used again for the next.
#[derive(Default)]
pub(super) struct Room {
    /// The states at jumps, by operation and depth of loops. Empty between regions.
    pending: BTreeMap<(u32, usize), Vec<Known>>,
    /// States that nobody needs any more.
    spare: Vec<Vec<Known>>,
}

impl Room {
    /// Returns a state like another one.
    fn copy(&mut self, state: &[Known]) -> Vec<Known> {
        let mut copy = self.spare.pop().unwrap_or_default();
        copy.clear();
        copy.extend_from_slice(state);
        copy
    }
}

/// A loop whose body is being followed.
struct OpenLoop {
    end: u32,
    kind: LoopKind,
    dst: Reg,
    body: Reg,
    /// The state behind the loop, but for its result.
    behind: Vec<Known>,
}

/// What all regions share.
pub(super) struct Common<'a> {
    pub image: &'a Image,
    pub types: &'a mut Types,
    pub basic: Basic,
    pub context: &'a HashMap<u16, TypeId>,
    pub deep: &'a mut HashMap<u32, TypeId>,
    pub budget: &'a mut u64,
    pub room: &'a mut Room,
}

/// Follows a region. Its result must be of the type that it declares.
pub(super) fn check(common: &mut Common<'_>, region: &Region, slots: &Slots, stores: Option<&mut Slots>) -> Result<(), ImageError> {
    common.room.pending.clear();
    let mut state = common.room.copy(&[]);
    state.resize(usize::from(region.frame), Known::Nothing);
    let mut flow = Flow {
        image: common.image,
        types: common.types,
        basic: common.basic,
        slots,
        context: common.context,
        stores,
        deep: common.deep,
        budget: common.budget,
        state,
        reached: true,
        room: common.room,
        loops: Vec::new(),
    };
    flow.run(region)?;
    flow.room.spare.push(flow.state);
    Ok(())
}

impl Flow<'_> {
    fn run(&mut self, region: &Region) -> Result<(), ImageError> {
        tables::ty(self.image, region.result)?;
        let result = self.types.seen(region.result);
        let ops = ops(self.image, region);
        for (at, op) in (region.start..).zip(ops) {
            let inside = |e: ImageError| e.inside(format_args!("operation {at} ({op})"));
            self.arrive(at).map_err(inside)?;
            if !self.reached {
                return Err(inside(ImageError::new(IMAGE_REGION, "it can't be reached")));
            }
            self.operation(at, *op, result).map_err(inside)?;
            self.leave(at, *op, region, ops).map_err(inside)?;
        }
        Ok(())
    }

    /// Merges what jumps here, and ends the loops that end here, from the inside out.
    fn arrive(&mut self, at: u32) -> Result<(), ImageError> {
        loop {
            let depth = self.loops.len();
            if let Some(state) = self.room.pending.remove(&(at, depth)) {
                self.merge_here(state)?;
            }
            let Some(ended) = self.loops.pop_if(|l| l.end == at) else { return Ok(()) };
            if !self.reached {
                return Err(ImageError::new(IMAGE_REGION, "the end of a loop's body can't be reached"));
            }
            let body = self.register(ended.body)?;
            let basic = self.basic;
            let (expected, result) = match ended.kind {
                LoopKind::All | LoopKind::Any => (basic.bool, basic.bool),
                LoopKind::Count => (basic.bool, basic.int),
                LoopKind::SumInt => (basic.int, basic.int),
                LoopKind::SumDecimal => (basic.decimal, basic.decimal),
                LoopKind::SumDuration => (basic.duration, basic.duration),
            };
            self.expect(body, expected)?;
            let inside = std::mem::replace(&mut self.state, ended.behind);
            self.room.spare.push(inside);
            self.set(ended.dst, Known::Type(result))?;
        }
    }

    /// Sends the state on to where the operation may go.
    fn leave(&mut self, at: u32, op: Op, region: &Region, ops: &[Op]) -> Result<(), ImageError> {
        if let Op::Loop { dst, kind, elem, body, to, list, .. } = op {
            let element = self.element(list)?;
            // What the body writes is not known behind it, nor at the beginning of its next round.
            let written = ops.get((at + 1 - region.start) as usize..(to.0 - region.start) as usize).unwrap_or(&[]);
            for op in written {
                op.registers(|access, reg| {
                    if access == Access::Write
                        && let Some(known) = self.state.get_mut(usize::from(reg.0))
                    {
                        *known = Known::Nothing;
                    }
                });
                // A loop inside writes its result at its end, which `registers` tells as well.
            }
            self.set(elem, Known::Nothing)?;
            self.spend(self.state.len())?;
            let behind = self.room.copy(&self.state);
            self.loops.push(OpenLoop { end: to.0, kind, dst, body, behind });
            return self.set(elem, element);
        }
        let Some(to) = op.target() else { return Ok(()) };
        let mut state = self.room.copy(&self.state);
        if let Op::JumpNone { dst, .. } = op
            && let Some(known) = state.get_mut(usize::from(dst.0))
        {
            *known = Known::None;
        }
        self.spend(state.len())?;
        let key = (to.0, self.loops.len());
        let full = self.room.pending.len() >= MAX_PENDING;
        match self.room.pending.get_mut(&key) {
            Some(other) => {
                merge(self.types, other, &state);
                self.room.spare.push(state);
            }
            None if full => return Err(ImageError::new(IMAGE_LIMIT, "too many jumps are under way")),
            None => {
                self.room.pending.insert(key, state);
            }
        }
        self.reached = !matches!(op, Op::Jump { .. });
        Ok(())
    }

    fn merge_here(&mut self, other: Vec<Known>) -> Result<(), ImageError> {
        self.spend(other.len())?;
        let mut other = other;
        if self.reached {
            merge(self.types, &mut self.state, &other);
        } else {
            std::mem::swap(&mut self.state, &mut other);
        }
        self.room.spare.push(other);
        self.reached = true;
        Ok(())
    }

    fn spend(&mut self, work: usize) -> Result<(), ImageError> {
        *self.budget = self.budget.checked_sub(1 + work as u64).ok_or_else(|| ImageError::new(IMAGE_LIMIT, "following the registers takes too long"))?;
        Ok(())
    }

    /// Returns whether every path through the region goes through the operation that is being looked at, once.
    pub fn is_certain(&self) -> bool {
        self.loops.is_empty() && self.room.pending.is_empty()
    }

    /// Returns what a register holds, which must be something.
    pub fn register(&self, reg: Reg) -> Result<Known, ImageError> {
        match self.state.get(usize::from(reg.0)) {
            Some(Known::Nothing) => Err(ImageError::new(IMAGE_UNDEFINED, format!("r{} may not have been written", reg.0))),
            Some(known) => Ok(*known),
            None => Err(tables::missing("register", reg.0)),
        }
    }

    pub fn set(&mut self, reg: Reg, known: Known) -> Result<(), ImageError> {
        *self.state.get_mut(usize::from(reg.0)).ok_or_else(|| tables::missing("register", reg.0))? = known;
        Ok(())
    }

    /// Checks that a value is of a type.
    pub fn expect(&self, known: Known, expected: TypeId) -> Result<(), ImageError> {
        match known {
            Known::Type(actual) if !self.types.fits(actual, expected) => Err(self.mismatch(actual, &self.types.name(expected, &self.image.texts))),
            _ => Ok(()),
        }
    }

    pub fn mismatch(&self, actual: TypeId, expected: &str) -> ImageError {
        ImageError::new(IMAGE_TYPE, format!("a value of type {} where {expected} is needed", self.types.name(actual, &self.image.texts)))
    }
}

/// Leaves of a state what is known there and in another one alike.
fn merge(types: &Types, state: &mut [Known], other: &[Known]) {
    for (a, b) in state.iter_mut().zip(other) {
        *a = match (*a, *b) {
            (Known::Nothing, _) | (_, Known::Nothing) => Known::Nothing,
            (Known::None, known) | (known, Known::None) => known,
            (Known::Type(a), Known::Type(b)) => types.join(a, b).map_or(Known::Nothing, Known::Type),
        };
    }
}
