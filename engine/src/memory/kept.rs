//! Values that outlive their event.

use reach_evaluator::data::{ContextData, StepData, View};
use reach_evaluator::value::{Atom, Cause, Cells, NoValue, Place, Space, Str, Value};
use serde::{Deserialize, Serialize};

/// Some values with all that they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub(crate) struct Kept {
    text: String,
    cells: Vec<Cell>,
    /// The values themselves.
    values: Vec<Cell>,
}

/// A [`Kept`] as it is read, before it is known to hold together.
#[derive(Deserialize)]
struct Saved {
    text: String,
    cells: Vec<Cell>,
    values: Vec<Cell>,
}

impl TryFrom<Saved> for Kept {
    type Error = &'static str;

    fn try_from(Saved { text, cells, values }: Saved) -> Result<Self, Self::Error> {
        let kept = Self { text, cells, values };
        if kept.is_sound() { Ok(kept) } else { Err("values refer to what isn't there") }
    }
}

/// What a cell counts in [`Kept::bytes`], which decides what there is room for: on every machine alike.
const CELL_BYTES: usize = 32;

/// A value, its texts and cells in the same [`Kept`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Cell {
    Absent,
    /// No value, with the tag of its cause.
    None(u8),
    Bool(bool),
    Num(i128),
    Text(u32, u32),
    Number(u32, u32),
    List(u32, u32),
    Record(u32, u32),
    Map(u32, u32),
}

impl Kept {
    /// Copies values. Recurses as deep as events are nested.
    pub fn of(view: View<'_>, values: impl Iterator<Item = Value>) -> Self {
        let mut kept = Self::default();
        for value in values {
            let cell = kept.copy(view, value);
            kept.values.push(cell);
        }
        kept
    }

    /// Returns how many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns whether all references in it lead into it, each cell to be reached in one way: so that no walk goes round or takes long.
    fn is_sound(&self) -> bool {
        let mut reached = vec![false; self.cells.len()];
        let mut fits = |behind: usize, cell: &Cell| match *cell {
            Cell::Text(start, len) | Cell::Number(start, len) => self.text.get(start as usize..start.saturating_add(len) as usize).is_some(),
            // What a list holds stands behind the list itself.
            Cell::List(first, len) | Cell::Record(first, len) | Cell::Map(first, len) => {
                let members = reached.get_mut(first as usize..first.saturating_add(len) as usize);
                members.is_some_and(|members| members.iter_mut().all(|one| !std::mem::replace(one, true))) && (len == 0 || first as usize >= behind)
            }
            Cell::Absent | Cell::None(_) | Cell::Bool(_) | Cell::Num(_) => true,
        };
        self.values.iter().all(|cell| fits(0, cell)) && self.cells.iter().enumerate().all(|(at, cell)| fits(at + 1, cell))
    }

    /// Returns about how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.text.len() + (self.cells.len() + self.values.len()) * CELL_BYTES
    }

    fn copy(&mut self, view: View<'_>, value: Value) -> Cell {
        match value {
            Value::Absent => Cell::Absent,
            Value::None(none) => Cell::None(none.cause as u8),
            Value::Bool(truth) => Cell::Bool(truth),
            Value::Num(n) => Cell::Num(n),
            Value::Text(text) => {
                let (start, len) = self.copy_text(view, text);
                Cell::Text(start, len)
            }
            Value::Number(text) => {
                let (start, len) = self.copy_text(view, text);
                Cell::Number(start, len)
            }
            Value::List(cells) => {
                let (at, len) = self.copy_cells(view, cells);
                Cell::List(at, len)
            }
            Value::Record(cells) => {
                let (at, len) = self.copy_cells(view, cells);
                Cell::Record(at, len)
            }
            Value::Map(cells) => {
                let (at, len) = self.copy_cells(view, cells);
                Cell::Map(at, len)
            }
        }
    }

    fn copy_text(&mut self, view: View<'_>, text: Str) -> (u32, u32) {
        let start = address(self.text.len());
        self.text.push_str(view.text(text));
        (start, text.len)
    }

    fn copy_cells(&mut self, view: View<'_>, cells: Cells) -> (u32, u32) {
        let from = view.cells(cells);
        let at = self.cells.len();
        self.cells.extend(from.iter().map(|_| Cell::Absent));
        for (offset, value) in from.iter().enumerate() {
            let cell = self.copy(view, *value);
            if let Some(place) = self.cells.get_mut(at + offset) {
                *place = cell;
            }
        }
        (address(at), address(from.len()))
    }

    /// Puts the values back into a step's buffers, and returns them.
    pub fn load(&self, step: &mut StepData) -> Vec<Value> {
        self.load_into(Space::Scratch, &mut step.scratch, &mut step.cells)
    }

    /// Makes a context of the values.
    pub fn context(&self) -> ContextData {
        let mut context = ContextData::default();
        context.slots = self.load_into(Space::Context, &mut context.text, &mut context.cells);
        context
    }

    fn load_into(&self, space: Space, buffer: &mut String, all: &mut Vec<Value>) -> Vec<Value> {
        let (text, at) = (address(buffer.len()), address(all.len()));
        buffer.push_str(&self.text);
        let value = |cell: &Cell| {
            let text = |start: u32, len| Str { space, start: text.saturating_add(start), len, atom: Atom::UNKNOWN };
            let cells = |first: u32, len| Cells { space, at: at.saturating_add(first), len };
            match *cell {
                Cell::Absent => Value::Absent,
                Cell::None(tag) => Value::None(NoValue { cause: cause(tag), place: Place(0) }),
                Cell::Bool(truth) => Value::Bool(truth),
                Cell::Num(n) => Value::Num(n),
                Cell::Text(start, len) => Value::Text(text(start, len)),
                Cell::Number(start, len) => Value::Number(text(start, len)),
                Cell::List(first, len) => Value::List(cells(first, len)),
                Cell::Record(first, len) => Value::Record(cells(first, len)),
                Cell::Map(first, len) => Value::Map(cells(first, len)),
            }
        };
        all.extend(self.cells.iter().map(value));
        self.values.iter().map(value).collect()
    }
}

fn address(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Returns the cause of a tag; one that is none is what isn't known.
fn cause(tag: u8) -> Cause {
    Cause::ALL.into_iter().find(|cause| *cause as u8 == tag).unwrap_or(Cause::Unsure)
}
