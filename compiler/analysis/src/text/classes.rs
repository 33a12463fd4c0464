//! Classes of bytes that need not be told apart.

use std::hash::Hash;

use super::hash::Map;

/// Which bytes a machine doesn't tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Classes {
    of: Vec<u8>,
    /// A byte of each class.
    sample: Vec<u8>,
}

impl Classes {
    /// Tells none apart.
    pub(super) fn one() -> Self {
        Self { of: vec![0; 256], sample: vec![0] }
    }

    /// Tells all apart.
    pub(super) fn all() -> Self {
        Self { of: (0..=u8::MAX).collect(), sample: (0..=u8::MAX).collect() }
    }

    /// Tells apart what a key tells apart.
    pub(super) fn by<K: Eq + Hash>(key: impl Fn(u8) -> K) -> Self {
        let mut known: Map<K, u8> = Map::default();
        let mut sample = Vec::new();
        let of = (0..=u8::MAX)
            .map(|byte| {
                *known.entry(key(byte)).or_insert_with(|| {
                    sample.push(byte);
                    u8::try_from(sample.len().saturating_sub(1)).unwrap_or(u8::MAX)
                })
            })
            .collect();
        Self { of, sample }
    }

    /// Tells apart what either of two does.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self::by(|byte| (self.of(byte), other.of(byte)))
    }

    /// Tells each of these bytes apart from all others, too.
    pub(super) fn apart(&self, bytes: &[u8]) -> Self {
        Self::by(|byte| (self.of(byte), bytes.iter().position(|b| *b == byte)))
    }

    /// Returns the class of a byte.
    pub(super) fn of(&self, byte: u8) -> usize {
        self.of.get(usize::from(byte)).copied().unwrap_or(0).into()
    }

    /// Returns a byte of each class, in their order.
    pub(super) fn samples(&self) -> &[u8] {
        &self.sample
    }

    /// Returns how many classes there are.
    pub(super) fn len(&self) -> usize {
        self.sample.len()
    }
}
