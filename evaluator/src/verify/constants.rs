//! Constants: their values fit their types, their size is bounded, sets are sorted.

use super::tables::{MAX_TYPE_DEPTH, constant, missing, table, text, ty, unique};
use crate::error::ImageError;
use crate::image::{ConstValue, Image, TypeDesc, TypeId};
use crate::op::ConstId;
use reach_codes::table::image::IMAGE_LIMIT;
use reach_values::time;

/// How large a constant may be when it is written out, in bytes and members.
const MAX_CONST_SIZE: u64 = 1 << 24;

/// Checks all constants.
pub(super) fn check(image: &Image) -> Result<(), ImageError> {
    unique("constant", &image.consts)?;
    let mut measures: Vec<Measure> = Vec::with_capacity(image.consts.len());
    for at in 0..image.consts.len() {
        let measure = Constants { image, measures: &measures }.check(at).map_err(|e| e.inside(format_args!("constant {at}")))?;
        measures.push(measure);
    }
    Ok(())
}

/// How large a constant is when it is written out.
#[derive(Clone, Copy)]
struct Measure {
    size: u64,
    depth: u32,
}

/// The constants that were checked.
struct Constants<'a> {
    image: &'a Image,
    measures: &'a [Measure],
}

impl Constants<'_> {
    fn check(&self, at: usize) -> Result<Measure, ImageError> {
        let constant = self.image.consts.get(at).ok_or_else(|| missing("constant", at))?;
        let declared = ty(self.image, constant.ty)?;
        let desc = match (declared, &constant.value) {
            (TypeDesc::Optional(_) | TypeDesc::Any, ConstValue::Absent) => return Ok(Measure { size: 1, depth: 1 }),
            (TypeDesc::Optional(of), _) => ty(self.image, *of)?,
            (desc, _) => desc,
        };
        let measure = match (desc, &constant.value) {
            (TypeDesc::Bool | TypeDesc::Any, ConstValue::Bool(_)) => Measure { size: 1, depth: 1 },
            (desc, ConstValue::Num(n)) if number_fits(desc, *n) => Measure { size: 1, depth: 1 },
            (desc, ConstValue::Text(id)) => {
                let text = text(self.image, *id)?;
                if !text_fits(desc, text) {
                    return Err(unfit());
                }
                Measure { size: 1 + text.len() as u64, depth: 1 }
            }
            (TypeDesc::List(of) | TypeDesc::Set(of), ConstValue::List(members)) => self.members(members, |_| Some(*of))?,
            (TypeDesc::Any, ConstValue::List(members)) => {
                let any = match declared {
                    TypeDesc::Optional(of) => *of,
                    _ => constant.ty,
                };
                self.members(members, |_| Some(any))?
            }
            (TypeDesc::Record(fields), ConstValue::Record(members)) if fields.len() == members.len() => {
                self.members(members, |at| fields.get(at).map(|(_, ty)| *ty))?
            }
            _ => return Err(unfit()),
        };
        if let (TypeDesc::Set(_), ConstValue::List(members)) = (desc, &constant.value)
            && !members.is_sorted_by(|a, b| self.order(*a, *b).is_lt())
        {
            return Err(table("a set is not sorted"));
        }
        if measure.size > MAX_CONST_SIZE || measure.depth > MAX_TYPE_DEPTH + 1 {
            return Err(ImageError::new(IMAGE_LIMIT, "it is too large"));
        }
        Ok(measure)
    }

    fn members(&self, members: &[ConstId], expected: impl Fn(usize) -> Option<TypeId>) -> Result<Measure, ImageError> {
        let mut sum = Measure { size: 1, depth: 0 };
        for (at, id) in members.iter().enumerate() {
            let measure = self.measures.get(id.0 as usize).ok_or_else(|| table(format!("it refers to constant {}, which is not before it", id.0)))?;
            if expected(at) != Some(constant(self.image, *id)?.ty) {
                return Err(unfit());
            }
            sum = Measure { size: sum.size.saturating_add(measure.size), depth: sum.depth.max(measure.depth) };
        }
        Ok(Measure { size: sum.size, depth: sum.depth + 1 })
    }

    /// Orders constants by value. They stand once, so that the first members that differ decide; recurses as deep as they are nested.
    fn order(&self, a: ConstId, b: ConstId) -> std::cmp::Ordering {
        if a == b {
            return std::cmp::Ordering::Equal;
        }
        let (Ok(x), Ok(y)) = (constant(self.image, a), constant(self.image, b)) else { return a.cmp(&b) };
        match (&x.value, &y.value) {
            (ConstValue::Text(x), ConstValue::Text(y)) => text(self.image, *x).unwrap_or("").cmp(text(self.image, *y).unwrap_or("")),
            (ConstValue::List(x), ConstValue::List(y)) | (ConstValue::Record(x), ConstValue::Record(y)) => {
                x.iter().zip(y).map(|(x, y)| self.order(*x, *y)).find(|order| order.is_ne()).unwrap_or(x.len().cmp(&y.len()))
            }
            // The declared order of kinds is that of values; numbers and truth values by size.
            (x, y) => x.cmp(y),
        }
    }
}

fn unfit() -> ImageError {
    table("the value does not fit its type")
}

fn number_fits(desc: &TypeDesc, n: i128) -> bool {
    match desc {
        TypeDesc::Int => crate::arith::is_int(n),
        TypeDesc::Decimal | TypeDesc::Any => true,
        TypeDesc::Time => time::is_time(n),
        TypeDesc::Date => time::is_date(n),
        TypeDesc::Duration => time::is_duration(n),
        TypeDesc::Enum(members) => usize::try_from(n).is_ok_and(|n| n < members.len()),
        _ => false,
    }
}

fn text_fits(desc: &TypeDesc, text: &str) -> bool {
    match desc {
        TypeDesc::Text | TypeDesc::Any | TypeDesc::Entity(_) => true,
        TypeDesc::Form(form) => form.is_declarable() && form.normalize(text).is_ok_and(|normal| normal == text),
        _ => false,
    }
}
