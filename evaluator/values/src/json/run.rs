//! Plain runs of strings: what stands in them as it is. Much of the time that a line takes to read goes into finding their ends.

/// How many bytes are looked at together: as many as most keys and values have.
const BLOCK: usize = 16;

/// Returns how many bytes stand before the next quote, backslash or control character.
#[inline(always)]
pub(super) fn plain(rest: &[u8]) -> usize {
    match rest.first_chunk().and_then(first_of) {
        Some(found) => found,
        None => longer(rest),
    }
}

/// As [`plain`], for a run that no whole block at the beginning ends.
#[inline(never)]
fn longer(rest: &[u8]) -> usize {
    let Some((_, behind)) = rest.split_first_chunk::<BLOCK>() else { return bytes(rest) };
    let (blocks, tail) = behind.as_chunks::<BLOCK>();
    // A loop over sixteen bytes that asks the same of each is done at once for all of them.
    let mut ahead = blocks.iter();
    let end = ahead.find(|block| block.iter().fold(false, |found, byte| found | ends(*byte)));
    let gone_over = (blocks.len() - ahead.len()) * BLOCK;
    match end {
        Some(block) => gone_over + first_of(block).unwrap_or(BLOCK),
        None => BLOCK + gone_over + bytes(tail),
    }
}

/// Returns the first byte of a block that ends a plain run.
#[inline]
fn first_of(block: &[u8; BLOCK]) -> Option<usize> {
    let both = u128::from_le_bytes(*block);
    #[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
    let (low, high) = (both as u64, (both >> 64) as u64);
    // Most keys end in the first half. Which half it is, the processor guesses well, since the same keys come again; what it guesses it need not wait for.
    match marks(low) {
        0 => match marks(high) {
            0 => None,
            high => Some(BLOCK / 2 + first(high)),
        },
        low => Some(first(low)),
    }
}

fn bytes(tail: &[u8]) -> usize {
    tail.iter().position(|byte| ends(*byte)).unwrap_or(tail.len())
}

/// Says whether a byte ends a plain run.
///
/// With its second bit turned, the quote is the least byte above the control characters, which are still below it.
const fn ends(byte: u8) -> bool {
    (byte ^ 2 <= 0x20) | (byte == b'\\')
}

/// Marks the bytes of a word that end a plain run: the highest bit of the first such byte is set, of those before it none; those behind it may be
/// marked wrongly.
const fn marks(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    // As in `ends`.
    let (low, backslash) = (word ^ (ONES * 2), word ^ (ONES * b'\\' as u64));
    // Subtracting sets the highest bit of a byte that is less than what is subtracted, and borrows from the next byte only there. Bytes that have
    // that bit already are none of these, and the words keep it.
    (low.wrapping_sub(ONES * 0x21) | backslash.wrapping_sub(ONES)) & !word & HIGHEST
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
                let end = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(ends(byte), end, "{byte}");
                assert_eq!(plain(&rest), if end { at } else { rest.len() }, "{byte} at {at}");
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
