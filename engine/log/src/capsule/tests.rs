use super::*;
use crate::leaf::tests::observed;
use crate::merkle::{Frontier, Nodes, inclusion};

struct Tree(Vec<Hash>);

impl Nodes for Tree {
    type Error = ();
    fn nodes(&mut self, level: u8, from: u64, count: usize) -> Result<Vec<Hash>, ()> {
        let from = usize::try_from(from).unwrap();
        assert_eq!(level, 0);
        Ok(self.0[from..from + count].to_vec())
    }
}

/// A capsule of every second of ten entries.
fn made() -> (Capsule, Checkpoint) {
    let (mut entries, mut hashes, mut previous) = (Vec::new(), Vec::new(), [Hash::ZERO; 2]);
    for n in 0..10u8 {
        let who = usize::from(n % 2);
        let payload = Payload { salt: [n; 32], bytes: format!("event {n}").into_bytes() };
        let leaf = EventLeaf { event: payload.address(), ..observed(["a", "b"][who], u64::from(n / 2), previous[who]) };
        let text = String::from_utf8(Leaf::Event(leaf).to_bytes().unwrap()).unwrap();
        previous[who] = leaf_hash(text.as_bytes());
        hashes.push(previous[who]);
        entries.push(CapsuleEntry { index: u64::from(n), leaf: text, proof: vec![], event: CapsulePayload::of(&payload), answer: None });
    }
    let mut frontier = Frontier::default();
    hashes.iter().for_each(|hash| frontier.push(*hash, |_, _, _| {}));
    let mut tree = Tree(hashes);
    for entry in &mut entries {
        entry.proof = inclusion(&mut tree, entry.index, 10).unwrap().unwrap();
    }
    let entries = entries.into_iter().filter(|entry| entry.index % 2 == 0).collect();
    let bundles = BTreeMap::from([("sha256:00".to_owned(), BTreeMap::from([("a.reach".to_owned(), "permit p\n".to_owned())]))]);
    let checkpoint = Checkpoint { origin: "o".into(), size: 10, root: frontier.root() };
    (Capsule { format: FORMAT.into(), session: "a".into(), checkpoint: String::new(), entries, bundles }, checkpoint)
}

#[test]
fn a_capsule_is_read_as_it_was_written_and_holds() {
    let (capsule, checkpoint) = made();
    let read = Capsule::parse(&serde_json::to_vec(&capsule).unwrap()).unwrap();
    assert_eq!(read, capsule);
    assert_eq!(read.verify(&checkpoint).unwrap().iter().map(|leaf| leaf.number).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn everything_that_is_changed_in_a_capsule_is_found() {
    let (clean, checkpoint) = made();
    let broken = |change: &dyn Fn(&mut Capsule)| {
        let mut capsule = clean.clone();
        change(&mut capsule);
        capsule.verify(&checkpoint).unwrap_err()
    };
    assert!(matches!(broken(&|c| c.entries[2].leaf = c.entries[2].leaf.replace("observed", "rejected")), CapsuleError::Proof { index: 4, .. }));
    assert!(matches!(broken(&|c| c.entries[2].index = 5), CapsuleError::Proof { index: 5, .. }));
    assert!(matches!(broken(&|c| c.entries[2].proof[0] = Hash::ZERO), CapsuleError::Proof { index: 4, error: ProofError::Root }));
    assert!(matches!(broken(&|c| c.entries[2].proof.push(Hash::ZERO)), CapsuleError::Proof { index: 4, error: ProofError::Length }));
    assert!(matches!(broken(&|c| c.entries[2].proof.resize(100_000, Hash::ZERO)), CapsuleError::Proof { index: 4, .. }));
    assert_eq!(
        broken(&|c| c.entries[2].event.as_mut().unwrap().text.push(' ')),
        CapsuleError::Entry { index: 4, problem: Problem::Payload(crate::PayloadOf::Event) }
    );
    assert_eq!(
        broken(&|c| c.entries[2].event.as_mut().unwrap().salt = Hash::ZERO),
        CapsuleError::Entry { index: 4, problem: Problem::Payload(crate::PayloadOf::Event) }
    );
    assert_eq!(broken(&|c| drop(c.entries.remove(2))), CapsuleError::Entry { index: 6, problem: Problem::Number { expected: 2, found: 3 } });
    assert_eq!(broken(&|c| drop(c.entries.remove(0))), CapsuleError::Entry { index: 2, problem: Problem::Number { expected: 0, found: 1 } });
    assert_eq!(broken(&|c| c.entries.swap(1, 2)), CapsuleError::Entry { index: 4, problem: Problem::Number { expected: 1, found: 2 } });
    assert_eq!(broken(&|c| c.entries.insert(1, c.entries[0].clone())), CapsuleError::Order(0));
    assert_eq!(broken(&|c| c.session = "b".into()), CapsuleError::Session(0));
    assert_eq!(broken(&|c| c.entries.clear()), CapsuleError::Empty);
    assert!(clean.verify(&Checkpoint { size: 9, ..checkpoint.clone() }).is_err());
    assert!(clean.verify(&Checkpoint { root: Hash::ZERO, ..checkpoint }).is_err());
}

#[test]
fn what_is_no_capsule_is_refused() {
    let (capsule, _) = made();
    let text = serde_json::to_string(&capsule).unwrap();
    for bad in [
        String::new(),
        "[]".repeat(1_000),
        "[".repeat(100_000),
        text.replace("-v1", "-v2"),
        text.replacen("\"session\"", "\"x\":1,\"session\"", 1),
        text.replacen("\"index\":0", "\"index\":-1", 1),
    ] {
        assert!(matches!(Capsule::parse(bad.as_bytes()), Err(CapsuleError::Form(_))), "{bad:.60}");
    }
}
