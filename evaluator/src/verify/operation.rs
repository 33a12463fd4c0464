//! What each operation takes and gives.

use super::flow::{Flow, Known};
use super::tables;
use crate::error::ImageError;
use crate::image::{ConstValue, Form, Platform, TextId, TypeDesc, TypeId};
use crate::local::{LOCAL_FIELDS, LocalField, WEEKDAYS};
use crate::op::{ArithKind, CmpKind, CmpOp, ConstId, LengthOf, Op, Part, Src, UnaryKind, WithinKind};
use crate::value::Place;
use crate::vm::MAX_PATTERN_WORDS;
use reach_codes::table::image::{IMAGE_REGION, IMAGE_TABLE};
use reach_values::form::PartType;
use reach_values::sql::StatementKind;

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
            Op::LookUp { dst, src, of, index, place } => {
                let known = self.operand(src, place)?;
                self.check(known, "such an entity", |desc| *desc == TypeDesc::Entity(of))?;
                let field = tables::entity(self.image, of)?.fields.get(usize::from(index)).ok_or_else(|| tables::missing("field", index))?;
                (dst, Known::Type(self.types.seen(field.1)))
            }
            Op::Under { dst, a, of, b, in_type, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                tables::entity(self.image, of)?;
                tables::entity(self.image, in_type)?;
                self.check(a, "such an entity", |desc| *desc == TypeDesc::Entity(of))?;
                self.check(b, "such entities", |desc| match desc {
                    TypeDesc::List(of) | TypeDesc::Set(of) => *self.types.desc(*of) == TypeDesc::Entity(in_type),
                    desc => *desc == TypeDesc::Entity(in_type),
                })?;
                (dst, Known::Type(basic.bool))
            }
            Op::Part { dst, src, part, place } => {
                let known = self.operand(src, place)?;
                (dst, self.part(known, part)?)
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
            Op::Within { dst, kind, a, b, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                self.within(kind, a, b)?;
                (dst, Known::Type(basic.bool))
            }
            Op::Matches { dst, a, pattern, place } => {
                let known = self.operand(a, place)?;
                let def = self.image.patterns.get(pattern.0 as usize).ok_or_else(|| tables::missing("pattern", pattern.0))?;
                self.check(known, "text that fits the pattern", |desc| match (desc, def.kind.platform()) {
                    (TypeDesc::Form(Form::Path(of)), Some(platform)) => *of == platform,
                    (_, Some(_)) => false,
                    (desc, None) => is_text(desc) || matches!(desc, TypeDesc::Form(Form::Path(_))),
                })?;
                (dst, Known::Type(basic.bool))
            }
            Op::Contains { dst, a, b, place } => {
                let (a, b) = (self.operand(a, place)?, self.operand(b, place)?);
                for known in [a, b] {
                    self.check(known, "text", is_text)?;
                }
                (dst, Known::Type(basic.bool))
            }
            Op::Runs { dst, a, commands, place, .. } => {
                let known = self.operand(a, place)?;
                self.check(known, "a command line", |desc| *desc == TypeDesc::Form(Form::Shell))?;
                self.commands(commands)?;
                (dst, Known::Type(basic.bool))
            }
            Op::Query { dst, a, tables, place, .. } => {
                let (known, tables) = (self.operand(a, place)?, self.constant(tables)?);
                self.check(known, "a query", |desc| matches!(desc, TypeDesc::Form(Form::Sql(_))))?;
                let list = self.types.list(basic.text)?;
                self.expect(tables, list)?;
                (dst, Known::Type(basic.bool))
            }
            Op::Detect { dst, a, place, .. } => {
                let known = self.operand(a, place)?;
                self.check(known, "text", |desc| is_text(desc) || matches!(desc, TypeDesc::Form(Form::Path(_))))?;
                (dst, Known::Type(basic.bool))
            }
            Op::Local { dst, src, zone, place } => {
                let known = self.operand(src, place)?;
                self.expect(known, basic.time)?;
                if self.image.zones.get(zone.0 as usize).is_none() {
                    return Err(tables::missing("time zone", zone.0));
                }
                (dst, self.local_time()?)
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
            Op::Ask { dst, query, first, len, place } => {
                tables::place(self.image, place)?;
                (dst, self.question(query, first, len)?)
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

    /// Returns what is known of a part.
    fn part(&mut self, known: Known, part: Part) -> Result<Known, ImageError> {
        let Known::Type(of) = known else { return Ok(known) };
        let TypeDesc::Form(form) = *self.types.desc(of) else { return Err(self.mismatch(of, "a value with parts")) };
        if !part.is_of(form) {
            return Err(self.mismatch(of, &format!("a value with a part `{}`", part.word())));
        }
        let basic = self.basic;
        let text = basic.text;
        let ty = match part.ty() {
            PartType::Bool => basic.bool,
            PartType::Int => basic.int,
            PartType::Text => text,
            PartType::Form(form) => self.types.add(TypeDesc::Form(form)),
            PartType::Same => of,
            PartType::Kind => self.words(StatementKind::ALL.iter().map(|kind| kind.word()))?,
            PartType::TextList => self.types.list(text)?,
            PartType::TextSet => self.types.add(TypeDesc::Set(text)),
            PartType::TextMap => self.types.add(TypeDesc::Map(text)),
            PartType::PathSet => {
                let path = self.types.add(TypeDesc::Form(Form::Path(Platform::Posix)));
                self.types.add(TypeDesc::Set(path))
            }
            PartType::Commands | PartType::Statements => {
                let form = if part.ty() == PartType::Commands { Form::Command } else { Form::Statement };
                let element = self.types.add(TypeDesc::Form(form));
                self.types.list(element)?
            }
        };
        Ok(Known::Type(if part.is_optional() { self.types.optional(ty) } else { ty }))
    }

    /// Returns the type of what a time zone's clocks show.
    fn local_time(&mut self) -> Result<Known, ImageError> {
        let mut fields = Vec::with_capacity(LOCAL_FIELDS.len());
        for (name, field) in LOCAL_FIELDS {
            let ty = match field {
                LocalField::Date => self.basic.date,
                LocalField::Int => self.basic.int,
                LocalField::Weekday => self.words(WEEKDAYS.into_iter())?,
            };
            fields.push((self.word(name)?, ty));
        }
        Ok(Known::Type(self.types.add(TypeDesc::Record(fields))))
    }

    /// Returns the text of the image that is a word of the language.
    fn word(&self, word: &str) -> Result<TextId, ImageError> {
        let at = self.image.texts.iter().position(|text| text == word).and_then(|at| u32::try_from(at).ok());
        at.map(TextId).ok_or_else(|| tables::missing("text", format!("`{word}`")))
    }

    /// Returns the enum of words of the language. Code that can read one has its type in the image.
    fn words(&mut self, words: impl Iterator<Item = &'static str>) -> Result<TypeId, ImageError> {
        let members = words.map(|word| self.word(word)).collect::<Result<_, _>>()?;
        Ok(self.types.add(TypeDesc::Enum(members)))
    }

    /// Checks the patterns of a question of a command line: lists of words, none empty, none too long.
    fn commands(&mut self, id: ConstId) -> Result<(), ImageError> {
        let words = self.types.list(self.basic.text)?;
        let expected = self.types.list(words)?;
        self.expect(self.constant(id)?, expected)?;
        let members = |id: ConstId| match &tables::constant(self.image, id)?.value {
            ConstValue::List(members) => Ok(members),
            _ => Err(ImageError::new(IMAGE_TABLE, "the patterns of commands are no list")),
        };
        for pattern in members(id)? {
            if !(1..=MAX_PATTERN_WORDS).contains(&members(*pattern)?.len()) {
                return Err(ImageError::new(IMAGE_TABLE, format!("a pattern of commands has 1 to {MAX_PATTERN_WORDS} words")));
            }
        }
        Ok(())
    }

    fn within(&mut self, kind: WithinKind, a: Known, b: Known) -> Result<(), ImageError> {
        let (left, right) = match kind {
            WithinKind::Path => {
                let joined = self.both(a, b)?;
                return self.check(joined, "a path", |desc| matches!(desc, TypeDesc::Form(Form::Path(_))));
            }
            WithinKind::Host => (Form::Host, Form::Host),
            WithinKind::Ip => (Form::Ip, Form::Network),
            WithinKind::HostIp => (Form::Host, Form::Network),
        };
        for (known, form) in [(a, left), (b, right)] {
            let ty = self.types.add(TypeDesc::Form(form));
            self.expect(known, ty)?;
        }
        Ok(())
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
        matches!(known, Known::Type(ty) if is_text(self.types.desc(ty)))
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
            CmpKind::Text => is_text(desc),
            CmpKind::Path => matches!(desc, TypeDesc::Form(Form::Path(_))),
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

/// Returns whether values are compared as texts: text itself, and the normal forms whose equality is that of text.
const fn is_text(desc: &TypeDesc) -> bool {
    match desc {
        TypeDesc::Text | TypeDesc::Entity(_) => true,
        TypeDesc::Form(form) => !form.is_structured() && !matches!(form, Form::Path(_)),
        _ => false,
    }
}

const fn is_ordered(desc: &TypeDesc) -> bool {
    matches!(desc, TypeDesc::Int | TypeDesc::Decimal | TypeDesc::Time | TypeDesc::Date | TypeDesc::Duration)
}
