//! The search for values of a type that meet conditions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use reach_compiler::ir::{Form, Type};

use super::known::Id;
use super::machine::{Machine, Outcomes};
use super::product::{Extent, Factor, Product, Room, focused};
use super::{Found, Texts, blocks, commands, lemmas, mine, queries};
use crate::pred::{Func, Need, Test, Want};

/// The most texts of machines that are evaluated for one answer.
const MAX_TRIED: usize = 3_000;
/// About how many places of texts are looked at for one answer.
const BUDGET: usize = 2_000_000;

/// More conditions than are looked at without narrowing them down.
const MANY: usize = 6;

/// What is known of the texts that were evaluated.
pub(super) struct Search<'s> {
    pub(super) texts: &'s mut Texts,
    pub(super) ty: &'s Type,
    pub(super) wants: &'s [Want],
    avoid: BTreeSet<&'s str>,
    count: usize,
    values: Vec<String>,
    seen: BTreeSet<String>,
    /// Whether some text could not be evaluated.
    blind: bool,
    /// Whether some text met all conditions, also if it is to be avoided.
    any: bool,
    /// How many texts of machines are evaluated at most.
    limit: usize,
}

/// What a text is to a condition.
pub(super) enum Fit {
    /// Some condition isn't met: its index.
    No(usize),
    /// All are met.
    Yes,
    /// Some condition can't be evaluated, and no other one is known not to be met.
    CannotTell,
}

impl<'s> Search<'s> {
    pub(super) fn new(texts: &'s mut Texts, ty: &'s Type, wants: &'s [Want], avoid: &'s [String], count: usize) -> Self {
        let avoid = avoid.iter().map(String::as_str).collect();
        Self { texts, ty, wants, avoid, count, values: Vec::new(), seen: BTreeSet::new(), blind: false, any: false, limit: MAX_TRIED }
    }

    /// Searches; `ids` are those of the conditions, each of which is another.
    pub(super) fn run(mut self, ids: &[Id]) -> Found {
        if let Some(core) = contradiction(self.wants) {
            return Found::Empty(core);
        }
        if let Some(found) = self.among_constants() {
            return found;
        }
        if let Some(core) = lemmas::core(self.ty, self.wants) {
            return Found::Empty(core);
        }
        if let Some(known) = self.by_components() {
            return known;
        }
        if self.has_enough() {
            return self.done(false);
        }
        let machines: Vec<Arc<Machine>> = ids.iter().map(|id| self.texts.known.machine(*id)).collect();
        let all: Vec<usize> = (0..machines.len()).collect();
        let sliced = if machines.len() > MANY { self.sliced(ids, &machines) } else { Ok(all.clone()) };
        let kept = match sliced {
            Ok(kept) => kept,
            Err(pair) => return Found::Empty(pair.to_vec()),
        };
        // Hardly any text that a machine comes up with is a command line of use, has the right check digits, or is what no machine describes.
        let is_odd = match self.ty {
            Type::Form(Form::Iban) => true,
            _ => machines.iter().any(|machine| machine.is_unknown()),
        };
        if is_odd {
            self.by_guesses(&machines);
            if self.any {
                return self.done(false);
            }
            // What machines come up with is one of many then, so that a few are enough.
            self.limit = MAX_TRIED / 10;
        }
        match self.by_machines(&machines, &kept) {
            Progress::Done(all) => return self.done(all),
            Progress::Empty => return Found::Empty(self.core(ids, &kept)),
            Progress::Open => {}
        }
        self.by_guesses(&machines);
        if !self.any && blocks::has_no_six(self.ty, self.wants) && self.has_no_other(&machines) {
            return Found::Empty(self.core(ids, &all));
        }
        self.done(false)
    }

    /// Returns whether as many were found as are asked for.
    pub(super) fn has_enough(&self) -> bool {
        self.values.len() >= self.count
    }

    fn done(self, all: bool) -> Found {
        if self.values.is_empty() && !(all && self.any) {
            return Found::Unknown;
        }
        Found::Values { values: self.values, all }
    }

