//! Building: who lies in what at once becomes who lies in what at all, or what doesn't hold together.

use std::collections::{HashMap, VecDeque};

use super::{Entities, Index, MAX_ANCESTORS, MAX_ENTITIES, Row, Span};

/// How many entities of a cycle are told.
const SHOWN_OF_CYCLE: usize = 12;

/// What is wrong with a hierarchy. Entities and parents are given as they were added, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HierarchyError {
    /// There are too many entities, or too much text.
    TooMany,
    /// Two entities are the same.
    Duplicate {
        /// The one that was added first.
        first: usize,
        /// The other one.
        again: usize,
    },
    /// A parent isn't there.
    MissingParent {
        /// The entity.
        entity: usize,
        /// Which of its parents.
        parent: usize,
    },
    /// Entities lie in each other: the first of them, what it lies in, and so on until it is the first again. Long ones are cut.
    Cycle(Vec<usize>),
    /// What everything lies in is too much.
    TooDeep,
}

/// An entity as it was added.
#[derive(Clone, Copy, Debug)]
struct Given {
    kind: u32,
    id: Span,
    /// Its parents: a range of names.
    parents: Span,
}

/// Collects entities and finds what each of them lies in.
#[derive(Debug, Default)]
pub struct Hierarchy {
    ids: String,
    given: Vec<Given>,
    /// Types and ids of parents.
    names: Vec<(u32, Span)>,
    full: bool,
}

impl Hierarchy {
    /// Adds an entity.
    pub fn entity(&mut self, kind: u32, id: &str) {
        let id = self.keep(id);
        self.full |= self.given.len() >= MAX_ENTITIES;
        if !self.full {
            let parents = Span { start: small(self.names.len()), len: 0 };
            self.given.push(Given { kind, id, parents });
        }
    }

    /// Adds a parent of the entity that was added last.
    pub fn parent(&mut self, kind: u32, id: &str) {
        let id = self.keep(id);
        self.full |= self.names.len() >= MAX_ANCESTORS;
        if let Some(last) = self.given.last_mut().filter(|_| !self.full) {
            last.parents.len = last.parents.len.saturating_add(1);
            self.names.push((kind, id));
        }
    }

    /// Returns whether there is too much already.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.full
    }

    fn keep(&mut self, id: &str) -> Span {
        let start = self.ids.len();
        if u32::try_from(start.saturating_add(id.len())).is_err() {
            self.full = true;
            return Span::default();
        }
        self.ids.push_str(id);
        Span { start: small(start), len: small(id.len()) }
    }

    /// Makes entities of them that have no fields yet, and returns for each node which entity it was, as they were added.
    ///
    /// # Errors
    /// What is wrong: of duplicates and missing parents the one that was added first.
    pub fn build(self) -> Result<(Entities, Vec<usize>), HierarchyError> {
        if self.full {
            return Err(HierarchyError::TooMany);
        }
        let order = self.order()?;
        let mut index = Index::new(order.len());
        let mut rows = Vec::with_capacity(order.len());
        for (node, at) in (0u32..).zip(&order) {
            let Some(given) = self.given.get(*at) else { continue };
            index.insert(given.kind, given.id.text(&self.ids), node);
            rows.push(Row { kind: given.kind, id: given.id, parents: Span::default(), ancestors: Span::default(), fields: Span::default() });
        }
        let mut entities = Entities { ids: self.ids, rows, index, ..Entities::default() };
        parents(&mut entities, &self.given, &self.names, &order)?;
        ancestors(&mut entities, &order)?;
        Ok((entities, order))
    }

    /// Returns the entities by type and id.
    fn order(&self) -> Result<Vec<usize>, HierarchyError> {
        let key = |at: &usize| self.given.get(*at).map(|given| (given.kind, given.id.text(&self.ids)));
        let mut order: Vec<usize> = (0..self.given.len()).collect();
        order.sort_unstable_by(|a, b| key(a).cmp(&key(b)).then(a.cmp(b)));
        let twice = order.array_windows::<2>().filter(|[a, b]| key(a) == key(b)).min_by_key(|[_, b]| *b);
        match twice {
            Some([first, again]) => Err(HierarchyError::Duplicate { first: *first, again: *again }),
            None => Ok(order),
        }
    }
}

/// Finds the parents of each node.
fn parents(entities: &mut Entities, given: &[Given], names: &[(u32, Span)], order: &[usize]) -> Result<(), HierarchyError> {
    let mut missing: Option<(usize, usize)> = None;
    let mut spans = Vec::with_capacity(order.len());
    for at in order {
        let start = entities.parents.len();
        for (parent, (kind, id)) in given.get(*at).map_or(&[][..], |given| given.parents.of(names)).iter().enumerate() {
            match entities.find(*kind, id.text(&entities.ids)) {
                Some(node) => entities.parents.push(node.0),
                None => missing = Some(missing.map_or((*at, parent), |first| first.min((*at, parent)))),
            }
        }
        // Each once, in order.
        let own = entities.parents.get_mut(start..).unwrap_or_default();
        own.sort_unstable();
        let mut kept = start;
        for at in start..entities.parents.len() {
            let Some(parent) = entities.parents.get(at).copied() else { break };
            let again = kept > start && entities.parents.get(kept - 1) == Some(&parent);
            if let Some(place) = entities.parents.get_mut(kept).filter(|_| !again) {
                *place = parent;
                kept += 1;
            }
        }
        entities.parents.truncate(kept);
        spans.push(Span { start: small(start), len: small(kept - start) });
    }
    if let Some((entity, parent)) = missing {
        return Err(HierarchyError::MissingParent { entity, parent });
    }
    for (row, span) in entities.rows.iter_mut().zip(spans) {
        row.parents = span;
    }
    Ok(())
}

