//! Intake: from a line of JSON to typed slots, with no tree between.
//!
//! The envelope is read once, in whatever order its keys come. Arguments are read by the declared schema as soon as it is
//! known which step it is; if they come before that, their place is remembered and they are read afterwards.

mod collection;
mod envelope;
pub(crate) mod flaws;
mod given;
mod object;
pub(crate) mod peek;
pub(crate) mod problems;
pub(crate) mod stop;
pub(crate) mod value;

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{FieldDef, StepKind, TypeDesc};
use reach_evaluator::op::Slot;
use reach_evaluator::value::{Cause, NoValue, Place, Value};
use reach_values::json::{Kind, Lies, Piece, Reader};
use reach_values::time;

pub(crate) use envelope::EventKind;
use envelope::{KEYS, Key, keys_of};
use problems::{Flaw, Token};
use stop::{Excess, Stop};
use value::{Sink, address};

/// What stands where nothing was read yet. No value of an event is a none with this place.
pub(crate) const UNREAD: Value = Value::None(NoValue { cause: Cause::Limit, place: Place(u32::MAX) });

pub(crate) const fn is_unread(value: &Value) -> bool {
    matches!(value, Value::None(NoValue { place: Place(u32::MAX), .. }))
}

/// A none that a slot holds until an operation reads it.
pub(crate) const fn missing(cause: Cause) -> Value {
    Value::None(NoValue { cause, place: Place(0) })
}

/// Where a word of an event stands; small, since each event has room for all of them.
#[derive(Clone, Copy, Debug)]
struct Word {
    start: u32,
    len: u32,
}

/// An event whose envelope was read.
#[derive(Debug)]
pub(crate) struct Event<'l> {
    line: &'l str,
    /// What it is; none when `type` is missing or unknown.
    pub kind: Option<EventKind>,
    /// Which fields came.
    pub given: u32,
    words: [Word; KEYS],
    /// Which words came.
    held: u32,
    /// Which of them lie in the scratch text.
    unescaped: u32,
    /// Where the values of `args`, `facts`, `context` and `charges` begin in the line.
    objects: [Option<usize>; 4],
    /// `at`.
    pub at: Option<i128>,
    /// The declared step, once `type` and `name` are known.
    pub target: Option<usize>,
    /// Whether the arguments were read.
    args_read: bool,
    /// Where the value of `args` stands in the line.
    pub args_range: Option<(usize, usize)>,
    /// Where the value of `content` stands in the line.
    pub content_range: Option<(usize, usize)>,
    /// `ok`.
    pub ok: Option<bool>,
    /// `granted`.
    pub granted: Option<bool>,
}

impl Event<'_> {
    pub const fn empty() -> Self {
        Event {
            line: "",
            kind: None,
            given: 0,
            words: [Word { start: 0, len: 0 }; KEYS],
            held: 0,
            unescaped: 0,
            objects: [None; 4],
            at: None,
            target: None,
            args_read: false,
            args_range: None,
            content_range: None,
            ok: None,
            granted: None,
        }
    }

    fn piece(&self, key: Key) -> Option<Piece> {
        if self.held & key.bit() == 0 {
            return None;
        }
        let word = self.words.get(key as usize)?;
        let lies = if self.unescaped & key.bit() == 0 { Lies::Input } else { Lies::Scratch };
        Some(Piece { lies, start: word.start as usize, len: word.len as usize })
    }

    pub fn id(&self) -> Option<Piece> {
        self.piece(Key::Id)
    }

    pub fn name(&self) -> Option<Piece> {
        self.piece(Key::Name)
    }

    /// Returns the word that stands as `type`.
    pub fn kind_word<'t>(&self, line: &'t str, scratch: &'t str) -> Option<&'t str> {
        self.piece(Key::Type).map(|p| p.text(line, scratch))
    }

    pub fn step(&self) -> Option<Piece> {
        self.piece(Key::Step)
    }

    pub fn session(&self) -> Option<Piece> {
        self.piece(Key::Session)
    }

    pub fn agent(&self) -> Option<Piece> {
        self.piece(Key::Agent)
    }

    pub fn by(&self) -> Option<Piece> {
        self.piece(Key::By)
    }

    pub fn text(&self) -> Option<Piece> {
        self.piece(Key::Text)
    }

    pub fn scope(&self) -> Option<Piece> {
        self.piece(Key::Scope)
    }

    pub fn definition(&self) -> Option<Piece> {
        self.piece(Key::Definition)
    }
}

const fn object_index(key: Key) -> Option<usize> {
    match key {
        Key::Args => Some(0),
        Key::Facts => Some(1),
        Key::Context => Some(2),
        Key::Charges => Some(3),
        _ => None,
    }
}

