//! The decision program: what is made of the rules of a verified image when it is loaded, so that a decision does less.
//!
//! Passes, each in a file of its own:
//! - [`share`] computes a condition that several rules have once a decision;
//! - [`order`] asks first what costs little;
//! - [`direct`] asks rules that only compare fields with constants without the machine;
//! - [`index`] finds the rules of a step by the values that they test, with the tables of [`prefix`] for folders, domains and beginnings;
//! - the engine leaves out rules whose effect can't count any more ([`Pass::Stop`]).
//!
//! They rest on [`split`], which tells the conditions of a rule apart, and on [`says`], which finds what these say of one value. Both read
//! verified code and trust nothing else, so an image says nothing about its program and can't say anything wrong: old images have one
//! too, and no byte of an image depends on a pass. What a pass may do follows from conditions having three values: a rule is false if one
//! of its conditions is false, whatever the others are. So a rule is left out only where a test is *surely* false, never where a value isn't known.
//!
//! The program of an image takes memory in proportion to it, and time to make it in proportion but for sorting.

mod direct;
mod index;
mod listing;
mod order;
mod prefix;
mod says;
mod share;
mod split;

pub(crate) use direct::{Asks, Test};
pub(crate) use index::{Keys, Node, Table};
pub(crate) use says::{Kind, Route, Step, path_kind};

use crate::image::{Image, Phase, Region, RegionId, RuleRef, VariantDef};
use crate::loaded::Pool;
use crate::op::{Op, Reg, Src, code_cost};
use crate::value::Value;
use index::{Dimension, FEW, Indexer};
use says::Says;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// A pass over the rules of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Pass {
    /// Conditions that several rules have are computed once a decision.
    Share = 0,
    /// Conditions that cost little are asked first.
    Order = 1,
    /// Rules are found by values that they test for equality.
    Index = 2,
    /// Rules are found by folders, domains and beginnings too; needs [`Pass::Index`].
    Prefix = 3,
    /// Rules whose effect can't count any more are left out.
    Stop = 4,
    /// Rules that only compare values with constants are asked without the machine.
    Direct = 5,
}

impl Pass {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Share, Self::Order, Self::Index, Self::Prefix, Self::Stop, Self::Direct];
}

/// Which passes are used. No decision depends on it: it is for tests and measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passes(u8);

impl Passes {
    /// All passes.
    pub const ALL: Self = Self(0b11_1111);
    /// No pass: every rule is tried, in source order.
    pub const NONE: Self = Self(0);

    /// Returns these and one more.
    #[must_use]
    pub const fn with(self, pass: Pass) -> Self {
        Self(self.0 | 1 << pass as u8)
    }

    /// Returns these but for one.
    #[must_use]
    pub const fn without(self, pass: Pass) -> Self {
        Self(self.0 & !(1 << pass as u8))
    }

    /// Returns whether a pass is one of them.
    #[must_use]
    pub const fn has(self, pass: Pass) -> bool {
        self.0 & 1 << pass as u8 != 0
    }
}

/// A piece of a rule's condition: a range of operations that folds one or more conditions into the accumulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub start: u32,
    pub end: u32,
    /// The worst cost, in units of fuel.
    pub cost: u64,
    /// The number of the condition, where other rules have it too.
    pub shared: Option<u32>,
    /// Whether it asks that the condition is false.
    pub negated: bool,
}

/// How a fast region is run piece by piece.
#[derive(Debug)]
pub(crate) struct Plan {
    pub acc: Reg,
    /// How far the numbers of its operations are below those in the image.
    pub moved: u32,
    /// How many registers the region uses.
    pub frame: u16,
    pub pieces: Box<[Piece]>,
}

/// No plan: the region is run from its beginning.
const WHOLE: u32 = u32::MAX;

/// The program of an image.
#[derive(Debug)]
pub(crate) struct Program {
    pub passes: Passes,
    /// For each region its plan, by number; empty if no region has one.
    plan_of: Vec<u32>,
    /// With the region that each is of.
    plans: Vec<(u32, Plan)>,
    /// The tests of regions that are nothing else.
    tests: Box<[Test]>,
    /// For each region where its tests begin, and where those of the last end; empty if no region has any.
    tests_of: Box<[u32]>,
    /// How many conditions are shared.
    pub shared: u32,
    pub routes: Vec<Route>,
    trees: Vec<Node>,
    /// For each target its tree, by number.
    tree_of: Vec<Option<u32>>,
    undeclared: Option<u32>,
    /// The tables by which the watches of a step are found, by step and phase, ascending.
    watches: Box<[((u32, Phase), Node)]>,
}

