//! Evaluates a condition on a text.

use std::collections::BTreeMap;

use reach_compiler::ir::Type;

use super::body::{Body, part, within};
use super::describe::compares;
use super::patterns::Patterns;
use super::taken;
use super::value::{Outcome, Stop, Value, any_equal, equal, outcome, truth};
use crate::pred::{Func, Pred, Test};

/// Evaluates conditions; keeps the patterns that it has compiled and the text that it took apart last.
#[derive(Debug, Default)]
pub(super) struct Evaluator {
    /// The patterns.
    pub(super) patterns: Patterns,
    last: Option<(Type, Value, String)>,
}

impl Evaluator {
    /// Evaluates a condition on a value in normal form.
    ///
    /// # Errors
    /// A condition that isn't understood here.
    pub(super) fn answer(&mut self, ty: &Type, pred: &Pred, text: &str) -> Result<Option<bool>, Stop> {
        let mut value = self.value(ty, text);
        let mut of = ty.clone();
        for func in &pred.steps {
            value = match (func, value) {
                (Func::Lower, Value::Text(text)) => Value::Text(text.chars().flat_map(char::to_lowercase).collect()),
                (Func::Lower, _) => return Err(Stop::CannotTell),
                (Func::Part(name), value) => match part(&value, *name) {
                    Err(Stop::None) => return Ok(None),
                    part => part?,
                },
                (Func::Unwrap, Value::Absent) => return Ok(None),
                (Func::Unwrap, value) => value,
            };
            of = match func {
                Func::Lower => Type::Text,
                Func::Part(name) => of.of_part(*name),
                Func::Unwrap => match of {
                    Type::Optional(inner) => (*inner).clone(),
                    of => of,
                },
            };
        }
        truth(&self.test(&of, &pred.test, value))
    }

    fn value(&mut self, ty: &Type, text: &str) -> Value {
        match &self.last {
            Some((of, value, known)) if of == ty && known == text => value.clone(),
            _ => {
                let value = Value::of(ty, text);
                if !matches!(value, Value::Text(_)) {
                    self.last = Some((ty.clone(), value.clone(), text.to_owned()));
                }
                value
            }
        }
    }

    fn test(&mut self, ty: &Type, test: &Test, value: Value) -> Outcome {
        match (test, &value) {
            (Test::Is(text), value) => equal(ty, value, &Value::of(inner(ty), text)),
            (Test::OneOf(texts), value) => {
                let list: Vec<Value> = texts.iter().map(|text| Value::of(inner(ty), text)).collect();
                any_equal(ty, value, &list)
            }
            (Test::Within(whole, text), Value::Text(value)) => within(ty, whole, value, text),
            (Test::Matches(pattern), Value::Text(value)) => outcome(self.patterns.get(pattern).ok_or(Stop::CannotTell)?.matches(value)),
            (Test::Contains(text), Value::Text(value)) => Ok(Value::Truth(value.contains(text.as_str()))),
            (Test::Detect(detector), Value::Text(value)) => Ok(Value::Truth(detector.is_in(value))),
            (Test::Length(op, than), Value::Text(value)) => {
                let count = i128::try_from(value.chars().count()).map_err(|_| Stop::CannotTell)?;
                Ok(Value::Truth(compares(*op, count.cmp(than))))
            }
            (Test::Number(op, than), Value::Number(number)) => Ok(Value::Truth(compares(*op, number.cmp(than)))),
            (Test::Present, value) => Ok(Value::Truth(!matches!(value, Value::Absent))),
            (Test::Truth, Value::Truth(truth)) => Ok(Value::Truth(*truth)),
            (Test::Runs(quantity, patterns), Value::Script(_, script)) => taken::runs(*quantity, script, patterns),
            (Test::RunsWhere(quantity, guards, id, body), Value::Script(line, script)) => {
                Body { patterns: &mut self.patterns, locals: BTreeMap::new() }.runs_where(*quantity, *guards, *id, body, line, script)
            }
            (Test::Query(question, tables), Value::Query(_, query)) => taken::query(*question, query, tables),
            (Test::Holds(id, body), value) => {
                let locals = BTreeMap::from([(*id, Ok(value.clone()))]);
                Body { patterns: &mut self.patterns, locals }.eval(body)
            }
            _ => Err(Stop::CannotTell),
        }
    }
}

fn inner(ty: &Type) -> &Type {
    if let Type::Optional(inner) = ty { inner } else { ty }
}
