//! Where values come from: a wider source, another source.

use reach_compiler::ir::{ExprKind, Origin};

use super::Found;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;

pub(crate) fn of(site: &Site<'_>, found: &mut Vec<Found>) {
    let ExprKind::From(_, number) = &site.expr.kind else { return };
    let Some(origin) = site.bundle.origins.get(*number as usize) else { return };
    match origin {
        Origin::Results { pattern, part } => {
            if pattern.guard.is_some() {
                found.push(Found::words(Operator::WidenSource, Way::NoWhere, "without its own `where`"));
            }
            if part.is_some() && pattern.each.is_none() {
                found.push(Found::words(Operator::WidenSource, Way::NoPart, "where any part of the result counts"));
            }
            found.push(Found::words(Operator::OtherSource, Way::Source(Origin::User), "with `from user` for that"));
        }
        Origin::Label(label) => {
            found.push(Found::words(Operator::OtherSource, Way::Source(Origin::User), "with `from user` for that"));
            if let Some((other, name)) = other_label(site, *label) {
                found.push(Found::words(Operator::OtherSource, Way::Source(Origin::Label(other)), format!("with `from {name}` for that")));
            }
        }
        Origin::User => {
            if let Some((other, name)) = other_label(site, u32::MAX) {
                found.push(Found::words(Operator::OtherSource, Way::Source(Origin::Label(other)), format!("with `from {name}` for that")));
            }
        }
    }
}

fn other_label<'a>(site: &Site<'a>, label: u32) -> Option<(u32, &'a str)> {
    let labels = site.bundle.labels.iter().enumerate().filter_map(|(n, name)| Some((u32::try_from(n).ok()?, name.as_str())));
    labels.into_iter().find(|(n, _)| *n != label)
}
