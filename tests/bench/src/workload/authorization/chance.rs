//! Numbers that look random and are the same on every run.

/// A linear congruential generator; the constants are Knuth's for 64 bits (MMIX).
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// Returns one that begins with a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number below `most`.
    ///
    /// # Panics
    /// When `most` is 0.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The upper bits are the better ones.
        (self.0 >> 33) as usize % most
    }

    /// Returns one of several.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick(&mut self, of: &[u32]) -> u32 {
        of[self.below(of.len())]
    }
}
