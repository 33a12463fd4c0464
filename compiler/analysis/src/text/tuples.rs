//! States of several machines at once, each numbered.

use std::hash::Hasher;

use super::hash::Mixer;
use super::machine::State;

/// No number.
const FREE: u32 = u32::MAX;

/// Tuples of states, each once.
pub(super) struct Tuples {
    width: usize,
    cells: Vec<State>,
    count: usize,
    /// The tuples by their hash: open addressing, so that nothing is allocated for each.
    table: Vec<u32>,
}

impl Tuples {
    /// None so far, of so many states each.
    pub(super) fn new(width: usize) -> Self {
        Self { width, cells: Vec::new(), count: 0, table: vec![FREE; 64] }
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Returns a tuple by its number.
    pub(super) fn get(&self, at: usize) -> &[State] {
        self.cells.get(at * self.width..(at + 1) * self.width).unwrap_or_default()
    }

    fn slots(&self, tuple: &[State]) -> impl Iterator<Item = usize> + use<> {
        let mask = self.table.len() - 1;
        let mut hash = Mixer::default();
        tuple.iter().for_each(|state| hash.mix(u64::from(*state)));
        let first = usize::try_from(hash.finish() >> 20).unwrap_or(0);
        (0..=mask).map(move |step| first.wrapping_add(step) & mask)
    }

    /// Returns the number of a tuple.
    pub(super) fn find(&self, tuple: &[State]) -> Option<u32> {
        for slot in self.slots(tuple) {
            match self.table.get(slot) {
                Some(&id) if id != FREE => {
                    if self.get(id as usize) == tuple {
                        return Some(id);
                    }
                }
                _ => return None,
            }
        }
        None
    }

    /// Adds a tuple that isn't among them.
    pub(super) fn add(&mut self, tuple: &[State]) -> u32 {
        if (self.count + 1) * 2 > self.table.len() {
            self.table = vec![FREE; self.table.len() * 2];
            for at in 0..self.count {
                let tuple = self.get(at).to_vec();
                self.put(&tuple, at);
            }
        }
        self.cells.extend_from_slice(tuple);
        self.count += 1;
        self.put(tuple, self.count - 1)
    }

    fn put(&mut self, tuple: &[State], at: usize) -> u32 {
        let id = u32::try_from(at).unwrap_or(FREE);
        let free = self.slots(tuple).find(|slot| self.table.get(*slot) == Some(&FREE));
        if let Some(place) = free.and_then(|slot| self.table.get_mut(slot)) {
            *place = id;
        }
        id
    }
}
