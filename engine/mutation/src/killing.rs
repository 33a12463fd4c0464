//! Which test kills a mutant.
//!
//! A test can only notice a change of a rule if it takes a step that the rule is about; of a budget, if it takes a step that is charged.
//! Those that speak of the rule are run first: most mutants die at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reach_compiler::ir::{Bundle, StepKind};
use reach_compiler::lower;
use reach_engine::VerifiedImage;
use reach_harness::Suite;
use reach_values::pattern::Pattern;
use serde_json::Value;

use crate::place::Owner;

/// The steps that tests take: declared ones by their index, and those that aren't declared.
type Steps = BTreeSet<Option<usize>>;

/// The tests of a bundle that pass on it.
pub(crate) struct Tests<'b> {
    bundle: &'b Bundle,
    suite: Suite<'b>,
    /// Those that pass, with the steps they take.
    passing: Vec<(usize, Steps)>,
    /// Those that don't.
    pub failing: Vec<String>,
}

impl<'b> Tests<'b> {
    pub fn of(bundle: &'b Bundle, image: &Arc<VerifiedImage>) -> Self {
        let suite = Suite::of(bundle);
        let declared = Declared::of(bundle);
        let (mut passing, mut failing) = (Vec::new(), Vec::new());
        for test in 0..suite.len() {
            if suite.passes(test, image) {
                passing.push((test, suite.events(test).iter().filter_map(|event| declared.of_event(event)).collect()));
            } else {
                failing.push(suite.name(test).to_owned());
            }
        }
        Self { bundle, suite, passing, failing }
    }

    /// Returns how many pass.
    pub fn len(&self) -> usize {
        self.passing.len()
    }

    /// Returns the tests that may notice a change of a declaration, those that speak of it first.
    pub fn about(&self, owner: Owner) -> Vec<usize> {
        let (steps, name): (Steps, &str) = match owner {
            Owner::Rule(rule) => {
                let Some(rule) = self.bundle.rules.get(rule) else { return Vec::new() };
                let mut steps: Steps = rule.targets.iter().map(|t| Some(t.target as usize)).collect();
                if rule.undeclared {
                    steps.insert(None);
                }
                (steps, &rule.name)
            }
            // A grant of a budget is spent by steps that are charged as well.
            Owner::Budget(budget) => (self.charged(budget), "budget"),
            Owner::Charge(charge) => {
                let Some(charge) = self.bundle.charges.get(charge) else { return Vec::new() };
                (self.charged(charge.budget as usize), "budget")
            }
        };
        let mut all: Vec<usize> = self.passing.iter().filter(|(_, taken)| !taken.is_disjoint(&steps)).map(|(test, _)| *test).collect();
        all.sort_by_key(|test| !self.suite.speaks_of(*test, name));
        all
    }

    fn charged(&self, budget: usize) -> Steps {
        let charges = self.bundle.charges.iter().filter(|charge| charge.budget as usize == budget);
        charges.flat_map(|charge| &charge.targets).map(|target| Some(target.target as usize)).collect()
    }

    /// Returns the first of some tests that fails on a machine.
    pub fn killer(&self, tests: &[usize], image: &Arc<VerifiedImage>) -> Option<&str> {
        tests.iter().find(|test| !self.suite.passes(**test, image)).map(|test| self.suite.name(*test))
    }
}

/// Makes the machine of a bundle.
pub(crate) fn machine(bundle: &Bundle) -> Option<Arc<VerifiedImage>> {
    lower(bundle).ok()?.verify().ok().map(Arc::new)
}

/// The declared steps of a bundle, to be found by events.
struct Declared {
    named: BTreeMap<(StepKind, String), usize>,
    resources: Vec<(Pattern, usize)>,
    say: Option<usize>,
}

impl Declared {
    fn of(bundle: &Bundle) -> Self {
        let mut declared = Self { named: BTreeMap::new(), resources: Vec::new(), say: None };
        for (n, target) in bundle.targets.iter().enumerate() {
            match target.kind {
                StepKind::Say => declared.say = Some(n),
                StepKind::Read => declared.resources.extend(Pattern::name_glob(&target.name, false).ok().map(|glob| (glob, n))),
                kind => {
                    declared.named.insert((kind, target.name.to_string()), n);
                }
            }
        }
        declared
    }

    /// Returns the step of an event, if it is one: the declared one, or none.
    fn of_event(&self, event: &str) -> Option<Option<usize>> {
        let Ok(Value::Object(event)) = serde_json::from_str(event) else { return None };
        let text = |field: &str| event.get(field).and_then(Value::as_str).unwrap_or_default();
        let kind = StepKind::from_word(text("type"))?;
        Some(match kind {
            StepKind::Say => self.say,
            StepKind::Read => self.resources.iter().find(|(glob, _)| glob.is_match(text("name"))).map(|(_, n)| *n),
            kind => self.named.get(&(kind, text("name").to_owned())).copied(),
        })
    }
}
