//! The tables of a log, and how a file is opened so that nothing in it runs.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::LogError;
use crate::journal::{self, Flaw};

/// `PRAGMA application_id`: the letters `RLOG`.
const APPLICATION: i64 = 0x524c_4f47;
/// `PRAGMA user_version`.
const VERSION: i64 = 1;

/// The tables. Numbers of entries begin at 0. A payload's `id` is twice its entry's number, and one more for the answer.
const TABLES: &[(&str, &str)] = &[
    ("meta", "CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID"),
    ("sessions", "CREATE TABLE sessions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, entries INTEGER NOT NULL, last BLOB NOT NULL)"),
    ("entries", "CREATE TABLE entries (seq INTEGER PRIMARY KEY, session INTEGER, number INTEGER, leaf BLOB NOT NULL, hash BLOB NOT NULL)"),
    ("entries_of_sessions", "CREATE UNIQUE INDEX entries_of_sessions ON entries (session, number) WHERE session IS NOT NULL"),
    ("payloads", "CREATE TABLE payloads (id INTEGER PRIMARY KEY, salt BLOB NOT NULL, body BLOB NOT NULL)"),
    ("nodes", "CREATE TABLE nodes (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID"),
    ("head", "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 0), size INTEGER NOT NULL, root BLOB NOT NULL)"),
    ("checkpoints", "CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL)"),
];

/// What is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode<'o> {
    /// To look at it only.
    Read,
    /// To append to it.
    Write {
        /// What it is called where it is made now.
        origin: &'o str,
    },
}

/// Opens the file of a log. To be written it is made where there is none, and where whoever made it came to no end; any other file stays as
/// it is.
pub(crate) fn open(path: &Path, mode: Mode<'_>, patience: Duration) -> Result<Connection, LogError> {
    let there = path.try_exists().map_err(|e| LogError::Disk(e.to_string()))?;
    if !there && mode == Mode::Read {
        return Err(LogError::Missing(path.display().to_string()));
    }
    let look = || journal::look(path).map_err(|e| LogError::Disk(e.to_string()));
    // Looked at twice, for somebody may be writing.
    if there
        && matches!(look()?, Some(Flaw::Damaged(_)))
        && let Some(Flaw::Damaged(frame)) = look()?
    {
        return Err(LogError::Damaged(format!("frame {frame} of its journal is wrong, and complete transactions follow it")));
    }
    let access = match mode {
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Mode::Write { .. } => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let connection = connect(path, access, patience)?;
    if let Mode::Write { origin } = mode
        && is_empty(&connection)?
    {
        journal(&connection)?;
        make(&connection, origin)?;
    }
    check(&connection)?;
    if mode != Mode::Read {
        journal(&connection)?;
    }
    Ok(connection)
}

/// Returns whether a file is one in which nobody has put anything: the tables of a log come into it all at once.
fn is_empty(connection: &Connection) -> Result<bool, LogError> {
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    Ok(count("SELECT count(*) FROM sqlite_master")? == 0 && count("PRAGMA application_id")? == 0 && count("PRAGMA user_version")? == 0)
}

/// Makes the tables, unless another process has just made them.
fn make(connection: &Connection, origin: &str) -> Result<(), LogError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    if is_empty(connection)? {
        for (_, sql) in TABLES {
            connection.execute_batch(sql)?;
        }
        connection.execute("INSERT INTO meta VALUES ('origin', ?1)", [origin])?;
        let empty = reach_log::merkle::empty_root();
        connection.execute("INSERT INTO head VALUES (0, 0, ?1)", [empty.0.as_slice()])?;
        connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}"))?;
    }
    connection.execute_batch("COMMIT")?;
    Ok(())
}

fn connect(path: &Path, access: OpenFlags, patience: Duration) -> Result<Connection, LogError> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW)?;
    connection.busy_timeout(patience)?;
    // The file may be anybody's: nothing that its schema says is run.
    for (option, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        connection.set_db_config(option, on)?;
    }
    connection.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384")?;
    Ok(connection)
}

/// Sets how changes become durable: a commit returns when the system says that they are on the disk.
fn journal(connection: &Connection) -> Result<(), LogError> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(LogError::ReadOnly(format!("its journal has the mode `{mode}` and can't be changed to `wal`")));
    }
    // What is erased is overwritten. Moving the journal into the file is done by us, so that a failure is seen.
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0")?;
    Ok(())
}

/// Looks whether the file has the tables of a log and nothing else.
fn check(connection: &Connection) -> Result<(), LogError> {
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    if pragma("application_id")? != APPLICATION {
        return Err(LogError::NotALog("it is a database, but not a log".to_owned()));
    }
    let found = pragma("user_version")?;
    if found != VERSION {
        return Err(LogError::Version { found, known: VERSION });
    }
    let mut query = connection.prepare("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")?;
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?.collect::<Result<Vec<_>, _>>()?;
    let same = rows.len() == TABLES.len() && rows.iter().all(|(name, sql)| TABLES.iter().any(|(n, s)| n == name && s == sql));
    if same { Ok(()) } else { Err(LogError::NotALog("its tables are not those of a log".to_owned())) }
}