    /// Evaluates all conditions on a text.
    pub(super) fn fit(&mut self, text: &str) -> Fit {
        let mut blind = false;
        for (at, want) in self.wants.iter().enumerate() {
            match self.texts.evaluator.answer(self.ty, &want.pred, text) {
                Ok(answer) if want.need.admits(answer) => {}
                Ok(_) => return Fit::No(at),
                Err(_) => blind = true,
            }
        }
        if blind { Fit::CannotTell } else { Fit::Yes }
    }

    /// Returns whether a text is a value of the type, in normal form.
    fn is_value(&self, text: &str) -> bool {
        match self.ty {
            Type::Form(form) => form.normalize(text).is_ok_and(|normal| normal == text),
            _ => true,
        }
    }

    /// Takes a text if it is a value that meets the conditions; breaks off when there are enough, or it is time to end.
    pub(super) fn offer(&mut self, text: &str) -> ControlFlow<()> {
        if self.texts.stop.is_due() {
            return ControlFlow::Break(());
        }
        if self.seen.contains(text) || !self.is_value(text) {
            return ControlFlow::Continue(());
        }
        self.seen.insert(text.to_owned());
        match self.fit(text) {
            Fit::No(_) => return ControlFlow::Continue(()),
            Fit::CannotTell => {
                self.blind = true;
                return ControlFlow::Continue(());
            }
            Fit::Yes => self.any = true,
        }
        if self.avoid.contains(text) {
            return ControlFlow::Continue(());
        }
        if self.values.len() >= self.count {
            // One more than was asked for: they aren't all.
            return ControlFlow::Break(());
        }
        self.values.push(text.to_owned());
        ControlFlow::Continue(())
    }

    /// Tries the constants one of which the value must be, if some condition says so.
    fn among_constants(&mut self) -> Option<Found> {
        let has_constants = |want: &Want| {
            let need = want.need == Need::True || (want.need == Need::NotFalse && !self.ty.is_path());
            match &want.pred.test {
                Test::Is(text) if need && want.pred.steps.is_empty() => Some(vec![text.clone()]),
                Test::OneOf(texts) if need && want.pred.steps.is_empty() => Some(texts.to_vec()),
                _ => None,
            }
        };
        let (at, mut constants) =
            self.wants.iter().enumerate().filter_map(|(at, want)| Some((at, has_constants(want)?))).min_by_key(|(_, constants)| constants.len())?;
        constants.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        constants.dedup();
        let mut core = BTreeSet::from([at]);
        let mut more = false;
        for constant in constants.iter().filter(|constant| self.is_value(constant)).cloned().collect::<Vec<_>>() {
            match self.fit(&constant) {
                Fit::No(why) => {
                    core.insert(why);
                }
                Fit::CannotTell => self.blind = true,
                Fit::Yes => {
                    self.any = true;
                    if self.avoid.contains(constant.as_str()) {
                    } else if self.values.len() < self.count {
                        self.values.push(constant);
                    } else {
                        more = true;
                    }
                }
            }
        }
        Some(if self.any {
            Found::Values { values: std::mem::take(&mut self.values), all: !more && !self.blind }
        } else if self.blind {
            Found::Unknown
        } else {
            Found::Empty(core.into_iter().collect())
        })
    }

    /// Searches what all machines admit.
    fn by_machines(&mut self, machines: &[Arc<Machine>], kept: &[usize]) -> Progress {
        let values = self.texts.known.values(self.ty);
        let last = values.len().saturating_sub(1);
        for (at, value) in values.iter().enumerate() {
            for room in [Room::NEAR, Room::FAR] {
                // Of many conditions each alone leaves much open that others exclude.
                let states = if kept.len() > MANY || self.limit < MAX_TRIED { room.states / 50 } else { room.states };
                let mut product = Product::explore(&self.some(machines, kept, value), Room { states, ..room }, &self.texts.stop);
                if !product.is_whole() && !product.has_any() && kept.len() > 2 {
                    product = self.focused(machines, kept, value, room).unwrap_or(product);
                }
                if product.is_empty() {
                    if at == last {
                        return Progress::Empty;
                    }
                    break;
                }
                let extent = self.enumerate(&product);
                if self.values.len() >= self.count && (at < last || extent == Extent::Some) {
                    return Progress::Done(false);
                }
                if at == last && extent == Extent::All && !self.blind {
                    return if self.any { Progress::Done(true) } else { Progress::Empty };
                }
                if product.is_whole() {
                    break;
                }
            }
        }
        Progress::Open
    }

