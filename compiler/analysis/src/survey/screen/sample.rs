//! Texts that a test is likely to be true of, and some beside. Each is evaluated before anything rests on it.

use reach_compiler::ir::{Pattern, PatternKind, Type};
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::pred::Test;

/// The longest sample, in characters.
const LONGEST: usize = 2_000;

/// Returns samples for a test of a value of a type.
pub(super) fn of(ty: &Type, test: &Test) -> Vec<String> {
    match test {
        Test::Is(text) => vec![text.clone()],
        Test::OneOf(texts) => texts.iter().take(4).cloned().collect(),
        Test::Within(_, whole) if whole.contains('/') && !matches!(ty, Type::Form(_) if ty.is_path()) => {
            vec![whole.split('/').next().unwrap_or_default().to_owned()]
        }
        Test::Within(_, whole) => vec![whole.clone(), format!("{}/inside", whole.trim_end_matches('/')), format!("inside.{whole}")],
        Test::Contains(text) => vec![text.clone(), format!("something {text} else")],
        Test::Matches(pattern) => pattern_samples(pattern),
        Test::Length(_, n) => {
            let of = |n: i128| usize::try_from(n).ok().filter(|n| *n <= LONGEST).map(|n| "x".repeat(n));
            [n.saturating_sub(1), *n, n.saturating_add(1)].into_iter().filter_map(of).collect()
        }
        Test::Runs(_, commands) => commands.iter().take(4).map(|words| words.join(" ")).chain(["something-else".to_owned()]).collect(),
        Test::RunsWhere(..) | Test::Holds(..) => vec!["something-else".to_owned()],
        _ => Vec::new(),
    }
}

fn pattern_samples(pattern: &Pattern) -> Vec<String> {
    if pattern.kind == PatternKind::Regex {
        let parsed = regex_syntax::ParserBuilder::new().nest_limit(100).build().parse(&pattern.text);
        let mut text = String::new();
        return match parsed {
            Ok(hir) if shortest(&hir, &mut text) && text.len() <= LONGEST => vec![text],
            _ => Vec::new(),
        };
    }
    let mut text = String::new();
    let mut rest = pattern.text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' => {
                while rest.peek() == Some(&'*') {
                    rest.next();
                }
                text.push('x');
            }
            '?' => text.push('x'),
            '\\' => text.extend(rest.next()),
            '{' => {
                // The first of several.
                let mut is_first = true;
                for c in rest.by_ref() {
                    match c {
                        '}' => break,
                        ',' => is_first = false,
                        c if is_first => text.push(c),
                        _ => {}
                    }
                }
            }
            '[' => {
                let first = rest.next();
                text.extend(first);
                for c in rest.by_ref() {
                    if c == ']' {
                        break;
                    }
                }
            }
            c => text.push(c),
        }
    }
    if text.starts_with('/') { vec![text] } else { vec![format!("/elsewhere/{text}"), text] }
}

/// Adds a short text that an expression matches. Recursion goes as deep as the expression nests, which its parser bounds.
fn shortest(hir: &Hir, text: &mut String) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            let Ok(piece) = std::str::from_utf8(&literal.0) else { return false };
            text.push_str(piece);
            true
        }
        HirKind::Class(Class::Unicode(class)) => {
            let Some(range) = class.ranges().iter().find(|r| r.end() >= '0').or_else(|| class.ranges().first()) else { return false };
            let wanted = ['a', '0', 'A'].into_iter().find(|c| class.ranges().iter().any(|r| r.start() <= *c && *c <= r.end()));
            text.push(wanted.unwrap_or(range.start()));
            true
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => (0..repetition.min).all(|_| shortest(&repetition.sub, text)),
        HirKind::Capture(capture) => shortest(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().all(|part| shortest(part, text)),
        HirKind::Alternation(parts) => parts.first().is_some_and(|part| shortest(part, text)),
    }
}
