//! Values that aren't known yet: what an expression may come to, and under which condition.

use reach_compiler::ir::{Const, Type};

use crate::formula::F;
use crate::world::{Cond, Sum, Term};

/// What an expression may come to: values, each with the condition under which it is that one. Conditions exclude one another; where
/// none holds there is no value.
pub(crate) type Cases = Vec<(F, Sym)>;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sym {
    /// An optional that isn't there.
    Absent,
    /// A truth value; it may have none.
    Bool(Cond),
    /// A number, also the member of an enum.
    Num(Sum),
    /// A text that is known.
    Text(String),
    /// A text that is a variable, or made of one.
    Term(Term),
    /// A record.
    Record(Vec<Cases>),
    /// A list or a set.
    List(Vec<Element>),
    /// Something that the analysis doesn't tell apart, and what it is.
    Blank(String),
}

/// An element of a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Element {
    /// Whether it is there.
    pub there: F,
    /// How many times it stands there in a row: a number of at least one.
    pub times: Sum,
    /// What it is.
    pub value: Cases,
}

/// Returns what is known.
pub(crate) fn known(sym: Sym) -> Cases {
    vec![(F::TRUE, sym)]
}

/// Returns a constant of a type.
pub(crate) fn constant(ty: &Type, value: &Const) -> Sym {
    match (ty, value) {
        (_, Const::Absent) => Sym::Absent,
        (Type::Optional(of), value) => constant(of, value),
        (_, Const::Bool(truth)) => Sym::Bool(Cond::of(*truth)),
        (Type::Any, _) => Sym::Blank(format!("{value:?}")),
        (_, Const::Num(n)) => Sym::Num(Sum::of(*n)),
        (Type::Form(form), Const::Text(text)) if form.is_structured() => Sym::Blank(text.to_string()),
        (_, Const::Text(text)) => Sym::Text(text.to_string()),
        (Type::List(of) | Type::Set(of), Const::List(items)) => {
            Sym::List(items.iter().map(|item| Element { there: F::TRUE, times: Sum::of(1), value: known(constant(of, item)) }).collect())
        }
        (Type::Record(fields), Const::Record(values)) => Sym::Record(fields.iter().zip(values.iter()).map(|((_, ty), v)| known(constant(ty, v))).collect()),
        _ => Sym::Blank(format!("{value:?}")),
    }
}

/// Returns the constants of a list that is one of known texts.
pub(crate) fn known_texts(list: &[Element]) -> Option<Vec<String>> {
    list.iter()
        .map(|element| match (element.there, element.value.as_slice()) {
            (F::TRUE, [(F::TRUE, Sym::Text(text))]) => Some(text.clone()),
            _ => None,
        })
        .collect()
}
