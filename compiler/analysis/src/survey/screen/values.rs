//! The values of a step that are tried: what conditions name, what lies beside it, and what nobody names.

use std::collections::HashMap;
use std::sync::Arc;

use reach_compiler::ir::{Const, Form, Part, Type};
use reach_values::time;

use super::sample;
use crate::pred::{Func, Test};
use crate::world::World;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Val {
    Absent,
    Bool(bool),
    Num(i128),
    Text(Arc<str>),
    /// Some value, of which nothing is known.
    Some,
}

impl Val {
    pub fn of(value: &Const) -> Option<Self> {
        Some(match value {
            Const::Absent => Self::Absent,
            Const::Bool(truth) => Self::Bool(*truth),
            Const::Num(n) => Self::Num(*n),
            Const::Text(text) => Self::Text(text.as_str().into()),
            _ => return None,
        })
    }
}

/// A field, with the values that are tried.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub ty: Type,
    /// What a value must satisfy to fit.
    pub check: Option<usize>,
    /// What is asked of it as text.
    pub tests: Vec<(Vec<Func>, Type, Test)>,
    /// The values, the one that nobody names first.
    pub values: Vec<Val>,
    /// Where each stands.
    pub places: HashMap<Val, u32>,
    /// Whether what enters depends on more than its text.
    is_read: bool,
}

/// The most values of a field that are tried for one condition.
pub(super) const MOST_VALUES: usize = 100_000;

impl Slot {
    pub fn new(ty: Type, is_read: bool) -> Self {
        Self { ty, check: None, tests: Vec::new(), values: Vec::new(), places: HashMap::new(), is_read }
    }

    fn inner(&self) -> &Type {
        if let Type::Optional(of) = &self.ty { of } else { &self.ty }
    }

    /// Returns the value that no condition names.
    pub fn usual(&self) -> Vec<Val> {
        let text = |text: &str| Val::Text(text.into());
        let value = match self.inner() {
            Type::Bool => return vec![Val::Bool(false), Val::Bool(true)],
            Type::Enum(members) => return (0..members.len().min(64)).filter_map(|n| i128::try_from(n).ok().map(Val::Num)).collect(),
            Type::Text => text("something else"),
            Type::Form(form) => match form {
                _ if self.is_read => text("/elsewhere/entirely"),
                Form::Path(_) => text("/elsewhere/entirely"),
                Form::Host => text("elsewhere.example"),
                Form::Email => text("somebody@elsewhere.example"),
                Form::Url => text("https://elsewhere.example/page"),
                Form::Ip => text("203.0.113.7"),
                Form::Network => text("203.0.113.0/24"),
                Form::Iban => text("GB29NWBK60161331926819"),
                Form::Shell | Form::Sql(_) | Form::Command | Form::Statement => text(""),
            },
            Type::Int | Type::Decimal | Type::Date | Type::Time | Type::Duration => Val::Num(0),
            _ => Val::Some,
        };
        vec![value]
    }

    /// Returns numbers that a comparison with a constant tells apart.
    pub fn numbers(&self, constant: i128) -> Vec<Val> {
        let steps: &[i128] = match self.inner() {
            Type::Decimal => &[10_000_000_000_000_000, 1],
            Type::Time | Type::Duration => &[1_000_000_000, 1],
            _ => &[1],
        };
        let (least, most) = World::range(self.inner());
        let near = steps.iter().flat_map(|step| [constant.checked_sub(*step), constant.checked_add(*step)]);
        let all = std::iter::once(Some(constant)).chain(near).flatten();
        let (least, most) = if *self.inner() == Type::Date { (time::MIN_DATE, time::MAX_DATE) } else { (least, most) };
        all.filter(|n| (least..=most).contains(n)).map(Val::Num).collect()
    }

    /// Returns texts that a test tells apart, in normal form.
    pub fn texts(&self, steps: &[Func], test: &Test) -> Vec<Val> {
        let samples = sample::of(self.inner(), test);
        let mut all = Vec::new();
        for sample in samples {
            let Some(text) = around(steps, sample) else { continue };
            let normal = match self.inner() {
                Type::Text => text,
                Type::Form(form) => match form.normalize(&text) {
                    Ok(normal) => normal.into_owned(),
                    Err(_) => continue,
                },
                _ => continue,
            };
            all.push(Val::Text(normal.into()));
        }
        all
    }
}

/// Returns a text of which that part is a text.
fn around(steps: &[Func], part: String) -> Option<String> {
    let mut text = part;
    for step in steps.iter().rev() {
        text = match step {
            Func::Unwrap => text,
            Func::Lower => text,
            Func::Part(Part::UrlHost) => format!("https://{text}/"),
            Func::Part(Part::UrlScheme) => format!("{text}://elsewhere.example/"),
            Func::Part(Part::UrlPath) => format!("https://elsewhere.example{text}"),
            Func::Part(Part::EmailDomain) => format!("somebody@{text}"),
            Func::Part(Part::EmailLocal) => format!("{text}@elsewhere.example"),
            Func::Part(Part::PathExtension) => format!("/elsewhere/x.{text}"),
            Func::Part(Part::PathName) => format!("/elsewhere/{text}"),
            Func::Part(_) => return None,
        };
    }
    Some(text)
}
