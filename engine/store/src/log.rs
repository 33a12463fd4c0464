//! The log as hosts hold it: many sessions append, and share commits.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use reach_engine::{Entry, Store, StoreError};
use reach_log::merkle::leaf_hash;
use reach_log::payload::SALT_BYTES;
use reach_log::{Checkpoint, Hash, Leaf, Payload, PayloadOf};

use crate::error::LogError;
use crate::reader::{Head, Reader};
use crate::recover::recover;
use crate::writer::{Pending, Writer};

/// The largest event or answer that is recorded, in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 16 << 20;
/// The most that waits for a commit. Beyond that whoever appends writes first.
const WAITING_BYTES: usize = 16 << 20;
/// The most entries that wait for a commit.
const WAITING_ENTRIES: usize = 4_096;

/// Gives random bytes, or says why there are none.
pub type Salts = Box<dyn FnMut(&mut [u8]) -> Result<(), String> + Send>;

/// How a log is opened to be written.
pub struct LogOptions {
    /// The first line of its checkpoints, should it be made now.
    pub origin: String,
    /// How long another process is waited for.
    pub patience: Duration,
    /// Where salts come from: the system's random bytes, unless a test wants to see the same log twice.
    pub salts: Salts,
}

impl LogOptions {
    /// Returns options with the system's random bytes, and five seconds for others.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        let salts = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|e| e.to_string());
        Self { origin: origin.to_owned(), patience: Duration::from_secs(5), salts: Box::new(salts) }
    }
}

impl std::fmt::Debug for LogOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogOptions").field("origin", &self.origin).field("patience", &self.patience).finish_non_exhaustive()
    }
}

/// What became of an entry: its number in the log.
type Slot = Arc<OnceLock<Result<u64, LogError>>>;

/// What sessions share.
struct Shared {
    state: Mutex<State>,
    written: Condvar,
}

struct State {
    /// Nobody's while somebody writes.
    writer: Option<Writer>,
    waiting: Vec<(Pending, Slot)>,
    waiting_bytes: usize,
    broken: Option<LogError>,
    salts: Salts,
    commits: u64,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something with the writer, once nobody else has it.
    fn with_writer<T>(&self, work: impl FnOnce(&mut Writer) -> Result<T, LogError>) -> Result<T, LogError> {
        let mut state = self.lock();
        let mut writer = loop {
            if let Some(e) = &state.broken {
                return Err(LogError::Broken(e.to_string()));
            }
            if let Some(writer) = state.writer.take() {
                break writer;
            }
            state = self.written.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        drop(state);
        let loan = Loan { shared: self, returned: false };
        let done = work(&mut writer);
        loan.give_back(writer, done.as_ref().err());
        done
    }

    /// From here on nothing is acknowledged: whoever waits is told.
    fn break_off(&self, mut state: MutexGuard<'_, State>, error: &LogError) {
        state.waiting_bytes = 0;
        for (_, slot) in std::mem::take(&mut state.waiting) {
            let _ = slot.set(Err(LogError::Broken(error.to_string())));
        }
        state.broken = Some(error.clone());
        drop(state);
        self.written.notify_all();
    }

    /// Gives the writer back, unless what happened means that nothing can be relied on any more.
    fn give_back(&self, writer: Writer, error: Option<&LogError>) {
        let mut state = self.lock();
        match error.filter(|e| !e.passes()) {
            Some(e) => {
                self.break_off(state, e);
                writer.abandon();
            }
            None => {
                state.writer = Some(writer);
                drop(state);
                self.written.notify_all();
            }
        }
    }

    /// Returns once the entry is durable, or can't be: whoever comes first writes all that wait.
    fn settle(&self, slot: &Slot) -> Result<u64, LogError> {
        let mut state = self.lock();
        let (writer, batch) = loop {
            if let Some(done) = slot.get() {
                return done.clone();
            }
            if let Some(e) = &state.broken {
                return Err(LogError::Broken(e.to_string()));
            }
            if let Some(writer) = state.writer.take() {
                state.waiting_bytes = 0;
                state.commits += 1;
                break (writer, std::mem::take(&mut state.waiting));
            }
            state = self.written.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        drop(state);
        let loan = Loan { shared: self, returned: false };
        self.write(loan, writer, &batch);
        slot.get().cloned().unwrap_or_else(|| Err(LogError::Broken("the entry was lost".to_owned())))
    }

    /// Writes entries in one transaction.
    fn write(&self, loan: Loan<'_>, mut writer: Writer, batch: &[(Pending, Slot)]) {
        let written = writer.transaction(|writer| batch.iter().map(|(entry, _)| writer.append(entry)).collect::<Result<Vec<_>, _>>());
        match &written {
            Ok(results) => {
                for ((_, slot), result) in batch.iter().zip(results) {
                    let _ = slot.set(result.clone());
                }
            }
            Err(e) => {
                for (_, slot) in batch {
                    let _ = slot.set(Err(e.clone()));
                }
            }
        }
        loan.give_back(writer, written.as_ref().err());
    }
}

/// The writer is with somebody. Who panics doesn't give it back; then the log is broken, so that nobody waits for it for ever.
struct Loan<'s> {
    shared: &'s Shared,
    returned: bool,
}

impl Loan<'_> {
    fn give_back(mut self, writer: Writer, error: Option<&LogError>) {
        self.returned = true;
        self.shared.give_back(writer, error);
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        if !self.returned {
            self.shared.break_off(self.shared.lock(), &LogError::Broken("a thread panicked while it had the log".to_owned()));
        }
    }
}