impl<'l> Event<'l> {
    /// Reads the whole line but `facts`, `context` and, where the step isn't known in time, `args`, all of which are only gone over.
    pub fn read(&mut self, line: &'l str, sink: &mut Sink<'_>, slots: &mut [Value]) -> Result<(), Stop> {
        self.line = line;
        let mut reader = Reader::new(line);
        if reader.peek()? != Kind::Object {
            reader.begin_object()?;
        }
        sink.depth = 1;
        reader.begin_object()?;
        let mut count = 0usize;
        while let Some(piece) = reader.next_key(sink.text)? {
            count += 1;
            if count > sink.limits.list_items {
                return Err(Stop::limit(Excess::List));
            }
            let Some(key) = Key::of(piece.bytes(sink.input, sink.text)) else {
                Self::unknown(piece, sink);
                sink.skip(&mut reader)?;
                continue;
            };
            sink.pointer.push(Token::Word(key.word()));
            if self.given & key.bit() != 0 {
                sink.duplicate();
                sink.skip(&mut reader)?;
            } else {
                self.given |= key.bit();
                self.field(key, &mut reader, sink, slots)?;
            }
            sink.pointer.pop();
        }
        reader.end()?;
        self.check_fields(sink);
        Ok(())
    }

    fn field(&mut self, key: Key, reader: &mut Reader<'_>, sink: &mut Sink<'_>, slots: &mut [Value]) -> Result<(), Stop> {
        let kind = reader.peek()?;
        match (key, kind) {
            (Key::Args | Key::Facts | Key::Context | Key::Charges, Kind::Object) => {
                let start = reader.offset();
                if let Some(place) = object_index(key).and_then(|i| self.objects.get_mut(i)) {
                    *place = Some(start);
                }
                match self.target.and_then(|t| sink.image.image().targets.get(t)) {
                    Some(target) if key == Key::Args => {
                        self.args_read = true;
                        sink.object(reader, &target.args, slots)?;
                    }
                    _ => sink.skip(reader)?,
                }
                if key == Key::Args {
                    self.args_range = Some((start, reader.offset()));
                }
            }
            (Key::Content, _) => {
                let start = reader.offset();
                sink.skip(reader)?;
                self.content_range = Some((start, reader.offset()));
            }
            (Key::Ok, Kind::Bool) => self.ok = Some(reader.bool()?),
            (Key::Granted, Kind::Bool) => self.granted = Some(reader.bool()?),
            (
                Key::Session | Key::Type | Key::Id | Key::Agent | Key::Name | Key::Definition | Key::At | Key::Text | Key::Step | Key::By | Key::Scope,
                Kind::String,
            ) => {
                let piece = sink.string(reader)?;
                self.word(key, piece, sink)?;
            }
            _ => drop(sink.mismatch_with(reader, || key.expected().to_owned())?),
        }
        Ok(())
    }

    fn word(&mut self, key: Key, piece: Piece, sink: &mut Sink<'_>) -> Result<(), Stop> {
        self.set_word(key, piece)?;
        let fits = match key {
            Key::At => {
                self.at = time::parse_time(piece.text(sink.input, sink.text)).ok();
                self.at.is_some()
            }
            Key::Scope => matches!(piece.text(sink.input, sink.text), "once" | "session"),
            Key::Id | Key::Step | Key::Session | Key::Agent => {
                if piece.len > sink.limits.id_bytes {
                    return Err(Stop::limit(Excess::Id));
                }
                !piece.bytes(sink.input, sink.text).is_empty() || key == Key::Session
            }
            Key::Type => {
                self.kind = EventKind::of(piece.text(sink.input, sink.text));
                true
            }
            _ => true,
        };
        if !fits {
            let empty = piece.bytes(sink.input, sink.text).is_empty();
            let expected = if empty && key != Key::At { "text that is not empty" } else { key.expected() };
            sink.problem(Flaw::Type, || expected.to_owned(), |input, scratch| format!("text {}", problems::quoted(piece.text(input, scratch), 60)));
        }
        if matches!(key, Key::Type | Key::Name)
            && let Some(EventKind::Step(kind)) = self.kind
        {
            let name = self.piece(Key::Name).map(|n| n.text(sink.input, sink.text));
            let name = if kind == StepKind::Say { Some("") } else { name };
            self.target = name.and_then(|n| sink.image.target(kind, n));
        }
        Ok(())
    }

    fn set_word(&mut self, key: Key, piece: Piece) -> Result<(), Stop> {
        if let Some(place) = self.words.get_mut(key as usize) {
            *place = Word { start: address(piece.start)?, len: address(piece.len)? };
            self.held |= key.bit();
            match piece.lies {
                Lies::Input => self.unescaped &= !key.bit(),
                Lies::Scratch => self.unescaped |= key.bit(),
            }
        }
        Ok(())
    }

