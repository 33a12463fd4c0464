//! Reading a log: entries, payloads, nodes of the tree.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use reach_log::audit::{Auditor, Earlier, Held, Looked, Row};
use reach_log::merkle::{Frontier, Nodes};
use reach_log::payload::SALT_BYTES;
use reach_log::{Finding, Hash, Payload, Summary};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::LogError;
use crate::schema::{self, Mode};

/// How many entries are read at a time.
const PAGE: u64 = 1_024;
/// After so many bytes of entries and payloads no more are read at a time.
const PAGE_BYTES: usize = 4 << 20;

/// An entry with its payloads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its number in the log, from 0.
    pub sequence: u64,
    /// Its bytes.
    pub leaf: Vec<u8>,
    /// The hash that stands beside it; none where that is no hash.
    pub hash: Option<Hash>,
    /// The event as it came; none where it was erased.
    pub event: Option<StoredPayload>,
    /// The answer; none where it was erased or there is none.
    pub answer: Option<StoredPayload>,
}

/// A payload as it is stored; its salt may have any length in a damaged log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPayload {
    /// The salt.
    pub salt: Vec<u8>,
    /// The event or the answer.
    pub bytes: Vec<u8>,
}

impl StoredEntry {
    /// Returns the entry as an audit takes it. One whose hash is none has a wrong one.
    pub(crate) fn row(&self) -> Row<'_> {
        Row {
            leaf: &self.leaf,
            hash: Some(self.hash.unwrap_or(Hash::ZERO)),
            event: self.event.as_ref().map(StoredPayload::held),
            answer: self.answer.as_ref().map(StoredPayload::held),
        }
    }
}

impl StoredPayload {
    fn held(&self) -> Held<'_> {
        Held { salt: &self.salt, bytes: &self.bytes }
    }

    /// Returns the payload, where its salt has the length that it must have.
    #[must_use]
    pub fn payload(&self) -> Option<Payload> {
        let salt: [u8; SALT_BYTES] = self.salt.as_slice().try_into().ok()?;
        Some(Payload { salt, bytes: self.bytes.clone() })
    }
}

/// How many entries a log has, and the root of their tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub size: u64,
    /// The root.
    pub root: Hash,
}

/// Entries that were read at once.
struct Page {
    entries: Vec<StoredEntry>,
    /// The last one, where more may follow.
    last: Option<Last>,
}

/// Where reading goes on.
struct Last {
    sequence: u64,
    /// The number in its session.
    number: u64,
}

/// A log that is looked at. What others append meanwhile is seen by the next question.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
}

/// A number as SQLite has it.
pub(crate) fn int(n: u64) -> Result<i64, LogError> {
    i64::try_from(n).map_err(|_| LogError::Damaged("a number is too large".to_owned()))
}

/// A number out of SQLite.
pub(crate) fn natural(n: i64) -> Result<u64, LogError> {
    u64::try_from(n).map_err(|_| LogError::Damaged("a number is negative".to_owned()))
}

pub(crate) fn hash(bytes: &[u8]) -> Result<Hash, LogError> {
    Hash::from_slice(bytes).ok_or_else(|| LogError::Damaged("a hash has not 32 bytes".to_owned()))
}

impl Reader {
    /// Opens a log to look at it.
    ///
    /// # Errors
    /// When there is none, or the file is no log.
    pub fn open(path: &Path, patience: Duration) -> Result<Self, LogError> {
        Ok(Self { connection: schema::open(path, Mode::Read, patience)? })
    }

    pub(crate) const fn over(connection: Connection) -> Self {
        Self { connection }
    }

    pub(crate) fn into_connection(self) -> Connection {
        self.connection
    }

