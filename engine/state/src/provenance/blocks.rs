//! Places of the arena, sorted by the bytes that follow.
//!
//! Places are in blocks, each sorted; those of a block are all before those of the next. An addition makes a block and merges it with
//! the blocks before as long as the one before is at most twice as long as all behind it, so that each block that stays is more than twice
//! as long as the next and there are at most log₂ of them. Blocks that would together have more than [`LONGEST`] places stay apart: merging
//! them would hold up one addition for too long, and the most an index can hold is some fifty of that length.
//!
//! **Order.** Only [`DEPTH`] bytes are compared, equal ones stay in the order of the arena; else text such as `a a a a` would take
//! quadratic time. Bytes are compared across the end of a text, where they differ from one time to another: what follows the last text was not
//! there when its places were sorted. It does no harm. Let two places be *alike* if they have the same bytes up to an end. Which of two
//! unlike places is less never changes, so blocks remain sorted but for the order of alike places, and merging blocks that are sorted in this
//! way gives one that is, whatever it says of alike places. And no question tells alike places apart: what is sought has an end, if any, as
//! its last byte.

use std::cmp::Ordering;

use super::Found;

/// How many bytes are compared, at most, to sort places.
pub(super) const DEPTH: usize = 1024;

/// How many places are compared in full, at most, for something longer than [`DEPTH`].
pub(super) const CANDIDATES: usize = 64;

/// How many places are sorted at once; more are sorted in parts and merged. Bounds the memory that sorting takes.
const PART: usize = 1 << 20;

/// The most places that merging brings into one block. Four parts, so that a short block is always merged with the part behind it.
pub(super) const LONGEST: usize = 4 * PART;

/// Sorted blocks of places.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks(Vec<Vec<u32>>);

impl Blocks {
    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// How many places each block has.
    #[cfg(test)]
    pub(super) fn lengths(&self) -> Vec<usize> {
        self.0.iter().map(Vec::len).collect()
    }

    /// Adds places, which are in order and behind all others.
    pub(super) fn add(&mut self, arena: &[u8], places: &[u32]) {
        for part in places.chunks(PART) {
            self.push(arena, sorted(arena, part));
        }
    }

    fn push(&mut self, arena: &[u8], block: Vec<u32>) {
        let mut length = block.len();
        let mut stay = self.0.len();
        for before in self.0.iter().rev().map(Vec::len) {
            if before > length.saturating_mul(2) || before.saturating_add(length) > LONGEST {
                break;
            }
            length = length.saturating_add(before);
            stay = stay.saturating_sub(1);
        }
        // The short ones among themselves first: each place is moved a few times, however many blocks there are.
        let short = self.0.drain(stay..).rev().reduce(|behind, before| merged(arena, &before, &behind));
        self.0.push(match short {
            Some(short) => merged(arena, &short, &block),
            None => block,
        });
    }

    /// Whether something that is sought follows some place. Its last byte may be an end, no other.
    pub(super) fn find(&self, arena: &[u8], sought: &[u8]) -> Found {
        let (first, rest) = sought.split_at_checked(DEPTH).unwrap_or((sought, &[]));
        let begin = |place: u32| {
            let suffix = suffix(arena, place);
            suffix.get(..first.len()).unwrap_or(suffix)
        };
        let mut tried = 0_usize;
        // From the first text to the last, so that what is tried doesn't depend on the blocks.
        for block in &self.0 {
            let from = block.partition_point(|&place| begin(place) < first);
            for &place in block.iter().skip(from).take_while(|&&place| begin(place) == first) {
                if tried == CANDIDATES {
                    return Found::Unknown;
                }
                tried += 1;
                if arena.get((place as usize).saturating_add(first.len())..).is_some_and(|behind| behind.starts_with(rest)) {
                    return Found::Yes;
                }
            }
        }
        Found::No
    }
}

/// What follows a place, as much as is compared.
fn suffix(arena: &[u8], place: u32) -> &[u8] {
    let rest = arena.get(place as usize..).unwrap_or_default();
    rest.get(..DEPTH).unwrap_or(rest)
}

/// A place with the first eight bytes that follow it: most comparisons are settled by these.
#[derive(Clone, Copy)]
struct Key {
    first: u64,
    place: u32,
}

impl Key {
    fn new(arena: &[u8], place: u32) -> Self {
        let suffix = suffix(arena, place);
        let first = suffix.first_chunk().copied().unwrap_or_else(|| {
            let mut padded = [0; 8];
            padded.iter_mut().zip(suffix).for_each(|(to, from)| *to = *from);
            padded
        });
        Self { first: u64::from_be_bytes(first), place }
    }

    fn compare(self, other: Self, arena: &[u8]) -> Ordering {
        self.first.cmp(&other.first).then_with(|| suffix(arena, self.place).cmp(suffix(arena, other.place)))
    }
}

fn sorted(arena: &[u8], places: &[u32]) -> Vec<u32> {
    let mut keys: Vec<Key> = places.iter().map(|&place| Key::new(arena, place)).collect();
    // Stable, and doesn't compare places: text that repeats itself has few different keys, which makes this sort linear.
    keys.sort_by(|one, other| one.compare(*other, arena));
    keys.iter().map(|key| key.place).collect()
}

/// One block of two of which the first has the smaller places.
fn merged(arena: &[u8], before: &[u32], behind: &[u32]) -> Vec<u32> {
    let mut merged = Vec::with_capacity(before.len().saturating_add(behind.len()));
    let mut left = before.iter().map(|&place| Key::new(arena, place)).peekable();
    let mut right = behind.iter().map(|&place| Key::new(arena, place)).peekable();
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let least = if one.compare(*other, arena).is_le() { left.next() } else { right.next() };
        merged.extend(least.map(|key| key.place));
    }
    merged.extend(left.chain(right).map(|key| key.place));
    merged
}