    /// Notes a key that no event has. The type may not be known yet, and the message must not depend on the order of keys.
    fn unknown(piece: Piece, sink: &mut Sink<'_>) {
        let known: Vec<&str> = keys_of(u32::MAX).map(Key::word).collect();
        sink.unknown_key(piece, |name| flaws::near(name, &known).map_or_else(|| "a field that such an event has".to_owned(), |near| format!("`{near}`")));
    }

    /// Looks for what is missing, or belongs to events of another type.
    fn check_fields(&self, sink: &mut Sink<'_>) {
        let Some(kind) = self.kind else { return };
        let (must, may) = kind.fields();
        if must & !self.given | self.given & !(must | may) == 0 {
            return;
        }
        for key in keys_of(must & !self.given) {
            sink.pointer.push(Token::Word(key.word()));
            sink.problem(Flaw::Missing, || key.expected().to_owned(), |_, _| "nothing".to_owned());
            sink.pointer.pop();
        }
        for key in keys_of(self.given & !(must | may)) {
            sink.pointer.push(Token::Word(key.word()));
            let known = || keys_of(must | may).map(Key::word).collect::<Vec<_>>();
            sink.problem(Flaw::Unknown, || flaws::expected_names(key.word(), &known()), |_, _| "an unknown field".to_owned());
            sink.pointer.pop();
        }
    }

    /// Reads what was remembered of a step: the arguments, if that was not done, and the facts. `slots` holds what the step is to see.
    pub fn read_step(&mut self, sink: &mut Sink<'_>, slots: &mut [Value]) -> Result<(), Stop> {
        let image = sink.image;
        let Some(target) = self.target.and_then(|t| image.image().targets.get(t)) else { return Ok(()) };
        if !self.args_read {
            self.object(Key::Args, &target.args, sink, slots)?;
        }
        self.object(Key::Facts, &target.facts, sink, slots)?;
        close(&target.args, Key::Args, None, sink, slots);
        close(&target.facts, Key::Facts, Some(Cause::MissingFact), sink, slots);
        Ok(())
    }

    /// Reads the context of a `start` or `context` event; what was not given stays unread.
    pub fn read_context(&mut self, sink: &mut Sink<'_>, slots: &mut [Value]) -> Result<(), Stop> {
        let image = sink.image;
        self.object(Key::Context, &image.image().context, sink, slots)
    }

    /// Returns where the charges of a `usage` event begin.
    pub fn take_charges(&mut self) -> Option<Reader<'l>> {
        self.take(Key::Charges)
    }

    /// Returns a reader of an object that was gone over.
    fn take(&mut self, key: Key) -> Option<Reader<'l>> {
        let start = object_index(key).and_then(|i| self.objects.get_mut(i)).and_then(Option::take)?;
        Some(Reader::within(self.line, start, 1))
    }

    fn object(&mut self, key: Key, fields: &[FieldDef], sink: &mut Sink<'_>, slots: &mut [Value]) -> Result<(), Stop> {
        let Some(mut reader) = self.take(key) else { return Ok(()) };
        sink.pointer.push(Token::Word(key.word()));
        sink.depth = 1;
        sink.object(&mut reader, fields, slots)?;
        sink.pointer.pop();
        Ok(())
    }
}

/// Gives the fields that did not come their value, and notes those that must come. With a cause, they have none instead.
fn close(fields: &[FieldDef], key: Key, cause: Option<Cause>, sink: &mut Sink<'_>, slots: &mut [Value]) {
    for field in fields {
        let Some(slot) = slot_mut(slots, field.slot).filter(|slot| is_unread(slot)) else { continue };
        let optional = is_optional(sink.image, field);
        *slot = match cause {
            Some(cause) if !optional => missing(cause),
            _ => Value::Absent,
        };
        if !optional && cause.is_none() {
            sink.pointer.push(Token::Word(key.word()));
            sink.pointer.push(Token::Name(field.name));
            sink.missing(field.ty);
            sink.pointer.truncate(sink.pointer.len().saturating_sub(2));
        }
    }
}

/// Returns whether a field may be left out.
pub(crate) fn is_optional(image: &VerifiedImage, field: &FieldDef) -> bool {
    matches!(image.ty(field.ty), TypeDesc::Optional(_))
}

/// Returns a field and its place among those that are declared: looked for first where it is expected, behind the one that came before it. Hosts give
/// fields in the declared order most of the time.
#[inline]
fn find_field<F>(fields: &[F], expected: usize, mut is_it: impl FnMut(&F) -> bool) -> Option<(usize, &F)> {
    match fields.get(expected) {
        Some(field) if is_it(field) => Some((expected, field)),
        _ => fields.iter().enumerate().find(|(_, field)| is_it(field)),
    }
}

/// Returns the value of a slot.
pub(crate) fn slot_mut(slots: &mut [Value], slot: Slot) -> Option<&mut Value> {
    slots.get_mut(slot.0 as usize)
}
