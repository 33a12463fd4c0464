//! What a rule's conditions say of one value each: the tests that a look-up can answer.
//!
//! Of each exit it is asked whether it compares a **path** to a value (a slot, and how to get from there to the value) with constants in a way
//! that a table can be made of. Such a test is only ever used to leave a rule out where the test is surely false.

use super::split::Chain;
use crate::image::{Image, PatternKind};
use crate::loaded::{Pool, SetIndex};
use crate::op::{CmpKind, CmpOp, ConstId, Mode, Op, Part, PatternId, Reg, Src, WithinKind};
use crate::value::Value;
use std::collections::HashMap;

/// How many steps a path may have.
pub(super) const MAX_STEPS: usize = 8;
/// How many tests of a rule are looked at.
const MAX_TESTS: usize = 16;
/// How many alternatives of an `or` are looked at.
const MAX_ALTERNATIVES: usize = 1_000;

/// How to get from a value to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// The value of an optional.
    Unwrap,
    /// A field of a record.
    Field(u16),
    /// A part of a structured value.
    Part(Part),
}

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Route {
    /// A slot or a field of the context.
    pub base: Src,
    /// What leads from there to the value.
    pub steps: Vec<Step>,
}

/// How values are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Numbers of any kind, by equality.
    Number,
    /// Texts, by equality.
    Text,
    /// Truth values.
    Truth,
    /// Whether an optional is there.
    Present,
    /// Paths that begin at the root, by the folders that they lie in.
    RootPath,
    /// Paths that begin at a drive, by the folders that they lie in.
    DrivePath,
    /// Hosts, by the domains that they lie in.
    Host,
    /// Texts, by how they begin.
    Start,
}

impl Kind {
    /// Returns whether beginnings are looked up, and not wholes.
    pub(crate) const fn is_prefix(self) -> bool {
        matches!(self, Self::RootPath | Self::DrivePath | Self::Host | Self::Start)
    }
}

/// What a test asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Says {
    /// One of these constants.
    OneOf(Vec<ConstId>),
    /// A member of this constant set, or of one of these.
    In(Vec<ConstId>),
    /// What begins like this text of the pool: offset and length in bytes.
    Under(u32, u32),
    /// True, or there.
    Yes,
    /// False.
    No,
}

/// A test: where the value is that it asks for, how that is looked up, and what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    pub route: Route,
    pub kind: Kind,
    pub says: Says,
}

/// What is known of a register.
#[derive(Clone, Debug)]
enum Known {
    /// It holds the value at the end of a route.
    Value(Route),
    /// It holds the truth of a test.
    Truth(Test),
}

/// Finds the tests of a chain, in order.
pub(super) fn tests(image: &Image, pool: &Pool, ops: &[Op], start: u32, chain: &Chain) -> Vec<Test> {
    let mut reader = Reader { image, pool, known: HashMap::new() };
    let (mut found, mut open, mut begun) = (Vec::new(), start, chain.start);
    for (at, op) in (start..).zip(ops.iter().copied()) {
        if found.len() >= MAX_TESTS {
            break;
        }
        let is_exit = chain.exits.binary_search(&at).is_ok();
        if is_exit {
            let whole = ops.get(begun.saturating_sub(start) as usize..at.saturating_sub(start) as usize).unwrap_or(&[]);
            let folds = if let Op::And { src: Src::Reg(sum), .. } = op { Some(sum) } else { None };
            found.extend(reader.folded(op).or_else(|| reader.alternatives(folds?, at, whole)));
            begun = at + 1;
            continue;
        }
        reader.compute(op, open <= at);
        open = open.max(op.target().map_or(0, |to| to.0));
    }
    found
}

/// Finds the test that a region without a chain is: an `or` of equalities of one value, and nothing else.
pub(super) fn whole(image: &Image, pool: &Pool, ops: &[Op], start: u32) -> Option<Test> {
    let (Op::Return { src: Src::Reg(sum), .. }, terms) = ops.split_last()? else { return None };
    let end = start.checked_add(u32::try_from(terms.len()).ok()?)?;
    Reader { image, pool, known: HashMap::new() }.alternatives(*sum, end, terms)
}

