//! What events doubt of which even the step isn't known, found when the image is loaded.

use crate::image::{Feeds, Image, Phase, TargetDef};
use std::collections::HashSet;

/// A watch that an event may have been of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// When it looks.
    pub phase: Phase,
    /// What it feeds.
    pub feeds: Feeds,
    /// Whether one before it looks then and feeds the same.
    pub again: bool,
}

/// Collects doubts, by step in declared order.
#[derive(Default)]
struct Doubts {
    list: Vec<Doubt>,
    seen: HashSet<(u8, u8, u32)>,
}

impl Doubts {
    fn add(&mut self, target: &TargetDef, phase: Phase, is: impl Fn(Feeds) -> bool) {
        for watch in target.watches.iter().filter(|watch| watch.phase == phase && is(watch.feeds)) {
            let (kind, id) = match watch.feeds {
                Feeds::Monitor(id) => (0, id),
                Feeds::Since(id) => (1, id),
                Feeds::Origin(id) => (2, id),
            };
            let again = !self.seen.insert((phase as u8, kind, id));
            self.list.push(Doubt { phase, feeds: watch.feeds, again });
        }
    }
}

/// Returns what a step feeds that can't be read: it could be any.
pub(super) fn of_steps(image: &Image) -> Box<[Doubt]> {
    let mut doubts = Doubts::default();
    for target in &image.targets {
        for phase in [Phase::Attempted, Phase::Denied] {
            doubts.add(target, phase, |_| true);
        }
    }
    doubts.list.into()
}

/// Returns what a result feeds of a step that nobody knows, but for origins.
pub(super) fn of_results(image: &Image) -> Box<[Doubt]> {
    let mut doubts = Doubts::default();
    for target in &image.targets {
        doubts.add(target, Phase::Result, |feeds| !matches!(feeds, Feeds::Origin(_)));
    }
    doubts.list.into()
}
