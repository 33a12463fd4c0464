//! Numbers as events write them, and the steps between one and the next that people mean.

use reach_compiler::ir::{Compare, Type};
use reach_values::{decimal, time};

use super::place::bare;
use super::random::Random;
use crate::witness::Json;

/// A hundredth, as decimals are held.
const CENT: i128 = 10_000_000_000_000_000;

/// Returns a number of a type as it stands in events.
pub(super) fn json(ty: &Type, n: i128) -> Json {
    match bare(ty) {
        Type::Decimal => Json::Number(decimal::format(n)),
        Type::Time => Json::Text(time::format_time(n)),
        Type::Date => Json::Text(time::format_date(n)),
        Type::Duration => Json::Text(time::format_duration(n)),
        Type::Enum(members) => Json::Text(usize::try_from(n).ok().and_then(|n| members.get(n)).cloned().unwrap_or_default()),
        _ => Json::Number(n.to_string()),
    }
}

/// Returns the number of a type that stands in an event.
pub(super) fn read(ty: &Type, value: &Json) -> Option<i128> {
    match (bare(ty), value) {
        (Type::Int, Json::Number(digits)) => digits.parse().ok(),
        (Type::Decimal, Json::Number(digits)) => decimal::parse(digits).ok(),
        (Type::Time, Json::Text(text)) => time::parse_time(text).ok(),
        (Type::Date, Json::Text(text)) => time::parse_date(text).ok(),
        (Type::Duration, Json::Text(text)) => time::parse_duration(text).ok(),
        (Type::Enum(members), Json::Text(text)) => members.iter().position(|m| m == text).and_then(|n| i128::try_from(n).ok()),
        _ => None,
    }
}

/// Tells whether values of a type are numbers that can be counted on and on.
pub(super) fn is_number(ty: &Type) -> bool {
    matches!(bare(ty), Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration)
}

/// One, as people count in a type: a cent, a second, a day.
pub(super) fn unit(ty: &Type) -> i128 {
    match bare(ty) {
        Type::Decimal => CENT,
        Type::Time | Type::Duration => time::SECOND_NS,
        _ => 1,
    }
}

/// Returns the numbers at the boundary of a comparison with `k`: on it and one to either side.
pub(super) fn around(ty: &Type, k: i128) -> [i128; 3] {
    [k.saturating_sub(unit(ty)), k, k.saturating_add(unit(ty))]
}

/// Returns a number that stands in a relation to `k`, or doesn't: mostly near by.
pub(super) fn related(random: &mut Random, ty: &Type, compare: Compare, k: i128, holds: bool) -> i128 {
    let far = if random.chance(75) { 1 } else { random.one_of([2, 10, 1_000, 100_000]) };
    let more = k.saturating_add(unit(ty).saturating_mul(far));
    let less = k.saturating_sub(unit(ty).saturating_mul(far));
    let either = |random: &mut Random| if random.chance(50) { more } else { less };
    let compare = if holds { compare } else { opposite(compare) };
    match compare {
        Compare::Eq => k,
        Compare::Ne => either(random),
        Compare::Lt => less,
        Compare::Le => random.one_of([k, less]),
        Compare::Gt => more,
        Compare::Ge => random.one_of([k, more]),
    }
}

/// Tells whether a relation holds.
pub(super) fn holds(compare: Compare, a: i128, b: i128) -> bool {
    match compare {
        Compare::Eq => a == b,
        Compare::Ne => a != b,
        Compare::Lt => a < b,
        Compare::Le => a <= b,
        Compare::Gt => a > b,
        Compare::Ge => a >= b,
    }
}

/// Returns the relation that holds where another one doesn't.
pub(super) const fn opposite(compare: Compare) -> Compare {
    match compare {
        Compare::Eq => Compare::Ne,
        Compare::Ne => Compare::Eq,
        Compare::Lt => Compare::Ge,
        Compare::Le => Compare::Gt,
        Compare::Gt => Compare::Le,
        Compare::Ge => Compare::Lt,
    }
}

/// Returns the relation with its sides exchanged.
pub(super) const fn mirrored(compare: Compare) -> Compare {
    match compare {
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
        other => other,
    }
}