/// A log that is open to be written. Clones are the same log.
#[derive(Clone)]
pub struct Log {
    path: PathBuf,
    shared: Arc<Shared>,
    cut: u64,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").field("path", &self.path).field("cut", &self.cut).finish_non_exhaustive()
    }
}

impl Log {
    /// Opens a log, or makes one where there is none. A torn end that a crash left is cut, and an entry says so.
    ///
    /// # Errors
    /// When the file is no log, can't be written, or has something wrong in it that must not be cut.
    pub fn open(path: &Path, options: LogOptions) -> Result<Self, LogError> {
        reach_log::checkpoint::check_origin(&options.origin).map_err(|e| LogError::Form(e.to_string()))?;
        let mut writer = Writer::open(path, &options.origin, options.patience)?;
        let cut = recover(&mut writer)?;
        let state = State { writer: Some(writer), waiting: Vec::new(), waiting_bytes: 0, broken: None, salts: options.salts, commits: 0 };
        Ok(Self { path: path.to_owned(), shared: Arc::new(Shared { state: Mutex::new(state), written: Condvar::new() }), cut })
    }

    /// Returns how many entries were cut when the log was opened.
    #[must_use]
    pub const fn cut(&self) -> u64 {
        self.cut
    }

    /// Returns where the log is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns where a session records its events.
    #[must_use]
    pub fn store(&self) -> Box<dyn Store + Send> {
        Box::new(SessionStore { log: self.clone(), known: None, waiting: BTreeMap::new(), next: 0 })
    }

    /// Returns how many commits there were. Sessions that append at the same time share one.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.shared.lock().commits
    }

    /// Returns how many entries there are, and their root.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn head(&self) -> Result<Head, LogError> {
        self.read(|log| log.head())
    }

    /// Erases a payload for good, and appends an entry that says so, whose number is returned.
    ///
    /// # Errors
    /// When there is no such payload, or the file can't be written. [`LogError::Remains`] where it is erased, but its text can't be
    /// overwritten yet.
    pub fn erase(&self, entry: u64, payload: PayloadOf, reason: &str) -> Result<u64, LogError> {
        self.shared.with_writer(|writer| {
            let number = writer.transaction(|writer| writer.erase(entry, payload, reason))?;
            writer.wipe().map(|()| number)
        })
    }

    /// Keeps the signed checkpoint that `sign` makes of the log as it is now, and returns it. Nothing is appended meanwhile.
    ///
    /// # Errors
    /// What `sign` says, or when the file can't be written.
    pub fn checkpoint(&self, sign: impl FnOnce(&Checkpoint) -> Result<String, String>) -> Result<String, LogError> {
        self.shared.with_writer(|writer| {
            writer.transaction(|writer| {
                let checkpoint = writer.checkpoint()?;
                let note = sign(&checkpoint).map_err(LogError::Form)?;
                writer.keep_checkpoint(checkpoint.size, &note)?;
                Ok(note)
            })
        })
    }

    /// Runs something that reads the log, while nobody writes.
    ///
    /// # Errors
    /// What `work` says.
    pub fn read<T>(&self, work: impl FnOnce(&mut Reader) -> Result<T, LogError>) -> Result<T, LogError> {
        self.shared.with_writer(|writer| writer.reading(work))
    }
}

