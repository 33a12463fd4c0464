//! The tables of an image while they are filled: each text, type, constant, pattern and place once.
//!
//! Identities are given by first appearance, and maps are only asked, never walked, so that equal bundles make equal images.

use crate::maps::HashMap;
use std::sync::Arc;

use reach_codes::{Diagnostic, Span, table::limit};
use reach_evaluator::image::{Const, ConstValue, NoteDef, PatternDef, PatternKind, PlaceDef, QueryDef, Reading, TextId, TypeDesc, TypeId};
use reach_evaluator::op::{ConstId, EntityId, NoteId, PatternId, QueryId, ZoneId};
use reach_evaluator::value::Place;

use crate::ir;

/// The tables, and the first thing that went wrong.
#[derive(Default)]
pub(super) struct Pool {
    pub texts: Vec<String>,
    pub types: Vec<TypeDesc>,
    pub consts: Vec<Const>,
    pub patterns: Vec<PatternDef>,
    pub zones: Vec<TextId>,
    pub places: Vec<PlaceDef>,
    pub notes: Vec<NoteDef>,
    pub queries: super::session::Queries,
    /// For each file of the bundle its index among the image's sources.
    pub files: Vec<u32>,
    /// The first limit that the bundle goes beyond. Lowering goes on with whatever fits, and its result is dropped.
    pub trouble: Option<Diagnostic>,
    /// The rows of types of entities, by name.
    pub entities: HashMap<Arc<str>, EntityId>,
    /// The numbers of their fields, by name.
    pub entity_fields: HashMap<(EntityId, String), u16>,
    text_ids: HashMap<String, TextId>,
    type_ids: HashMap<TypeDesc, TypeId>,
    const_ids: HashMap<Const, ConstId>,
    pattern_ids: HashMap<PatternDef, PatternId>,
    place_ids: HashMap<PlaceDef, Place>,
    /// Composite types by the address of what they share, so that a large type is walked once. The type itself stands
    /// beside its identity: it keeps the address from being used again.
    shared_types: HashMap<(u8, usize), (TypeId, ir::Type)>,
    /// The same for lists and records, by type and address.
    shared_consts: HashMap<(TypeId, usize), (ConstId, ir::Const)>,
}

