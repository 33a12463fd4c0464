//! The pass that finds rules by what they test, instead of trying each.
//!
//! Of the rules of a step those that test the same value are put into classes by what they want it to be, and a table leads from the value to
//! the classes. Within a class the same is done with another value, a few times. A rule is in one class of one table, or among those that
//! are always tried: so all tables of a step together are as large as its list of rules, and no larger than a few times that.

use super::prefix::Beginnings;
use super::says::{Kind, Says};
use crate::loaded::{Pool, SetIndex};
use crate::op::ConstId;
use crate::value::Value;
use std::collections::{BTreeMap, HashMap};

/// How few rules are tried one by one: a look-up takes as long.
pub(super) const FEW: usize = 4;
/// How deep tables may stand in classes of others.
const MAX_DEPTH: usize = 4;
/// How many tables one choice of rules has.
const MAX_TABLES: usize = 8;
/// The most members of a set that are put into a table; a larger one is asked by the rule itself.
pub(super) const MAX_MEMBERS: usize = 1_024;

/// The classes that a value leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Classes {
    One(u32),
    Many(Box<[u32]>),
}

impl Classes {
    /// Keeps classes, sorted and each once.
    pub fn of(mut classes: Vec<u32>) -> Self {
        classes.sort_unstable();
        classes.dedup();
        match classes.as_slice() {
            [one] => Self::One(*one),
            _ => Self::Many(classes.into()),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter().copied(),
            Self::Many(many) => many.iter().copied(),
        }
    }
}

/// From values to classes. Maps are only looked up.
#[derive(Debug)]
pub(crate) enum Keys {
    Numbers(HashMap<i128, Classes>),
    /// By atom.
    Texts(HashMap<u32, Classes>),
    Truth {
        no: Option<u32>,
        yes: Option<u32>,
    },
    Beginnings(Beginnings),
}

/// Rules that test one value.
#[derive(Debug)]
pub(crate) struct Table {
    /// Where the value is.
    pub route: u32,
    /// The steps of the route, as bits, at which these rules are surely false if nothing is there.
    pub guarded: u8,
    pub kind: Kind,
    pub keys: Keys,
    pub classes: Box<[Node]>,
}

/// A choice of rules: positions among the rules of a step, ascending.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Those that are always tried.
    pub always: Box<[u32]>,
    /// Those that are found.
    pub tables: Box<[Table]>,
}

/// What rules may be found by: where the value is, what else is known where nothing is, and how it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Dimension {
    pub route: u32,
    pub guarded: u8,
    pub kind: Kind,
}

/// The tests of one rule: dimension and what is asked for, by number.
pub(super) type Tests = [(u32, u32)];

/// Makes the tables of steps.
pub(super) struct Indexer<'a> {
    pub pool: &'a Pool,
    pub dimensions: &'a [Dimension],
    pub says: &'a [Says],
    /// How many more keys tables may have.
    pub room: usize,
}

