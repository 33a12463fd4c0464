//! A bundle as generation looks at it: which rules are about which step, which steps give which label.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Effect, Returned, Rule, StepKind, Target};

use super::draft::Draft;
use super::random::Random;

/// A rule that looks at a step: its number, and the class through which it sees it.
type Looking = (usize, Option<u32>);

/// A bundle, looked through once.
pub(super) struct Scene<'b> {
    pub bundle: &'b Bundle,
    /// The rules about each declared step, with the class through which they look at it.
    about: BTreeMap<(StepKind, &'b str), Vec<Looking>>,
    /// The steps whose results give a label.
    pub giving: BTreeMap<u32, Vec<(&'b Target, &'b Returned)>>,
    /// The declared sub-agents.
    pub agents: Vec<&'b Target>,
    /// The rules that ask.
    pub asking: BTreeSet<&'b str>,
}

impl<'b> Scene<'b> {
    pub fn of(bundle: &'b Bundle) -> Self {
        let mut about: BTreeMap<_, Vec<(usize, Option<u32>)>> = BTreeMap::new();
        for (number, rule) in bundle.rules.iter().enumerate() {
            for at in &rule.targets {
                if let Some(target) = bundle.targets.get(at.target as usize) {
                    about.entry((target.kind, target.name.as_str())).or_default().push((number, at.class));
                }
            }
        }
        let mut giving: BTreeMap<u32, Vec<(&Target, &Returned)>> = BTreeMap::new();
        for target in &bundle.targets {
            for returned in &target.returns {
                giving.entry(returned.label).or_default().push((target, returned));
            }
        }
        let asking = bundle.rules.iter().filter(|rule| matches!(rule.effect, Effect::Ask | Effect::OtherwiseAsk)).map(|rule| rule.name.as_str()).collect();
        Self { bundle, about, giving, asking, agents: bundle.targets.iter().filter(|target| target.kind == StepKind::Spawn).collect() }
    }

    /// Returns the rules about a step.
    pub fn about(&self, target: &'b Target) -> impl Iterator<Item = (&'b Rule, Option<u32>)> {
        let found = self.about.get(&(target.kind, target.name.as_str()));
        found.into_iter().flatten().filter_map(|(rule, class)| Some((self.bundle.rules.get(*rule)?, *class)))
    }

    /// Begins a step. A resource is declared by a glob, which its name fits.
    pub fn draft(&self, random: &mut Random, target: &'b Target) -> Draft<'b> {
        let mut draft = Draft::of(target);
        if target.kind == StepKind::Read {
            draft.name = super::texts::of_glob(random, &target.name, 0);
        }
        draft
    }

    /// Leaves out what tests can't say: `say` has a text alone.
    pub fn written(&self, draft: &mut Draft<'b>) {
        if draft.kind == StepKind::Say {
            draft.args.retain(|name, _| name == "text");
        }
    }
}
