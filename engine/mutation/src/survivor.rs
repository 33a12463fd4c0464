//! What a mutant that no test kills decides otherwise, and the test that is missing.

use std::sync::Arc;

use reach_analysis::{Because, Change, Decided, Limits, Unknown, diff};
use reach_compiler::ir::Bundle;
use reach_engine::VerifiedImage;
use reach_harness::witness::{self, Event};
use reach_harness::{Replay, Suite};

use crate::killing::machine;
use crate::mutant::Mutant;
use crate::report::{Missing, Outcome};

/// A bundle with what is needed to compare mutants with it.
pub(crate) struct Original<'b> {
    /// With its tests.
    pub bundle: &'b Bundle,
    pub replay: Replay,
}

impl Original<'_> {
    /// Tells what a mutant that survived decides otherwise.
    pub fn told(&self, mutant: &Mutant, made: &Bundle, limits: &Limits) -> Outcome {
        let survived = |why: Vec<String>| Outcome::Survived { why, missing: None };
        let Ok(replay) = Replay::new(made) else { return survived(vec!["it can't be built".to_owned()]) };
        let difference = match diff(self.bundle, made, &self.replay, &replay, limits) {
            Ok(difference) => difference,
            Err(mistake) => return survived(vec![format!("the analysis is mistaken: {mistake}")]),
        };
        let mut why: Vec<String> = Vec::new();
        for change in &difference.changes {
            match self.missing(mutant, change, made) {
                Ok(missing) => return Outcome::Survived { why: Vec::new(), missing: Some(missing) },
                Err(no) => why.push(format!("no test says it: {no}")),
            }
        }
        if difference.changes.is_empty() && difference.unknown.is_empty() && difference.more == 0 {
            return Outcome::Equivalent;
        }
        why.extend(difference.unknown.iter().map(about));
        why.dedup();
        survived(why)
    }

    /// Writes the test that an example of a difference is, and tries it on both.
    fn missing(&self, mutant: &Mutant, change: &Change, made: &Bundle) -> Result<Missing, String> {
        let by = change.before.rules.first().map(|r| format!(" by {}", r.rule)).unwrap_or_default();
        let name = format!("{} is {}{by}, not {}", change.step, past(&change.before), past(&change.after));
        let name = if past(&change.before) == past(&change.after) { format!("{} is {}{by} ({})", change.step, past(&change.before), mutant.id) } else { name };
        let test = witness::test(&name, &Event::all(&change.witness.events), &change.before, self.bundle)?;
        let (tests, image) = witness::compiled(&test, self.bundle)?;
        let suite = Suite::of(&tests);
        let mutated = machine(made).ok_or("the mutant can't be built")?;
        let passes = |image: &Arc<VerifiedImage>| (0..suite.len()).all(|test| suite.passes(test, image));
        if !passes(&Arc::new(image)) {
            return Err("as a test it doesn't pass on the bundle".to_owned());
        }
        if passes(&mutated) {
            return Err("as a test it passes on the mutant as well".to_owned());
        }
        Ok(Missing { name, test, expected: said(&change.before), mutated: said(&change.after) })
    }
}

fn past(decided: &Decided) -> &'static str {
    match decided.effect {
        reach_analysis::Effect::Permit => "permitted",
        reach_analysis::Effect::Ask => "asked",
        reach_analysis::Effect::Forbid => "forbidden",
    }
}

fn said(decided: &Decided) -> String {
    let rules: Vec<&str> = decided.rules.iter().map(|r: &Because| r.rule.as_str()).collect();
    format!("{} by {}", decided.effect.word(), rules.join(", "))
}

fn about(unknown: &Unknown) -> String {
    let step = unknown.step.as_ref().map(|step| format!("{step}: ")).unwrap_or_default();
    // Each mutant has its share of work, which the analysis takes for time.
    let why = if unknown.why.contains("time that was given") { "more would have to be looked at than is for one mutant" } else { &unknown.why };
    format!("not known: {step}{why}")
}
