//! Evaluation of expressions.

use std::collections::BTreeMap;

use reach_codes::Span;
use reach_compiler::ir::{Arith, Compare, Const, Expr, ExprKind, Form, LocalId, Part, Pattern, PatternKind, Runs, SlotRef, Type, Unary};
use reach_evaluator::local::numbers;
use reach_values::form::{Found, part_of};
use reach_values::path::{self, Platform};
use reach_values::zone::Zone;
use reach_values::{ArithmeticError, decimal, host, ip, pattern, time};

use super::entities::Entities;
use super::structure;
use super::value::{NoValue, Outcome, Val, Why};

/// What a session remembers, asked at a place in it by one of its agents.
pub trait Past {
    /// A question of history: the monitor, and the step's sides of its joins.
    fn history(&self, monitor: u32, operands: &[Val]) -> Result<Val, Why>;
    /// Whether a value of a type came from an origin.
    fn came_from(&self, ty: &Type, value: &Val, origin: u32) -> Result<bool, Why>;
    /// Whether a word of a text stands in a prompt.
    fn named(&self, value: &Val) -> Result<bool, Why>;
    /// Whether the agent has collected a label.
    fn labelled(&self, label: u32) -> Result<bool, Why>;
    /// Whether the agent may call all of these tools.
    fn within_rights(&self, names: &[Val]) -> Result<bool, Why>;
}

/// Replaces conditions that have no value, for the question of what a missing value could have been. Gets the place.
pub type Resolver<'a> = &'a dyn Fn(Span) -> Option<bool>;

/// The longest list that a value may be.
pub const MAX_LIST: usize = 10_000;

/// What an expression can read.
pub struct Scope<'a> {
    /// `args`: of the tool, or of the class through which a rule looks.
    pub args: &'a BTreeMap<String, Outcome>,
    /// `facts`; a missing required one isn't in it.
    pub facts: &'a BTreeMap<String, Val>,
    /// `context`; without one, nothing has a value.
    pub context: &'a BTreeMap<String, Val>,
    /// The system's slots, by index.
    pub system: &'a [Val],
    /// What a step came back with, where an event is looked at; without one it has no value.
    pub result: Option<&'a Val>,
    /// What the host tells of entities.
    pub entities: &'a Entities,
    /// The session so far.
    pub past: Option<&'a dyn Past>,
    /// Stands in for conditions without a value.
    pub resolve: Option<Resolver<'a>>,
    /// Local values.
    pub locals: BTreeMap<LocalId, Outcome>,
}

/// Returns the name of a type of entities, or of what it is a list or set of.
fn entity(ty: &Type) -> &str {
    match ty {
        Type::Entity(name) => name,
        Type::List(of) | Type::Set(of) => entity(of),
        other => panic!("{other:?} is no entity"),
    }
}

/// The logic of three values. `None` is no value.
fn known(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Ok(Val::Bool(b)) => Some(*b),
        Ok(other) => panic!("a condition is {other:?}"),
        Err(_) => None,
    }
}

/// Folds terms: `decisive` wins (false of an `and`, true of an `or`), else the leftmost none, else the other.
fn fold_terms(decisive: bool, terms: impl Iterator<Item = Outcome>) -> Outcome {
    let mut result = Ok(Val::Bool(!decisive));
    for term in terms {
        if known(&term) == Some(decisive) {
            return term;
        }
        if result.is_ok() && term.is_err() {
            result = term;
        }
    }
    result
}

/// Negates a condition.
pub fn not(outcome: Outcome) -> Outcome {
    match outcome? {
        Val::Bool(b) => Ok(Val::Bool(!b)),
        other => panic!("not of {other:?}"),
    }
}

