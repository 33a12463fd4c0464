//! The types of values in code: the image's types and those that only operations make.

use super::tables::MAX_TYPE_DEPTH;
use crate::error::ImageError;
use crate::image::{Image, TypeDesc, TypeId};
use reach_codes::table::image::IMAGE_LIMIT;
use std::collections::HashMap;

/// A table of types that grows. Equal types have one identity, so that they are compared by it.
pub(super) struct Types {
    rows: Vec<TypeDesc>,
    ids: HashMap<TypeDesc, TypeId>,
    depths: Vec<u32>,
    /// For each type of the image the same type as code sees it: a list from text is a list.
    seen: Vec<TypeId>,
}

/// The types that operations ask for by name.
#[derive(Clone, Copy)]
pub(super) struct Basic {
    pub bool: TypeId,
    pub int: TypeId,
    pub decimal: TypeId,
    pub text: TypeId,
    pub time: TypeId,
    pub date: TypeId,
    pub duration: TypeId,
}

impl Types {
    /// Returns the table of an image whose types refer backward.
    pub fn new(image: &Image) -> Self {
        let mut types = Self { rows: Vec::new(), ids: HashMap::new(), depths: Vec::new(), seen: Vec::new() };
        for desc in &image.types {
            types.add(desc.clone());
        }
        for desc in &image.types {
            let seen = |id: &TypeId| types.seen(*id);
            let desc = match desc {
                TypeDesc::Read(of, _) => {
                    let of = seen(of);
                    types.seen.push(of);
                    continue;
                }
                TypeDesc::ListFromText(of) | TypeDesc::List(of) => TypeDesc::List(seen(of)),
                TypeDesc::Set(of) => TypeDesc::Set(seen(of)),
                TypeDesc::Map(of) => TypeDesc::Map(seen(of)),
                TypeDesc::Optional(of) => TypeDesc::Optional(seen(of)),
                TypeDesc::Record(fields) => TypeDesc::Record(fields.iter().map(|(name, ty)| (*name, seen(ty))).collect()),
                other => other.clone(),
            };
            let id = types.add(desc);
            types.seen.push(id);
        }
        types
    }

    pub fn into_rows(self) -> Vec<TypeDesc> {
        self.rows
    }

    /// Returns a type of the image as code sees it.
    pub fn seen(&self, id: TypeId) -> TypeId {
        self.seen.get(id.0 as usize).copied().unwrap_or(id)
    }

    pub fn desc(&self, id: TypeId) -> &TypeDesc {
        self.rows.get(id.0 as usize).unwrap_or(&TypeDesc::Bool)
    }

    pub fn basic(&mut self) -> Basic {
        Basic {
            bool: self.add(TypeDesc::Bool),
            int: self.add(TypeDesc::Int),
            decimal: self.add(TypeDesc::Decimal),
            text: self.add(TypeDesc::Text),
            time: self.add(TypeDesc::Time),
            date: self.add(TypeDesc::Date),
            duration: self.add(TypeDesc::Duration),
        }
    }

    /// Returns the identity of a type whose parts are in the table.
    pub fn add(&mut self, desc: TypeDesc) -> TypeId {
        if let Some(id) = self.ids.get(&desc) {
            return *id;
        }
        let id = TypeId(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        let below = |id: &TypeId| self.depths.get(id.0 as usize).copied().unwrap_or(0);
        let depth = match &desc {
            TypeDesc::List(of) | TypeDesc::ListFromText(of) | TypeDesc::Set(of) | TypeDesc::Map(of) | TypeDesc::Optional(of) | TypeDesc::Read(of, _) => {
                below(of)
            }
            TypeDesc::Record(fields) => fields.iter().map(|(_, of)| below(of)).max().unwrap_or(0),
            _ => 0,
        };
        self.depths.push(depth.saturating_add(1));
        self.rows.push(desc.clone());
        self.ids.insert(desc, id);
        id
    }

    /// Returns the type of lists of a type.
    pub fn list(&mut self, of: TypeId) -> Result<TypeId, ImageError> {
        if self.depths.get(of.0 as usize).is_none_or(|depth| *depth >= MAX_TYPE_DEPTH) {
            return Err(ImageError::new(IMAGE_LIMIT, format!("a list is nested deeper than {MAX_TYPE_DEPTH}")));
        }
        Ok(self.add(TypeDesc::List(of)))
    }

    /// Returns `T?` of `T`; of an optional itself.
    pub fn optional(&mut self, of: TypeId) -> TypeId {
        if matches!(self.desc(of), TypeDesc::Optional(_)) { of } else { self.add(TypeDesc::Optional(of)) }
    }

    /// Returns the type without `?`.
    pub fn unwrapped(&self, id: TypeId) -> TypeId {
        if let TypeDesc::Optional(of) = self.desc(id) { *of } else { id }
    }

    /// Returns whether a value of a type is one of another: they are the same, or the other is its optional.
    pub fn fits(&self, actual: TypeId, expected: TypeId) -> bool {
        actual == expected || matches!(self.desc(expected), TypeDesc::Optional(of) if *of == actual)
    }

    /// Returns the type of values that have one of two types.
    pub fn join(&self, a: TypeId, b: TypeId) -> Option<TypeId> {
        if self.fits(a, b) {
            return Some(b);
        }
        self.fits(b, a).then_some(a)
    }

    /// Writes a type for messages.
    pub fn name(&self, id: TypeId, texts: &[String]) -> String {
        match self.desc(id) {
            TypeDesc::Bool => "bool".into(),
            TypeDesc::Int => "int".into(),
            TypeDesc::Decimal => "decimal".into(),
            TypeDesc::Text => "text".into(),
            TypeDesc::Time => "time".into(),
            TypeDesc::Date => "date".into(),
            TypeDesc::Duration => "duration".into(),
            TypeDesc::Form(form) => form.to_string(),
            TypeDesc::Read(of, _) => self.name(*of, texts),
            TypeDesc::Entity(id) => format!("entity {}", id.0),
            TypeDesc::Any => "any".into(),
            TypeDesc::Enum(members) => {
                let first = members.first().and_then(|m| texts.get(m.0 as usize)).map_or("", String::as_str);
                format!("enum {{ {first}, … }}")
            }
            TypeDesc::Record(_) => "record".into(),
            // Types are nested at most 64 deep, so that this ends soon.
            TypeDesc::List(of) | TypeDesc::ListFromText(of) => format!("list<{}>", self.name(*of, texts)),
            TypeDesc::Set(of) => format!("set<{}>", self.name(*of, texts)),
            TypeDesc::Map(of) => format!("map<{}>", self.name(*of, texts)),
            TypeDesc::Optional(of) => format!("{}?", self.name(*of, texts)),
        }
    }
}
