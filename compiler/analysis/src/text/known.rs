//! What was made of conditions and types so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_compiler::ir::Type;

use super::hash::Map;
use super::machine::Machine;
use super::patterns::Patterns;
use super::{Found, describe, domain};
use crate::pred::{Need, Pred};

/// The most conditions that are found again by their place in memory.
const MAX_PLACES: usize = 100_000;
/// The most proofs that are kept.
const MAX_PROOFS: usize = 200_000;
/// The most answers that are kept.
const MAX_ANSWERS: usize = 20_000;
/// How many transitions of machines, and how many places of conditions, are many.
const MANY_TRANSITIONS: usize = 1 << 24;
const MANY_PLACES: usize = 5_000;

/// Stands for a condition on values of a type: equal conditions have the same.
pub(super) type Id = u32;

/// A question for texts: the conditions and what they must come to, which texts are to be avoided, and how many are wanted. Without
/// conditions it is the same for each type, and not kept.
pub(super) type Question = (Vec<(Id, Need)>, Vec<String>, usize);

/// How a condition stands to another one that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// It can't be met.
    Contradicts,
    /// It is met.
    Follows,
    /// Neither is known.
    Open,
}

/// The conditions and types that were met.
#[derive(Debug, Default)]
pub(super) struct Known {
    types: BTreeMap<Type, Arc<Vec<Machine>>>,
    /// Conditions by where they are, which are kept so that nothing else gets their place.
    places: Map<usize, (Type, Id, Arc<Pred>)>,
    written: BTreeMap<(Type, String), Id>,
    machines: Vec<Arc<Machine>>,
    /// How many transitions these have.
    transitions: usize,
    proofs: BTreeMap<Vec<(Id, Need)>, bool>,
    /// How conditions stand to others that are true, which come first.
    pairs: BTreeMap<(Id, Id, Need), Beside>,
    answers: BTreeMap<Question, Found>,
}

impl Known {
    /// Returns what stands for a condition.
    pub(super) fn id(&mut self, patterns: &mut Patterns, ty: &Type, pred: &Arc<Pred>) -> Id {
        let place = Arc::as_ptr(pred).addr();
        if let Some((of, id, _)) = self.places.get(&place)
            && of == ty
        {
            return *id;
        }
        let (machines, transitions) = (&mut self.machines, &mut self.transitions);
        let id = *self.written.entry((ty.clone(), format!("{pred:?}"))).or_insert_with(|| {
            let machine = describe::machine(patterns, ty, pred);
            *transitions = transitions.saturating_add(machine.transitions());
            machines.push(Arc::new(machine));
            Id::try_from(machines.len().saturating_sub(1)).unwrap_or(Id::MAX)
        });
        if self.places.len() < MAX_PLACES {
            self.places.insert(place, (ty.clone(), id, Arc::clone(pred)));
        }
        id
    }

    /// Returns whether this takes much memory.
    pub(super) fn is_large(&self) -> bool {
        self.transitions > MANY_TRANSITIONS || self.places.len() > MANY_PLACES
    }

    /// Returns the machine of a condition.
    pub(super) fn machine(&self, id: Id) -> Arc<Machine> {
        self.machines.get(id as usize).map_or_else(|| Arc::new(Machine::unknown()), Arc::clone)
    }

    /// Returns the machines of the values of a type; the last is of all.
    pub(super) fn values(&mut self, ty: &Type) -> Arc<Vec<Machine>> {
        if let Some(machines) = self.types.get(ty) {
            return Arc::clone(machines);
        }
        let machines = Arc::new(domain::machines(ty));
        self.types.insert(ty.clone(), Arc::clone(&machines));
        machines
    }

    /// Returns what was proved of conditions that must come to something, sorted.
    pub(super) fn proof(&self, of: &[(Id, Need)]) -> Option<bool> {
        self.proofs.get(of).copied()
    }

    /// Returns how a condition that must come to something stands to another one that is true, which comes first.
    pub(super) fn beside(&self, pair: (Id, Id, Need)) -> Option<Beside> {
        self.pairs.get(&pair).copied()
    }

    /// Keeps how a condition stands to another one.
    pub(super) fn put_beside(&mut self, pair: (Id, Id, Need), beside: Beside) {
        if self.pairs.len() < MAX_PROOFS {
            self.pairs.insert(pair, beside);
        }
    }

    /// Returns what was found before.
    pub(super) fn answer(&self, question: &Question) -> Option<&Found> {
        self.answers.get(question)
    }

    /// Keeps what was found.
    pub(super) fn put_answer(&mut self, question: Question, found: Found) {
        if self.answers.len() < MAX_ANSWERS && !question.0.is_empty() {
            self.answers.insert(question, found);
        }
    }

    /// Keeps what was proved.
    pub(super) fn prove(&mut self, of: Vec<(Id, Need)>, proof: bool) {
        if self.proofs.len() < MAX_PROOFS {
            self.proofs.insert(of, proof);
        }
    }
}
