//! Reading: first types, ids and parents, then, once all entities have their numbers, the fields.

use std::collections::HashMap;

use reach_codes::Code;
use reach_codes::table::event as codes;
use reach_evaluator::VerifiedImage;
use reach_evaluator::entities::{Entities, Hierarchy, MAX_ENTITIES, MAX_ID_BYTES};
use reach_evaluator::image::EntityId;
use reach_evaluator::value::{Space, Value};
use reach_values::json::{JsonError, Kind, Piece, Reader, push_pointer};

use super::EntitiesError;
use crate::intake::flaws::near;
use crate::intake::problems::{Problems, quoted};
use crate::intake::stop::{Excess, Why};
use crate::intake::value::Sink;
use crate::limits::Limits;

/// The most that an entity may lie in at once.
const MAX_PARENTS: usize = 10_000;
/// How many characters of what came are shown.
const SHOWN: usize = 60;

const TYPE: &str = "type";
const ID: &str = "id";
const PARENTS: &str = "parents";
const FIELDS: &str = "fields";
/// The keys of an entity.
const KEYS: [&str; 4] = [TYPE, ID, PARENTS, FIELDS];

/// An entity as it stands in the data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Where it begins, in bytes.
    start: usize,
    kind: u32,
    /// The id: a range of the data, with quotes and escapes.
    id: (usize, usize),
    /// The value of `fields`: a range of the data; empty if there is none.
    fields: (usize, usize),
}

/// Where what was read stands.
pub(super) struct Place<'a> {
    pub text: &'a str,
    pub array: bool,
    pub found: &'a [Found],
}

impl Place<'_> {
    /// Returns the line of an entity, from 1.
    pub fn line(&self, at: usize) -> usize {
        line_of(self.text, self.found.get(at).map_or(0, |found| found.start))
    }

    /// Returns an entity as a policy would name it.
    pub fn name(&self, image: &VerifiedImage, at: usize) -> String {
        let Some(found) = self.found.get(at) else { return "an entity".to_owned() };
        let kind = image.image().entities.get(found.kind as usize).map_or("", |entity| image.text(entity.name));
        let id = self.text.get(found.id.0..found.id.1).unwrap_or("");
        let mut cut: String = id.chars().take(SHOWN).collect();
        if cut.len() < id.len() {
            cut.push('…');
        }
        format!("`{kind}[{cut}]`")
    }

    /// Says what is wrong with an entity, at a pointer in it.
    pub fn error(&self, at: usize, pointer: &str, code: Code, message: String) -> EntitiesError {
        let start = self.found.get(at).map_or(0, |found| found.start);
        error(self.text, start, self.array.then_some(at), pointer, code, message)
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
}

fn error(text: &str, offset: usize, element: Option<usize>, pointer: &str, code: Code, message: String) -> EntitiesError {
    let pointer = element.map_or_else(|| pointer.to_owned(), |at| format!("/{at}{pointer}"));
    EntitiesError { code, message, line: Some(line_of(text, offset)), pointer, help: None }
}

/// The data while it is read.
pub(super) struct All<'a> {
    image: &'a VerifiedImage,
    text: &'a str,
    kinds: HashMap<&'a str, u32>,
    pub hierarchy: Hierarchy,
    pub found: Vec<Found>,
    /// Whether it is an array.
    pub array: bool,
    /// Texts with escapes.
    scratch: String,
    /// The parents of the entity at hand.
    parents: Vec<(u32, Piece)>,
}

impl<'a> All<'a> {
    pub fn new(image: &'a VerifiedImage, text: &'a str, kinds: HashMap<&'a str, u32>) -> Self {
        Self { image, text, kinds, hierarchy: Hierarchy::default(), found: Vec::new(), array: false, scratch: String::new(), parents: Vec::new() }
    }

    pub fn read(&mut self) -> Result<(), EntitiesError> {
        self.array = self.text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('[');
        if self.array {
            let mut reader = Reader::new(self.text);
            let json = |this: &Self, e: JsonError| this.json(0, &e);
            reader.begin_array().map_err(|e| json(self, e))?;
            while reader.next_element().map_err(|e| json(self, e))? {
                self.entity(&mut reader, 0)?;
            }
            return reader.end().map_err(|e| json(self, e));
        }
        let mut start = 0;
        for line in self.text.split('\n') {
            if !line.trim_matches([' ', '\t', '\r']).is_empty() {
                let mut reader = Reader::new(line);
                self.entity(&mut reader, start)?;
                reader.end().map_err(|e| self.json(start, &e))?;
            }
            start += line.len() + 1;
        }
        Ok(())
    }

