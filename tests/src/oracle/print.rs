//! Values as people read them in messages.

use reach_compiler::ir::Type;
use reach_values::{decimal, path, time};

use super::value::{Taken, Val};

/// The most bytes of a value in a message.
const MOST: usize = 4_096;

/// Writes a value by its type, as a message shows it: text as it is, text within lists and records in quotes.
pub fn print(value: &Val, ty: &Type) -> String {
    let whole = match value {
        Val::Text(t) => shown(t, ty).to_owned(),
        Val::Script(Taken { text, .. }) | Val::Query(Taken { text, .. }) | Val::Command(Taken { text, .. }) => text.clone(),
        other => quoted(other, ty),
    };
    let mut end = whole.len().min(MOST);
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    if end < whole.len() { format!("{}…", &whole[..end]) } else { whole }
}

/// A path as people write it.
fn shown<'t>(text: &'t str, ty: &Type) -> &'t str {
    match ty {
        Type::Optional(inner) => shown(text, inner),
        ty if ty.is_path() => path::shown(text),
        _ => text,
    }
}

fn quoted(value: &Val, ty: &Type) -> String {
    let string = |t: &str| serde_json::to_string(t).unwrap();
    let joined = |items: Vec<String>, open: char, close: char| format!("{open}{}{close}", items.join(", "));
    match (ty, value) {
        (_, Val::Absent) => "(none)".to_owned(),
        (_, Val::Nothing(_)) => "(no value)".to_owned(),
        (Type::Optional(inner), _) => quoted(value, inner),
        (Type::Decimal | Type::Any, Val::Num(n)) => decimal::format(*n),
        (Type::Time, Val::Num(n)) => time::format_time(*n),
        (Type::Date, Val::Num(n)) => time::format_date(*n),
        (Type::Duration, Val::Num(n)) => time::format_duration(*n),
        (Type::Enum(members), Val::Num(n)) => members[usize::try_from(*n).unwrap()].clone(),
        (_, Val::Num(n)) => n.to_string(),
        (_, Val::Bool(b)) => b.to_string(),
        (ty, Val::Text(t)) => string(shown(t, ty)),
        (_, Val::Script(Taken { text, .. }) | Val::Query(Taken { text, .. }) | Val::Command(Taken { text, .. })) => string(text),
        (_, Val::Statement(Taken { text, .. })) => text.clone(),
        (_, Val::Huge(t)) => t.clone(),
        (Type::Set(inner), Val::List(items)) => joined(items.iter().map(|v| quoted(v, inner)).collect(), '{', '}'),
        (Type::List(inner), Val::List(items)) => joined(items.iter().map(|v| quoted(v, inner)).collect(), '[', ']'),
        (_, Val::List(items)) => joined(items.iter().map(|v| quoted(v, &Type::Any)).collect(), '[', ']'),
        (Type::Map(inner), Val::Map(map)) => joined(map.iter().map(|(k, v)| format!("{}: {}", string(k), quoted(v, inner))).collect(), '{', '}'),
        (_, Val::Map(map)) => joined(map.iter().map(|(k, v)| format!("{}: {}", string(k), quoted(v, &Type::Any))).collect(), '{', '}'),
        (Type::Record(fields), Val::Record(values)) => {
            joined(fields.iter().zip(values).map(|((name, ty), v)| format!("{name}: {}", quoted(v, ty))).collect(), '{', '}')
        }
        (ty, Val::Record(_)) => panic!("a record of type {ty:?}"),
    }
}