impl Indexer<'_> {
    /// Makes the tables for some rules.
    pub fn node(&mut self, rules: &[&Tests]) -> Node {
        let all: Vec<u32> = (0u32..).zip(rules).map(|(position, _)| position).collect();
        self.choose(rules, all, &mut Vec::new())
    }

    fn choose(&mut self, rules: &[&Tests], mut left: Vec<u32>, used: &mut Vec<u32>) -> Node {
        let mut tables = Vec::new();
        // A table doesn't take what it has no room for, so that a dimension is tried once.
        let outside = used.len();
        let mut tried = used.clone();
        while left.len() >= FEW && outside < MAX_DEPTH && tried.len() < outside + MAX_TABLES {
            let Some(dimension) = self.best(rules, &left, &tried) else { break };
            tried.push(dimension);
            let mut classes: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            left.retain(|position| match says_of(rules, *position, dimension) {
                Some(says) => {
                    classes.entry(says).or_default().push(*position);
                    false
                }
                None => true,
            });
            used.push(dimension);
            tables.extend(self.table(rules, dimension, classes, used, &mut left));
            used.pop();
            left.sort_unstable();
        }
        Node { always: left.into(), tables: tables.into() }
    }

    /// Returns the dimension that leaves the fewest rules to be tried, if one leaves fewer.
    fn best(&self, rules: &[&Tests], left: &[u32], tried: &[u32]) -> Option<u32> {
        let of = |position: &u32| rules.get(*position as usize).copied().unwrap_or(&[]);
        let mut rows: Vec<(u32, u32)> = left.iter().flat_map(of).filter(|(dimension, _)| !tried.contains(dimension)).copied().collect();
        rows.sort_unstable();
        let mut best: Option<(u64, u32)> = None;
        for rows in rows.chunk_by(|(a, _), (b, _)| a == b) {
            let (mut classes, mut squares) = (0u64, 0u64);
            for class in rows.chunk_by(|(_, a), (_, b)| a == b) {
                let size = class.len() as u64;
                (classes, squares) = (classes + 1, squares.saturating_add(size.saturating_mul(size)));
            }
            // A value is taken to be one of those that are asked for, in proportion to how many ask, or another one.
            let tests = rows.len() as u64;
            let tried = squares.checked_div(tests)?.saturating_mul(classes).checked_div(classes + 1)?;
            let saved = tests.saturating_sub(tried);
            if tests >= FEW as u64 && best.is_none_or(|(most, _)| saved > most) {
                best = rows.first().map(|(dimension, _)| (saved, *dimension));
            }
        }
        best.filter(|(saved, _)| *saved > 1).map(|(_, dimension)| dimension)
    }

    /// Makes one table. Classes with more keys than there is room for go back to what is left.
    fn table(&mut self, rules: &[&Tests], number: u32, classes: BTreeMap<u32, Vec<u32>>, used: &mut Vec<u32>, left: &mut Vec<u32>) -> Option<Table> {
        let dimension = *self.dimensions.get(number as usize)?;
        let (mut nodes, mut numbers, mut texts, mut starts) = (Vec::new(), HashMap::new(), HashMap::new(), Vec::new());
        let (mut no, mut yes) = (None, None);
        for (says, positions) in classes {
            let class = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
            let Some(says) = self.says.get(says as usize).filter(|says| self.take_room(says)) else {
                left.extend(positions);
                continue;
            };
            match says {
                Says::Yes => yes = Some(class),
                Says::No => no = Some(class),
                Says::Under(start, len) => starts.push(((*start, *len), class)),
                Says::OneOf(constants) => {
                    for id in constants {
                        match self.pool.values.get(id.0 as usize) {
                            Some(Value::Num(n)) => numbers.entry(*n).or_insert_with(Vec::new).push(class),
                            Some(Value::Text(text)) => texts.entry(text.atom.0).or_insert_with(Vec::new).push(class),
                            _ => {}
                        }
                    }
                }
                Says::In(sets) => {
                    for id in sets {
                        match self.set(*id) {
                            Some(SetIndex::Numbers(members)) => members.iter().for_each(|n| numbers.entry(*n).or_insert_with(Vec::new).push(class)),
                            Some(SetIndex::Atoms(members)) => members.iter().for_each(|atom| texts.entry(*atom).or_insert_with(Vec::new).push(class)),
                            None => {}
                        }
                    }
                }
            }
            nodes.push(self.choose(rules, positions, used));
        }
        let keys = match dimension.kind {
            Kind::Number => Keys::Numbers(numbers.into_iter().map(|(n, classes)| (n, Classes::of(classes))).collect()),
            Kind::Text => Keys::Texts(texts.into_iter().map(|(atom, classes)| (atom, Classes::of(classes))).collect()),
            Kind::Truth | Kind::Present => Keys::Truth { no, yes },
            kind => Keys::Beginnings(Beginnings::new(kind, &self.pool.text, starts)),
        };
        (!nodes.is_empty()).then_some(Table { route: dimension.route, guarded: dimension.guarded, kind: dimension.kind, keys, classes: nodes.into() })
    }

    fn set(&self, id: ConstId) -> Option<SetIndex<'_>> {
        self.pool.set(id)
    }

    /// Takes room for the keys of a test, if it is there.
    fn take_room(&mut self, says: &Says) -> bool {
        let keys = match says {
            Says::Yes | Says::No | Says::Under(..) => 1,
            Says::OneOf(constants) => constants.len(),
            Says::In(sets) => {
                let members = sets.iter().filter_map(|id| self.set(*id));
                members
                    .map(|set| match set {
                        SetIndex::Numbers(members) => members.len(),
                        SetIndex::Atoms(members) => members.len(),
                    })
                    .sum()
            }
        };
        match self.room.checked_sub(keys).filter(|_| keys <= MAX_MEMBERS) {
            Some(left) => {
                self.room = left;
                true
            }
            None => false,
        }
    }
}

