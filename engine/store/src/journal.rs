//! The journal beside a log's file, looked at before SQLite does: SQLite ends it silently at the first frame that is wrong, and so would
//! drop what was acknowledged when a bit in it is flipped.
//!
//! The form is that of <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>: a header of 32 bytes, then frames of a header of 24
//! bytes and a page. Checksums go on from frame to frame; two salts tell the frames of now from those of former times.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

const HEADER: usize = 32;
const FRAME: usize = 24;
/// The first four bytes where checksums read words with the lower byte first; one more where the higher is first.
const MAGIC: u32 = 0x377f_0682;

/// What is wrong with a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It ends in a frame that is wrong, and no transaction that could be another follows: a write that did not come to its end.
    Torn(u64),
    /// A frame is wrong, and transactions follow that were complete.
    Damaged(u64),
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// Goes on with a checksum over bytes, a multiple of eight.
fn sum(mut sums: (u32, u32), bytes: &[u8], big: bool) -> (u32, u32) {
    let (words, _) = bytes.as_chunks::<4>();
    let number = |four: &[u8; 4]| if big { u32::from_be_bytes(*four) } else { u32::from_le_bytes(*four) };
    for pair in words.chunks_exact(2) {
        if let [first, second] = pair {
            sums.0 = sums.0.wrapping_add(number(first)).wrapping_add(sums.1);
            sums.1 = sums.1.wrapping_add(number(second)).wrapping_add(sums.0);
        }
    }
    sums
}

/// Returns how much of a buffer could be filled.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Looks at the journal of the file at a path. Frames are numbered from 1.
pub(crate) fn look(path: &Path) -> io::Result<Option<Flaw>> {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    let file = match File::open(name) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let mut file = BufReader::with_capacity(1 << 16, file);
    let mut header = [0; HEADER];
    if fill(&mut file, &mut header)? < HEADER {
        return Ok(None);
    }
    let big = word(&header, 0) == MAGIC | 1;
    let page = word(&header, 8) as usize;
    let mut sums = sum((0, 0), header.get(..24).unwrap_or_default(), big);
    // A header that is wrong, and frames that follow it, are what is left of a journal that was begun anew.
    let begun = (big || word(&header, 0) == MAGIC) && page.is_power_of_two() && (512..=65_536).contains(&page);
    if !begun || sums != (word(&header, 24), word(&header, 28)) {
        return Ok(None);
    }
    let salts = (word(&header, 16), word(&header, 20));
    let mut frame = vec![0; FRAME + page];
    let mut wrong: Option<u64> = None;
    let (mut commits_after, mut stale) = (0u32, false);
    for number in 1u64.. {
        let filled = fill(&mut file, &mut frame)?;
        let of_now = filled >= 16 && (word(&frame, 8), word(&frame, 12)) == salts;
        if filled < frame.len() {
            return Ok(match wrong {
                // Frames of former times are no flaw.
                Some(first) => (commits_after > 0 || !stale).then(|| flaw(first, commits_after)),
                None => of_now.then_some(Flaw::Torn(number)),
            });
        }
        if wrong.is_some() {
            // The checksum can't be gone on with; that a transaction was complete is seen by its last frame.
            commits_after += u32::from(of_now && word(&frame, 4) != 0);
            continue;
        }
        if !of_now {
            // The rest is of former times, unless the salts are what was flipped: then frames of now follow.
            (wrong, stale) = (Some(number), true);
            continue;
        }
        sums = sum(sums, frame.get(..8).unwrap_or_default(), big);
        sums = sum(sums, frame.get(FRAME..).unwrap_or_default(), big);
        if sums != (word(&frame, 16), word(&frame, 20)) {
            wrong = Some(number);
            commits_after += u32::from(word(&frame, 4) != 0);
        }
    }
    Ok(None)
}

/// One complete transaction may be the one that the wrong frame is part of.
const fn flaw(first: u64, commits_after: u32) -> Flaw {
    if commits_after > 1 { Flaw::Damaged(first) } else { Flaw::Torn(first) }
}
