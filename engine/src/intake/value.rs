//! Reads values straight into the machine's form, by the declared type.

use std::cmp::Ordering;

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{TypeDesc, TypeId};
use reach_evaluator::value::{Atom, Cells, Space, Str, Value};
use reach_values::json::{JsonError, JsonProblem, Kind, Piece, Reader, push_pointer};
use reach_values::{NumberError, decimal, email, int, path, time};

use crate::decision::ArgumentProblem;
use crate::intake::problems::{Flaw, Problems, Token, quoted, type_name};
use crate::limits::Limits;

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The line is no JSON.
    Json(JsonError),
    /// It is beyond a limit.
    Limit(Excess),
}

/// The limits that an event can be beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    Event,
    Depth,
    Text,
    List,
    Id,
    Steps,
    Sessions,
    Addresses,
}

impl Excess {
    /// Returns the message for people.
    pub fn message(self, limits: &Limits) -> String {
        match self {
            Self::Event => format!("the event is longer than {} bytes", limits.event_bytes),
            Self::Depth => format!("the event is nested deeper than {}", limits.depth),
            Self::Text => format!("a text of the event is longer than {} bytes", limits.text_bytes),
            Self::List => format!("a list or object of the event has more than {} elements", limits.list_items),
            Self::Id => format!("an `id`, `step`, `session` or `agent` is longer than {} bytes", limits.id_bytes),
            Self::Steps => format!("the session has more than {} steps", limits.steps),
            Self::Sessions => format!("there are more than {} sessions", limits.sessions),
            Self::Addresses => "the event's values don't fit into memory".to_owned(),
        }
    }
}

impl From<JsonError> for Stop {
    fn from(e: JsonError) -> Self {
        if e.problem == JsonProblem::Depth { Self::Limit(Excess::Depth) } else { Self::Json(e) }
    }
}

/// Where values are read to.
pub(crate) struct Sink<'a> {
    pub image: &'a VerifiedImage,
    pub limits: &'a Limits,
    /// The text that is read.
    pub input: &'a str,
    /// Whether strings of `input` may be borrowed; else they are copied to `text`.
    pub borrow: bool,
    /// Which space `text` and `cells` are.
    pub space: Space,
    pub text: &'a mut String,
    pub cells: &'a mut Vec<Value>,
    /// Elements of what is not finished.
    pub stack: &'a mut Vec<Value>,
    /// Where in the event.
    pub pointer: &'a mut Vec<Token>,
    pub problems: &'a mut Problems,
    /// How deep the JSON is here.
    pub depth: usize,
}

/// What stands in a slot whose value didn't fit. The event is refused then, or the field of the context emptied.
const UNFIT: Value = Value::Absent;

