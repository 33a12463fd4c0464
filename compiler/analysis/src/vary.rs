//! A step of which some values may change, in a session whose past is as it is.
//!
//! What doesn't change is put into the rules before they become formulas: its values, and the truths of conditions that rest on nothing that
//! may change, as the machine has told them. So it doesn't matter whether the analysis could tell those apart, nor what came before. What is
//! asked of the session with a value that may change stays open: that there is no such step is proved whatever the answers, and what is found
//! is shown to the caller, who plays it.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Const, Expr, ExprKind, LocalId, Obligation, SlotRef, Type};
use reach_evaluator::image::AT_SLOT;
use reach_values::{decimal, int, time};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::diff::Rules;
use crate::formula::F;
use crate::judge;
use crate::limits::Limits;
use crate::render;
use crate::report::Effect;
use crate::scene::untouched;
use crate::search::{Found, Search};
use crate::symbolic::Asked;
use crate::witness;
use crate::world::World;

/// How many steps are shown to the caller before it is said that none was taken.
const MOST_SHOWN: usize = 24;

/// Values by what they are of, as JSON; absent ones are not there.
pub type Values = BTreeMap<SlotRef, String>;

/// A step of which some values may change.
pub struct Variation<'a> {
    /// The bundle, of whose rules the conditions are written for this step: see [`Variation::conditions`].
    pub bundle: &'a Bundle,
    /// The index of the declared step.
    pub target: usize,
    /// The name, where it is read by a glob.
    pub name: &'a str,
    /// When it is, in nanoseconds.
    pub at: i128,
    /// The values that are known, as JSON; of the step and of its context.
    pub known: &'a Values,
    /// What may change.
    pub changed: &'a BTreeSet<SlotRef>,
    /// The conditions of the rules about the step that count, by the rule's index: [`Given::None`] where one has no value.
    pub conditions: BTreeMap<usize, Given>,
    /// Decisions one of which is wanted.
    pub wanted: &'a [Effect],
    /// Whether anything was typed before.
    pub heard: bool,
    /// Whether any step was taken before.
    pub acted: bool,
}

/// A condition of which parts are known.
#[derive(Clone, Debug)]
pub enum Given {
    /// It is known.
    Is(bool),
    /// It is known to have no value.
    None,
    /// It isn't known: it rests on what may change. Its places are those of the step itself, not of a class.
    Open(Expr),
    /// The opposite.
    Not(Box<Given>),
    /// All.
    And(Vec<Given>),
    /// Some.
    Or(Vec<Given>),
    /// The first decides which of the others.
    If(Box<[Given; 3]>),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Varied {
    /// The caller took these values of what may change.
    Found(Values),
    /// There is no such step, whatever the session says of it.
    None,
    /// It could not be told, and why.
    Unknown(BTreeSet<String>),
}

/// Looks for values with which the step is decided as wanted. `accept` plays them.
#[must_use]
pub fn vary(variation: &Variation<'_>, limits: &Limits, accept: &mut dyn FnMut(&Values) -> bool) -> Varied {
    let bundle = variation.specialised();
    let rules = Rules::of(&bundle);
    let target = variation.target;
    let mut world = World::of_lists(rules.demand(Some(target)).elements());
    let sight = judge::sight(&mut world, &bundle, target, "");
    let judged = judge::judge(&mut world, &bundle, &sight, rules.about(Some(target)));
    let parts: Vec<F> = variation.wanted.iter().map(|effect| judged.effect(*effect)).collect();
    let wanted = world.formulas.or(parts);
    let mut given = vec![wanted, sight.valid];
    for question in &judged.questions {
        if variation.is_untouched(question.asked) {
            given.push(untouched(&mut world, question));
        }
    }
    if !variation.acted && !variation.heard {
        given.extend(judge::unspent(&mut world, &bundle, &sight.frame));
    }
    let mut goals = given.clone();
    let mut unknown = BTreeSet::new();
    let mut search = Search::new(limits);
    // What needs the least is tried first, which proves nothing.
    let plain: Vec<F> = sight.prefer.iter().copied().chain(goals.iter().copied()).collect();
    for assumed in [plain, goals.clone()] {
        goals = assumed;
        for shown in 0.. {
            let model = match search.smallest(&mut world, &goals) {
                Found::Some(model) => model,
                Found::None => break,
                Found::Unknown(why) => {
                    unknown.extend(why);
                    break;
                }
            };
            let values = variation.values(&bundle, &mut world, &model, &sight);
            if accept(&values) {
                return Varied::Found(values);
            }
            unknown.extend(model.doubts(&world));
            if shown >= MOST_SHOWN || judged.questions.is_empty() && unknown.is_empty() {
                unknown.insert("steps were found, and the machine decides otherwise of them".to_owned());
                break;
            }
            if !judged.questions.is_empty() {
                unknown.insert("what has happened before, asked with other values".to_owned());
            }
            goals.push(model.excluded(&mut world));
        }
    }
    let last = search.solve(&mut world, &given);
    match last {
        Found::None => Varied::None,
        Found::Unknown(why) => Varied::Unknown(why),
        Found::Some(_) if unknown.is_empty() => Varied::Unknown(BTreeSet::from(["steps were found, and the machine decides otherwise of them".to_owned()])),
        Found::Some(_) => Varied::Unknown(unknown),
    }
}

impl Variation<'_> {
    /// Returns whether a question has the answer that it has in a session to which nothing has happened. Once something has, none is taken to
    /// be settled, so that what is said to be proved doesn't rest on which events touch which question.
    const fn is_untouched(&self, asked: Asked) -> bool {
        !self.heard && !self.acted && !matches!(asked, Asked::Rights)
    }

