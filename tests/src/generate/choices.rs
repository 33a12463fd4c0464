//! The tape that everything is made from.

/// Reads a tape of choices.
#[derive(Clone, Debug)]
pub struct Choices<'t> {
    tape: &'t [u16],
    at: usize,
}

impl<'t> Choices<'t> {
    /// Begins at the start of a tape.
    #[must_use]
    pub const fn new(tape: &'t [u16]) -> Self {
        Self { tape, at: 0 }
    }

    /// Returns whether the tape has ended, so that only simplest choices are left.
    #[must_use]
    pub const fn is_spent(&self) -> bool {
        self.at >= self.tape.len()
    }

    /// Returns a number below `n`, which is at least 1; 0 at the end of the tape.
    pub fn below(&mut self, n: usize) -> usize {
        let next = self.tape.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        (usize::from(next) * n) >> 16
    }

    /// Returns true in about `percent` of 100 cases; false at the end of the tape.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// Picks one; the first at the end of the tape.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::Choices;

    #[test]
    fn a_spent_tape_makes_the_simplest_choices_and_a_large_number_the_last() {
        let mut choices = Choices::new(&[u16::MAX]);
        assert_eq!(choices.below(7), 6);
        assert!(choices.is_spent());
        assert_eq!((choices.below(7), choices.chance(99)), (0, false));
    }
}
