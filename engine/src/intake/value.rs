//! Reads values straight into the machine's form, by the declared type.

use std::borrow::Cow;

use reach_evaluator::VerifiedImage;
use reach_evaluator::data::ContextData;
use reach_evaluator::entities::Entities;
use reach_evaluator::image::{Form, Reading, TypeDesc, TypeId};
use reach_evaluator::structure::{self, Room, Structure};
use reach_evaluator::value::{Atom, Space, Str, Value};
use reach_values::json::{Kind, Lies, Piece, Reader};
use reach_values::{NumberError, decimal, int, path, time, url};

use crate::intake::problems::{Flaw, Problems, SHOWN, Token, quoted, type_name};
use crate::intake::stop::{Excess, Stop};
use crate::limits::Limits;

/// What a text was read as.
enum Read {
    /// Text that is as it came.
    Same,
    /// Text in its normal form.
    Normal(String),
    /// A number of any kind.
    Number(i128),
    /// A command line or query.
    Structure(Structure),
}

/// Where values are read to.
pub(crate) struct Sink<'a> {
    pub image: &'a VerifiedImage,
    pub limits: &'a Limits,
    /// The context, for paths that are relative to one of its folders; none while it is read itself.
    pub context: Option<&'a ContextData>,
    /// What is known of entities, so that an id is looked for once.
    pub entities: &'a Entities,
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
    /// Whether objects may have fields that nobody declared: those of results may.
    pub open: bool,
}

/// What stands in a slot whose value didn't fit. The event is refused then, or the field of the context emptied.
const UNFIT: Value = Value::Absent;

/// What a decimal must be, for messages.
const DECIMAL: &str = "a decimal: at most 18 decimal places, below 1.7e20";

