//! Which code of the solver's alphabet stands for a character.
//!
//! SMT-LIB has the codes from 0 to 0x2FFFF, Reach has all Unicode scalar values. The codes of surrogates, which no text of Reach has, stand
//! for the characters beyond: these are cut into ranges that no expression tells apart, and each range gets some surrogates.

use std::collections::BTreeSet;

/// The greatest code that SMT-LIB has.
const LAST: u32 = 0x2_ffff;
/// The first character beyond it.
const BEYOND: u32 = LAST + 1;
/// Behind the last character.
const END: u32 = 0x11_0000;
/// The codes of surrogates.
const SURROGATES: (u32, u32) = (0xd800, 0xdfff);
/// How many these are.
const ROOM: u32 = SURROGATES.1 - SURROGATES.0 + 1;

/// A range of characters or codes, both ends within.
pub(super) type Range = (u32, u32);

/// Collects what is told apart.
#[derive(Debug, Default)]
pub(super) struct Sights {
    begins: BTreeSet<u32>,
}

impl Sights {
    /// Notes that a range is told from what is beside it.
    pub fn note(&mut self, (from, to): Range) {
        if to >= BEYOND {
            self.begins.insert(from.max(BEYOND));
            self.begins.insert(to + 1);
        }
    }

    /// Returns the alphabet; none where more is told apart than there is room for.
    pub fn alphabet(mut self) -> Option<Alphabet> {
        self.begins.insert(BEYOND);
        self.begins.insert(END);
        let begins: Vec<u32> = self.begins.into_iter().collect();
        let mut ranges: Vec<Range> = begins.iter().zip(begins.iter().skip(1)).map(|(from, next)| (*from, next - 1)).collect();
        let count = u32::try_from(ranges.len()).ok().filter(|n| *n <= ROOM)?;
        // The longest takes what the others leave.
        ranges.sort_by_key(|(from, to)| to - from);
        let mut next = SURROGATES.0;
        let mut places = Vec::new();
        for (at, range) in ranges.iter().enumerate() {
            let is_last = at + 1 == ranges.len();
            let size = if is_last { SURROGATES.1 + 1 - next } else { (range.1 - range.0 + 1).min(ROOM / count) };
            places.push((*range, (next, next + size - 1)));
            next += size;
        }
        Some(Alphabet { places })
    }
}

/// The codes of characters.
#[derive(Debug)]
pub(super) struct Alphabet {
    /// Ranges of characters beyond the last code, and the surrogates that stand for each.
    places: Vec<(Range, Range)>,
}

impl Alphabet {
    /// Returns the codes of a range of characters that was noted, ascending.
    pub fn codes(&self, (from, to): Range) -> Vec<Range> {
        let mut codes = Vec::new();
        for (first, last) in [(0, SURROGATES.0 - 1), (SURROGATES.1 + 1, LAST)] {
            if from.max(first) <= to.min(last) {
                codes.push((from.max(first), to.min(last)));
            }
        }
        codes.extend(self.places.iter().filter(|((first, last), _)| from <= *first && *last <= to).map(|(_, codes)| *codes));
        codes.sort_unstable();
        // Neighbours are one.
        codes.dedup_by(|next, before| {
            let touch = before.1 + 1 == next.0;
            if touch {
                before.1 = next.1;
            }
            touch
        });
        codes
    }

    /// Returns the code of a character that was noted.
    pub fn code(&self, c: char) -> u32 {
        let c = u32::from(c);
        self.codes((c, c)).first().map_or(c, |(code, _)| *code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_characters_have_all_codes() {
        let mut sights = Sights::default();
        sights.note((0, END - 1));
        assert_eq!(sights.alphabet().unwrap().codes((0, END - 1)), [(0, LAST)]);
    }

    #[test]
    fn what_is_told_apart_has_codes_of_its_own() {
        let mut sights = Sights::default();
        for range in [(0x3_0000, 0x3_134a), (0x10_ffff, 0x10_ffff), (0x2_0000, 0x4_0000)] {
            sights.note(range);
        }
        let alphabet = sights.alphabet().unwrap();
        let codes = |from, to| alphabet.codes((from, to));
        let (one, last, rest) = (codes(0x3_0000, 0x3_134a), codes(0x10_ffff, 0x10_ffff), codes(0x4_0001, 0x10_fffe));
        assert_eq!(last.len(), 1);
        assert_eq!(last[0].0, last[0].1, "one character, one code");
        let mut all: Vec<u32> = [one, last, rest, codes(0x3_134b, 0x4_0000)].concat().into_iter().flat_map(|(from, to)| from..=to).collect();
        all.sort_unstable();
        assert_eq!(all, (SURROGATES.0..=SURROGATES.1).collect::<Vec<_>>());
        assert_eq!(codes(0x2_0000, 0x2_ffff), [(0x2_0000, 0x2_ffff)]);
        assert_eq!(alphabet.code('a'), u32::from('a'));
        assert_eq!(alphabet.code('\u{10ffff}'), codes(0x10_ffff, 0x10_ffff)[0].0);
    }
}
