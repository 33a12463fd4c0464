//! From a model to events, as a host would send them.

use std::fmt::Write as _;

use reach_compiler::ir::{Form, Type};
use reach_values::{decimal, time};
use serde_json::Value;

use crate::search::Model;
use crate::value::{Cases, Sym};
use crate::world::{Sum, World};

/// Returns a value as JSON; none where it is absent, or has no value.
pub(crate) fn json(world: &World, model: &Model, ty: &Type, cases: &Cases) -> Option<String> {
    let sym = cases.iter().find(|(guard, _)| model.satisfies(world, *guard)).map(|(_, sym)| sym)?;
    of_sym(world, model, ty, sym)
}

fn of_sym(world: &World, model: &Model, ty: &Type, sym: &Sym) -> Option<String> {
    let ty = if let Type::Optional(of) = ty { of } else { ty };
    Some(match sym {
        Sym::Absent => return None,
        Sym::Bool(cond) => model.satisfies(world, cond.t).to_string(),
        Sym::Num(sum) => number(ty, total(world, model, sum)),
        Sym::Text(text) => quoted(text),
        Sym::Term(term) => match model.texts.get(&term.var) {
            Some(text) => quoted(text),
            None => quoted(plain_text(ty)),
        },
        Sym::Record(values) => {
            let Type::Record(fields) = ty else { return None };
            let mut out = String::from("{");
            for ((name, ty), cases) in fields.iter().zip(values) {
                if let Some(value) = json(world, model, ty, cases) {
                    if out.len() > 1 {
                        out.push(',');
                    }
                    let _ = write!(out, "{}:{value}", quoted(name));
                }
            }
            out.push('}');
            out
        }
        Sym::List(elements) => {
            let of = match ty {
                Type::List(of) | Type::Set(of) => of.as_ref(),
                _ => &Type::Any,
            };
            let mut items: Vec<String> = Vec::new();
            for element in elements.iter().filter(|e| model.satisfies(world, e.there)) {
                let times = usize::try_from(total(world, model, &element.times)).unwrap_or(1).clamp(1, 10_000);
                let item = json(world, model, of, &element.value).unwrap_or_else(|| "null".to_owned());
                items.extend(std::iter::repeat_n(item, times));
            }
            format!("[{}]", items.join(","))
        }
        Sym::Blank(_) => blank(ty),
    })
}

/// Returns what a sum comes to.
pub(crate) fn total(world: &World, model: &Model, sum: &Sum) -> i128 {
    sum.terms.iter().fold(sum.constant, |total, (var, by)| {
        let value = model.numbers.get(var).copied().unwrap_or_else(|| {
            let (least, most) = World::range(&world.type_of(*var));
            plain_number(&world.type_of(*var)).clamp(least, most)
        });
        total.saturating_add(value.saturating_mul(*by))
    })
}

/// A number that isn't asked about.
fn plain_number(ty: &Type) -> i128 {
    match ty {
        // 2026-01-01.
        Type::Date => 20_454,
        Type::Time => 20_454 * time::DAY_NS,
        _ => 0,
    }
}

/// A text that isn't asked about.
fn plain_text(ty: &Type) -> &'static str {
    match ty {
        Type::Form(Form::Path(reach_values::path::Platform::Windows)) => "C:/a",
        Type::Form(Form::Path(_)) => "/a",
        Type::Form(Form::Email) => "a@a.example",
        Type::Form(Form::Url) => "https://a.example/",
        Type::Form(Form::Host) => "a.example",
        Type::Form(Form::Ip) => "192.0.2.1",
        Type::Form(Form::Network) => "192.0.2.0/24",
        Type::Form(Form::Iban) => "GB33BUKB20201555555555",
        Type::Form(Form::Shell | Form::Command) => "true",
        Type::Form(Form::Sql(_) | Form::Statement) => "select 1",
        _ => "",
    }
}

/// A value of which nothing is told apart.
fn blank(ty: &Type) -> String {
    match ty {
        Type::Map(_) => "{}".to_owned(),
        Type::List(_) | Type::Set(_) => "[]".to_owned(),
        Type::Bool => "false".to_owned(),
        Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration | Type::Enum(_) => number(ty, plain_number(ty)),
        Type::Record(fields) => {
            let there: Vec<String> =
                fields.iter().filter(|(_, ty)| !matches!(ty, Type::Optional(_))).map(|(name, ty)| format!("{}:{}", quoted(name), blank(ty))).collect();
            format!("{{{}}}", there.join(","))
        }
        ty => quoted(plain_text(ty)),
    }
}

/// Returns a number of a type as JSON.
pub(crate) fn number(ty: &Type, n: i128) -> String {
    match ty {
        Type::Decimal => decimal::format(n),
        Type::Time => quoted(&time::format_time(n)),
        Type::Date => quoted(&time::format_date(n)),
        Type::Duration => quoted(&time::format_duration(n)),
        Type::Enum(members) => quoted(usize::try_from(n).ok().and_then(|n| members.get(n)).map_or("", String::as_str)),
        _ => n.to_string(),
    }
}

/// Returns a text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A step to be written.
#[derive(Clone, Debug, Default)]
pub(crate) struct StepEvent {
    pub kind: &'static str,
    pub id: String,
    pub name: String,
    /// The arguments, by name, as JSON.
    pub args: Vec<(String, String)>,
    /// The facts, by name, as JSON.
    pub facts: Vec<(String, String)>,
    pub at: String,
}

impl StepEvent {
    /// Returns the event as a line of JSON.
    pub fn line(&self) -> String {
        let object = |fields: &[(String, String)]| {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
            format!("{{{}}}", fields.join(","))
        };
        let mut out = format!("{{\"type\":{},\"id\":{}", quoted(self.kind), quoted(&self.id));
        if self.kind != "say" {
            let _ = write!(out, ",\"name\":{}", quoted(&self.name));
        }
        let _ = write!(out, ",\"args\":{}", object(&self.args));
        if !self.facts.is_empty() {
            let _ = write!(out, ",\"facts\":{}", object(&self.facts));
        }
        let _ = write!(out, ",\"at\":{}}}", quoted(&self.at));
        out
    }
}
