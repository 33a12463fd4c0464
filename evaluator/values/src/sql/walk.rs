//! A walk over the tree of one statement: the visitor of `sqlparser` reaches every node, so that no clause is forgotten; what a node means
//! is decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{Assignment, AssignmentTarget, BinaryOperator, DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, InTarget, Join};
use sqlparser::ast::{JoinConstraint, JoinOperator, ObjectName, PipeOperator, Query, Select, SelectFlavor, SelectItem, SetExpr, Statement};
use sqlparser::ast::{TableFactor, Visit, Visitor};

use super::kind;
use super::name;
use super::shape;
use super::{Dialect, StatementKind, functions};

/// The most parts that the name of a table has: server, database, schema, table.
const MAX_PARTS: usize = 4;

/// A name that is made when the query runs, or what it does can't be told from the tree.
pub(super) struct Opaque;

/// The names that a query's `with` gives. They are visited in order, before the rest of the query.
struct Scope {
    names: BTreeMap<String, usize>,
    count: usize,
    /// How many of the names mean what `with` gives, from the first on.
    visible: usize,
    /// The one whose query is visited next.
    next: usize,
}

/// Where names have a meaning.
#[derive(Default)]
struct Place {
    /// Where names are looked up that have no meaning here.
    outer: Option<usize>,
    /// What tables are called: aliases, and names with and without what they are qualified by, in lower case.
    called: BTreeSet<Vec<String>>,
    /// Whether it is a query of one `select`, which is no place of its own.
    single: bool,
}

