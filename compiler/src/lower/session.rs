//! What is asked of the session: monitors, origins of values, budgets, and the code that events run for them.
//!
//! A pattern's code is written once for each step that it is about, over the slots of that step.

use crate::maps::HashMap;

use reach_evaluator::image::{
    BudgetDef, CaptureDef, ChargeDef, Feeds, FoldDef, GrantDef, ITEM_SLOT, MonitorDef, OriginDef, Phase, RegionId, ResultDef, ResultFormat, ReturnDef, WatchDef,
};
use reach_evaluator::op::{Op, QueryId, Slot, Src};
use sha2::{Digest, Sha256};

use super::Lowering;
use super::value::{Gen, Style, View};
use crate::ir::{self, Expr, ExprKind, LocalId, MessagePart, Obligation, SlotRef, Type};

/// The most that a count over a window tells apart.
const MOST_COUNTED: u32 = 10_000;

/// What rules ask of each monitor, as far as it tells what the monitor must remember.
pub(super) struct Demands {
    /// How far a count must go; none when something else than a comparison with a constant is made of it.
    counts: Vec<Option<u32>>,
    /// Which fields of the record of `latest` are read.
    fields: Vec<Vec<bool>>,
    /// The monitors that locals are bound to.
    locals: HashMap<LocalId, usize>,
}

impl Demands {
    /// Goes through everything that asks.
    pub fn of(bundle: &ir::Bundle) -> Self {
        let width = |monitor: &ir::Monitor| match &monitor.fold {
            ir::Fold::Latest(captures) => captures.len(),
            _ => 0,
        };
        let monitors = ir::deciding(&bundle.monitors, bundle.aside.monitors);
        let mut demands = Self {
            counts: vec![Some(1); monitors.len()],
            fields: monitors.iter().map(|monitor| vec![false; width(monitor)]).collect(),
            locals: HashMap::default(),
        };
        for rule in &bundle.rules {
            for condition in rule.when.iter().chain(&rule.unless) {
                demands.walk(condition);
            }
            for part in &rule.message {
                if let MessagePart::Value(value) = part {
                    demands.walk(value);
                }
            }
            for obligation in &rule.obligations {
                if let Obligation::Set { value, .. } = obligation {
                    demands.walk(value);
                }
            }
            if let Some(approver) = &rule.approver {
                demands.walk(&approver.who);
            }
            for grant in rule.grants.iter().flatten() {
                match grant {
                    ir::Grant::Steps { condition, .. } => condition.iter().for_each(|c| demands.walk(c)),
                    ir::Grant::Budget { amount, .. } => demands.walk(amount),
                }
            }
        }
        for charge in &bundle.charges {
            demands.walk(&charge.amount);
            charge.when.iter().for_each(|when| demands.walk(when));
        }
        demands
    }

    fn walk(&mut self, expr: &Expr) {
        stacker::maybe_grow(32 * 1024, 1024 * 1024, || self.visit(expr));
    }

    fn visit(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Compare(_, a, b) => {
                let bound = |side: &Expr| match side.kind {
                    ExprKind::Const(ir::Const::Num(n)) => Some(n),
                    _ => None,
                };
                for (side, other) in [(a, b), (b, a)] {
                    match (&side.kind, bound(other)) {
                        (ExprKind::History(monitor, operands), Some(n)) => {
                            self.count_to(*monitor as usize, n);
                            operands.iter().for_each(|operand| self.walk(operand));
                        }
                        _ => self.walk(side),
                    }
                }
            }
            ExprKind::Field(of, index) if self.monitor_of(of).is_some() => {
                if let Some(field) = self.monitor_of(of).and_then(|m| self.fields.get_mut(m)).and_then(|f| f.get_mut(usize::from(*index))) {
                    *field = true;
                }
                self.operands(of);
            }
            ExprKind::Bind(local, of) => match self.monitor_of(of) {
                Some(monitor) => {
                    self.locals.insert(*local, monitor);
                    self.operands(of);
                }
                None => self.walk(of),
            },
            ExprKind::Present(of) if self.monitor_of(of).is_some() => self.operands(of),
            ExprKind::History(monitor, operands) => {
                let monitor = *monitor as usize;
                if let Some(count) = self.counts.get_mut(monitor) {
                    *count = None;
                }
                self.all_fields(monitor);
                operands.iter().for_each(|operand| self.walk(operand));
            }
            ExprKind::Local(local) => {
                if let Some(monitor) = self.locals.get(local).copied() {
                    self.all_fields(monitor);
                }
            }
            _ => expr.children().into_iter().for_each(|child| self.walk(child)),
        }
    }

    /// Returns the monitor whose record an expression is.
    fn monitor_of(&self, expr: &Expr) -> Option<usize> {
        match &expr.kind {
            ExprKind::History(monitor, _) => Some(*monitor as usize).filter(|m| self.fields.get(*m).is_some_and(|f| !f.is_empty())),
            ExprKind::Unwrap(of) => self.monitor_of(of),
            ExprKind::Local(local) => self.locals.get(local).copied(),
            _ => None,
        }
    }

    /// Goes on with what is asked with.
    fn operands(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::History(_, operands) => operands.iter().for_each(|operand| self.walk(operand)),
            ExprKind::Unwrap(of) => self.operands(of),
            _ => {}
        }
    }

    fn all_fields(&mut self, monitor: usize) {
        self.fields.get_mut(monitor).into_iter().flatten().for_each(|field| *field = true);
    }

    /// A count that is compared with `n` must be told apart up to `n + 1`.
    fn count_to(&mut self, monitor: usize, n: i128) {
        let Some(count) = self.counts.get_mut(monitor) else { return };
        let most = u32::try_from(n.saturating_add(1).max(1)).ok().filter(|most| *most <= MOST_COUNTED);
        *count = count.and_then(|so_far| most.map(|most| most.max(so_far)));
    }
}

