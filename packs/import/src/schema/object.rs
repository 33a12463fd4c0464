//! Objects: records, maps, and the arguments of a tool.

use reach_values::json::Json;
use std::collections::BTreeSet;

use crate::loss::Effect;
use crate::names::field_name;

use super::parts::Parts;
use super::shape::member_type;
use super::{Field, Of, Reader, Shape, Typed};

impl<'a> Reader<'a> {
    /// Returns the type of an object. The `whole` schema of a tool is a record in any case: its fields are the arguments.
    pub(super) fn object(&mut self, parts: &Parts<'a>, depth: usize, whole: bool) -> Typed {
        let mut names: Vec<&'a str> = Vec::new();
        let mut seen = BTreeSet::new();
        for (part, properties) in parts.of("properties") {
            if !matches!(properties, Json::Object(_)) {
                self.lose(&part.at("properties"), Some("properties"), Effect::Widened, format!("it is {}", properties.word()));
            }
            names.extend(properties.entries().iter().map(|(name, _)| name.as_str()).filter(|name| seen.insert(*name)));
        }
        let mut required: BTreeSet<&'a str> = BTreeSet::new();
        for (part, list) in parts.of("required") {
            let texts = list.items().iter().filter_map(Json::text);
            // Draft 3 and some hand-written schemas have a truth value here.
            if !matches!(list, Json::List(items) if items.iter().all(|i| i.text().is_some())) {
                self.lose(&part.at("required"), Some("required"), Effect::Widened, "it is no list of names".to_owned());
            }
            for name in texts {
                required.insert(name);
                if seen.insert(name) {
                    names.push(name);
                }
            }
        }
        let closed = parts.of("additionalProperties").any(|(_, more)| *more == Json::Bool(false));
        if names.is_empty() && !whole && !closed {
            return self.map(parts, depth);
        }
        self.record(parts, &names, &required, depth)
    }

    fn map(&mut self, parts: &Parts<'a>, depth: usize) -> Typed {
        let mut checks = Vec::new();
        let mut inner = Parts::default();
        let before = self.open.len();
        let mixed = parts.of("patternProperties").any(|(_, p)| !p.entries().is_empty());
        for (part, values) in parts.of("additionalProperties") {
            if mixed {
                self.lose(
                    &part.at("additionalProperties"),
                    Some("additionalProperties"),
                    Effect::Widened,
                    "beside `patternProperties`, it is not checked".to_owned(),
                );
            } else {
                self.gather(values, &part.at("additionalProperties"), &mut inner);
            }
        }
        let mut value = if inner.all.is_empty() && inner.circle.is_none() { Typed::any() } else { self.convert(inner, "", depth - 1, false) };
        self.open.truncate(before);
        let at = parts.of("additionalProperties").next().map(|(part, _)| part.at("additionalProperties")).unwrap_or_default();
        // The language has no conditions within a map.
        if value.uncheck() > 0 {
            self.lose(&at, Some("additionalProperties"), Effect::Widened, "conditions on the values of a map are not checked".to_owned());
        }
        if value.nullable && value.shape != Shape::Any {
            self.lose(&at, Some("additionalProperties"), Effect::Widened, "`null` may be among the values: `any`".to_owned());
        }
        let (least, _) = self.lengths(parts, "minProperties", "maxProperties", &mut checks);
        self.rest(parts, "object", &["properties", "required", "additionalProperties", "minProperties", "maxProperties"]);
        let example = (least == 0).then(|| "{}".to_owned());
        Typed { shape: Shape::Map(Box::new(member_type(value))), checks, nullable: false, example }
    }