impl Scope<'_> {
    /// Evaluates an expression.
    pub fn eval(&mut self, expr: &Expr) -> Outcome {
        let outcome = self.eval_kind(expr);
        match (outcome, self.resolve) {
            (Err(none), Some(resolve)) if expr.ty == Type::Bool => match resolve(none.span) {
                Some(b) => Ok(Val::Bool(b)),
                None => Err(none),
            },
            (outcome, _) => outcome,
        }
    }

    fn eval_kind(&mut self, expr: &Expr) -> Outcome {
        let none = |why| Err(NoValue { why, span: expr.span });
        match &expr.kind {
            ExprKind::Const(c) => Ok(constant(c, &expr.ty)),
            ExprKind::Slot(slot) => self.slot(slot, expr.span),
            ExprKind::Local(id) => self.locals.get(id).cloned().unwrap_or_else(|| panic!("{id:?} is read before it is bound")),
            ExprKind::Unwrap(a) => match self.eval(a)? {
                Val::Absent => none(Why::Absent),
                value => Ok(value),
            },
            ExprKind::Field(a, index) => match self.eval(a)? {
                Val::Record(fields) => match &fields[usize::from(*index)] {
                    Val::Nothing(why) => none(*why),
                    value => Ok(value.clone()),
                },
                other => panic!("a field of {other:?}"),
            },
            ExprKind::LookUp(a, field) => {
                let id = text(self.eval(a)?);
                self.entities.field(entity(&a.ty), &id, field).map_or_else(|| none(Why::UnknownEntity), Ok)
            }
            ExprKind::Under(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let (id, others) = (
                    text(x?),
                    match y? {
                        Val::List(items) => items.into_iter().map(text).collect(),
                        one => vec![text(one)],
                    },
                );
                let (of, other_type) = (entity(&a.ty), entity(&b.ty));
                let is_in = |other: &String| (of == other_type && id == *other) || self.entities.lies_in((of, &id), (other_type, other));
                match others.iter().any(is_in) {
                    true => Ok(Val::Bool(true)),
                    false if others.is_empty() || self.entities.knows(of, &id) => Ok(Val::Bool(false)),
                    false => none(Why::UnknownEntity),
                }
            }
            ExprKind::Part(a, part) => match self.eval(a)? {
                Val::Text(whole) => text_part(*part, &whole).or_else(none),
                taken => structure::part_of(&taken, *part).map_or_else(|| none(Why::Opaque), Ok),
            },
            ExprKind::Index(a, key) => {
                let base = self.eval(a);
                let key = self.eval(key);
                Ok(match (base?, key?) {
                    (Val::Map(map), Val::Text(key)) => map.get(&key).cloned().unwrap_or(Val::Absent),
                    (Val::List(list), Val::Num(n)) => usize::try_from(n).ok().and_then(|n| list.get(n).cloned()).unwrap_or(Val::Absent),
                    other => panic!("an index {other:?}"),
                })
            }
            ExprKind::Length(a) => Ok(Val::Num(match self.eval(a)? {
                Val::Text(t) => t.chars().count() as i128,
                Val::List(l) => l.len() as i128,
                Val::Map(m) => m.len() as i128,
                other => panic!("length of {other:?}"),
            })),
            ExprKind::Lower(a) => Ok(Val::Text(text(self.eval(a)?).chars().flat_map(char::to_lowercase).collect())),
            ExprKind::Arith(op, a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let (x, y) = (number(x?), number(y?));
                arithmetic(*op, &expr.ty, &a.ty, &b.ty, x, y).map(Val::Num).or_else(none)
            }
            ExprKind::Unary(op, a) => {
                let x = number(self.eval(a)?);
                let result = match op {
                    Unary::Negate => x.checked_neg(),
                    Unary::Abs => x.checked_abs(),
                };
                fit(&expr.ty, result).map(Val::Num).or_else(none)
            }
            ExprKind::Concat(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let mut all = items(x?);
                all.extend(items(y?));
                if all.len() > MAX_LIST { none(Why::Limit) } else { Ok(Val::List(all)) }
            }
            ExprKind::List(members) => {
                let members: Vec<Outcome> = members.iter().map(|m| self.eval(m)).collect();
                members.into_iter().collect::<Result<Vec<_>, _>>().map(Val::List)
            }
            ExprKind::Else(a, b) => match self.eval(a)? {
                Val::Absent => self.eval(b),
                value => Ok(value),
            },
            ExprKind::If(condition, a, b) => {
                if truth(&self.eval(condition)?) {
                    self.eval(a)
                } else {
                    self.eval(b)
                }
            }
            ExprKind::Let(id, value, body) => {
                let value = self.eval(value);
                self.locals.insert(*id, value);
                self.eval(body)
            }
            ExprKind::Count(id, list, body) => {
                let rounds = self.rounds(*id, list, body)?;
                let held = rounds.into_iter().collect::<Result<Vec<_>, _>>()?;
                Ok(Val::Num(held.iter().filter(|v| truth(v)).count() as i128))
            }
            ExprKind::Sum(id, list, body) => {
                let rounds = self.rounds(*id, list, body)?;
                let mut sum = 0;
                for value in rounds {
                    match arithmetic(Arith::Add, &expr.ty, &expr.ty, &expr.ty, sum, number(value?)) {
                        Ok(next) => sum = next,
                        Err(why) => return none(why),
                    }
                }
                Ok(Val::Num(sum))
            }
            ExprKind::All(id, list, body) => fold_terms(false, self.rounds(*id, list, body)?.into_iter()),
            ExprKind::Any(id, list, body) => fold_terms(true, self.rounds(*id, list, body)?.into_iter()),
            ExprKind::Not(a) => not(self.eval(a)),
            ExprKind::And(terms) => fold_terms(false, terms.iter().map(|t| self.eval(t))),
            ExprKind::Or(terms) => fold_terms(true, terms.iter().map(|t| self.eval(t))),
            ExprKind::Compare(op, a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let (x, y) = (x?, y?);
                let ordering = || number(x.clone()).cmp(&number(y.clone()));
                Ok(Val::Bool(match op {
                    Compare::Eq | Compare::Ne => match equal(&a.ty, &x, &y) {
                        None => return none(Why::RelativePath),
                        Some(same) => same == (*op == Compare::Eq),
                    },
                    Compare::Lt => ordering().is_lt(),
                    Compare::Le => ordering().is_le(),
                    Compare::Gt => ordering().is_gt(),
                    Compare::Ge => ordering().is_ge(),
                }))
            }
            ExprKind::In(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let (x, y) = (x?, items(y?));
                match any_equal(&a.ty, &x, &y) {
                    None => none(Why::RelativePath),
                    Some(found) => Ok(Val::Bool(found)),
                }
            }
            ExprKind::Within(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let (x, y) = (text(x?), text(y?));
                let (within, why) = match (&a.ty, &b.ty) {
                    (Type::Form(Form::Host), Type::Form(Form::Host)) => (Some(host::within(&x, &y)), Why::Ambiguous),
                    (Type::Form(Form::Host), Type::Form(Form::Network)) => (ip::host_within(&x, &y), Why::Ambiguous),
                    (Type::Form(Form::Ip), Type::Form(Form::Network)) => (ip::within(&x, &y), Why::Ambiguous),
                    (a, b) if a.is_path() && a == b => (path::within(&x, &y), Why::RelativePath),
                    other => panic!("within of {other:?}"),
                };
                within.map_or_else(|| none(why), |within| Ok(Val::Bool(within)))
            }
            ExprKind::Runs(quantity, line, patterns) => match self.eval(line)? {
                Val::Script(line) => structure::runs(*quantity, &line.parts, patterns).map_or_else(|| none(Why::Opaque), |b| Ok(Val::Bool(b))),
                other => panic!("{other:?} is no command line"),
            },
            ExprKind::RunsWhere(quantity, guards, id, line, body) => {
                let line = match self.eval(line)? {
                    Val::Script(line) => line,
                    other => panic!("{other:?} is no command line"),
                };
                let mut terms: Vec<Outcome> = Vec::new();
                for command in items(structure::part_of(&Val::Script(line.clone()), Part::ShellFound).unwrap()) {
                    let Val::Command(taken) = &command else { panic!("{command:?} is no command") };
                    let guarded = structure::guarded(*guards, &taken.parts).map(Val::Bool).unwrap();
                    self.locals.insert(*id, Ok(command.clone()));
                    terms.push(fold_terms(false, [self.eval(body), Ok(guarded)].into_iter()));
                }
                // There may be other commands, of which nothing is known.
                if line.parts.opaque.is_some() {
                    terms.push(none(Why::Opaque));
                }
                fold_terms(*quantity == Runs::May, terms.into_iter())
            }
            ExprKind::Query(question, of, tables) => match self.eval(of)? {
                Val::Query(query) => structure::query(*question, &query.parts, tables).map_or_else(|| none(Why::Opaque), |b| Ok(Val::Bool(b))),
                other => panic!("{other:?} is no query"),
            },
            ExprKind::Detect(of, detector) => {
                let whole = text(self.eval(of)?);
                let mut found = false;
                detector.find(&whole, &mut |_| {
                    found = true;
                    true
                });
                Ok(Val::Bool(found))
            }
            ExprKind::Clock(time, zone) => {
                let time = number(self.eval(time)?);
                let local = Zone::find(zone).expect("the compiler has found it").local(time);
                local.map_or_else(|| none(Why::Overflow), |local| Ok(Val::Record(numbers(local).into_iter().map(Val::Num).collect())))
            }
            ExprKind::Whole(_, meaning) => self.eval(meaning),
            ExprKind::Matches(a, p) => match compile_pattern(p).matches(&text(self.eval(a)?)) {
                None => none(Why::RelativePath),
                Some(matches) => Ok(Val::Bool(matches)),
            },
            ExprKind::Contains(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                Ok(Val::Bool(text(x?).contains(&text(y?))))
            }
            ExprKind::Present(a) => Ok(Val::Bool(self.eval(a)? != Val::Absent)),
            ExprKind::HasKey(a, key) => Ok(Val::Bool(match self.eval(a)? {
                Val::Map(map) => map.get(key).is_some_and(|v| *v != Val::Absent),
                _ => false,
            })),
            ExprKind::History(monitor, operands) => {
                let operands: Vec<Outcome> = operands.iter().map(|operand| self.eval(operand)).collect();
                let operands = operands.into_iter().collect::<Result<Vec<_>, _>>()?;
                self.past().history(*monitor, &operands).or_else(none)
            }
            ExprKind::From(a, origin) => {
                let value = self.eval(a)?;
                self.past().came_from(&a.ty, &value, *origin).map(Val::Bool).or_else(none)
            }
            ExprKind::NamedBy(a) => {
                let value = self.eval(a)?;
                self.past().named(&value).map(Val::Bool).or_else(none)
            }
            ExprKind::Labelled(label) => self.past().labelled(*label).map(Val::Bool).or_else(none),
            ExprKind::WithinRights(names) => {
                let names = items(self.eval(names)?);
                self.past().within_rights(&names).map(Val::Bool).or_else(none)
            }
            ExprKind::Bind(id, a) => {
                let value = self.eval(a);
                let bound = match &value {
                    Ok(v) => Ok(Val::Bool(*v != Val::Absent)),
                    Err(e) => Err(*e),
                };
                self.locals.insert(*id, value);
                bound
            }
        }
    }

    fn slot(&self, slot: &SlotRef, span: Span) -> Outcome {
        let none = |why| Err(NoValue { why, span });
        match slot {
            SlotRef::Arg(name) => match self.args.get(name.as_str()) {
                // A class field that was computed without a value begins to have none where it is read.
                Some(Err(lost)) => none(lost.why),
                Some(value) => value.clone(),
                None => panic!("there is no argument `{name}`"),
            },
            SlotRef::Fact(name) => self.facts.get(name.as_str()).cloned().map_or_else(|| none(Why::MissingFact), Ok),
            SlotRef::Context(name) => self.context.get(name.as_str()).cloned().map_or_else(|| none(Why::MissingContext), Ok),
            SlotRef::System(index) => Ok(self.system[usize::from(*index)].clone()),
            SlotRef::Result => self.result.cloned().map_or_else(|| none(Why::Unsure), Ok),
        }
    }

    fn past(&self) -> &dyn Past {
        self.past.expect("the session is asked where there is one")
    }

    /// Evaluates a body once for each element.
    fn rounds(&mut self, id: LocalId, list: &Expr, body: &Expr) -> Result<Vec<Outcome>, NoValue> {
        let list = items(self.eval(list)?);
        Ok(list
            .into_iter()
            .map(|element| {
                self.locals.insert(id, Ok(element));
                self.eval(body)
            })
            .collect())
    }
}

