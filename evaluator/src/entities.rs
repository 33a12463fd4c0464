//! Entities: what a session knows of things outside it (users, groups, documents), and which of them lies in which.
//!
//! Each entity has a *node*, a dense number in the order of type and id. What it lies in, over any number of steps, is found once, when the
//! data is read, and kept as a sorted list of nodes; entities with the same parents share one. So a question of the hierarchy is a binary
//! search among numbers, and nothing is walked in a decision.

mod hierarchy;

use crate::loaded::VerifiedImage;
use crate::op::{EntityId, Op, Src};
use crate::value::{Atom, Str, Value};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};

pub use hierarchy::{Hierarchy, HierarchyError};

/// The longest id that data may have, in bytes. A longer one is known by no data.
pub const MAX_ID_BYTES: usize = 1_024;
/// The most entities of one session.
pub const MAX_ENTITIES: usize = 10_000_000;
/// The most nodes that are looked at to find what every entity lies in.
pub const MAX_ANCESTORS: usize = 1 << 25;

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
        if at >= image.texts() {
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
