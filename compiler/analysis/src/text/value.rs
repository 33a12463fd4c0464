//! Values that conditions on texts are about, and how they compare, as the machine that decides compares them.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_compiler::ir::{Const, Form, Type};
use reach_values::path;
use reach_values::shell::{self, Command, Script};
use reach_values::sql::{self, Query, Statement};

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// An optional that isn't there.
    Absent,
    /// A truth value.
    Truth(bool),
    /// A number.
    Number(i128),
    /// A text of any kind, in normal form.
    Text(String),
    /// A list, or a set.
    List(Vec<Value>),
    /// A map.
    Map(BTreeMap<String, Value>),
    /// A command line.
    Script(String, Arc<Script>),
    /// A command, and its text.
    Command(String, Arc<Command>),
    /// A query.
    Query(String, Arc<Query>),
    /// A statement.
    Statement(Arc<Statement>),
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It has no value.
    None,
    /// It isn't understood here.
    CannotTell,
}

/// A value, or why there is none.
pub(super) type Outcome = Result<Value, Stop>;

impl Value {
    /// Takes a text apart, if its form has it so.
    pub(super) fn of(ty: &Type, text: &str) -> Self {
        match ty {
            Type::Form(Form::Shell) => Self::Script(text.to_owned(), Arc::new(shell::parse(text))),
            Type::Form(Form::Sql(dialect)) => Self::Query(text.to_owned(), Arc::new(sql::parse(text, *dialect))),
            _ => Self::Text(text.to_owned()),
        }
    }

    /// Returns the value of a constant of a type; none where such isn't understood.
    pub(super) fn constant(constant: &Const, ty: &Type) -> Option<Self> {
        Some(match (constant, ty) {
            (Const::Absent, _) => Self::Absent,
            (constant, Type::Optional(inner)) => return Self::constant(constant, inner),
            (Const::Bool(truth), _) => Self::Truth(*truth),
            (Const::Num(number), _) => Self::Number(*number),
            (Const::Text(text), ty) => Self::of(ty, text),
            (Const::List(items), Type::List(inner) | Type::Set(inner)) => {
                Self::List(items.iter().map(|item| Self::constant(item, inner)).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    /// Returns the text that it is compared by.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Script(text, _) | Self::Command(text, _) | Self::Query(text, _) => Some(text),
            _ => None,
        }
    }
}

/// The logic of three values, as far as conditions are understood.
pub(super) fn truth(outcome: &Outcome) -> Result<Option<bool>, Stop> {
    match outcome {
        Ok(Value::Truth(truth)) => Ok(Some(*truth)),
        Ok(_) | Err(Stop::CannotTell) => Err(Stop::CannotTell),
        Err(Stop::None) => Ok(None),
    }
}

/// Puts an answer of three values as an outcome.
pub(super) fn outcome(answer: Option<bool>) -> Outcome {
    answer.map(Value::Truth).ok_or(Stop::None)
}

/// Folds terms of which one decides: false of an `and`, true of an `or`.
pub(super) fn fold(decisive: bool, terms: impl IntoIterator<Item = Outcome>) -> Outcome {
    let mut result = outcome(Some(!decisive));
    for term in terms {
        match truth(&term) {
            Ok(Some(answer)) if answer == decisive => return term,
            Ok(Some(_)) => {}
            Ok(None) => {
                if result.is_ok() {
                    result = term;
                }
            }
            Err(_) => result = Err(Stop::CannotTell),
        }
    }
    result
}

/// Returns whether two values of a type are equal, or that this has no answer.
pub(super) fn equal(ty: &Type, x: &Value, y: &Value) -> Outcome {
    outcome(match (ty, x, y) {
        (_, Value::Absent, Value::Absent) => Some(true),
        (_, Value::Absent, _) | (_, _, Value::Absent) => Some(false),
        (Type::Optional(inner), ..) => return equal(inner, x, y),
        (Type::Form(Form::Path(_)), Value::Text(x), Value::Text(y)) => path::same(x, y),
        (Type::Set(inner), Value::List(x), Value::List(y)) if inner.is_path() => {
            let texts = |items: &[Value]| items.iter().map(|item| item.text().map(str::to_owned)).collect::<Option<Vec<_>>>();
            let (Some(x), Some(y)) = (texts(x), texts(y)) else { return Err(Stop::CannotTell) };
            path::same_sets(x.iter().map(String::as_str), y.iter().map(String::as_str))
        }
        (Type::List(inner), Value::List(x), Value::List(y)) => {
            if x.len() != y.len() {
                return outcome(Some(false));
            }
            return fold(false, x.iter().zip(y).map(|(x, y)| equal(inner, x, y)));
        }
        (Type::Set(inner), Value::List(x), Value::List(y)) => {
            return fold(false, x.iter().map(|x| any_equal(inner, x, y)).chain(y.iter().map(|y| any_equal(inner, y, x))));
        }
        (_, Value::Truth(x), Value::Truth(y)) => Some(x == y),
        (_, Value::Number(x), Value::Number(y)) => Some(x == y),
        (_, x, y) => match (x.text(), y.text()) {
            (Some(x), Some(y)) => Some(x == y),
            _ => return Err(Stop::CannotTell),
        },
    })
}

/// Returns whether a value equals one of a list.
pub(super) fn any_equal(ty: &Type, x: &Value, list: &[Value]) -> Outcome {
    fold(true, list.iter().map(|y| equal(ty, x, y)))
}
