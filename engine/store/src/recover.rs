//! What a crash left behind: looked at when a log is opened to be written.
//!
//! SQLite takes back what was not committed. What is wrong after that is the work of a disk that lied or of somebody's hand. Where the
//! last entries can't be right, nothing valid follows, and no checkpoint covers them, they are cut, and an entry says so. Anything else
//! is refused: cutting it would take away what others rely on.

use reach_log::Finding;
use reach_log::audit::Auditor;
use reach_log::merkle::Frontier;

use crate::error::LogError;
use crate::reader::{Reader, StoredEntry};
use crate::writer::Writer;

/// How many entries at the end are looked at. They are those that a disk may not have taken yet.
const TAIL: u64 = 256;

/// Returns how many entries were cut.
pub(crate) fn recover(writer: &mut Writer) -> Result<u64, LogError> {
    if writer.reading(find)?.is_none() {
        return Ok(0);
    }
    // Looked at again while nobody else writes: what somebody appends meanwhile is not cut.
    writer.recovery(|writer| match writer.reading(find)? {
        None => Ok(0),
        Some((from, entries, reason)) => writer.cut(from, entries - from, &reason).map(|()| entries - from),
    })
}

/// Returns what is to be cut: from which entry on, how many there are, and why.
fn find(log: &mut Reader) -> Result<Option<(u64, u64, String)>, LogError> {
    let head = log.head()?;
    let from = head.size.saturating_sub(TAIL);
    let mut tail: Vec<StoredEntry> = Vec::new();
    log.entries(from, head.size, |entry| {
        tail.push(entry);
        Ok::<_, LogError>(())
    })?;
    let wrong = tail.iter().zip(from..).find_map(|(entry, expected)| problem(entry, expected).map(|why| (expected, why)));
    let wrong = wrong.or_else(|| (tail.len() as u64 != head.size - from).then(|| (from + tail.len() as u64, "it is not there".to_owned())));
    let Some((first, why)) = wrong else {
        let root = Frontier::of(log, head.size)?.root();
        return if root == head.root { Ok(None) } else { Err(LogError::Damaged("the hashes of the tree do not lead to its root".to_owned())) };
    };
    let valid_after = tail.iter().any(|entry| entry.sequence > first && problem(entry, entry.sequence).is_none());
    let covered = log.checkpoints()?.last().is_some_and(|(size, _)| *size > first);
    if valid_after || covered {
        let because = if covered { "a checkpoint covers it" } else { "entries that are right follow it" };
        return Err(LogError::Damaged(format!("entry {first} is wrong ({why}) and can't be cut, for {because}")));
    }
    Ok(Some((first, head.size, format!("entry {first}: {why}"))))
}

/// Returns what is wrong with an entry by itself. Whether it fits its session is not asked here.
fn problem(entry: &StoredEntry, expected: u64) -> Option<String> {
    if entry.sequence != expected {
        return Some("it is not there".to_owned());
    }
    Auditor::alone(&entry.row()).map(|Finding { problem, .. }| problem.to_string())
}