impl<'a> Lowering<'a> {
    /// Writes what a step's results, charges and events do.
    pub(super) fn session_of(&mut self, number: u32, target: &ir::Target, view: &View) -> (Option<ResultDef>, Vec<ReturnDef>) {
        let slot = self.slots.targets.get(number as usize).and_then(|slots| slots.result);
        let result = target.result.as_ref().zip(slot).map(|(result, slot)| ResultDef {
            ty: self.pool.ty(&result.ty),
            slot: Slot(slot),
            format: result.format.map(|format| match format {
                ir::Format::Json => ResultFormat::Json,
                ir::Format::Yaml => ResultFormat::Yaml,
            }),
        });
        let returns = target.returns.iter().map(|returned| {
            let part = returned.part.as_ref().map(|part| (self.value_region(part, view), self.pool.ty(&part.ty)));
            let when = returned.when.as_ref().map(|when| self.value_region(when, view));
            ReturnDef { label: returned.label, part, when }
        });
        (result, returns.collect())
    }

    /// Returns where the values of a step stand, as a rule or pattern sees it.
    pub(super) fn view_of(&self, target: ir::RuleTarget) -> View {
        let mut view = View { certain: target.class.is_none(), ..View::default() };
        let Some(slots) = self.slots.targets.get(target.target as usize) else { return view };
        match target.class {
            None => view.slots.extend(slots.args.iter().map(|(name, slot)| (SlotRef::Arg((*name).into()), *slot))),
            Some(class) => {
                let fields = self.bundle.classes.get(class as usize).map_or(&[][..], |class| &class.fields);
                let places = slots.classes.get(&class).into_iter().flatten();
                view.slots.extend(fields.iter().zip(places).map(|((name, _), slot)| (SlotRef::Arg(name.clone().into()), *slot)));
            }
        }
        view.slots.extend(slots.facts.iter().map(|(name, slot)| (SlotRef::Fact((*name).into()), *slot)));
        view.slots.extend(slots.result.map(|slot| (SlotRef::Result, slot)));
        view
    }

    /// Writes monitors, origins and budgets, and to each step what its events do to them.
    pub(super) fn sessions(&mut self, image: &mut reach_evaluator::image::Image, demands: &Demands) {
        let bundle = self.bundle;
        image.labels = bundle.labels.iter().map(|label| self.pool.text(label)).collect();
        for (number, origin) in self.origins().iter().enumerate() {
            let feeds = Feeds::Origin(super::index(number));
            let def = match origin {
                ir::Origin::User => OriginDef::User,
                ir::Origin::Label(label) => OriginDef::Label(*label),
                ir::Origin::Results { pattern, part } => {
                    self.watches(image, pattern, feeds, part.as_ref(), None);
                    OriginDef::Results
                }
            };
            image.origins.push(def);
        }
        let mut identities = HashMap::default();
        for (number, monitor) in ir::deciding(&bundle.monitors, bundle.aside.monitors).iter().enumerate() {
            let identity = self.identity(monitor);
            let times: &mut u32 = identities.entry(identity.clone()).or_default();
            *times += 1;
            let identity = if *times > 1 { format!("{identity}-{times}") } else { identity };
            let def = self.monitor(number, monitor, demands, &identity);
            image.monitors.push(def);
            let value = if let ir::Fold::Sum(value) = &monitor.fold { Some(value) } else { None };
            let captures = if let ir::Fold::Latest(captures) = &monitor.fold {
                demands.fields.get(number).map(|used| (captures.as_slice(), used.as_slice()))
            } else {
                None
            };
            self.watches(image, &monitor.pattern, Feeds::Monitor(super::index(number)), value, captures);
            if let Some(since) = &monitor.since {
                self.watches(image, since, Feeds::Since(super::index(number)), None, None);
            }
        }
        for budget in &bundle.budgets {
            let view = View::default();
            image.budgets.push(BudgetDef {
                name: self.pool.text(&budget.name),
                ty: self.pool.ty(&budget.ty),
                limit: self.value_region(&budget.limit, &view),
                per_agent: budget.per_agent,
                over: budget.over,
                opening: budget.opening.as_ref().map(|opening| self.value_region(opening, &view)),
            });
        }
        for charge in &bundle.charges {
            for target in &charge.targets {
                let view = self.view_of(*target);
                let amount = self.value_region(&charge.amount, &view);
                let when = charge.when.as_ref().map(|when| self.value_region(when, &view));
                if let Some(row) = image.targets.get_mut(target.target as usize) {
                    row.charges.push(ChargeDef { budget: charge.budget, amount, when });
                }
            }
        }
    }

