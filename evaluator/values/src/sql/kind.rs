//! The kinds of statements, and which of them have effects by themselves.

use sqlparser::ast::{
    AlterTableOperation, CascadeOption, CopyTarget, DropBehavior, Insert, ObjectType, OnConflictAction, OnInsert, SqliteOnConflict, Statement,
};

use super::StatementKind as Kind;

/// Returns what a statement does, and whether it has effects that its tables don't tell.
///
/// Every statement of the parser is listed, so that a new one is noticed; what isn't understood is `Other` with effects.
pub(super) fn of(statement: &Statement) -> (Kind, bool) {
    match statement {
        Statement::Query(_) => (Kind::Select, false),
        Statement::Insert(insert) => (insert_kind(insert), false),
        Statement::Update(_) => (Kind::Update, false),
        Statement::Delete(_) => (Kind::Delete, false),
        Statement::Merge(_) => (Kind::Merge, false),
        Statement::Truncate(truncate) => (Kind::Truncate, matches!(truncate.cascade, Some(CascadeOption::Cascade))),
        Statement::Explain { .. } | Statement::ExplainTable { .. } => (Kind::Explain, false),
        Statement::StartTransaction { statements, exception, has_end_keyword, .. } => {
            if statements.is_empty() && exception.is_none() && !has_end_keyword {
                (Kind::Transaction, false)
            } else {
                (Kind::Other, true)
            }
        }
        Statement::Commit { .. } | Statement::Rollback { .. } | Statement::Savepoint { .. } | Statement::ReleaseSavepoint { .. } => (Kind::Transaction, false),
        Statement::Set(_) | Statement::Use(_) | Statement::Reset(_) | Statement::AlterSession { .. } | Statement::Discard { .. } => (Kind::Set, true),
        Statement::Copy { target, .. } => (Kind::Copy, matches!(target, CopyTarget::File { .. } | CopyTarget::Program { .. })),
        Statement::CopyIntoSnowflake { .. }
        | Statement::Unload { .. }
        | Statement::ExportData(_)
        | Statement::LoadData { .. }
        | Statement::Directory { .. }
        | Statement::Put { .. } => (Kind::Copy, true),
        Statement::Call(_) | Statement::Execute { .. } => (Kind::Call, true),
        Statement::CreateTable(table) => (Kind::Create, table.external || table.location.is_some() || table.base_location.is_some() || table.version.is_some()),
        Statement::CreateView(view) => (Kind::Create, view.to.is_some()),
        Statement::CreateIndex(_) | Statement::CreateSequence { .. } => (Kind::Create, false),
        Statement::CreateVirtualTable { .. }
        | Statement::CreateRole(_)
        | Statement::CreateSecret { .. }
        | Statement::CreateServer(_)
        | Statement::CreateForeignTable(_)
        | Statement::CreateForeignDataWrapper(_)
        | Statement::CreateUserMapping(_)
        | Statement::CreatePolicy(_)
        | Statement::CreateRule(_)
        | Statement::CreateConnector(_)
        | Statement::CreateOperator(_)
        | Statement::CreateOperatorFamily(_)
        | Statement::CreateOperatorClass(_)
        | Statement::CreateTextSearch(_)
        | Statement::CreateAggregate(_)
        | Statement::CreateExtension(_)
        | Statement::CreateCollation(_)
        | Statement::CreateSchema { .. }
        | Statement::CreateDatabase { .. }
        | Statement::CreateFunction(_)
        | Statement::CreateTrigger(_)
        | Statement::CreateProcedure { .. }
        | Statement::CreateMacro { .. }
        | Statement::CreateStage { .. }
        | Statement::CreateFileFormat { .. }
        | Statement::CreateWarehouse(_)
        | Statement::CreateDomain(_)
        | Statement::CreateType { .. }
        | Statement::CreateUser(_) => (Kind::Create, true),
        Statement::AlterTable(table) => (Kind::Alter, table.location.is_some() || !table.operations.iter().all(stays_inside)),
        Statement::RenameTable(_) => (Kind::Alter, false),
        Statement::AlterSchema(_)
        | Statement::AlterIndex { .. }
        | Statement::AlterView(_)
        | Statement::AlterFunction(_)
        | Statement::AlterType(_)
        | Statement::AlterCollation(_)
        | Statement::AlterOperator(_)
        | Statement::AlterOperatorFamily(_)
        | Statement::AlterOperatorClass(_)
        | Statement::AlterTextSearch(_)
        | Statement::AlterRole { .. }
        | Statement::AlterPolicy(_)
        | Statement::AlterTrigger(_)
        | Statement::AlterConnector { .. }
        | Statement::AlterDefaultPrivileges(_)
        | Statement::AlterUser(_)
        | Statement::Comment { .. } => (Kind::Alter, true),
        Statement::Drop { object_type, cascade, table, .. } => {
            let table_like = matches!(object_type, ObjectType::Table | ObjectType::View | ObjectType::MaterializedView);
            (Kind::Drop, *cascade || table.is_some() || !table_like)
        }
        Statement::DropFunction(_)
        | Statement::DropDomain(_)
        | Statement::DropProcedure { .. }
        | Statement::DropSecret { .. }
        | Statement::DropPolicy(_)
        | Statement::DropRule(_)
        | Statement::DropConnector { .. }
        | Statement::DropExtension(_)
        | Statement::DropOperator(_)
        | Statement::DropOperatorFamily(_)
        | Statement::DropOperatorClass(_)
        | Statement::DropTrigger(_) => (Kind::Drop, true),
        Statement::Grant(_) | Statement::GrantRole(_) => (Kind::Grant, true),
        Statement::Revoke(_) | Statement::RevokeRole(_) | Statement::Deny(_) => (Kind::Revoke, true),
        Statement::ShowFunctions { .. }
        | Statement::ShowVariable { .. }
        | Statement::ShowStatus { .. }
        | Statement::ShowVariables { .. }
        | Statement::ShowCreate { .. }
        | Statement::ShowColumns { .. }
        | Statement::ShowCatalogs { .. }
        | Statement::ShowDatabases { .. }
        | Statement::ShowProcessList { .. }
        | Statement::ShowSchemas { .. }
        | Statement::ShowCharset(_)
        | Statement::ShowObjects(_)
        | Statement::ShowTables { .. }
        | Statement::ShowViews { .. }
        | Statement::ShowCollation { .. } => (Kind::Show, false),
        Statement::Analyze(_)
        | Statement::Msck(_)
        | Statement::Install { .. }
        | Statement::Load { .. }
        | Statement::Case(_)
        | Statement::If(_)
        | Statement::While(_)
        | Statement::Raise(_)
        | Statement::Open(_)
        | Statement::Close { .. }
        | Statement::AttachDatabase { .. }
        | Statement::AttachDuckDBDatabase { .. }
        | Statement::DetachDuckDBDatabase { .. }
        | Statement::Declare { .. }
        | Statement::Fetch { .. }
        | Statement::Flush { .. }
        | Statement::Assert { .. }
        | Statement::Deallocate { .. }
        | Statement::Prepare { .. }
        | Statement::Kill { .. }
        | Statement::Cache { .. }
        | Statement::UNCache { .. }
        | Statement::Pragma { .. }
        | Statement::Lock(_)
        | Statement::LockTables { .. }
        | Statement::UnlockTables
        | Statement::OptimizeTable { .. }
        | Statement::LISTEN { .. }
        | Statement::UNLISTEN { .. }
        | Statement::NOTIFY { .. }
        | Statement::List(_)
        | Statement::Remove(_)
        | Statement::RaisError { .. }
        | Statement::Throw(_)
        | Statement::Print(_)
        | Statement::WaitFor(_)
        | Statement::Return(_)
        | Statement::Vacuum(_)
        | Statement::RefreshMaterializedView(_) => (Kind::Other, true),
    }
}

