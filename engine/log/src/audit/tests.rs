use super::*;
use crate::leaf::tests::observed;
use crate::leaf::{ErasureKind, ErasureLeaf, VERSION};
use crate::payload::Payload;

/// An entry with its payloads, as a store would have it.
#[derive(Clone)]
struct Stored {
    leaf: Vec<u8>,
    hash: Hash,
    event: Option<Payload>,
    answer: Option<Payload>,
}

fn stored(leaf: &Leaf, event: Option<Payload>, answer: Option<Payload>) -> Stored {
    let leaf = leaf.to_bytes().unwrap();
    Stored { hash: leaf_hash(&leaf), leaf, event, answer }
}

/// A log of two sessions by turns, every third event a step.
fn log(entries: u64) -> Vec<Stored> {
    let mut heads: [Option<(Hash, u64)>; 2] = [None, None];
    let mut out = Vec::new();
    for n in 0..entries {
        let who = usize::from(n % 2 == 1);
        let (previous, number) = heads[who].map_or((Hash::ZERO, 0), |(hash, number)| (hash, number + 1));
        let event = Payload { salt: [n as u8; 32], bytes: format!("event {n}").into_bytes() };
        let answer = n.is_multiple_of(3).then(|| Payload { salt: [n as u8 ^ 0x80; 32], bytes: b"decision".to_vec() });
        let mut leaf = EventLeaf { event: event.address(), answer: answer.as_ref().map(Payload::address), ..observed(["a", "b"][who], number, previous) };
        if answer.is_some() {
            leaf = EventLeaf { outcome: Outcome::Decided, effect: Some(Effect::Permit), rules: vec!["r".into()], ..leaf };
        }
        let entry = stored(&Leaf::Event(leaf), Some(event), answer);
        heads[who] = Some((entry.hash, number));
        out.push(entry);
    }
    out
}

fn erasure(of: u64, payload: PayloadOf, address: Hash) -> Stored {
    stored(&Leaf::Erasure(ErasureLeaf { address, entry: of, kind: ErasureKind::Is, payload, reason: "asked to".into(), version: VERSION }), None, None)
}

fn held(payload: &Option<Payload>) -> Option<Held<'_>> {
    payload.as_ref().map(|p| Held { salt: &p.salt, bytes: &p.bytes })
}

fn audit(log: &[Stored], mut auditor: Auditor) -> (Summary, Vec<Finding>) {
    for entry in log {
        let row = Row { leaf: &entry.leaf, hash: Some(entry.hash), event: held(&entry.event), answer: held(&entry.answer) };
        auditor.entry(&row, |_, _, _| true, &mut ());
    }
    auditor.finish()
}

fn problems(log: &[Stored]) -> Vec<(u64, Problem)> {
    audit(log, Auditor::new([])).1.into_iter().map(|finding| (finding.entry, finding.problem)).collect()
}

fn root(log: &[Stored]) -> Hash {
    let mut tree = Frontier::default();
    log.iter().for_each(|entry| tree.push(entry.hash, |_, _, _| {}));
    tree.root()
}

#[test]
fn a_log_that_nobody_touched_is_fine() {
    let log = log(20);
    let (summary, findings) = audit(&log, Auditor::new([(0, crate::merkle::empty_root()), (7, root(&log[..7])), (20, root(&log))]));
    assert_eq!(findings, []);
    assert_eq!((summary.entries, summary.sessions, summary.permit, summary.forbid, summary.root), (20, 2, 7, 0, root(&log)));
}

/// A part of an entry as bytes, where it has it.
type Part = fn(&mut Stored) -> Option<&mut [u8]>;

/// Every bit of every entry, hash, salt and payload.
#[test]
fn a_flipped_bit_is_found_and_its_entry_named() {
    let clean = log(6);
    let mut tried = 0;
    for at in 0..clean.len() {
        let parts: [(usize, Part); 6] = [
            (clean[at].leaf.len(), |s| Some(&mut s.leaf)),
            (32, |s| Some(&mut s.hash.0)),
            (32, |s| s.event.as_mut().map(|p| p.salt.as_mut_slice())),
            (clean[at].event.as_ref().map_or(0, |p| p.bytes.len()), |s| s.event.as_mut().map(|p| p.bytes.as_mut_slice())),
            (32, |s| s.answer.as_mut().map(|p| p.salt.as_mut_slice())),
            (clean[at].answer.as_ref().map_or(0, |p| p.bytes.len()), |s| s.answer.as_mut().map(|p| p.bytes.as_mut_slice())),
        ];
        for (len, part) in parts {
            for bit in 0..len * 8 {
                let mut log = clean.clone();
                let Some(bytes) = part(&mut log[at]) else { continue };
                bytes[bit / 8] ^= 1 << (bit % 8);
                tried += 1;
                assert_eq!(problems(&log).first().map(|(entry, _)| *entry), Some(at as u64), "bit {bit} of a part of {len} bytes of entry {at}");
            }
        }
    }
    assert!(tried > 20_000, "{tried}");
}

