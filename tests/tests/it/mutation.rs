//! Mutants of bundles over domains so small that every step can be tried in every context: what is said of them is what trying finds.

use reach_mutation::{Options, Outcome, mutants, mutate, subject};
use reach_tests::changes::{Compared, behaviours};
use reach_tests::generate::{Choices, SmallBundle, all_steps, contexts};

use crate::analysis::{Count, check, number};

#[test]
fn what_is_said_of_mutants_of_small_bundles_is_what_trying_all_steps_finds() {
    let [bundles, same, told, open, refused] = [const { Count::new() }; 5];
    check(number("REACH_CASES", 40), 200, 70, |tape| {
        let small = SmallBundle::generate(&mut Choices::new(tape));
        let Ok(original) = Compared::new(&small.source()) else {
            refused.add(1);
            return Ok(());
        };
        bundles.add(1);
        let base = subject(&original.bundle);
        let (contexts, steps) = (contexts(&small, &small), all_steps(&small, &small));
        let report = mutate(&original.bundle, &Options { jobs: 1, sample: Some(25), ..Options::default() }, &mut |_| {}).unwrap();
        let mut failed = None;
        mutants(&base, &mut |mutant| {
            let Some(finding) = report.mutants.iter().find(|finding| finding.id == mutant.id) else { return };
            let made = Compared::of(mutant.bundle(&base).unwrap()).unwrap();
            let found = behaviours(&original, &made, &contexts, &steps);
            let shown = || format!("{}: {} -> {}\n{}", finding.id, finding.before, finding.after, small.source());
            match &finding.outcome {
                Outcome::Killed { by } => failed = Some(format!("there is no test, and \"{by}\" kills\n{}", shown())),
                Outcome::Equivalent => {
                    same.add(1);
                    if let Some(differs) = found.first() {
                        failed = Some(format!("it is said to decide the same, and {differs:?}\n{}", shown()));
                    }
                }
                Outcome::Survived { missing: Some(missing), .. } => {
                    told.add(1);
                    if found.is_empty() {
                        failed = Some(format!("nothing differs, and a test is said to be missing:\n{}\n{}", missing.test, shown()));
                    }
                    if let Err(why) = kills(&missing.test, &original, &made) {
                        failed = Some(format!("{why}:\n{}\n{}", missing.test, shown()));
                    }
                }
                Outcome::Survived { .. } => open.add(1),
            }
        });
        failed.map_or(Ok(()), Err)
    });
    println!(
        "{} bundles ({} refused): {} decide the same, {} have their test, {} are not told",
        bundles.get(),
        refused.get(),
        same.get(),
        told.get(),
        open.get()
    );
    assert!(same.get() > 20 && told.get() > 100, "{} {}", same.get(), told.get());
    assert!(open.get() * 4 < same.get() + told.get(), "{} of {}", open.get(), same.get() + told.get());
}

/// Runs a missing test on a bundle and on its mutant.
fn kills(test: &str, original: &Compared, made: &Compared) -> Result<(), String> {
    let (tests, image) = reach_harness::witness::compiled(test, &original.bundle)?;
    let suite = reach_harness::Suite::of(&tests);
    if suite.len() != 1 || !suite.passes(0, &image.into()) {
        return Err("it doesn't pass on the bundle".to_owned());
    }
    let mutated = reach_compiler::lower(&made.bundle).unwrap().verify().unwrap();
    if suite.passes(0, &mutated.into()) { Err("it passes on the mutant".to_owned()) } else { Ok(()) }
}
