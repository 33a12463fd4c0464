//! What the nodes of a tree mean: queries, joins, tables, expressions.

use sqlparser::ast::{BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, InTarget, Join, JoinConstraint};
use sqlparser::ast::{JoinOperator, ObjectName, PipeOperator, Query, Select, SelectFlavor, SetExpr, TableFactor};

use super::walk::{Opaque, Walk};
use super::{Dialect, StatementKind, functions, name};

impl Walk {
    pub(super) fn note_query(&mut self, query: &Query) -> Result<(), Opaque> {
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
                let idents: Vec<Ident> = table.schema_name.iter().chain(&table.table_name).cloned().collect();
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

    pub(super) fn note_select(&mut self, select: &Select) -> Result<(), Opaque> {
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

    pub(super) fn note_factor(&mut self, factor: &TableFactor) -> Result<(), Opaque> {
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
            if !alias.columns.is_empty() {
                // `customers as c(id, x)` gives other names to columns that nothing here tells.
                self.columns.insert("*".to_owned());
            }
        } else if let Some(idents) = name.and_then(name::idents) {
            self.note_called(&idents);
        }
    }

    pub(super) fn note_expr(&mut self, expr: &Expr) -> Result<(), Opaque> {
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
    fn note_stars(&mut self, function: &Function) {
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