/// Returns the value of a constant of a type.
pub fn constant(c: &Const, ty: &Type) -> Val {
    match (c, ty) {
        (_, Type::Optional(inner)) if *c != Const::Absent => constant(c, inner),
        (Const::Absent, _) => Val::Absent,
        (Const::Bool(b), _) => Val::Bool(*b),
        (Const::Num(n), _) => Val::Num(*n),
        (Const::Text(t), Type::Form(form)) => structure::taken(*form, t),
        (Const::Text(t), _) => Val::Text(t.to_string()),
        (Const::List(l), Type::List(inner) | Type::Set(inner)) => Val::List(l.iter().map(|c| constant(c, inner)).collect()),
        (Const::List(l), _) => Val::List(l.iter().map(|c| constant(c, &Type::Any)).collect()),
        (Const::Record(r), Type::Record(fields)) => Val::Record(r.iter().zip(fields.iter()).map(|(c, (_, ty))| constant(c, ty)).collect()),
        (Const::Record(_), ty) => panic!("a record of type {ty:?}"),
        (Const::Map(m), Type::Map(inner)) => Val::Map(m.iter().map(|(k, v)| (k.clone(), constant(v, inner))).collect()),
        (Const::Map(m), _) => Val::Map(m.iter().map(|(k, v)| (k.clone(), constant(v, &Type::Any))).collect()),
    }
}

