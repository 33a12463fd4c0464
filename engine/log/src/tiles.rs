//! The files of C2SP tlog-tiles: the hashes of the tree and the entries, 256 a file.

use std::fmt;

use crate::hash::Hash;
use crate::leaf::MAX_LEAF_BYTES;

/// How many hashes, or entries, a full tile has.
pub const TILE_WIDTH: u64 = 256;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TileOf {
    /// Hashes of that level: 0 has the leaves, 1 the full tiles of level 0 …
    Level(u8),
    /// Entries.
    Entries,
}

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub of: TileOf,
    /// Its number in its level, from 0.
    pub index: u64,
    /// How many it holds: 256, or 1 to 255 at the end of a tree.
    pub width: u16,
}

impl Tile {
    /// Returns the tiles of a tree of that size in the order of levels, the entries last. What a tree of that size doesn't need, for a
    /// full one stands in its place, is not among them.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        let levels = (0u8..8).map_while(move |level| {
            let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
            (hashes > 0).then_some((TileOf::Level(level), hashes))
        });
        levels.chain((size > 0).then_some((TileOf::Entries, size))).flat_map(|(of, hashes)| {
            let last = u16::try_from(hashes % TILE_WIDTH).unwrap_or(0);
            let full = (0..hashes / TILE_WIDTH).map(move |index| Self { of, index, width: 256 });
            full.chain((last > 0).then_some(Self { of, index: hashes / TILE_WIDTH, width: last }))
        })
    }

    /// Returns the number of the first hash or entry in its level.
    #[must_use]
    pub const fn begin(&self) -> u64 {
        self.index * TILE_WIDTH
    }
}

/// Returns the path below the log's folder or address, with `/` between its parts.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            TileOf::Level(level) => write!(f, "tile/{level}/")?,
            TileOf::Entries => f.write_str("tile/entries/")?,
        }
        let digits = self.index.to_string();
        let digits = format!("{}{digits}", "0".repeat((3 - digits.len() % 3) % 3));
        let parts = digits.len() / 3;
        for (at, part) in digits.as_bytes().chunks(3).enumerate() {
            let mark = if at + 1 < parts { "x" } else { "" };
            let end = if at + 1 < parts { "/" } else { "" };
            write!(f, "{mark}{}{end}", String::from_utf8_lossy(part))?;
        }
        if self.width < 256 { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// Returns the bytes of a tile of hashes.
#[must_use]
pub fn hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Returns the bytes of a bundle of entries: each after its length in two bytes, the higher first. None where one is too long.
#[must_use]
pub fn bundle<'e>(entries: impl IntoIterator<Item = &'e [u8]>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for entry in entries {
        if entry.len() > MAX_LEAF_BYTES {
            return None;
        }
        out.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        out.extend_from_slice(entry);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let path = |of, index, width| Tile { of, index, width }.to_string();
        assert_eq!(path(TileOf::Level(0), 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path(TileOf::Level(2), 0, 1), "tile/2/000.p/1");
        assert_eq!(path(TileOf::Entries, 273, 112), "tile/entries/273.p/112");
        assert_eq!(path(TileOf::Level(1), 1_000, 256), "tile/1/x001/000");
    }

    /// The two examples of C2SP tlog-tiles, "Partial Tiles".
    #[test]
    fn a_tree_has_the_tiles_of_the_specification() {
        let count = |size, of, full: bool| Tile::all(size).filter(|t| t.of == of && (t.width == 256) == full).count();
        assert_eq!(count(70_000, TileOf::Level(0), true), 273);
        assert_eq!((count(70_000, TileOf::Level(1), true), count(70_000, TileOf::Level(2), true)), (1, 0));
        let partial = Tile::all(70_000).filter(|t| t.width < 256).map(|t| (t.of, t.index, t.width)).collect::<Vec<_>>();
        assert_eq!(partial, [(TileOf::Level(0), 273, 112), (TileOf::Level(1), 1, 17), (TileOf::Level(2), 0, 1), (TileOf::Entries, 273, 112)]);
        let small = Tile::all(256).map(|t| t.to_string()).collect::<Vec<_>>();
        assert_eq!(small, ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]);
        assert_eq!(Tile::all(0).count(), 0);
    }

    #[test]
    fn entries_stand_after_their_length() {
        assert_eq!(bundle([b"ab".as_slice(), b""]), Some(vec![0, 2, b'a', b'b', 0, 0]));
        assert_eq!(bundle([vec![0; MAX_LEAF_BYTES + 1].as_slice()]), None);
    }
}
