//! Machines: deterministic automata over bytes that tell, at the end of a text, what a condition may come to there.
//!
//! Where the condition is understood exactly, the end of each text has one outcome. Where it isn't, it has several: a machine never leaves
//! out an outcome that some text has, so that what no machine admits is proved not to exist.

use std::hash::Hash;

use super::classes::Classes;
use super::hash::Map;
use crate::pred::Need;

/// The most transitions of a machine.
const MAX_TRANSITIONS: usize = 1 << 20;
/// The most states of a machine that is made as small as it can be.
const MAX_MINIMIZED: usize = 4_000;

/// A set of outcomes of a condition: true, false, no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Outcomes(u8);

impl Outcomes {
    /// None of them.
    pub(super) const EMPTY: Self = Self(0);
    /// True alone.
    pub(super) const TRUE: Self = Self(1);
    /// False alone.
    pub(super) const FALSE: Self = Self(2);
    /// No value alone.
    pub(super) const NONE: Self = Self(4);
    /// Any of them: nothing is known.
    pub(super) const ALL: Self = Self(7);

    /// Returns the set of one outcome.
    pub(super) const fn of(answer: Option<bool>) -> Self {
        match answer {
            Some(true) => Self::TRUE,
            Some(false) => Self::FALSE,
            None => Self::NONE,
        }
    }

    /// Returns what a need admits.
    pub(super) const fn admitted(need: Need) -> Self {
        match need {
            Need::True => Self::TRUE,
            Need::False => Self::FALSE,
            Need::NotTrue => Self(Self::FALSE.0 | Self::NONE.0),
            Need::NotFalse => Self(Self::TRUE.0 | Self::NONE.0),
            Need::Neither => Self::NONE,
        }
    }

    /// Returns all others.
    pub(super) const fn others(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }

    /// Unites two sets.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether two sets share an outcome.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns whether it has at most one outcome.
    pub(super) const fn is_certain(self) -> bool {
        self.0.count_ones() <= 1
    }
}

/// A machine.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    classes: Classes,
    /// The next state, by state and class.
    next: Vec<u32>,
    /// What the condition may come to where the text ends, by state.
    ends: Vec<Outcomes>,
    /// What it may come to there or behind, by state.
    ahead: Vec<Outcomes>,
}

/// A place in a text, as a machine sees it. Every machine begins at zero.
pub(super) type State = u32;

impl Machine {
    /// Explores what a start and a step reach; none where that is too much. `classes` must tell apart what the step does.
    pub(super) fn build<S: Clone + Eq + Hash>(classes: Classes, start: S, step: impl Fn(&S, u8) -> S, end: impl Fn(&S) -> Outcomes) -> Option<Self> {
        let mut ids: Map<S, u32> = Map::default();
        ids.insert(start.clone(), 0);
        let mut states = vec![start];
        let (mut next, mut ends) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(state) = states.get(at).cloned() {
            ends.push(end(&state));
            for byte in classes.samples() {
                let reached = step(&state, *byte);
                let fresh = u32::try_from(states.len()).ok()?;
                let id = *ids.entry(reached).or_insert_with_key(|reached| {
                    states.push(reached.clone());
                    fresh
                });
                next.push(id);
            }
            if next.len() > MAX_TRANSITIONS {
                return None;
            }
            at += 1;
        }
        Some(Self { classes, next, ends, ahead: Vec::new() }.reduced().looked_ahead())
    }

    /// A machine that says the same of every text.
    pub(super) fn constant(outcomes: Outcomes) -> Self {
        Self { classes: Classes::one(), next: vec![0], ends: vec![outcomes], ahead: vec![outcomes] }
    }

    /// A machine that knows nothing.
    pub(super) fn unknown() -> Self {
        Self::constant(Outcomes::ALL)
    }

    /// A machine that is true of these texts alone, byte for byte.
    pub(super) fn literals<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Self> {
        let mut texts: Vec<&[u8]> = texts.into_iter().map(str::as_bytes).collect();
        texts.sort_unstable();
        let bytes: Vec<u8> = texts.concat();
        // A state is the texts that go on like this, which stand together, and how much of them was read.
        type Span = Option<(usize, usize, usize)>;
        let step = |state: &Span, byte: u8| -> Span {
            let (from, to, read) = (*state)?;
            let group = texts.get(from..to)?;
            let first = from + group.partition_point(|text| text.get(read).is_none_or(|b| *b < byte));
            let last = from + group.partition_point(|text| text.get(read).is_none_or(|b| *b <= byte));
            (first < last).then_some((first, last, read + 1))
        };
        let end = |state: &Span| {
            let whole = state.is_some_and(|(from, _, read)| texts.get(from).is_some_and(|text| text.len() == read));
            Outcomes::of(Some(whole))
        };
        Self::build(Classes::one().apart(&bytes), Some((0, texts.len(), 0)), step, end)
    }

    /// Runs several machines at once and makes one outcome of theirs. `judge` gets them in order.
    pub(super) fn join(machines: &[&Self], judge: impl Fn(&[Outcomes]) -> Outcomes) -> Option<Self> {
        let classes = machines.iter().fold(Classes::one(), |classes, machine| classes.and(&machine.classes));
        Self::build(
            classes,
            vec![0; machines.len()],
            |states: &Vec<State>, byte| machines.iter().zip(states).map(|(machine, state)| machine.step(*state, byte)).collect(),
            |states| judge(&machines.iter().zip(states).map(|(machine, state)| machine.end(*state)).collect::<Vec<_>>()),
        )
    }

