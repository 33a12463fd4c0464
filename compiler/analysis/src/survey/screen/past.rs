//! What may have happened before a point: one thing, and what it brings with it.

use reach_compiler::ir::{Bundle, EventKind, Origin};

use super::point::Happened;

/// Knows what happens together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brings<'b> {
    pub bundle: &'b Bundle,
    /// The step that rules are looked at for: it is taken for what has happened where it may be.
    pub own: usize,
}

impl Brings<'_> {
    /// Returns the step that has happened; none where only something was typed.
    pub fn feeder(&self, past: Happened) -> Option<usize> {
        let of_pattern = |pattern: &reach_compiler::ir::EventPattern| {
            let mut all = pattern.targets.iter().map(|t| t.target as usize);
            if all.clone().any(|t| t == self.own) { Some(self.own) } else { all.next() }
        };
        let returning = |label: u32| self.bundle.targets.iter().position(|t| t.returns.iter().any(|r| r.label == label && r.when.is_none()));
        match past {
            Happened::Counted(monitor, _) => of_pattern(&self.bundle.monitors.get(monitor as usize)?.pattern),
            Happened::Labelled(label) => returning(label),
            Happened::Said(origin, _) => match self.bundle.origins.get(origin as usize)? {
                Origin::User => None,
                Origin::Label(label) => returning(*label),
                Origin::Results { pattern, .. } => of_pattern(pattern),
            },
        }
    }

    fn is_typed(&self, past: Happened) -> bool {
        matches!(past, Happened::Said(origin, _) if matches!(self.bundle.origins.get(origin as usize), Some(Origin::User)))
    }

    /// Tells whether a use of history may have been fed as well.
    pub fn feeds(&self, past: Happened, monitor: u32) -> bool {
        let Some(monitor) = self.bundle.monitors.get(monitor as usize) else { return true };
        if self.is_typed(past) {
            return monitor.pattern.kind == EventKind::Prompt || monitor.since.as_ref().is_some_and(|s| s.kind == EventKind::Prompt);
        }
        let Some(feeder) = self.feeder(past) else { return true };
        let mut patterns = std::iter::once(&monitor.pattern).chain(&monitor.since);
        patterns.any(|p| p.targets.iter().any(|t| t.target as usize == feeder))
    }

    /// Tells whether a label may have been collected as well.
    pub fn labels(&self, past: Happened, label: u32) -> bool {
        if self.is_typed(past) {
            return false;
        }
        let Some(feeder) = self.feeder(past) else { return true };
        self.bundle.targets.get(feeder).is_none_or(|t| t.returns.iter().any(|r| r.label == label))
    }

    /// Tells whether something may have come from an origin as well.
    pub fn says(&self, past: Happened, origin: u32) -> bool {
        match self.bundle.origins.get(origin as usize) {
            Some(Origin::User) => self.is_typed(past),
            Some(Origin::Label(label)) => self.labels(past, *label),
            Some(Origin::Results { pattern, .. }) => {
                !self.is_typed(past) && self.feeder(past).is_none_or(|feeder| pattern.targets.iter().any(|t| t.target as usize == feeder))
            }
            None => true,
        }
    }
}