    fn json(&self, base: usize, e: &JsonError) -> EntitiesError {
        let offset = base.saturating_add(e.offset);
        let e = EntitiesError {
            line: Some(line_of(self.text, offset)),
            ..EntitiesError::whole(codes::UNREADABLE_ENTITIES, format!("this is not JSON: {}", e.problem))
        };
        EntitiesError { help: Some("write an array of entities, or one entity a line".to_owned()), ..e }
    }

    /// Says what is wrong with the entity at hand.
    fn wrong(&self, offset: usize, pointer: &str, code: Code, message: String) -> EntitiesError {
        error(self.text, offset, self.array.then_some(self.found.len()), pointer, code, message)
    }

    fn shape(&self, offset: usize, pointer: &str, expected: &str, kind: Kind) -> EntitiesError {
        self.wrong(offset, pointer, codes::ENTITY_SHAPE, format!("expected {expected}, found {}", kind.word()))
    }

    /// Reads one entity. `base` is where the reader's text begins.
    fn entity(&mut self, reader: &mut Reader<'a>, base: usize) -> Result<(), EntitiesError> {
        let json = |this: &Self, e: JsonError| this.json(base, &e);
        if self.found.len() >= MAX_ENTITIES || self.hierarchy.is_full() {
            return Err(EntitiesError::whole(codes::ENTITIES_OVER_LIMIT, format!("there are more than {MAX_ENTITIES} entities")));
        }
        let kind = reader.peek().map_err(|e| json(self, e))?;
        let start = base + reader.offset();
        if kind != Kind::Object {
            return Err(self.shape(start, "", "an object with `type` and `id`", kind));
        }
        self.scratch.clear();
        self.parents.clear();
        let mut of: Option<u32> = None;
        let mut id: Option<(Piece, (usize, usize))> = None;
        let mut fields: Option<(usize, usize)> = None;
        let mut has_parents = false;
        reader.begin_object().map_err(|e| json(self, e))?;
        while let Some(key) = reader.next_key(&mut self.scratch).map_err(|e| json(self, e))? {
            let name = key.text(reader_text(self.text, base), &self.scratch);
            let key = KEYS.into_iter().find(|key| *key == name).ok_or_else(|| name.to_owned());
            let kind = reader.peek().map_err(|e| json(self, e))?;
            let offset = base + reader.offset();
            let key = match key {
                Ok(key) => key,
                Err(name) => return Err(self.unknown_key(&name, offset)),
            };
            let twice = match key {
                TYPE => of.is_some(),
                ID => id.is_some(),
                PARENTS => has_parents,
                _ => fields.is_some(),
            };
            if twice {
                return Err(self.wrong(offset, &format!("/{key}"), codes::ENTITY_SHAPE, format!("`{key}` is there twice")));
            }
            match (key, kind) {
                (TYPE, Kind::String) => of = Some(self.kind(reader, base, || format!("/{TYPE}"))?),
                (ID, Kind::String) => {
                    let piece = self.id(reader, base, || format!("/{ID}"))?;
                    id = Some((piece, (offset, base + reader.offset())));
                }
                (PARENTS, Kind::Array) => {
                    has_parents = true;
                    self.parents(reader, base)?;
                }
                (FIELDS, Kind::Object) => {
                    reader.skip_value().map_err(|e| json(self, e))?;
                    fields = Some((offset, base + reader.offset()));
                }
                (PARENTS, _) => return Err(self.shape(offset, "/parents", "a list of parents", kind)),
                (FIELDS, _) => return Err(self.shape(offset, "/fields", "an object of fields", kind)),
                _ => return Err(self.shape(offset, &format!("/{key}"), "text", kind)),
            }
        }
        let (Some(of), Some((id, range))) = (of, id) else {
            let missing = if of.is_none() { "type" } else { "id" };
            return Err(self.wrong(start, "", codes::ENTITY_SHAPE, format!("the entity has no `{missing}`")));
        };
        self.add(of, id, base, start)?;
        self.found.push(Found { start, kind: of, id: range, fields: fields.unwrap_or((0, 0)) });
        Ok(())
    }

