//! The image's texts and constants as the machine reads them.

use crate::image::{ConstValue, Image, TextId, TypeDesc, TypeId};
use crate::op::ConstId;
use crate::structure::{self, Room};
use crate::value::{Atom, Cells, Space, Str, Value};
use hashbrown::HashTable;
use std::hash::BuildHasher as _;

/// How names and texts are hashed: quickly, and otherwise in each process, so that no image can be made whose texts fall together.
pub(crate) type Hashing = foldhash::fast::RandomState;

/// The elements of a constant set, sorted for look-ups.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SetIndex<'p> {
    /// Numbers.
    Numbers(&'p [i128]),
    /// Atoms of texts.
    Atoms(&'p [u32]),
}

/// Where the elements of a set stand.
#[derive(Clone, Copy, Debug)]
struct SetRange {
    start: u32,
    /// How many they are, times two, and one more for numbers. There is no set where this is the largest number.
    len: u32,
}

/// No set.
const NO_SET: SetRange = SetRange { start: 0, len: u32::MAX };

/// Texts and constants.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// All texts, one behind the other, then those that constants are taken apart into.
    pub text: String,
    /// Where each text ends, and before them where the first begins.
    ends: Vec<u32>,
    /// The texts by what they are. Only looked up.
    atoms: HashTable<u32>,
    hashing: Hashing,
    /// The members of lists and records.
    pub cells: Vec<Value>,
    /// Each constant.
    pub values: Vec<Value>,
    /// What sets of numbers and texts are searched by: for each constant.
    sets: Vec<SetRange>,
    numbers: Vec<i128>,
    members: Vec<u32>,
}

impl Pool {
    /// Makes the pool of an image whose constants refer backward.
    pub fn new(image: &Image) -> Self {
        let mut pool = Self {
            text: String::with_capacity(image.texts.iter().map(String::len).sum()),
            ends: Vec::with_capacity(image.texts.len() + 1),
            values: Vec::with_capacity(image.consts.len()),
            sets: Vec::with_capacity(image.consts.len()),
            ..Self::default()
        };
        pool.ends.push(0);
        for text in &image.texts {
            pool.text.push_str(text);
            pool.ends.push(length(pool.text.len()));
        }
        pool.index_texts(image);
        for constant in &image.consts {
            let value = match pool.value(&constant.value) {
                Value::Text(text) => pool.structured(image, constant.ty, text),
                value => value,
            };
            let set = match (image.types.get(constant.ty.0 as usize), value) {
                (Some(TypeDesc::Set(_)), Value::List(cells)) => pool.index(cells).unwrap_or(NO_SET),
                _ => NO_SET,
            };
            pool.values.push(value);
            pool.sets.push(set);
        }
        pool.text.shrink_to_fit();
        pool.cells.shrink_to_fit();
        pool.numbers.shrink_to_fit();
        pool.members.shrink_to_fit();
        pool
    }

    /// Makes the index of all texts.
    fn index_texts(&mut self, image: &Image) {
        let mut atoms = HashTable::with_capacity(image.texts.len());
        for (id, text) in (0u32..).zip(&image.texts) {
            atoms.insert_unique(self.hash(text), id, |id| self.hash(self.text_of(TextId(*id))));
        }
        self.atoms = atoms;
    }

    /// Returns the hash of a text, which is another one in each process.
    #[inline]
    pub fn hash(&self, text: &str) -> u64 {
        self.hashing.hash_one(text)
    }

    /// Returns where a text stands: start and length, in bytes.
    #[inline]
    pub fn range_of(&self, id: TextId) -> Option<(u32, u32)> {
        let [start, end] = self.ends.get(id.0 as usize..)?.first_chunk()?;
        Some((*start, end - start))
    }

    /// Returns a text; empty if there is none.
    #[inline]
    pub fn text_of(&self, id: TextId) -> &str {
        let Some((start, len)) = self.range_of(id) else { return "" };
        self.text.get(start as usize..start.saturating_add(len) as usize).unwrap_or("")
    }