/// Finds the tests of a condition as it is written when nothing is fused: terms that are folded into the first one's register, each ending the
/// region where it is false; or one term.
pub(super) fn unfused(image: &Image, pool: &Pool, ops: &[Op], start: u32) -> Vec<Test> {
    let Some((Op::Return { src: sum, .. }, terms)) = ops.split_last() else { return Vec::new() };
    let end = start.saturating_add(u32::try_from(terms.len()).unwrap_or(u32::MAX));
    let mut reader = Reader { image, pool, known: HashMap::new() };
    let (mut found, mut open) = (Vec::new(), start);
    for (at, op) in (start..).zip(terms.iter().copied()) {
        match op {
            // Nothing jumps over it, so that its term being false is the end.
            Op::And { acc, to, .. } if Src::Reg(acc) == *sum && to.0 == end && open <= at && found.len() < MAX_TESTS => found.extend(reader.folded(op)),
            _ => open = open.max(op.target().map_or(0, |to| to.0)),
        }
        reader.compute(op, open <= at);
    }
    if found.is_empty() && open <= end {
        found.extend(reader.truth(*sum));
    }
    found
}

struct Reader<'a> {
    image: &'a Image,
    pool: &'a Pool,
    known: HashMap<Reg, Known>,
}

impl Reader<'_> {
    /// Follows an operation that is no exit. What isn't run on every path leaves nothing known.
    fn compute(&mut self, op: Op, always: bool) {
        let known = if always { self.result(op) } else { None };
        op.registers(|access, reg| {
            if access == crate::op::Access::Write {
                self.known.remove(&reg);
            }
        });
        if let Some((dst, known)) = known {
            self.known.insert(dst, known);
        }
    }

    fn result(&self, op: Op) -> Option<(Reg, Known)> {
        let test = |dst: Reg, test: Option<Test>| test.map(|test| (dst, Known::Truth(test)));
        match op {
            Op::Move { dst, src: Src::Reg(reg), .. } => self.known.get(&reg).map(|known| (dst, known.clone())),
            Op::Move { dst, src, .. } => self.route(src).map(|route| (dst, Known::Value(route))),
            Op::Unwrap { dst, src, .. } => self.on(src, Step::Unwrap).map(|route| (dst, Known::Value(route))),
            Op::Field { dst, src, index, .. } => self.on(src, Step::Field(index)).map(|route| (dst, Known::Value(route))),
            Op::Part { dst, src, part, .. } => self.on(src, Step::Part(part)).map(|route| (dst, Known::Value(route))),
            Op::Present { dst, src, .. } => test(dst, self.route(src).map(|route| Test { route, kind: Kind::Present, says: Says::Yes })),
            Op::Not { dst, src, .. } => test(dst, self.route(src).map(|route| Test { route, kind: Kind::Truth, says: Says::No })),
            Op::Cmp { dst, op: CmpOp::Eq, kind, a, b, .. } => test(
                dst,
                match (self.route(a), a, self.route(b), b) {
                    (Some(route), _, _, Src::Const(id)) | (_, Src::Const(id), Some(route), _) => self.equal(route, kind, id),
                    _ => None,
                },
            ),
            Op::In { dst, kind: CmpKind::Num | CmpKind::Text, a, b: Src::Const(id), .. } => test(dst, self.route(a).and_then(|route| self.among(route, id))),
            Op::Within { dst, kind, a, b: Src::Const(id), .. } => test(dst, self.route(a).and_then(|route| self.within(route, kind, id))),
            Op::Matches { dst, a, pattern, .. } => test(dst, self.route(a).and_then(|route| self.matching(route, pattern))),
            _ => None,
        }
    }

    /// Returns what an exit tests.
    fn folded(&self, op: Op) -> Option<Test> {
        match op {
            Op::And { src, .. } => self.truth(src),
            Op::TestNum { op: CmpOp::Eq, a, b, .. } => self.equal(self.route(a)?, CmpKind::Num, b),
            Op::TestText { op: CmpOp::Eq, a, b, .. } => self.equal(self.route(a)?, CmpKind::Text, b),
            Op::TestIn { negate: false, a, b, .. } => self.among(self.route(a)?, b),
            Op::TestPresent { negate: false, a, .. } => self.route(a).map(|route| Test { route, kind: Kind::Present, says: Says::Yes }),
            _ => None,
        }
    }

    /// Returns what is tested where a condition is asked to be true.
    fn truth(&self, src: Src) -> Option<Test> {
        if let Src::Reg(reg) = src
            && let Known::Truth(test) = self.known.get(&reg)?
        {
            return Some(test.clone());
        }
        self.route(src).map(|route| Test { route, kind: Kind::Truth, says: Says::Yes })
    }

    /// Returns what some operations test whose result is in a register behind them, at `at`, and that are an `or` of equalities of one value.
    fn alternatives(&self, sum: Reg, at: u32, whole: &[Op]) -> Option<Test> {
        let (Op::Move { dst, src: Src::Const(id), .. }, terms) = whole.split_first()? else { return None };
        if *dst != sum || !matches!(self.pool.values.get(id.0 as usize), Some(Value::Bool(false))) {
            return None;
        }
        if terms.len() > MAX_ALTERNATIVES {
            return None;
        }
        let mut first: Option<Test> = None;
        let (mut constants, mut sets) = (Vec::new(), Vec::new());
        for term in terms.iter().copied() {
            let (Op::TestNum { acc, mode: Mode::Or, to, .. } | Op::TestText { acc, mode: Mode::Or, to, .. } | Op::TestIn { acc, mode: Mode::Or, to, .. }) =
                term
            else {
                return None;
            };
            let test = self.folded(term)?;
            let first = first.get_or_insert_with(|| test.clone());
            if acc != sum || to.0 != at || (&first.route, first.kind) != (&test.route, test.kind) {
                return None;
            }
            match test.says {
                Says::OneOf(more) => constants.extend(more),
                Says::In(more) => sets.extend(more),
                Says::Under(..) | Says::Yes | Says::No => return None,
            }
        }
        let says = match (constants.is_empty(), sets.is_empty()) {
            (false, true) => Says::OneOf(once(constants)),
            (true, false) => Says::In(once(sets)),
            _ => return None,
        };
        first.map(|first| Test { says, ..first })
    }

    /// Returns where the value of an operand is.
    fn route(&self, src: Src) -> Option<Route> {
        match src {
            Src::Slot(_) | Src::Context(_) => Some(Route { base: src, steps: Vec::new() }),
            Src::Reg(reg) => match self.known.get(&reg)? {
                Known::Value(route) => Some(route.clone()),
                Known::Truth(_) => None,
            },
            Src::Const(_) => None,
        }
    }

    fn on(&self, src: Src, step: Step) -> Option<Route> {
        let mut route = self.route(src)?;
        if route.steps.len() >= MAX_STEPS {
            return None;
        }
        route.steps.push(step);
        Some(route)
    }

    fn value(&self, id: ConstId) -> Option<Value> {
        self.pool.values.get(id.0 as usize).copied()
    }

    fn equal(&self, route: Route, kind: CmpKind, id: ConstId) -> Option<Test> {
        let kind = match (kind, self.value(id)?) {
            (CmpKind::Num, Value::Num(_)) => Kind::Number,
            (CmpKind::Text, Value::Text(_)) => Kind::Text,
            // A path that is another is within it.
            (CmpKind::Path, _) => return self.within(route, WithinKind::Path, id),
            _ => return None,
        };
        Some(Test { route, kind, says: Says::OneOf(vec![id]) })
    }

    fn among(&self, route: Route, id: ConstId) -> Option<Test> {
        let kind = match self.pool.set(id)? {
            SetIndex::Numbers(_) => Kind::Number,
            SetIndex::Atoms(_) => Kind::Text,
        };
        Some(Test { route, kind, says: Says::In(vec![id]) })
    }

    fn within(&self, route: Route, kind: WithinKind, id: ConstId) -> Option<Test> {
        let Value::Text(text) = self.value(id)? else { return None };
        let written = self.pool.text.get(text.start as usize..text.start.checked_add(text.len)? as usize)?;
        let kind = match kind {
            WithinKind::Path => path_kind(written)?,
            WithinKind::Host => Kind::Host,
            WithinKind::Ip | WithinKind::HostIp => return None,
        };
        Some(Test { route, kind, says: Says::Under(text.start, text.len) })
    }

    /// Text that fits a glob begins like the glob does before its first special character.
    fn matching(&self, route: Route, id: PatternId) -> Option<Test> {
        let def = self.image.patterns.get(id.0 as usize)?;
        if def.kind != PatternKind::TextGlob || def.nocase {
            return None;
        }
        let (start, _) = self.pool.range_of(def.text)?;
        let text = self.pool.text_of(def.text);
        let plain = text.find(['*', '?', '[', ']', '{', '}', '\\']).unwrap_or(text.len());
        (plain > 0).then_some(Test { route, kind: Kind::Start, says: Says::Under(start, u32::try_from(plain).ok()?) })
    }
}

/// Returns how a path in normal form is looked up, if it begins at a place that is known.
pub(crate) fn path_kind(path: &str) -> Option<Kind> {
    let rooted = path.strip_prefix('/')?;
    match rooted.strip_prefix('/') {
        None => Some(Kind::RootPath),
        Some(rest) => (rest.as_bytes().get(1) == Some(&b':')).then_some(Kind::DrivePath),
    }
}

fn once(mut constants: Vec<ConstId>) -> Vec<ConstId> {
    constants.sort_unstable();
    constants.dedup();
    constants
}
