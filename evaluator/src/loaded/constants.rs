//! The image's texts and constants as the machine reads them.

use crate::image::{ConstValue, Image, TypeDesc, TypeId};
use crate::structure::{self, Room};
use crate::value::{Atom, Cells, Space, Str, Value};
use std::collections::HashMap;

/// How names and texts are hashed: quickly, and otherwise in each process, so that no image can be made whose texts fall together.
pub(crate) type Hashing = foldhash::fast::RandomState;

/// The elements of a constant set, sorted for look-ups.
#[derive(Debug)]
pub(crate) enum SetIndex {
    /// Numbers.
    Numbers(Box<[i128]>),
    /// Atoms of texts.
    Atoms(Box<[u32]>),
}

/// Texts and constants.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// All texts, one behind the other.
    pub text: String,
    /// Start and length of each text, in bytes.
    pub texts: Vec<(u32, u32)>,
    /// The identity of each text. Only looked up.
    pub atoms: HashMap<Box<str>, u32, Hashing>,
    /// The members of lists and records.
    pub cells: Vec<Value>,
    /// Each constant.
    pub values: Vec<Value>,
    /// What sets of numbers and texts are searched by.
    pub sets: Vec<Option<SetIndex>>,
}

impl Pool {
    /// Makes the pool of an image whose constants refer backward.
    pub fn new(image: &Image) -> Self {
        let mut pool = Self::default();
        for (id, text) in (0u32..).zip(&image.texts) {
            pool.texts.push((length(pool.text.len()), length(text.len())));
            pool.text.push_str(text);
            pool.atoms.insert(text.as_str().into(), id);
        }
        for constant in &image.consts {
            let value = match pool.value(&constant.value) {
                Value::Text(text) => pool.structured(image, constant.ty, text),
                value => value,
            };
            let set = match (image.types.get(constant.ty.0 as usize), value) {
                (Some(TypeDesc::Set(_)), Value::List(cells)) => pool.index(cells),
                _ => None,
            };
            pool.values.push(value);
            pool.sets.push(set);
        }
        pool
    }

    /// Returns which text a text equals, or [`Atom::FOREIGN`].
    pub fn atom_of(&self, text: &str) -> Atom {
        self.atoms.get(text).map_or(Atom::FOREIGN, |id| Atom(*id))
    }

    fn value(&mut self, value: &ConstValue) -> Value {
        match value {
            ConstValue::Absent => Value::Absent,
            ConstValue::Bool(truth) => Value::Bool(*truth),
            ConstValue::Num(n) => Value::Num(*n),
            ConstValue::Text(id) => {
                let (start, len) = self.texts.get(id.0 as usize).copied().unwrap_or_default();
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

    fn members(&mut self, members: &[crate::op::ConstId]) -> Cells {
        let at = length(self.cells.len());
        self.cells.extend(members.iter().map(|id| self.values.get(id.0 as usize).copied().unwrap_or(Value::Absent)));
        Cells { space: Space::Pool, at, len: length(members.len()) }
    }

    /// Makes the index of a set of numbers or of texts.
    fn index(&self, cells: Cells) -> Option<SetIndex> {
        let cells = self.cells.get(cells.at as usize..(cells.at + cells.len) as usize)?;
        let numbers: Option<Box<[i128]>> = cells.iter().map(|v| if let Value::Num(n) = v { Some(*n) } else { None }).collect();
        if let Some(mut numbers) = numbers {
            numbers.sort_unstable();
            return Some(SetIndex::Numbers(numbers));
        }
        let mut atoms: Box<[u32]> = cells.iter().map(|v| if let Value::Text(text) = v { Some(text.atom.0) } else { None }).collect::<Option<_>>()?;
        atoms.sort_unstable();
        Some(SetIndex::Atoms(atoms))
    }
}

fn length(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