    /// Adds an entity that was read, with its parents.
    fn add(&mut self, of: u32, id: Piece, base: usize, start: usize) -> Result<(), EntitiesError> {
        let input = reader_text(self.text, base);
        let tables = self.image.image();
        let allowed = tables.entities.get(of as usize).map_or(&[][..], |entity| entity.parents.as_slice());
        self.hierarchy.entity(of, id.text(input, &self.scratch));
        for (at, (kind, parent)) in self.parents.iter().enumerate() {
            if !allowed.contains(&EntityId(*kind)) {
                let name = |kind: u32| tables.entities.get(kind as usize).map_or("", |entity| self.image.text(entity.name));
                let declared: Vec<String> = allowed.iter().map(|parent| format!("`{}`", name(parent.0))).collect();
                let declared = if declared.is_empty() { "nothing".to_owned() } else { declared.join(", ") };
                let message = format!("`{}` can't lie in `{}`: the bundle lets it lie in {declared}", name(of), name(*kind));
                return Err(self.wrong(start, &format!("/parents/{at}"), codes::ENTITY_FIELD_TYPE, message));
            }
            self.hierarchy.parent(*kind, parent.text(input, &self.scratch));
        }
        Ok(())
    }

    fn unknown_key(&self, name: &str, offset: usize) -> EntitiesError {
        let mut pointer = String::new();
        push_pointer(&mut pointer, name);
        let message = format!("an entity has no {}: it has `type`, `id`, `parents` and `fields`", quoted(name, SHOWN));
        let help = match name {
            "uid" => Some("`uid` is what Cedar writes: here `type` and `id` stand in the entity itself".to_owned()),
            "attrs" | "attributes" => Some("write `fields`".to_owned()),
            _ => near(name, &KEYS).map(|near| format!("did you mean `{near}`?")),
        };
        EntitiesError { help, ..self.wrong(offset, &pointer, codes::ENTITY_SHAPE, message) }
    }

    /// Reads the name of a type.
    fn kind(&mut self, reader: &mut Reader<'a>, base: usize, pointer: impl FnOnce() -> String) -> Result<u32, EntitiesError> {
        let offset = base + reader.offset();
        let piece = reader.string(&mut self.scratch).map_err(|e| self.json(base, &e))?;
        let name = piece.text(reader_text(self.text, base), &self.scratch);
        if let Some(kind) = self.kinds.get(name) {
            return Ok(*kind);
        }
        let known: Vec<&str> = self.image.image().entities.iter().map(|entity| self.image.text(entity.name)).collect();
        let e = self.wrong(offset, &pointer(), codes::UNKNOWN_ENTITY_TYPE, format!("the bundle declares no entity {}", quoted(name, SHOWN)));
        let help = match near(name, &known) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if known.is_empty() => Some("the bundle declares no entities at all".to_owned()),
            None => None,
        };
        Err(EntitiesError { help, ..e })
    }

    fn id(&mut self, reader: &mut Reader<'a>, base: usize, pointer: impl FnOnce() -> String) -> Result<Piece, EntitiesError> {
        let offset = base + reader.offset();
        let piece = reader.string(&mut self.scratch).map_err(|e| self.json(base, &e))?;
        if piece.len == 0 || piece.len > MAX_ID_BYTES {
            return Err(self.wrong(offset, &pointer(), codes::ENTITY_SHAPE, format!("an id has 1 to {MAX_ID_BYTES} bytes, and this has {}", piece.len)));
        }
        Ok(piece)
    }

    fn parents(&mut self, reader: &mut Reader<'a>, base: usize) -> Result<(), EntitiesError> {
        let json = |this: &Self, e: JsonError| this.json(base, &e);
        reader.begin_array().map_err(|e| json(self, e))?;
        while reader.next_element().map_err(|e| json(self, e))? {
            let at = self.parents.len();
            let pointer = || format!("/parents/{at}");
            let kind = reader.peek().map_err(|e| json(self, e))?;
            let start = base + reader.offset();
            if at >= MAX_PARENTS {
                return Err(self.wrong(start, &pointer(), codes::ENTITIES_OVER_LIMIT, format!("an entity has more than {MAX_PARENTS} parents")));
            }
            if kind != Kind::Object {
                return Err(self.shape(start, &pointer(), "a parent: an object with `type` and `id`", kind));
            }
            reader.begin_object().map_err(|e| json(self, e))?;
            let (mut of, mut id) = (None, None);
            while let Some(key) = reader.next_key(&mut self.scratch).map_err(|e| json(self, e))? {
                let name = key.text(reader_text(self.text, base), &self.scratch);
                let key = [TYPE, ID].into_iter().find(|key| *key == name).ok_or_else(|| name.to_owned());
                let kind = reader.peek().map_err(|e| json(self, e))?;
                let offset = base + reader.offset();
                let inner = |name: &str| {
                    let mut inner = pointer();
                    push_pointer(&mut inner, name);
                    inner
                };
                match (key, kind) {
                    (Ok(TYPE), Kind::String) if of.is_none() => of = Some(self.kind(reader, base, || inner(TYPE))?),
                    (Ok(ID), Kind::String) if id.is_none() => id = Some(self.id(reader, base, || inner(ID))?),
                    (Ok(key), Kind::String) => {
                        return Err(self.wrong(offset, &inner(key), codes::ENTITY_SHAPE, format!("`{key}` is there twice")));
                    }
                    (Ok(key), _) => return Err(self.shape(offset, &inner(key), "text", kind)),
                    (Err(name), _) => {
                        let message = format!("a parent has no {}: it has `type` and `id`", quoted(&name, SHOWN));
                        return Err(self.wrong(offset, &inner(&name), codes::ENTITY_SHAPE, message));
                    }
                }
            }
            let (Some(of), Some(id)) = (of, id) else {
                return Err(self.wrong(start, &pointer(), codes::ENTITY_SHAPE, "a parent has a `type` and an `id`".to_owned()));
            };
            self.parents.push((of, id));
        }
        Ok(())
    }
}

