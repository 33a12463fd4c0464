//! What was made of conditions and types so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_compiler::ir::Type;

use super::machine::Machine;
use super::patterns::Patterns;
use super::{describe, domain};
use crate::pred::{Need, Pred};

/// The most conditions that are found again by their place in memory.
const MAX_PLACES: usize = 100_000;
/// The most proofs that are kept.
const MAX_PROOFS: usize = 200_000;

/// Stands for a condition on values of a type: equal conditions have the same.
pub(super) type Id = u32;

/// The conditions and types that were met.
#[derive(Debug, Default)]
pub(super) struct Known {
    types: BTreeMap<Type, Arc<Vec<Machine>>>,
    /// Conditions by where they are, which are kept so that nothing else gets their place.
    places: BTreeMap<(Type, usize), (Id, Arc<Pred>)>,
    written: BTreeMap<(Type, String), Id>,
    machines: Vec<Arc<Machine>>,
    proofs: BTreeMap<Vec<(Id, Need)>, bool>,
}

impl Known {
    /// Returns what stands for a condition.
    pub(super) fn id(&mut self, patterns: &mut Patterns, ty: &Type, pred: &Arc<Pred>) -> Id {
        let place = (ty.clone(), Arc::as_ptr(pred).addr());
        if let Some((id, _)) = self.places.get(&place) {
            return *id;
        }
        let machines = &mut self.machines;
        let id = *self.written.entry((ty.clone(), format!("{pred:?}"))).or_insert_with(|| {
            machines.push(Arc::new(describe::machine(patterns, ty, pred)));
            Id::try_from(machines.len().saturating_sub(1)).unwrap_or(Id::MAX)
        });
        if self.places.len() < MAX_PLACES {
            self.places.insert(place, (id, Arc::clone(pred)));
        }
        id
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

    /// Keeps what was proved.
    pub(super) fn prove(&mut self, of: Vec<(Id, Need)>, proof: bool) {
        if self.proofs.len() < MAX_PROOFS {
            self.proofs.insert(of, proof);
        }
    }
}
