//! Constants, computed while compiling by the operations that decide steps.

use crate::maps::HashMap;
use std::sync::Arc;

use reach_codes::Span;
use reach_evaluator::arith;
use reach_evaluator::local::numbers;
use reach_evaluator::value::Cause;
use reach_values::form::Found;
use reach_values::zone::Zone;
use reach_values::{host, ip, path};

use super::patterns;
use crate::ir::{Arith, Compare, Const, Expr, ExprKind, Form, LocalId, Type};
use crate::lower::arith as opcode;

/// Why an expression was not computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It is known only when a step is decided.
    NotConstant(Span),
    /// It has no value, and why.
    NoValue(&'static str, Span),
    /// It takes too many steps.
    Work,
}

const OVERFLOW: &str = "the result is out of range";
const ABSENT: &str = "it is absent";
const RELATIVE: &str = "a path can't be compared with one that begins elsewhere";
const AMBIGUOUS: &str = "the address carries another one, and only one of them lies in the network";
const NO_PART: &str = "the value has no such part";

/// Computes an expression without free locals. `fuel` is what is left for all constants of a bundle.
pub(super) fn evaluate(expr: &Expr, fuel: &mut u64) -> Result<Const, Stop> {
    Evaluation { fuel, locals: HashMap::default() }.run(expr)
}

/// Counts the members of a constant, members of members included, up to one more than `most`.
pub(super) fn parts(value: &Const, most: usize) -> usize {
    let members = |items: &mut dyn Iterator<Item = &Const>| {
        let mut n = 1usize;
        for item in items {
            n = n.saturating_add(parts(item, most.saturating_sub(n.min(most))));
            if n > most {
                break;
            }
        }
        n
    };
    match value {
        Const::List(items) | Const::Record(items) => members(&mut items.iter()),
        Const::Map(entries) => members(&mut entries.iter().map(|(_, v)| v)),
        Const::Absent | Const::Bool(_) | Const::Num(_) | Const::Text(_) => 1,
    }
}

struct Evaluation<'f> {
    fuel: &'f mut u64,
    locals: HashMap<LocalId, Const>,
}