/// Returns the text that a reader of a line, or of all, reads.
fn reader_text(text: &str, base: usize) -> &str {
    text.get(base..).unwrap_or("")
}

/// Reads the fields of all entities. `order` says which of them each node is.
pub(super) fn fields(image: &VerifiedImage, place: &Place<'_>, entities: &mut Entities, order: &[usize]) -> Result<(), EntitiesError> {
    let limits = Limits::LANGUAGE;
    let (mut text, mut cells) = (String::new(), Vec::new());
    let (mut stack, mut pointer, mut problems) = (Vec::new(), Vec::new(), Problems::default());
    let mut spans = Vec::with_capacity(order.len());
    for at in order {
        let Some(found) = place.found.get(*at) else { continue };
        let declared = image.image().entities.get(found.kind as usize).map_or(&[][..], |entity| entity.fields.as_slice());
        let given = match found.fields {
            (0, 0) => "{}",
            (start, end) => place.text.get(start..end).unwrap_or("{}"),
        };
        let mut sink = Sink {
            image,
            limits: &limits,
            context: None,
            entities,
            input: given,
            borrow: false,
            space: Space::Entities,
            text: &mut text,
            cells: &mut cells,
            stack: &mut stack,
            pointer: &mut pointer,
            problems: &mut problems,
            depth: 1,
            open: false,
        };
        let read = sink.record(&mut Reader::new(given), declared, true);
        match read {
            Ok(Value::Record(range)) if problems.is_empty() => spans.push((range.at, range.len)),
            Ok(_) => {
                let first = problems.list.first().map(|problem| problem.shown.clone());
                let (inner, message) = first.map_or_else(
                    || (String::new(), "a field doesn't fit".to_owned()),
                    |shown| (shown.pointer, format!("expected {}, found {}", shown.expected, shown.actual)),
                );
                let message = format!("{}: {message}", place.name(image, *at));
                return Err(place.error(*at, &format!("/fields{inner}"), codes::ENTITY_FIELD_TYPE, message));
            }
            Err(stop) => match stop.why() {
                Why::Limit(excess) => {
                    let why = match excess {
                        Excess::Depth => format!("it is nested deeper than {}", limits.depth),
                        Excess::Text => format!("a text is longer than {} bytes", limits.text_bytes),
                        Excess::List => format!("a list or object has more than {} elements", limits.list_items),
                        _ => "all fields together are more than fits into memory".to_owned(),
                    };
                    return Err(place.error(*at, "/fields", codes::ENTITIES_OVER_LIMIT, format!("{}: {why}", place.name(image, *at))));
                }
                Why::Json(e) => return Err(place.error(*at, "/fields", codes::UNREADABLE_ENTITIES, format!("this is not JSON: {}", e.problem))),
            },
        }
    }
    entities.set_fields(text, cells, spans);
    Ok(())
}
