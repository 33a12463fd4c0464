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
        while left.len() >= FEW && used.len() < MAX_DEPTH && tables.len() < MAX_TABLES {
            let Some(dimension) = self.best(rules, &left, used) else { break };
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
    fn best(&self, rules: &[&Tests], left: &[u32], used: &[u32]) -> Option<u32> {
        let mut classes: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for position in left {
            for (dimension, says) in rules.get(*position as usize).copied().unwrap_or(&[]) {
                if !used.contains(dimension) {
                    *classes.entry((*dimension, *says)).or_default() += 1;
                }
            }
        }
        let mut best: Option<(u64, u32)> = None;
        let mut rows = classes.into_iter().peekable();
        while let Some(((dimension, _), first)) = rows.next() {
            let (mut count, mut tests, mut squares) = (1u64, first, first.saturating_mul(first));
            while let Some((_, more)) = rows.next_if(|((next, _), _)| *next == dimension) {
                count += 1;
                tests = tests.saturating_add(more);
                squares = squares.saturating_add(more.saturating_mul(more));
            }
            // A value is taken to be one of those that are asked for, in proportion to how many ask, or another one.
            let tried = squares.checked_div(tests)?.saturating_mul(count).checked_div(count + 1)?;
            let saved = tests.saturating_sub(tried);
            if tests >= FEW as u64 && best.is_none_or(|(most, _)| saved > most) {
                best = Some((saved, dimension));
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

    fn set(&self, id: ConstId) -> Option<&SetIndex> {
        self.pool.sets.get(id.0 as usize)?.as_ref()
    }

    /// Takes room for the keys of a test, if it is there.
    fn take_room(&mut self, says: &Says) -> bool {
        let keys = match says {
            Says::Yes | Says::No | Says::Under(..) => 1,
            Says::OneOf(constants) => constants.len(),
            Says::In(sets) => {
                let members = sets.iter().filter_map(|id| self.set(*id));
                members.map(|set| match set {
                    SetIndex::Numbers(members) => members.len(),
                    SetIndex::Atoms(members) => members.len(),
                }).sum()
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
