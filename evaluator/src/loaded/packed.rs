//! Rows that only explanations and listings read, kept as bytes.
//!
//! They were decoded and verified with everything else. What is kept of them then is as short as can be: a row is written as the
//! difference to the one before it, and a few rows are read to get at one.

use crate::image::{Const, NoteDef, PlaceDef, TypeId};
use crate::op::{Moves, NoteId, Op};
use crate::value::Place;
use crate::wire::{Bytes, Packing, Wire};
use std::marker::PhantomData;

/// How many rows are read at most to get at one.
const BLOCK: usize = 8;

/// A row that can be written as the difference to the one before it.
pub(crate) trait Row: Wire + Clone {
    /// Returns what stands before the first row of a block.
    fn origin() -> Option<Self> {
        None
    }

    /// Returns the difference to the row before this one, whose number is given.
    fn difference(&self, before: &Self, at: u32) -> Self {
        let _ = (before, at);
        self.clone()
    }

    /// Returns the row of a difference.
    fn sum(self, before: &Self, at: u32) -> Self {
        let _ = (before, at);
        self
    }
}

impl Row for Const {}
impl Row for TypeId {}

/// Returns a difference as a number that is small where the difference is, of whatever sign.
const fn folded(from: u32, to: u32) -> u32 {
    let difference = to.wrapping_sub(from);
    let sign = if difference >> 31 == 1 { u32::MAX } else { 0 };
    (difference << 1) ^ sign
}

/// Returns what a folded difference leads to.
const fn unfolded(from: u32, difference: u32) -> u32 {
    let sign = if difference & 1 == 1 { u32::MAX } else { 0 };
    from.wrapping_add((difference >> 1) ^ sign)
}

impl Row for PlaceDef {
    fn origin() -> Option<Self> {
        Some(Self { file: 0, start: 0, end: 0 })
    }

    fn difference(&self, before: &Self, _: u32) -> Self {
        Self { file: folded(before.file, self.file), start: folded(before.start, self.start), end: folded(self.start, self.end) }
    }

    fn sum(self, before: &Self, _: u32) -> Self {
        let start = unfolded(before.start, self.start);
        Self { file: unfolded(before.file, self.file), start, end: unfolded(start, self.end) }
    }
}

impl Row for NoteDef {
    fn origin() -> Option<Self> {
        Some(Self { place: Place(0), ty: TypeId(0), kind: crate::image::NoteKind::When, parent: None })
    }

    fn difference(&self, before: &Self, at: u32) -> Self {
        let parent = self.parent.map(|parent| NoteId(at.wrapping_sub(parent.0)));
        Self { place: Place(folded(before.place.0, self.place.0)), parent, ..self.clone() }
    }

    fn sum(self, before: &Self, at: u32) -> Self {
        let parent = self.parent.map(|parent| NoteId(at.wrapping_sub(parent.0)));
        Self { place: Place(unfolded(before.place.0, self.place.0)), parent, ..self }
    }
}

/// A table of such rows.
#[derive(Debug)]
pub(crate) struct Packed<T> {
    bytes: Box<[u8]>,
    /// Where each block begins.
    blocks: Box<[u32]>,
    len: u32,
    row: PhantomData<fn() -> T>,
}

impl<T: Row> Packed<T> {
    pub fn new(rows: &[T]) -> Self {
        let mut packing = Packing::default();
        let mut blocks = Vec::with_capacity(rows.len().div_ceil(BLOCK));
        let mut at = 0u32;
        for block in rows.chunks(BLOCK) {
            blocks.push(small(packing.0.len()));
            let mut before = T::origin();
            for row in block {
                match &before {
                    Some(before) => row.difference(before, at).put(&mut packing),
                    None => row.put(&mut packing),
                }
                before = before.is_some().then(|| row.clone());
                at = at.saturating_add(1);
            }
        }
        Self { bytes: packing.0.into(), blocks: blocks.into(), len: at, row: PhantomData }
    }

    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Returns a row.
    pub fn get(&self, at: u32) -> Option<T> {
        if at >= self.len {
            return None;
        }
        let first = at - at % BLOCK as u32;
        self.rows_from(first).nth((at - first) as usize)
    }

    /// Returns all rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.blocks.len()).flat_map(|block| self.rows_from(small(block * BLOCK)).take(BLOCK))
    }

    /// Reads rows from the beginning of a block on.
    fn rows_from(&self, first: u32) -> impl Iterator<Item = T> + '_ {
        let start = self.blocks.get(first as usize / BLOCK).map_or(self.bytes.len(), |start| *start as usize);
        let mut from = Bytes::packed(self.bytes.get(start..).unwrap_or(&[]));
        let (mut at, mut before) = (first, T::origin());
        std::iter::from_fn(move || {
            if at >= self.len {
                return None;
            }
            let row = T::take(&mut from).ok()?;
            let row = match &before {
                Some(before) => row.sum(before, at),
                None => row,
            };
            before = before.is_some().then(|| row.clone());
            at += 1;
            Some(row)
        })
    }
}

