//! Evaluates conditions, also those that stand as expressions: on a command of a command line, on a value of a form.

use std::collections::BTreeMap;

use reach_compiler::ir::{Arith, Compare, Expr, ExprKind, Form, Guards, LocalId, Part, Runs, Type};
use reach_values::form::{self, Found};
use reach_values::shell::Script;
use reach_values::{host, ip, path};

use super::describe::compares;
use super::patterns::Patterns;
use super::taken;
use super::value::{Outcome, Stop, Value, any_equal, equal, fold, outcome, truth};

/// The longest list that a value may be.
const MAX_LIST: usize = 10_000;

/// Evaluates expressions over locals; what else they read isn't known here.
pub(super) struct Body<'b> {
    /// The patterns.
    pub(super) patterns: &'b mut Patterns,
    /// The values of locals.
    pub(super) locals: BTreeMap<LocalId, Outcome>,
}

/// Returns a part of a value.
pub(super) fn part(of: &Value, part: Part) -> Outcome {
    let Value::Text(text) = of else { return taken::part(of, part) };
    match form::part_of(text, part) {
        Some(Found::Slice(slice)) => Ok(Value::Text(slice.to_owned())),
        Some(Found::Made(made)) => Ok(Value::Text(made)),
        Some(Found::Number(number)) => Ok(Value::Number(number)),
        Some(Found::Truth(truth)) => Ok(Value::Truth(truth)),
        Some(Found::Absent) => Ok(Value::Absent),
        Some(Found::Nothing) => Err(Stop::None),
        None => Err(Stop::CannotTell),
    }
}

/// Returns whether a value lies within another one.
pub(super) fn within(of: &Type, whole: &Type, x: &str, y: &str) -> Outcome {
    match (of, whole) {
        (Type::Form(Form::Host), Type::Form(Form::Host)) => outcome(Some(host::within(x, y))),
        (Type::Form(Form::Host), Type::Form(Form::Network)) => outcome(ip::host_within(x, y)),
        (Type::Form(Form::Ip), Type::Form(Form::Network)) => outcome(ip::within(x, y)),
        (of, whole) if of.is_path() && of == whole => outcome(path::within(x, y)),
        _ => Err(Stop::CannotTell),
    }
}

fn text(value: Value) -> Result<String, Stop> {
    if let Value::Text(text) = value { Ok(text) } else { Err(Stop::CannotTell) }
}

fn number(value: &Value) -> Result<i128, Stop> {
    if let Value::Number(number) = value { Ok(*number) } else { Err(Stop::CannotTell) }
}

fn items(value: Value) -> Result<Vec<Value>, Stop> {
    match value {
        Value::List(items) => Ok(items),
        Value::Absent => Ok(Vec::new()),
        _ => Err(Stop::CannotTell),
    }
}

/// What isn't understood weighs more than what has no value.
fn both(x: Outcome, y: Outcome) -> Result<(Value, Value), Stop> {
    match (x, y) {
        (Err(Stop::CannotTell), _) | (_, Err(Stop::CannotTell)) => Err(Stop::CannotTell),
        (x, y) => Ok((x?, y?)),
    }
}