/// Gives equal things the same number.
struct Interned<T> {
    rows: Vec<T>,
    /// Only looked up.
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Interned<T> {
    fn new() -> Self {
        Self { rows: Vec::new(), numbers: HashMap::new() }
    }

    fn number(&mut self, row: T) -> u32 {
        let next = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(row).or_insert_with_key(|row| {
            self.rows.push(row.clone());
            next
        })
    }
}

impl Program {
    /// Makes the program of an image whose code was verified.
    pub fn new(image: &Image, pool: &Pool, passes: Passes) -> Self {
        let mut maker = Maker {
            image,
            pool,
            passes,
            tests: HashMap::new(),
            direct: BTreeMap::new(),
            pieces: Vec::new(),
            routes: Interned::new(),
            dimensions: Interned::new(),
            says: Interned::new(),
        };
        for variant in image.rules.iter().flat_map(|rule| &rule.variants) {
            maker.read(variant);
        }
        // What is asked of each element of a result isn't known when its watches are found.
        let watches = image.targets.iter().flat_map(|target| &target.watches).filter(|watch| watch.each.is_none());
        for guard in watches.filter_map(|watch| watch.guard) {
            maker.read_guard(guard);
        }
        let (plan_of, plans, shared) = maker.plans();
        let Trees { trees, tree_of, undeclared, watches } = maker.trees();
        let (tests, tests_of) = maker.direct();
        Self { passes, plan_of, plans, tests, tests_of, shared, routes: maker.routes.rows, trees, tree_of, undeclared, watches }
    }

    /// Takes other numbers for the operations of pieces: for each region, how far they are below those in the image.
    pub fn move_pieces(&mut self, moved: impl Fn(u32) -> u32) {
        for (region, plan) in &mut self.plans {
            plan.moved = moved(*region);
            for piece in &mut plan.pieces {
                (piece.start, piece.end) = (piece.start.wrapping_sub(plan.moved), piece.end.wrapping_sub(plan.moved));
            }
        }
    }

    /// Returns how a region is run in pieces, if it is.
    pub fn plan(&self, region: u32) -> Option<&Plan> {
        self.plans.get(*self.plan_of.get(region as usize)? as usize).map(|(_, plan)| plan)
    }

    /// Returns the tests that a region is, if it is nothing else.
    #[inline]
    pub fn direct(&self, region: u32) -> &[Test] {
        let (Some(start), Some(end)) = (self.tests_of.get(region as usize), self.tests_of.get(region as usize + 1)) else { return &[] };
        self.tests.get(*start as usize..*end as usize).unwrap_or(&[])
    }

    /// Returns the tables by which the rules of a step are found; none where all are tried.
    pub fn tree(&self, target: Option<usize>) -> Option<&Node> {
        let tree = match target {
            Some(target) => *self.tree_of.get(target)?,
            None => self.undeclared,
        };
        self.trees.get(tree? as usize)
    }

    /// Returns the tables by which the watches of a step are found that look in a phase; none where all are asked.
    pub fn watches(&self, target: usize, phase: Phase) -> Option<&Node> {
        let key = (u32::try_from(target).ok()?, phase);
        let found = self.watches.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.watches.get(found).map(|(_, node)| node)
    }
}

/// The tables of steps.
#[derive(Default)]
struct Trees {
    trees: Vec<Node>,
    tree_of: Vec<Option<u32>>,
    undeclared: Option<u32>,
    watches: Box<[((u32, Phase), Node)]>,
}

/// Makes a program.
struct Maker<'a> {
    image: &'a Image,
    pool: &'a Pool,
    passes: Passes,
    /// For each fast region what its tests are, as dimension and what is asked for. Only looked up.
    tests: HashMap<u32, Vec<(u32, u32)>>,
    /// The regions that are nothing but tests.
    direct: BTreeMap<u32, Vec<Test>>,
    /// The regions that have pieces, in the order of rules.
    pieces: Vec<(u32, Reg, u16, Vec<Piece>)>,
    routes: Interned<Route>,
    dimensions: Interned<Dimension>,
    says: Interned<Says>,
}

