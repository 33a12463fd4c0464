//! Entities: what a session knows of things outside it (users, groups, documents), and which of them lies in which.
//!
//! Each entity has a *node*, a dense number in the order of type and id. What it lies in, over any number of steps, is found once, when the
//! data is read, and kept as a sorted list of nodes; entities with the same parents share one. So a question of the hierarchy is a binary
//! search among numbers, and nothing is walked in a decision.

use crate::loaded::VerifiedImage;
use crate::op::{EntityId, Op, Src};
use crate::value::{Atom, Str, Value};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};

/// The longest id that data may have, in bytes. A longer one is known by no data.
pub const MAX_ID_BYTES: usize = 1_024;
/// The most entities of one session.
pub const MAX_ENTITIES: usize = 10_000_000;
/// The most nodes that are looked at to find what every entity lies in.
pub const MAX_ANCESTORS: usize = 1 << 25;
/// How many entities of a cycle are told.
const SHOWN_OF_CYCLE: usize = 12;

/// The number of an entity, in the order of type and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub u32);

/// A range of a table.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    len: u32,
}

impl Span {
    fn of<T>(self, table: &[T]) -> &[T] {
        table.get(self.start as usize..self.start.saturating_add(self.len) as usize).unwrap_or(&[])
    }

    fn text(self, text: &str) -> &str {
        text.get(self.start as usize..self.start.saturating_add(self.len) as usize).unwrap_or("")
    }
}

/// An entity.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// The row of its type among the image's entities.
    kind: u32,
    id: Span,
    /// What it lies in at once, sorted: a range of `parents`.
    parents: Span,
    /// What it lies in, sorted: a range of `ancestors`.
    ancestors: Span,
    /// Its fields: a range of `cells`.
    fields: Span,
}

/// The entities of a session. Never changed once they are made, and shared by sessions of one bundle.
#[derive(Debug, Default)]
pub struct Entities {
    ids: String,
    rows: Vec<Row>,
    parents: Vec<u32>,
    ancestors: Vec<u32>,
    index: Index,
    text: String,
    cells: Vec<Value>,
    /// By atom, what the bundle's constants name.
    named: Vec<Named>,
    digest: Option<String>,
    bundle: String,
}

/// The entity that a constant of the bundle names.
#[derive(Clone, Copy, Debug)]
struct Named {
    /// The type; `u32::MAX` where the text is no id.
    kind: u32,
    /// Its node; none where the data doesn't know it.
    node: Option<Node>,
}

impl Entities {
    /// Returns no entities: one for all sessions that know of none.
    #[must_use]
    pub fn none() -> Arc<Self> {
        static NONE: LazyLock<Arc<Entities>> = LazyLock::new(Arc::default);
        Arc::clone(&NONE)
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the digest of what was read, as `sha256:…`; none where nothing was.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// Returns the nodes, in the order of type and id.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        (0u32..).zip(&self.rows).map(|(at, _)| Node(at))
    }

    /// Returns the type of an entity, as a row of the image's entities, and its id.
    #[must_use]
    pub fn name(&self, node: Node) -> Option<(u32, &str)> {
        self.rows.get(node.0 as usize).map(|row| (row.kind, row.id.text(&self.ids)))
    }

    /// Returns what an entity lies in at once, in order.
    pub fn parents(&self, node: Node) -> impl Iterator<Item = Node> {
        let parents = self.rows.get(node.0 as usize).map_or(&[][..], |row| row.parents.of(&self.parents));
        parents.iter().map(|parent| Node(*parent))
    }

    /// Returns how many others an entity lies in, over any number of steps.
    #[must_use]
    pub fn ancestors(&self, node: Node) -> usize {
        self.rows.get(node.0 as usize).map_or(0, |row| row.ancestors.len as usize)
    }

    /// Finds an entity by its type and id.
    #[must_use]
    pub fn find(&self, kind: u32, id: &str) -> Option<Node> {
        if id.len() > MAX_ID_BYTES {
            return None;
        }
        self.index.find(kind, id, |at| self.rows.get(at as usize).is_some_and(|row| row.kind == kind && row.id.text(&self.ids) == id)).map(Node)
    }

    /// Returns the atom of an id: that of its entity, if there is one.
    #[must_use]
    pub fn atom(&self, kind: u32, id: &str) -> Atom {
        self.find(kind, id).map_or(Atom::UNKNOWN, Atom::of_node)
    }

