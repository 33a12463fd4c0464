//! `sql`: the statements of a query, with what they read and write.
//!
//! `sqlparser` reads the text; this module decides what is put before it, and what is made of its tree. What doesn't parse, what
//! is beyond a limit, and what engines of the dialect may read in another way than the parser (executable comments, a backslash
//! before a quote where that depends on a setting, names that are made when the query runs) is *opaque*.
//!
//! What is known only of the text isn't known of the data: a view reads what stands behind it, a trigger writes what it likes.
//! Where `effects` is true, `reads` and `writes` may lack something.

mod columns;
mod functions;
mod kind;
mod lexical;
mod name;
mod node;
mod shape;
mod target;
mod walk;

pub use name::table_is;

use sqlparser::dialect as foreign;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Tokenizer;

/// The longest query that is parsed, in bytes. A longer one is opaque.
pub const MAX_BYTES: usize = 65_536;
/// How deep a query may nest. What is deeper is opaque.
pub const MAX_DEPTH: usize = 32;
/// How many operators may stand above one another in the tree of a query: its longest chain of `and`, of `+`, of `union`, with what nests
/// in it. What has more is opaque.
pub const MAX_TERMS: usize = 256;

/// How deep the parser may recurse: up to five calls for each level of `MAX_DEPTH`.
const RECURSION_LIMIT: usize = 160;
/// The stack that parsing, walking and dropping need: for a flat query, for each level of the tree, and at most. Measured with the deepest
/// queries of the tests, and rounded up by half; without optimisation it is many times as much.
const STACK_BYTES: [usize; 3] = if cfg!(debug_assertions) { [1 << 20, 384 << 10, 32 << 20] } else { [192 << 10, 64 << 10, 8 << 20] };

crate::words! {
    /// A dialect of SQL.
    Dialect { 0 Generic "generic", 1 Postgres "postgres", 2 MySql "mysql", 3 Sqlite "sqlite", 4 MsSql "mssql", 5 BigQuery "bigquery", 6 Snowflake "snowflake", 7 DuckDb "duckdb", 8 ClickHouse "clickhouse", 9 Redshift "redshift", 10 Ansi "ansi" }
}

crate::words! {
    /// What a statement does.
    StatementKind {
        0 Select "select", 1 Insert "insert", 2 Update "update", 3 Delete "delete", 4 Merge "merge", 5 Truncate "truncate",
        6 Create "create", 7 Alter "alter", 8 Drop "drop", 9 Grant "grant", 10 Revoke "revoke",
        11 Transaction "transaction", 12 Set "set", 13 Copy "copy", 14 Call "call", 15 Explain "explain", 16 Show "show",
        17 Other "other",
    }
}

/// A query: its statements, or why they can't be known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The statements in order; none when it is opaque.
    pub statements: Vec<Statement>,
    /// Whether it could not be parsed.
    pub opaque: bool,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it does. A `with` that writes is what its writing part does (where parts write in different ways, the query is opaque); `explain analyze`
    /// is what it analyses; an `insert` that may change rows that are there (`replace`, `on conflict do update`, `overwrite`) is a `merge`;
    /// `select … into` is a `create`.
    pub kind: StatementKind,
    /// The tables that it reads: names as written, parts joined by dots, unquoted ones in lower case, sorted, each once. Not those of `with`,
    /// where that name is meant. With them the tables whose rows an `update`, `delete` or `merge` picks, and a function that stands for a
    /// table, unless it is known to only compute. A part keeps its double quotes unless it is lower-case letters, digits, `_` and `$`;
    /// quoted ones are in lower case too in dialects that don't tell them apart.
    pub reads: Vec<String>,
    /// The tables that it writes, creates, changes or drops; likewise.
    pub writes: Vec<String>,
    /// The columns that it names, in lower case unless quoted, without the table; `*` where it takes all, by whichever means: a table's name
    /// used as a value, `table t`, `natural join`, an `insert` without columns. Names that `as` gives are among them where they are used.
    pub columns: Vec<String>,
    /// The functions that it calls, in lower case, sorted, each once; with their schema where it is written.
    pub functions: Vec<String>,
    /// The rows that it gives (or updates, or deletes) at most, where that is a number.
    pub limit: Option<i64>,
    /// Whether it has a `where` (of `update` and `delete`: whether rows are picked). One that names no column, or holds for any row by its
    /// form (`1 = 1`, `id = id`, `… or true`), is none.
    pub filtered: bool,
    /// Whether it may read or write in a way that isn't known: a function that isn't known to only compute, a file, program or procedure,
    /// a lock, a setting, or a statement of another kind.
    pub effects: bool,
}

impl Dialect {
    fn foreign(self) -> &'static dyn foreign::Dialect {
        match self {
            Self::Generic => &foreign::GenericDialect {},
            Self::Postgres => &foreign::PostgreSqlDialect {},
            Self::MySql => &foreign::MySqlDialect {},
            Self::Sqlite => &foreign::SQLiteDialect {},
            Self::MsSql => &foreign::MsSqlDialect {},
            Self::BigQuery => &foreign::BigQueryDialect {},
            Self::Snowflake => &foreign::SnowflakeDialect,
            Self::DuckDb => &foreign::DuckDbDialect {},
            Self::ClickHouse => &foreign::ClickHouseDialect {},
            Self::Redshift => &foreign::RedshiftSqlDialect {},
            Self::Ansi => &foreign::AnsiDialect {},
        }
    }
}

/// Returns whether statements of a kind only read, if neither tables nor effects say otherwise.
#[must_use]
pub const fn only_reads(kind: StatementKind) -> bool {
    matches!(kind, StatementKind::Select | StatementKind::Explain | StatementKind::Show)
}

/// Parses a query. Never fails: what can't be known is opaque. A text without statements has none, and isn't opaque.
#[must_use]
pub fn parse(text: &str, dialect: Dialect) -> Query {
    if text.len() > MAX_BYTES || !lexical::is_plain(text, dialect) {
        return Query { statements: Vec::new(), opaque: true };
    }
    let statements = read(text, dialect);
    Query { opaque: statements.is_none(), statements: statements.unwrap_or_default() }
}

fn read(text: &str, dialect: Dialect) -> Option<Vec<Statement>> {
    let tokens = Tokenizer::new(dialect.foreign(), text).tokenize_with_location().ok()?;
    if !lexical::is_certain(&tokens, dialect) {
        return None;
    }
    let depth = lexical::depth(&tokens)?;
    let [flat, level, most] = STACK_BYTES;
    let needed = flat.saturating_add(depth.saturating_mul(level)).min(most);
    stacker::maybe_grow(needed, needed, || {
        let parser = Parser::new(dialect.foreign()).with_recursion_limit(RECURSION_LIMIT);
        let parsed = parser.with_tokens_with_locations(tokens).parse_statements().ok()?;
        parsed.iter().map(|statement| walk::read(statement, dialect)).collect()
    })
}