    fn monitor(&mut self, number: usize, monitor: &ir::Monitor, demands: &Demands, identity: &str) -> MonitorDef {
        let fold = match &monitor.fold {
            ir::Fold::Ever => FoldDef::Ever,
            ir::Fold::Count => {
                let most = demands.counts.get(number).copied().flatten();
                FoldDef::Count { most: most.unwrap_or(MOST_COUNTED), saturates: most.is_some() }
            }
            ir::Fold::Sum(_) => FoldDef::Sum(self.pool.ty(&monitor.ty)),
            ir::Fold::Latest(_) => {
                let record = if let Type::Optional(of) = &monitor.ty { of.as_ref() } else { &monitor.ty };
                FoldDef::Latest(self.pool.ty(record))
            }
        };
        let since_steps = monitor.since.as_ref().is_some_and(|since| matches!(since.kind, ir::EventKind::Permitted | ir::EventKind::Attempted));
        MonitorDef {
            identity: self.pool.text(identity),
            fold,
            over: monitor.over,
            per_agent: monitor.per_agent,
            results: monitor.pattern.kind == ir::EventKind::Result,
            keys: monitor.pattern.keys.iter().map(|key| self.pool.ty(&key.ty)).collect(),
            since: monitor.since.as_ref().map(|since| since.keys.iter().map(|key| self.pool.ty(&key.ty)).collect()),
            since_steps,
        }
    }

    /// Names a monitor by what it asks: names for numbers, nothing of where it stands.
    fn identity(&self, monitor: &ir::Monitor) -> String {
        let mut canonical = monitor.clone();
        let mut locals = HashMap::default();
        let mut names = String::new();
        for pattern in std::iter::once(&mut canonical.pattern).chain(&mut canonical.since) {
            for target in &pattern.targets {
                let name = self.bundle.targets.get(target.target as usize).map_or("", |t| t.name.as_str());
                let class = target.class.and_then(|class| self.bundle.classes.get(class as usize)).map_or("", |c| c.name.as_str());
                names.push_str(&format!("{name}\u{1}{class}\u{2}"));
            }
            pattern.targets.clear();
            if let Some(each) = &mut pattern.each {
                renumber_local(&mut each.local, &mut locals);
                renumber(&mut each.list, &mut locals);
            }
            pattern.guard.iter_mut().chain(&mut pattern.keys).for_each(|expr| renumber(expr, &mut locals));
        }
        match &mut canonical.fold {
            ir::Fold::Sum(value) => renumber(value, &mut locals),
            ir::Fold::Latest(_) | ir::Fold::Ever | ir::Fold::Count => {}
        }
        // What its guards ask of origins is named by what those are.
        let origins = serde_json::to_string(self.origins()).unwrap_or_default();
        let text = format!("{}\u{3}{names}\u{3}{origins}", serde_json::to_string(&canonical).unwrap_or_default());
        Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    fn origins(&self) -> &'a [ir::Origin] {
        ir::deciding(&self.bundle.origins, self.bundle.aside.origins)
    }

    /// Writes what a pattern's events do, for each step that it is about.
    fn watches(
        &mut self,
        image: &mut reach_evaluator::image::Image,
        pattern: &ir::EventPattern,
        feeds: Feeds,
        value: Option<&Expr>,
        captures: Option<(&[ir::Capture], &[bool])>,
    ) {
        let phase = match pattern.kind {
            ir::EventKind::Permitted => Phase::Permitted,
            ir::EventKind::Attempted => Phase::Attempted,
            ir::EventKind::Denied => Phase::Denied,
            ir::EventKind::Result => Phase::Result,
            ir::EventKind::Prompt => Phase::Prompt,
        };
        if phase == Phase::Prompt {
            let watch = self.watch(pattern, phase, feeds, value, captures, &View { certain: true, ..View::default() });
            image.prompts.push(watch);
            return;
        }
        for target in &pattern.targets {
            let view = self.view_of(*target);
            let watch = self.watch(pattern, phase, feeds, value, captures, &view);
            if let Some(row) = image.targets.get_mut(target.target as usize) {
                row.watches.push(watch);
            }
        }
    }

