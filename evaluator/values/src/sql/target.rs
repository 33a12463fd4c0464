//! What a statement writes: its targets, through the names that its own clauses give to tables.

use sqlparser::ast::{AlterTableOperation, CopyIntoSnowflakeKind, CopySource, CreateTableLikeKind, Delete, FromTable, Insert, MergeAction, MergeInsertKind};
use sqlparser::ast::{ConflictTarget, OnConflictAction, OnInsert, UpdateTableFromKind};
use sqlparser::ast::{Expr, Merge, MergeUpdateKind, ObjectName, OutputClause, SelectInto, Statement, TableFactor, TableObject, TableWithJoins, Update};

use super::Dialect;
use super::name;
use super::walk::{Opaque, Walk};

/// How many tables a `delete` may name: each is looked up among all.
const MAX_TARGETS: usize = 64;

/// Returns the tables of a list, with those that are joined to them.
fn factors(tables: &[TableWithJoins]) -> impl Iterator<Item = &TableFactor> {
    tables.iter().flat_map(|table| std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation)))
}

impl Walk {
    /// Notes what a statement writes, and what it reads by names that aren't visited.
    pub(super) fn note_targets(&mut self, statement: &Statement) -> Result<(), Opaque> {
        match statement {
            Statement::Insert(insert) => self.note_insert(insert),
            Statement::Update(update) => self.note_update(update),
            Statement::Delete(delete) => self.note_delete(delete),
            Statement::Merge(merge) => self.note_merge(merge),
            Statement::CreateTable(table) => {
                self.write_name(&table.name)?;
                let like = table.like.iter().map(|like| match like {
                    CreateTableLikeKind::Parenthesized(like) | CreateTableLikeKind::Plain(like) => &like.name,
                });
                like.chain(&table.clone).chain(table.inherits.iter().flatten()).try_for_each(|name| self.read_name(name))
            }
            Statement::CreateView(view) => {
                self.write_name(&view.name)?;
                view.to.iter().try_for_each(|name| self.write_name(name))
            }
            Statement::Drop { names, table, .. } => names.iter().chain(table).try_for_each(|name| self.write_name(name)),
            Statement::Truncate(truncate) => truncate.table_names.iter().try_for_each(|table| self.write_name(&table.name)),
            Statement::AlterTable(table) => {
                for operation in &table.operations {
                    match operation {
                        AlterTableOperation::SwapWith { table_name } => self.write_name(table_name)?,
                        AlterTableOperation::Inherit { parent, .. } | AlterTableOperation::NoInherit { parent, .. } => self.write_name(parent)?,
                        _ => {}
                    }
                }
                self.write_name(&table.name)
            }
            Statement::AlterView(view) => self.write_name(&view.name),
            Statement::RenameTable(names) => names.iter().flat_map(|rename| [&rename.old_name, &rename.new_name]).try_for_each(|name| self.write_name(name)),
            Statement::CreateSequence { name, .. } | Statement::CreateVirtualTable { name, .. } => self.write_name(name),
            Statement::CreateForeignTable(table) => self.write_name(&table.name),
            Statement::Comment { object_name, .. } => self.write_name(object_name),
            Statement::LoadData { table_name, .. } => self.write_name(table_name),
            Statement::Copy { source, to, .. } => self.note_copy(source, *to),
            Statement::CopyIntoSnowflake { kind, into, from_obj, .. } => {
                if *kind == CopyIntoSnowflakeKind::Table {
                    self.write_name(into)?;
                }
                from_obj.iter().try_for_each(|name| self.read_name(name))
            }
            Statement::ShowCreate { obj_name: name, .. } | Statement::ExplainTable { table_name: name, .. } => {
                self.claim(name);
                self.read_name(name)
            }
            Statement::ShowColumns { show_options, .. } => show_options.show_in.iter().filter_map(|show| show.parent_name.as_ref()).try_for_each(|name| {
                self.claim(name);
                self.read_name(name)
            }),
            Statement::LockTables { tables } => tables.iter().try_for_each(|table| self.read_name(&ObjectName::from(vec![table.table.clone()]))),
            Statement::Lock(lock) => lock.tables.iter().try_for_each(|table| self.read_name(&table.name)),
            // The query is a text.
            Statement::Unload { query: None, .. } => Err(Opaque),
            _ => Ok(()),
        }
    }

