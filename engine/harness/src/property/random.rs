//! The choices that generation makes: the same for the same seed, on every machine and with every version of every library.
//!
//! SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014) is ten lines, and what tests are made of
//! is no secret.

/// A source of choices.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// Begins at a seed, apart from all others that begin at the same seed with another name.
    pub fn new(seed: u64, name: &str) -> Self {
        // FNV-1a.
        let apart = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ apart)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `n`; 0 where that is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.next()) * u128::try_from(n).unwrap_or(0);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Returns true in about `percent` of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Picks one; none of nothing.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// Picks one of several numbers.
    pub fn one_of<const N: usize>(&mut self, from: [i128; N]) -> i128 {
        self.pick(&from).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_name_make_the_same_choices_and_others_make_others() {
        let choices = |seed, name| {
            let mut random = Random::new(seed, name);
            (0..8).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        // Written down: whoever pastes a seed from a report of last year gets what it showed.
        assert_eq!(choices(1, "a"), choices(1, "a"));
        assert_ne!(choices(1, "a"), choices(2, "a"));
        assert_ne!(choices(1, "a"), choices(1, "b"));
        let mut random = Random::new(7, "");
        assert!((0..1000).all(|_| random.below(3) < 3));
        assert_eq!((random.below(0), random.pick::<u8>(&[])), (0, None));
    }
}
