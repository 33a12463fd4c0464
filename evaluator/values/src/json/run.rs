//! Plain runs of strings: what stands in them as it is. Much of the time that a line takes to read goes into finding their ends.

/// How many words are looked at before the run counts as a long one.
const SHORT_WORDS: usize = 4;

/// Returns how many bytes stand before the next quote, backslash or control character.
#[inline]
pub(super) fn plain(rest: &[u8]) -> usize {
    let (words, tail) = rest.as_chunks::<8>();
    for (at, word) in words.iter().take(SHORT_WORDS).enumerate() {
        let found = marks(u64::from_le_bytes(*word));
        if found != 0 {
            return at * 8 + first(found);
        }
    }
    if words.len() > SHORT_WORDS { long(rest) } else { words.len() * 8 + bytes(tail) }
}

/// As [`plain`], for a run that is longer than its first words.
#[inline(never)]
fn long(rest: &[u8]) -> usize {
    let mut run = SHORT_WORDS * 8;
    let (blocks, _) = rest.get(run..).unwrap_or(&[]).as_chunks::<16>();
    // A loop over sixteen bytes that asks the same of each is done at once for all of them.
    for block in blocks {
        if block.iter().fold(false, |found, byte| found | ends(*byte)) {
            break;
        }
        run += 16;
    }
    let (words, tail) = rest.get(run..).unwrap_or(&[]).as_chunks::<8>();
    for word in words {
        let found = marks(u64::from_le_bytes(*word));
        if found != 0 {
            return run + first(found);
        }
        run += 8;
    }
    run + bytes(tail)
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
