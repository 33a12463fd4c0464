//! The search for texts that several machines admit.
//!
//! All machines run at once. Places from which one of them can't come to an admitted outcome any more are left out, so that what remains
//! is small. If nothing remains no text is admitted, since machines leave out no outcome that a text has.

use std::ops::ControlFlow;

use super::classes::Classes;
use super::machine::{Machine, Outcomes, State};
use super::tuples::Tuples;
use crate::Stop;

/// A machine, and the outcomes that are wanted of it.
#[derive(Clone, Copy)]
pub(super) struct Factor<'m> {
    /// The machine.
    pub(super) machine: &'m Machine,
    /// What is admitted.
    pub(super) admitted: Outcomes,
}

/// How much is explored at most.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// States.
    pub(super) states: usize,
    /// States once something was found: what lies farther off is not looked for.
    pub(super) enough: usize,
}

impl Room {
    /// To prove that there is nothing.
    pub(super) const PROOF: Self = Self { states: 60_000, enough: 0 };
    /// To find a few values.
    pub(super) const NEAR: Self = Self { states: 200_000, enough: 200 };
    /// To find more of them.
    pub(super) const FAR: Self = Self { states: 200_000, enough: 5_000 };
}

/// The most cells that all states together have, so that memory is bounded.
const MAX_CELLS: usize = 6_000_000;
/// How many states are explored until it is asked whether it is time to end.
const STATES_AT_ONCE: usize = 256;
/// Nothing is admitted from here on.
const DEAD: u32 = u32::MAX;

/// What was explored.
pub(super) struct Product {
    classes: Classes,
    next: Vec<u32>,
    accepts: Vec<bool>,
    whole: bool,
}

/// Whether an enumeration has seen all there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// There is nothing else.
    All,
    /// There may be more.
    Some,
}

