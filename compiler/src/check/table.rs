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
    /// Steps by name, of all spaces, where there are several.
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

/// What one owns and writes to, and lends to several, who read it. Whoever writes to what is lent owns it from then on: a copy where others have
/// it still, of which they don't know.
#[derive(Debug)]
pub(crate) enum Shared<T> {
    /// Of one.
    Own(Box<T>),
    /// Of several.
    Lent(Arc<T>),
}

impl<T: Default> Shared<T> {
    /// Returns it for others to read.
    pub(super) fn lend(&mut self) -> Arc<T> {
        match self {
            Self::Lent(lent) => Arc::clone(lent),
            Self::Own(own) => {
                let lent = Arc::new(std::mem::take(&mut **own));
                *self = Self::Lent(Arc::clone(&lent));
                lent
            }
        }
    }

    /// Returns whether it is this one that was lent, so that nobody wrote to it since.
    pub(super) fn is(&self, lent: &Arc<T>) -> bool {
        matches!(self, Self::Lent(it) if Arc::ptr_eq(it, lent))
    }
}

impl<T> From<T> for Shared<T> {
    fn from(it: T) -> Self {
        Self::Own(Box::new(it))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Own(own) => own,
            Self::Lent(lent) => lent,
        }
    }
}

impl<T: Clone + Default> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        if let Self::Lent(lent) = self {
            *self = Self::from(Arc::unwrap_or_clone(std::mem::take(lent)));
        }
        match self {
            Self::Own(own) => own,
            // It is owned now.
            Self::Lent(lent) => Arc::make_mut(lent),
        }
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
