//! Constants as the JSON that an event would carry.

use reach_values::{decimal, time};

use crate::ir::{Const, Type};

/// Appends a constant of a type, exactly: decimals as plain numbers, times by RFC 3339, enums by name.
pub(crate) fn write(ty: &Type, value: &Const, out: &mut String) {
    match (ty, value) {
        (_, Const::Absent) => out.push_str("null"),
        (Type::Optional(of), value) => write(of, value, out),
        (_, Const::Bool(b)) => out.push_str(if *b { "true" } else { "false" }),
        (_, Const::Text(text)) => text_to(text, out),
        (Type::Decimal | Type::Any, Const::Num(n)) => out.push_str(&decimal::format(*n)),
        (Type::Time, Const::Num(n)) => text_to(&time::format_time(*n), out),
        (Type::Date, Const::Num(n)) => text_to(&time::format_date(*n), out),
        (Type::Duration, Const::Num(n)) => text_to(&time::format_duration(*n), out),
        (Type::Enum(members), Const::Num(n)) => {
            let member = usize::try_from(*n).ok().and_then(|n| members.get(n));
            text_to(member.map_or("", String::as_str), out);
        }
        (_, Const::Num(n)) => out.push_str(&n.to_string()),
        (ty, Const::List(members)) => {
            let of = match ty {
                Type::List(of) | Type::Set(of) => of.as_ref(),
                _ => &Type::Any,
            };
            separated(out, ['[', ']'], members.iter(), |out, member| write(of, member, out));
        }
        (Type::Record(fields), Const::Record(values)) => {
            // What is absent is left out, as a host would.
            let there = fields.iter().zip(values.iter()).filter(|(_, value)| **value != Const::Absent);
            separated(out, ['{', '}'], there, |out, ((name, ty), value)| {
                text_to(name, out);
                out.push(':');
                write(ty, value, out);
            });
        }
        (_, Const::Record(values)) => separated(out, ['[', ']'], values.iter(), |out, value| write(&Type::Any, value, out)),
        (ty, Const::Map(entries)) => {
            let of = match ty {
                Type::Map(of) => of.as_ref(),
                _ => &Type::Any,
            };
            separated(out, ['{', '}'], entries.iter(), |out, (key, value)| {
                text_to(key, out);
                out.push(':');
                write(of, value, out);
            });
        }
    }
}

/// Appends a JSON string.
pub(super) fn text_to(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// Appends members in brackets, with commas.
pub(super) fn separated<T>(out: &mut String, [open, close]: [char; 2], members: impl Iterator<Item = T>, mut member: impl FnMut(&mut String, T)) {
    out.push(open);
    for (number, each) in members.enumerate() {
        if number > 0 {
            out.push(',');
        }
        member(out, each);
    }
    out.push(close);
}