    fn watch(
        &mut self,
        pattern: &ir::EventPattern,
        phase: Phase,
        feeds: Feeds,
        value: Option<&Expr>,
        captures: Option<(&[ir::Capture], &[bool])>,
        view: &View,
    ) -> WatchDef {
        let item = pattern.each.as_ref().map(|each| each.local);
        let each = pattern.each.as_ref().map(|each| {
            let element = match &each.list.ty {
                Type::List(of) => of.as_ref(),
                other => other,
            };
            (self.value_region(&each.list, view), self.pool.ty(element))
        });
        let captures = captures.into_iter().flat_map(|(captures, used)| captures.iter().zip(used)).map(|(capture, used)| match capture {
            _ if !used => CaptureDef::Unused,
            ir::Capture::Value(expr) => slot_of(expr, view).map_or(CaptureDef::Unused, CaptureDef::Value),
            ir::Capture::Record(fields) => {
                fields.iter().map(|field| slot_of(field, view)).collect::<Option<Vec<_>>>().map_or(CaptureDef::Unused, CaptureDef::Record)
            }
        });
        let captures = captures.collect();
        WatchDef {
            phase,
            feeds,
            each,
            guard: pattern.guard.as_ref().map(|guard| self.event_region(guard, item, view)),
            keys: pattern.keys.iter().map(|key| (self.event_region(key, item, view), self.pool.ty(&key.ty))).collect(),
            value: value.map(|value| (self.event_region(value, item, view), self.pool.ty(&value.ty))),
            captures,
        }
    }

    /// Writes a region that computes a value of an event, or of the element of `each` in it.
    fn event_region(&mut self, value: &Expr, item: Option<LocalId>, view: &View) -> RegionId {
        let mut code = Gen::new(&mut self.pool, Style::Bare, view, &self.context);
        if let Some(local) = item {
            let dst = code.code.alloc();
            let place = code.pool.place(value.span);
            code.code.emit(Op::Move { dst, src: Src::Slot(ITEM_SLOT), place });
            code.locals.insert(local, dst);
        }
        code.open_scope([value]);
        let result = code.value(value);
        code.finish(&mut self.code, result, &value.ty, value.span)
    }

    pub(super) fn grant(&mut self, grant: &ir::Grant, spawn: &View) -> GrantDef {
        match grant {
            ir::Grant::Budget { budget, amount } => GrantDef::Budget { budget: *budget, amount: self.value_region(amount, spawn) },
            ir::Grant::Steps { targets, condition } => {
                let steps = targets.iter().map(|target| {
                    let view = self.view_of(*target);
                    (target.target, condition.as_ref().map(|condition| self.value_region(condition, &view)))
                });
                GrantDef::Steps(steps.collect())
            }
        }
    }
}

/// Returns the slot that an expression reads.
fn slot_of(expr: &Expr, view: &View) -> Option<Slot> {
    match &expr.kind {
        ExprKind::Slot(SlotRef::System(number)) => Some(Slot(*number)),
        ExprKind::Slot(slot) => view.slots.get(slot).map(|slot| Slot(*slot)),
        _ => None,
    }
}

/// Numbers the locals of an expression by first appearance.
fn renumber(expr: &mut Expr, locals: &mut HashMap<LocalId, LocalId>) {
    if let ExprKind::Local(local) = &mut expr.kind {
        renumber_local(local, locals);
    }
    if let Some(local) = expr.binder_mut() {
        renumber_local(local, locals);
    }
    expr.children_mut().into_iter().for_each(|child| renumber(child, locals));
}

fn renumber_local(local: &mut LocalId, locals: &mut HashMap<LocalId, LocalId>) {
    let next = LocalId(super::index(locals.len()));
    *local = *locals.entry(*local).or_insert(next);
}

/// The questions, each once.
#[derive(Default)]
pub(super) struct Queries {
    pub rows: Vec<reach_evaluator::image::QueryDef>,
    ids: HashMap<reach_evaluator::image::QueryDef, QueryId>,
}

impl Queries {
    pub fn id(&mut self, query: reach_evaluator::image::QueryDef) -> QueryId {
        let next = QueryId(super::index(self.rows.len()));
        let id = *self.ids.entry(query).or_insert(next);
        if id == next {
            self.rows.push(query);
        }
        id
    }
}