impl<'a> Maker<'a> {
    /// Returns the operations of a region, and the number of the first.
    fn ops(&self, id: RegionId) -> Option<(&'a [Op], &'a Region)> {
        let region = self.image.regions.get(id.0 as usize)?;
        Some((self.image.code.get(region.start as usize..region.end as usize)?, region))
    }

    /// Reads the code of a watch's guard.
    fn read_guard(&mut self, id: RegionId) {
        if let Some((ops, region)) = self.ops(id).filter(|_| self.passes.has(Pass::Index)) {
            let found = says::unfused(self.image, self.pool, ops, region.start);
            self.keep_tests(id, found);
        }
    }

    /// Keeps the tests that were found in a condition.
    fn keep_tests(&mut self, id: RegionId, found: Vec<says::Test>) {
        let present: Vec<Route> = found.iter().filter(|test| test.kind == Kind::Present).map(|test| test.route.clone()).collect();
        let wanted = found.into_iter().filter(|test| self.passes.has(Pass::Prefix) || !test.kind.is_prefix());
        let tests = wanted
            .map(|test| {
                let guarded = guarded(&test.route, &present);
                let dimension = Dimension { route: self.routes.number(test.route), guarded, kind: test.kind };
                (self.dimensions.number(dimension), self.says.number(test.says))
            })
            .collect();
        self.tests.insert(id.0, tests);
    }

    /// Reads the code of a rule.
    fn read(&mut self, variant: &VariantDef) {
        let id = variant.fast;
        let Some((ops, region)) = self.ops(id) else { return };
        let is_true = |src| matches!(src, Src::Const(id) if matches!(self.pool.values.get(id.0 as usize), Some(Value::Bool(true))));
        let chain = split::chain(ops, region.start, is_true);
        if self.passes.has(Pass::Index) {
            let found = match &chain {
                Some(chain) => says::tests(self.image, self.pool, ops, region.start, chain),
                None => says::whole(self.image, self.pool, ops, region.start).into_iter().collect(),
            };
            self.keep_tests(id, found);
        }
        if self.passes.has(Pass::Direct)
            && let Some(tests) = chain.as_ref().and_then(|chain| direct::tests(ops, chain))
        {
            self.direct.insert(id.0, tests);
            return;
        }
        let Some(chain) = chain.filter(|_| self.passes.has(Pass::Share) || self.passes.has(Pass::Order)) else { return };
        if let Some(parts) = split::parts(ops, region.start, region.frame, &chain) {
            let code = &self.image.code;
            let cost = |part: &split::Part| code.get(part.start as usize..part.end as usize).map_or(u64::MAX, |ops| code_cost(ops, part.start));
            let pieces = parts.iter().map(|part| Piece { start: part.start, end: part.end, cost: cost(part), shared: None, negated: false }).collect();
            self.pieces.push((id.0, chain.acc, region.frame, pieces));
        }
    }

    /// Lets the passes over pieces run.
    fn plans(&mut self) -> (Vec<u32>, Vec<(u32, Plan)>, u32) {
        let code: &[Op] = &self.image.code;
        let mut conditions = share::Conditions::default();
        if self.passes.has(Pass::Share) {
            self.pieces.iter().for_each(|(_, _, _, pieces)| conditions.count(code, pieces));
        }
        let (mut plan_of, mut plans) = (Vec::new(), Vec::new());
        for (region, acc, frame, mut pieces) in std::mem::take(&mut self.pieces) {
            if self.passes.has(Pass::Share) {
                conditions.number(code, &mut pieces);
            }
            if self.passes.has(Pass::Order) {
                order::order(&mut pieces);
            }
            join(&mut pieces);
            if pieces.len() > 1 {
                if plan_of.is_empty() {
                    plan_of.resize(self.image.regions.len(), WHOLE);
                }
                if let Some(plan) = plan_of.get_mut(region as usize) {
                    *plan = u32::try_from(plans.len()).unwrap_or(WHOLE);
                }
                plans.push((region, Plan { acc, moved: 0, frame, pieces: pieces.into() }));
            }
        }
        (plan_of, plans, conditions.len())
    }