fn text(value: Val) -> String {
    match value {
        Val::Text(t) => t,
        other => panic!("{other:?} is no text"),
    }
}

fn number(value: Val) -> i128 {
    match value {
        Val::Num(n) => n,
        other => panic!("{other:?} is no number"),
    }
}

fn truth(value: &Val) -> bool {
    match value {
        Val::Bool(b) => *b,
        other => panic!("{other:?} is no truth value"),
    }
}

/// The elements of a list; of an absent one none.
fn items(value: Val) -> Vec<Val> {
    match value {
        Val::List(l) => l,
        Val::Absent => Vec::new(),
        other => panic!("{other:?} is no list"),
    }
}

/// A part of a text in normal form.
fn text_part(part: Part, whole: &str) -> Result<Val, Why> {
    match part_of(whole, part).expect("a part of a text") {
        Found::Slice(t) => Ok(Val::Text(t.to_owned())),
        Found::Made(t) => Ok(Val::Text(t)),
        Found::Number(n) => Ok(Val::Num(n)),
        Found::Truth(b) => Ok(Val::Bool(b)),
        Found::Absent => Ok(Val::Absent),
        Found::Nothing => Err(Why::NoPart),
    }
}

/// Compiles a pattern anew each time: slow, and nothing to get wrong.
pub fn compile_pattern(p: &Pattern) -> pattern::Pattern {
    match p.kind {
        PatternKind::Glob => pattern::Pattern::glob_on(Platform::Posix, &p.text, p.nocase),
        PatternKind::WindowsGlob => pattern::Pattern::glob_on(Platform::Windows, &p.text, p.nocase),
        PatternKind::MacOsGlob => pattern::Pattern::glob_on(Platform::MacOs, &p.text, p.nocase),
        PatternKind::TextGlob => pattern::Pattern::text_glob(&p.text, p.nocase),
        PatternKind::Regex => pattern::Pattern::regex(&p.text, p.nocase),
    }
    .expect("the compiler has checked it")
}

