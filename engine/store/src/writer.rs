//! Writing: the one place where the file changes.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use reach_log::leaf::{ErasureKind, RecoveryKind, VERSION};
use reach_log::merkle::{Frontier, Nodes, leaf_hash};
use reach_log::{Checkpoint, ErasureLeaf, Hash, Leaf, Payload, PayloadOf, RecoveryLeaf};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::LogError;
use crate::reader::{Reader, hash, int, natural, nodes};
use crate::schema::{self, Mode};

/// The most sessions that are remembered between commits.
const CACHED: usize = 50_000;
/// After about so many bytes in the journal they are moved into the file.
const JOURNAL_BYTES: usize = 4 << 20;
/// What a commit adds to the journal at least: the pages of the head, of the session, and of the ends of tables, each of 4 KiB.
const COMMIT_BYTES: usize = 8 << 12;

/// An entry that waits to be written.
#[derive(Debug)]
pub(crate) struct Pending {
    pub session: String,
    pub number: u64,
    pub previous: Hash,
    pub leaf: Vec<u8>,
    pub hash: Hash,
    pub event: Payload,
    pub answer: Option<Payload>,
}

/// What is known of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    id: i64,
    pub entries: u64,
    pub last: Hash,
}

/// The connection that appends, and what it knows of the file.
#[derive(Debug)]
pub(crate) struct Writer {
    connection: Connection,
    tree: Frontier,
    /// Of sessions that were written. Looked up only, so that its order is never seen.
    known: HashMap<String, Known>,
    /// What SQLite counts up when another connection changes the file.
    data_version: i64,
    /// About how many bytes the journal has.
    journal: usize,
}

struct Stored<'c>(&'c Connection);

impl Nodes for Stored<'_> {
    type Error = LogError;
    fn nodes(&mut self, level: u8, from: u64, count: usize) -> Result<Vec<Hash>, LogError> {
        nodes(self.0, level, from, count)
    }
}

impl Writer {
    /// Opens a log, or makes one.
    pub(crate) fn open(path: &Path, origin: &str, patience: Duration) -> Result<Self, LogError> {
        let connection = schema::open(path, Mode::Write { origin }, patience)?;
        Ok(Self { connection, tree: Frontier::default(), known: HashMap::new(), data_version: -1, journal: 0 })
    }

