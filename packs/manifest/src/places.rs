//! A manifest as far as it could be read, with the places of what it says.

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::Span;
use reach_statement::{Amount, Kind, PackName, Spawn};

/// Names or patterns, each with its place.
pub type Items = BTreeMap<String, Span>;

/// A manifest as far as it could be read: what is wrong with one entry hides nothing that can be said of the others.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The name, where it is one.
    pub name: Option<PackName>,
    /// The place of the name.
    pub name_span: Span,
    /// The kind.
    pub kind: Option<Kind>,
    /// The tools.
    pub tools: Items,
    /// Those of them that only read.
    pub readers: Items,
    /// What others may name.
    pub exports: Items,
    /// What others may set.
    pub parameters: Items,
    /// What it needs.
    pub needs: BTreeMap<PackName, Span>,
    /// Globs of its files.
    pub policies: Items,
    /// Globs of paths that may be read.
    pub read: Items,
    /// Globs of paths that may be written.
    pub write: Items,
    /// Hosts and ranges of addresses.
    pub network: Items,
    /// Programs.
    pub run: Items,
    /// Agents.
    pub spawn: Option<(Spawn, Span)>,
    /// Budgets.
    pub spend: BTreeMap<String, (Amount, Span)>,
    /// The lists that are there, be they empty.
    pub given: BTreeSet<&'static str>,
    /// The entries in which something is wrong, and that say less than was meant for that.
    pub broken: BTreeSet<&'static str>,
}

impl Draft {
    /// Returns whether a list is there, be it empty.
    #[must_use]
    pub fn has(&self, entry: &str) -> bool {
        self.given.contains(entry)
    }
}
