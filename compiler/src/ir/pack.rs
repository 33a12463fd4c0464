//! Which packs a bundle uses, and which of its sources are whose.

use reach_codes::{FileId, Sources, Span};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Budget, Bundle, Charge, Rule};
use crate::pack::inner_name;

/// A pack that a bundle uses, itself or through another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The digest of its signed statement; none for a folder that is worked on.
    pub digest: Option<String>,
    /// The first of its files among the sources.
    #[serde(skip)]
    pub first: u32,
    /// How many they are.
    #[serde(skip)]
    pub files: u32,
}

/// A `use` of the bundle itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The index in [`Bundle::packs`].
    pub pack: u32,
    /// What the pack is called here.
    pub alias: String,
    /// What it is needed for.
    pub need: Need,
    /// Where that name is said.
    pub span: Span,
}

/// What a `use` is needed for: the first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Something is named behind what the pack is called here.
    Names,
    /// The pack, or one that it uses, has what is in force by itself: rules, budgets, fields of the context, resources.
    Force,
    /// It declares a step, or a pack that it uses does, which is named here or which something asks about.
    Steps,
    /// It sets a parameter of a pack that is needed.
    Parameters,
    /// Nothing: without it the bundle would mean the same.
    Nothing,
}

impl Pack {
    /// Returns whether a file is one of the pack's.
    #[must_use]
    pub const fn has(&self, file: FileId) -> bool {
        file.0 >= self.first && file.0 - self.first < self.files
    }
}

impl Bundle {
    /// Returns how many of the sources are the bundle's own; they stand first.
    #[must_use]
    pub fn own_sources(&self) -> usize {
        let others: usize = self.packs.iter().map(|pack| pack.files as usize).sum();
        self.sources.len().saturating_sub(self.aside.sources).saturating_sub(others)
    }

    /// Returns whether a place is in a file of the bundle itself, and not in one of a pack or in a claim.
    #[must_use]
    pub fn is_own(&self, span: Span) -> bool {
        self.pack_at(span).is_none() && (span.file.0 as usize) < self.sources.len().saturating_sub(self.aside.sources)
    }

    /// Returns the rules of the bundle itself; they stand first.
    #[must_use]
    pub fn own_rules(&self) -> &[Rule] {
        self.own(&self.rules, |rule| rule.span)
    }

    /// Returns the budgets of the bundle itself; they stand first.
    #[must_use]
    pub fn own_budgets(&self) -> &[Budget] {
        self.own(&self.budgets, |budget| budget.span)
    }

    /// Returns the charges of the bundle itself; they stand first.
    #[must_use]
    pub fn own_charges(&self) -> &[Charge] {
        self.own(&self.charges, |charge| charge.span)
    }

    fn own<'b, T>(&self, all: &'b [T], span: impl Fn(&T) -> Span) -> &'b [T] {
        // A bundle that was made otherwise than by compiling has no sources, and no packs.
        if self.packs.is_empty() {
            return all;
        }
        let own = self.own_sources();
        let count = all.partition_point(|item| (span(item).file.0 as usize) < own);
        all.get(..count).unwrap_or_default()
    }

    /// Returns the pack that a place is in.
    #[must_use]
    pub fn pack_at(&self, span: Span) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.has(span.file))
    }

    /// Returns what the bundle was compiled from, without a claim.
    #[must_use]
    pub fn given(&self) -> crate::Bundle {
        let mut sources = Sources::new();
        for (_, source) in self.sources.iter().take(self.own_sources()) {
            sources.add(source.name.clone(), source.text.clone());
        }
        let packs = self.packs.iter().map(|pack| {
            let mut own = Sources::new();
            for (_, source) in self.sources.iter().skip(pack.first as usize).take(pack.files as usize) {
                own.add(inner_name(&pack.name, &source.name), source.text.clone());
            }
            crate::Pack { name: pack.name.clone(), version: pack.version.clone(), digest: pack.digest.clone(), sources: own }
        });
        crate::Bundle { sources, packs: packs.collect() }
    }
}
