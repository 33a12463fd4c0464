//! Sets, lists, and patterns of commands and tables: a member less, a member more.

use reach_compiler::ir::{Const, ExprKind, Type};

use super::Found;
use super::constants::unit;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::literal;

/// How many members of a set are tried: more say little that these don't.
const TRIED: usize = 4;

pub(crate) fn of(site: &Site<'_>, found: &mut Vec<Found>) {
    match &site.expr.kind {
        ExprKind::Const(Const::List(items)) => {
            let (Type::List(of) | Type::Set(of)) = &site.expr.ty else { return };
            let name = |n: usize| items.get(n).and_then(|item| literal(item, of)).unwrap_or_else(|| format!("member {}", n + 1));
            less(items, &name, found);
            if let Some(more) = more(site, items, of) {
                let text = literal(&more, of).unwrap_or_else(|| "another member".to_owned());
                found.push(Found::words(Operator::AddMember, Way::With(more), format!("with `{text}` as well")));
            }
        }
        // An empty list is written as a constant.
        ExprKind::List(items) if items.len() > 1 => {
            let text = |n: usize| items.get(n).map(|item| site.bundle.sources.text(item.span).to_owned()).unwrap_or_default();
            less(items, &text, found);
        }
        ExprKind::Runs(_, _, patterns) => less(patterns, &|n| format!("\"{}\"", patterns.get(n).map(|words| words.join(" ")).unwrap_or_default()), found),
        ExprKind::Query(_, _, patterns) => less(patterns, &|n| format!("\"{}\"", patterns.get(n).map_or("", String::as_str)), found),
        _ => {}
    }
}

fn less<T: PartialEq>(items: &[T], name: &dyn Fn(usize) -> String, found: &mut Vec<Found>) {
    for n in spread(items.len()) {
        // Of members that are equal, leaving out one is as leaving out another.
        if n.checked_sub(1).and_then(|before| items.get(before)).is_some_and(|before| Some(before) == items.get(n)) {
            continue;
        }
        found.push(Found::words(Operator::DropMember, Way::Without(n), format!("without `{}`", name(n))));
    }
}

/// Returns which of so many members are tried: the first, the last, and some between them.
fn spread(len: usize) -> Vec<usize> {
    if len <= TRIED {
        return (0..len).collect();
    }
    (0..TRIED).map(|n| n * (len - 1) / (TRIED - 1)).collect()
}

/// Returns a member that could be meant as well: another one of the enum, or the number behind the greatest.
fn more(site: &Site<'_>, items: &[Const], of: &Type) -> Option<Const> {
    // Only for what is asked whether it holds something.
    if !site.parent().is_some_and(|parent| matches!(&parent.kind, ExprKind::In(_, set) if std::ptr::eq(set.as_ref(), site.expr))) {
        return None;
    }
    match of {
        Type::Enum(members) => (0..members.len()).filter_map(|n| Some(Const::Num(i128::try_from(n).ok()?))).find(|member| !items.contains(member)),
        Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration => {
            let most = items.iter().filter_map(|item| if let Const::Num(n) = item { Some(*n) } else { None }).max()?;
            most.checked_add(unit(most, of)).map(Const::Num)
        }
        // Which other texts could be meant is not known.
        _ => None,
    }
}
