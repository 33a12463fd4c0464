//! What values must lie in or look like: folders, hosts, networks, globs, regular expressions.

use reach_compiler::ir::{Const, ExprKind, Form, Pattern, PatternKind, Type};
use reach_grammar::quoted;

use super::Found;
use crate::operator::Operator;
use crate::site::Site;
use crate::way::Way;
use crate::written::Written;

pub(crate) fn of(site: &Site<'_>, found: &mut Vec<Found>) {
    if let ExprKind::Matches(_, pattern) = &site.expr.kind {
        let tried = if pattern.kind == PatternKind::Regex { anchors(pattern) } else { stars(pattern) };
        for (operator, pattern) in tried {
            let words = format!("with `{}`", written(&pattern));
            found.push(Found::words(operator, Way::Pattern(pattern), words));
        }
        if has_letters(pattern) {
            let made = Pattern { nocase: !pattern.nocase, ..pattern.clone() };
            found.push(Found::words(Operator::IgnoreCase, Way::Pattern(made), if pattern.nocase { "where case counts" } else { "where case does not count" }));
        }
    }
    within(site, found);
}

/// A folder, host or network around or inside the one of `within`.
fn within(site: &Site<'_>, found: &mut Vec<Found>) {
    let (ExprKind::Const(Const::Text(text)), Type::Form(form)) = (&site.expr.kind, &site.expr.ty) else { return };
    let Some(parent) = site.parent() else { return };
    if !matches!(&parent.kind, ExprKind::Within(_, outer) if std::ptr::eq(outer.as_ref(), site.expr)) {
        return;
    }
    let (shorter, longer) = match form {
        Form::Path(_) => folders(text),
        Form::Host => (text.split_once('.').map(|(_, rest)| rest.to_owned()), Some(format!("inner.{text}"))),
        Form::Network => networks(text),
        _ => return,
    };
    for (operator, made) in [(Operator::Shorter, shorter), (Operator::Longer, longer)] {
        let Some(made) = made else { continue };
        let text = match form {
            Form::Network => format!("ip{}", quoted(&made)),
            _ => quoted(&made),
        };
        found.push(Found { operator, way: Way::Const(Const::Text(made.into())), written: Written::edit_or(Some(site.expr.span), text, "") });
    }
}

fn folders(text: &str) -> (Option<String>, Option<String>) {
    let shorter = match text.rsplit_once('/') {
        Some(("", last)) if !last.is_empty() => Some("/".to_owned()),
        Some((rest, last)) if !last.is_empty() && !last.starts_with("..") => Some(rest.to_owned()),
        _ => None,
    };
    let longer = match text {
        "." => "inner".to_owned(),
        text if text.ends_with('/') => format!("{text}inner"),
        text => format!("{text}/inner"),
    };
    // What lies outside of the folder is no folder to go into.
    (shorter, (!text.ends_with("..")).then_some(longer))
}

/// A network of twice the size, and one of half of it; none for a named one.
fn networks(text: &str) -> (Option<String>, Option<String>) {
    let Some((address, length)) = text.split_once('/') else { return (None, None) };
    let Ok(length) = length.parse::<u32>() else { return (None, None) };
    let of = |length: u32| {
        let (bits, all): (u128, u32) = match address.parse::<std::net::IpAddr>().ok()? {
            std::net::IpAddr::V4(ip) => (u128::from(u32::from(ip)), 32),
            std::net::IpAddr::V6(ip) => (u128::from(ip), 128),
        };
        let mask = if length == 0 { 0 } else { u128::MAX.checked_shl(all.checked_sub(length)?).unwrap_or(0) };
        let bits = bits & mask;
        let address = if all == 32 {
            std::net::Ipv4Addr::from(u32::try_from(bits & u128::from(u32::MAX)).ok()?).to_string()
        } else {
            std::net::Ipv6Addr::from(bits).to_string()
        };
        reach_values::ip::network(&format!("{address}/{length}")).ok().map(|text| text.into_owned())
    };
    (length.checked_sub(1).and_then(of), length.checked_add(1).and_then(of))
}

/// `**` for `*` and back, the first of them.
fn stars(pattern: &Pattern) -> Vec<(Operator, Pattern)> {
    let text = &pattern.text;
    let made = match (text.find("**"), text.find('*')) {
        (Some(deep), Some(first)) if deep == first => text.replacen("**", "*", 1),
        (_, Some(_)) if pattern.kind != PatternKind::TextGlob => text.replacen('*', "**", 1),
        _ => return Vec::new(),
    };
    let made = Pattern { text: made, ..pattern.clone() };
    if is_readable(&made) { vec![(Operator::GlobStars, made)] } else { Vec::new() }
}

/// Returns whether case matters in a pattern: whether it has letters, and doesn't say itself that case is ignored.
fn has_letters(pattern: &Pattern) -> bool {
    let text = &pattern.text;
    if pattern.kind != PatternKind::Regex {
        return text.chars().any(char::is_alphabetic);
    }
    if text.contains("(?i") {
        return false;
    }
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        // `\w`, `\p{L}`: letters that are none.
        if c == '\\' {
            if matches!(rest.next(), Some('p' | 'P')) && rest.clone().next() == Some('{') {
                rest.by_ref().find(|c| *c == '}');
            }
        } else if c.is_alphabetic() {
            return true;
        }
    }
    false
}

fn anchors(pattern: &Pattern) -> Vec<(Operator, Pattern)> {
    let text = &pattern.text;
    let mut made = Vec::new();
    if let Some(rest) = text.strip_prefix('^') {
        made.push(rest.to_owned());
    }
    if let Some(rest) = text.strip_suffix('$')
        && !rest.ends_with('\\')
    {
        made.push(rest.to_owned());
    }
    made.into_iter().map(|text| (Operator::Anchor, Pattern { text, ..pattern.clone() })).filter(|(_, pattern)| is_readable(pattern)).collect()
}

/// Returns whether a pattern is one.
fn is_readable(pattern: &Pattern) -> bool {
    use reach_values::path::Platform;
    let (text, nocase) = (&pattern.text, pattern.nocase);
    match pattern.kind {
        PatternKind::Regex => reach_values::pattern::Pattern::regex(text, nocase).is_ok(),
        PatternKind::Glob => reach_values::pattern::Pattern::glob(text, nocase).is_ok(),
        PatternKind::WindowsGlob => reach_values::pattern::Pattern::glob_on(Platform::Windows, text, nocase).is_ok(),
        PatternKind::MacOsGlob => reach_values::pattern::Pattern::glob_on(Platform::MacOs, text, nocase).is_ok(),
        PatternKind::TextGlob => reach_values::pattern::Pattern::text_glob(text, nocase).is_ok(),
    }
}

fn written(pattern: &Pattern) -> String {
    match pattern.kind {
        PatternKind::Regex => format!("re\"{}\"", pattern.text),
        _ => format!("glob\"{}\"", pattern.text),
    }
}
