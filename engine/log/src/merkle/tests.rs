use proptest::prelude::*;

use super::prove::split;
use super::*;

/// The leaves and roots of the reference implementation of Certificate Transparency, `merkletree/tree_test.go` of
/// transparency-dev/merkle ("testonly/constants.go").
const LEAVES: [&str; 8] = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// A tree that is stored as a store would.
#[derive(Default)]
struct Tree {
    frontier: Frontier,
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    fn push(&mut self, leaf: Hash) {
        let levels = &mut self.levels;
        self.frontier.push(leaf, |level, index, hash| {
            levels.resize_with(levels.len().max(usize::from(level) + 1), Vec::new);
            let level = &mut levels[usize::from(level)];
            assert_eq!(level.len() as u64, index);
            level.push(hash);
        });
    }

    fn of(size: u64) -> Self {
        let mut tree = Self::default();
        (0..size).for_each(|n| tree.push(leaf_hash(&n.to_le_bytes())));
        tree
    }
}

impl Nodes for Tree {
    type Error = ();
    fn nodes(&mut self, level: u8, from: u64, count: usize) -> Result<Vec<Hash>, ()> {
        let from = usize::try_from(from).unwrap();
        self.levels.get(usize::from(level)).and_then(|l| l.get(from..from + count)).map(<[Hash]>::to_vec).ok_or(())
    }
}

/// The definition of RFC 6962, section 2.1.
fn defined(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(usize::try_from(split(leaves.len() as u64)).unwrap());
            node_hash(defined(left), defined(right))
        }
    }
}

#[test]
fn roots_are_those_of_the_reference_implementation() {
    let mut tree = Tree::default();
    assert_eq!(tree.frontier.root().to_string(), ROOTS[0]);
    for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
        tree.push(leaf_hash(&unhex(leaf)));
        assert_eq!(tree.frontier.root().to_string(), **root);
    }
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(super::root(&mut tree, size as u64).unwrap().to_string(), **root);
    }
}

/// From the same place: the proofs of its tests, as (leaf, size, hashes), the leaf counted from 0.
#[test]
fn inclusion_proofs_are_those_of_the_reference_implementation() {
    let table: [(u64, u64, &[&str]); 4] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ];
    let mut tree = Tree::default();
    LEAVES.iter().for_each(|leaf| tree.push(leaf_hash(&unhex(leaf))));
    for (index, size, proof) in table {
        let made = inclusion(&mut tree, index, size).unwrap().unwrap();
        assert_eq!(made.iter().map(Hash::to_string).collect::<Vec<_>>(), proof);
    }
}

/// From the same place: (old size, new size, hashes).
#[test]
fn consistency_proofs_are_those_of_the_reference_implementation() {
    let table: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 5, &["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    ];
    let mut tree = Tree::default();
    LEAVES.iter().for_each(|leaf| tree.push(leaf_hash(&unhex(leaf))));
    for (old, new, proof) in table {
        let made = consistency(&mut tree, old, new).unwrap().unwrap();
        assert_eq!(made.iter().map(Hash::to_string).collect::<Vec<_>>(), proof);
    }
}

/// All proofs of all trees of up to 40 leaves, and that no proof shows anything else.
#[test]
fn every_proof_of_small_trees_shows_what_it_claims_and_nothing_else() {
    const MOST: u64 = 40;
    let mut tree = Tree::of(MOST);
    let leaves = tree.levels[0].clone();
    let roots = (0..=MOST).map(|size| super::root(&mut tree, size).unwrap()).collect::<Vec<_>>();
    for size in 0..=MOST {
        let root = roots[size as usize];
        assert_eq!(root, defined(&leaves[..size as usize]));
        assert_eq!(Frontier::of(&mut tree, size).unwrap().root(), root);
        assert_eq!(inclusion(&mut tree, size, size), Ok(None));
        for index in 0..size {
            let proof = inclusion(&mut tree, index, size).unwrap().unwrap();
            for other in 0..MOST {
                let shown = verify_inclusion(leaves[other as usize], index, size, &proof, root);
                assert_eq!(shown.is_ok(), other == index);
                assert_eq!(verify_inclusion(leaves[index as usize], other, size, &proof, root).is_ok(), other == index);
            }
            assert_eq!(verify_inclusion(leaves[index as usize], index, size, &[proof.as_slice(), &[root]].concat(), root), Err(ProofError::Length));
            if let Some((_, shorter)) = proof.split_last() {
                assert_eq!(verify_inclusion(leaves[index as usize], index, size, shorter, root), Err(ProofError::Length));
            }
        }
        for old in 0..=size {
            let proof = consistency(&mut tree, old, size).unwrap().unwrap();
            for other in 0..=size {
                let shown = verify_consistency(old, size, &proof, roots[other as usize], root);
                assert_eq!(shown.is_ok(), other == old, "{old} {other} {size}");
            }
            if old > 0 {
                assert!(verify_consistency(old, size, &[proof.as_slice(), &[root]].concat(), roots[old as usize], root).is_err());
            }
            if old > 0
                && let Some((_, shorter)) = proof.split_last()
            {
                assert!(verify_consistency(old, size, shorter, roots[old as usize], root).is_err());
            }
        }
        assert_eq!(consistency(&mut tree, size + 1, size), Ok(None));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Trees that need stored nodes of higher levels.
    #[test]
    fn proofs_of_large_trees_hold(size in 1u64..140_000, index in any::<u64>(), old in any::<u64>()) {
        let mut tree = Tree::of(size);
        let (index, old) = (index % size, old % (size + 1));
        let root = super::root(&mut tree, size).unwrap();
        prop_assert_eq!(root, tree.frontier.root());
        let leaf = tree.levels[0][index as usize];
        let proof = inclusion(&mut tree, index, size).unwrap().unwrap();
        prop_assert!(proof.len() <= MAX_PROOF);
        prop_assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Ok(()));
        let old_root = super::root(&mut tree, old).unwrap();
        let proof = consistency(&mut tree, old, size).unwrap().unwrap();
        prop_assert_eq!(verify_consistency(old, size, &proof, old_root, root), Ok(()));
    }

    /// Numbers at the end of what there is never make checking go wrong.
    #[test]
    fn hostile_proofs_are_refused(index in any::<u64>(), size in any::<u64>(), n in 0usize..70) {
        let proof = (0..n).map(|n| Hash::of(&[&n.to_le_bytes()])).collect::<Vec<_>>();
        prop_assert!(verify_inclusion(Hash::ZERO, index, size, &proof, Hash::ZERO).is_err());
        prop_assert!(verify_consistency(index, size, &proof, Hash::ZERO, Hash::of(&[])).is_err());
        prop_assert!(verify_inclusion(Hash::ZERO, u64::MAX - 1, u64::MAX, &proof, Hash::ZERO).is_err());
    }
}