/// What a walk has found.
pub(super) struct Walk {
    pub(super) dialect: Dialect,
    reads: BTreeSet<String>,
    pub(super) writes: BTreeSet<String>,
    columns: BTreeSet<String>,
    functions: BTreeSet<String>,
    effects: bool,
    /// Whether a target stands for the tables that are read.
    writes_reads: bool,
    /// The queries and selects in which names have a meaning, the statement first, each behind the one that it stands in.
    places: Vec<Place>,
    /// The place that is visited, and those that it stands in.
    at: Vec<usize>,
    /// Names of columns as written and where, until it is known what tables are called there.
    named: Vec<(usize, Vec<String>)>,
    /// Of a query that stands for a table and is visited next: whether it sees the tables beside it.
    derived: Option<bool>,
    scopes: Vec<Scope>,
    /// The kinds of the statements that write.
    written: Vec<StatementKind>,
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
    // What writes inside of another statement tells what that does; where they differ, there is no word for it.
    if matches!(kind, StatementKind::Select) || kind::writes(kind) {
        for written in &walk.written {
            if kind == StatementKind::Select {
                kind = *written;
            } else if kind != *written {
                (kind, effects) = (StatementKind::Other, true);
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
    fn read_relation(&mut self, name: &ObjectName) -> Result<(), Opaque> {
        let idents = name::idents(name).ok_or(Opaque)?;
        if self.is_given(&idents) { Ok(()) } else { self.read_name(name) }
    }

    /// Notes a table that stands after `in`.
    fn read_in(&mut self, idents: Vec<Ident>) -> Result<(), Opaque> {
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

    /// Notes what a table is called where it has no alias: by its name, with and without what that is qualified by.
    fn note_called(&mut self, idents: &[&Ident]) {
        for from in 0..idents.len() {
            let called = idents.iter().skip(from).map(|ident| ident.value.to_lowercase()).collect();
            self.call(called);
        }
    }

    fn note_alias(&mut self, alias: &Ident) {
        self.call(vec![alias.value.to_lowercase()]);
    }

    fn call(&mut self, called: Vec<String>) {
        let at = self.here();
        if let Some(place) = self.places.get_mut(at) {
            place.called.insert(called);
        }
    }

    fn here(&self) -> usize {
        self.at.last().copied().unwrap_or(0)
    }

    fn enter(&mut self, outer: Option<usize>, single: bool) {
        self.at.push(self.places.len());
        self.places.push(Place { outer, called: BTreeSet::new(), single });
    }

    fn note_named(&mut self, idents: &[&Ident]) {
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
    fn name_columns(&mut self) {
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

    /// Notes a call of a function that stands for a value.
    fn note_function(&mut self, name: &ObjectName) -> Result<(), Opaque> {
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

    fn note_query(&mut self, query: &Query) -> Result<(), Opaque> {
        if !query.locks.is_empty() || query.settings.is_some() {
            self.effects = true;
        }
        self.note_body(&query.body)?;
        for operator in &query.pipe_operators {
            match operator {
                PipeOperator::Call { function, .. } => self.note_table_function(&function.name)?,
                PipeOperator::Set { assignments } => self.note_assignments(assignments)?,
                PipeOperator::Select { exprs } | PipeOperator::Extend { exprs } => exprs.iter().for_each(|item| self.note_item(item)),
                PipeOperator::Drop { columns } => columns.iter().for_each(|column| self.note_column(column)),
                PipeOperator::Rename { mappings } => mappings.iter().for_each(|mapping| self.note_column(&mapping.ident)),
                PipeOperator::Unpivot { unpivot_columns, .. } => unpivot_columns.iter().for_each(|column| self.note_column(column)),
                PipeOperator::Pivot { value_column, .. } => value_column.iter().for_each(|column| self.note_column(column)),
                PipeOperator::As { alias } => {
                    self.note_alias(alias);
                }
                PipeOperator::Join(join) => self.note_join(join)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Notes `table t`, whose name isn't visited.
    fn note_body(&mut self, body: &SetExpr) -> Result<(), Opaque> {
        match body {
            SetExpr::SetOperation { left, right, .. } => {
                self.note_body(left)?;
                self.note_body(right)
            }
            SetExpr::Table(table) => {
                self.note_all_columns();
                let quoted = |text: &Ident| text.clone();
                let idents: Vec<Ident> = table.schema_name.iter().chain(&table.table_name).map(quoted).collect();
                self.read_relation(&ObjectName::from(idents))
            }
            _ => Ok(()),
        }
    }

    fn note_join(&mut self, join: &Join) -> Result<(), Opaque> {
        let constraint = match &join.join_operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint)
            | JoinOperator::Right(constraint)
            | JoinOperator::RightOuter(constraint)
            | JoinOperator::FullOuter(constraint)
            | JoinOperator::CrossJoin(constraint)
            | JoinOperator::Semi(constraint)
            | JoinOperator::LeftSemi(constraint)
            | JoinOperator::RightSemi(constraint)
            | JoinOperator::Anti(constraint)
            | JoinOperator::LeftAnti(constraint)
            | JoinOperator::RightAnti(constraint)
            | JoinOperator::StraightJoin(constraint)
            | JoinOperator::AsOf { constraint, .. } => constraint,
            JoinOperator::CrossApply | JoinOperator::OuterApply | JoinOperator::ArrayJoin | JoinOperator::LeftArrayJoin | JoinOperator::InnerArrayJoin => {
                return Ok(());
            }
        };
        match constraint {
            JoinConstraint::Using(columns) => columns.iter().try_for_each(|column| self.note_column_name(column)),
            JoinConstraint::UsingAlias(columns, _) => columns.iter().try_for_each(|column| self.note_column_name(column)),
            JoinConstraint::Natural => {
                self.note_all_columns();
                Ok(())
            }
            JoinConstraint::On(_) | JoinConstraint::None => Ok(()),
        }
    }

    fn note_select(&mut self, select: &Select) -> Result<(), Opaque> {
        select.projection.iter().for_each(|item| self.note_item(item));
        if select.flavor == SelectFlavor::FromFirstNoSelect {
            self.note_all_columns();
        }
        for join in select.from.iter().flat_map(|table| &table.joins) {
            self.note_join(join)?;
        }
        for view in &select.lateral_views {
            self.note_called(&name::idents(&view.lateral_view_name).ok_or(Opaque)?);
        }
        if let Some(into) = &select.into {
            self.written.push(StatementKind::Create);
            self.note_into(into)?;
        }
        Ok(())
    }

    fn note_factor(&mut self, factor: &TableFactor) -> Result<(), Opaque> {
        self.note_factor_alias(factor);
        match factor {
            TableFactor::Table { name, args, .. } => {
                self.claim(name);
                match args {
                    Some(args) => {
                        self.effects |= args.settings.is_some();
                        self.note_table_function(name)
                    }
                    None if self.skipped.contains(&std::ptr::from_ref(factor).addr()) => Ok(()),
                    None => self.read_relation(name),
                }
            }
            TableFactor::Function { name, .. } => self.note_table_function(name),
            TableFactor::TableFunction { expr: Expr::Function(function), .. } => self.note_table_function(&function.name),
            // `table(…)` of a text or a variable names a table.
            TableFactor::TableFunction { .. } => Err(Opaque),
            TableFactor::SemanticView { name, .. } => {
                self.effects = true;
                self.read_name(name)
            }
            TableFactor::NestedJoin { table_with_joins, .. } => table_with_joins.joins.iter().try_for_each(|join| self.note_join(join)),
            TableFactor::Derived { lateral, .. } => {
                self.derived = Some(*lateral);
                Ok(())
            }
            TableFactor::UNNEST { .. }
            | TableFactor::JsonTable { .. }
            | TableFactor::OpenJsonTable { .. }
            | TableFactor::Pivot { .. }
            | TableFactor::Unpivot { .. }
            | TableFactor::MatchRecognize { .. }
            | TableFactor::XmlTable { .. }
            | TableFactor::UnpivotExpr { .. } => Ok(()),
        }
    }

    /// Notes what a table is called here: by its alias, or else by its name.
    fn note_factor_alias(&mut self, factor: &TableFactor) {
        let (name, alias) = match factor {
            TableFactor::Table { name, alias, .. } | TableFactor::Function { name, alias, .. } | TableFactor::SemanticView { name, alias, .. } => {
                (Some(name), alias)
            }
            TableFactor::TableFunction { alias, .. }
            | TableFactor::NestedJoin { alias, .. }
            | TableFactor::Derived { alias, .. }
            | TableFactor::UNNEST { alias, .. }
            | TableFactor::JsonTable { alias, .. }
            | TableFactor::OpenJsonTable { alias, .. }
            | TableFactor::Pivot { alias, .. }
            | TableFactor::Unpivot { alias, .. }
            | TableFactor::MatchRecognize { alias, .. }
            | TableFactor::XmlTable { alias, .. } => (None, alias),
            TableFactor::UnpivotExpr { value_alias, .. } => return self.note_alias(value_alias),
        };
        if let Some(alias) = alias {
            self.note_alias(&alias.name);
        } else if let Some(idents) = name.and_then(name::idents) {
            self.note_called(&idents);
        }
    }

    fn note_expr(&mut self, expr: &Expr) -> Result<(), Opaque> {
        match expr {
            Expr::Identifier(ident) => self.note_named(&[ident]),
            Expr::CompoundIdentifier(idents) => {
                // Snowflake and Oracle take the next number of a sequence so.
                self.effects |= idents.last().is_some_and(|ident| ident.value.eq_ignore_ascii_case("nextval"));
                self.note_named(&idents.iter().collect::<Vec<_>>());
            }
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => self.note_all_columns(),
            Expr::Function(function) => {
                self.note_function(&function.name)?;
                self.note_stars(function);
            }
            Expr::In { target: InTarget::Table { name, args }, .. } => {
                self.claim(name);
                match args {
                    Some(_) => self.note_table_function(name)?,
                    None => {
                        self.note_all_columns();
                        self.read_relation(name)?;
                    }
                }
            }
            // ClickHouse takes the name of a table there, where the parser sees a column.
            Expr::In { target: InTarget::List(list), .. } if self.dialect == Dialect::ClickHouse => match list.as_slice() {
                [Expr::Identifier(ident)] => self.read_in(vec![ident.clone()])?,
                [Expr::CompoundIdentifier(idents)] => self.read_in(idents.clone())?,
                [Expr::Function(function)] => self.note_table_function(&function.name)?,
                _ => {}
            },
            Expr::BinaryOp { op, .. } => {
                self.effects |= matches!(op, BinaryOperator::PGCustomBinaryOperator(_) | BinaryOperator::Custom(_) | BinaryOperator::Assignment);
            }
            Expr::Cast { data_type: DataType::Custom(name, _), .. } | Expr::Convert { data_type: Some(DataType::Custom(name, _)), .. } => {
                let name = name::join(&name::idents(name).ok_or(Opaque)?, self.dialect);
                self.effects |= !functions::is_pure_type(&name);
            }
            Expr::MatchAgainst { columns, .. } => columns.iter().try_for_each(|column| self.note_column_name(column))?,
            Expr::Ceil { .. } => self.note_built_in("ceil"),
            Expr::Floor { .. } => self.note_built_in("floor"),
            Expr::Trim { .. } => self.note_built_in("trim"),
            Expr::Substring { .. } => self.note_built_in("substring"),
            Expr::Position { .. } => self.note_built_in("position"),
            Expr::Overlay { .. } => self.note_built_in("overlay"),
            Expr::Extract { .. } => self.note_built_in("extract"),
            _ => {}
        }
        Ok(())
    }

    fn note_built_in(&mut self, name: &str) {
        self.functions.insert(name.to_owned());
    }

    /// Notes `f(*)` and `f(t.*)`: all columns, unless it counts rows.
    fn note_stars(&mut self, function: &sqlparser::ast::Function) {
        let FunctionArguments::List(list) = &function.args else { return };
        let name = function.name.to_string();
        let counts = name.eq_ignore_ascii_case("count") || name.eq_ignore_ascii_case("count_big");
        let star = list.args.iter().any(|arg| match arg {
            FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg) => {
                matches!(arg, FunctionArgExpr::QualifiedWildcard(_)) || (!counts && !matches!(arg, FunctionArgExpr::Expr(_)))
            }
        });
        // DuckDB picks columns by a pattern so.
        if star || name.eq_ignore_ascii_case("columns") {
            self.note_all_columns();
        }
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
        let visible = if query.with.as_ref().is_some_and(|with| with.recursive) { count } else { 0 };
        // What `with` gives, and what stands for a table, doesn't see the tables beside it.
        let given = self.scopes.last().is_some_and(|scope| scope.next < scope.count);
        let apart = self.derived.take().map_or(given, |lateral| !lateral);
        let here = self.here();
        let outer = if apart { self.places.get(here).and_then(|place| place.outer) } else { Some(here) };
        self.enter(outer, matches!(*query.body, SetExpr::Select(_)));
        self.scopes.push(Scope { names, count, visible, next: 0 });
        flow(self.note_query(query))
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.at.pop();
        self.scopes.pop();
        // Without `recursive` a name means what `with` gives only after its own query.
        if let Some(outer) = self.scopes.last_mut()
            && outer.next < outer.count
        {
            outer.next += 1;
            outer.visible = outer.visible.max(outer.next);
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
