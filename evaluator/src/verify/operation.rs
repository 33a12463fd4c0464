//! What each operation takes and gives.

use super::flow::{Flow, Known};
use super::tables;
use crate::error::ImageError;
use crate::image::{PatternKind, TypeDesc, TypeId};
use crate::op::{ArithKind, CmpKind, CmpOp, ConstId, LengthOf, Op, Part, Src, UnaryKind};
use crate::value::Place;
use reach_codes::table::image::{IMAGE_REGION, IMAGE_TABLE};

impl Flow<'_> {
    /// Checks the operands of an operation and notes what it writes. What depends on where it jumps is done elsewhere.
    #[expect(clippy::too_many_lines, reason = "one short arm an operation")]
    pub(super) fn operation(&mut self, at: u32, op: Op, result: TypeId) -> Result<(), ImageError> {
        let basic = self.basic;
        let (dst, known) = match op {
            Op::Move { dst, src, place } => (dst, self.operand(src, place)?),
            Op::Unwrap { dst, src, place } => {
                let known = self.operand(src, place)?;
                (dst, map(known, |ty| self.types.unwrapped(ty)))
            }
            Op::Field { dst, src, index, place } => {
                let known = self.operand(src, place)?;
                (dst, self.field(known, index)?)
            }
            Op::Part { dst, src, part, place } => {
                let known = self.operand(src, place)?;
                self.expect(known, if matches!(part, Part::EmailLocal | Part::EmailDomain) { basic.email } else { basic.path })?;
                let ty = match part {
                    Part::PathName | Part::EmailLocal | Part::EmailDomain => basic.text,
                    Part::PathExtension => self.types.optional(basic.text),
                    Part::PathParent => self.types.optional(basic.path),
                    Part::PathAbsolute => basic.bool,
                };
                (dst, Known::Type(ty))
            }
            Op::Index { dst, src, key, place } => {
                let (of, key) = (self.operand(src, place)?, self.operand(key, place)?);
                (dst, self.index(of, key)?)
            }
            Op::Length { dst, of, src, place } => {
                let known = self.operand(src, place)?;
                self.check(known, "text, a list, a set or a map", |desc| match of {
                    LengthOf::Text => matches!(desc, TypeDesc::Text),
                    LengthOf::List => matches!(desc, TypeDesc::List(_) | TypeDesc::Set(_)),
                    LengthOf::Map => matches!(desc, TypeDesc::Map(_)),
                })?;
                (dst, Known::Type(basic.int))
            }
            Op::Lower { dst, src, place } => {
                let known = self.operand(src, place)?;
                self.check(known, "text", |desc| matches!(desc, TypeDesc::Text))?;
                (dst, Known::Type(basic.text))
            }
            Op::Arith { dst, kind, a, b, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                (dst, self.arith(kind, a, b)?)
            }
            Op::Unary { dst, kind, a, place } => {
                let known = self.operand(a, place)?;
                let ty = match kind {
                    UnaryKind::NegInt | UnaryKind::AbsInt => basic.int,
                    UnaryKind::NegDecimal | UnaryKind::AbsDecimal => basic.decimal,
                    UnaryKind::NegDuration | UnaryKind::AbsDuration => basic.duration,
                };
                self.expect(known, ty)?;
                (dst, Known::Type(ty))
            }
            Op::Concat { dst, a, b, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                let list = |known| map(known, |ty| self.types.unwrapped(ty));
                let joined = self.both(list(a), list(b))?;
                self.check(joined, "a list", |desc| matches!(desc, TypeDesc::List(_)))?;
                (dst, joined)
            }
            Op::MakeList { dst, first, len, place } => {
                tables::place(self.image, place)?;
                if len == 0 {
                    return Err(ImageError::new(IMAGE_TABLE, "a list of no registers has no type"));
                }
                let mut joined = Known::None;
                for reg in first.0..first.0.saturating_add(len) {
                    joined = self.both(joined, self.register(crate::op::Reg(reg))?)?;
                }
                (dst, if let Known::Type(of) = joined { Known::Type(self.types.list(of)?) } else { Known::None })
            }
            Op::Jump { .. } => return Ok(()),
            Op::JumpFalse { src, .. } => return self.expect(self.register(src)?, basic.bool),
            Op::JumpNone { src, dst, .. } => {
                self.register(src)?;
                // The register itself is written on the other path alone; it must only exist.
                let known = self.state.get(usize::from(dst.0)).copied().unwrap_or(Known::Nothing);
                return self.set(dst, known);
            }
            Op::JumpPresent { src, .. } => return self.register(src).map(drop),
            Op::Cmp { dst, op, kind, a, b, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                self.comparison(at, op, kind, a, b)?;
                (dst, Known::Type(basic.bool))
            }
            Op::In { dst, kind, a, b, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                let element = self.element_of(b)?;
                self.comparison(at, CmpOp::Eq, kind, a, element)?;
                (dst, Known::Type(basic.bool))
            }
            Op::Present { dst, src, place } => {
                self.operand(src, place)?;
                (dst, Known::Type(basic.bool))
            }
            Op::Within { dst, a, b, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                self.expect(a, basic.path)?;
                self.expect(b, basic.path)?;
                (dst, Known::Type(basic.bool))
            }
            Op::Matches { dst, a, pattern, place } => {
                let known = self.operand(a, place)?;
                let def = self.image.patterns.get(pattern.0 as usize).ok_or_else(|| tables::missing("pattern", pattern.0))?;
                let by_component = def.kind == PatternKind::Glob;
                self.check(known, "text that fits the pattern", |desc| match desc {
                    TypeDesc::Path => true,
                    TypeDesc::Text | TypeDesc::Email => !by_component,
                    _ => false,
                })?;
                (dst, Known::Type(basic.bool))
            }
            Op::Contains { dst, a, b, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                for known in [a, b] {
                    self.check(known, "text", |desc| matches!(desc, TypeDesc::Text | TypeDesc::Email))?;
                }
                (dst, Known::Type(basic.bool))
            }
            Op::HasKey { dst, a, key, place } => {
                let (known, key) = (self.operand(a, place)?, self.constant(key)?);
                self.check(known, "a map or any", |desc| matches!(desc, TypeDesc::Map(_) | TypeDesc::Any))?;
                self.check(key, "text", |desc| matches!(desc, TypeDesc::Text))?;
                (dst, Known::Type(basic.bool))
            }
            Op::Not { dst, src, place } => {
                let known = self.operand(src, place)?;
                self.expect(known, basic.bool)?;
                (dst, Known::Type(basic.bool))
            }
            Op::And { acc, src, place, .. } | Op::Or { acc, src, place, .. } => {
                let known = self.operand(src, place)?;
                self.expect(known, basic.bool)?;
                (acc, self.accumulator(acc)?)
            }
            Op::Loop { list, place, elem, body, dst, .. } => {
                self.operand(list, place)?;
                // All must exist; what they hold is followed at the body's beginning and end.
                for reg in [elem, body, dst] {
                    let known = self.state.get(usize::from(reg.0)).copied().unwrap_or(Known::Nothing);
                    self.set(reg, known)?;
                }
                return self.element(list).map(drop);
            }
            Op::Store { slot, src, place } => return self.store(slot.0, src, place),
            Op::Note { note, src } => {
                let def = self.image.notes.get(note.0 as usize).ok_or_else(|| tables::missing("note", note.0))?;
                let known = self.operand(src, def.place)?;
                return self.expect(known, self.types.seen(def.ty));
            }
            Op::Return { src, place } => {
                let known = self.operand(src, place)?;
                return self.expect(known, result);
            }
            Op::TestNum { acc, op, a, b, place, .. } => {
                let (a, b) = (self.operand(a, place)?, self.constant(b)?);
                self.comparison(at, op, CmpKind::Num, a, b)?;
                (acc, self.accumulator(acc)?)
            }
            Op::TestText { acc, op, a, b, place, .. } => {
                let (a, b) = (self.operand(a, place)?, self.constant(b)?);
                self.comparison(at, op, CmpKind::Text, a, b)?;
                (acc, self.accumulator(acc)?)
            }
            Op::TestIn { acc, a, b, place, .. } => {
                let (a, set) = (self.operand(a, place)?, self.constant(b)?);
                self.check(set, "a set", |desc| matches!(desc, TypeDesc::Set(_)))?;
                let element = self.element_of(set)?;
                let kind = if self.is_text(element) { CmpKind::Text } else { CmpKind::Num };
                self.comparison(at, CmpOp::Eq, kind, a, element)?;
                (acc, self.accumulator(acc)?)
            }
            Op::TestPresent { acc, a, place, .. } => {
                self.operand(a, place)?;
                (acc, self.accumulator(acc)?)
            }
        };
        self.set(dst, known)
    }

    /// Returns what is known of an operand, and checks that it is there.
    fn operand(&self, src: Src, place: Place) -> Result<Known, ImageError> {
        tables::place(self.image, place)?;
        match src {
            Src::Reg(reg) => self.register(reg),
            Src::Const(id) => self.constant(id),
            Src::Slot(slot) => self.slots.get(slot.0).map(Known::Type).ok_or_else(|| tables::missing("slot with one type", slot.0)),
            Src::Context(slot) => self.context.get(&slot).map(|ty| Known::Type(*ty)).ok_or_else(|| tables::missing("field of the context", slot)),
        }
    }

    fn constant(&self, id: ConstId) -> Result<Known, ImageError> {
        Ok(Known::Type(self.types.seen(tables::constant(self.image, id)?.ty)))
    }

    fn accumulator(&self, acc: crate::op::Reg) -> Result<Known, ImageError> {
        self.expect(self.register(acc)?, self.basic.bool)?;
        Ok(Known::Type(self.basic.bool))
    }

    /// Checks a value's type by its form. What has no value has every form.
    fn check(&self, known: Known, expected: &str, fits: impl Fn(&TypeDesc) -> bool) -> Result<(), ImageError> {
        match known {
            Known::Type(ty) if !fits(self.types.desc(ty)) => Err(self.mismatch(ty, expected)),
            _ => Ok(()),
        }
    }

    /// Returns the one type of two values.
    fn both(&self, a: Known, b: Known) -> Result<Known, ImageError> {
        match (a, b) {
            (Known::Type(a), Known::Type(b)) => match self.types.join(a, b) {
                Some(ty) => Ok(Known::Type(ty)),
                None => Err(self.mismatch(b, &self.types.name(a, &self.image.texts))),
            },
            (Known::Type(_), _) => Ok(a),
            _ => Ok(b),
        }
    }

    fn field(&self, known: Known, index: u16) -> Result<Known, ImageError> {
        let Known::Type(ty) = known else { return Ok(known) };
        match self.types.desc(ty) {
            TypeDesc::Record(fields) => fields.get(usize::from(index)).map(|(_, ty)| Known::Type(*ty)).ok_or_else(|| tables::missing("field", index)),
            _ => Err(self.mismatch(ty, "a record")),
        }
    }

    fn index(&mut self, of: Known, key: Known) -> Result<Known, ImageError> {
        let Known::Type(ty) = of else { return Ok(of) };
        let (element, expected) = match self.types.desc(ty) {
            TypeDesc::Map(of) => (*of, self.basic.text),
            TypeDesc::List(of) => (*of, self.basic.int),
            _ => return Err(self.mismatch(ty, "a map or list")),
        };
        self.expect(key, expected)?;
        Ok(Known::Type(self.types.optional(element)))
    }

    /// Returns what is known of the elements of an operand.
    pub(super) fn element(&self, list: Src) -> Result<Known, ImageError> {
        let known = match list {
            Src::Reg(reg) => self.register(reg)?,
            Src::Const(id) => self.constant(id)?,
            Src::Slot(slot) => self.slots.get(slot.0).map_or(Known::Nothing, Known::Type),
            Src::Context(slot) => self.context.get(&slot).map_or(Known::Nothing, |ty| Known::Type(*ty)),
        };
        self.element_of(known)
    }

    fn element_of(&self, known: Known) -> Result<Known, ImageError> {
        let Known::Type(ty) = known else { return Ok(Known::None) };
        match self.types.desc(ty) {
            TypeDesc::List(of) | TypeDesc::Set(of) => Ok(Known::Type(*of)),
            _ => Err(self.mismatch(ty, "a list or set")),
        }
    }

    fn arith(&self, kind: ArithKind, a: Known, b: Known) -> Result<Known, ImageError> {
        let t = self.basic;
        let (left, right, result) = match kind {
            ArithKind::AddInt | ArithKind::SubInt | ArithKind::MulInt => (t.int, t.int, t.int),
            ArithKind::AddDecimal | ArithKind::SubDecimal | ArithKind::MulDecimal => (t.decimal, t.decimal, t.decimal),
            ArithKind::AddDuration | ArithKind::SubDuration => (t.duration, t.duration, t.duration),
            ArithKind::MulDuration if self.expect(a, t.int).is_ok() => (t.int, t.duration, t.duration),
            ArithKind::MulDuration => (t.duration, t.int, t.duration),
            ArithKind::AddTime if self.expect(a, t.duration).is_ok() => (t.duration, t.time, t.time),
            ArithKind::AddTime | ArithKind::SubTimeDuration => (t.time, t.duration, t.time),
            ArithKind::SubTime => (t.time, t.time, t.duration),
            ArithKind::AddDate | ArithKind::SubDateDuration => (t.date, t.duration, t.date),
            ArithKind::SubDate => (t.date, t.date, t.duration),
            ArithKind::Min | ArithKind::Max => {
                let joined = self.both(a, b)?;
                self.check(joined, "an ordered number", is_ordered)?;
                return Ok(joined);
            }
        };
        // A register without a value on all paths fits either side of a mixed operation.
        self.expect(a, left)?;
        self.expect(b, if matches!(a, Known::None) && left != right { return Ok(Known::None) } else { right })?;
        Ok(Known::Type(result))
    }

    fn is_text(&self, known: Known) -> bool {
        matches!(known, Known::Type(ty) if matches!(self.types.desc(ty), TypeDesc::Text | TypeDesc::Email))
    }

    /// Checks the two sides of a comparison of a kind.
    fn comparison(&mut self, at: u32, op: CmpOp, kind: CmpKind, a: Known, b: Known) -> Result<(), ImageError> {
        let ordered = !matches!(op, CmpOp::Eq | CmpOp::Ne);
        if ordered && kind != CmpKind::Num {
            return Err(ImageError::new(IMAGE_TABLE, "only numbers are ordered"));
        }
        let side = match kind {
            CmpKind::Deep => {
                let ty = self.deep_type(a, b)?;
                self.deep.insert(at, ty);
                return Ok(());
            }
            _ => self.both(a, b)?,
        };
        self.check(side, "what the comparison takes", |desc| match kind {
            CmpKind::Num => is_ordered(desc) || (!ordered && matches!(desc, TypeDesc::Enum(_))),
            CmpKind::Text => matches!(desc, TypeDesc::Text | TypeDesc::Email),
            CmpKind::Path => matches!(desc, TypeDesc::Path),
            CmpKind::Bool => matches!(desc, TypeDesc::Bool),
            CmpKind::Deep => true,
        })
    }

    /// Returns the type by which two values are compared: one type, or `any` where one of them is that.
    fn deep_type(&self, a: Known, b: Known) -> Result<TypeId, ImageError> {
        let is_any = |known| matches!(known, Known::Type(ty) if *self.types.desc(ty) == TypeDesc::Any);
        match (a, b) {
            (Known::Type(any), other) | (other, Known::Type(any)) if is_any(Known::Type(any)) => {
                // Numbers of `any` are decimals.
                self.check(other, "what any may hold", |desc| match desc {
                    TypeDesc::Any | TypeDesc::Text | TypeDesc::Bool | TypeDesc::Decimal => true,
                    TypeDesc::List(of) => *self.types.desc(*of) == TypeDesc::Any,
                    _ => false,
                })?;
                Ok(any)
            }
            (a, b) => match self.both(a, b)? {
                Known::Type(ty) if matches!(self.types.desc(ty), TypeDesc::Optional(_)) => Err(self.mismatch(ty, "what is there")),
                Known::Type(ty) => Ok(ty),
                _ => Ok(self.basic.bool),
            },
        }
    }

    fn store(&mut self, slot: u16, src: Src, place: Place) -> Result<(), ImageError> {
        let known = self.operand(src, place)?;
        if !self.is_certain() {
            return Err(ImageError::new(IMAGE_REGION, "a store that a jump or loop may leave out"));
        }
        let Known::Type(ty) = known else { return Err(ImageError::new(IMAGE_REGION, "a store of what never has a value")) };
        let free = slot < self.image.slots && self.slots.get(slot).is_none();
        let Some(stores) = &mut self.stores else { return Err(ImageError::new(IMAGE_REGION, "a store in a region that computes no class fields")) };
        if free && stores.add(slot, ty) { Ok(()) } else { Err(ImageError::new(IMAGE_TABLE, format!("slot {slot} is not free for a class field"))) }
    }
}

fn map(known: Known, then: impl FnOnce(TypeId) -> TypeId) -> Known {
    if let Known::Type(ty) = known { Known::Type(then(ty)) } else { known }
}

const fn is_ordered(desc: &TypeDesc) -> bool {
    matches!(desc, TypeDesc::Int | TypeDesc::Decimal | TypeDesc::Time | TypeDesc::Date | TypeDesc::Duration)
}
