//! How many elements of a list have to be told apart.
//!
//! What is asked of some or all elements can be shown by one element for each question, and one besides: any other could be left out. So
//! that many are enough, as long as questions aren't nested, and nothing is added up. Else a list has a rest, of which nothing is known.

use reach_compiler::ir::{Bundle, EventPattern, Expr, ExprKind, Origin, Type};

/// The most elements that are told apart.
const MOST: usize = 6;

/// What is asked of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    /// Questions that one element shows.
    some: usize,
    counts: usize,
    lengths: usize,
    /// Whether there is a question that no number of elements is enough for.
    endless: bool,
}

impl Demand {
    /// Adds what an expression asks.
    pub fn add(&mut self, expr: &Expr) {
        self.walk(expr, false);
    }

    /// Adds what a pattern of events asks of results.
    pub fn add_pattern(&mut self, pattern: &EventPattern) {
        self.some += usize::from(pattern.each.is_some());
        for expr in pattern.guard.iter().chain(&pattern.keys) {
            self.walk(expr, pattern.each.is_some());
        }
    }

    fn walk(&mut self, expr: &Expr, within: bool) {
        let mut inside = within;
        match &expr.kind {
            ExprKind::All(..) | ExprKind::Any(..) => {
                self.some += 1;
                self.endless |= within;
                inside = true;
            }
            ExprKind::Count(_, list, _) => {
                self.counts += 1;
                self.endless |= within || is_set(list);
                inside = true;
            }
            ExprKind::Sum(..) => self.endless = true,
            ExprKind::In(_, list) if !matches!(list.kind, ExprKind::Const(_)) => {
                self.some += 1;
                self.endless |= within;
            }
            // No member of a set stands there twice.
            ExprKind::Length(of) if is_set(of) => self.endless = true,
            ExprKind::Length(of) if !matches!(of.ty, Type::Text) => self.lengths += 1,
            ExprKind::Index(..) => self.some += 2,
            _ => {}
        }
        for child in expr.children() {
            self.walk(child, inside);
        }
    }

    /// Returns how many elements are told apart, and whether there is a rest.
    pub const fn elements(self) -> (usize, bool) {
        let wanted = self.some + self.counts + 1;
        let endless = self.endless || self.counts > 1 || (self.counts == 1 && self.lengths > 0) || wanted > MOST;
        if endless { (3, true) } else { (wanted, false) }
    }

    /// Returns what both ask.
    pub const fn and(self, other: Self) -> Self {
        Self { some: self.some + other.some, counts: self.counts + other.counts, lengths: self.lengths + other.lengths, endless: self.endless || other.endless }
    }
}

fn is_set(list: &Expr) -> bool {
    match &list.ty {
        Type::Optional(of) => matches!(of.as_ref(), Type::Set(_)),
        ty => matches!(ty, Type::Set(_)),
    }
}

/// Returns what is asked of the lists of each declared step, and of those that aren't declared.
pub(crate) fn demands(bundle: &Bundle) -> (Vec<Demand>, Demand) {
    let mut all = vec![Demand::default(); bundle.targets.len()];
    let mut undeclared = Demand::default();
    let mut add = |targets: &mut dyn Iterator<Item = u32>, demand: Demand| {
        for target in targets {
            if let Some(known) = all.get_mut(target as usize) {
                *known = known.and(demand);
            }
        }
    };
    for rule in &bundle.rules {
        let mut demand = Demand::default();
        for expr in rule.when.iter().chain(&rule.unless) {
            demand.add(expr);
        }
        for obligation in &rule.obligations {
            if let reach_compiler::ir::Obligation::Set { value, .. } = obligation {
                demand.add(value);
            }
        }
        add(&mut rule.targets.iter().map(|t| t.target), demand);
        if rule.undeclared {
            undeclared = undeclared.and(demand);
        }
    }
    for charge in &bundle.charges {
        let mut demand = Demand::default();
        demand.add(&charge.amount);
        charge.when.iter().for_each(|when| demand.add(when));
        add(&mut charge.targets.iter().map(|t| t.target), demand);
    }
    let patterns = bundle.monitors.iter().flat_map(|m| std::iter::once(&m.pattern).chain(&m.since)).chain(bundle.origins.iter().filter_map(|o| match o {
        Origin::Results { pattern, .. } => Some(pattern),
        _ => None,
    }));
    for pattern in patterns {
        let mut demand = Demand::default();
        demand.add_pattern(pattern);
        add(&mut pattern.targets.iter().map(|t| t.target), demand);
    }
    for (number, target) in bundle.targets.iter().enumerate() {
        let mut demand = Demand::default();
        for field in target.args.iter().chain(&target.facts).chain(&bundle.context) {
            field.check.iter().for_each(|check| demand.add(&check.condition));
        }
        target.classes.iter().flat_map(|c| &c.values).for_each(|value| demand.add(value));
        target.returns.iter().filter_map(|r| r.when.as_ref()).for_each(|when| demand.add(when));
        add(&mut std::iter::once(u32::try_from(number).unwrap_or(u32::MAX)), demand);
    }
    (all, undeclared)
}