impl Product {
    /// Explores what the machines reach together, until it is time to end: then not all of it.
    pub(super) fn explore(factors: &[Factor<'_>], room: Room, stop: &Stop) -> Self {
        let classes = factors.iter().fold(Classes::one(), |classes, factor| classes.and(factor.machine.classes()));
        let mut product = Self { classes, next: Vec::new(), accepts: Vec::new(), whole: true };
        let start: Vec<State> = vec![0; factors.len()];
        let is_alive = |states: &[State]| factors.iter().zip(states).all(|(factor, state)| factor.machine.ahead(*state).meets(factor.admitted));
        if !is_alive(&start) {
            return product;
        }
        let samples = product.classes.samples().to_vec();
        let cells = samples.len() + factors.len() * 2;
        let mut states = Tuples::new(factors.len());
        states.add(&start);
        let (mut at, mut found) = (0, false);
        let (mut state, mut reached) = (start.clone(), start);
        while at < states.len() {
            if at % STATES_AT_ONCE == 0 && stop.is_due() {
                product.whole = false;
                break;
            }
            state.copy_from_slice(states.get(at));
            let accepts = factors.iter().zip(&state).all(|(factor, state)| factor.machine.end(*state).meets(factor.admitted));
            found |= accepts;
            product.accepts.push(accepts);
            let full = states.len() >= room.states || states.len().saturating_mul(cells) > MAX_CELLS || (found && states.len() >= room.enough);
            for byte in &samples {
                for ((factor, from), to) in factors.iter().zip(&state).zip(&mut reached) {
                    *to = factor.machine.step(*from, *byte);
                }
                let id = if !is_alive(&reached) {
                    DEAD
                } else if let Some(id) = states.find(&reached) {
                    id
                } else if full {
                    product.whole = false;
                    DEAD
                } else {
                    states.add(&reached)
                };
                product.next.push(id);
            }
            at += 1;
        }
        product
    }

    /// Returns whether all was explored.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Returns whether it is proved that no text is admitted.
    pub(super) fn is_empty(&self) -> bool {
        self.whole && !self.accepts.contains(&true)
    }

    /// Returns whether something is admitted, as far as the machines know.
    pub(super) fn has_any(&self) -> bool {
        self.accepts.contains(&true)
    }

    fn follow(&self, state: u32, byte: u8) -> u32 {
        let at = (state as usize).saturating_mul(self.classes.len()).saturating_add(self.classes.of(byte));
        self.next.get(at).copied().unwrap_or(DEAD)
    }

    fn row(&self, state: usize) -> &[u32] {
        let width = self.classes.len();
        self.next.get(state.saturating_mul(width)..state.saturating_add(1).saturating_mul(width)).unwrap_or_default()
    }

    /// Returns how short the shortest admitted text is from each state on.
    fn distances(&self) -> Vec<usize> {
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); self.accepts.len()];
        for state in 0..self.accepts.len() {
            let from = u32::try_from(state).unwrap_or(DEAD);
            for to in self.row(state) {
                if let Some(list) = before.get_mut(*to as usize)
                    && list.last() != Some(&from)
                {
                    list.push(from);
                }
            }
        }
        let mut distances: Vec<usize> = self.accepts.iter().map(|accepts| if *accepts { 0 } else { usize::MAX }).collect();
        let mut layer: Vec<usize> = (0..self.accepts.len()).filter(|state| self.accepts.get(*state) == Some(&true)).collect();
        let mut distance = 0;
        while !layer.is_empty() {
            distance += 1;
            let mut next = Vec::new();
            for from in layer.iter().filter_map(|state| before.get(*state)).flatten() {
                if let Some(known) = distances.get_mut(*from as usize)
                    && *known == usize::MAX
                {
                    *known = distance;
                    next.push(*from as usize);
                }
            }
            layer = next;
        }
        distances
    }

    /// Calls `see` with the admitted texts, the shortest first and among these the nicest, until it breaks off or `budget` is spent: about
    /// how many places are looked at.
    pub(super) fn enumerate(&self, budget: usize, mut see: impl FnMut(&str) -> ControlFlow<()>) -> Extent {
        let extent = if self.whole { Extent::All } else { Extent::Some };
        let distances = self.distances();
        let Some(shortest) = distances.first().copied().filter(|distance| *distance != usize::MAX) else { return extent };
        let order = nice();
        let mut spent = 0usize;
        // On the way to a shortest text, what remains is as short as it can be.
        let near = |state: u32, left: usize| distances.get(state as usize).is_some_and(|distance| *distance <= left);
        if self.of_length(shortest, &near, &order, budget, &mut spent, &mut see).is_break() {
            return Extent::Some;
        }
        // For each length that remains, from which states a text of that length is admitted.
        let mut remaining: Vec<Vec<bool>> = vec![self.accepts.clone()];
        for length in 1.. {
            let last = remaining.last().map(Vec::as_slice).unwrap_or_default();
            let ahead = |to: &u32| last.get(*to as usize).copied().unwrap_or(false);
            let longer: Vec<bool> = (0..self.accepts.len()).map(|state| self.row(state).iter().any(ahead)).collect();
            if !longer.contains(&true) {
                // No state has a text of this length, so that none has a longer one.
                return extent;
            }
            remaining.push(longer);
            spent = spent.saturating_add(self.next.len() / 8 + 1);
            let goes_on = |state: u32, left: usize| remaining.get(left).and_then(|open| open.get(state as usize)).copied().unwrap_or(false);
            if length > shortest && self.of_length(length, &goes_on, &order, budget, &mut spent, &mut see).is_break() || spent > budget {
                return Extent::Some;
            }
        }
        Extent::Some
    }

    fn of_length(
        &self,
        length: usize,
        goes_on: &dyn Fn(u32, usize) -> bool,
        order: &[u8],
        budget: usize,
        spent: &mut usize,
        see: &mut impl FnMut(&str) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if !goes_on(0, length) {
            return ControlFlow::Continue(());
        }
        let mut text: Vec<u8> = Vec::new();
        // The states on the way, each with the place of the byte that is tried next.
        let mut way: Vec<(u32, usize)> = vec![(0, 0)];
        while let Some((state, tried)) = way.last_mut() {
            *spent = spent.saturating_add(1);
            if *spent > budget {
                return ControlFlow::Break(());
            }
            let left = length.saturating_sub(text.len());
            let step = if left == 0 {
                None
            } else {
                order.get(*tried..).and_then(|rest| {
                    rest.iter().enumerate().find_map(|(at, byte)| {
                        let to = self.follow(*state, *byte);
                        (to != DEAD && goes_on(to, left - 1)).then_some((at, *byte, to))
                    })
                })
            };
            if let Some((at, byte, to)) = step {
                *tried += at + 1;
                text.push(byte);
                way.push((to, 0));
                continue;
            }
            if left == 0
                && let Ok(text) = std::str::from_utf8(&text)
            {
                see(text)?;
            }
            way.pop();
            text.pop();
        }
        ControlFlow::Continue(())
    }
}

/// The bytes from the nicest to the least: small letters, digits, capitals, what stands in names, what else is printed, the rest.
fn nice() -> Vec<u8> {
    let rank = |byte: u8| match byte {
        b'a'..=b'z' => 0,
        b'0'..=b'9' => 1,
        b'A'..=b'Z' => 2,
        b'.' | b'-' | b'_' | b'/' => 3,
        b' '..=b'~' => 4,
        0x80.. => 5,
        _ => 6,
    };
    let mut order: Vec<u8> = (0..=u8::MAX).collect();
    order.sort_by_key(|byte| (rank(*byte), *byte));
    order
}

/// Puts what is wanted of each machine together with what is narrowed down by those that must be true: machines of what meets all of
/// these and one of the others, of which each sees when that can't be met any more. None where that is too much.
pub(super) fn focused(factors: &[Factor<'_>]) -> Option<Vec<Machine>> {
    let (narrow, wide): (Vec<Factor<'_>>, Vec<Factor<'_>>) = factors.iter().partition(|factor| factor.admitted == Outcomes::TRUE);
    let joined = |some: &[Factor<'_>]| {
        let machines: Vec<&Machine> = some.iter().map(|factor| factor.machine).collect();
        Machine::join(&machines, |outcomes| {
            let admitted = outcomes.iter().zip(some).all(|(outcomes, factor)| outcomes.meets(factor.admitted));
            Outcomes::of(Some(admitted))
        })
    };
    let core = joined(&narrow)?;
    let core = Factor { machine: &core, admitted: Outcomes::TRUE };
    let mut machines = wide.iter().map(|factor| joined(&[core, *factor])).collect::<Option<Vec<_>>>()?;
    if machines.is_empty() {
        machines.push(core.machine.clone());
    }
    Some(machines)
}