    fn record(&mut self, parts: &Parts<'a>, names: &[&'a str], required: &BTreeSet<&'a str>, depth: usize) -> Typed {
        let mut fields: Vec<Field> = Vec::new();
        for name in names {
            let is_required = required.contains(name);
            fields.extend(self.field(parts, name, is_required, depth));
        }
        let closers = parts.of("additionalProperties").filter(|(_, more)| **more == Json::Bool(false)).count();
        for (part, more) in parts.of("additionalProperties") {
            let at = part.at("additionalProperties");
            match more {
                Json::Bool(false) => {}
                // What another schema closes is closed; and of a result, what isn't declared is passed over.
                Json::Bool(true) if closers > 0 => {}
                _ if closers > 0 => {
                    self.lose(&at, Some("additionalProperties"), Effect::Widened, "fields of other schemas that hold as well are not checked".to_owned())
                }
                _ if self.of == Of::Result => {}
                _ => self.lose(
                    &at,
                    Some("additionalProperties"),
                    Effect::Narrowed,
                    "fields of any name may stand here; those that aren't declared are refused".to_owned(),
                ),
            }
        }
        if closers > 0 && parts.of("properties").count() > 1 {
            // Each schema of an `allOf` that is closed is so for its own properties alone.
            let at = parts.pointer();
            self.lose(
                &at,
                Some("additionalProperties"),
                Effect::Widened,
                "closed schemas that hold together leave no room for each other's fields; here they do".to_owned(),
            );
        }
        for (part, patterns) in parts.of("patternProperties") {
            if self.of == Of::Arguments && !patterns.entries().is_empty() {
                self.lose(&part.at("patternProperties"), Some("patternProperties"), Effect::Narrowed, "fields with such names are refused".to_owned());
            }
        }
        let skipped: &[&str] = if self.of == Of::Arguments { &["patternProperties"] } else { &[] };
        self.rest(parts, "object", &[&["properties", "required", "additionalProperties"], skipped].concat());
        let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        for (name, other) in crate::list::look_alikes(&names).into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect::<Vec<_>>() {
            let at = parts.pointer();
            self.lose(&at, Some("properties"), Effect::Noted, format!("the field `{name}` looks like the field `{other}`"));
        }
        let example = values(&fields).map(|values| format!("{{ {} }}", values.join(", ")));
        Typed { shape: Shape::Record(fields), checks: Vec::new(), nullable: false, example }
    }

    fn field(&mut self, parts: &Parts<'a>, name: &str, is_required: bool, depth: usize) -> Option<Field> {
        let before = self.open.len();
        let mut inner = Parts::default();
        let mut description = None;
        let mut place = None;
        for (part, properties) in parts.of("properties") {
            let Some(schema) = properties.get(name) else { continue };
            let pointer = super::push(&part.at("properties"), name);
            self.gather(schema, &pointer, &mut inner);
            place.get_or_insert(pointer);
            description = description.or_else(|| schema.get("description").and_then(Json::text).map(str::to_owned));
        }
        if place.is_none() {
            for (part, more) in parts.of("additionalProperties").filter(|(_, more)| !matches!(more, Json::Bool(_))) {
                self.gather(more, &part.at("additionalProperties"), &mut inner);
            }
        }
        // A field that must not be there isn't declared, and so is refused.
        if inner.never.is_some() && !is_required && self.of == Of::Arguments {
            self.open.truncate(before);
            return None;
        }
        let typed = self.convert(inner, name, depth - 1, false);
        self.open.truncate(before);
        if is_required && typed.nullable && typed.shape != Shape::Any {
            let at = place.clone().unwrap_or_else(|| parts.pointer());
            self.lose(&at, Some("required"), Effect::Widened, "it must be there, if only as `null`; here it may be left out, too".to_owned());
        }
        let optional = !is_required || (typed.nullable && typed.shape != Shape::Any);
        Some(Field { name: name.to_owned(), typed, optional, description })
    }
}

/// Returns what stands in a test for the fields that are required; none where one has no example.
pub(crate) fn values(fields: &[Field]) -> Option<Vec<String>> {
    fields.iter().filter(|f| !f.optional).map(|f| Some(format!("{}: {}", field_name(&f.name), f.typed.example.as_ref()?))).collect()
}
