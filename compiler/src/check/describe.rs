//! How types are written for people.

use std::fmt;

use reach_values::path::Platform;
use reach_values::{decimal, time};

use crate::ir::{Const, Form, Type};

/// How many members of an enum or fields of a record are shown.
const SHOWN: usize = 6;

impl fmt::Display for Type {
    /// Writes the type as an author would; long ones are cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_type(f, self, 0)
    }
}

fn write_type(f: &mut fmt::Formatter<'_>, ty: &Type, depth: usize) -> fmt::Result {
    if depth > 4 {
        return f.write_str("…");
    }
    match ty {
        Type::Bool => f.write_str("bool"),
        Type::Int => f.write_str("int"),
        Type::Decimal => f.write_str("decimal"),
        Type::Text => f.write_str("text"),
        Type::Time => f.write_str("time"),
        Type::Date => f.write_str("date"),
        Type::Duration => f.write_str("duration"),
        Type::Form(form) => write!(f, "{form}"),
        Type::Any => f.write_str("any"),
        Type::Entity(name) => f.write_str(name),
        Type::Enum(members) => {
            f.write_str("enum { ")?;
            for (i, member) in members.iter().take(SHOWN).enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                f.write_str(member)?;
            }
            f.write_str(if members.len() > SHOWN { ", … }" } else { " }" })
        }
        Type::List(of) => wrapped(f, "list", of, depth),
        Type::Set(of) => wrapped(f, "set", of, depth),
        Type::Map(of) => wrapped(f, "map", of, depth),
        Type::Record(fields) => {
            f.write_str("{ ")?;
            for (i, (name, ty)) in fields.iter().take(SHOWN).enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                write!(f, "{name}: ")?;
                write_type(f, ty, depth + 1)?;
            }
            f.write_str(if fields.len() > SHOWN { ", … }" } else { " }" })
        }
        Type::Optional(of) => {
            write_type(f, of, depth)?;
            f.write_str("?")
        }
    }
}

fn wrapped(f: &mut fmt::Formatter<'_>, word: &str, of: &Type, depth: usize) -> fmt::Result {
    write!(f, "{word}<")?;
    write_type(f, of, depth + 1)?;
    f.write_str(">")
}

/// Returns a type with its article, in backticks: `a \`decimal\``.
pub(super) fn a(ty: &Type) -> String {
    let article = match ty {
        Type::Int | Type::Enum(_) | Type::Any | Type::Form(Form::Email | Form::Ip | Form::Iban | Form::Sql(_)) => "an",
        _ => "a",
    };
    format!("{article} `{ty}`")
}

/// Returns a literal of the type, for examples of what to write.
pub(super) fn sample(ty: &Type) -> String {
    match ty {
        Type::Bool => "false".to_owned(),
        Type::Int => "0".to_owned(),
        Type::Decimal => "0.00".to_owned(),
        Type::Text | Type::Any => "\"\"".to_owned(),
        Type::Time => "2026-01-01T00:00:00Z".to_owned(),
        Type::Date => "2026-01-01".to_owned(),
        Type::Duration => "1h".to_owned(),
        Type::Form(form) => format!("{:?}", example(*form)),
        Type::Entity(name) => format!("{name}[\"…\"]"),
        Type::Enum(members) => members.first().cloned().unwrap_or_default(),
        Type::List(_) => "[]".to_owned(),
        Type::Set(_) | Type::Map(_) | Type::Record(_) => "{}".to_owned(),
        Type::Optional(of) => sample(of),
    }
}

/// Returns a text that has a form.
pub(super) const fn example(form: Form) -> &'static str {
    match form {
        Form::Path(Platform::Windows) => "C:/Users",
        Form::Path(_) => "/",
        Form::Email => "nobody@example.com",
        Form::Url => "https://example.com/",
        Form::Host => "example.com",
        Form::Ip => "192.0.2.1",
        Form::Network => "192.0.2.0/24",
        Form::Iban => "GB29NWBK60161331926819",
        Form::Shell | Form::Command => "git status",
        Form::Sql(_) | Form::Statement => "select 1",
    }
}

/// Writes a plain constant as it would be written in a policy; of others, what they are.
pub(super) fn constant(ty: &Type, value: &Const) -> String {
    match (ty, value) {
        (Type::Optional(of), value) => constant(of, value),
        (_, Const::Bool(b)) => b.to_string(),
        (Type::Decimal | Type::Any, Const::Num(n)) => decimal::format(*n),
        (Type::Time, Const::Num(n)) => time::format_time(*n),
        (Type::Date, Const::Num(n)) => time::format_date(*n),
        (Type::Duration, Const::Num(n)) => time::format_duration(*n),
        (Type::Enum(members), Const::Num(n)) => usize::try_from(*n).ok().and_then(|i| members.get(i)).cloned().unwrap_or_default(),
        (_, Const::Num(n)) => n.to_string(),
        (Type::Entity(name), Const::Text(t)) => format!("{name}[{t:?}]"),
        (_, Const::Text(t)) => format!("{t:?}"),
        (ty, Const::Absent | Const::List(_) | Const::Record(_) | Const::Map(_)) => format!("a value of type {ty}"),
    }
}
