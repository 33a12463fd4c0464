//! Values as people read them in messages.

use reach_compiler::ir::Type;
use reach_values::{decimal, time};

use super::value::Val;

/// Writes a value by its type, as a message shows it.
pub fn print(value: &Val, ty: &Type) -> String {
    let joined = |items: Vec<String>, open: &str, close: &str| format!("{open}{}{close}", items.join(", "));
    match (ty, value) {
        (_, Val::Absent) => "(none)".to_owned(),
        (Type::Optional(inner), _) => print(value, inner),
        (Type::Decimal, Val::Num(n)) => decimal::format(*n),
        (Type::Time, Val::Num(n)) => time::format_time(*n),
        (Type::Date, Val::Num(n)) => time::format_date(*n),
        (Type::Duration, Val::Num(n)) => time::format_duration(*n),
        (Type::Enum(members), Val::Num(n)) => members[usize::try_from(*n).unwrap()].clone(),
        (Type::Any, Val::Num(n)) => decimal::format(*n),
        (_, Val::Num(n)) => n.to_string(),
        (_, Val::Bool(b)) => b.to_string(),
        (_, Val::Text(t) | Val::Huge(t)) => t.clone(),
        (Type::List(inner), Val::List(items)) => joined(items.iter().map(|v| print(v, inner)).collect(), "[", "]"),
        (Type::Set(inner), Val::List(items)) => joined(items.iter().map(|v| print(v, inner)).collect(), "{", "}"),
        (Type::Record(fields), Val::Record(values)) => {
            joined(fields.iter().zip(values).map(|((name, ty), v)| format!("{name}: {}", print(v, ty))).collect(), "{", "}")
        }
        (Type::Map(inner), Val::Map(map)) => joined(map.iter().map(|(k, v)| format!("{k}: {}", print(v, inner))).collect(), "{", "}"),
        (_, Val::List(items)) => joined(items.iter().map(|v| print(v, &Type::Any)).collect(), "[", "]"),
        (_, Val::Map(map)) => joined(map.iter().map(|(k, v)| format!("{k}: {}", print(v, &Type::Any))).collect(), "{", "}"),
        (ty, Val::Record(_)) => panic!("a record of type {ty:?}"),
    }
}