impl Sink<'_> {
    /// Reads a value of a type to its slot; as [`Sink::value`], with the shapes that most fields have written where they stay.
    #[inline]
    pub fn value_to(&mut self, reader: &mut Reader<'_>, ty: TypeId, intern: bool, slot: &mut Value) -> Result<(), Stop> {
        let image = self.image;
        let kind = reader.peek()?;
        let (ty, shape) = match image.ty(ty) {
            TypeDesc::Optional(inner) if kind != Kind::Null => (*inner, image.ty(*inner)),
            shape => (ty, shape),
        };
        match (shape, kind) {
            (TypeDesc::Text, Kind::String) => {
                let piece = self.string(reader)?;
                *slot = Value::Text(self.str(piece, intern)?);
            }
            (TypeDesc::Date, Kind::String) => {
                let piece = self.string(reader)?;
                match time::parse_date(piece.text(self.input, self.text)) {
                    Ok(n) => *slot = Value::Num(n),
                    Err(_) => *slot = self.text_of(piece, ty, intern)?.unwrap_or(UNFIT),
                }
            }
            (TypeDesc::Bool, Kind::Bool) => *slot = Value::Bool(reader.bool()?),
            (TypeDesc::Decimal, Kind::Number) => {
                let written = reader.number()?;
                match decimal::parse(written) {
                    Ok(n) => *slot = Value::Num(n),
                    unfit => *slot = self.number(unfit, written, DECIMAL),
                }
            }
            _ => *slot = self.value(reader, ty, intern)?,
        }
        Ok(())
    }

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
            (
                TypeDesc::Text
                | TypeDesc::Time
                | TypeDesc::Date
                | TypeDesc::Duration
                | TypeDesc::Form(_)
                | TypeDesc::Enum(_)
                | TypeDesc::Entity(_)
                | TypeDesc::Read(..),
                Kind::String,
            ) => {
                let piece = self.string(reader)?;
                Ok(self.text_of(piece, ty, intern)?.unwrap_or(UNFIT))
            }
            (TypeDesc::Read(of, _), _) => self.mismatch(reader, *of),
            (TypeDesc::ListFromText(inner), _) => self.list_from_text(reader, ty, *inner, kind, intern),
            _ => self.scalar(reader, ty, kind),
        }
    }

    /// Makes a value of a text, by its type; none where no text is of that type.
    pub(super) fn text_of(&mut self, piece: Piece, ty: TypeId, intern: bool) -> Result<Option<Value>, Stop> {
        let image = self.image;
        match image.ty(ty) {
            TypeDesc::Text => self.str(piece, intern).map(|text| Some(Value::Text(text))),
            TypeDesc::Time | TypeDesc::Date | TypeDesc::Duration | TypeDesc::Form(_) | TypeDesc::Enum(_) => self.parsed(piece, ty, ty, None, intern).map(Some),
            TypeDesc::Read(of, reading) => self.parsed(piece, ty, *of, Some(*reading), intern).map(Some),
            TypeDesc::Entity(of) => {
                let atom = self.entities.atom(of.0, piece.text(self.input, self.text));
                Ok(Some(Value::Text(Str { atom, ..self.str(piece, false)? })))
            }
            _ => Ok(None),
        }
    }

    fn scalar(&mut self, reader: &mut Reader<'_>, ty: TypeId, kind: Kind) -> Result<Value, Stop> {
        match (self.image.ty(ty), kind) {
            (TypeDesc::Bool, Kind::Bool) => Ok(Value::Bool(reader.bool()?)),
            (TypeDesc::Int, Kind::Number) => {
                let written = reader.number()?;
                Ok(self.number(int::parse(written).map(i128::from), written, "an int: a whole number of 64 bits"))
            }
            (TypeDesc::Decimal, Kind::Number) => {
                let written = reader.number()?;
                Ok(self.number(decimal::parse(written), written, DECIMAL))
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
    #[inline(always)]
    pub fn string(&mut self, reader: &mut Reader<'_>) -> Result<Piece, Stop> {
        let piece = reader.string(self.text)?;
        self.check_text(piece)?;
        Ok(piece)
    }

    #[inline]
    pub(super) fn check_text(&self, piece: Piece) -> Result<(), Stop> {
        if piece.len > self.limits.text_bytes { Err(Stop::limit(Excess::Text)) } else { Ok(()) }
    }

    pub(super) fn enter(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > self.limits.depth { Err(Stop::limit(Excess::Depth)) } else { Ok(()) }
    }

    #[inline]
    pub(super) fn count(&self, count: &mut usize) -> Result<(), Stop> {
        *count += 1;
        if *count > self.limits.list_items { Err(Stop::limit(Excess::List)) } else { Ok(()) }
    }

    /// Makes a text value of what was read.
    #[inline(always)]
    pub(super) fn str(&mut self, piece: Piece, intern: bool) -> Result<Str, Stop> {
        let atom = if intern { self.image.atom_of(piece.text(self.input, self.text)) } else { Atom::UNKNOWN };
        let (space, start) = if piece.lies == Lies::Scratch {
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

    /// Makes a value of a text that has a form of its own; `declared` is the type as messages name it.
    fn parsed(&mut self, piece: Piece, declared: TypeId, ty: TypeId, reading: Option<Reading>, intern: bool) -> Result<Value, Stop> {
        match self.form(piece, ty, reading) {
            Ok(Read::Same) => Ok(Value::Text(self.str(piece, intern)?)),
            Ok(Read::Number(n)) => Ok(Value::Num(n)),
            Ok(Read::Normal(normal)) => {
                let start = self.text.len();
                self.text.push_str(&normal);
                Ok(Value::Text(self.str(Piece { lies: Lies::Scratch, start, len: normal.len() }, intern)?))
            }
            Ok(Read::Structure(structure)) => {
                let source = self.str(piece, false)?;
                let folder = folder_of(self.image, self.context, reading);
                Ok(structure.store(source, &mut Room { text: &mut *self.text, cells: &mut *self.cells, space: self.space, folder }))
            }
            Err(why) => {
                let image = self.image;
                let expected = || match &why {
                    Some(why) => format!("{} ({why})", type_name(image, declared)),
                    None => type_name(image, declared),
                };
                self.problem(Flaw::Type, expected, |input, scratch| format!("text {}", quoted(piece.text(input, scratch), SHOWN)));
                Ok(UNFIT)
            }
        }
    }

    /// Reads a text by its type; where it doesn't fit, tells why if that is worth telling.
    fn form(&self, piece: Piece, ty: TypeId, reading: Option<Reading>) -> Result<Read, Option<String>> {
        let raw = piece.text(self.input, self.text);
        let normal = |cow: Cow<'_, str>| match cow {
            Cow::Borrowed(same) if same.len() == raw.len() => Read::Same,
            other => Read::Normal(other.into_owned()),
        };
        let number = |read: Result<i128, time::TimeError>| read.map(Read::Number).map_err(|_| None);
        match self.image.ty(ty) {
            TypeDesc::Text => Ok(Read::Same),
            TypeDesc::Form(form) if form.is_structured() => Ok(Read::Structure(structure::parse(*form, raw))),
            TypeDesc::Form(form @ Form::Path(platform)) => {
                let path = form.normalize(raw).map_err(|error| Some(error.to_string()))?;
                Ok(match folder_of(self.image, self.context, reading) {
                    Some(folder) => {
                        let joined = path::join_on(*platform, folder, &path).map_err(|error| Some(error.to_string()))?;
                        if joined == raw { Read::Same } else { Read::Normal(joined) }
                    }
                    None => normal(path),
                })
            }
            TypeDesc::Form(Form::Url) => {
                let url = match reading {
                    Some(Reading::Scheme(scheme)) => url::normalize_with(raw, self.image.text(scheme)),
                    _ => url::normalize(raw),
                };
                url.map(normal).map_err(|error| Some(error.to_string()))
            }
            TypeDesc::Form(form) => form.normalize(raw).map(normal).map_err(|error| Some(error.to_string())),
            TypeDesc::Time => match reading {
                Some(Reading::Zone(zone)) => match self.image.zone(zone) {
                    Some(zone) => zone.parse(raw).map(Read::Number).map_err(|error| Some(error.to_string())),
                    None => Err(None),
                },
                _ => number(time::parse_time(raw)),
            },
            TypeDesc::Date => number(time::parse_date(raw)),
            TypeDesc::Duration => number(time::parse_duration(raw)),
            TypeDesc::Enum(members) => {
                let index = members.iter().position(|m| self.image.text(*m) == raw);
                index.and_then(|i| i128::try_from(i).ok()).map(Read::Number).ok_or(None)
            }
            _ => Err(None),
        }
    }

    pub(super) fn any_scalar(&mut self, reader: &mut Reader<'_>, kind: Kind) -> Result<Value, Stop> {
        match kind {
            Kind::Bool => Ok(Value::Bool(reader.bool()?)),
            Kind::Number => {
                let before = reader.offset();
                let written = reader.number()?;
                match decimal::parse(written) {
                    Ok(n) => Ok(Value::Num(n)),
                    Err(_) => Ok(Value::Number(self.str(Piece { lies: Lies::Input, start: before, len: written.len() }, false)?)),
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
}

/// Returns the folder that relative paths are joined to, if there is one that is known.
fn folder_of<'a>(image: &'a VerifiedImage, context: Option<&'a ContextData>, reading: Option<Reading>) -> Option<&'a str> {
    match reading? {
        Reading::At(folder) => Some(image.text(folder)),
        Reading::AtContext(slot) => {
            let context = context?;
            match context.slots.get(usize::from(slot))? {
                Value::Text(text) => context.text.get(text.start as usize..text.start.saturating_add(text.len) as usize),
                _ => None,
            }
        }
        Reading::Scheme(_) | Reading::Zone(_) => None,
    }
}

fn cut(raw: &str) -> String {
    let mut short: String = raw.chars().take(SHOWN).collect();
    if short.len() < raw.len() {
        short.push('…');
    }
    short
}

pub(super) fn address(n: usize) -> Result<u32, Stop> {
    u32::try_from(n).map_err(|_| Stop::limit(Excess::Addresses))
}