    /// Returns whether an entity lies in another one, over one step or many.
    #[must_use]
    pub fn lies_in(&self, node: Node, other: Node) -> bool {
        self.rows.get(node.0 as usize).is_some_and(|row| row.ancestors.of(&self.ancestors).binary_search(&other.0).is_ok())
    }

    /// Returns a field of an entity, by its place in the declaration.
    #[must_use]
    pub fn field(&self, node: Node, index: u16) -> Option<Value> {
        self.rows.get(node.0 as usize)?.fields.of(&self.cells).get(usize::from(index)).copied()
    }

    /// Returns the texts of fields ([`crate::value::Space::Entities`]).
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the cells of fields ([`crate::value::Space::Entities`]).
    #[must_use]
    pub fn cells(&self) -> &[Value] {
        &self.cells
    }

    /// Gives the entities their fields: for each node the first of its cells, and how many they are.
    pub fn set_fields(&mut self, text: String, cells: Vec<Value>, fields: impl IntoIterator<Item = (u32, u32)>) {
        (self.text, self.cells) = (text, cells);
        for (row, (start, len)) in self.rows.iter_mut().zip(fields) {
            row.fields = Span { start, len };
        }
    }

    /// Says what the data is called, and for which bundle it was read: what the bundle's constants name is found now, so that no decision
    /// looks for it.
    pub fn set_digest(&mut self, digest: String, image: &VerifiedImage) {
        (self.digest, self.bundle) = (Some(digest), image.digest().to_owned());
        for op in &image.image().code {
            let asked = match op {
                Op::Under { a, of, b, in_type, .. } => [(*a, *of), (*b, *in_type)],
                Op::LookUp { src, of, .. } => [(*src, *of); 2],
                _ => continue,
            };
            for (src, kind) in asked {
                let Src::Const(id) = src else { continue };
                match image.constant(id) {
                    Some(Value::Text(id)) => self.name_constant(image, kind, id),
                    Some(Value::List(cells)) => {
                        for cell in image.pool_cells().get(cells.at as usize..cells.at.saturating_add(cells.len) as usize).unwrap_or(&[]) {
                            if let Value::Text(id) = cell {
                                self.name_constant(image, kind, *id);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn name_constant(&mut self, image: &VerifiedImage, kind: EntityId, id: Str) {
        let at = id.atom.0 as usize;
        // A constant of the image has its atom; there are no more of them than texts.
        if at >= image.image().texts.len() {
            return;
        }
        if self.named.len() <= at {
            self.named.resize(at + 1, Named { kind: u32::MAX, node: None });
        }
        let node = self.find(kind.0, image.text(crate::image::TextId(id.atom.0)));
        if let Some(named) = self.named.get_mut(at).filter(|named| named.kind == u32::MAX) {
            *named = Named { kind: kind.0, node };
        }
    }

    /// Returns the entity of a type whose id is a constant, if it is one of those that are known before: then whether there is one.
    pub(crate) fn of_constant(&self, kind: EntityId, atom: Atom) -> Option<Option<Node>> {
        self.named.get(atom.0 as usize).filter(|named| named.kind == kind.0).map(|named| named.node)
    }

    /// Returns whether they were read for a bundle of that digest: for another one, types and fields have other numbers.
    #[must_use]
    pub fn is_of(&self, bundle: &str) -> bool {
        self.bundle == bundle
    }
}

/// Finds nodes by type and id: open addressing, a slot at least half of which are free. It is only asked, so that its order is never seen; the
/// key of its hashes is chosen anew each time, so that nobody can choose ids that meet.
#[derive(Debug, Default)]
struct Index {
    /// The node and one, or 0.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Index {
    fn new(count: usize) -> Self {
        Self { slots: vec![0; count.saturating_mul(2).max(1).next_power_of_two()], hasher: RandomState::new() }
    }

    /// Returns the slots at which an id may stand, in order.
    fn places(&self, kind: u32, id: &str) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len().saturating_sub(1);
        let first = usize::try_from(self.hasher.hash_one((kind, id)) & (mask as u64)).unwrap_or(0);
        (0..=mask).map(move |step| first.wrapping_add(step) & mask)
    }

    fn find(&self, kind: u32, id: &str, is: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        for place in self.places(kind, id) {
            let at = self.slots.get(place).copied()?.checked_sub(1)?;
            if is(at) {
                return Some(at);
            }
        }
        None
    }

    fn insert(&mut self, kind: u32, id: &str, node: u32) {
        let free = self.places(kind, id).find(|place| self.slots.get(*place) == Some(&0));
        if let Some(slot) = free.and_then(|place| self.slots.get_mut(place)) {
            *slot = node.saturating_add(1);
        }
    }
}

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
