//! Trees, proofs, paths of tiles and checkpoints against implementations that others wrote.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "functions of tests stop the test as tests do")]

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use reach_log::merkle::{Frontier, Nodes, consistency, inclusion, leaf_hash, root, verify_consistency, verify_inclusion};
use reach_log::tiles::{Tile, TileOf};
use reach_log::{Checkpoint, Hash};
use sha2::Sha256;

/// A tree as a store has it.
#[derive(Default)]
struct Stored(Vec<Vec<Hash>>);

impl Nodes for Stored {
    type Error = ();
    fn nodes(&mut self, level: u8, from: u64, count: usize) -> Result<Vec<Hash>, ()> {
        let from = usize::try_from(from).unwrap();
        self.0.get(usize::from(level)).and_then(|nodes| nodes.get(from..from + count)).map(<[Hash]>::to_vec).ok_or(())
    }
}

fn leaf(n: u64) -> Vec<u8> {
    format!("entry {n}").into_bytes()
}

fn stored(size: u64) -> Stored {
    let (mut frontier, mut stored) = (Frontier::default(), Stored::default());
    for n in 0..size {
        frontier.push(leaf_hash(&leaf(n)), |level, _, hash| {
            let level = usize::from(level);
            stored.0.resize_with(stored.0.len().max(level + 1), Vec::new);
            stored.0[level].push(hash);
        });
    }
    stored
}

fn bytes(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| hash.0).collect()
}

const SIZES: [u64; 12] = [1, 2, 3, 7, 8, 9, 100, 255, 256, 257, 300, 513];

#[test]
fn ct_merkle_makes_and_accepts_the_same_roots_and_proofs() {
    for size in SIZES {
        let mut ours = stored(size);
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        (0..size).for_each(|n| theirs.push(leaf(n)));
        let our_root = root(&mut ours, size).unwrap();
        let their_root: RootHash<Sha256> = theirs.root();
        assert_eq!(our_root.0.as_slice(), their_root.as_bytes().as_slice());
        for index in [0, size / 3, size / 2, size - 1] {
            let proof = inclusion(&mut ours, index, size).unwrap().unwrap();
            let made = theirs.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(made.as_bytes(), bytes(&proof));
            let read = InclusionProof::<Sha256>::from_bytes(bytes(&proof));
            assert!(their_root.verify_inclusion(&leaf(index), index, &read).is_ok());
            assert!(their_root.verify_inclusion(&leaf(index + 1), index, &read).is_err());
            assert_eq!(verify_inclusion(leaf_hash(&leaf(index)), index, size, &proof, our_root), Ok(()));
        }
        for old in [1, size / 2, size - 1].into_iter().filter(|old| *old > 0 && *old < size) {
            let proof = consistency(&mut ours, old, size).unwrap().unwrap();
            let old_root = root(&mut ours, old).unwrap();
            let made = theirs.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(made.as_bytes(), bytes(&proof));
            let read = ConsistencyProof::<Sha256>::try_from_bytes(bytes(&proof)).unwrap();
            assert!(their_root.verify_consistency(&RootHash::new(old_root.0.into(), old), &read).is_ok());
            assert_eq!(verify_consistency(old, size, &proof, old_root, our_root), Ok(()));
        }
    }
}

#[test]
fn tlog_tiles_accepts_our_proofs_paths_and_checkpoints() {
    let theirs = |hash: Hash| tlog_tiles::Hash(hash.0);
    for size in SIZES {
        let mut ours = stored(size);
        let tree = root(&mut ours, size).unwrap();
        for index in 0..size {
            let proof = inclusion(&mut ours, index, size).unwrap().unwrap().into_iter().map(theirs).collect();
            assert!(tlog_tiles::check_record(&proof, size, theirs(tree), index, theirs(leaf_hash(&leaf(index)))).is_ok());
        }
        for old in 1..size {
            let proof = consistency(&mut ours, old, size).unwrap().unwrap().into_iter().map(theirs).collect();
            let before = root(&mut ours, old).unwrap();
            assert!(tlog_tiles::check_tree(&proof, size, theirs(tree), old, theirs(before)).is_ok());
        }
        let text = Checkpoint { origin: "example.com/log".to_owned(), size, root: tree }.text().unwrap();
        let read = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
        assert_eq!((read.origin(), read.size(), read.hash().0), ("example.com/log", size, tree.0));
    }
    // Its paths are those of Go, with the height of tiles before the level and another word for entries.
    for size in [1, 255, 256, 257, 70_000, 300_000] {
        for tile in Tile::all(size) {
            let (level, entries) = match tile.of {
                TileOf::Level(level) => (level, false),
                TileOf::Entries => (0, true),
            };
            let path = tlog_tiles::Tile::new(8, level, tile.index, u32::from(tile.width), entries).path();
            assert_eq!(tile.to_string(), path.replacen("tile/8/", "tile/", 1).replacen("/data/", "/entries/", 1));
        }
    }
}
