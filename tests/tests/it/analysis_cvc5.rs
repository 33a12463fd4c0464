//! The decision procedure held against another solver.
//!
//! Two bundles of each generated pair are compared, and a claim about the first is proved. What is found was played by the machine that
//! decides already. What is said to be equal, or proved, the other solver must find impossible from the question as `--emit smt2` writes it.

mod solver;

use reach_analysis::{AnalysisError, Limits, Verdict, diff, prove, smt2, smt2_difference, watched};
use reach_codes::Sources;
use reach_compiler::ir;
use reach_harness::Replay;
use reach_tests::generate::Choices;
use reach_tests::generate::analysis::{Pair, generate_pair};
use solver::{Answer, Section, sections};

/// How many pairs are made.
const PAIRS: u64 = 1_200;
/// How many of them go to one process of the solver.
const BATCH: u64 = 40;

/// How long the solver may look for what the analysis says is not there.
const PROOF_MS: u32 = 5_000;
/// How long it may look for what was replayed, where only `unsat` would be wrong.
const MODEL_MS: u32 = 100;

/// What became of all questions.
#[derive(Debug, Default)]
struct Counts {
    pairs: u64,
    equal_pairs: u64,
    differing_pairs: u64,
    unknown_pairs: u64,
    equal_steps: u64,
    differing_steps: u64,
    unknown_steps: u64,
    proved: u64,
    violated: u64,
    unknown_claims: u64,
    /// Steps that are said to be equal and whose formulas differ: a search said so.
    searched: u64,
    asked: u64,
    /// What is impossible by the analysis: what the solver agreed to, what it has a model for because something is left open, and what it
    /// had no time for.
    agreed: u64,
    open: u64,
    timeouts: u64,
    /// What was replayed, and the solver has found no model of in its short time.
    not_found: u64,
    failures: Vec<String>,
    unknown: std::collections::BTreeMap<String, u64>,
}

/// What the analysis says of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Impossible,
    Possible,
    Unknown,
}

/// A section and what must be answered.
struct Asked {
    pair: u64,
    section: Section,
    said: Said,
}

fn tape(seed: u64) -> Vec<u16> {
    // SplitMix64.
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    (0..600).map(|_| u16::try_from(next() & 0xffff).unwrap()).collect()
}

fn compiled(source: &str) -> ir::Bundle {
    let mut sources = Sources::new();
    sources.add("a.reach", source);
    let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::default());
    compiled.bundle.unwrap_or_else(|| panic!("{source}\n{:#?}", compiled.diagnostics))
}

fn shown(seed: u64, pair: &Pair) -> String {
    format!("pair {seed}, {}:\n{}\n---\n{}\n---\n{}", pair.change, pair.old.source(), pair.new.source(), pair.claim)
}

/// Compares the bundles of a pair, and proves its claim.
fn look(seed: u64, counts: &mut Counts) -> Vec<Asked> {
    let tape = tape(seed);
    let pair = generate_pair(&mut Choices::new(&tape));
    let (old, new) = (compiled(&pair.old.source()), compiled(&pair.new.source()));
    let (old_play, new_play) = (Replay::new(&old).unwrap(), Replay::new(&new).unwrap());
    counts.pairs += 1;
    let mut asked = Vec::new();
    match diff(&old, &new, &old_play, &new_play, &Limits::default()) {
        Ok(difference) => {
            let (changes, unknown) = (&difference.changes, &difference.unknown);
            match (changes.is_empty(), unknown.is_empty()) {
                (true, true) => counts.equal_pairs += 1,
                (false, _) => counts.differing_pairs += 1,
                (true, false) => counts.unknown_pairs += 1,
            }
            for why in unknown {
                *counts.unknown.entry(why.why.clone()).or_default() += 1;
            }
            for section in sections(&smt2_difference(&old, &new)) {
                let said = if changes.iter().any(|change| change.step == section.title) {
                    counts.differing_steps += 1;
                    Said::Possible
                } else if unknown.iter().any(|u| u.step.as_ref().is_none_or(|step| *step == section.title)) {
                    counts.unknown_steps += 1;
                    Said::Unknown
                } else {
                    counts.equal_steps += 1;
                    counts.searched += u64::from(!section.is_trivial());
                    Said::Impossible
                };
                asked.push(Asked { pair: seed, section, said });
            }
        }
        Err(AnalysisError::Mismatch { step, expected, actual }) => {
            counts.failures.push(format!("mismatch: {step}: {expected}, and the machine {actual}\n{}", shown(seed, &pair)))
        }
    }
    claim(seed, &pair, counts, &mut asked);
    asked
}