    /// Returns which log it is: the first line of its checkpoints.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn origin(&self) -> Result<String, LogError> {
        Ok(self.connection.query_row("SELECT value FROM meta WHERE name = 'origin'", [], |row| row.get(0))?)
    }

    /// Returns how many entries there are, and their root as it stands in the file.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn head(&self) -> Result<Head, LogError> {
        let (size, root): (i64, Vec<u8>) = self.connection.query_row("SELECT size, root FROM head", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Head { size: natural(size)?, root: hash(&root)? })
    }

    /// Returns the signed checkpoints by size.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn checkpoints(&self) -> Result<Vec<(u64, String)>, LogError> {
        let mut query = self.connection.prepare_cached("SELECT size, note FROM checkpoints ORDER BY size")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().map(|(size, note)| Ok((natural(size)?, note))).collect()
    }

    /// Returns the names of all sessions in order, with the number of their entries.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn sessions(&self) -> Result<Vec<(String, u64)>, LogError> {
        let mut query = self.connection.prepare_cached("SELECT name, entries FROM sessions ORDER BY name")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?.collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().map(|(name, entries)| Ok((name, natural(entries)?))).collect()
    }

    /// Returns the entry of that number in the log.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn entry(&self, sequence: u64) -> Result<Option<StoredEntry>, LogError> {
        Ok(self.page("e.seq = ?1", params![int(sequence)?])?.entries.pop())
    }

    /// Hands over the entries from one number to before another, one after the other.
    ///
    /// # Errors
    /// When one can't be read, or what `each` returns.
    pub fn entries<E: From<LogError>>(&self, from: u64, to: u64, mut each: impl FnMut(StoredEntry) -> Result<(), E>) -> Result<(), E> {
        let mut next = from;
        while next < to {
            let (page, after) = self.page_from(next, to)?;
            next = after;
            page.into_iter().try_for_each(&mut each)?;
        }
        Ok(())
    }

    /// Returns some of the entries from one number to before another, and the number that comes after them.
    fn page_from(&self, from: u64, to: u64) -> Result<(Vec<StoredEntry>, u64), LogError> {
        let until = to.min(from.saturating_add(PAGE));
        let Page { entries, last } = self.page("e.seq >= ?1 AND e.seq < ?2 ORDER BY e.seq", params![int(from)?, int(until)?])?;
        Ok((entries, last.map_or(until, |last| last.sequence + 1)))
    }

    /// Hands over the entries of a session in order.
    ///
    /// # Errors
    /// When one can't be read, or what `each` returns.
    pub fn session<E: From<LogError>>(&self, name: &str, mut each: impl FnMut(StoredEntry) -> Result<(), E>) -> Result<(), E> {
        let Some((id, entries)) = self.session_row(name)? else { return Ok(()) };
        let mut next = 0;
        while next < entries {
            let until = entries.min(next.saturating_add(PAGE));
            let filter = "e.session = ?1 AND e.number >= ?2 AND e.number < ?3 ORDER BY e.number";
            let Page { entries, last } = self.page(filter, params![id, int(next)?, int(until)?])?;
            next = last.map_or(until, |last| last.number + 1);
            entries.into_iter().try_for_each(&mut each)?;
        }
        Ok(())
    }

    fn session_row(&self, name: &str) -> Result<Option<(i64, u64)>, LogError> {
        let mut query = self.connection.prepare_cached("SELECT id, entries FROM sessions WHERE name = ?1")?;
        let row = query.query_row([name], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).optional()?;
        row.map(|(id, entries)| Ok((id, natural(entries)?))).transpose()
    }

    /// Returns the bytes of the entry of a session with that number.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn leaf_of_session(&self, name: &str, number: u64) -> Result<Option<Vec<u8>>, LogError> {
        let sql = "SELECT leaf FROM entries WHERE session = (SELECT id FROM sessions WHERE name = ?1) AND number = ?2";
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_row(params![name, int(number)?], |row| row.get(0)).optional()?)
    }

    /// Returns the entries of a filter, until they are enough.
    fn page(&self, filter: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Page, LogError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT e.seq, e.leaf, e.hash, p.salt, p.body, a.salt, a.body, e.number FROM entries e \
             LEFT JOIN payloads p ON p.id = 2 * e.seq LEFT JOIN payloads a ON a.id = 2 * e.seq + 1 WHERE {filter}"
        ))?;
        let mut rows = query.query(values)?;
        let (mut entries, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let payload = |salt: usize| -> Result<Option<StoredPayload>, rusqlite::Error> {
                let (salt, bytes): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(salt)?, row.get(salt + 1)?);
                Ok(salt.zip(bytes).map(|(salt, bytes)| StoredPayload { salt, bytes }))
            };
            let stored: Vec<u8> = row.get(2)?;
            let (event, answer) = (payload(3)?, payload(5)?);
            let leaf: Vec<u8> = row.get(1)?;
            bytes += leaf.len() + [&event, &answer].into_iter().flatten().map(|payload| payload.salt.len() + payload.bytes.len()).sum::<usize>();
            let sequence = natural(row.get(0)?)?;
            entries.push(StoredEntry { sequence, leaf, hash: Hash::from_slice(&stored), event, answer });
            if bytes > PAGE_BYTES {
                let number: Option<i64> = row.get(7)?;
                return Ok(Page { entries, last: Some(Last { sequence, number: natural(number.unwrap_or_default())? }) });
            }
        }
        Ok(Page { entries, last: None })
    }

    /// Looks at all entries from a number on, and at what they are hashed to. `roots` are the roots that checkpoints say, by size;
    /// `each` is told after every entry how many were looked at.
    ///
    /// The entries before `from` are trusted, and so must be that the tree of that size has the right root: give it among `roots`.
    ///
    /// # Errors
    /// When the file can't be read; what is wrong with entries is among the findings.
    pub fn audit(&mut self, from: u64, roots: &[(u64, Hash)], mut each: impl FnMut(u64)) -> Result<(Summary, Vec<Finding>), LogError> {
        // All of it is read in one state of the file.
        self.connection.execute_batch("BEGIN")?;
        let audited = self.audit_all(from, roots, &mut each);
        self.connection.execute_batch("COMMIT")?;
        audited
    }

    fn audit_all(&mut self, from: u64, roots: &[(u64, Hash)], each: &mut impl FnMut(u64)) -> Result<(Summary, Vec<Finding>), LogError> {
        let broken: Option<String> = self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).optional()?;
        if let Some(broken) = broken.filter(|text| text != "ok") {
            return Err(LogError::Damaged(broken));
        }
        let head = self.head()?;
        let from = from.min(head.size);
        let tree = Frontier::of(self, from)?;
        let known = roots.iter().filter(|(size, _)| *size >= from).copied();
        let mut auditor = Auditor::after(tree, known.chain([(head.size, head.root)]));
        // Pages are read here, and looked at by other threads meanwhile; what they are together is asked here again, in order.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut next = from;
        std::thread::scope(|scope| {
            let (mut pages, mut read) = (VecDeque::new(), from);
            loop {
                while read < head.size && pages.len() <= threads {
                    let (page, after) = self.page_from(read, head.size)?;
                    read = after;
                    pages.push_back(scope.spawn(move || page.iter().map(|entry| (entry.sequence, Looked::at(&entry.row()))).collect::<Vec<_>>()));
                }
                let Some(page) = pages.pop_front() else { return Ok(()) };
                for (sequence, looked) in page.join().map_err(|_| LogError::Broken("a thread that looks at entries has ended".to_owned()))? {
                    // A number that is missing in the middle would shift all that follow.
                    if sequence != next {
                        return Err(LogError::Damaged(format!("entry {next} is not there")));
                    }
                    next += 1;
                    let node = |level: u8, index: u64, hash: Hash| self.node(level, index).is_ok_and(|stored| stored == Some(hash));
                    auditor.take(looked, node, &mut Before(self));
                    each(next - from);
                }
            }
        })?;
        if next != head.size {
            return Err(LogError::Damaged(format!("entry {next} is not there")));
        }
        let beyond: i64 = self.connection.query_row("SELECT count(*) FROM entries WHERE seq >= ?1 OR seq < 0", [int(head.size)?], |row| row.get(0))?;
        if beyond > 0 {
            return Err(LogError::Damaged(format!("{beyond} entries stand outside of the log's {} entries", head.size)));
        }
        Ok(auditor.finish())
    }

    fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, LogError> {
        let mut query = self.connection.prepare_cached("SELECT hash FROM nodes WHERE level = ?1 AND idx = ?2")?;
        let found: Option<Vec<u8>> = query.query_row(params![level, int(index)?], |row| row.get(0)).optional()?;
        Ok(found.and_then(|bytes| Hash::from_slice(&bytes)))
    }
}

