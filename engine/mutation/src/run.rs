//! All mutants of a bundle, on several threads, with the same report every time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use reach_analysis::{Limits, Stop};
use reach_codes::Sources;
use reach_compiler::ir::Bundle;
use reach_harness::Replay;
use sha2::{Digest as _, Sha256};

use crate::killing::{Tests, machine};
use crate::mutant::{Mutant, mutants, subject};
use crate::operator::Operator;
use crate::report::{Counts, Finding, Outcome, Report};
use crate::survivor::Original;

/// How many mutants of a bundle are looked at, if nothing else is said. Of more than that some are taken.
pub const MOST: usize = 5_000;

/// How much is done to tell what one mutant decides otherwise, in the analysis's own steps: the same on every machine.
const WORK: usize = 30_000;

/// Which mutants to look at, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only those of the rules, budgets or charges of this name.
    pub rule: Option<String>,
    /// Only those of these operators; of all where there are none.
    pub operators: Vec<Operator>,
    /// Only those whose name, or text before or after, holds this text.
    pub filter: Option<String>,
    /// At most so many, [`MOST`] without it.
    pub sample: Option<usize>,
    /// Which ones are taken where there are more.
    pub seed: u64,
    /// How many threads; 0 is as many as the machine has.
    pub jobs: usize,
    /// When to end: what was not looked at by then counts as survived.
    pub stop: Stop,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// How many mutants are done.
    pub done: usize,
    /// How many there are.
    pub all: usize,
    /// What came of those that are done.
    pub counts: Counts,
}

/// Looks at the mutants of a bundle. The same bundle and options make the same report, whatever `jobs` is, unless it was told to end.
/// Returns none where the bundle can't be built.
#[must_use]
pub fn mutate(bundle: &Bundle, options: &Options, progress: &mut dyn FnMut(Progress)) -> Option<Report> {
    let bundle = subject(bundle);
    let mut quiet = bundle.clone();
    quiet.tests.clear();
    let image = machine(&quiet)?;
    let tests = Tests::of(&bundle, &image);
    let (chosen, left_out) = choose(&bundle, options);
    let original = Original { bundle: &bundle, replay: Replay::new(&bundle).ok()? };
    let run = Run { tests: &tests, original: &original, quiet: &quiet, options };
    let findings = run.all(&chosen, progress);
    let mut report = Report::of(findings);
    report.tests = tests.len();
    report.failing = tests.failing.clone();
    report.left_out = left_out;
    Some(report)
}

/// Returns the mutants to look at, in order, and how many more there are.
fn choose(bundle: &Bundle, options: &Options) -> (Vec<Mutant>, usize) {
    let most = options.sample.unwrap_or(MOST);
    // Which are taken depends on each alone, so that a change elsewhere in the bundle changes little.
    let mut taken: BTreeMap<(Vec<u8>, usize), Mutant> = BTreeMap::new();
    let mut number = 0;
    mutants(bundle, &mut |mutant| {
        if !is_wanted(&mutant, options) {
            return;
        }
        let rank = Sha256::digest(format!("{}\n{}", options.seed, mutant.id)).to_vec();
        taken.insert((rank, number), mutant);
        number += 1;
        if taken.len() > most {
            taken.pop_last();
        }
    });
    let mut chosen: Vec<(usize, Mutant)> = taken.into_iter().map(|((_, number), mutant)| (number, mutant)).collect();
    chosen.sort_by_key(|(number, _)| *number);
    let left_out = number - chosen.len();
    (chosen.into_iter().map(|(_, mutant)| mutant).collect(), left_out)
}

fn is_wanted(mutant: &Mutant, options: &Options) -> bool {
    options.rule.as_deref().is_none_or(|rule| mutant.declaration == rule || mutant.declaration.split_once(' ').is_some_and(|(_, name)| name == rule))
        && (options.operators.is_empty() || options.operators.contains(&mutant.operator))
        && options.filter.as_deref().is_none_or(|text| [&mutant.id, &mutant.before, &mutant.after].into_iter().any(|of| of.contains(text)))
}

struct Run<'a> {
    tests: &'a Tests<'a>,
    original: &'a Original<'a>,
    /// The bundle without its tests, which mutants are made of to be run.
    quiet: &'a Bundle,
    options: &'a Options,
}

impl Run<'_> {
    fn all(&self, mutants: &[Mutant], progress: &mut dyn FnMut(Progress)) -> Vec<Finding> {
        let jobs = if self.options.jobs == 0 { std::thread::available_parallelism().map_or(1, std::num::NonZero::get) } else { self.options.jobs };
        let next = AtomicUsize::new(0);
        let (tell, told) = mpsc::channel();
        let mut done: Vec<(usize, Finding)> = Vec::with_capacity(mutants.len());
        std::thread::scope(|scope| {
            for _ in 0..jobs.clamp(1, 256).min(mutants.len().max(1)) {
                let (tell, next) = (tell.clone(), &next);
                scope.spawn(move || {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(mutant) = mutants.get(at) else { return };
                        // Whoever listens has gone only when all are done.
                        let _ = tell.send((at, self.one(mutant)));
                    }
                });
            }
            drop(tell);
            let mut counts = Counts::default();
            for (at, outcome) in told {
                counts.add(&outcome);
                if let Some(mutant) = mutants.get(at) {
                    done.push((at, finding(&self.original.bundle.sources, mutant, outcome)));
                }
                progress(Progress { done: done.len(), all: mutants.len(), counts });
            }
        });
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, finding)| finding).collect()
    }

    fn one(&self, mutant: &Mutant) -> Outcome {
        let survived = |why: &str| Outcome::Survived { why: vec![why.to_owned()], missing: None };
        if self.options.stop.is_due() {
            return survived("there was no time to look at it");
        }
        let Some(image) = mutant.bundle(self.quiet).and_then(|made| machine(&made)) else { return survived("it can't be built") };
        let about = self.tests.about(mutant.owner);
        if let Some(by) = self.tests.killer(&about, &image) {
            return Outcome::Killed { by: by.to_owned() };
        }
        drop::<Arc<_>>(image);
        let Some(made) = mutant.bundle(self.original.bundle) else { return survived("it can't be built") };
        let (asked, whole) = (AtomicUsize::new(0), self.options.stop.clone());
        let stop = Stop::when(move || asked.fetch_add(1, Ordering::Relaxed) >= WORK || whole.is_due());
        let limits = Limits { rounds: 2_000, examples: 2, changes: 2, states: 2_000, tries: 400, stop };
        self.original.told(mutant, &made, &limits)
    }
}

fn finding(sources: &Sources, mutant: &Mutant, outcome: Outcome) -> Finding {
    let at = sources.position(mutant.place);
    Finding {
        id: mutant.id.clone(),
        declaration: mutant.declaration.clone(),
        operator: mutant.operator,
        file: sources.get(mutant.place.file).map(|file| file.name.clone()).unwrap_or_default(),
        line: at.line,
        column: at.column,
        before: mutant.before.clone(),
        after: mutant.after.clone(),
        outcome,
    }
}
