//! Where the values of a step and of the context lie, and how they are read and compared.

use crate::entities::{Entities, Node};
use crate::image::{EntityId, TypeId};
use crate::image::{Form, TypeDesc};
use crate::loaded::VerifiedImage;
use crate::value::{Atom, Cells, Space, Str, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// The values of one step. Its buffers are used again for the next.
#[derive(Debug, Default)]
pub struct StepData {
    /// The event's text ([`Space::Input`]).
    pub input: String,
    /// What intake or the machine made ([`Space::Scratch`]).
    pub scratch: String,
    /// The cells of lists, records and maps ([`Space::Scratch`]).
    pub cells: Vec<Value>,
    /// The slots, as many as the image says. One that is missing has no value.
    pub slots: Vec<Value>,
    /// What a run keeps of `scratch` and `cells`.
    sealed: (usize, usize),
}

impl StepData {
    /// Empties all buffers, and keeps their memory.
    pub fn clear(&mut self) {
        self.input.clear();
        self.scratch.clear();
        self.cells.clear();
        self.slots.clear();
        self.sealed = (0, 0);
    }

    /// Makes what `scratch` and `cells` hold now part of the step. What a run makes beyond that lasts until the next run,
    /// so that a result is read, printed or stored before. Call it after intake, and after a region that computes class fields.
    pub fn seal(&mut self) {
        self.sealed = (self.scratch.len(), self.cells.len());
    }

    /// Drops what the last run made.
    pub(crate) fn rewind(&mut self) {
        self.scratch.truncate(self.sealed.0);
        self.cells.truncate(self.sealed.1);
    }

    /// Returns how many bytes and cells were made since the step was sealed.
    pub(crate) const fn made(&self) -> (usize, usize) {
        (self.scratch.len().saturating_sub(self.sealed.0), self.cells.len().saturating_sub(self.sealed.1))
    }
}

/// The context of a session.
#[derive(Clone, Debug)]
pub struct ContextData {
    /// Its texts ([`Space::Context`]).
    pub text: String,
    /// Its cells ([`Space::Context`]).
    pub cells: Vec<Value>,
    /// Its fields, by slot. One that is missing has no value.
    pub slots: Vec<Value>,
    /// What the session knows of entities.
    pub entities: Arc<Entities>,
}

impl Default for ContextData {
    fn default() -> Self {
        Self { text: String::new(), cells: Vec::new(), slots: Vec::new(), entities: Entities::none() }
    }
}

/// All buffers at once, to read values with.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The image.
    pub image: &'a VerifiedImage,
    /// The step.
    pub step: &'a StepData,
    /// The context.
    pub context: &'a ContextData,
}

impl<'a> View<'a> {
    /// Returns a text; empty if it lies nowhere.
    #[must_use]
    pub fn text(&self, text: Str) -> &'a str {
        let space: &'a str = match text.space {
            Space::Input => &self.step.input,
            Space::Scratch => &self.step.scratch,
            Space::Context => &self.context.text,
            Space::Pool => self.image.pool_text(),
            Space::Entities => self.context.entities.text(),
        };
        space.get(text.start as usize..text.start.saturating_add(text.len) as usize).unwrap_or("")
    }

    /// Returns cells; none if they lie nowhere.
    #[must_use]
    pub fn cells(&self, cells: Cells) -> &'a [Value] {
        let space: &'a [Value] = match cells.space {
            Space::Input => &[],
            Space::Scratch => &self.step.cells,
            Space::Context => &self.context.cells,
            Space::Pool => self.image.pool_cells(),
            Space::Entities => self.context.entities.cells(),
        };
        space.get(cells.at as usize..cells.at.saturating_add(cells.len) as usize).unwrap_or(&[])
    }

    /// Returns whether two texts are equal: by atoms where both are known.
    #[must_use]
    pub fn same_text(&self, a: Str, b: Str) -> bool {
        match (a.atom, b.atom) {
            // Atoms of entities and of constants say nothing of each other.
            (x, y) if x.node().is_some() != y.node().is_some() => a.len == b.len && self.text(a) == self.text(b),
            (Atom::UNKNOWN, _) | (_, Atom::UNKNOWN) | (Atom::FOREIGN, Atom::FOREIGN) => a.len == b.len && self.text(a) == self.text(b),
            (a, b) => a == b,
        }
    }

    /// Returns which constant of the image a text equals.
    #[must_use]
    pub fn atom(&self, text: Str) -> Atom {
        if text.atom == Atom::UNKNOWN || text.atom.node().is_some() { self.image.atom_of(self.text(text)) } else { text.atom }
    }

    /// Returns the entity of a type whose id a text is, if the session knows it.
    #[must_use]
    pub fn node(&self, kind: EntityId, id: Str) -> Option<Node> {
        id.atom.node().or_else(|| match self.context.entities.of_constant(kind, id.atom) {
            Some(known) => known,
            None => self.context.entities.find(kind.0, self.text(id)),
        })
    }

    /// Orders two values of one type as sets and maps hold them: absent first, numbers by size, text by bytes, lists and
    /// records by their first difference. Total, so that sets can be sorted with it; nothing that authors see depends on it.
    #[must_use]
    pub fn order(&self, a: Value, b: Value) -> Ordering {
        match (a, b) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(&b),
            (Value::Num(a), Value::Num(b)) => a.cmp(&b),
            (Value::Text(a), Value::Text(b)) | (Value::Number(a), Value::Number(b)) => self.text(a).cmp(self.text(b)),
            (Value::List(a), Value::List(b)) | (Value::Record(a), Value::Record(b)) | (Value::Map(a), Value::Map(b)) => {
                let (a, b) = (self.cells(a), self.cells(b));
                a.iter().zip(b).map(|(a, b)| self.order(*a, *b)).find(|order| order.is_ne()).unwrap_or(a.len().cmp(&b.len()))
            }
            (a, b) => rank(a).cmp(&rank(b)),
        }
    }

    /// Looks up a key of a map or object, by binary search.
    pub(crate) fn entry(&self, map: Cells, key: &str) -> Option<Value> {
        let cells = self.cells(map);
        let (mut low, mut high) = (0, cells.len() / 2);
        while low < high {
            let middle = low.midpoint(high);
            let Some([Value::Text(found), value]) = cells.get(middle * 2..middle * 2 + 2) else { return None };
            match self.text(*found).cmp(key) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(*value),
            }
        }
        None
    }
}