/// Keeps a number within the range of its type.
fn fit(ty: &Type, n: Option<i128>) -> Result<i128, Why> {
    let n = n.ok_or(Why::Overflow)?;
    let ty = if let Type::Optional(inner) = ty { inner } else { ty };
    let fits = match ty {
        Type::Int => i64::try_from(n).is_ok(),
        Type::Decimal => true,
        Type::Time => time::is_time(n),
        Type::Date => time::is_date(n),
        Type::Duration => time::is_duration(n),
        other => panic!("{other:?} is no type of numbers"),
    };
    if fits { Ok(n) } else { Err(Why::Overflow) }
}

/// Computes with two numbers of types `a` and `b`, to one of type `ty`.
fn arithmetic(op: Arith, ty: &Type, a: &Type, b: &Type, x: i128, y: i128) -> Result<i128, Why> {
    let whole_days = |ns: i128| if ns % time::DAY_NS == 0 { Ok(ns / time::DAY_NS) } else { Err(Why::PartialDay) };
    match (op, a, b) {
        (Arith::Min, ..) => Ok(x.min(y)),
        (Arith::Max, ..) => Ok(x.max(y)),
        (Arith::Multiply, Type::Decimal, _) => decimal::checked_mul(x, y).map_err(|e| match e {
            ArithmeticError::Overflow => Why::Overflow,
            ArithmeticError::Inexact => Why::Inexact,
        }),
        (Arith::Multiply, ..) => fit(ty, x.checked_mul(y)),
        (Arith::Add, Type::Date, Type::Duration) => fit(ty, x.checked_add(whole_days(y)?)),
        (Arith::Add, Type::Duration, Type::Date) => fit(ty, y.checked_add(whole_days(x)?)),
        (Arith::Add, ..) => fit(ty, x.checked_add(y)),
        (Arith::Subtract, Type::Date, Type::Duration) => fit(ty, x.checked_sub(whole_days(y)?)),
        (Arith::Subtract, Type::Date, Type::Date) => fit(ty, x.checked_sub(y).and_then(|days| days.checked_mul(time::DAY_NS))),
        (Arith::Subtract, ..) => fit(ty, x.checked_sub(y)),
    }
}

