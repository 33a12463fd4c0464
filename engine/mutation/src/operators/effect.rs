//! What a rule does: its effect, whether it decides, its obligations, what it grants.

use reach_codes::Span;
use reach_compiler::ir::{Bundle, Effect, Grant, Obligation, Rule};

use super::Made;
use crate::change::Change;
use crate::operator::Operator;
use crate::place::Clause;
use crate::written::{Edit, Shown, shorten};

pub(crate) fn of_rule(bundle: &Bundle, rule: &Rule) -> Vec<Made> {
    let mut made = Vec::new();
    let headed = format!("{} {}", word(rule.effect), rule.name);
    if rule.advisory {
        made.push(Made::words(Operator::Advisory, Change::Advisory(false), rule.name_span, format!("@advisory {headed}"), headed));
        return made;
    }
    made.push(Made::words(Operator::DropRule, Change::Gone, rule.name_span, headed.clone(), ""));
    let first = Span::new(rule.name_span.file, rule.name_span.start, rule.name_span.start);
    let keyword = keyword(bundle, rule);
    made.push(Made {
        operator: Operator::Advisory,
        change: Change::Advisory(true),
        shown: Shown { place: rule.name_span, before: headed.clone(), after: format!("@advisory {headed}") },
        edits: keyword.map(|place| vec![Edit { span: Span::new(place.file, place.start, place.start), text: "@advisory\n".to_owned() }]).unwrap_or_default(),
    });
    for effect in others(rule) {
        // What goes with one effect alone would have to go from the source as well.
        let plain = rule.obligations.is_empty() && rule.grants.is_none() && rule.approver.is_none() && rule.expires.is_none();
        made.push(Made {
            operator: Operator::OtherEffect,
            change: Change::Effect(effect),
            shown: Shown { place: keyword.unwrap_or(first), before: headed.clone(), after: format!("{} {}", word(effect), rule.name) },
            edits: keyword.filter(|_| plain).map(|span| vec![Edit { span, text: word(effect).to_owned() }]).unwrap_or_default(),
        });
    }
    obligations(bundle, rule, &mut made);
    grants(bundle, rule, &mut made);
    made
}

fn others(rule: &Rule) -> Vec<Effect> {
    let all: &[Effect] = match rule.effect {
        Effect::Permit => &[Effect::Ask, Effect::Forbid],
        Effect::Ask => &[Effect::Permit, Effect::Forbid],
        Effect::Forbid => &[Effect::Permit, Effect::Ask],
        Effect::OtherwiseAsk => &[Effect::Ask, Effect::Forbid],
        Effect::Oblige => &[],
    };
    // What isn't declared, no rule can permit.
    all.iter().copied().filter(|effect| *effect != Effect::Permit || !rule.undeclared).collect()
}

const fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Permit => "permit",
        Effect::Ask => "ask",
        Effect::Forbid => "forbid",
        Effect::OtherwiseAsk => "otherwise ask",
        Effect::Oblige => "oblige",
    }
}

/// Returns the place of the words before a rule's name.
fn keyword(bundle: &Bundle, rule: &Rule) -> Option<Span> {
    let before = Span::new(rule.span.file, rule.span.start, rule.name_span.start);
    let text = bundle.sources.text(before).trim_end();
    let start = text.strip_suffix(word(rule.effect))?.len();
    let at = |n: usize| Some(before.start + u32::try_from(n).ok()?);
    Some(Span::new(before.file, at(start)?, at(text.len())?))
}

fn obligations(bundle: &Bundle, rule: &Rule, made: &mut Vec<Made>) {
    for (n, obligation) in rule.obligations.iter().enumerate() {
        // Of obligations that are equal, leaving out one is as leaving out another.
        if n.checked_sub(1).and_then(|before| rule.obligations.get(before)) == Some(obligation) {
            continue;
        }
        let text = said(bundle, obligation);
        made.push(Made::words(Operator::DropObligation, Change::NoObligation(n), rule.name_span, text.clone(), ""));
        match obligation {
            Obligation::Conceal { field, detectors } if detectors.len() > 1 => {
                for at in 0..detectors.len() {
                    let mut detectors = detectors.clone();
                    detectors.remove(at);
                    let weaker = Obligation::Conceal { field: field.clone(), detectors };
                    let after = said(bundle, &weaker);
                    made.push(Made::words(Operator::WeakenObligation, Change::Obligation(n, weaker), rule.name_span, text.clone(), after));
                }
            }
            Obligation::Redact { field, pattern } if pattern.nocase => {
                let mut pattern = pattern.clone();
                pattern.nocase = false;
                let weaker = Obligation::Redact { field: field.clone(), pattern };
                let after = said(bundle, &weaker);
                made.push(Made::words(Operator::WeakenObligation, Change::Obligation(n, weaker), rule.name_span, text.clone(), after));
            }
            _ => {}
        }
    }
}

/// Returns an obligation as it is written.
fn said(bundle: &Bundle, obligation: &Obligation) -> String {
    match obligation {
        Obligation::Clear(label) => format!("clear {}", bundle.labels.get(*label as usize).map_or("", String::as_str)),
        Obligation::Notify(to) => format!("notify \"{to}\""),
        Obligation::Require(what) => format!("require \"{what}\""),
        Obligation::Set { field, value } => format!("set args.{field}: {}", shorten(bundle.sources.text(value.span))),
        Obligation::Redact { field, pattern } => {
            format!("redact args.{field} matching {}re\"{}\"", if pattern.nocase { "nocase " } else { "" }, pattern.text)
        }
        Obligation::Conceal { field, detectors } => {
            format!("redact args.{field} finding {}", detectors.iter().map(|d| d.word()).collect::<Vec<_>>().join(", "))
        }
    }
}

fn grants(bundle: &Bundle, rule: &Rule, made: &mut Vec<Made>) {
    let Some(grants) = &rule.grants else { return };
    made.push(Made::words(Operator::WidenGrants, Change::NoGrants, rule.name_span, "grants { … }", ""));
    for (n, grant) in grants.iter().enumerate() {
        let names = |targets: &[reach_compiler::ir::RuleTarget]| {
            let names: Vec<&str> = targets.iter().filter_map(|t| bundle.targets.get(t.target as usize)).map(|t| t.name.as_str()).collect();
            shorten(&names.join(", "))
        };
        let text = match grant {
            Grant::Steps { targets, condition } => {
                let names = names(targets);
                if let Some(condition) = condition {
                    let before = format!("{names} where {}", shorten(bundle.sources.text(condition.span)));
                    made.push(Made::words(Operator::WidenGrants, Change::NoClause(Clause::Grant(n)), condition.span, before.clone(), names));
                    before
                } else {
                    names
                }
            }
            Grant::Budget { budget, amount } => {
                let name = bundle.budgets.get(*budget as usize).map_or("", |b| b.name.as_str());
                format!("budget {name}: {}", shorten(bundle.sources.text(amount.span)))
            }
        };
        // Whoever is granted no budget has all of it: that is wider.
        let operator = if matches!(grant, Grant::Steps { .. }) { Operator::NarrowGrants } else { Operator::WidenGrants };
        made.push(Made::words(operator, Change::NoGrant(n), rule.name_span, text, ""));
    }
}
