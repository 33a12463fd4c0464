//! Goes through the sessions of a log, several at a time.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use reach_engine::Limits;
use reach_store::{LogError, Reader};

/// How often it is told how many entries are done.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// The most threads.
const MAX_THREADS: usize = 256;

/// How sessions are gone through. What comes of it doesn't depend on the number of threads.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    /// How many sessions are decided at the same time; at least one.
    pub threads: usize,
    /// How long another process that writes is waited for.
    pub patience: Duration,
    /// The limits of sessions.
    pub limits: Limits,
}

impl Walk {
    /// Returns a walk of that many threads, with the limits of the language and five seconds for others.
    #[must_use]
    pub const fn new(threads: usize) -> Self {
        Self { threads, patience: Duration::from_secs(5), limits: Limits::LANGUAGE }
    }

    /// Does the work for each session, and returns what comes of it in the order of the sessions. The work counts the entries that are
    /// done; `progress` is told how many there are.
    ///
    /// # Errors
    /// What the work says of the first session that it fails for.
    pub(crate) fn sessions<T: Send>(
        &self,
        path: &Path,
        sessions: &[(String, u64)],
        work: impl Fn(&Reader, &str, &AtomicU64) -> Result<T, LogError> + Sync,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<T>, LogError> {
        // The longest first, so that no thread is left alone with it at the end.
        let mut order: Vec<usize> = (0..sessions.len()).collect();
        order.sort_by_key(|at| Reverse(sessions.get(*at).map_or(0, |(_, entries)| *entries)));
        let (next, done) = (AtomicUsize::new(0), AtomicU64::new(0));
        let one = |reader: &Result<Reader, LogError>| {
            let at = *order.get(next.fetch_add(1, Ordering::Relaxed))?;
            let (name, _) = sessions.get(at)?;
            Some((at, reader.as_ref().map_err(LogError::clone).and_then(|reader| work(reader, name, &done))))
        };
        let threads = self.threads.clamp(1, MAX_THREADS).min(sessions.len());
        let mut results: Vec<Option<Result<T, LogError>>> = sessions.iter().map(|_| None).collect();
        thread::scope(|scope| {
            let (send, receive) = mpsc::channel();
            for _ in 0..threads {
                let (send, one) = (send.clone(), &one);
                scope.spawn(move || {
                    let reader = Reader::open(path, self.patience);
                    while let Some(result) = one(&reader) {
                        if send.send(result).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            loop {
                match receive.recv_timeout(TELL_EVERY) {
                    Ok((at, result)) => {
                        if let Some(place) = results.get_mut(at) {
                            *place = Some(result);
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                progress(done.load(Ordering::Relaxed));
            }
        });
        results.into_iter().map(|result| result.unwrap_or_else(|| Err(LogError::Broken("a session was left out".to_owned())))).collect()
    }
}
