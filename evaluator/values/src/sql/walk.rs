//! A walk over the tree of one statement: the visitor of `sqlparser` reaches every node, so that no clause is forgotten; what a node means
//! is decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Ident, ObjectName, Query, Select, SetExpr, Statement, TableFactor, Visit, Visitor};

use super::columns::Place;
use super::kind;
use super::name;
use super::shape;
use super::{Dialect, StatementKind, functions};

/// A name that is made when the query runs, or what it does can't be told from the tree.
pub(super) struct Opaque;

/// The names that a query's `with` gives. They are visited in order, before the rest of the query.
struct Scope {
    names: BTreeMap<String, usize>,
    count: usize,
    recursive: bool,
    /// How many of the names mean what `with` gives, from the first on.
    visible: usize,
    /// The one whose query is visited next.
    next: usize,
}

/// What a walk has found.
pub(super) struct Walk {
    pub(super) dialect: Dialect,
    pub(super) reads: BTreeSet<String>,
    pub(super) writes: BTreeSet<String>,
    pub(super) columns: BTreeSet<String>,
    pub(super) functions: BTreeSet<String>,
    pub(super) effects: bool,
    /// Whether a target stands for the tables that are read.
    writes_reads: bool,
    /// The queries and selects in which names have a meaning, the statement first, each behind the one that it stands in.
    pub(super) places: Vec<Place>,
    /// The place that is visited, and those that it stands in.
    pub(super) at: Vec<usize>,
    /// Names of columns as written and where, until it is known what tables are called there.
    pub(super) named: Vec<(usize, Vec<String>)>,
    /// Of a query that stands for a table and is visited next: whether it sees the tables beside it.
    pub(super) derived: Option<bool>,
    scopes: Vec<Scope>,
    /// The kinds of the statements that write.
    pub(super) written: Vec<StatementKind>,
    /// Whether one of them updates or deletes without picking rows.
    sweeps: bool,
    /// The addresses of names that are dealt with before they are visited.
    claimed: BTreeSet<usize>,
    /// Likewise of tables that are names given elsewhere.
    pub(super) skipped: BTreeSet<usize>,
}

/// Reads a statement; none where it is opaque.
pub(super) fn read(statement: &Statement, dialect: Dialect) -> Option<super::Statement> {
    let mut walk = Walk {
        dialect,
        reads: BTreeSet::new(),
        writes: BTreeSet::new(),
        columns: BTreeSet::new(),
        functions: BTreeSet::new(),
        effects: false,
        writes_reads: false,
        places: vec![Place::default()],
        at: vec![0],
        named: Vec::new(),
        derived: None,
        scopes: Vec::new(),
        written: Vec::new(),
        sweeps: false,
        claimed: BTreeSet::new(),
        skipped: BTreeSet::new(),
    };
    if statement.visit(&mut walk).is_break() {
        return None;
    }
    walk.name_columns();
    if walk.writes_reads {
        walk.writes.extend(walk.reads.iter().cloned());
    }
    let (analysed, runs) = shape::analysed(statement);
    let (outermost, mut effects) = kind::of(analysed);
    let mut kind = outermost;
    effects |= walk.effects;
    // What writes inside of another statement tells what that does; where they differ, there is no word for it, and a rule that asks
    // for the kind must not miss one of them.
    if matches!(kind, StatementKind::Select) || kind::writes(kind) {
        for written in &walk.written {
            if kind == StatementKind::Select {
                kind = *written;
            } else if kind != *written {
                return None;
            }
        }
    }
    if !runs {
        kind = StatementKind::Explain;
        walk.writes.clear();
    }
    Some(super::Statement {
        kind,
        reads: walk.reads.into_iter().collect(),
        writes: walk.writes.into_iter().collect(),
        columns: walk.columns.into_iter().collect(),
        functions: walk.functions.into_iter().collect(),
        // The rows that a `with` writes are not those that its query gives.
        limit: if kind == outermost || !runs { shape::limit(analysed) } else { None },
        filtered: shape::is_filtered(analysed) && !walk.sweeps,
        effects,
    })
}

impl Walk {
    pub(super) fn note_effects(&mut self) {
        self.effects = true;
    }

    pub(super) fn write_what_is_read(&mut self) {
        self.writes_reads = true;
    }

    pub(super) fn claim(&mut self, name: &ObjectName) {
        self.claimed.insert(std::ptr::from_ref(name).addr());
    }

    pub(super) fn write_name(&mut self, name: &ObjectName) -> Result<(), Opaque> {
        self.claim(name);
        let idents = name::idents(name).ok_or(Opaque)?;
        // Snowflake's `insert all` has its targets elsewhere.
        if idents.is_empty() {
            return Ok(());
        }
        // T-SQL writes through the names of `with` to the tables behind them.
        self.writes_reads |= self.is_given(&idents);
        self.writes.insert(name::join(&idents, self.dialect));
        Ok(())
    }

    /// Notes that a table is read, whatever `with` calls so.
    pub(super) fn read_name(&mut self, name: &ObjectName) -> Result<(), Opaque> {
        let idents = name::idents(name).ok_or(Opaque)?;
        if self.is_outside(&idents) {
            self.effects = true;
        }
        self.reads.insert(name::join(&idents, self.dialect));
        Ok(())
    }