impl Body<'_> {
    /// Evaluates a condition.
    pub(super) fn answer(&mut self, expr: &Expr) -> Result<Option<bool>, Stop> {
        truth(&self.eval(expr))
    }

    pub(super) fn eval(&mut self, expr: &Expr) -> Outcome {
        match &expr.kind {
            ExprKind::Const(constant) => Value::constant(constant, &expr.ty).ok_or(Stop::CannotTell),
            ExprKind::Local(id) => self.locals.get(id).cloned().unwrap_or(Err(Stop::CannotTell)),
            ExprKind::Unwrap(of) => match self.eval(of)? {
                Value::Absent => Err(Stop::None),
                value => Ok(value),
            },
            ExprKind::Part(of, part_of) => part(&self.eval(of)?, *part_of),
            ExprKind::Index(of, key) => {
                let (of, key) = (self.eval(of), self.eval(key));
                match both(of, key)? {
                    (Value::Map(map), Value::Text(key)) => Ok(map.get(&key).cloned().unwrap_or(Value::Absent)),
                    (Value::List(list), Value::Number(at)) => Ok(usize::try_from(at).ok().and_then(|at| list.get(at).cloned()).unwrap_or(Value::Absent)),
                    _ => Err(Stop::CannotTell),
                }
            }
            ExprKind::Length(of) => {
                let count = match self.eval(of)? {
                    Value::Text(text) => text.chars().count(),
                    Value::List(list) => list.len(),
                    Value::Map(map) => map.len(),
                    _ => return Err(Stop::CannotTell),
                };
                i128::try_from(count).map(Value::Number).map_err(|_| Stop::CannotTell)
            }
            ExprKind::Lower(of) => Ok(Value::Text(text(self.eval(of)?)?.chars().flat_map(char::to_lowercase).collect())),
            ExprKind::Arith(op, a, b) if expr.ty == Type::Int => {
                let (a, b) = (self.eval(a), self.eval(b));
                let (a, b) = both(a, b)?;
                let (a, b) = (number(&a)?, number(&b)?);
                let result = match op {
                    Arith::Add => a.checked_add(b),
                    Arith::Subtract => a.checked_sub(b),
                    Arith::Multiply => a.checked_mul(b),
                    Arith::Min => Some(a.min(b)),
                    Arith::Max => Some(a.max(b)),
                };
                result.filter(|result| i64::try_from(*result).is_ok()).map(Value::Number).ok_or(Stop::None)
            }
            ExprKind::Concat(a, b) => {
                let (a, b) = (self.eval(a), self.eval(b));
                let (a, b) = both(a, b)?;
                let mut all = items(a)?;
                all.extend(items(b)?);
                if all.len() > MAX_LIST { Err(Stop::None) } else { Ok(Value::List(all)) }
            }
            ExprKind::List(members) => members.iter().map(|member| self.eval(member)).collect::<Result<_, _>>().map(Value::List),
            ExprKind::Else(a, b) => match self.eval(a)? {
                Value::Absent => self.eval(b),
                value => Ok(value),
            },
            ExprKind::If(condition, a, b) => match self.answer(condition)? {
                Some(true) => self.eval(a),
                Some(false) => self.eval(b),
                None => Err(Stop::None),
            },
            ExprKind::Let(id, value, body) => {
                let value = self.eval(value);
                self.locals.insert(*id, value);
                self.eval(body)
            }
            ExprKind::Count(id, list, body) => {
                let mut count = 0;
                let mut none = false;
                for round in self.rounds(*id, list, body)? {
                    match truth(&round)? {
                        Some(holds) => count += i128::from(holds),
                        None => none = true,
                    }
                }
                if none { Err(Stop::None) } else { Ok(Value::Number(count)) }
            }
            ExprKind::All(id, list, body) => fold(false, self.rounds(*id, list, body)?),
            ExprKind::Any(id, list, body) => fold(true, self.rounds(*id, list, body)?),
            ExprKind::Not(of) => outcome(self.answer(of)?.map(|answer| !answer)),
            ExprKind::And(terms) => fold(false, terms.iter().map(|term| self.eval(term)).collect::<Vec<_>>()),
            ExprKind::Or(terms) => fold(true, terms.iter().map(|term| self.eval(term)).collect::<Vec<_>>()),
            ExprKind::Compare(op, a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let (x, y) = both(x, y)?;
                match op {
                    Compare::Eq => equal(&a.ty, &x, &y),
                    Compare::Ne => outcome(truth(&equal(&a.ty, &x, &y))?.map(|same| !same)),
                    _ => outcome(Some(compares(*op, number(&x)?.cmp(&number(&y)?)))),
                }
            }
            ExprKind::In(a, b) => {
                let (x, list) = (self.eval(a), self.eval(b));
                let (x, list) = both(x, list)?;
                any_equal(&a.ty, &x, &items(list)?)
            }
            ExprKind::Within(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let (x, y) = both(x, y)?;
                within(&a.ty, &b.ty, &text(x)?, &text(y)?)
            }
            ExprKind::Runs(quantity, line, patterns) => match self.eval(line)? {
                Value::Script(_, script) => taken::runs(*quantity, &script, patterns),
                _ => Err(Stop::CannotTell),
            },
            ExprKind::RunsWhere(quantity, guards, id, line, body) => match self.eval(line)? {
                Value::Script(line, script) => self.runs_where(*quantity, *guards, *id, body, &line, &script),
                _ => Err(Stop::CannotTell),
            },
            ExprKind::Query(question, of, tables) => match self.eval(of)? {
                Value::Query(_, query) => taken::query(*question, &query, tables),
                _ => Err(Stop::CannotTell),
            },
            ExprKind::Detect(of, detector) => Ok(Value::Truth(detector.is_in(&text(self.eval(of)?)?))),
            ExprKind::Whole(_, meaning) => self.eval(meaning),
            ExprKind::Matches(of, pattern) => {
                let of = text(self.eval(of)?)?;
                outcome(self.patterns.get(pattern).ok_or(Stop::CannotTell)?.matches(&of))
            }
            ExprKind::Contains(a, b) => {
                let (x, y) = (self.eval(a), self.eval(b));
                let (x, y) = both(x, y)?;
                Ok(Value::Truth(text(x)?.contains(&text(y)?)))
            }
            ExprKind::Present(of) => Ok(Value::Truth(!matches!(self.eval(of)?, Value::Absent))),
            ExprKind::HasKey(of, key) => match self.eval(of)? {
                Value::Map(map) => Ok(Value::Truth(map.get(key).is_some_and(|value| !matches!(value, Value::Absent)))),
                _ => Err(Stop::CannotTell),
            },
            ExprKind::Bind(id, of) => {
                let value = self.eval(of);
                let bound = value.clone().map(|value| Value::Truth(!matches!(value, Value::Absent)));
                self.locals.insert(*id, value);
                bound
            }
            _ => Err(Stop::CannotTell),
        }
    }

    /// Asks of each command of a command line whether a condition holds of it.
    pub(super) fn runs_where(&mut self, quantity: Runs, guards: Guards, id: LocalId, body: &Expr, line: &str, script: &Script) -> Outcome {
        let mut terms = Vec::new();
        for command in taken::commands(line, script) {
            let Value::Command(_, parts) = &command else { continue };
            let guarded = taken::guarded(guards, parts);
            self.locals.insert(id, Ok(command));
            terms.push(fold(false, [self.eval(body), guarded]));
        }
        // There may be other commands, of which nothing is known.
        terms.extend(script.opaque.map(|_| Err(Stop::None)));
        fold(quantity == Runs::May, terms)
    }

    /// Evaluates a body once for each element.
    fn rounds(&mut self, id: LocalId, list: &Expr, body: &Expr) -> Result<Vec<Outcome>, Stop> {
        let list = items(self.eval(list)?)?;
        Ok(list
            .into_iter()
            .map(|element| {
                self.locals.insert(id, Ok(element));
                self.eval(body)
            })
            .collect())
    }
}