/// Returns what a rule asks for in a dimension.
fn says_of(rules: &[&Tests], position: u32, dimension: u32) -> Option<u32> {
    rules.get(position as usize)?.iter().find(|(of, _)| *of == dimension).map(|(_, says)| *says)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the tables of rules with these tests, with so much room for keys.
    fn tables(rules: &[Vec<(u32, u32)>], dimensions: u32, room: usize) -> Node {
        let pool = Pool::default();
        let dimensions: Vec<Dimension> = (0..dimensions).map(|route| Dimension { route, guarded: 0, kind: Kind::Number }).collect();
        let says: Vec<Says> = (0..100).map(|n| Says::OneOf(vec![ConstId(n), ConstId(n + 1), ConstId(n + 2)])).collect();
        let rules: Vec<&Tests> = rules.iter().map(Vec::as_slice).collect();
        Indexer { pool: &pool, dimensions: &dimensions, says: &says, room }.node(&rules)
    }

    /// Counts the rules of a choice, and how deep its tables stand in each other.
    fn measure(node: &Node) -> (usize, usize) {
        let below: Vec<(usize, usize)> = node.tables.iter().flat_map(|table| &table.classes).map(measure).collect();
        (node.always.len() + below.iter().map(|(rules, _)| rules).sum::<usize>(), below.iter().map(|(_, depth)| depth + 1).max().unwrap_or(0))
    }

    #[test]
    fn what_there_is_no_room_for_is_tried_each_time() {
        let rules: Vec<Vec<(u32, u32)>> = (0..10).map(|n| vec![(0, n)]).collect();
        for (room, found) in [(30, 10), (29, 9), (9, 3), (2, 0)] {
            let node = tables(&rules, 1, room);
            assert_eq!((node.always.len(), measure(&node).0), (10 - found, 10), "{room}");
            assert!(node.always.is_sorted());
        }
    }

    #[test]
    fn few_rules_are_tried_one_by_one() {
        let rules = |count: u32| (0..count).map(|n| vec![(0, n)]).collect::<Vec<_>>();
        assert_eq!(measure(&tables(&rules(u32::try_from(FEW).unwrap() - 1), 1, 1_000)).1, 0);
        assert_eq!(measure(&tables(&rules(u32::try_from(FEW).unwrap()), 1, 1_000)).1, 1);
    }

    #[test]
    fn every_rule_stands_once_and_tables_are_as_deep_as_they_may_be() {
        // Rule n has the digits of n in base 4 as tests, so that each dimension halves twice what is left.
        let rules: Vec<Vec<(u32, u32)>> = (0..4_096u32).map(|n| (0..6).map(|digit| (digit, n >> (2 * digit) & 3)).collect()).collect();
        assert_eq!(measure(&tables(&rules, 6, 1 << 20)), (4_096, MAX_DEPTH));
        // Each rule has a dimension of its own but for four: more tables than one choice may have.
        let rules: Vec<Vec<(u32, u32)>> = (0..60).map(|n| vec![(n / 4, n % 4)]).collect();
        let node = tables(&rules, 15, 1 << 20);
        assert_eq!((node.tables.len(), measure(&node)), (MAX_TABLES, (60, 1)));
    }

    #[test]
    fn rules_that_all_ask_for_the_same_are_found_by_it_too() {
        let rules = vec![vec![(0, 7)]; 6];
        assert_eq!(measure(&tables(&rules, 1, 1_000)), (6, 1));
    }
}
