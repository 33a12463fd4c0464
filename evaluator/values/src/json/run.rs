//! Plain runs of strings: what stands in them as it is. Much of the time that a line takes to read goes into finding their ends.

/// How many bytes are looked at together: as many as most keys and values have, so that their length is no question to the processor.
const BLOCK: usize = 16;
/// How many blocks are looked at before the run counts as a long one.
const SHORT_BLOCKS: usize = 3;

/// Returns how many bytes stand before the next quote, backslash or control character.
#[inline]
pub(super) fn plain(rest: &[u8]) -> usize {
    let (blocks, tail) = rest.as_chunks::<BLOCK>();
    for (at, block) in blocks.iter().take(SHORT_BLOCKS).enumerate() {
        if let Some(found) = first_of(block) {
            return at * BLOCK + found;
        }
    }
    if blocks.len() > SHORT_BLOCKS { long(rest) } else { blocks.len() * BLOCK + bytes(tail) }
}

/// As [`plain`], for a run that is longer than its first blocks.
#[inline(never)]
fn long(rest: &[u8]) -> usize {
    let mut run = SHORT_BLOCKS * BLOCK;
    let (blocks, tail) = rest.get(run..).unwrap_or(&[]).as_chunks::<BLOCK>();
    for block in blocks {
        // A loop over sixteen bytes that asks the same of each is done at once for all of them.
        if block.iter().fold(false, |found, byte| found | ends(*byte)) {
            return run + first_of(block).unwrap_or(BLOCK);
        }
        run += BLOCK;
    }
    run + bytes(tail)
}

/// Returns the first byte of a block that ends a plain run.
#[inline]
fn first_of(block: &[u8; BLOCK]) -> Option<usize> {
    let both = u128::from_le_bytes(*block);
    #[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
    let (low, high) = (marks(both as u64), marks((both >> 64) as u64));
    if low | high == 0 {
        return None;
    }
    Some(if low == 0 { BLOCK / 2 + first(high) } else { first(low) })
}

fn bytes(tail: &[u8]) -> usize {
    tail.iter().position(|byte| ends(*byte)).unwrap_or(tail.len())
}

/// Says whether a byte ends a plain run.
const fn ends(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < 0x20)
}

/// Marks the bytes of a word that end a plain run: the highest bit of the first such byte is set, of those before it none; those behind it may be
/// marked wrongly.
const fn marks(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    let (quote, backslash) = (word ^ (ONES * b'"' as u64), word ^ (ONES * b'\\' as u64));
    // Subtracting sets the highest bit of a byte that is less than what is subtracted, and borrows from the next byte only there. Bytes that have
    // that bit already are none of these, and the words keep it.
    (word.wrapping_sub(ONES * 0x20) | quote.wrapping_sub(ONES) | backslash.wrapping_sub(ONES)) & !word & HIGHEST
}

/// Returns the number of the first byte that is marked.
const fn first(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_is_told_at_every_place_of_short_and_long_runs() {
        for byte in 0..=u8::MAX {
            for at in 0..90 {
                let mut rest = [b'a'; 90];
                rest[at] = byte;
                assert_eq!(plain(&rest), if ends(byte) { at } else { rest.len() }, "{byte} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_run_ends_where_its_first_byte_says_so(
            before in 0usize..80,
            bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b'!'), Just(b'#'), Just(b'\\'), Just(0x1f), Just(0x20), Just(0x80), Just(0xa2), Just(0xff), any::<u8>()], 0..40)
        ) {
            let rest: Vec<u8> = std::iter::repeat_n(b'a', before).chain(bytes).collect();
            prop_assert_eq!(plain(&rest), rest.iter().position(|byte| ends(*byte)).unwrap_or(rest.len()));
        }
    }
}
