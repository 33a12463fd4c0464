//! Columns: the places in which names have a meaning, and what a name of several parts names there.

use std::collections::BTreeSet;

use sqlparser::ast::{Assignment, AssignmentTarget, Ident, ObjectName, SelectItem};

use super::name;
use super::walk::{Opaque, Walk};

/// The most parts that the name of a table has: server, database, schema, table.
const MAX_PARTS: usize = 4;

/// Where names have a meaning.
#[derive(Default)]
pub(super) struct Place {
    /// Where names are looked up that have no meaning here.
    pub(super) outer: Option<usize>,
    /// What tables are called: aliases, and names with and without what they are qualified by, in lower case.
    pub(super) called: BTreeSet<Vec<String>>,
    /// Whether it is a query of one `select`, which is no place of its own.
    pub(super) single: bool,
}

impl Walk {
    /// Notes what a table is called where it has no alias: by its name, with and without what that is qualified by.
    pub(super) fn note_called(&mut self, idents: &[&Ident]) {
        for from in 0..idents.len() {
            let called = idents.iter().skip(from).map(|ident| ident.value.to_lowercase()).collect();
            self.call(called);
        }
    }

    pub(super) fn note_alias(&mut self, alias: &Ident) {
        self.call(vec![alias.value.to_lowercase()]);
    }

    fn call(&mut self, called: Vec<String>) {
        let at = self.here();
        if let Some(place) = self.places.get_mut(at) {
            place.called.insert(called);
        }
    }

    pub(super) fn here(&self) -> usize {
        self.at.last().copied().unwrap_or(0)
    }

    pub(super) fn enter(&mut self, outer: Option<usize>, single: bool) {
        self.at.push(self.places.len());
        self.places.push(Place { outer, called: BTreeSet::new(), single });
    }

    pub(super) fn note_named(&mut self, idents: &[&Ident]) {
        let names = idents.iter().map(|ident| name::value(ident, self.dialect)).collect();
        self.named.push((self.here(), names));
    }

    pub(super) fn note_all_columns(&mut self) {
        self.columns.insert("*".to_owned());
    }

    /// Notes what a statement calls rows that it makes.
    pub(super) fn call_rows(&mut self, names: &[&str]) {
        for name in names {
            self.call(vec![(*name).to_owned()]);
        }
    }

    pub(super) fn note_column(&mut self, column: &Ident) {
        self.columns.insert(name::value(column, self.dialect));
    }

    /// Notes a column by a name that may begin with its table.
    pub(super) fn note_column_name(&mut self, name: &ObjectName) -> Result<(), Opaque> {
        let idents = name::idents(name).ok_or(Opaque)?;
        self.note_named(&idents);
        Ok(())
    }

    pub(super) fn note_assignments(&mut self, assignments: &[Assignment]) -> Result<(), Opaque> {
        assignments.iter().try_for_each(|assignment| match &assignment.target {
            AssignmentTarget::ColumnName(name) => self.note_column_name(name),
            AssignmentTarget::Tuple(names) => names.iter().try_for_each(|name| self.note_column_name(name)),
        })
    }

    /// Notes an item of a `select` that takes all columns; what else it holds are expressions, which are visited.
    pub(super) fn note_item(&mut self, item: &SelectItem) {
        if matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)) {
            self.note_all_columns();
        }
    }

    /// Names columns: a name begins with what a table is called, and goes on with a column and fields in it. A table's name alone stands
    /// for all of its columns (PostgreSQL: `select u from users u`).
    pub(super) fn name_columns(&mut self) {
        for (at, parts) in std::mem::take(&mut self.named) {
            let lead = self.lead(at, &parts);
            if lead == parts.len() {
                self.columns.insert("*".to_owned());
            }
            let columns = parts.into_iter();
            let skipped = lead.min(columns.len().saturating_sub(1));
            self.columns.extend(columns.skip(skipped));
        }
    }

    /// Returns how many parts of a name call a table, in the innermost place that has one.
    fn lead(&self, at: usize, parts: &[String]) -> usize {
        let lower: Vec<String> = parts.iter().take(MAX_PARTS).map(|part| part.to_lowercase()).collect();
        let mut place = self.places.get(at);
        while let Some(here) = place {
            let lead = (1..=lower.len()).rev().find(|len| lower.get(..*len).is_some_and(|lead| here.called.contains(lead)));
            if let Some(lead) = lead {
                return lead;
            }
            place = here.outer.and_then(|outer| self.places.get(outer));
        }
        0
    }
}