    /// Returns how many transitions it has.
    pub(super) const fn transitions(&self) -> usize {
        self.next.len()
    }

    /// Returns what it doesn't tell apart.
    pub(super) fn classes(&self) -> &Classes {
        &self.classes
    }

    /// Returns the state behind a byte.
    pub(super) fn step(&self, state: State, byte: u8) -> State {
        let at = (state as usize).saturating_mul(self.classes.len()).saturating_add(self.classes.of(byte));
        self.next.get(at).copied().unwrap_or(0)
    }

    /// Returns the state behind some bytes.
    pub(super) fn run(&self, state: State, bytes: &[u8]) -> State {
        bytes.iter().fold(state, |state, byte| self.step(state, *byte))
    }

    /// Returns what the condition may come to for a text that ends in a state.
    pub(super) fn end(&self, state: State) -> Outcomes {
        self.ends.get(state as usize).copied().unwrap_or(Outcomes::ALL)
    }

    /// Returns what it may come to for some text that goes through a state.
    pub(super) fn ahead(&self, state: State) -> Outcomes {
        self.ahead.get(state as usize).copied().unwrap_or(Outcomes::ALL)
    }

    /// Returns whether it says nothing of any text.
    pub(super) fn is_unknown(&self) -> bool {
        self.ends.iter().all(|end| *end == Outcomes::ALL)
    }

    /// Returns what the condition may come to for a text.
    #[cfg(test)]
    pub(super) fn outcomes(&self, text: &str) -> Outcomes {
        self.end(self.run(0, text.as_bytes()))
    }

    /// Returns the machine that is true of texts for which this one leaves it open what the condition comes to.
    pub(super) fn where_open(&self) -> Self {
        let ends = self.ends.iter().map(|end| Outcomes::of(Some(!end.is_certain()))).collect();
        Self { classes: self.classes.clone(), next: self.next.clone(), ends, ahead: Vec::new() }.looked_ahead()
    }

    fn row(&self, state: usize) -> &[u32] {
        let width = self.classes.len();
        self.next.get(state * width..(state + 1) * width).unwrap_or_default()
    }

    /// Puts states together that no text tells apart, by refining a partition; then classes of bytes.
    fn reduced(self) -> Self {
        let states = self.ends.len();
        if states > MAX_MINIMIZED {
            return self;
        }
        let mut block: Vec<u32> = self.ends.iter().map(|end| u32::from(end.0)).collect();
        let mut count = 0;
        loop {
            let mut seen: Map<Vec<u32>, u32> = Map::default();
            let refined: Vec<u32> = (0..states)
                .map(|state| {
                    let own = block.get(state).copied().unwrap_or(0);
                    let key: Vec<u32> = std::iter::once(own).chain(self.row(state).iter().map(|to| block.get(*to as usize).copied().unwrap_or(0))).collect();
                    let fresh = u32::try_from(seen.len()).unwrap_or(u32::MAX);
                    *seen.entry(key).or_insert(fresh)
                })
                .collect();
            block = refined;
            if seen.len() == count {
                break;
            }
            count = seen.len();
        }
        // Blocks are numbered in the order of their first states, so that the start stays zero.
        let firsts = {
            let mut firsts: Vec<Option<usize>> = vec![None; count];
            for (state, block) in block.iter().enumerate() {
                if let Some(first) = firsts.get_mut(*block as usize) {
                    first.get_or_insert(state);
                }
            }
            firsts
        };
        let rows: Vec<Vec<u32>> =
            firsts.iter().flatten().map(|state| self.row(*state).iter().map(|to| block.get(*to as usize).copied().unwrap_or(0)).collect()).collect();
        let ends: Vec<Outcomes> = firsts.iter().flatten().filter_map(|state| self.ends.get(*state).copied()).collect();
        let column = |byte: u8| rows.iter().map(|row| row.get(self.classes.of(byte)).copied().unwrap_or(0)).collect::<Vec<_>>();
        let per_class: Vec<Vec<u32>> = self.classes.samples().iter().map(|byte| column(*byte)).collect();
        let classes = Classes::by(|byte| per_class.get(self.classes.of(byte)));
        let next = rows.iter().flat_map(|row| classes.samples().iter().map(|byte| row.get(self.classes.of(*byte)).copied().unwrap_or(0))).collect();
        Self { classes, next, ends, ahead: Vec::new() }
    }

    /// Finds out what lies ahead of each state.
    fn looked_ahead(mut self) -> Self {
        let states = self.ends.len();
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); states];
        for state in 0..states {
            for to in self.row(state).to_vec() {
                if let Some(list) = before.get_mut(to as usize)
                    && list.last().is_none_or(|last| *last as usize != state)
                {
                    list.push(u32::try_from(state).unwrap_or(u32::MAX));
                }
            }
        }
        let mut ahead = self.ends.clone();
        let mut todo: Vec<u32> = (0..states).filter_map(|state| u32::try_from(state).ok()).collect();
        while let Some(state) = todo.pop() {
            let own = ahead.get(state as usize).copied().unwrap_or(Outcomes::ALL);
            for from in before.get(state as usize).into_iter().flatten() {
                if let Some(other) = ahead.get_mut(*from as usize)
                    && other.or(own) != *other
                {
                    *other = other.or(own);
                    todo.push(*from);
                }
            }
        }
        self.ahead = ahead;
        self
    }
}