/// Returns whether a change of a table leaves other objects as they are.
fn stays_inside(operation: &AlterTableOperation) -> bool {
    match operation {
        AlterTableOperation::DropColumn { drop_behavior, .. } | AlterTableOperation::DropConstraint { drop_behavior, .. } => {
            !matches!(drop_behavior, Some(DropBehavior::Cascade))
        }
        AlterTableOperation::AddColumn { .. }
        | AlterTableOperation::RenameColumn { .. }
        | AlterTableOperation::ChangeColumn { .. }
        | AlterTableOperation::ModifyColumn { .. }
        | AlterTableOperation::AlterColumn { .. }
        | AlterTableOperation::AddConstraint { .. } => true,
        _ => false,
    }
}

fn insert_kind(insert: &Insert) -> Kind {
    let updates = match &insert.on {
        None => false,
        Some(OnInsert::OnConflict(conflict)) => !matches!(conflict.action, OnConflictAction::DoNothing),
        Some(_) => true,
    };
    let replaces = insert.replace_into || insert.overwrite || matches!(insert.or, Some(SqliteOnConflict::Replace));
    if updates || replaces { Kind::Merge } else { Kind::Insert }
}

/// Returns whether statements of a kind write by what they are, inside of another one too.
pub(super) fn writes(kind: Kind) -> bool {
    matches!(kind, Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge | Kind::Truncate | Kind::Create | Kind::Alter | Kind::Drop)
}