    /// Returns the bundle with all put in that doesn't change.
    fn specialised(&self) -> Bundle {
        let mut bundle = self.bundle.clone();
        let target = u32::try_from(self.target).unwrap_or(u32::MAX);
        let mut known: BTreeMap<SlotRef, (Type, Const)> = BTreeMap::new();
        if let Some(declared) = bundle.targets.get_mut(self.target) {
            let fields = declared.args.iter_mut().map(|f| (SlotRef::Arg(f.name.clone()), f));
            let fields = fields.chain(declared.facts.iter_mut().map(|f| (SlotRef::Fact(f.name.clone()), f)));
            for (slot, field) in fields {
                if self.changed.contains(&slot) {
                    continue;
                }
                // What fits goes on to fit.
                field.check = None;
                // A value that is joined to a folder when it enters isn't the one that stands in the event.
                if field.reading.is_none() && !field.from_text {
                    let json = self.known.get(&slot).map_or("null", String::as_str);
                    if matches!(slot, SlotRef::Arg(_)) || self.known.contains_key(&slot) || matches!(field.ty, Type::Optional(_)) {
                        known.extend(read(&field.ty, json).map(|value| (slot, (field.ty.clone(), value))));
                    }
                }
            }
        }
        for field in &mut bundle.context {
            let slot = SlotRef::Context(field.name.clone());
            if self.changed.contains(&slot) {
                continue;
            }
            field.check = None;
            if let (None, Some(json)) = (&field.reading, self.known.get(&slot)) {
                known.extend(read(&field.ty, json).map(|value| (slot, (field.ty.clone(), value))));
            }
        }
        known.insert(SlotRef::System(AT_SLOT.0), (Type::Time, Const::Num(self.at)));
        known.insert(SlotRef::System(0), (Type::Text, Const::Text(self.name.into())));
        let classes = bundle.classes.clone();
        let uses = bundle.targets.get(self.target).map(|t| t.classes.clone()).unwrap_or_default();
        let seen = |class: Option<u32>| -> BTreeMap<String, Expr> {
            let Some(class) = class else { return BTreeMap::new() };
            let values = uses.iter().find(|u| u.class == class).map_or(&[][..], |u| &u.values);
            let fields = classes.get(class as usize).map_or(&[][..], |c| &c.fields);
            fields.iter().map(|(name, _)| name.clone()).zip(values.iter().cloned()).collect()
        };
        for (number, rule) in bundle.rules.iter_mut().enumerate() {
            let found = rule.targets.iter().find(|t| t.target == target).copied();
            rule.targets.clear();
            rule.undeclared = false;
            let (Some(found), Some(condition)) = (found, self.conditions.get(&number)) else { continue };
            rule.targets.push(reach_compiler::ir::RuleTarget { target, class: None });
            rule.when = Some(written(condition));
            rule.unless = None;
            let through = seen(found.class);
            if let Some(when) = &mut rule.when {
                put_in(when, &known, &BTreeMap::new());
            }
            for obligation in &mut rule.obligations {
                if let Obligation::Set { value, .. } = obligation {
                    put_in(value, &known, &through);
                }
            }
        }
        for charge in &mut bundle.charges {
            let found = charge.targets.iter().find(|t| t.target == target).copied();
            charge.targets.clear();
            let Some(found) = found else { continue };
            charge.targets.push(reach_compiler::ir::RuleTarget { target, class: None });
            let through = seen(found.class);
            for expr in std::iter::once(&mut charge.amount).chain(&mut charge.when) {
                put_in(expr, &known, &through);
            }
        }
        for budget in &mut bundle.budgets {
            for expr in std::iter::once(&mut budget.limit).chain(&mut budget.opening) {
                put_in(expr, &known, &BTreeMap::new());
            }
        }
        bundle
    }