fn claim(seed: u64, pair: &Pair, counts: &mut Counts, asked: &mut Vec<Asked>) {
    let mut sources = Sources::new();
    sources.add("a.reach", pair.old.source());
    let claimed = reach_compiler::claim(sources, &pair.claim).unwrap_or_else(|(_, d)| panic!("{}\n{d:#?}", shown(seed, pair)));
    let play = Replay::new(&watched(&claimed.bundle, &claimed.claim)).unwrap();
    let proof = prove(&claimed.bundle, &claimed.claim, &play, &Limits::default());
    let said = match proof.verdict {
        Verdict::Proved => Said::Impossible,
        Verdict::Violated => Said::Possible,
        Verdict::Unknown => Said::Unknown,
    };
    match said {
        Said::Impossible => counts.proved += 1,
        Said::Possible => counts.violated += 1,
        Said::Unknown => counts.unknown_claims += 1,
    }
    // A claim about one step has one section.
    asked.extend(sections(&smt2(&claimed.bundle, &claimed.claim)).into_iter().map(|section| Asked { pair: seed, section, said }));
}

/// Asks the solver about sections, and compares.
fn ask(asked: Vec<Asked>, counts: &mut Counts) {
    let (impossible, others): (Vec<Asked>, Vec<Asked>) = asked.into_iter().partition(|a| a.said == Said::Impossible);
    for (asked, time_ms) in [(impossible, PROOF_MS), (others, MODEL_MS)] {
        let answers = solver::answers(asked.iter().map(|a| &a.section), time_ms);
        for (asked, answer) in asked.iter().zip(answers) {
            counts.compare(asked, &answer);
        }
    }
}

impl Counts {
    fn compare(&mut self, asked: &Asked, answer: &Answer) {
        self.asked += 1;
        let right = match (asked.said, answer) {
            (Said::Impossible, Answer::Unsat) => &mut self.agreed,
            (Said::Impossible, Answer::Unknown) => &mut self.timeouts,
            (Said::Impossible, Answer::Sat) if asked.section.is_open() => &mut self.open,
            (Said::Possible | Said::Unknown, Answer::Unknown) => &mut self.not_found,
            (Said::Possible, Answer::Sat) | (Said::Unknown, Answer::Sat | Answer::Unsat) => return,
            _ => {
                let tape = tape(asked.pair);
                let pair = generate_pair(&mut Choices::new(&tape));
                let (said, Section { title, text }) = (asked.said, &asked.section);
                self.failures.push(format!("{title}: {said:?} and {answer:?}\n{}\n{text}\n", shown(asked.pair, &pair)));
                return;
            }
        };
        *right += 1;
    }

    fn add(&mut self, other: Self) {
        self.pairs += other.pairs;
        self.equal_pairs += other.equal_pairs;
        self.differing_pairs += other.differing_pairs;
        self.unknown_pairs += other.unknown_pairs;
        self.equal_steps += other.equal_steps;
        self.differing_steps += other.differing_steps;
        self.unknown_steps += other.unknown_steps;
        self.proved += other.proved;
        self.violated += other.violated;
        self.unknown_claims += other.unknown_claims;
        self.searched += other.searched;
        self.asked += other.asked;
        self.agreed += other.agreed;
        self.open += other.open;
        self.timeouts += other.timeouts;
        self.not_found += other.not_found;
        self.failures.extend(other.failures);
        for (why, n) in other.unknown {
            *self.unknown.entry(why).or_default() += n;
        }
    }
}

#[test]
#[ignore = "needs cvc5"]
fn analysis_cvc5_agrees_on_what_differs_and_what_is_proved() {
    let batches: Vec<u64> = (0..PAIRS / BATCH).collect();
    let (first, second) = batches.split_at(batches.len() / 2);
    let run = |batches: &[u64]| {
        let mut counts = Counts::default();
        for batch in batches {
            let asked: Vec<Asked> = (batch * BATCH..(batch + 1) * BATCH).flat_map(|seed| look(seed, &mut counts)).collect();
            ask(asked, &mut counts);
        }
        counts
    };
    let mut all = Counts::default();
    std::thread::scope(|scope| {
        let one = scope.spawn(|| run(first));
        all.add(run(second));
        all.add(one.join().unwrap());
    });
    let failures = std::mem::take(&mut all.failures);
    println!("{all:#?}");
    assert!(
        failures.is_empty(),
        "{} of {} disagree; the first ones:\n\n{}",
        failures.len(),
        all.asked,
        failures.iter().take(4).cloned().collect::<Vec<_>>().join("\n======\n")
    );
    assert!(all.timeouts * 100 <= all.asked, "{} of {} questions have no answer of the solver", all.timeouts, all.asked);
    assert!(all.open * 50 <= all.asked, "too much is left open in the questions: {} of {}", all.open, all.asked);
    for (what, n) in [("equal", all.equal_pairs), ("differing", all.differing_pairs), ("proved", all.proved), ("violated", all.violated)] {
        assert!(n * 10 >= all.pairs, "only {n} of {} are {what}", all.pairs);
    }
    assert!(all.searched * 10 >= all.pairs, "only {} equal steps needed a search", all.searched);
}
