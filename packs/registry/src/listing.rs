//! What an index consists of: the files of packs with their lengths and digests.

use std::collections::BTreeMap;
use std::fmt;

use reach_statement::{Digest, PackName};

use crate::history::MAX_HISTORY_BYTES;

/// The first line.
const HEADER: &str = "reach-listing/1";

/// The most packs of an index.
pub const MAX_PACKS: usize = 20_000;

/// The most bytes of a listing: the longest name, a length of eight digits, a digest, two spaces and a line end for each pack.
pub const MAX_LISTING_BYTES: u64 = (MAX_PACKS * (reach_statement::MAX_PACK_NAME_BYTES + 8 + 71 + 3) + HEADER.len() + 1) as u64;

/// The most bytes of all files of an index together.
pub const MAX_INDEX_BYTES: u64 = 256 << 20;

/// How much of the file of a pack counts. Files grow at their ends: what stands behind is not part of the index yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// SHA-256 of the bytes that count.
    pub sha256: Digest,
    /// How many there are.
    pub size_bytes: u64,
}

/// The files of an index, by the names of their packs. Its SHA-256 is the digest of the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    packs: BTreeMap<PackName, Extent>,
}

/// Why bytes are no listing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    /// It is too large.
    #[error("it has more than {MAX_LISTING_BYTES} bytes")]
    TooLarge,
    /// It begins in another way.
    #[error("it doesn't begin with the line `{HEADER}`")]
    Header,
    /// A line has another form.
    #[error("line {line} is no name, length and digest, in the order of names")]
    Line {
        /// Which, from 1.
        line: usize,
    },
    /// There are too many packs.
    #[error("it has more than {MAX_PACKS} packs")]
    TooManyPacks,
    /// The files have too many bytes together.
    #[error("the files of packs have more than {MAX_INDEX_BYTES} bytes together")]
    TooManyBytes,
}

impl Listing {
    /// Reads a listing.
    ///
    /// # Errors
    /// When it is none, or is written in another way than `Display` would.
    pub fn parse(bytes: &[u8]) -> Result<Self, ListingError> {
        if bytes.len() as u64 > MAX_LISTING_BYTES {
            return Err(ListingError::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ListingError::Header)?;
        let lines = text.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix('\n')).ok_or(ListingError::Header)?;
        let mut listing = Self::default();
        for (at, line) in lines.split_inclusive('\n').enumerate() {
            let bad = || ListingError::Line { line: at + 2 };
            let mut words = line.strip_suffix('\n').ok_or_else(bad)?.splitn(3, ' ');
            let (Some(name), Some(size), Some(sha256)) = (words.next(), words.next(), words.next()) else {
                return Err(bad());
            };
            let name = PackName::new(name).map_err(|_| bad())?;
            let size_bytes = decimal(size).filter(|size| (1..=MAX_HISTORY_BYTES).contains(size)).ok_or_else(bad)?;
            let sha256 = sha256.parse().map_err(|_| bad())?;
            if listing.packs.last_key_value().is_some_and(|(last, _)| *last >= name) {
                return Err(bad());
            }
            listing.packs.insert(name, Extent { sha256, size_bytes });
        }
        listing.check()?;
        Ok(listing)
    }

    fn check(&self) -> Result<(), ListingError> {
        if self.packs.len() > MAX_PACKS {
            return Err(ListingError::TooManyPacks);
        }
        let all = self.packs.values().fold(0u64, |sum, extent| sum.saturating_add(extent.size_bytes));
        if all > MAX_INDEX_BYTES { Err(ListingError::TooManyBytes) } else { Ok(()) }
    }

    /// Returns the listing with the file of a pack as it is now.
    ///
    /// # Errors
    /// When it gets too large.
    pub fn with(mut self, name: PackName, extent: Extent) -> Result<Self, ListingError> {
        self.packs.insert(name, extent);
        self.check()?;
        Ok(self)
    }

    /// Returns how much of the file of a pack counts.
    #[must_use]
    pub fn get(&self, name: &PackName) -> Option<Extent> {
        self.packs.get(name).copied()
    }

    /// Returns the packs in order.
    pub fn packs(&self) -> impl ExactSizeIterator<Item = (&PackName, &Extent)> {
        self.packs.iter()
    }

    /// Returns the digest of the index.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_string().as_bytes())
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        self.packs.iter().try_for_each(|(name, extent)| writeln!(f, "{name} {} {}", extent.size_bytes, extent.sha256))
    }
}

/// Reads a number as it would be printed: no sign, no zeros before it.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