/// Whether two values of one type are equal; none when that can't be known, because a relative path meets an absolute one.
pub fn equal(ty: &Type, x: &Val, y: &Val) -> Option<bool> {
    match (ty, x, y) {
        (_, Val::Huge(_), _) | (_, _, Val::Huge(_)) => Some(false),
        (_, Val::Absent, _) | (_, _, Val::Absent) => Some(x == y),
        (Type::Optional(inner), ..) => equal(inner, x, y),
        (Type::Form(Form::Path(_)), Val::Text(a), Val::Text(b)) => path::same(a, b),
        (Type::Set(inner), Val::List(a), Val::List(b)) => same_set(inner, a, b),
        (Type::List(inner), Val::List(a), Val::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            all_equal(a.iter().zip(b).map(|(a, b)| equal(inner, a, b)))
        }
        (Type::Record(fields), Val::Record(a), Val::Record(b)) => all_equal(fields.iter().zip(a.iter().zip(b)).map(|((_, ty), (a, b))| equal(ty, a, b))),
        (Type::Map(inner), Val::Map(a), Val::Map(b)) => {
            if !a.keys().eq(b.keys()) {
                return Some(false);
            }
            all_equal(a.values().zip(b.values()).map(|(a, b)| equal(inner, a, b)))
        }
        (Type::Any, Val::List(a), Val::List(b)) => Some(a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(&Type::Any, a, b) == Some(true))),
        (Type::Any, Val::Map(a), Val::Map(b)) => Some(a.keys().eq(b.keys()) && a.values().zip(b.values()).all(|(a, b)| equal(&Type::Any, a, b) == Some(true))),
        _ => Some(x == y),
    }
}

/// All of them true, else some false, else none.
pub fn all_equal(members: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let members: Vec<_> = members.collect();
    if members.contains(&Some(false)) {
        Some(false)
    } else if members.contains(&None) {
        None
    } else {
        Some(true)
    }
}

/// Whether `x` equals one of `list`.
fn any_equal(ty: &Type, x: &Val, list: &[Val]) -> Option<bool> {
    let found: Vec<_> = list.iter().map(|y| equal(ty, x, y)).collect();
    if found.contains(&Some(true)) {
        Some(true)
    } else if found.contains(&None) {
        None
    } else {
        Some(false)
    }
}

/// Two sets are the same when each element of each is in the other. Of paths: when they are written alike; else every path is
/// compared with every other, and each of those comparisons must have an answer.
fn same_set(ty: &Type, a: &[Val], b: &[Val]) -> Option<bool> {
    if ty.is_path() {
        if a == b {
            return Some(true);
        }
        let unknown = a.iter().any(|x| b.iter().any(|y| equal(ty, x, y).is_none()));
        return if unknown { None } else { Some(false) };
    }
    all_equal(a.iter().map(|x| any_equal(ty, x, b)).chain(b.iter().map(|y| any_equal(ty, y, a))))
}
