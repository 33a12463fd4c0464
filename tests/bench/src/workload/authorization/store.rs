//! Entities with parents and fields, in the form that each engine wants.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A value of a field.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// True or false.
    Flag(bool),
    /// Another entity.
    Entity(u32),
}

/// An entity.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its type.
    pub ty: &'static str,
    /// Its name among those of its type.
    pub id: String,
    /// What it is directly in.
    pub parents: Vec<u32>,
    /// What is known of it.
    pub fields: Vec<(&'static str, Field)>,
}

/// All entities, by number.
#[derive(Debug, Default)]
pub struct Store(Vec<Entity>);

/// What everything is in, however far up; each sorted.
#[derive(Debug)]
pub struct Ancestors(Vec<Vec<u32>>);

impl Ancestors {
    /// Returns whether one entity is another, or in it.
    #[must_use]
    pub fn within(&self, one: u32, other: u32) -> bool {
        one == other || self.0[one as usize].binary_search(&other).is_ok()
    }
}

impl Store {
    /// Adds an entity and returns its number. What it is in must be there.
    ///
    /// # Panics
    /// When that isn't so.
    pub fn add(&mut self, ty: &'static str, id: String, parents: &[u32], fields: &[(&'static str, Field)]) -> u32 {
        let number = u32::try_from(self.0.len()).expect("fewer than 2^32 entities");
        assert!(parents.iter().all(|p| *p < number), "a parent comes first");
        self.0.push(Entity { ty, id, parents: parents.to_vec(), fields: fields.to_vec() });
        number
    }

    /// Returns an entity.
    ///
    /// # Panics
    /// When there is none of that number.
    #[must_use]
    pub fn get(&self, number: u32) -> &Entity {
        &self.0[number as usize]
    }

    /// Returns what a field of an entity refers to.
    ///
    /// # Panics
    /// When it has no such field.
    #[must_use]
    pub fn entity(&self, of: u32, field: &str) -> u32 {
        match self.get(of).fields.iter().find(|(name, _)| *name == field) {
            Some((_, Field::Entity(other))) => *other,
            other => panic!("{of} has no entity {field}: {other:?}"),
        }
    }

    /// Returns whether a field of an entity is true.
    ///
    /// # Panics
    /// When it has no such field.
    #[must_use]
    pub fn flag(&self, of: u32, field: &str) -> bool {
        match self.get(of).fields.iter().find(|(name, _)| *name == field) {
            Some((_, Field::Flag(flag))) => *flag,
            other => panic!("{of} has no flag {field}: {other:?}"),
        }
    }

    /// Returns the numbers of all entities of a type.
    #[must_use]
    pub fn of_type(&self, ty: &str) -> Vec<u32> {
        (0u32..).zip(&self.0).filter(|(_, e)| e.ty == ty).map(|(number, _)| number).collect()
    }

    /// Returns the number of an entity.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn number(&self, ty: &str, id: &str) -> u32 {
        (0u32..).zip(&self.0).find(|(_, e)| e.ty == ty && e.id == id).map(|(number, _)| number).expect("an entity of that name")
    }

    /// Returns what everything is in.
    #[must_use]
    pub fn ancestors(&self) -> Ancestors {
        let mut all: Vec<Vec<u32>> = Vec::with_capacity(self.0.len());
        for entity in &self.0 {
            // Parents come first, so theirs are known.
            let its: BTreeSet<u32> = entity.parents.iter().flat_map(|p| all[*p as usize].iter().chain([p])).copied().collect();
            all.push(its.into_iter().collect());
        }
        Ancestors(all)
    }

    /// Returns the name of an entity with its type, as the data for Rego has it.
    #[must_use]
    pub fn full_name(&self, number: u32) -> String {
        let entity = self.get(number);
        format!("{}::{}", entity.ty, entity.id)
    }

    fn uid(&self, number: u32) -> Value {
        let entity = self.get(number);
        json!({ "type": entity.ty, "id": entity.id })
    }

    fn parents(&self, entity: &Entity) -> Vec<Value> {
        entity.parents.iter().map(|p| self.uid(*p)).collect()
    }

    /// Returns the fields of an entity, each entity among them as it is wanted.
    fn fields(entity: &Entity, of_entity: impl Fn(u32) -> Value) -> Map<String, Value> {
        let value = |field: &Field| match field {
            Field::Flag(flag) => json!(flag),
            Field::Entity(other) => of_entity(*other),
        };
        entity.fields.iter().map(|(name, field)| ((*name).to_owned(), value(field))).collect()
    }

    /// Returns the entities as Reach reads them.
    #[must_use]
    pub fn to_reach_json(&self) -> Value {
        let one = |entity: &Entity| {
            let fields = Self::fields(entity, |other| json!(self.get(other).id));
            json!({ "type": entity.ty, "id": entity.id, "fields": fields, "parents": self.parents(entity) })
        };
        self.0.iter().map(one).collect()
    }

    /// Returns the entities as Cedar reads them.
    #[must_use]
    pub fn to_cedar_json(&self) -> Value {
        let one = |entity: &Entity| {
            let attrs = Self::fields(entity, |other| json!({ "__entity": self.uid(other) }));
            json!({ "uid": { "type": entity.ty, "id": entity.id }, "attrs": attrs, "parents": self.parents(entity) })
        };
        self.0.iter().map(one).collect()
    }

    /// Returns the entities as data for Rego: the fields of each, and the ancestors of each as keys.
    #[must_use]
    pub fn to_rego_data(&self) -> Value {
        let ancestors = self.ancestors();
        let (mut fields_of, mut ancestors_of) = (Map::new(), Map::new());
        for (number, entity) in (0u32..).zip(&self.0) {
            let fields = Self::fields(entity, |other| json!(self.full_name(other)));
            fields_of.insert(self.full_name(number), Value::Object(fields));
            let its: Map<String, Value> = ancestors.0[number as usize].iter().map(|a| (self.full_name(*a), json!(true))).collect();
            ancestors_of.insert(self.full_name(number), Value::Object(its));
        }
        json!({ "fields": fields_of, "ancestors": ancestors_of })
    }
}

#[cfg(test)]
mod tests {
    use super::Store;

    #[test]
    fn everything_is_in_itself_and_in_what_its_parents_are_in() {
        let mut store = Store::default();
        let top = store.add("Group", "top".into(), &[], &[]);
        let (left, right) = (store.add("Group", "left".into(), &[top], &[]), store.add("Group", "right".into(), &[top], &[]));
        let ann = store.add("User", "ann".into(), &[left], &[]);
        let all = store.ancestors();
        for (one, other, within) in [(ann, ann, true), (ann, left, true), (ann, top, true), (ann, right, false), (left, ann, false), (right, top, true)] {
            assert_eq!(all.within(one, other), within, "{one} in {other}");
        }
    }
}
