//! Rules in another order, split, merged, or with a condition in another clause.

use std::collections::BTreeMap;

use reach_codes::Span;
use reach_grammar::ast::{Decl, Expr, ExprKind, Name, Rule, RuleWord, Target, TargetKind};

use super::{Edit, Source, Step, tree};

/// All rules in the places of all rules, in one step.
fn placed<'s>(source: &'s Source, ordered: impl Fn(&mut Vec<(&'s Decl, &'s Rule)>)) -> Vec<Step> {
    let mut rules: Vec<_> = source.rules().collect();
    ordered(&mut rules);
    let step: Step = source.rules().zip(&rules).map(|((place, _), (decl, _))| Edit::new(place.span, source.text(decl.span))).collect();
    if step.iter().all(|edit| edit.with == source.text(edit.span)) { Vec::new() } else { vec![step] }
}

pub(super) fn reversed(source: &Source) -> Vec<Step> {
    placed(source, |rules| rules.reverse())
}

pub(super) fn sorted(source: &Source) -> Vec<Step> {
    placed(source, |rules| rules.sort_by(|(_, a), (_, b)| a.name.text.cmp(&b.name.text)))
}

/// Returns whether a rule says no more than an effect and a condition.
fn is_plain(rule: &Rule) -> bool {
    rule.word != RuleWord::Oblige && rule.by.is_none() && rule.expires.is_none() && rule.grants.is_none() && rule.with.is_empty()
}

/// The same rule several times, each with another text at a place and a name of its own.
fn copies(source: &Source, decl: &Decl, rule: &Rule, place: Span, texts: &[String]) -> Step {
    let copy = |(n, text): (usize, &String)| {
        let name = Edit::new(rule.name.span, format!("{}_{}", rule.name.text, n + 1));
        source.spliced(decl.span, &[name, Edit::new(place, text)])
    };
    vec![Edit::new(decl.span, texts.iter().enumerate().map(copy).collect::<Vec<_>>().join("\n\n"))]
}

pub(super) fn split_by_term(source: &Source) -> Vec<Step> {
    let split = |(decl, rule): (&Decl, &Rule)| match rule.when.as_ref() {
        Some(Expr { kind: ExprKind::Or(terms), span, .. }) if is_plain(rule) => {
            let texts: Vec<String> = terms.iter().map(|term| source.text(term.span).to_owned()).collect();
            Some(copies(source, decl, rule, *span, &texts))
        }
        _ => None,
    };
    source.rules().filter(|(_, rule)| !rule.name.quoted).filter_map(split).collect()
}

/// Writes a target with the kind that holds for it; none where that can't be told.
fn target(source: &Source, target: &Target) -> Option<String> {
    let with_kind = |kind: &Option<Box<Name>>, text: &str| kind.as_ref().map_or_else(|| text.to_owned(), |kind| format!("{} {text}", kind.text));
    match &target.kind {
        TargetKind::All => Some("*".to_owned()),
        TargetKind::Kind(name) => Some(name.text.to_string()),
        TargetKind::Named { kind, name } => Some(with_kind(kind, source.text(name.span))),
        TargetKind::Glob { kind, pattern } => Some(with_kind(kind, source.text(pattern.span))),
        TargetKind::Prefix { kind: None, .. } => Some(source.text(target.span).to_owned()),
        TargetKind::Prefix { .. } => None,
    }
}

fn targets(source: &Source, rule: &Rule) -> Option<Vec<String>> {
    rule.targets.iter().map(|t| target(source, t)).collect()
}

/// Where the targets of a rule stand, with the word of the first one's kind.
fn place_of_targets(rule: &Rule) -> Option<Span> {
    let (first, last) = (rule.targets.first()?, rule.targets.last()?);
    let kind = match &first.kind {
        TargetKind::Named { kind, .. } | TargetKind::Prefix { kind, .. } | TargetKind::Glob { kind, .. } => kind.as_ref(),
        TargetKind::All | TargetKind::Kind(_) => None,
    };
    let start = kind.map_or(first.span.start, |kind| kind.span.start.min(first.span.start));
    Some(Span::new(first.span.file, start, last.span.end))
}

pub(super) fn split_by_target(source: &Source) -> Vec<Step> {
    let split = |(decl, rule): (&Decl, &Rule)| {
        let texts = targets(source, rule).filter(|texts| texts.len() > 1)?;
        Some(copies(source, decl, rule, place_of_targets(rule)?, &texts))
    };
    source.rules().filter(|(_, rule)| !rule.name.quoted).filter_map(split).collect()
}

/// Writes the terms of a condition so that others can follow them: what they bind stays bound.
fn conjuncts(source: &Source, expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::And(terms) => terms.iter().flat_map(|term| conjuncts(source, term)).collect(),
        _ if tree::binds(expr) => vec![source.text(expr.span).to_owned()],
        _ => vec![format!("({})", source.text(expr.span))],
    }
}

/// Writes when a rule matches, as one condition.
fn condition(source: &Source, rule: &Rule) -> String {
    let mut terms: Vec<String> = rule.when.iter().flat_map(|when| conjuncts(source, when)).collect();
    terms.extend(rule.unless.iter().map(|unless| format!("not ({})", source.text(unless.span))));
    if terms.is_empty() { "true".to_owned() } else { terms.join(" and ") }
}

/// What rules must have in common: the effect's words, the targets, and whether they are advisory.
type Kind = (String, Vec<String>, bool);

pub(super) fn merged(source: &Source) -> Vec<Step> {
    let is_advisory = |decl: &Decl| decl.attributes.iter().any(|attribute| attribute.name.text == "advisory");
    let mut alike: BTreeMap<Kind, Vec<(&Decl, &Rule)>> = BTreeMap::new();
    for (decl, rule) in source.rules().filter(|(_, rule)| is_plain(rule)) {
        if let Some(mut targets) = targets(source, rule) {
            targets.sort();
            alike.entry((source.text(rule.word_span).to_owned(), targets, is_advisory(decl))).or_default().push((decl, rule));
        }
    }
    let merge = |((word, targets, advisory), rules): (Kind, Vec<(&Decl, &Rule)>)| {
        let ((place, first), others) = rules.split_first().filter(|(_, others)| !others.is_empty())?;
        let conditions: Vec<String> = rules.iter().map(|(_, rule)| format!("({})", condition(source, rule))).collect();
        let advisory = if advisory { "@advisory\n" } else { "" };
        let text = format!(
            "{advisory}{word} {}\n  on {}\n  when {}\n  because \"one of several\"",
            source.text(first.name.span),
            targets.join(", "),
            conditions.join("\n    or ")
        );
        Some(std::iter::once(Edit::new(place.span, text)).chain(others.iter().map(|(decl, _)| Edit::new(decl.span, ""))).collect())
    };
    alike.into_iter().filter_map(merge).collect()
}

pub(super) fn unless_not(source: &Source) -> Vec<Step> {
    let change = |(decl, rule): (&Decl, &Rule)| {
        let when = rule.when.as_ref().filter(|_| rule.unless.is_none())?;
        let at = source.text(Span::new(decl.span.file, decl.span.start, when.span.start)).rfind("when")?;
        let start = decl.span.start + u32::try_from(at).unwrap();
        let word = Span::new(decl.span.file, start, start + 4);
        Some(vec![Edit::new(word, "unless not"), Edit::new(when.span, format!("({})", source.text(when.span)))])
    };
    source.rules().filter_map(change).collect()
}