/// The store of one session.
struct SessionStore {
    log: Log,
    /// The number of the session's next entry, and the leaf hash of the one before.
    known: Option<(u64, Hash)>,
    waiting: BTreeMap<u64, Slot>,
    next: u64,
}

impl SessionStore {
    fn take(&mut self, entry: &Entry<'_>) -> Result<u64, LogError> {
        let (number, previous) = match self.known {
            Some(known) => known,
            None => {
                let known = self.log.shared.with_writer(|writer| writer.session(entry.session))?;
                known.map_or((0, Hash::ZERO), |known| (known.entries, known.last))
            }
        };
        if number != entry.number {
            return Err(LogError::Session { session: entry.session.to_owned(), found: number, number: entry.number });
        }
        let answer = entry.answer();
        if entry.line.len().max(answer.as_ref().map_or(0, Vec::len)) > MAX_PAYLOAD_BYTES {
            return Err(LogError::Form(format!("the event or the answer has more than {MAX_PAYLOAD_BYTES} bytes")));
        }
        let mut salts = [0; 2 * SALT_BYTES];
        (self.log.shared.lock().salts)(&mut salts).map_err(LogError::Random)?;
        let (first, second) = salts.split_at(SALT_BYTES);
        let salted = |salt: &[u8], bytes: Vec<u8>| Payload { salt: salt.try_into().unwrap_or_default(), bytes };
        let event = salted(first, entry.line.as_bytes().to_vec());
        let answer = answer.map(|bytes| salted(second, bytes));
        let leaf = Leaf::Event(entry.leaf(previous, event.address(), answer.as_ref().map(Payload::address)));
        let leaf = leaf.to_bytes().map_err(|e| LogError::Form(e.to_string()))?;
        let hash = leaf_hash(&leaf);
        let bytes = leaf.len() + event.bytes.len() + answer.as_ref().map_or(0, |answer| answer.bytes.len());
        let pending = Pending { session: entry.session.to_owned(), number, previous, leaf, hash, event, answer };
        let slot = Slot::default();
        let mut state = self.log.shared.lock();
        if let Some(e) = &state.broken {
            return Err(LogError::Broken(e.to_string()));
        }
        state.waiting.push((pending, Arc::clone(&slot)));
        state.waiting_bytes = state.waiting_bytes.saturating_add(bytes);
        let full = state.waiting_bytes > WAITING_BYTES || state.waiting.len() > WAITING_ENTRIES;
        drop(state);
        if full {
            self.log.shared.settle(&slot)?;
        }
        self.known = Some((number + 1, hash));
        let ticket = self.next;
        self.next += 1;
        self.waiting.insert(ticket, slot);
        // A host that never asks for its tickets doesn't fill the memory with them.
        while self.waiting.len() > WAITING_ENTRIES {
            self.waiting.pop_first();
        }
        Ok(ticket)
    }
}

impl Store for SessionStore {
    fn append(&mut self, entry: &Entry<'_>) -> Result<u64, StoreError> {
        self.take(entry).map_err(|e| StoreError(e.to_string()))
    }

    fn commit(&mut self, appended: u64) -> Result<u64, StoreError> {
        let slot = self.waiting.remove(&appended).ok_or_else(|| StoreError("the entry is not known".to_owned()))?;
        self.log.shared.settle(&slot).map_err(|e| StoreError(e.to_string()))
    }
}