    /// Explores what the machines admit, each together with those that must be true.
    fn focused(&self, machines: &[Arc<Machine>], kept: &[usize], value: &Machine, room: Room) -> Option<Product> {
        let focused = focused(&self.some(machines, kept, value))?;
        let factors: Vec<Factor<'_>> = focused.iter().map(|machine| Factor { machine, admitted: Outcomes::TRUE }).collect();
        Some(Product::explore(&factors, room, &self.texts.stop))
    }

    /// Returns whether it is proved that no value meets the conditions but perhaps an IPv6 address.
    fn has_no_other(&mut self, machines: &[Arc<Machine>]) -> bool {
        let values = self.texts.known.values(self.ty);
        values.iter().rev().nth(1).is_some_and(|value| Product::explore(&self.factors(machines, value), Room::PROOF, &self.texts.stop).is_empty())
    }

    fn factors<'m>(&self, machines: &'m [Arc<Machine>], value: &'m Machine) -> Vec<Factor<'m>> {
        self.some(machines, &(0..machines.len()).collect::<Vec<_>>(), value)
    }

    /// Returns what is wanted of some of the machines, ascending, and of values.
    fn some<'m>(&self, machines: &'m [Arc<Machine>], kept: &[usize], value: &'m Machine) -> Vec<Factor<'m>> {
        let own = kept.iter().filter_map(|at| machines.get(*at).zip(self.wants.get(*at))).filter(|(machine, _)| !machine.is_unknown());
        own.map(|(machine, want)| Factor { machine: machine.as_ref(), admitted: Outcomes::admitted(want.need) })
            .chain([Factor { machine: value, admitted: Outcomes::TRUE }])
            .collect()
    }

    fn enumerate(&mut self, product: &Product) -> Extent {
        let (mut tried, limit) = (0usize, self.limit);
        product.enumerate(BUDGET, |text| {
            tried += 1;
            if tried > limit { ControlFlow::Break(()) } else { self.offer(text) }
        })
    }

    /// Tries what is made of the conditions' constants and of what is typical.
    fn by_guesses(&mut self, machines: &[Arc<Machine>]) {
        let values = self.texts.known.values(self.ty);
        for (at, machine) in mine::guesses(self.wants) {
            let mut guessed = machines.to_vec();
            if let Some(slot) = guessed.get_mut(at) {
                *slot = Arc::new(machine);
            }
            let Some(value) = values.last() else { break };
            let product = Product::explore(&self.factors(&guessed, value), Room { enough: 500, ..Room::PROOF }, &self.texts.stop);
            if product.has_any() {
                let _ = self.enumerate(&product);
            }
            if self.values.len() >= self.count {
                return;
            }
        }
        let candidates = match self.ty {
            Type::Form(Form::Shell) => commands::candidates(self.wants),
            Type::Form(Form::Sql(_)) => queries::candidates(self.wants),
            ty => mine::candidates(ty, self.wants),
        };
        for candidate in candidates {
            if self.offer(&candidate).is_break() || self.values.len() >= self.count {
                return;
            }
        }
    }
}

/// How far a search has come.
enum Progress {
    /// There is an answer; and whether it is all of it.
    Done(bool),
    /// It is proved that there is nothing.
    Empty,
    /// It isn't known.
    Open,
}

/// Returns two conditions that contradict each other by their form alone: what can't be two constants.
fn contradiction(wants: &[Want]) -> Option<Vec<usize>> {
    let mut constants: BTreeMap<&[Func], (usize, &str)> = BTreeMap::new();
    for (at, want) in wants.iter().enumerate() {
        let Test::Is(text) = &want.pred.test else { continue };
        if want.need != Need::True {
            continue;
        }
        match constants.insert(&want.pred.steps, (at, text)) {
            Some((other, before)) if before != text => return Some(vec![other, at]),
            _ => {}
        }
    }
    None
}