/// What lies in each node at once.
struct Children {
    /// For each node the end of its children; they begin where those of the node before end.
    ends: Vec<u32>,
    all: Vec<u32>,
}

impl Children {
    fn list(entities: &Entities) -> Self {
        let mut ends = vec![0u32; entities.rows.len()];
        for parent in &entities.parents {
            if let Some(count) = ends.get_mut(*parent as usize) {
                *count = count.saturating_add(1);
            }
        }
        let mut begin = 0u32;
        for end in &mut ends {
            // Where the first goes; it is moved on with each that is put.
            begin = begin.saturating_add(std::mem::replace(end, begin));
        }
        let mut all = vec![0u32; entities.parents.len()];
        for (node, row) in (0u32..).zip(&entities.rows) {
            for parent in row.parents.of(&entities.parents) {
                if let Some(next) = ends.get_mut(*parent as usize)
                    && let Some(place) = all.get_mut(*next as usize)
                {
                    *place = node;
                    *next = next.saturating_add(1);
                }
            }
        }
        Self { ends, all }
    }

    fn of(&self, node: u32) -> &[u32] {
        let end_of = |node: u32| self.ends.get(node as usize).map_or(0, |end| *end as usize);
        self.all.get(node.checked_sub(1).map_or(0, end_of)..end_of(node)).unwrap_or(&[])
    }
}

/// Finds what each node lies in: parents before children, so that each set is made of those of the parents.
fn ancestors(entities: &mut Entities, order: &[usize]) -> Result<(), HierarchyError> {
    let count = entities.rows.len();
    let children = Children::list(entities);
    let mut open: Vec<u32> = Vec::with_capacity(count);
    let mut ready: VecDeque<u32> = VecDeque::new();
    for (node, row) in (0u32..).zip(&entities.rows) {
        open.push(row.parents.len);
        if row.parents.len == 0 {
            ready.push_back(node);
        }
    }
    // The set of what lies in one entity alone, by that one.
    let mut of_one: Vec<Span> = vec![Span::default(); count];
    // Sets by the parents that they are of. Only looked up.
    let mut known: HashMap<Vec<u32>, Span> = HashMap::new();
    let (mut done, mut work) = (0usize, 0usize);
    let mut scratch: Vec<u32> = Vec::new();
    while let Some(node) = ready.pop_front() {
        done += 1;
        let Some(row) = entities.rows.get(node as usize).copied() else { continue };
        let own = row.parents.of(&entities.parents);
        let made = match own {
            [] => Some(Span::default()),
            // An entity that lies in another has that one in its set, so that no set that was made is empty.
            [one] => of_one.get(*one as usize).copied().filter(|span| span.len > 0),
            several => known.get(several).copied(),
        };
        let span = match made {
            Some(span) => span,
            None => {
                scratch.clear();
                for parent in own {
                    scratch.push(*parent);
                    let above = entities.rows.get(*parent as usize).map_or(&[][..], |row| row.ancestors.of(&entities.ancestors));
                    work = work.saturating_add(above.len() + 1);
                    if work > MAX_ANCESTORS {
                        return Err(HierarchyError::TooDeep);
                    }
                    scratch.extend_from_slice(above);
                }
                scratch.sort_unstable();
                scratch.dedup();
                let span = Span { start: small(entities.ancestors.len()), len: small(scratch.len()) };
                match own {
                    [one] => {
                        if let Some(place) = of_one.get_mut(*one as usize) {
                            *place = span;
                        }
                    }
                    several => {
                        known.insert(several.to_vec(), span);
                    }
                }
                entities.ancestors.extend_from_slice(&scratch);
                span
            }
        };
        if let Some(row) = entities.rows.get_mut(node as usize) {
            row.ancestors = span;
        }
        for child in children.of(node) {
            if let Some(left) = open.get_mut(*child as usize) {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    ready.push_back(*child);
                }
            }
        }
    }
    if done == count { Ok(()) } else { Err(HierarchyError::Cycle(cycle(entities, &open, order))) }
}

/// Finds a cycle among the nodes that have parents left: from any of them, going up must come back.
fn cycle(entities: &Entities, open: &[u32], order: &[usize]) -> Vec<usize> {
    let is_open = |node: u32| open.get(node as usize).is_some_and(|left| *left > 0);
    let Some(mut node) = (0u32..).zip(open).find(|(_, left)| **left > 0).map(|(node, _)| node) else { return Vec::new() };
    let mut path: Vec<u32> = Vec::new();
    let mut seen = vec![false; open.len()];
    while let Some(seen) = seen.get_mut(node as usize).filter(|seen| !**seen) {
        *seen = true;
        path.push(node);
        let above = entities.rows.get(node as usize).map_or(&[][..], |row| row.parents.of(&entities.parents));
        match above.iter().copied().find(|parent| is_open(*parent)) {
            Some(parent) => node = parent,
            None => break,
        }
    }
    let begin = path.iter().position(|one| *one == node).unwrap_or(0);
    let round = path.get(begin..).unwrap_or(&[]);
    round.iter().take(SHOWN_OF_CYCLE).chain(round.first()).filter_map(|node| order.get(*node as usize).copied()).collect()
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