    /// Lays the tests of regions one behind the other.
    fn direct(&mut self) -> (Box<[Test]>, Box<[u32]>) {
        let found = std::mem::take(&mut self.direct);
        if found.is_empty() {
            return Default::default();
        }
        let (mut tests, mut starts) = (Vec::new(), Vec::with_capacity(self.image.regions.len() + 1));
        let begin = |tests: &Vec<Test>| u32::try_from(tests.len()).unwrap_or(u32::MAX);
        for (region, its) in found {
            starts.resize(region as usize + 1, begin(&tests));
            tests.extend(its);
        }
        starts.resize(self.image.regions.len() + 1, begin(&tests));
        (tests.into(), starts.into())
    }

    /// Makes the tables of each step. Steps with the same rules have the same.
    fn trees(&mut self) -> Trees {
        if !self.passes.has(Pass::Index) {
            return Trees::default();
        }
        let image = self.image;
        let (mut trees, mut known): (Vec<Node>, HashMap<&[RuleRef], Option<u32>>) = (Vec::new(), HashMap::new());
        let rows = image.targets.iter().map(|target| target.rules.len() + target.watches.len()).sum::<usize>().saturating_add(image.undeclared.len());
        let room = rows.saturating_add(image.consts.len()).saturating_add(image.code.len()).saturating_mul(2);
        let mut indexer = Indexer { pool: self.pool, dimensions: &self.dimensions.rows, says: &self.says.rows, room };
        let mut tree = |rules: &[RuleRef]| {
            if rules.len() < FEW {
                return None;
            }
            let tests = rules.iter().map(|rule| {
                let variant = image.rules.get(rule.rule as usize).and_then(|def| def.variants.get(rule.variant as usize));
                variant.and_then(|variant| self.tests.get(&variant.fast.0)).map_or(&[][..], Vec::as_slice)
            });
            let node = indexer.node(&tests.collect::<Vec<_>>());
            (!node.tables.is_empty()).then(|| {
                trees.push(node);
                u32::try_from(trees.len() - 1).unwrap_or(u32::MAX)
            })
        };
        let mut number = |rules| *known.entry(rules).or_insert_with(|| tree(rules));
        let tree_of = image.targets.iter().map(|target| number(&target.rules)).collect();
        let undeclared = number(&image.undeclared);
        let mut watches = Vec::new();
        for (at, target) in (0u32..).zip(&image.targets).filter(|(_, target)| target.watches.len() >= FEW) {
            for phase in [Phase::Permitted, Phase::Attempted, Phase::Denied, Phase::Result] {
                let looking = target.watches.iter().filter(|watch| watch.phase == phase);
                let tests = looking.map(|watch| watch.guard.and_then(|guard| self.tests.get(&guard.0)).map_or(&[][..], Vec::as_slice));
                let tests: Vec<_> = tests.collect();
                if tests.len() >= FEW {
                    let node = indexer.node(&tests);
                    watches.extend((!node.tables.is_empty()).then_some(((at, phase), node)));
                }
            }
        }
        Trees { trees, tree_of, undeclared, watches: watches.into() }
    }
}

/// Returns the steps of a route at which a rule is surely false if nothing is there: where it asks for just that too.
fn guarded(route: &Route, present: &[Route]) -> u8 {
    let mut bits = 0;
    for (at, step) in route.steps.iter().enumerate() {
        let before = route.steps.get(..at).unwrap_or(&[]);
        if *step == Step::Unwrap && present.iter().any(|other| other.base == route.base && other.steps == before) {
            bits |= 1u8.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0);
        }
    }
    bits
}

/// Makes one piece of neighbours that stand side by side in the code and aren't shared.
fn join(pieces: &mut Vec<Piece>) {
    pieces.dedup_by(|next, before| {
        let joined = before.end == next.start && before.shared.is_none() && next.shared.is_none();
        if joined {
            before.end = next.end;
            before.cost = before.cost.saturating_add(next.cost);
        }
        joined
    });
}