    fn note_copy(&mut self, source: &CopySource, to: bool) -> Result<(), Opaque> {
        let CopySource::Table { table_name, columns } = source else { return Ok(()) };
        for column in columns {
            self.note_column(column);
        }
        if columns.is_empty() {
            self.note_all_columns();
        }
        if to { self.read_name(table_name) } else { self.write_name(table_name) }
    }

    fn note_insert(&mut self, insert: &Insert) -> Result<(), Opaque> {
        match &insert.table {
            TableObject::TableName(name) => self.write_name(name)?,
            TableObject::TableFunction(function) => {
                self.note_table_function(&function.name)?;
                self.write_name(&function.name)?;
            }
            TableObject::TableQuery(_) => self.write_what_is_read(),
        }
        for name in &insert.columns {
            self.note_column_name(name)?;
        }
        for column in &insert.after_columns {
            self.note_column(column);
        }
        if insert.columns.is_empty() && insert.after_columns.is_empty() && insert.assignments.is_empty() {
            self.note_all_columns();
        }
        self.note_assignments(&insert.assignments)?;
        let clauses = insert.multi_table_when_clauses.iter().flat_map(|when| &when.into_clauses);
        for clause in insert.multi_table_into_clauses.iter().chain(clauses).chain(insert.multi_table_else_clause.iter().flatten()) {
            self.write_name(&clause.table_name)?;
            for column in &clause.columns {
                self.note_column(column);
            }
        }
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => self.note_assignments(assignments)?,
            Some(OnInsert::OnConflict(conflict)) => {
                self.call_rows(&["excluded"]);
                if let Some(ConflictTarget::Columns { columns, .. }) = &conflict.conflict_target {
                    for column in columns {
                        self.note_column(column);
                    }
                }
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    self.note_assignments(&update.assignments)?;
                }
            }
            _ => {}
        }
        for item in insert.returning.iter().flatten() {
            self.note_item(item);
        }
        if insert.settings.is_some() || insert.format_clause.is_some() {
            self.note_effects();
        }
        self.note_output(insert.output.as_ref())
    }

    fn note_update(&mut self, update: &Update) -> Result<(), Opaque> {
        let from = match &update.from {
            Some(UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables)) => tables.as_slice(),
            None => &[],
        };
        // MySQL: of joined tables each may be written.
        for factor in factors(std::slice::from_ref(&update.table)) {
            self.write_factor(factor, &[from])?;
        }
        self.note_assignments(&update.assignments)?;
        for item in update.returning.iter().flatten() {
            self.note_item(item);
        }
        if update.settings.is_some() {
            self.note_effects();
        }
        self.note_output(update.output.as_ref())
    }

    fn note_delete(&mut self, delete: &Delete) -> Result<(), Opaque> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let using = delete.using.as_deref().unwrap_or(&[]);
        if delete.tables.len() > MAX_TARGETS || from.len() > MAX_TARGETS {
            return Err(Opaque);
        }
        for name in &delete.tables {
            match resolve(name, &[from, using]) {
                Some(factor) => self.write_factor(factor, &[])?,
                None => self.write_name(name)?,
            }
        }
        if delete.tables.is_empty() {
            for factor in factors(from) {
                self.write_factor(factor, &[using])?;
            }
        }
        for item in delete.returning.iter().flatten() {
            self.note_item(item);
        }
        if delete.settings.is_some() {
            self.note_effects();
        }
        self.note_output(delete.output.as_ref())
    }

    fn note_merge(&mut self, merge: &Merge) -> Result<(), Opaque> {
        self.write_factor(&merge.table, &[])?;
        for clause in &merge.clauses {
            match &clause.action {
                MergeAction::Insert(insert) => {
                    for column in &insert.columns {
                        self.note_column_name(column)?;
                    }
                    if insert.columns.is_empty() || matches!(insert.kind, MergeInsertKind::Wildcard | MergeInsertKind::Row) {
                        self.note_all_columns();
                    }
                }
                MergeAction::Update(update) => match &update.kind {
                    MergeUpdateKind::Set(assignments) => self.note_assignments(assignments)?,
                    MergeUpdateKind::Wildcard => self.note_all_columns(),
                },
                MergeAction::Delete { .. } | MergeAction::DoNothing { .. } => {}
            }
        }
        self.note_output(merge.output.as_ref())
    }

    fn note_output(&mut self, output: Option<&OutputClause>) -> Result<(), Opaque> {
        match output {
            Some(OutputClause::Output { select_items, into_table, .. }) => {
                self.call_rows(&["inserted", "deleted"]);
                for item in select_items {
                    self.note_item(item);
                }
                into_table.iter().try_for_each(|into| self.note_into(into))
            }
            Some(OutputClause::Returning { select_items, .. }) => {
                for item in select_items {
                    self.note_item(item);
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Notes what `into` writes: a table, or a variable or file.
    pub(super) fn note_into(&mut self, into: &SelectInto) -> Result<(), Opaque> {
        for target in &into.targets {
            let idents = match target {
                Expr::Identifier(ident) => std::slice::from_ref(ident),
                Expr::CompoundIdentifier(idents) => idents,
                _ => return Err(Opaque),
            };
            let name = name::join(&idents.iter().collect::<Vec<_>>(), self.dialect);
            self.writes.insert(name);
        }
        Ok(())
    }

    /// Notes that a table of a list is written, where the list may call it by a name of another clause.
    fn write_factor(&mut self, factor: &TableFactor, lists: &[&[TableWithJoins]]) -> Result<(), Opaque> {
        match factor {
            TableFactor::Table { name, args: None, .. } => {
                if let Some(meant) = resolve(name, lists)
                    && !std::ptr::eq(meant, factor)
                {
                    // PostgreSQL and SQLite have no such names in that place: there it may be a table.
                    if matches!(self.dialect, Dialect::MsSql | Dialect::MySql) {
                        self.skipped.insert(std::ptr::from_ref(factor).addr());
                    } else {
                        self.write_name(name)?;
                    }
                    return self.write_factor(meant, &[]);
                }
                self.write_name(name)
            }
            TableFactor::NestedJoin { table_with_joins, .. } => {
                for factor in factors(std::slice::from_ref(&**table_with_joins)) {
                    self.write_factor(factor, lists)?;
                }
                Ok(())
            }
            TableFactor::Derived { .. } => {
                self.write_what_is_read();
                Ok(())
            }
            _ => {
                self.write_what_is_read();
                self.note_effects();
                Ok(())
            }
        }
    }
}

/// Returns the table that a list calls by a name: as an alias, or as the last part of what it is called without one.
fn resolve<'t>(name: &ObjectName, lists: &[&'t [TableWithJoins]]) -> Option<&'t TableFactor> {
    let idents = name::idents(name)?;
    let [only] = idents.as_slice() else { return None };
    lists.iter().flat_map(|list| factors(list)).find(|factor| called(factor).is_some_and(|called| called.eq_ignore_ascii_case(&only.value)))
}

/// Returns what a table is called in the rest of its statement.
fn called(factor: &TableFactor) -> Option<&str> {
    match factor {
        TableFactor::Table { alias: Some(alias), .. } | TableFactor::Derived { alias: Some(alias), .. } => Some(&alias.name.value),
        TableFactor::Table { name, .. } => name.0.last().and_then(|part| part.as_ident()).map(|ident| ident.value.as_str()),
        _ => None,
    }
}