/// Whoever changes an entry can change its hash too, but not what follows it.
#[test]
fn an_entry_that_is_written_again_breaks_its_session_and_the_checkpoint() {
    let clean = log(8);
    let mut log = clean.clone();
    let text = String::from_utf8(log[3].leaf.clone()).unwrap();
    log[3].leaf = text.replacen("permit", "forbid", 1).into_bytes();
    log[3].hash = leaf_hash(&log[3].leaf);
    assert_eq!(problems(&log), [(5, Problem::Previous)]);
    let (_, findings) = audit(&log, Auditor::new([(4, root(&clean[..4]))]));
    assert_eq!(findings.first(), Some(&Finding { entry: 3, problem: Problem::Checkpoint { size: 4 } }));
}

#[test]
fn entries_that_are_cut_moved_doubled_or_left_out_are_found() {
    let clean = log(8);
    let (_, findings) = audit(&clean[..6], Auditor::new([(8, root(&clean))]));
    assert_eq!(findings, [Finding { entry: 6, problem: Problem::Shorter { size: 8, found: 6 } }]);
    let mut log = clean.clone();
    log.swap(2, 4);
    assert_eq!(problems(&log)[0], (2, Problem::Number { expected: 1, found: 2 }));
    let mut log = clean.clone();
    log.insert(3, clean[2].clone());
    assert_eq!(problems(&log)[0], (3, Problem::Number { expected: 2, found: 1 }));
    let mut log = clean.clone();
    log.remove(1);
    assert_eq!(problems(&log)[0], (2, Problem::Number { expected: 0, found: 1 }));
    // Sessions may be mixed in another way: that is another log, which only a checkpoint tells from this one.
    let mut log = clean.clone();
    log.swap(2, 3);
    assert_eq!(problems(&log), []);
    let (_, findings) = audit(&log, Auditor::new([(8, root(&clean))]));
    assert_eq!(findings, [Finding { entry: 7, problem: Problem::Checkpoint { size: 8 } }]);
}

#[test]
fn an_erased_payload_needs_an_entry_that_says_so() {
    let mut log = log(6);
    let address = log[3].event.take().unwrap().address();
    assert_eq!(problems(&log), [(3, Problem::Gone(PayloadOf::Event))]);
    log.push(erasure(3, PayloadOf::Event, address));
    let (summary, findings) = audit(&log, Auditor::new([]));
    assert_eq!((summary.erased, findings), (1, vec![]));
    log.push(erasure(3, PayloadOf::Event, address));
    assert_eq!(problems(&log), [(7, Problem::NotErased { entry: 3, payload: PayloadOf::Event })]);
    log.pop();
    log.push(erasure(0, PayloadOf::Answer, address));
    assert_eq!(problems(&log), [(7, Problem::NotErased { entry: 0, payload: PayloadOf::Answer })]);
}

#[test]
fn stray_payloads_and_wrong_nodes_are_found() {
    let mut log = log(2);
    log[1].answer = Some(Payload { salt: [0; 32], bytes: vec![] });
    assert_eq!(problems(&log), [(1, Problem::Stray(PayloadOf::Answer))]);
    let clean = super::tests::log(256);
    let mut auditor = Auditor::new([]);
    for entry in &clean {
        let row = Row { leaf: &entry.leaf, hash: None, event: held(&entry.event), answer: held(&entry.answer) };
        auditor.entry(&row, |level, index, hash| (level, index, hash) != (1, 0, root(&clean)), &mut ());
    }
    assert_eq!(auditor.finish().1, [Finding { entry: 255, problem: Problem::Node { level: 1, index: 0 } }]);
}

#[test]
fn the_rest_of_a_log_is_looked_at_after_a_checkpoint() {
    struct Before<'l>(&'l [Stored]);
    impl Earlier for Before<'_> {
        fn leaf(&mut self, session: &str, number: u64) -> Option<Vec<u8>> {
            let is = |s: &&Stored| matches!(Leaf::parse(&s.leaf), Ok(Leaf::Event(leaf)) if leaf.session == session && leaf.number == number);
            self.0.iter().find(is).map(|s| s.leaf.clone())
        }
    }
    let clean = log(8);
    let rest = |log: &[Stored], before: &[Stored]| {
        let mut tree = Frontier::default();
        clean[..5].iter().for_each(|entry| tree.push(entry.hash, |_, _, _| {}));
        let mut auditor = Auditor::after(tree, [(5, root(&clean[..5])), (8, root(&clean))]);
        for entry in &log[5..] {
            let row = Row { leaf: &entry.leaf, hash: Some(entry.hash), event: held(&entry.event), answer: held(&entry.answer) };
            auditor.entry(&row, |_, _, _| true, &mut Before(before));
        }
        auditor.finish().1
    };
    assert_eq!(rest(&clean, &clean), []);
    assert_eq!(rest(&clean, &[])[0].problem, Problem::Number { expected: 0, found: 2 });
    let mut changed = clean.clone();
    changed[6].event.as_mut().unwrap().bytes.push(b'x');
    assert_eq!(rest(&changed, &clean), [Finding { entry: 6, problem: Problem::Payload(PayloadOf::Event) }]);
}