impl Sink<'_> {
    /// Reads a value of a type. What doesn't fit is noted and read over.
    pub fn value(&mut self, reader: &mut Reader<'_>, ty: TypeId, intern: bool) -> Result<Value, Stop> {
        let image = self.image;
        let kind = reader.peek()?;
        match (image.ty(ty), kind) {
            (TypeDesc::Optional(_), Kind::Null) => self.any_scalar(reader, kind),
            (TypeDesc::Optional(inner), _) => self.value(reader, *inner, intern),
            (TypeDesc::Any, _) => self.any(reader),
            (TypeDesc::List(inner) | TypeDesc::ListFromText(inner), Kind::Array) => self.list(reader, *inner, intern),
            (TypeDesc::Set(inner), Kind::Array) => {
                let set = self.list(reader, *inner, intern)?;
                Ok(self.sorted(set))
            }
            (TypeDesc::Map(inner), Kind::Object) => self.map(reader, Some((*inner, intern))),
            (TypeDesc::Record(fields), Kind::Object) => self.record(reader, fields, intern),
            (TypeDesc::ListFromText(inner), _) => self.list_from_text(reader, ty, *inner, kind, intern),
            _ => self.scalar(reader, ty, kind, intern),
        }
    }

    fn scalar(&mut self, reader: &mut Reader<'_>, ty: TypeId, kind: Kind, intern: bool) -> Result<Value, Stop> {
        match (self.image.ty(ty), kind) {
            (TypeDesc::Bool, Kind::Bool) => Ok(Value::Bool(reader.bool()?)),
            (TypeDesc::Int, Kind::Number) => {
                let written = reader.number()?;
                Ok(self.number(int::parse(written).map(i128::from), written, "an int: a whole number of 64 bits"))
            }
            (TypeDesc::Decimal, Kind::Number) => {
                let written = reader.number()?;
                Ok(self.number(decimal::parse(written), written, "a decimal: at most 18 decimal places, below 1.7e20"))
            }
            (TypeDesc::Text | TypeDesc::Time | TypeDesc::Date | TypeDesc::Duration | TypeDesc::Path | TypeDesc::Email | TypeDesc::Enum(_), Kind::String) => {
                let piece = self.string(reader)?;
                self.parsed(piece, ty, intern)
            }
            _ => self.mismatch(reader, ty),
        }
    }

    /// Reads over a value, within the limits.
    pub fn skip(&mut self, reader: &mut Reader<'_>) -> Result<(), Stop> {
        match reader.peek()? {
            Kind::Array => {
                self.enter()?;
                reader.begin_array()?;
                let mut count = 0;
                while reader.next_element()? {
                    self.count(&mut count)?;
                    self.skip(reader)?;
                }
                self.depth -= 1;
                Ok(())
            }
            Kind::Object => {
                self.enter()?;
                reader.begin_object()?;
                let mut count = 0;
                while self.skip_key(reader)? {
                    self.count(&mut count)?;
                    self.skip(reader)?;
                }
                self.depth -= 1;
                Ok(())
            }
            kind => self.skip_scalar(reader, kind),
        }
    }

    fn skip_key(&mut self, reader: &mut Reader<'_>) -> Result<bool, Stop> {
        let before = self.text.len();
        let Some(key) = reader.next_key(self.text)? else { return Ok(false) };
        self.check_text(key)?;
        self.text.truncate(before);
        Ok(true)
    }

    fn skip_scalar(&mut self, reader: &mut Reader<'_>, kind: Kind) -> Result<(), Stop> {
        match kind {
            Kind::Bool => drop(reader.bool()?),
            Kind::Number => drop(reader.number()?),
            Kind::String => {
                let before = self.text.len();
                self.string(reader)?;
                self.text.truncate(before);
            }
            Kind::Null | Kind::Array | Kind::Object => reader.null()?,
        }
        Ok(())
    }

    /// Notes that something of another kind stands here, and reads over it.
    pub fn mismatch(&mut self, reader: &mut Reader<'_>, ty: TypeId) -> Result<Value, Stop> {
        let image = self.image;
        self.mismatch_with(reader, || type_name(image, ty))
    }

    /// As [`Sink::mismatch`], for what is no type of the image.
    pub fn mismatch_with(&mut self, reader: &mut Reader<'_>, expected: impl FnOnce() -> String) -> Result<Value, Stop> {
        let kind = reader.peek()?;
        let start = reader.offset();
        self.skip(reader)?;
        let end = reader.offset();
        self.problem(Flaw::Type, expected, |input, _| {
            let raw = input.get(start..end).unwrap_or("");
            match kind {
                Kind::String => format!("text {}", cut(raw)),
                Kind::Number => format!("the number `{}`", cut(raw)),
                Kind::Bool => format!("`{}`", cut(raw)),
                Kind::Null | Kind::Array | Kind::Object => kind.word().to_owned(),
            }
        });
        Ok(UNFIT)
    }

    fn number(&mut self, parsed: Result<i128, NumberError>, written: &str, expected: &str) -> Value {
        match parsed {
            Ok(n) => Value::Num(n),
            Err(_) => {
                self.problem(Flaw::Type, || expected.to_owned(), |_, _| format!("the number `{}`", cut(written)));
                UNFIT
            }
        }
    }

    /// Reads a string within the limit.
    pub fn string(&mut self, reader: &mut Reader<'_>) -> Result<Piece, Stop> {
        let piece = reader.string(self.text)?;
        self.check_text(piece)?;
        Ok(piece)
    }

    pub(super) fn check_text(&self, piece: Piece) -> Result<(), Stop> {
        if piece.len > self.limits.text_bytes { Err(Stop::Limit(Excess::Text)) } else { Ok(()) }
    }

    pub(super) fn enter(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > self.limits.depth { Err(Stop::Limit(Excess::Depth)) } else { Ok(()) }
    }

    pub(super) fn count(&self, count: &mut usize) -> Result<(), Stop> {
        *count += 1;
        if *count > self.limits.list_items { Err(Stop::Limit(Excess::List)) } else { Ok(()) }
    }

    /// Makes a text value of what was read.
    fn str(&mut self, piece: Piece, intern: bool) -> Result<Str, Stop> {
        let atom = if intern { self.image.atom_of(piece.text(self.input, self.text)) } else { Atom::UNKNOWN };
        let (space, start) = if piece.scratch {
            (self.space, piece.start)
        } else if self.borrow {
            (Space::Input, piece.start)
        } else {
            let start = self.text.len();
            self.text.push_str(self.input.get(piece.start..piece.start + piece.len).unwrap_or(""));
            (self.space, start)
        };
        Ok(Str { space, start: address(start)?, len: address(piece.len)?, atom })
    }

    /// Makes a value of a text that has a form of its own.
    fn parsed(&mut self, piece: Piece, ty: TypeId, intern: bool) -> Result<Value, Stop> {
        enum Form {
            As,
            Normal(String),
            Num(i128),
            Wrong,
        }
        let form = {
            let raw = piece.text(self.input, self.text);
            let normal = |cow: std::borrow::Cow<'_, str>| match cow {
                std::borrow::Cow::Borrowed(same) if same.len() == raw.len() => Form::As,
                other => Form::Normal(other.into_owned()),
            };
            let num = |r: Result<i128, time::TimeError>| r.map_or(Form::Wrong, Form::Num);
            match self.image.ty(ty) {
                TypeDesc::Text => Form::As,
                TypeDesc::Path => path::normalize(raw).map_or(Form::Wrong, normal),
                TypeDesc::Email => email::normalize(raw).map_or(Form::Wrong, normal),
                TypeDesc::Time => num(time::parse_time(raw)),
                TypeDesc::Date => num(time::parse_date(raw)),
                TypeDesc::Duration => num(time::parse_duration(raw)),
                TypeDesc::Enum(members) => {
                    let index = members.iter().position(|m| self.image.text(*m) == raw);
                    index.and_then(|i| i128::try_from(i).ok()).map_or(Form::Wrong, Form::Num)
                }
                _ => Form::Wrong,
            }
        };
        match form {
            Form::As => Ok(Value::Text(self.str(piece, intern)?)),
            Form::Num(n) => Ok(Value::Num(n)),
            Form::Normal(normal) => {
                let start = self.text.len();
                self.text.push_str(&normal);
                Ok(Value::Text(self.str(Piece { scratch: true, start, len: normal.len() }, intern)?))
            }
            Form::Wrong => {
                let image = self.image;
                self.problem(Flaw::Type, || type_name(image, ty), |input, scratch| format!("text {}", quoted(piece.text(input, scratch), SHOWN)));
                Ok(UNFIT)
            }
        }
    }

    fn list(&mut self, reader: &mut Reader<'_>, inner: TypeId, intern: bool) -> Result<Value, Stop> {
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
    fn finish(&mut self, base: usize) -> Result<Cells, Stop> {
        let at = self.cells.len();
        self.cells.extend(self.stack.drain(base..));
        Ok(Cells { space: self.space, at: address(at)?, len: address(self.cells.len() - at)? })
    }

    fn record(&mut self, reader: &mut Reader<'_>, fields: &[(reach_evaluator::image::TextId, TypeId)], intern: bool) -> Result<Value, Stop> {
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
            let name = key.text(self.input, self.text);
            let found = match fields.get(expected) {
                Some((id, _)) if image.text(*id) == name => Some(expected),
                _ => fields.iter().position(|(id, _)| image.text(*id) == name),
            };
            let Some((index, (id, ty))) = found.and_then(|i| Some((i, fields.get(i)?))) else {
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
    fn map(&mut self, reader: &mut Reader<'_>, inner: Option<(TypeId, bool)>) -> Result<Value, Stop> {
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
    fn any(&mut self, reader: &mut Reader<'_>) -> Result<Value, Stop> {
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

    fn any_scalar(&mut self, reader: &mut Reader<'_>, kind: Kind) -> Result<Value, Stop> {
        match kind {
            Kind::Bool => Ok(Value::Bool(reader.bool()?)),
            Kind::Number => {
                let before = reader.offset();
                let written = reader.number()?;
                match decimal::parse(written) {
                    Ok(n) => Ok(Value::Num(n)),
                    Err(_) => Ok(Value::Number(self.str(Piece { scratch: false, start: before, len: written.len() }, false)?)),
                }
            }
            Kind::String => {
                let piece = self.string(reader)?;
                Ok(Value::Text(self.str(piece, true)?))
            }
            Kind::Null | Kind::Array | Kind::Object => {
                reader.null()?;
                Ok(Value::Absent)
            }
        }
    }

    /// Reads `list<T> from text` where no list stands: one `T`, or a text that holds a JSON list. A text that doesn't is one `T`.
    fn list_from_text(&mut self, reader: &mut Reader<'_>, ty: TypeId, inner: TypeId, kind: Kind, intern: bool) -> Result<Value, Stop> {
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
                    Err(Stop::Limit(excess)) => return Err(Stop::Limit(excess)),
                    // Not a list of that type: read again below, as one.
                    Ok(_) | Err(Stop::Json(_)) => {
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
            image: self.image,
            limits: self.limits,
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
    fn sorted(&mut self, set: Value) -> Value {
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

    /// Notes a key that nobody declared; `expected` is given the key.
    pub fn unknown_key(&mut self, key: Piece, expected: impl FnOnce(&str) -> String) {
        let name = if self.problems.wanted() { key.text(self.input, self.text).to_owned() } else { String::new() };
        self.pointer.push(Token::Key(key));
        self.problem(Flaw::Unknown, || expected(&name), |_, _| "an unknown field".to_owned());
        self.pointer.pop();
    }

    /// Notes that the field at the pointer came twice.
    pub fn duplicate(&mut self) {
        self.problem(Flaw::Duplicate, || "each key once".to_owned(), |_, _| "a duplicate key".to_owned());
    }

    /// Notes that the field at the pointer is missing.
    pub fn missing(&mut self, ty: TypeId) {
        let image = self.image;
        self.problem(Flaw::Missing, || type_name(image, ty), |_, _| "nothing".to_owned());
    }

    /// Notes what doesn't fit at the pointer; `actual` is given the input and the scratch text.
    pub fn problem(&mut self, flaw: Flaw, expected: impl FnOnce() -> String, actual: impl FnOnce(&str, &str) -> String) {
        let (image, input, scratch, tokens) = (self.image, self.input, &*self.text, &*self.pointer);
        let in_context = matches!(tokens.first(), Some(Token::Word("context"))) && tokens.len() > 1;
        self.problems.add(flaw, in_context, || ArgumentProblem {
            pointer: pointer_text(image, tokens, input, scratch),
            expected: expected(),
            actual: actual(input, scratch),
        });
    }
}

/// Returns the pointer of some tokens.
fn pointer_text(image: &VerifiedImage, tokens: &[Token], input: &str, scratch: &str) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Word(word) => push_pointer(&mut out, word),
            Token::Name(id) => push_pointer(&mut out, image.text(*id)),
            Token::Key(piece) => push_pointer(&mut out, &piece.text(input, scratch).chars().take(SHOWN).collect::<String>()),
            Token::Index(i) => push_pointer(&mut out, &i.to_string()),
        }
    }
    out
}

/// Returns the known name that is most like this one, if any is.
pub(super) fn near<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    // Nobody misspells a name at such a length, and comparing takes the product of both lengths.
    if name.len() > 100 {
        return None;
    }
    let distances = known.iter().map(|k| (strsim::damerau_levenshtein(name, k), *k));
    distances.filter(|(d, k)| *d <= 1 + k.chars().count() / 4).min().map(|(_, k)| k)
}

/// Returns what is expected where an unknown name stands.
pub(super) fn expected_names(name: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return "no field".to_owned();
    }
    if let Some(near) = near(name, known) {
        return format!("`{near}`");
    }
    let mut out = String::from("one of ");
    for (i, k) in known.iter().take(8).enumerate() {
        out.push_str(if i > 0 { ", `" } else { "`" });
        out.push_str(k);
        out.push('`');
    }
    if known.len() > 8 {
        out.push_str(", …");
    }
    out
}

/// How many characters of what came are shown.
const SHOWN: usize = 60;

fn cut(raw: &str) -> String {
    let mut short: String = raw.chars().take(SHOWN).collect();
    if short.len() < raw.len() {
        short.push('…');
    }
    short
}

fn address(n: usize) -> Result<u32, Stop> {
    u32::try_from(n).map_err(|_| Stop::Limit(Excess::Addresses))
}

/// Returns the piece of a text that was read to `space` or borrowed.
fn piece_of(s: Str, space: Space) -> Piece {
    Piece { scratch: s.space == space, start: s.start as usize, len: s.len as usize }
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