/// Makes an index of a table. Tables are limited by the size of sources, far below 2^32 rows.
pub(super) fn index(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl Pool {
    /// Remembers the first thing that went wrong.
    pub fn fail(&mut self, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.trouble.is_none() {
            self.trouble = Some(diagnostic());
        }
    }

    pub fn text(&mut self, text: &str) -> TextId {
        if let Some(id) = self.text_ids.get(text) {
            return *id;
        }
        let id = TextId(index(self.texts.len()));
        self.texts.push(text.to_owned());
        self.text_ids.insert(text.to_owned(), id);
        id
    }

    pub fn ty(&mut self, ty: &ir::Type) -> TypeId {
        let address = address(ty);
        if let Some((id, _)) = address.and_then(|a| self.shared_types.get(&a)) {
            return *id;
        }
        let desc = match ty {
            ir::Type::Bool => TypeDesc::Bool,
            ir::Type::Int => TypeDesc::Int,
            ir::Type::Decimal => TypeDesc::Decimal,
            ir::Type::Text => TypeDesc::Text,
            ir::Type::Time => TypeDesc::Time,
            ir::Type::Date => TypeDesc::Date,
            ir::Type::Duration => TypeDesc::Duration,
            ir::Type::Form(form) => TypeDesc::Form(*form),
            ir::Type::Any => TypeDesc::Any,
            ir::Type::Enum(members) => TypeDesc::Enum(members.iter().map(|m| self.text(m)).collect()),
            ir::Type::List(of) => TypeDesc::List(self.ty(of)),
            ir::Type::Set(of) => TypeDesc::Set(self.ty(of)),
            ir::Type::Map(of) => TypeDesc::Map(self.ty(of)),
            ir::Type::Optional(of) => TypeDesc::Optional(self.ty(of)),
            ir::Type::Entity(_) => TypeDesc::Entity(self.entity(ty)),
            ir::Type::Record(fields) => TypeDesc::Record(fields.iter().map(|(name, ty)| (self.text(name), self.ty(ty))).collect()),
        };
        let id = self.desc(desc);
        if let Some(address) = address {
            self.shared_types.insert(address, (id, ty.clone()));
        }
        id
    }

    /// Returns the row of a type of entities, or of what it is a list, set or optional of.
    pub fn entity(&mut self, ty: &ir::Type) -> EntityId {
        let found = match ty {
            ir::Type::List(of) | ir::Type::Set(of) | ir::Type::Optional(of) => return self.entity(of),
            ir::Type::Entity(name) => self.entities.get(name).copied(),
            _ => None,
        };
        found.unwrap_or_else(|| {
            self.fail(|| Diagnostic::general(limit::COMPILER_DEFECT, format!("`{ty}` is no entity")));
            EntityId(0)
        })
    }

    /// Returns the number of a field of a type of entities.
    pub fn entity_field(&mut self, of: EntityId, name: &str) -> u16 {
        let found = self.entity_fields.get(&(of, name.to_owned())).copied();
        found.unwrap_or_else(|| {
            self.fail(|| Diagnostic::general(limit::COMPILER_DEFECT, format!("no entity has the field `{name}`")));
            0
        })
    }

    /// Returns the type that intake reads for a field: a list from text is one only there.
    /// `context` gives the slots of the context's fields.
    pub fn field_type(&mut self, field: &ir::Field, context: &HashMap<&str, u16>) -> TypeId {
        let reading = field.reading.as_ref().map(|reading| match reading {
            ir::Reading::AtContext(name) => Reading::AtContext(context.get(name.as_str()).copied().unwrap_or(u16::MAX)),
            ir::Reading::At(folder) => Reading::At(self.text(folder)),
            ir::Reading::Scheme(scheme) => Reading::Scheme(self.text(scheme)),
            ir::Reading::Zone(zone) => Reading::Zone(self.zone(zone)),
        });
        self.read_type(&field.ty, field.from_text, reading)
    }

    /// Returns a type whose paths, URLs or times are read in a way of their own.
    fn read_type(&mut self, ty: &ir::Type, from_text: bool, reading: Option<Reading>) -> TypeId {
        let desc = match (ty, reading) {
            (ir::Type::Optional(of), _) => TypeDesc::Optional(self.read_type(of, from_text, reading)),
            (ir::Type::List(of), _) if from_text => TypeDesc::ListFromText(self.read_type(of, false, reading)),
            (_, None) => return self.ty(ty),
            (ir::Type::List(of), _) => TypeDesc::List(self.read_type(of, false, reading)),
            (ir::Type::Set(of), _) => TypeDesc::Set(self.read_type(of, false, reading)),
            (ir::Type::Map(of), _) => TypeDesc::Map(self.read_type(of, false, reading)),
            (ir::Type::Form(ir::Form::Path(_) | ir::Form::Shell), Some(reading @ (Reading::AtContext(_) | Reading::At(_))))
            | (ir::Type::Form(ir::Form::Url), Some(reading @ Reading::Scheme(_)))
            | (ir::Type::Time, Some(reading @ Reading::Zone(_))) => TypeDesc::Read(self.ty(ty), reading),
            _ => return self.ty(ty),
        };
        self.desc(desc)
    }

    /// Returns the number of a time zone.
    pub fn zone(&mut self, name: &str) -> ZoneId {
        let text = self.text(name);
        if let Some(at) = self.zones.iter().position(|zone| *zone == text) {
            return ZoneId(index(at));
        }
        self.zones.push(text);
        ZoneId(index(self.zones.len() - 1))
    }

    /// Returns the constant of the patterns of commands, each a list of words.
    pub fn commands(&mut self, patterns: &[Vec<String>]) -> ConstId {
        let words = ir::Type::List(Arc::new(ir::Type::Text));
        let list = |members: Vec<ir::Const>| ir::Const::List(members.into());
        let patterns = patterns.iter().map(|words| list(words.iter().map(|word| ir::Const::Text(word.clone().into())).collect())).collect();
        self.constant(&ir::Type::List(Arc::new(words)), &list(patterns))
    }

    /// Returns the constant of some names.
    pub fn names(&mut self, names: &[String]) -> ConstId {
        let members: Vec<ir::Const> = names.iter().map(|name| ir::Const::Text(name.clone().into())).collect();
        self.constant(&ir::Type::List(Arc::new(ir::Type::Text)), &ir::Const::List(members.into()))
    }

    fn desc(&mut self, desc: TypeDesc) -> TypeId {
        if let Some(id) = self.type_ids.get(&desc) {
            return *id;
        }
        let id = TypeId(index(self.types.len()));
        self.types.push(desc.clone());
        self.type_ids.insert(desc, id);
        id
    }

    pub fn constant(&mut self, ty: &ir::Type, value: &ir::Const) -> ConstId {
        let id = self.ty(ty);
        let given = value;
        let shared = match value {
            ir::Const::List(members) | ir::Const::Record(members) => Some((id, members.as_ptr().addr())),
            _ => None,
        };
        if let Some((known, _)) = shared.and_then(|key| self.shared_consts.get(&key)) {
            return *known;
        }
        // The members of an optional's value are those of the value itself.
        let inner = match ty {
            ir::Type::Optional(inner) => inner.as_ref(),
            other => other,
        };
        let value = match value {
            ir::Const::Absent => ConstValue::Absent,
            ir::Const::Bool(b) => ConstValue::Bool(*b),
            ir::Const::Num(n) => ConstValue::Num(*n),
            ir::Const::Text(t) => ConstValue::Text(self.text(t)),
            ir::Const::List(members) => {
                let of = match inner {
                    ir::Type::List(of) | ir::Type::Set(of) | ir::Type::Map(of) => of.as_ref(),
                    _ => &ir::Type::Any,
                };
                ConstValue::List(members.iter().map(|m| self.constant(of, m)).collect())
            }
            ir::Const::Record(members) => {
                let fields = match inner {
                    ir::Type::Record(fields) => &**fields,
                    _ => &[],
                };
                ConstValue::Record(members.iter().zip(fields).map(|(m, (_, ty))| self.constant(ty, m)).collect())
            }
            ir::Const::Map(_) => {
                self.fail(|| Diagnostic::general(limit::COMPILER_DEFECT, "a map stands in a rule as a constant"));
                ConstValue::Absent
            }
        };
        let row = self.const_row(Const { ty: id, value });
        if let Some(key) = shared {
            self.shared_consts.insert(key, (row, given.clone()));
        }
        row
    }

    fn const_row(&mut self, row: Const) -> ConstId {
        if let Some(id) = self.const_ids.get(&row) {
            return *id;
        }
        let id = ConstId(index(self.consts.len()));
        self.consts.push(row.clone());
        self.const_ids.insert(row, id);
        id
    }

    /// Returns the number of a question.
    pub fn query(&mut self, query: QueryDef) -> QueryId {
        self.queries.id(query)
    }

    pub fn truth(&mut self, value: bool) -> ConstId {
        self.constant(&ir::Type::Bool, &ir::Const::Bool(value))
    }

    pub fn pattern(&mut self, pattern: &ir::Pattern) -> PatternId {
        let kind = match pattern.kind {
            ir::PatternKind::Glob => PatternKind::Glob,
            ir::PatternKind::WindowsGlob => PatternKind::WindowsGlob,
            ir::PatternKind::MacOsGlob => PatternKind::MacOsGlob,
            ir::PatternKind::TextGlob => PatternKind::TextGlob,
            ir::PatternKind::Regex => PatternKind::Regex,
        };
        let row = PatternDef { kind, text: self.text(&pattern.text), nocase: pattern.nocase };
        if let Some(id) = self.pattern_ids.get(&row) {
            return *id;
        }
        let id = PatternId(index(self.patterns.len()));
        self.patterns.push(row.clone());
        self.pattern_ids.insert(row, id);
        id
    }

    pub fn place(&mut self, span: Span) -> Place {
        let file = self.files.get(span.file.0 as usize).copied().unwrap_or(0);
        let row = PlaceDef { file, start: span.start, end: span.end };
        if let Some(id) = self.place_ids.get(&row) {
            return *id;
        }
        let id = Place(index(self.places.len()));
        self.places.push(row);
        self.place_ids.insert(row, id);
        id
    }

    pub fn note(&mut self, row: NoteDef) -> NoteId {
        let id = NoteId(index(self.notes.len()));
        self.notes.push(row);
        id
    }
}

/// What tells a shared type from others without walking it. Equal types at other addresses are found by their rows.
fn address(ty: &ir::Type) -> Option<(u8, usize)> {
    Some(match ty {
        ir::Type::Enum(shared) => (0, Arc::as_ptr(shared).addr()),
        ir::Type::Record(shared) => (1, Arc::as_ptr(shared).addr()),
        ir::Type::List(shared) => (2, Arc::as_ptr(shared).addr()),
        ir::Type::Set(shared) => (3, Arc::as_ptr(shared).addr()),
        ir::Type::Map(shared) => (4, Arc::as_ptr(shared).addr()),
        ir::Type::Optional(shared) => (5, Arc::as_ptr(shared).addr()),
        _ => return None,
    })
}
