//! Joined values as bytes: equal bytes where the language's `==` is true.

use reach_evaluator::data::View;
use reach_evaluator::image::{Form, TypeDesc, TypeId};
use reach_evaluator::value::Value;
use serde::{Deserialize, Serialize};

/// The key of an event or a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    /// The values.
    pub bytes: Vec<u8>,
    /// The values, paths left out.
    pub rest: Vec<u8>,
    /// How the paths among them begin. Paths that begin differently can't be compared.
    pub beginnings: Vec<u8>,
}

impl Key {
    /// Returns the key of an agent's own events.
    pub fn of_agent(agent: Option<usize>) -> Self {
        let mut key = Self::default();
        if let Some(agent) = agent {
            key.put(&(agent as u64).to_be_bytes());
        }
        key
    }

    /// Makes room for joined values at once, where there are any: most are short texts.
    pub fn reserve_for(&mut self, values: usize) {
        const SHORT_BYTES: usize = 40;
        self.bytes.reserve(values.saturating_mul(SHORT_BYTES));
        self.rest.reserve(values.saturating_mul(SHORT_BYTES));
    }

    /// Adds a value of a type.
    pub fn push(&mut self, view: View<'_>, ty: TypeId, value: Value) {
        let desc = match view.image.ty(ty) {
            TypeDesc::Optional(of) | TypeDesc::Read(of, _) => view.image.ty(*of),
            desc => desc,
        };
        let element = match desc {
            TypeDesc::List(of) | TypeDesc::ListFromText(of) | TypeDesc::Set(of) | TypeDesc::Map(of) => *of,
            _ => ty,
        };
        match value {
            Value::Absent => self.put(&[0]),
            Value::None(_) => self.put(&[1]),
            Value::Bool(truth) => self.put(&[2, u8::from(truth)]),
            Value::Num(n) => {
                self.put(&[3]);
                self.put(&n.to_be_bytes());
            }
            Value::Text(text) | Value::Number(text) => {
                let text = view.text(text);
                if matches!(desc, TypeDesc::Form(Form::Path(_))) {
                    self.beginning(text);
                    self.path(text);
                    return;
                }
                self.text(if matches!(value, Value::Text(_)) { 4 } else { 5 }, text);
            }
            // Command lines and queries are equal when they are written alike; the text is the first cell.
            Value::Record(cells) if matches!(desc, TypeDesc::Form(_)) => match view.cells(cells).first() {
                Some(Value::Text(text)) => self.text(4, view.text(*text)),
                _ => self.put(&[1]),
            },
            Value::List(cells) | Value::Record(cells) | Value::Map(cells) => {
                self.put(&[6]);
                self.put(&cells.len.to_be_bytes());
                for (at, member) in view.cells(cells).iter().enumerate() {
                    let of = match desc {
                        TypeDesc::Record(fields) => fields.get(at).map_or(ty, |(_, ty)| *ty),
                        _ => element,
                    };
                    self.push(view, of, *member);
                }
            }
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.rest.extend_from_slice(bytes);
    }

    fn text(&mut self, tag: u8, text: &str) {
        self.put(&[tag]);
        self.put(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.put(text.as_bytes());
    }

    fn path(&mut self, text: &str) {
        self.put(&[4]);
        self.bytes.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn beginning(&mut self, path: &str) {
        let climbs = path.split('/').take_while(|part| *part == "..").count();
        let first = match path.as_bytes() {
            [b'/', ..] => b'/',
            [b'~', ..] => b'~',
            [letter, b':', ..] => *letter,
            _ => b'.',
        };
        self.beginnings.push(first);
        self.beginnings.extend_from_slice(&u32::try_from(climbs).unwrap_or(u32::MAX).to_be_bytes());
    }
}