impl Evaluation<'_> {
    fn spend(&mut self, cost: usize) -> Result<(), Stop> {
        *self.fuel = self.fuel.checked_sub(u64::try_from(cost).unwrap_or(u64::MAX)).ok_or(Stop::Work)?;
        Ok(())
    }

    fn run(&mut self, expr: &Expr) -> Result<Const, Stop> {
        self.spend(1)?;
        let here = expr.span;
        Ok(match &expr.kind {
            ExprKind::Const(value) => value.clone(),
            // What is known of entities comes from the host.
            ExprKind::LookUp(..) | ExprKind::Under(..) => return Err(Stop::NotConstant(here)),
            ExprKind::Slot(_) | ExprKind::History(..) | ExprKind::From(..) | ExprKind::NamedBy(_) | ExprKind::Labelled(_) | ExprKind::WithinRights(_) => {
                return Err(Stop::NotConstant(here));
            }
            ExprKind::Local(id) => self.locals.get(id).cloned().ok_or(Stop::NotConstant(here))?,
            ExprKind::Unwrap(a) => match self.run(a)? {
                Const::Absent => return Err(Stop::NoValue(ABSENT, here)),
                value => value,
            },
            ExprKind::Field(a, index) => match self.run(a)? {
                Const::Record(fields) => fields.get(usize::from(*index)).cloned().ok_or(Stop::NotConstant(here))?,
                _ => return Err(Stop::NotConstant(here)),
            },
            ExprKind::Part(a, part) => {
                let text = self.text(a)?;
                self.spend(text.len())?;
                match reach_values::form::part_of(&text, *part) {
                    Some(Found::Slice(piece)) => Const::Text(piece.into()),
                    Some(Found::Made(made)) => Const::Text(made.into()),
                    Some(Found::Number(n)) => Const::Num(n),
                    Some(Found::Truth(truth)) => Const::Bool(truth),
                    Some(Found::Absent) => Const::Absent,
                    Some(Found::Nothing) => return Err(Stop::NoValue(NO_PART, here)),
                    // The machine takes command lines and queries apart.
                    None => return Err(Stop::NotConstant(here)),
                }
            }
            ExprKind::Index(a, key) => {
                let (container, key) = (self.run(a)?, self.run(key)?);
                look_up(&container, &key)
            }
            ExprKind::Length(a) => {
                let n = match self.run(a)? {
                    Const::Text(t) => {
                        self.spend(t.len())?;
                        t.chars().count()
                    }
                    Const::List(items) => items.len(),
                    Const::Map(entries) => entries.len(),
                    _ => return Err(Stop::NotConstant(here)),
                };
                Const::Num(i128::try_from(n).unwrap_or(i128::MAX))
            }
            ExprKind::Lower(a) => {
                let text = self.text(a)?;
                self.spend(text.len())?;
                Const::Text(text.chars().flat_map(char::to_lowercase).collect())
            }
            ExprKind::Arith(op, a, b) => {
                let (x, y) = (self.number(a)?, self.number(b)?);
                let kind = opcode::binary(*op, &a.ty, &b.ty);
                Const::Num(arith::binary(kind, x, y).map_err(|cause| Stop::NoValue(why(cause), here))?)
            }
            ExprKind::Unary(op, a) => {
                let n = self.number(a)?;
                Const::Num(arith::unary(opcode::unary(*op, &a.ty), n).map_err(|cause| Stop::NoValue(why(cause), here))?)
            }
            ExprKind::Concat(a, b) => {
                let (a, b) = (self.items(a)?, self.items(b)?);
                self.spend(a.len() + b.len())?;
                Const::List(a.iter().chain(b.iter()).cloned().collect())
            }
            ExprKind::List(items) => Const::List(items.iter().map(|i| self.run(i)).collect::<Result<_, _>>()?),
            ExprKind::Else(a, b) => match self.run(a)? {
                Const::Absent => self.run(b)?,
                value => value,
            },
            ExprKind::If(test, then, otherwise) => {
                if self.truth(test)? {
                    self.run(then)?
                } else {
                    self.run(otherwise)?
                }
            }
            ExprKind::Let(local, value, body) => {
                let value = self.run(value)?;
                self.locals.insert(*local, value);
                self.run(body)?
            }
            ExprKind::All(local, list, body) => Const::Bool(!self.some(*local, list, body, false)?),
            ExprKind::Any(local, list, body) => Const::Bool(self.some(*local, list, body, true)?),
            ExprKind::Count(local, list, body) => {
                let mut count = 0i128;
                for item in self.items(list)?.iter() {
                    self.locals.insert(*local, item.clone());
                    count += i128::from(self.truth(body)?);
                }
                Const::Num(count)
            }
            ExprKind::Sum(local, list, body) => {
                let mut total = 0i128;
                for item in self.items(list)?.iter() {
                    self.locals.insert(*local, item.clone());
                    let value = self.number(body)?;
                    let kind = opcode::binary(Arith::Add, &body.ty, &body.ty);
                    total = arith::binary(kind, total, value).map_err(|cause| Stop::NoValue(why(cause), here))?;
                }
                Const::Num(total)
            }
            ExprKind::Not(a) => Const::Bool(!self.truth(a)?),
            ExprKind::And(items) => {
                for item in items {
                    if !self.truth(item)? {
                        return Ok(Const::Bool(false));
                    }
                }
                Const::Bool(true)
            }
            ExprKind::Or(items) => {
                for item in items {
                    if self.truth(item)? {
                        return Ok(Const::Bool(true));
                    }
                }
                Const::Bool(false)
            }
            ExprKind::Compare(op, a, b) => {
                let (x, y) = (self.run(a)?, self.run(b)?);
                self.spend(parts(&x, usize::MAX).min(parts(&y, usize::MAX)))?;
                let ordering = x.cmp(&y);
                Const::Bool(match op {
                    Compare::Eq => self.same(&a.ty, &x, &y, here)?,
                    Compare::Ne => !self.same(&a.ty, &x, &y, here)?,
                    Compare::Lt => ordering.is_lt(),
                    Compare::Le => ordering.is_le(),
                    Compare::Gt => ordering.is_gt(),
                    Compare::Ge => ordering.is_ge(),
                })
            }
            ExprKind::In(a, list) => {
                let value = self.run(a)?;
                let mut unknown = None;
                for item in self.items(list)?.iter() {
                    self.spend(1)?;
                    match self.same(&a.ty, &value, item, here) {
                        Ok(true) => return Ok(Const::Bool(true)),
                        Ok(false) => {}
                        Err(stop) => unknown = Some(stop),
                    }
                }
                match unknown {
                    Some(stop) => return Err(stop),
                    None => Const::Bool(false),
                }
            }
            ExprKind::Within(a, b) => {
                let (x, y) = (self.text(a)?, self.text(b)?);
                let (answer, why) = match (&a.ty, &b.ty) {
                    (Type::Form(Form::Host), Type::Form(Form::Host)) => (Some(host::within(&x, &y)), AMBIGUOUS),
                    (Type::Form(Form::Host), _) => (ip::host_within(&x, &y), AMBIGUOUS),
                    (Type::Form(Form::Ip), _) => (ip::within(&x, &y), AMBIGUOUS),
                    _ => (path::within(&x, &y), RELATIVE),
                };
                Const::Bool(answer.ok_or(Stop::NoValue(why, here))?)
            }
            ExprKind::Matches(a, pattern) => {
                let text = self.text(a)?;
                self.spend(text.len())?;
                let Ok(compiled) = patterns::compile(pattern.kind, &pattern.text, pattern.nocase) else { return Err(Stop::NotConstant(here)) };
                Const::Bool(compiled.matches(&text).ok_or(Stop::NoValue(RELATIVE, here))?)
            }
            ExprKind::Contains(a, b) => {
                let (a, b) = (self.text(a)?, self.text(b)?);
                self.spend(a.len())?;
                Const::Bool(a.contains(b.as_str()))
            }
            ExprKind::Detect(a, detector) => {
                let text = self.text(a)?;
                self.spend(text.len())?;
                Const::Bool(detector.is_in(&text))
            }
            ExprKind::Clock(a, zone) => {
                let time = self.number(a)?;
                let zone = Zone::find(zone).ok_or(Stop::NotConstant(here))?;
                let local = zone.local(time).ok_or(Stop::NoValue(OVERFLOW, here))?;
                Const::Record(numbers(local).into_iter().map(Const::Num).collect())
            }
            ExprKind::Whole(_, meaning) => self.run(meaning)?,
            ExprKind::Runs(..) | ExprKind::RunsWhere(..) | ExprKind::Query(..) => return Err(Stop::NotConstant(here)),
            ExprKind::Present(a) => Const::Bool(self.run(a)? != Const::Absent),
            ExprKind::HasKey(a, key) => match self.run(a)? {
                Const::Map(entries) => Const::Bool(entries.iter().any(|(k, v)| k == key && *v != Const::Absent)),
                _ => Const::Bool(false),
            },
            ExprKind::Bind(local, a) => match self.run(a)? {
                Const::Absent => Const::Bool(false),
                value => {
                    self.locals.insert(*local, value);
                    Const::Bool(true)
                }
            },
        })
    }

    fn some(&mut self, local: LocalId, list: &Expr, body: &Expr, wanted: bool) -> Result<bool, Stop> {
        for item in self.items(list)?.iter() {
            self.locals.insert(local, item.clone());
            if self.truth(body)? == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn truth(&mut self, expr: &Expr) -> Result<bool, Stop> {
        match self.run(expr)? {
            Const::Bool(b) => Ok(b),
            _ => Err(Stop::NotConstant(expr.span)),
        }
    }

    fn number(&mut self, expr: &Expr) -> Result<i128, Stop> {
        match self.run(expr)? {
            Const::Num(n) => Ok(n),
            _ => Err(Stop::NotConstant(expr.span)),
        }
    }

    fn text(&mut self, expr: &Expr) -> Result<String, Stop> {
        match self.run(expr)? {
            Const::Text(t) => Ok(t.into()),
            _ => Err(Stop::NotConstant(expr.span)),
        }
    }

    /// Returns the members of a list; an absent one is empty.
    fn items(&mut self, expr: &Expr) -> Result<Arc<[Const]>, Stop> {
        match self.run(expr)? {
            Const::List(items) => Ok(items),
            Const::Absent => Ok(Arc::from([])),
            _ => Err(Stop::NotConstant(expr.span)),
        }
    }

    /// Compares two values of one type; paths by their own rules, also inside of others.
    fn same(&mut self, ty: &Type, a: &Const, b: &Const, at: Span) -> Result<bool, Stop> {
        match (ty, a, b) {
            (ty, Const::Text(a), Const::Text(b)) if ty.is_path() => path::same(a, b).ok_or(Stop::NoValue(RELATIVE, at)),
            (Type::Optional(of), a, b) if *a != Const::Absent && *b != Const::Absent => self.same(of, a, b, at),
            (Type::Set(of), Const::List(a), Const::List(b)) if of.is_path() => {
                let paths =
                    |set: &Arc<[Const]>| set.iter().filter_map(|c| if let Const::Text(path) = c { Some(path.clone()) } else { None }).collect::<Vec<_>>();
                let (a, b) = (paths(a), paths(b));
                path::same_sets(a.iter().map(ecow::EcoString::as_str), b.iter().map(ecow::EcoString::as_str)).ok_or(Stop::NoValue(RELATIVE, at))
            }
            (Type::List(of), Const::List(a), Const::List(b)) if a.len() == b.len() => {
                for (a, b) in a.iter().zip(b.iter()) {
                    if !self.same(of, a, b, at)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Type::Record(fields), Const::Record(a), Const::Record(b)) => {
                for ((_, ty), (a, b)) in fields.iter().zip(a.iter().zip(b.iter())) {
                    if !self.same(ty, a, b, at)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => Ok(a == b),
        }
    }
}

fn look_up(container: &Const, key: &Const) -> Const {
    let found = match (container, key) {
        (Const::Map(entries), Const::Text(key)) => entries.iter().find(|(k, _)| k == key).map(|(_, v)| v),
        (Const::List(items), Const::Num(n)) => usize::try_from(*n).ok().and_then(|i| items.get(i)),
        _ => None,
    };
    found.cloned().unwrap_or(Const::Absent)
}

fn why(cause: Cause) -> &'static str {
    match cause {
        Cause::Inexact => "the result has more than 18 decimal places",
        Cause::PartialDay => "the duration is not a whole number of days",
        _ => OVERFLOW,
    }
}
