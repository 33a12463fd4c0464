//! What `args` and `facts` are for a rule: the fields that all its targets share.

use ecow::EcoString;
use smallvec::SmallVec;

use crate::ir::Type;
use crate::maps::HashMap;

/// Fields by name, in declared order. The type of one that is declared wrongly isn't known.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldMap {
    fields: Vec<(EcoString, Option<Type>)>,
    /// Where each stands, once there are so many that looking through them would take long.
    places: Option<Box<HashMap<EcoString, usize>>>,
}

/// How many fields are looked through.
const FEW: usize = 8;

impl FieldMap {
    pub(super) fn with_capacity(fields: usize) -> Self {
        Self { fields: Vec::with_capacity(fields), places: None }
    }

    fn place(&self, name: &str) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(name).copied(),
            None => self.fields.iter().position(|(known, _)| known == name),
        }
    }

    pub(super) fn insert(&mut self, name: &str, ty: Option<Type>) -> bool {
        if self.place(name).is_some() {
            return false;
        }
        self.fields.push((name.into(), ty));
        let last = self.fields.len() - 1;
        match &mut self.places {
            Some(places) => _ = places.insert(name.into(), last),
            None if last == FEW => self.places = Some(Box::new(self.fields.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect())),
            None => {}
        }
        true
    }

    /// Lets the type of a field be unknown.
    pub(super) fn forget(&mut self, name: &str) {
        if let Some((_, ty)) = self.place(name).and_then(|at| self.fields.get_mut(at)) {
            *ty = None;
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Option<Type>> {
        self.fields.get(self.place(name)?).map(|(_, ty)| ty)
    }

    /// Returns the names in declared order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    /// Keeps what another has too, with an equal type; `T` and `T?` become `T?`.
    pub(super) fn share(&mut self, other: &Self) {
        for (name, mine) in std::mem::take(self).fields {
            let shared = match (mine, other.get(&name)) {
                (Some(a), Some(Some(b))) => {
                    let Some(ty) = unify(&a, b) else { continue };
                    Some(ty)
                }
                (_, Some(_)) => None,
                (_, None) => continue,
            };
            self.insert(&name, shared);
        }
    }
}

/// Returns the type that holds the values of both, if it is one of them.
pub(super) fn unify(a: &Type, b: &Type) -> Option<Type> {
    if a == b {
        return Some(a.clone());
    }
    match (a, b) {
        (Type::Optional(inner), other) if inner.as_ref() == other => Some(a.clone()),
        (other, Type::Optional(inner)) if inner.as_ref() == other => Some(b.clone()),
        _ => None,
    }
}

/// Steps, each with the class through which it is seen: mostly one.
pub(super) type Seen = SmallVec<[(u32, Option<u32>); 1]>;

/// What a rule sees of its steps.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// The arguments, or the fields of a class.
    pub(super) args: FieldMap,
    /// The facts.
    pub(super) facts: FieldMap,
    /// The targets.
    pub(super) targets: Seen,
    /// Whether undeclared steps are among them.
    pub(super) undeclared: bool,
    /// Whether something about the targets was wrong: then nothing is said of fields that are missing.
    pub(super) poisoned: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields() -> impl Strategy<Value = Vec<(String, Option<Type>)>> {
        let ty = prop::sample::select(vec![None, Some(Type::Int), Some(Type::Text), Some(Type::Optional(std::sync::Arc::new(Type::Int)))]);
        prop::collection::vec(("[a-e][a-d]?", ty), 0..3 * FEW)
    }

    fn map(fields: &[(String, Option<Type>)]) -> FieldMap {
        let mut map = FieldMap::default();
        fields.iter().for_each(|(name, ty)| _ = map.insert(name, ty.clone()));
        map
    }

    /// The first field of each name.
    fn firsts(fields: &[(String, Option<Type>)]) -> Vec<(String, Option<Type>)> {
        let mut out: Vec<(String, Option<Type>)> = Vec::new();
        for (name, ty) in fields {
            if !out.iter().any(|(known, _)| known == name) {
                out.push((name.clone(), ty.clone()));
            }
        }
        out
    }

    fn listed(map: &FieldMap) -> Vec<(String, Option<Type>)> {
        map.names().map(|name| (name.to_owned(), map.get(name).unwrap().clone())).collect()
    }

    proptest! {
        #[test]
        fn few_fields_and_many_are_found_alike(all in fields(), other in fields(), wanted in "[a-e][a-d]?") {
            let (mut mine, theirs) = (map(&all), map(&other));
            let plain = firsts(&all);
            prop_assert_eq!(listed(&mine), plain.clone());
            prop_assert_eq!(mine.get(&wanted).cloned(), plain.iter().find(|(name, _)| *name == wanted).map(|(_, ty)| ty.clone()));
            mine.share(&theirs);
            let shared = plain.iter().filter_map(|(name, ty)| {
                let (_, other) = firsts(&other).into_iter().find(|(known, _)| known == name)?;
                match (ty, other) {
                    (Some(a), Some(b)) => Some((name.clone(), Some(unify(a, &b)?))),
                    _ => Some((name.clone(), None)),
                }
            });
            prop_assert_eq!(listed(&mine), shared.collect::<Vec<_>>());
        }
    }
}