    /// Notes that a table is read, unless it is one that `with` gives.
    pub(super) fn read_relation(&mut self, name: &ObjectName) -> Result<(), Opaque> {
        let idents = name::idents(name).ok_or(Opaque)?;
        if self.is_given(&idents) { Ok(()) } else { self.read_name(name) }
    }

    /// Notes a table that stands after `in`.
    pub(super) fn read_in(&mut self, idents: Vec<Ident>) -> Result<(), Opaque> {
        self.note_all_columns();
        self.read_relation(&ObjectName::from(idents))
    }

    /// Returns whether `with` gives a name, here.
    fn is_given(&self, idents: &[&Ident]) -> bool {
        let [only] = idents else { return false };
        let key = name::key(only);
        self.scopes.iter().any(|scope| scope.names.get(&key).is_some_and(|at| *at < scope.visible))
    }

    /// Returns whether a name stands for a file or a stage.
    fn is_outside(&self, idents: &[&Ident]) -> bool {
        idents.iter().any(|ident| match self.dialect {
            Dialect::DuckDb | Dialect::Generic => {
                ident.quote_style == Some('\'') || (ident.quote_style.is_some() && ident.value.contains(['.', '/', ':', '\\', '*']))
            }
            Dialect::Snowflake => ident.value.starts_with('@') || ident.quote_style == Some('\''),
            Dialect::BigQuery | Dialect::ClickHouse => ident.value.contains('*'),
            _ => false,
        })
    }

    /// Notes a call of a function that stands for a value.
    pub(super) fn note_function(&mut self, name: &ObjectName) -> Result<(), Opaque> {
        let name = name::join(&name::idents(name).ok_or(Opaque)?, self.dialect);
        self.effects |= !functions::is_pure(&name);
        self.functions.insert(name);
        Ok(())
    }

    /// Notes a call of a function that stands for a table: what it reads is known of few.
    pub(super) fn note_table_function(&mut self, name: &ObjectName) -> Result<(), Opaque> {
        let name = name::join(&name::idents(name).ok_or(Opaque)?, self.dialect);
        if !functions::is_pure_table(&name) {
            self.effects = true;
            self.reads.insert(name.clone());
        }
        self.functions.insert(name);
        Ok(())
    }
}

fn flow(result: Result<(), Opaque>) -> ControlFlow<()> {
    match result {
        Ok(()) => ControlFlow::Continue(()),
        Err(Opaque) => ControlFlow::Break(()),
    }
}

impl Visitor for Walk {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        let (kind, effects) = kind::of(statement);
        self.effects |= effects;
        if kind::writes(kind) {
            self.written.push(kind);
        }
        self.sweeps |= matches!(kind, StatementKind::Update | StatementKind::Delete) && !shape::is_filtered(statement);
        if let Statement::Call(function) = statement
            && self.note_function(&function.name).is_err()
        {
            return ControlFlow::Break(());
        }
        flow(self.note_targets(statement))
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        let mut names = BTreeMap::new();
        for (at, table) in tables.enumerate() {
            names.entry(name::key(&table.alias.name)).or_insert(at);
        }
        let count = query.with.as_ref().map_or(0, |with| with.cte_tables.len());
        let recursive = query.with.as_ref().is_some_and(|with| with.recursive);
        // What `with` gives, and what stands for a table, doesn't see the tables beside it.
        let mut given = false;
        if let Some(outer) = self.scopes.last_mut()
            && outer.next < outer.count
        {
            given = true;
            // A name means itself in its own query only where that is a union and `recursive` is said, and names that come later mean tables:
            // engines that are more generous read less than is said here.
            let itself = outer.recursive && matches!(*query.body, SetExpr::SetOperation { .. });
            outer.visible = outer.next + usize::from(itself);
        }
        let apart = self.derived.take().map_or(given, |lateral| !lateral);
        let here = self.here();
        let outer = if apart { self.places.get(here).and_then(|place| place.outer) } else { Some(here) };
        self.enter(outer, matches!(*query.body, SetExpr::Select(_)));
        self.scopes.push(Scope { names, count, recursive, visible: 0, next: 0 });
        flow(self.note_query(query))
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.at.pop();
        self.scopes.pop();
        if let Some(outer) = self.scopes.last_mut()
            && outer.next < outer.count
        {
            outer.next += 1;
            outer.visible = outer.next;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let here = self.here();
        if self.places.get(here).is_some_and(|place| place.single) {
            self.at.push(here);
        } else {
            self.enter(Some(here), false);
        }
        flow(self.note_select(select))
    }

    fn post_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.at.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        flow(self.note_factor(factor))
    }

    /// A relation that nothing above has claimed belongs to a clause that isn't understood: it may be read and written.
    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let address = std::ptr::from_ref(relation).addr();
        if self.claimed.contains(&address) {
            return ControlFlow::Continue(());
        }
        flow(self.read_name(relation).and_then(|()| self.write_name(relation)))
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        flow(self.note_expr(expr))
    }
}