/// Orders what differs in kind, as the compiler orders constants.
const fn rank(value: Value) -> u8 {
    match value {
        Value::Absent => 0,
        Value::None(_) => 1,
        Value::Bool(_) => 2,
        Value::Num(_) => 3,
        Value::Number(_) => 4,
        Value::Text(_) => 5,
        Value::List(_) => 6,
        Value::Record(_) => 7,
        Value::Map(_) => 8,
    }
}

/// An equality of three values, and the fuel that is left for finding it.
pub(crate) struct Equality<'a> {
    pub view: View<'a>,
    pub fuel: u64,
}

impl Equality<'_> {
    /// Compares two values of a type; `None` where a relative path meets an absolute one and nothing else differs. Recurses
    /// as deep as types and events are nested. Runs out of fuel instead of running long: then `fuel` is zero.
    pub fn deep(&mut self, ty: TypeId, a: Value, b: Value) -> Option<bool> {
        self.fuel = self.fuel.saturating_sub(1);
        if self.fuel == 0 {
            return None;
        }
        let image = self.view.image;
        match (a, b) {
            (Value::Absent, Value::Absent) => Some(true),
            (Value::Bool(a), Value::Bool(b)) => Some(a == b),
            (Value::Num(a), Value::Num(b)) => Some(a == b),
            (Value::Text(a), Value::Text(b)) if matches!(image.ty(inner(image, ty)), TypeDesc::Form(Form::Path(_))) => {
                reach_values::path::same(self.view.text(a), self.view.text(b))
            }
            (Value::Text(a), Value::Text(b)) => Some(self.view.same_text(a, b)),
            (Value::List(a), Value::List(b)) => {
                let (of, element) = (image.ty(inner(image, ty)), element(image, ty));
                if matches!(of, TypeDesc::Set(of) if matches!(image.ty(*of), TypeDesc::Form(Form::Path(_)))) {
                    self.fuel = self.fuel.saturating_sub(u64::from(a.len) + u64::from(b.len));
                    let view = self.view;
                    let paths = |cells| view.cells(cells).iter().map(move |cell| if let Value::Text(text) = cell { view.text(*text) } else { "" });
                    return if self.fuel == 0 { None } else { reach_values::path::same_sets(paths(a), paths(b)) };
                }
                self.all(a, b, |_| element)
            }
            (Value::Map(a), Value::Map(b)) => {
                let element = element(image, ty);
                self.all(a, b, |at| if at % 2 == 0 { None } else { element })
            }
            (Value::Record(a), Value::Record(b)) => match image.ty(inner(image, ty)) {
                TypeDesc::Record(fields) => self.all(a, b, |at| fields.get(at).map(|(_, ty)| *ty)),
                // Command lines and queries are equal when they are written alike; the text is the first cell.
                TypeDesc::Form(_) => match (self.view.cells(a).first(), self.view.cells(b).first()) {
                    (Some(Value::Text(a)), Some(Value::Text(b))) => Some(self.view.same_text(*a, *b)),
                    _ => Some(false),
                },
                _ => Some(false),
            },
            _ => Some(false),
        }
    }

    /// Compares cells pairwise: a difference decides, else a pair without an answer does. Without a type, cells are keys.
    fn all(&mut self, a: Cells, b: Cells, ty: impl Fn(usize) -> Option<TypeId>) -> Option<bool> {
        if a.len != b.len {
            return Some(false);
        }
        let mut result = Some(true);
        let (a, b) = (self.view.cells(a), self.view.cells(b));
        for (at, (a, b)) in a.iter().zip(b).enumerate() {
            let same = match (ty(at), a, b) {
                (Some(ty), a, b) => self.deep(ty, *a, *b),
                (None, Value::Text(a), Value::Text(b)) => Some(self.view.same_text(*a, *b)),
                (None, ..) => Some(false),
            };
            match same {
                Some(false) => return Some(false),
                Some(true) => {}
                None => result = None,
            }
        }
        result
    }
}

/// Returns the type without `?`.
fn inner(image: &VerifiedImage, ty: TypeId) -> TypeId {
    if let TypeDesc::Optional(inner) = image.ty(ty) { *inner } else { ty }
}

/// Returns the type of the elements of a list, set, map or `any`.
fn element(image: &VerifiedImage, ty: TypeId) -> Option<TypeId> {
    let ty = inner(image, ty);
    match image.ty(ty) {
        TypeDesc::List(of) | TypeDesc::ListFromText(of) | TypeDesc::Set(of) | TypeDesc::Map(of) => Some(*of),
        TypeDesc::Any => Some(ty),
        _ => None,
    }
}
