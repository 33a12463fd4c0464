//! Parts, numbers, texts and lists.

use super::{MAX_LIST, MAX_MADE_BYTES, MAX_MADE_CELLS, Observer, Run, Trap, none};
use crate::arith as numbers;
use crate::op::{ArithKind, LengthOf, Reg, UnaryKind};
use crate::value::{Atom, Cause, Cells, Place, Space, Str, Value};

pub(super) fn arith(kind: ArithKind, a: Value, b: Value, place: Place) -> Result<Value, Trap> {
    let (Value::Num(a), Value::Num(b)) = (a, b) else { return Err(Trap::Internal) };
    Ok(numbers::binary(kind, a, b).map_or_else(|cause| none(cause, place), Value::Num))
}

pub(super) fn unary(kind: UnaryKind, a: Value, place: Place) -> Result<Value, Trap> {
    let Value::Num(a) = a else { return Err(Trap::Internal) };
    Ok(numbers::unary(kind, a).map_or_else(|cause| none(cause, place), Value::Num))
}

impl<O: Observer> Run<'_, O> {
    pub(super) fn field(&self, record: Value, index: u16) -> Result<Value, Trap> {
        let Value::Record(cells) = record else { return Err(Trap::Internal) };
        self.view().cells(cells).get(usize::from(index)).copied().ok_or(Trap::Internal)
    }

    pub(super) fn index(&mut self, of: Value, key: Value) -> Result<Value, Trap> {
        let view = self.view();
        Ok(match (of, key) {
            (Value::Map(map), Value::Text(key)) => view.entry(map, view.text(key)).unwrap_or(Value::Absent),
            (Value::List(list), Value::Num(at)) => usize::try_from(at).ok().and_then(|at| view.cells(list).get(at).copied()).unwrap_or(Value::Absent),
            _ => return Err(Trap::Internal),
        })
    }

    pub(super) fn length(&mut self, value: Value, of: LengthOf) -> Result<Value, Trap> {
        let count = match (of, value) {
            (LengthOf::Text, Value::Text(text)) => {
                self.burn_text(text.len)?;
                u64::try_from(self.view().text(text).chars().count()).map_err(|_| Trap::Internal)?
            }
            (LengthOf::List, Value::List(cells)) => u64::from(cells.len),
            (LengthOf::Map, Value::Map(cells)) => u64::from(cells.len / 2),
            _ => return Err(Trap::Internal),
        };
        Ok(Value::Num(i128::from(count)))
    }

    pub(super) fn lower(&mut self, value: Value, place: Place) -> Result<Value, Trap> {
        let Value::Text(text) = value else { return Err(Trap::Internal) };
        self.burn_text(text.len)?;
        if self.view().text(text).chars().all(|c| c.to_lowercase().eq([c])) {
            return Ok(value);
        }
        if self.step.made().0.saturating_add((text.len as usize).saturating_mul(3)) > MAX_MADE_BYTES {
            return Ok(none(Cause::Limit, place));
        }
        if text.space == Space::Scratch {
            // The text lies in the buffer that grows: it is gone through by offset.
            let start = self.step.scratch.len();
            let (mut at, end) = (text.start as usize, text.start.saturating_add(text.len) as usize);
            while at < end {
                let c = self.step.scratch.get(at..end).and_then(|rest| rest.chars().next()).ok_or(Trap::Internal)?;
                self.step.scratch.extend(c.to_lowercase());
                at += c.len_utf8();
            }
            return self.made_since(start);
        }
        let source = match text.space {
            Space::Input => self.step.input.as_str(),
            Space::Context => self.context.text.as_str(),
            Space::Entities => self.context.entities.text(),
            Space::Pool | Space::Scratch => self.image.pool_text(),
        };
        let source = source.get(text.start as usize..text.start.saturating_add(text.len) as usize).ok_or(Trap::Internal)?;
        let start = self.step.scratch.len();
        self.step.scratch.extend(source.chars().flat_map(char::to_lowercase));
        self.made_since(start)
    }

    /// Makes a text, unless too much was made.
    pub(super) fn make_text(&mut self, write: impl FnOnce(&mut String), place: Place) -> Result<Value, Trap> {
        let start = self.step.scratch.len();
        write(&mut self.step.scratch);
        if self.step.made().0 > MAX_MADE_BYTES {
            return Ok(none(Cause::Limit, place));
        }
        self.made_since(start)
    }

    fn made_since(&self, start: usize) -> Result<Value, Trap> {
        let len = self.step.scratch.len() - start;
        let at = |n: usize| u32::try_from(n).map_err(|_| Trap::Internal);
        Ok(Value::Text(Str { space: Space::Scratch, start: at(start)?, len: at(len)?, atom: Atom::UNKNOWN }))
    }

    pub(super) fn concat(&mut self, a: Value, b: Value, place: Place) -> Result<Value, Trap> {
        let (a, b) = match (a, b) {
            (Value::List(a), Value::List(b)) => (a, b),
            (Value::List(a), Value::Absent) => return Ok(Value::List(a)),
            (Value::Absent, Value::List(b)) => return Ok(Value::List(b)),
            (Value::Absent, Value::Absent) => return Ok(Value::List(Cells { space: Space::Pool, at: 0, len: 0 })),
            _ => return Err(Trap::Internal),
        };
        let len = a.len.saturating_add(b.len);
        if len > MAX_LIST || self.step.made().1.saturating_add(len as usize) > MAX_MADE_CELLS {
            return Ok(none(Cause::Limit, place));
        }
        self.burn(u64::from(len))?;
        let at = self.step.cells.len();
        self.append(a)?;
        self.append(b)?;
        self.cells_since(at)
    }

    /// Copies cells to the end of those of the step.
    fn append(&mut self, cells: Cells) -> Result<(), Trap> {
        let range = cells.at as usize..cells.at.saturating_add(cells.len) as usize;
        match cells.space {
            Space::Scratch if range.end <= self.step.cells.len() => self.step.cells.extend_from_within(range),
            Space::Context => self.step.cells.extend_from_slice(self.context.cells.get(range).ok_or(Trap::Internal)?),
            Space::Pool => self.step.cells.extend_from_slice(self.image.pool_cells().get(range).ok_or(Trap::Internal)?),
            Space::Entities => self.step.cells.extend_from_slice(self.context.entities.cells().get(range).ok_or(Trap::Internal)?),
            Space::Input | Space::Scratch => return Err(Trap::Internal),
        }
        Ok(())
    }

    pub(super) fn make_list(&mut self, first: Reg, len: u16, place: Place) -> Result<Value, Trap> {
        let range = usize::from(first.0)..usize::from(first.0) + usize::from(len);
        let members = self.registers.get(range).ok_or(Trap::Internal)?;
        if let Some(none) = members.iter().find(|member| matches!(member, Value::None(_))) {
            return Ok(*none);
        }
        if u32::from(len) > MAX_LIST || self.step.made().1.saturating_add(members.len()) > MAX_MADE_CELLS {
            return Ok(none(Cause::Limit, place));
        }
        let at = self.step.cells.len();
        self.step.cells.extend_from_slice(members);
        self.burn(u64::from(len))?;
        self.cells_since(at)
    }

    fn cells_since(&self, start: usize) -> Result<Value, Trap> {
        let at = |n: usize| u32::try_from(n).map_err(|_| Trap::Internal);
        Ok(Value::List(Cells { space: Space::Scratch, at: at(start)?, len: at(self.step.cells.len() - start)? }))
    }
}