    /// Returns the values that a model gives to what may change.
    fn values(&self, bundle: &Bundle, world: &mut World, model: &crate::search::Model, sight: &judge::Sight) -> Values {
        let mut values = Values::new();
        let Some(declared) = bundle.targets.get(self.target) else { return values };
        let event = witness::step(world, model, &[(bundle, sight)], (declared.kind, &declared.name), "", self.at);
        for slot in self.changed {
            let found = match slot {
                SlotRef::Arg(name) => event.args.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()),
                SlotRef::Fact(name) => event.facts.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()),
                SlotRef::Context(name) => {
                    let field = bundle.context.iter().find(|f| f.name == *name);
                    field.zip(sight.frame.context.get(name.as_str())).and_then(|(field, cases)| render::json(world, model, &field.ty, cases))
                }
                SlotRef::System(_) | SlotRef::Result => None,
            };
            values.extend(found.map(|found| (slot.clone(), found)));
        }
        values
    }
}

/// Returns a condition as an expression.
fn written(condition: &Given) -> Expr {
    let truth = |kind: ExprKind| Expr { ty: Type::Bool, span: reach_codes::Span::default(), kind };
    truth(match condition {
        Given::Is(known) => ExprKind::Const(Const::Bool(*known)),
        // A local that nothing binds has no value.
        Given::None => ExprKind::Local(LocalId(u32::MAX)),
        Given::Open(expr) => return expr.clone(),
        Given::Not(inner) => ExprKind::Not(Box::new(written(inner))),
        Given::And(terms) => ExprKind::And(terms.iter().map(written).collect()),
        Given::Or(terms) => ExprKind::Or(terms.iter().map(written).collect()),
        Given::If(parts) => {
            let [test, yes, no] = parts.as_ref();
            ExprKind::If(Box::new(written(test)), Box::new(written(yes)), Box::new(written(no)))
        }
    })
}

/// Puts known values into an expression, and what the fields of a class are.
fn put_in(expr: &mut Expr, known: &BTreeMap<SlotRef, (Type, Const)>, through: &BTreeMap<String, Expr>) {
    if let ExprKind::Slot(slot) = &expr.kind {
        if let SlotRef::Arg(name) = slot
            && let Some(value) = through.get(name.as_str())
        {
            let mut value = value.clone();
            put_in(&mut value, known, &BTreeMap::new());
            *expr = value;
            return;
        }
        if let Some((ty, value)) = known.get(slot).filter(|(ty, _)| *ty == expr.ty) {
            let span = expr.span;
            *expr = Expr { ty: ty.clone(), span, kind: ExprKind::Const(value.clone()) };
        }
        return;
    }
    expr.children_mut().into_iter().for_each(|child| put_in(child, known, through));
}

/// Returns what a condition on a class of a step says of the step itself.
#[must_use]
pub fn through_class(bundle: &Bundle, target: usize, class: Option<u32>, expr: &Expr) -> Expr {
    let mut expr = expr.clone();
    if let Some(class) = class {
        let values = bundle.targets.get(target).and_then(|t| t.classes.iter().find(|c| c.class == class)).map_or(&[][..], |c| &c.values);
        let fields = bundle.classes.get(class as usize).map_or(&[][..], |c| &c.fields);
        let through = fields.iter().map(|(name, _)| name.clone()).zip(values.iter().cloned()).collect();
        put_in(&mut expr, &BTreeMap::new(), &through);
    }
    expr
}

/// Reads a value of a type as events have it; none for what isn't one, or is not held as a constant.
fn read(ty: &Type, json: &str) -> Option<Const> {
    let value: Value = serde_json::from_str(json).ok()?;
    let text = || value.as_str();
    Some(match ty {
        Type::Optional(_) if value.is_null() => Const::Absent,
        Type::Optional(of) => read(of, json)?,
        _ if value.is_null() => return None,
        Type::Bool => Const::Bool(value.as_bool()?),
        Type::Int => Const::Num(i128::from(int::parse(json).ok()?)),
        Type::Decimal => Const::Num(decimal::parse(json).ok()?),
        Type::Text | Type::Entity(_) => Const::Text(text()?.into()),
        Type::Time => Const::Num(time::parse_time(text()?).ok()?),
        Type::Date => Const::Num(time::parse_date(text()?).ok()?),
        Type::Duration => Const::Num(time::parse_duration(text()?).ok()?),
        Type::Form(form) if form.is_structured() => return None,
        Type::Form(form) => Const::Text(form.normalize(text()?).ok()?.into_owned().into()),
        Type::Enum(members) => Const::Num(i128::try_from(members.iter().position(|m| Some(m.as_str()) == text())?).ok()?),
        Type::Record(fields) => {
            let object: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json).ok()?;
            let values: Option<Vec<Const>> = fields.iter().map(|(name, ty)| read(ty, object.get(name).map_or("null", |v| v.get()))).collect();
            Const::Record(values?.into())
        }
        Type::List(of) => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(json).ok()?;
            Const::List(items.iter().map(|item| read(of, item.get())).collect::<Option<Vec<Const>>>()?.into())
        }
        Type::Set(of) => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(json).ok()?;
            let items: BTreeSet<Const> = items.iter().map(|item| read(of, item.get())).collect::<Option<_>>()?;
            Const::List(items.into_iter().collect::<Vec<_>>().into())
        }
        Type::Map(_) | Type::Any => return None,
    })
}
