//! The shape of regions: boundaries, jumps, loops, frames and costs.

use crate::error::ImageError;
use crate::image::{Image, Region};
use crate::op::{Op, code_cost};
use reach_codes::table::image::{IMAGE_COST, IMAGE_JUMP, IMAGE_LIMIT, IMAGE_REGION};

/// How deep loops may be nested.
const MAX_LOOPS: usize = 8;
/// The most registers of a region, so that following them takes bounded time.
pub(crate) const MAX_FRAME: u16 = 8_192;

/// Returns the operations of a region.
pub(super) fn ops<'a>(image: &'a Image, region: &Region) -> &'a [Op] {
    image.code.get(region.start as usize..region.end as usize).unwrap_or(&[])
}

/// Checks the shape of all regions.
pub(super) fn check_all(image: &Image) -> Result<(), ImageError> {
    let mut behind = 0;
    for (at, region) in image.regions.iter().enumerate() {
        if region.start != behind || region.end <= region.start {
            return Err(ImageError::new(IMAGE_REGION, format!("region {at} does not begin where the one before it ends, or is empty")));
        }
        behind = region.end;
        check(image, region).map_err(|e| e.inside(format_args!("region {at}")))?;
    }
    if behind as usize != image.code.len() {
        return Err(ImageError::new(IMAGE_REGION, "the regions do not cover the code"));
    }
    Ok(())
}

fn check(image: &Image, region: &Region) -> Result<(), ImageError> {
    let ops = ops(image, region);
    if ops.len() != (region.end - region.start) as usize {
        return Err(ImageError::new(IMAGE_REGION, "it ends behind the code"));
    }
    let returns = ops.iter().filter(|op| matches!(op, Op::Return { .. })).count();
    if returns != 1 || !matches!(ops.last(), Some(Op::Return { .. })) {
        return Err(ImageError::new(IMAGE_REGION, "it does not end in its only return"));
    }
    jumps(ops, region)?;
    let mut frame = 0u32;
    for op in ops {
        op.registers(|_, reg| frame = frame.max(u32::from(reg.0) + 1));
        // Behind the last register that there can be, a list would only seem to fit.
        if let Op::MakeList { first, len, .. } | Op::Ask { first, len, .. } = op {
            frame = frame.max(u32::from(first.0) + u32::from(*len));
        }
    }
    if frame > u32::from(MAX_FRAME) {
        return Err(ImageError::new(IMAGE_LIMIT, format!("{frame} registers, more than {MAX_FRAME}")));
    }
    if frame != u32::from(region.frame) {
        return Err(ImageError::new(IMAGE_COST, format!("the frame is declared as {}, and is {frame}", region.frame)));
    }
    let cost = code_cost(ops, region.start);
    if cost != region.cost {
        return Err(ImageError::new(IMAGE_COST, format!("the cost is declared as {}, and is {cost}", region.cost)));
    }
    Ok(())
}

/// A loop: where it stands and where its body ends.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Loop {
    at: u32,
    end: u32,
}

fn jumps(ops: &[Op], region: &Region) -> Result<(), ImageError> {
    let error = |at: u32, message: &str| ImageError::new(IMAGE_JUMP, format!("operation {at} {message}"));
    let is_out = |at: u32, to: u32| to <= at || to >= region.end;
    if !ops.iter().any(|op| matches!(op, Op::Loop { .. })) {
        let jumps = (region.start..).zip(ops).filter_map(|(at, op)| Some((at, op.target()?.0)));
        return match jumps.into_iter().find(|(at, to)| is_out(*at, *to)) {
            Some((at, _)) => Err(error(at, "jumps backward or out of its region")),
            None => Ok(()),
        };
    }
    // For each operation the innermost loop around it.
    let mut inside: Vec<Option<Loop>> = Vec::with_capacity(ops.len());
    let mut open: Vec<Loop> = Vec::new();
    for (at, op) in (region.start..).zip(ops) {
        while open.pop_if(|l| l.end <= at).is_some() {}
        inside.push(open.last().copied());
        if let Op::Loop { to, .. } = op {
            let limit = open.last().map_or(region.end - 1, |outer| outer.end);
            if to.0 <= at + 1 || to.0 > limit {
                return Err(error(at, "is a loop whose body is empty or reaches beyond its surroundings"));
            }
            open.push(Loop { at, end: to.0 });
            if open.len() > MAX_LOOPS {
                return Err(error(at, "is a loop nested too deep"));
            }
        }
    }
    for ((at, op), around) in (region.start..).zip(ops).zip(&inside) {
        let Some(to) = op.target().map(|to| to.0).filter(|_| !matches!(op, Op::Loop { .. })) else { continue };
        if is_out(at, to) {
            return Err(error(at, "jumps backward or out of its region"));
        }
        let there = inside.get((to - region.start) as usize).copied().flatten();
        if there != *around && around.is_none_or(|l| l.end != to) {
            return Err(error(at, "jumps into or out of a loop"));
        }
    }
    Ok(())
}
