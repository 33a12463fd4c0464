//! What `args` and `facts` are for a rule: the fields that all its targets share.

use crate::maps::HashMap;

use crate::ir::Type;

/// Fields by name. The type of one that is declared wrongly isn't known.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldMap {
    names: Vec<String>,
    types: HashMap<String, Option<Type>>,
}

impl FieldMap {
    pub(super) fn insert(&mut self, name: &str, ty: Option<Type>) -> bool {
        if self.types.contains_key(name) {
            return false;
        }
        self.names.push(name.to_owned());
        self.types.insert(name.to_owned(), ty);
        true
    }

    /// Lets the type of a field be unknown.
    pub(super) fn forget(&mut self, name: &str) {
        if let Some(ty) = self.types.get_mut(name) {
            *ty = None;
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Option<Type>> {
        self.types.get(name)
    }

    /// Returns the names in declared order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Keeps what another has too, with an equal type; `T` and `T?` become `T?`.
    pub(super) fn share(&mut self, other: &Self) {
        let mine = std::mem::take(&mut self.types);
        let names = std::mem::take(&mut self.names);
        for name in names {
            let (Some(a), Some(b)) = (mine.get(&name), other.types.get(&name)) else { continue };
            let shared = match (a, b) {
                (Some(a), Some(b)) => {
                    let Some(ty) = unify(a, b) else { continue };
                    Some(ty)
                }
                _ => None,
            };
            self.types.insert(name.clone(), shared);
            self.names.push(name);
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

/// What a rule sees of its steps.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// The arguments, or the fields of a class.
    pub(super) args: FieldMap,
    /// The facts.
    pub(super) facts: FieldMap,
    /// The targets, with the class through which each is seen.
    pub(super) targets: Vec<(u32, Option<u32>)>,
    /// Whether undeclared steps are among them.
    pub(super) undeclared: bool,
    /// Whether something about the targets was wrong: then nothing is said of fields that are missing.
    pub(super) poisoned: bool,
}
