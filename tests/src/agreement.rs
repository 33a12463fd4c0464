//! Whether the engine decided as the oracle did.

use std::collections::BTreeMap;
use std::fmt::Debug;

use reach_codes::Span;
use reach_compiler::ir::{Bundle, Field};
use reach_engine::{Decision, Effect, ErrorCause, Obligation, Reason};

use crate::oracle::{self, Hit, Json, Obliged, OracleDecision, Val, Why};

/// Compares; the error says what differs.
///
/// The wording of reserved reasons is the engine's own and isn't compared.
///
/// # Errors
/// The first difference.
pub fn agree(bundle: &Bundle, expected: &OracleDecision, actual: &Decision) -> Result<(), String> {
    let effect = match actual.effect {
        Effect::Permit => oracle::Effect::Permit,
        Effect::Ask => oracle::Effect::Ask,
        Effect::Forbid => oracle::Effect::Forbid,
    };
    same("effect", &expected.effect, &effect)?;
    hits(bundle, "rules", &expected.rules, &actual.rules)?;
    let advisory: Vec<Reason> = actual.advisory.iter().map(|a| a.reason.clone()).collect();
    hits(bundle, "advisory", &expected.advisory, &advisory)?;
    let pointer = expected.rules.first().filter(|h| h.rule == "invalid_arguments" && !h.message.is_empty()).map(|h| h.message.as_str());
    if let Some(pointer) = pointer
        && !actual.rules.iter().any(|r| r.problems.iter().any(|p| p.pointer == pointer))
    {
        return Err(format!("the oracle finds fault with {pointer}, the engine with {:?}", actual.rules));
    }
    let place = |span: Span| {
        let position = bundle.sources.position(span);
        (bundle.sources.get(span.file).map(|f| f.name.clone()).unwrap_or_default(), position.line, position.column, bundle.sources.text(span).to_owned())
    };
    let expected_errors: Vec<_> = expected.errors.iter().map(|e| (e.rule.clone(), cause(e.why), place(e.span))).collect();
    let actual_errors: Vec<_> = actual
        .errors
        .iter()
        .map(|e| (e.rule.clone(), e.detail.cause, (e.detail.file.clone(), e.detail.line, e.detail.column, e.detail.text.clone())))
        .collect();
    same("errors", &expected_errors, &actual_errors)?;
    same("number of obligations", &expected.obligations.len(), &actual.obligations.len())?;
    for (expected, actual) in expected.obligations.iter().zip(&actual.obligations) {
        let agree = match (expected, actual) {
            (Obliged::Notify(a), Obligation::Notify { to: b }) | (Obliged::Require(a), Obligation::Require { what: b }) => a == b,
            (Obliged::Set(a, value, ty), Obligation::Set { field: b, value: written }) => {
                a == b && Json::read(written.get()).and_then(|j| oracle::read(&j, ty, "").ok()).as_ref() == Some(value)
            }
            (Obliged::Redact(a, pattern), Obligation::Redact { field: b, matching: Some(matching), finding }) => {
                a == b && matching.contains(pattern.as_str()) && finding.is_empty()
            }
            (Obliged::Clear(a), Obligation::Clear { label: b }) => a == b,
            (Obliged::Conceal(a, words), Obligation::Redact { field: b, matching: None, finding }) => a == b && words == finding,
            _ => false,
        };
        if !agree {
            return Err(format!("obligation: the oracle has {expected:?}, the engine {actual:?}"));
        }
    }
    let fields = expected.target.and_then(|t| bundle.targets.get(t)).map(|t| t.args.as_slice()).unwrap_or_default();
    if let (Some(written), Some(args)) = (&actual.args, &expected.args) {
        let json = Json::read(written.get()).ok_or("`args` is no JSON")?;
        let set: Vec<&str> = expected.obligations.iter().filter_map(|o| if let Obliged::Set(field, ..) = o { Some(field.as_str()) } else { None }).collect();
        same("args", args, &read_args(&json, fields, &set, &expected.context)?)?;
    }
    let changes = expected.obligations.iter().any(|o| matches!(o, Obliged::Set(..) | Obliged::Redact(..) | Obliged::Conceal(..)));
    if !changes && actual.args.is_some() {
        return Err("`args` are there, and nothing changes them".to_owned());
    }
    if expected.obligations.iter().any(|o| matches!(o, Obliged::Set(..))) && actual.args.is_none() {
        return Err("`args` are not there, and an obligation sets one".to_owned());
    }
    Ok(())
}

/// Reads `args` of a decision as the declaration says, and what an obligation sets by its type alone.
fn read_args(json: &Json, fields: &[Field], set: &[&str], context: &BTreeMap<String, Val>) -> Result<BTreeMap<String, Val>, String> {
    let mut values = BTreeMap::new();
    for field in fields {
        let value = match json.get(&field.name) {
            None => Val::Absent,
            Some(json) if set.contains(&field.name.as_str()) => oracle::read(json, &field.ty, &field.name).map_err(|m| format!("{m:?}"))?,
            Some(json) => oracle::read_field(json, field, context).map_err(|m| format!("{m:?}"))?,
        };
        values.insert(field.name.to_string(), value);
    }
    Ok(values)
}

fn same<T: PartialEq + Debug>(what: &str, expected: &T, actual: &T) -> Result<(), String> {
    if expected == actual { Ok(()) } else { Err(format!("{what}: the oracle has\n  {expected:?}\nthe engine\n  {actual:?}")) }
}

fn hits(bundle: &Bundle, what: &str, expected: &[Hit], actual: &[Reason]) -> Result<(), String> {
    let expected: Vec<_> = expected
        .iter()
        .map(|hit| {
            let place = hit.span.map(|s| {
                let position = bundle.sources.position(s);
                (bundle.sources.get(s.file).map(|f| f.name.clone()).unwrap_or_default(), position.line, position.column)
            });
            (hit.rule.clone(), if place.is_some() { hit.message.clone() } else { String::new() }, place)
        })
        .collect();
    let actual: Vec<_> = actual
        .iter()
        .map(|r| {
            let place = r.file.clone().map(|file| (file, r.line.unwrap_or(0), r.column.unwrap_or(0)));
            (r.rule.clone(), if place.is_some() { r.message.clone().unwrap_or_default() } else { String::new() }, place)
        })
        .collect();
    same(what, &expected, &actual)
}

const fn cause(why: Why) -> ErrorCause {
    match why {
        Why::Overflow => ErrorCause::Overflow,
        Why::Inexact => ErrorCause::Inexact,
        Why::MissingContext => ErrorCause::MissingContext,
        Why::MissingFact => ErrorCause::MissingFact,
        Why::Absent => ErrorCause::Absent,
        Why::RelativePath => ErrorCause::RelativePath,
        Why::PartialDay => ErrorCause::PartialDay,
        Why::Limit => ErrorCause::Limit,
        Why::Opaque => ErrorCause::Opaque,
        Why::NoPart => ErrorCause::NoPart,
        Why::Ambiguous => ErrorCause::Ambiguous,
        Why::Unsure => ErrorCause::Unsure,
        Why::TooShort => ErrorCause::TooShort,
        Why::UnknownEntity => ErrorCause::UnknownEntity,
    }
}
