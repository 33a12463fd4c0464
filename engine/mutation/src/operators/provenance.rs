//! Where values come from: a wider source, another source.

use reach_codes::Span;
use reach_compiler::ir::{ExprKind, Origin};

use super::Found;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::{Written, between};

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
            found.push(other(site, Origin::User, "user"));
        }
        Origin::Label(label) => {
            found.push(other(site, Origin::User, "user"));
            if let Some((label, name)) = other_label(site, *label) {
                found.push(other(site, Origin::Label(label), name));
            }
        }
        Origin::User => {
            if let Some((label, name)) = other_label(site, u32::MAX) {
                found.push(other(site, Origin::Label(label), name));
            }
        }
    }
}

fn other(site: &Site<'_>, to: Origin, name: &str) -> Found {
    let sources = &site.bundle.sources;
    let place = match &site.expr.kind {
        ExprKind::From(value, _) => between(value.span, Span::new(site.expr.span.file, site.expr.span.end, site.expr.span.end)),
        _ => None,
    };
    // What stands behind `from`, up to the end of the question.
    let place = place.and_then(|rest| {
        let text = sources.text(rest);
        let at = text.find("from ")?;
        Some(Span::new(rest.file, rest.start + u32::try_from(at + 5).ok()?, rest.end))
    });
    let written = Written::edit_or(place, name, format!("with `from {name}` for that"));
    Found { operator: Operator::OtherSource, way: Way::Source(Box::new(to)), written }
}

fn other_label<'a>(site: &Site<'a>, label: u32) -> Option<(u32, &'a str)> {
    let labels = site.bundle.labels.iter().enumerate().filter_map(|(n, name)| Some((u32::try_from(n).ok()?, name.as_str())));
    labels.into_iter().find(|(n, _)| *n != label)
}