/// The entries before those that an audit looks at.
struct Before<'r>(&'r Reader);

impl Earlier for Before<'_> {
    fn leaf(&mut self, session: &str, number: u64) -> Option<Vec<u8>> {
        self.0.leaf_of_session(session, number).ok().flatten()
    }
}

impl Nodes for Reader {
    type Error = LogError;

    fn nodes(&mut self, level: u8, from: u64, count: usize) -> Result<Vec<Hash>, LogError> {
        nodes(&self.connection, level, from, count)
    }
}

/// Reads nodes of the tree out of the file.
pub(crate) fn nodes(connection: &Connection, level: u8, from: u64, count: usize) -> Result<Vec<Hash>, LogError> {
    let sql = if level == 0 {
        "SELECT hash FROM entries WHERE seq >= ?2 AND seq < ?3 AND ?1 = 0 ORDER BY seq"
    } else {
        "SELECT hash FROM nodes WHERE level = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx"
    };
    let mut query = connection.prepare_cached(sql)?;
    let to = from.saturating_add(count as u64);
    let rows = query.query_map(params![level, int(from)?, int(to)?], |row| row.get::<_, Vec<u8>>(0))?;
    let found = rows.map(|bytes| hash(&bytes?)).collect::<Result<Vec<_>, LogError>>()?;
    if found.len() == count { Ok(found) } else { Err(LogError::Damaged(format!("hashes of the tree are missing at level {level} from {from} on"))) }
}