    /// Returns whether a text has these bytes.
    #[inline]
    pub fn is_text(&self, id: TextId, bytes: &[u8]) -> bool {
        let Some((start, len)) = self.range_of(id) else { return bytes.is_empty() };
        let text = self.text.as_bytes().get(start as usize..).and_then(|behind| behind.get(..len as usize));
        text.unwrap_or(&[]) == bytes
    }

    /// Returns how many texts there are.
    pub const fn texts(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// Returns all texts, in order.
    pub fn all_texts(&self) -> impl Iterator<Item = &str> {
        (0..length(self.texts())).map(|id| self.text_of(TextId(id)))
    }

    /// Returns which text one equals.
    #[inline]
    pub fn atom(&self, text: &str) -> Option<u32> {
        self.atoms.find(self.hash(text), |id| self.text_of(TextId(*id)) == text).copied()
    }

    /// Returns what a set of numbers or texts is searched by.
    #[inline]
    pub fn set(&self, id: ConstId) -> Option<SetIndex<'_>> {
        let SetRange { start, len } = *self.sets.get(id.0 as usize)?;
        let range = start as usize..start.saturating_add(len >> 1) as usize;
        if len & 1 == 0 { self.members.get(range).map(SetIndex::Atoms) } else { self.numbers.get(range).map(SetIndex::Numbers) }
    }

    fn value(&mut self, value: &ConstValue) -> Value {
        match value {
            ConstValue::Absent => Value::Absent,
            ConstValue::Bool(truth) => Value::Bool(*truth),
            ConstValue::Num(n) => Value::Num(*n),
            ConstValue::Text(id) => {
                let (start, len) = self.range_of(*id).unwrap_or_default();
                Value::Text(Str { space: Space::Pool, start, len, atom: Atom(id.0) })
            }
            ConstValue::List(members) => Value::List(self.members(members)),
            ConstValue::Record(members) => Value::Record(self.members(members)),
        }
    }

    /// Takes a command line or query apart.
    fn structured(&mut self, image: &Image, ty: TypeId, text: Str) -> Value {
        let mut desc = image.types.get(ty.0 as usize);
        if let Some(TypeDesc::Optional(of)) = desc {
            desc = image.types.get(of.0 as usize);
        }
        let form = match desc {
            Some(TypeDesc::Form(form)) if form.is_structured() => *form,
            _ => return Value::Text(text),
        };
        let source = self.text.get(text.start as usize..text.start.saturating_add(text.len) as usize).unwrap_or("");
        let parsed = structure::parse(form, source);
        parsed.store(text, &mut Room { text: &mut self.text, cells: &mut self.cells, space: Space::Pool, folder: None })
    }

    fn members(&mut self, members: &[ConstId]) -> Cells {
        let at = length(self.cells.len());
        self.cells.extend(members.iter().map(|id| self.values.get(id.0 as usize).copied().unwrap_or(Value::Absent)));
        Cells { space: Space::Pool, at, len: length(members.len()) }
    }

    /// Makes the index of a set of numbers or of texts.
    fn index(&mut self, cells: Cells) -> Option<SetRange> {
        let cells = self.cells.get(cells.at as usize..(cells.at + cells.len) as usize)?;
        let len = length(cells.len());
        if cells.iter().all(|cell| matches!(cell, Value::Num(_))) {
            let start = self.numbers.len();
            self.numbers.extend(cells.iter().filter_map(|cell| if let Value::Num(n) = cell { Some(*n) } else { None }));
            self.numbers.get_mut(start..)?.sort_unstable();
            return Some(SetRange { start: length(start), len: len << 1 | 1 });
        }
        let start = self.members.len();
        self.members.extend(cells.iter().map_while(|cell| if let Value::Text(text) = cell { Some(text.atom.0) } else { None }));
        let members = self.members.get_mut(start..)?;
        members.sort_unstable();
        if members.len() < cells.len() {
            self.members.truncate(start);
            return None;
        }
        Some(SetRange { start: length(start), len: len << 1 })
    }
}

fn length(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