/// Pieces of code that are run for explanations alone.
#[derive(Debug, Default)]
pub(crate) struct PackedCode(Box<[u8]>);

impl PackedCode {
    /// Keeps pieces of code that are added by [`PackedCode::add`].
    pub fn new(packing: Packing) -> Self {
        Self(packing.0.into())
    }

    /// Adds a piece of code whose first operation has a number, and returns where it stands.
    pub fn add(packing: &mut Packing, ops: &[Op], first: u32) -> u32 {
        let start = small(packing.0.len());
        let place = ops.iter().filter_map(|op| op.place()).min().unwrap_or(Place(0));
        let notes = ops.iter().filter_map(|op| if let Op::Note { note, .. } = op { Some(*note) } else { None });
        let note = notes.min().unwrap_or(NoteId(0));
        small(ops.len()).put(packing);
        place.put(packing);
        note.put(packing);
        let by = Moves { target: 0u32.wrapping_sub(first), place: 0u32.wrapping_sub(place.0), note: 0u32.wrapping_sub(note.0) };
        ops.iter().for_each(|op| op.moved(by).put(packing));
        start
    }

    /// Appends a piece of code, whose targets are counted from its beginning.
    pub fn unpack(&self, at: u32, out: &mut Vec<Op>) {
        let mut from = Bytes::packed(self.0.get(at as usize..).unwrap_or(&[]));
        let (Ok(len), Ok(place), Ok(note)) = (u32::take(&mut from), Place::take(&mut from), NoteId::take(&mut from)) else { return };
        let by = Moves { target: 0, place: place.0, note: note.0 };
        out.extend((0..len).map_while(|_| Op::take(&mut from).ok()).map(|op| op.moved(by)));
    }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{ConstValue, NoteKind};
    use crate::op::OPCODES;
    use proptest::prelude::*;

    fn back<T: Row + PartialEq + std::fmt::Debug>(rows: &[T]) -> Result<(), TestCaseError> {
        let packed = Packed::new(rows);
        prop_assert_eq!(packed.len(), rows.len());
        prop_assert_eq!(&packed.iter().collect::<Vec<_>>(), rows);
        for (at, row) in (0u32..).zip(rows) {
            let got = packed.get(at);
            prop_assert_eq!(got.as_ref(), Some(row));
        }
        prop_assert!(packed.get(small(rows.len())).is_none() && packed.get(u32::MAX).is_none());
        Ok(())
    }

    proptest! {
        #[test]
        fn rows_come_back_whatever_their_numbers(numbers in proptest::collection::vec((any::<u32>(), any::<u32>(), any::<u32>()), 0..40), n: i128) {
            back(&numbers.iter().map(|(file, start, end)| PlaceDef { file: *file, start: *start, end: *end }).collect::<Vec<_>>())?;
            let note = |(at, (place, ty, parent)): (usize, &(u32, u32, u32))| NoteDef {
                place: Place(*place),
                ty: TypeId(*ty),
                kind: if at % 2 == 0 { NoteKind::Term } else { NoteKind::Unless },
                parent: (at % 3 > 0).then_some(NoteId(*parent)),
            };
            back(&numbers.iter().enumerate().map(note).collect::<Vec<_>>())?;
            back(&numbers.iter().map(|(ty, ..)| TypeId(*ty)).collect::<Vec<_>>())?;
            back(&numbers.iter().map(|(ty, id, _)| Const { ty: TypeId(*ty), value: if id % 2 == 0 { ConstValue::Num(n) } else { ConstValue::List(vec![crate::op::ConstId(*id)]) } }).collect::<Vec<_>>())?;
        }

        #[test]
        fn code_comes_back_whatever_its_numbers(first: u32, numbers in proptest::collection::vec(any::<u32>(), 12)) {
            let mut numbers = numbers.into_iter().cycle();
            let ops: Vec<Op> = (0..OPCODES.len()).map(|opcode| Op::sample(opcode, &mut |bound| numbers.next().unwrap_or(0) % bound)).collect();
            let mut packing = Packing::default();
            let starts = [PackedCode::add(&mut packing, &ops, first), PackedCode::add(&mut packing, &ops[..1], first)];
            let code = PackedCode::new(packing);
            for (start, ops) in starts.into_iter().zip([&ops[..], &ops[..1]]) {
                let mut out = Vec::new();
                code.unpack(start, &mut out);
                let moved: Vec<Op> = out.iter().map(|op| op.moved(Moves { target: first, ..Moves::default() })).collect();
                prop_assert_eq!(&moved[..], ops);
            }
        }
    }

    #[test]
    fn neighbours_take_few_bytes() {
        let places: Vec<PlaceDef> = (0..1_600).map(|n| PlaceDef { file: 3, start: 100_000 + n * 9, end: 100_007 + n * 9 }).collect();
        let packed = Packed::new(&places);
        // Five bytes for the first of a block, three for each other.
        assert_eq!(packed.bytes.len(), 200 * (5 + 7 * 3));
    }
}
