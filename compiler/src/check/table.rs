//! What is declared: everything that rules are checked against, and that checking a rule doesn't change.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reach_codes::Span;
use reach_grammar::ast;

use super::{constants, declarations, entities, names, spaces, spending, targets, types, view};
use crate::ir;
use crate::maps::{HashMap, HashSet};

/// What is declared in a bundle and its packs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table<'a> {
    /// The name spaces: the bundle's, then those of the packs.
    pub(super) spaces: Vec<spaces::Space<'a>>,
    /// Steps by name, of all spaces.
    pub(super) steps: HashMap<&'a str, names::Entry<'a>>,
    /// Resources by their globs, of all spaces: indices of the targets.
    pub(super) resources: HashMap<&'a str, u32>,
    /// Where each space's manifest stands.
    pub(super) manifests: HashMap<u32, Span>,
    /// Whether a pack is not there, so that names may be missing.
    pub(super) pack_missing: bool,
    /// Names of declarations that could not be read, and perhaps of others.
    pub(super) unread: HashSet<&'a str>,
    /// Whether some `context` may not have been read.
    pub(super) unread_context: bool,
    pub(super) types: Vec<types::Alias<'a>>,
    pub(super) lets: Vec<constants::Constant<'a>>,
    pub(super) functions: Vec<constants::Function<'a>>,
    pub(super) classes: Vec<declarations::ClassDecl<'a>>,
    pub(super) entities: Vec<entities::EntityDecl<'a>>,
    /// The entities by their full names.
    pub(super) entity_index: HashMap<Arc<str>, u32>,
    /// Whether the fields of entities were looked at.
    pub(super) entities_known: bool,
    /// The fixtures, each with its space.
    pub(super) fixtures: Vec<(u32, &'a ast::Fixture)>,
    pub(super) targets: Vec<declarations::TargetDecl<'a>>,
    pub(super) context: view::FieldMap,
    /// Which spaces declare a field of the context.
    pub(super) context_spaces: HashMap<&'a str, spaces::Spaces>,
    pub(super) context_fields: Vec<ir::Field>,
    pub(super) labels: Vec<String>,
    pub(super) budgets: Vec<spending::BudgetDecl<'a>>,
    pub(super) index: targets::Index,
}

/// What several may read, and whoever has it alone may write. Writing to what others have too makes a copy, of which they don't know.
#[derive(Debug)]
pub(crate) struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// Returns whether both are the same one, so that nobody wrote to either since one was made of the other.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> From<T> for Shared<T> {
    fn from(it: T) -> Self {
        Self(Arc::new(it))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

/// Whether something was said, by whichever thread.
#[derive(Debug, Default)]
pub(super) struct Said(AtomicBool);

impl Said {
    pub(super) fn say(&self) {
        // Most of what is said is said again and again: whoever only reads leaves it to all.
        if !self.get() {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Clone for Said {
    fn clone(&self) -> Self {
        Self(AtomicBool::new(self.get()))
    }
}