    /// Runs something in a transaction that no other process writes in. All of it is durable when this returns, or nothing happened.
    pub(crate) fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, LogError>) -> Result<T, LogError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = self.refresh().and_then(|()| work(self)).and_then(|value| self.write_head().map(|()| value));
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.connection.execute_batch(end).map_err(LogError::from);
        match (done, ended) {
            (Ok(value), Ok(())) => {
                self.move_journal()?;
                Ok(value)
            }
            (Ok(_), Err(e)) => {
                // Whether it is kept isn't known, and asking again would not tell.
                self.data_version = -1;
                Err(LogError::Disk(e.to_string()))
            }
            (Err(e), ended) => {
                self.data_version = -1;
                if ended.is_err() && !self.connection.is_autocommit() { Err(LogError::Disk(e.to_string())) } else { Err(e) }
            }
        }
    }

    /// Runs something that repairs the file: as [`Writer::transaction`], but the tree is not read before.
    pub(crate) fn recovery<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, LogError>) -> Result<T, LogError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = work(self);
        self.data_version = -1;
        self.connection.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        done
    }

    /// Reads again what another process may have changed.
    fn refresh(&mut self) -> Result<(), LogError> {
        let version: i64 = self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?;
        if self.data_version == version {
            return Ok(());
        }
        self.known.clear();
        let (size, root): (i64, Vec<u8>) = self.connection.query_row("SELECT size, root FROM head", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.tree = Frontier::of(&mut Stored(&self.connection), natural(size)?)?;
        if self.tree.root() != hash(&root)? {
            return Err(LogError::Damaged("the hashes of the tree do not lead to its root".to_owned()));
        }
        self.data_version = version;
        Ok(())
    }

    fn write_head(&self) -> Result<(), LogError> {
        let mut update = self.connection.prepare_cached("UPDATE head SET size = ?1, root = ?2")?;
        update.execute(params![int(self.tree.size())?, self.tree.root().0.as_slice()])?;
        Ok(())
    }

    /// Moves the journal into the file now and then. A sync that fails there is not tried again either.
    fn move_journal(&mut self) -> Result<(), LogError> {
        self.journal = self.journal.saturating_add(COMMIT_BYTES);
        if self.journal < JOURNAL_BYTES {
            return Ok(());
        }
        self.journal = 0;
        // Where somebody reads, it is done another time.
        self.checkpoint_journal("PASSIVE").map(drop)
    }

    /// Moves the journal into the file, and returns whether all of it was: others may be using it.
    fn checkpoint_journal(&self, how: &str) -> Result<bool, LogError> {
        match self.connection.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |row| row.get::<_, i64>(0)) {
            Ok(busy) => Ok(busy == 0),
            Err(e) => match LogError::from(e) {
                LogError::Locked => Ok(false),
                e => Err(LogError::Disk(e.to_string())),
            },
        }
    }

    /// Returns what the log knows of a session.
    pub(crate) fn session(&mut self, name: &str) -> Result<Option<Known>, LogError> {
        if let Some(known) = self.known.get(name) {
            return Ok(Some(*known));
        }
        let mut query = self.connection.prepare_cached("SELECT id, entries, last FROM sessions WHERE name = ?1")?;
        let row = query.query_row([name], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?))).optional()?;
        row.map(|(id, entries, last)| Ok(Known { id, entries: natural(entries)?, last: hash(&last)? })).transpose()
    }

    /// Returns the number in the log of an entry that is appended, or why this one can't be. Must run in a transaction.
    pub(crate) fn append(&mut self, entry: &Pending) -> Result<Result<u64, LogError>, LogError> {
        let known = self.session(&entry.session)?;
        let found = known.map_or(0, |known| known.entries);
        if found != entry.number || known.map_or(Hash::ZERO, |known| known.last) != entry.previous {
            return Ok(Err(LogError::Session { session: entry.session.clone(), found, number: entry.number }));
        }
        let entries = int(entry.number.saturating_add(1))?;
        let id = match known {
            Some(known) => {
                let mut update = self.connection.prepare_cached("UPDATE sessions SET entries = ?2, last = ?3 WHERE id = ?1")?;
                update.execute(params![known.id, entries, entry.hash.0.as_slice()])?;
                known.id
            }
            None => {
                let mut insert = self.connection.prepare_cached("INSERT INTO sessions (name, entries, last) VALUES (?1, ?2, ?3)")?;
                insert.insert(params![entry.session, entries, entry.hash.0.as_slice()])?
            }
        };
        let sequence = self.insert(Some((id, entry.number)), &entry.leaf, entry.hash)?;
        let mut insert = self.connection.prepare_cached("INSERT INTO payloads (id, salt, body) VALUES (?1, ?2, ?3)")?;
        for (id, payload) in [(2 * sequence, Some(&entry.event)), (2 * sequence + 1, entry.answer.as_ref())] {
            if let Some(payload) = payload {
                insert.execute(params![int(id)?, payload.salt.as_slice(), payload.bytes])?;
            }
        }
        drop(insert);
        let bytes = entry.leaf.len() + entry.event.bytes.len() + entry.answer.as_ref().map_or(0, |answer| answer.bytes.len());
        self.journal = self.journal.saturating_add(bytes);
        if self.known.len() >= CACHED {
            self.known.clear();
        }
        self.known.insert(entry.session.clone(), Known { id, entries: entry.number + 1, last: entry.hash });
        Ok(Ok(sequence))
    }

    /// Appends an entry to the tree.
    fn insert(&mut self, session: Option<(i64, u64)>, leaf: &[u8], hash: Hash) -> Result<u64, LogError> {
        let sequence = self.tree.size();
        let (id, number) = match session {
            Some((id, number)) => (Some(id), Some(int(number)?)),
            None => (None, None),
        };
        let mut insert = self.connection.prepare_cached("INSERT INTO entries (seq, session, number, leaf, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        insert.execute(params![int(sequence)?, id, number, leaf, hash.0.as_slice()])?;
        let mut node = self.connection.prepare_cached("INSERT INTO nodes (level, idx, hash) VALUES (?1, ?2, ?3)")?;
        let mut failed = Ok(());
        self.tree.push(hash, |level, index, hash| {
            if level > 0 && failed.is_ok() {
                failed = int(index).and_then(|index| Ok(node.execute(params![level, index, hash.0.as_slice()])?)).map(drop);
            }
        });
        failed.map(|()| sequence)
    }

    /// Erases a payload, and appends the entry that says so. Must run in a transaction.
    pub(crate) fn erase(&mut self, entry: u64, payload: PayloadOf, reason: &str) -> Result<u64, LogError> {
        let leaf: Option<Vec<u8>> = self.connection.query_row("SELECT leaf FROM entries WHERE seq = ?1", [int(entry)?], |row| row.get(0)).optional()?;
        let leaf = leaf.ok_or_else(|| LogError::Form(format!("the log has no entry {entry}")))?;
        let Ok(Leaf::Event(leaf)) = Leaf::parse(&leaf) else {
            return Err(LogError::Form(format!("entry {entry} is not an event that can be read")));
        };
        let address = match payload {
            PayloadOf::Event => Some(leaf.event),
            PayloadOf::Answer => leaf.answer,
        };
        let address = address.ok_or_else(|| LogError::Form(format!("entry {entry} has no {}", payload.word())))?;
        let id = int(2 * entry + u64::from(payload == PayloadOf::Answer))?;
        if self.connection.execute("DELETE FROM payloads WHERE id = ?1", [id])? == 0 {
            return Err(LogError::Form(format!("the {} of entry {entry} was erased already", payload.word())));
        }
        self.note(&Leaf::Erasure(ErasureLeaf { address, entry, kind: ErasureKind::Is, payload, reason: reason.to_owned(), version: VERSION }))
    }

    /// Appends an entry of no session.
    fn note(&mut self, leaf: &Leaf) -> Result<u64, LogError> {
        let bytes = leaf.to_bytes().map_err(|e| LogError::Form(e.to_string()))?;
        let hash = leaf_hash(&bytes);
        self.insert(None, &bytes, hash)
    }

    /// Removes the entries from a number on and says so. Must run in [`Writer::recovery`].
    pub(crate) fn cut(&mut self, from: u64, cut: u64, reason: &str) -> Result<(), LogError> {
        let first = int(from)?;
        let mut query = self.connection.prepare("SELECT DISTINCT session FROM entries WHERE seq >= ?1 AND session IS NOT NULL")?;
        let sessions = query.query_map([first], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        drop(query);
        self.connection.execute("DELETE FROM payloads WHERE id >= ?1", [first.saturating_mul(2)])?;
        self.connection.execute("DELETE FROM entries WHERE seq >= ?1", [first])?;
        // A node stays where all that it covers stays.
        for level in 1..8u32 {
            self.connection.execute("DELETE FROM nodes WHERE level = ?1 AND idx >= ?2", params![level, int(from >> (8 * level))?])?;
        }
        for id in sessions {
            let mut last = self.connection.prepare_cached("SELECT number, hash FROM entries WHERE session = ?1 ORDER BY number DESC LIMIT 1")?;
            let last = last.query_row([id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))).optional()?;
            match last {
                Some((number, hash)) => {
                    self.connection.execute("UPDATE sessions SET entries = ?2, last = ?3 WHERE id = ?1", params![id, number.saturating_add(1), hash])?
                }
                None => self.connection.execute("DELETE FROM sessions WHERE id = ?1", [id])?,
            };
        }
        self.known.clear();
        self.tree = Frontier::of(&mut Stored(&self.connection), from)?;
        let mut reason = reason.to_owned();
        while reason.len() > reach_log::leaf::MAX_REASON_BYTES {
            reason.pop();
        }
        self.note(&Leaf::Recovery(RecoveryLeaf { cut, kind: RecoveryKind::Is, reason, version: VERSION }))?;
        self.write_head()
    }

    /// Keeps a signed checkpoint. Must run in a transaction.
    pub(crate) fn keep_checkpoint(&mut self, size: u64, note: &str) -> Result<(), LogError> {
        self.connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (?1, ?2)", params![int(size)?, note])?;
        Ok(())
    }

    /// Returns the state of the log. Must run in a transaction.
    pub(crate) fn checkpoint(&self) -> Result<Checkpoint, LogError> {
        let origin: String = self.connection.query_row("SELECT value FROM meta WHERE name = 'origin'", [], |row| row.get(0))?;
        Ok(Checkpoint { origin, size: self.tree.size(), root: self.tree.root() })
    }

    /// Writes over what was erased, in the journal too.
    pub(crate) fn wipe(&self) -> Result<(), LogError> {
        if self.checkpoint_journal("TRUNCATE")? { Ok(()) } else { Err(LogError::Remains) }
    }

    /// Runs something that reads the file.
    pub(crate) fn reading<T>(&mut self, work: impl FnOnce(&mut Reader) -> Result<T, LogError>) -> Result<T, LogError> {
        let memory = Connection::open_in_memory()?;
        let mut reader = Reader::over(std::mem::replace(&mut self.connection, memory));
        let done = work(&mut reader);
        self.connection = reader.into_connection();
        done
    }

    /// Lets the connection go without touching the file, after a write to it failed.
    pub(crate) fn abandon(self) {
        let _ = self.connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    }
}
