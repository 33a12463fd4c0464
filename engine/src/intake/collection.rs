//! Lists, sets, records, maps and JSON without a type.

use std::cmp::Ordering;

use reach_evaluator::image::{TextId, TypeDesc, TypeId};
use reach_evaluator::value::{Cells, Space, Str, Value};
use reach_values::json::{Kind, Lies, Piece, Reader};

use crate::intake::find_field;
use crate::intake::flaws::expected_names;
use crate::intake::problems::Token;
use crate::intake::stop::{Stop, Why};
use crate::intake::value::{Sink, address};

impl Sink<'_> {
    pub(super) fn list(&mut self, reader: &mut Reader<'_>, inner: TypeId, intern: bool) -> Result<Value, Stop> {
        self.enter()?;
        reader.begin_array()?;
        let base = self.stack.len();
        let mut count = 0;
        while reader.next_element()? {
            self.pointer.push(Token::Index(count));
            self.count(&mut count)?;
            let value = self.value(reader, inner, intern)?;
            self.pointer.pop();
            self.stack.push(value);
        }
        self.depth -= 1;
        Ok(Value::List(self.finish(base)?))
    }

    /// Moves what stands on the stack from `base` on to cells.
    pub(super) fn finish(&mut self, base: usize) -> Result<Cells, Stop> {
        let at = self.cells.len();
        self.cells.extend(self.stack.drain(base..));
        Ok(Cells { space: self.space, at: address(at)?, len: address(self.cells.len() - at)? })
    }

    pub fn record(&mut self, reader: &mut Reader<'_>, fields: &[(TextId, TypeId)], intern: bool) -> Result<Value, Stop> {
        let image = self.image;
        self.enter()?;
        reader.begin_object()?;
        let base = self.stack.len();
        // A field that was not read yet is none, which no value of a record is.
        self.stack.extend(fields.iter().map(|_| crate::intake::UNREAD));
        let (mut count, mut expected) = (0, 0);
        while let Some(key) = reader.next_key(self.text)? {
            self.check_text(key)?;
            self.count(&mut count)?;
            let name = key.bytes(self.input, self.text);
            let Some((index, (id, ty))) = find_field(fields, expected, |(id, _)| image.is_text(*id, name)) else {
                self.unknown_key(key, |name| expected_names(name, &fields.iter().map(|(id, _)| image.text(*id)).collect::<Vec<_>>()));
                self.skip(reader)?;
                continue;
            };
            expected = index + 1;
            self.pointer.push(Token::Name(*id));
            if self.stack.get(base + index).is_some_and(|v| !crate::intake::is_unread(v)) {
                self.duplicate();
                self.skip(reader)?;
            } else {
                let value = self.value(reader, *ty, intern)?;
                if let Some(place) = self.stack.get_mut(base + index) {
                    *place = value;
                }
            }
            self.pointer.pop();
        }
        for (index, (id, ty)) in fields.iter().enumerate() {
            if self.stack.get(base + index).is_some_and(crate::intake::is_unread) {
                if !matches!(image.ty(*ty), TypeDesc::Optional(_)) {
                    self.pointer.push(Token::Name(*id));
                    self.missing(*ty);
                    self.pointer.pop();
                }
                if let Some(place) = self.stack.get_mut(base + index) {
                    *place = Value::Absent;
                }
            }
        }
        self.depth -= 1;
        Ok(Value::Record(self.finish(base)?))
    }

    /// Reads an object as key and value in turn, sorted by key. Values are of a type, or of any.
    pub(super) fn map(&mut self, reader: &mut Reader<'_>, inner: Option<(TypeId, bool)>) -> Result<Value, Stop> {
        self.enter()?;
        reader.begin_object()?;
        let base = self.stack.len();
        let mut count = 0;
        while let Some(key) = reader.next_key(self.text)? {
            self.check_text(key)?;
            self.count(&mut count)?;
            let name = self.str(key, inner.is_some_and(|(_, intern)| intern))?;
            self.pointer.push(Token::Key(key));
            let value = match inner {
                Some((ty, intern)) => self.value(reader, ty, intern)?,
                None => self.any(reader)?,
            };
            self.pointer.pop();
            self.stack.push(Value::Text(name));
            self.stack.push(value);
        }
        self.sort_entries(base);
        self.depth -= 1;
        Ok(Value::Map(self.finish(base)?))
    }

    /// Sorts the entries on the stack from `base` on by key, and notes a key that is there twice.
    fn sort_entries(&mut self, base: usize) {
        let (input, space, scratch) = (self.input, self.space, &*self.text);
        let key = |pair: &[Value; 2]| match pair {
            [Value::Text(s), _] => piece_of(*s, space).text(input, scratch),
            _ => "",
        };
        let twice = {
            let (pairs, _) = self.stack.get_mut(base..).unwrap_or(&mut []).as_chunks_mut::<2>();
            pairs.sort_unstable_by(|a, b| key(a).cmp(key(b)));
            pairs.array_windows::<2>().find(|[a, b]| key(a) == key(b)).map(|[a, _]| *a)
        };
        if let Some([Value::Text(s), _]) = twice {
            self.pointer.push(Token::Key(piece_of(s, space)));
            self.duplicate();
            self.pointer.pop();
        }
    }

    /// Reads JSON of any form. Recursive functions hold little on the stack: what doesn't recurse stands in functions of its own.
    pub(super) fn any(&mut self, reader: &mut Reader<'_>) -> Result<Value, Stop> {
        match reader.peek()? {
            Kind::Array => self.any_list(reader),
            Kind::Object => self.map(reader, None),
            kind => self.any_scalar(reader, kind),
        }
    }

    fn any_list(&mut self, reader: &mut Reader<'_>) -> Result<Value, Stop> {
        self.enter()?;
        reader.begin_array()?;
        let base = self.stack.len();
        let mut count = 0;
        while reader.next_element()? {
            self.pointer.push(Token::Index(count));
            self.count(&mut count)?;
            let value = self.any(reader)?;
            self.pointer.pop();
            self.stack.push(value);
        }
        self.depth -= 1;
        Ok(Value::List(self.finish(base)?))
    }

    /// Reads `list<T> from text` where no list stands: one `T`, or a text that holds a JSON list. A text that doesn't is one `T`.
    pub(super) fn list_from_text(&mut self, reader: &mut Reader<'_>, ty: TypeId, inner: TypeId, kind: Kind, intern: bool) -> Result<Value, Stop> {
        if kind == Kind::Null {
            return self.mismatch(reader, ty);
        }
        if kind == Kind::String {
            let (text_before, cells_before, stack_before) = (self.text.len(), self.cells.len(), self.stack.len());
            let piece = self.string(&mut reader.clone())?;
            let written = piece.text(self.input, self.text);
            if written.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('[') {
                let written = written.to_owned();
                let before = self.problems.clone();
                let read = self.inner_list(&written, inner, intern);
                match read {
                    Ok(list) if self.problems.count == before.count => {
                        reader.skip_value()?;
                        return Ok(list);
                    }
                    Err(stop) if matches!(stop.why(), Why::Limit(_)) => return Err(stop),
                    // Not a list of that type: read again below, as one.
                    Ok(_) | Err(_) => {
                        *self.problems = before;
                        self.cells.truncate(cells_before);
                        self.stack.truncate(stack_before);
                    }
                }
            }
            self.text.truncate(text_before);
        }
        let one = self.value(reader, inner, intern)?;
        let base = self.stack.len();
        self.stack.push(one);
        Ok(Value::List(self.finish(base)?))
    }

    fn inner_list(&mut self, written: &str, inner: TypeId, intern: bool) -> Result<Value, Stop> {
        let tokens = self.pointer.len();
        let mut nested = Sink {
            open: self.open,
            image: self.image,
            limits: self.limits,
            context: self.context,
            entities: self.entities,
            input: written,
            borrow: false,
            space: self.space,
            text: &mut *self.text,
            cells: &mut *self.cells,
            stack: &mut *self.stack,
            pointer: &mut *self.pointer,
            problems: &mut *self.problems,
            depth: self.depth,
        };
        let mut reader = Reader::new(written);
        let list = nested.list(&mut reader, inner, intern);
        self.pointer.truncate(tokens);
        let list = list?;
        reader.end()?;
        Ok(list)
    }

    /// Sorts the cells of a set and drops what it has twice.
    pub(super) fn sorted(&mut self, set: Value) -> Value {
        let Value::List(cells) = set else { return set };
        let at = cells.at as usize;
        let mut members: Vec<Value> = self.cells.get(at..).unwrap_or(&[]).to_vec();
        let order = |a: &Value, b: &Value| self.order(a, b);
        members.sort_by(order);
        members.dedup_by(|a, b| self.order(a, b) == Ordering::Equal);
        let len = u32::try_from(members.len()).unwrap_or(cells.len);
        self.cells.truncate(at);
        self.cells.append(&mut members);
        Value::List(Cells { len, ..cells })
    }

    /// The order of values of one type, which constant sets are sorted by too.
    fn order(&self, a: &Value, b: &Value) -> Ordering {
        let members = |c: &Cells| self.cells.get(c.at as usize..(c.at as usize).saturating_add(c.len as usize)).unwrap_or(&[]);
        match (a, b) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Num(a), Value::Num(b)) => a.cmp(b),
            (Value::Text(a) | Value::Number(a), Value::Text(b) | Value::Number(b)) => {
                piece_of(*a, self.space).text(self.input, self.text).cmp(piece_of(*b, self.space).text(self.input, self.text))
            }
            (Value::List(a), Value::List(b)) | (Value::Record(a), Value::Record(b)) | (Value::Map(a), Value::Map(b)) => {
                let (a, b) = (members(a), members(b));
                let first = a.iter().zip(b).map(|(a, b)| self.order(a, b)).find(|o| o.is_ne());
                first.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            (a, b) => rank(a).cmp(&rank(b)),
        }
    }
}

/// Returns the piece of a text that was read to `space` or borrowed.
fn piece_of(s: Str, space: Space) -> Piece {
    Piece { lies: if s.space == space { Lies::Scratch } else { Lies::Input }, start: s.start as usize, len: s.len as usize }
}

/// The order of the kinds of values, for those that are not of one kind.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Absent => 0,
        Value::None(_) => 1,
        Value::Bool(_) => 2,
        Value::Num(_) => 3,
        Value::Text(_) | Value::Number(_) => 4,
        Value::List(_) => 5,
        Value::Record(_) => 6,
        Value::Map(_) => 7,
    }
}
