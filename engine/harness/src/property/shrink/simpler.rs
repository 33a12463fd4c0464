//! Which values are simpler than another one. Each chain of simpler values ends: every one is smaller than the one before.

use reach_compiler::ir::Type;

use super::super::place::bare;
use super::super::play::START;
use super::super::{number, texts};
use super::{with, without_key};
use crate::witness::Json;

/// How many shorter lists and texts are tried of one at most.
const MOST_PARTS: usize = 128;

/// Returns values that are simpler than one, the simplest first. Of each chain of simpler values every one is smaller than the one before.
pub(super) fn simpler(value: &Json, ty: Option<&Type>) -> Vec<Json> {
    let ty = ty.map(bare);
    match value {
        Json::Null | Json::Bool(false) => Vec::new(),
        Json::Bool(true) => vec![Json::Bool(false)],
        Json::Number(digits) => simpler_numbers(digits, ty.unwrap_or(&Type::Decimal)),
        Json::Text(text) => match ty {
            Some(Type::Enum(members)) => members.iter().take_while(|member| *member != text).map(|member| Json::Text(member.clone())).collect(),
            Some(ty @ (Type::Time | Type::Date | Type::Duration)) => simpler_moments(ty, value),
            Some(ty @ Type::Form(_)) => {
                let typical = texts::typical(ty);
                let shorter = simpler_texts(text).into_iter().filter(|other| other.len() < text.len());
                let is_typical = typical.contains(&text.as_str());
                let known = typical.iter().filter(|known| known.len() < text.len() || (known.len() == text.len() && !is_typical));
                known.map(|known| (*known).to_owned()).chain(shorter).map(Json::Text).collect()
            }
            _ => simpler_texts(text).into_iter().map(Json::Text).collect(),
        },
        Json::List(items) => {
            let of = match ty {
                Some(Type::List(of) | Type::Set(of)) => Some(of.as_ref()),
                _ => None,
            };
            let mut all = Vec::new();
            let mut length = items.len();
            while length >= 1 && items.len() / length <= MOST_PARTS {
                for start in (0..items.len()).step_by(length) {
                    all.push(Json::List(
                        items.iter().enumerate().filter(|(at, _)| !(start..start + length).contains(at)).map(|(_, item)| item.clone()).collect(),
                    ));
                }
                length /= 2;
            }
            for (at, item) in items.iter().enumerate().take(if items.len() <= MOST_PARTS { 32 } else { 1 }) {
                for simple in simpler(item, of) {
                    let mut items = items.clone();
                    if let Some(item) = items.get_mut(at) {
                        *item = simple;
                    }
                    all.push(Json::List(items));
                }
            }
            all
        }
        Json::Object(entries) => {
            let of = |name: &str| match ty {
                Some(Type::Map(of)) => Some(of.as_ref()),
                Some(Type::Record(fields)) => fields.iter().find(|(field, _)| field == name).map(|(_, ty)| ty),
                _ => None,
            };
            let mut all: Vec<Json> = entries.iter().map(|(name, _)| without_key(value, name)).collect();
            for (name, inner) in entries.iter().take(64) {
                all.extend(simpler(inner, of(name)).into_iter().map(|simple| with(value, &[name], simple)));
            }
            all
        }
    }
}

/// Returns shorter texts, and such of as many letters that are plainer.
fn simpler_texts(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return Vec::new();
    }
    let mut all = vec![String::new()];
    let mut length = chars.len() / 2;
    while length >= 1 && chars.len() / length <= MOST_PARTS {
        for start in (0..chars.len()).step_by(length) {
            all.push(chars.iter().enumerate().filter(|(at, _)| !(start..start + length).contains(at)).map(|(_, c)| *c).collect());
        }
        length /= 2;
    }
    // Each letter that isn't plain, in short texts.
    if chars.len() <= 64 {
        for at in 0..chars.len() {
            for plain in ['a', '0'] {
                let now = chars.get(at).copied().unwrap_or(plain);
                if rank(plain) < rank(now) {
                    all.push(chars.iter().enumerate().map(|(n, c)| if n == at { plain } else { *c }).collect());
                }
            }
        }
    }
    all
}

/// How plain a letter is.
fn rank(c: char) -> u32 {
    match c {
        'a' => 0,
        '0' => 1,
        c if c.is_ascii_graphic() || c == ' ' => 2,
        _ => 3,
    }
}

/// Returns numbers with fewer digits, and such as are nearer to nothing.
fn simpler_numbers(digits: &str, ty: &Type) -> Vec<Json> {
    let ty = if matches!(ty, Type::Int) { &Type::Int } else { &Type::Decimal };
    let Some(n) = number::read(ty, &Json::Number(digits.to_owned())) else { return vec![Json::Number("0".to_owned())] };
    if n == 0 {
        return Vec::new();
    }
    let one = if matches!(ty, Type::Int) { 1 } else { number::unit(ty).saturating_mul(100) };
    let mut all = vec![0, one, n.saturating_neg()];
    // Whole ones beside it, and down from it by halves of what is left.
    let whole = n.saturating_sub(n.rem_euclid(one));
    all.extend([whole, whole.saturating_add(one)]);
    let mut step = n / 2;
    while step != 0 {
        let rounded = step.saturating_sub(step % one);
        all.extend([n.saturating_sub(rounded), n.saturating_sub(step)]);
        step /= 2;
    }
    let written = |n: i128| match number::json(ty, n) {
        Json::Number(digits) => digits,
        _ => String::new(),
    };
    // A minus sign counts as a digit.
    let measure = |n: i128| (written(n).len(), n.unsigned_abs(), n < 0);
    let (mut seen, now) = (Vec::new(), measure(n));
    for other in all {
        if measure(other) < now && !seen.contains(&other) {
            seen.push(other);
        }
    }
    seen.into_iter().map(|n| Json::Number(written(n))).collect()
}

/// Returns times, dates and durations that are nearer to where tests begin.
fn simpler_moments(ty: &Type, value: &Json) -> Vec<Json> {
    let Some(n) = number::read(ty, value) else { return Vec::new() };
    let zero = match ty {
        Type::Time => START,
        // 2026-01-01.
        Type::Date => 20_454,
        _ => 0,
    };
    let away = n.saturating_sub(zero);
    let mut all = Vec::new();
    if away < 0 {
        all.push(zero.saturating_sub(away));
    }
    let mut step = away;
    while step != 0 {
        all.push(n.saturating_sub(step));
        step /= 2;
    }
    let nearer = |m: i128| {
        let left = m.saturating_sub(zero);
        left.unsigned_abs() < away.unsigned_abs() || (left == away.saturating_neg() && away < 0)
    };
    all.into_iter().filter(|m| nearer(*m)).map(|m| number::json(ty, m)).collect()
}
