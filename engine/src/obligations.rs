//! What goes with a permitted or asked step.

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::ObligationDef;
use reach_evaluator::op::{Detector, Slot};
use reach_evaluator::print::json_text;
use reach_evaluator::value::Value;
use reach_values::json::push_string;
use serde_json::value::RawValue;

use crate::compose::rule_of;
use crate::decide::{By, Looked};
use crate::decision::Obligation;
use crate::intake::peek::top_level;
use crate::place::spot;
use crate::work::{Fault, Work};

/// Obligations that contradict one another, or have no value: why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict(pub String);

/// The obligations of a step.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Each once, in source order of what asks for it first.
    pub list: Vec<Obligation>,
    /// The arguments as they must be used, if that changes them.
    pub args: Option<Box<RawValue>>,
}

/// A change of an argument.
struct Change<'i> {
    field: &'i str,
    rule: &'i str,
    what: What<'i>,
}

enum What<'i> {
    /// The value, as JSON.
    Set(String),
    /// The pattern as written, and the value it leaves, as JSON.
    Redact { matching: &'i str },
    /// What was looked for.
    Conceal(&'i [Detector]),
}

/// Gathers the obligations of every rule whose obligations go with the decision.
pub(crate) fn gather(
    work: &mut Work,
    image: &VerifiedImage,
    looked: &[Looked],
    by: By,
    target: Option<usize>,
    args: Option<&str>,
) -> Result<Result<Gathered, Conflict>, Fault> {
    let mut gathered = Gathered::default();
    let mut changes: Vec<Change<'_>> = Vec::new();
    // The redacted text of each field, as far as it has come.
    let mut redacted: Vec<(&str, Option<String>)> = Vec::new();
    for l in looked.iter().filter(|l| by.obliges(l)) {
        let Some((def, variant)) = rule_of(image, l) else { continue };
        let rule = image.text(def.name);
        for obligation in &variant.obligations {
            match obligation {
                ObligationDef::Clear(label) => {
                    let label = image.image().labels.get(*label as usize).map_or("", |label| image.text(*label));
                    if !gathered.list.iter().any(|o| matches!(o, Obligation::Clear { label: l } if l == label)) {
                        gathered.list.push(Obligation::Clear { label: label.to_owned() });
                    }
                }
                ObligationDef::Notify(to) => {
                    let to = image.text(*to);
                    if !gathered.list.iter().any(|o| matches!(o, Obligation::Notify { to: t } if t == to)) {
                        gathered.list.push(Obligation::Notify { to: to.to_owned() });
                    }
                }
                ObligationDef::Require(what) => {
                    let what = image.text(*what);
                    if !gathered.list.iter().any(|o| matches!(o, Obligation::Require { what: w } if w == what)) {
                        gathered.list.push(Obligation::Require { what: what.to_owned() });
                    }
                }
                ObligationDef::Set { field, region, ty } => {
                    let field = image.text(*field);
                    let value = work.run(image, *region)?;
                    if let Value::None(lost) = value {
                        let at = spot(image, lost.place);
                        return Ok(Err(Conflict(format!("`{rule}` sets `args.{field}` to what has no value ({}:{}:{})", at.file, at.line, at.column))));
                    }
                    let Some(written) = json_text(work.view(image), *ty, value) else {
                        return Ok(Err(Conflict(format!("`{rule}` sets `args.{field}` to a value longer than an event may be"))));
                    };
                    if let Some(other) = changes.iter().find(|c| c.field == field) {
                        match &other.what {
                            What::Set(same) if *same == written => continue,
                            What::Set(differs) => {
                                let (a, b) = (differs, &written);
                                return Ok(Err(Conflict(format!("`{}` sets `args.{field}` to {a}, and `{rule}` to {b}", other.rule))));
                            }
                            What::Redact { .. } | What::Conceal(_) => return Ok(Err(both(other.rule, rule, field))),
                        }
                    }
                    let value = raw(&written)?;
                    gathered.list.push(Obligation::Set { field: field.to_owned(), value });
                    changes.push(Change { field, rule, what: What::Set(written) });
                }
                ObligationDef::Conceal { field, detectors, slot } => {
                    let field = image.text(*field);
                    if let Some(set) = changes.iter().find(|c| c.field == field && matches!(c.what, What::Set(_))) {
                        return Ok(Err(both(set.rule, rule, field)));
                    }
                    if changes.iter().any(|c| c.field == field && matches!(c.what, What::Conceal(same) if same == detectors)) {
                        continue;
                    }
                    if let Some(text) = redacted_text(&mut redacted, field, *slot, image, work) {
                        *text = conceal(text, detectors);
                    }
                    let finding = detectors.iter().map(|detector| detector.word().to_owned()).collect();
                    gathered.list.push(Obligation::Redact { field: field.to_owned(), matching: None, finding });
                    changes.push(Change { field, rule, what: What::Conceal(detectors) });
                }
                ObligationDef::Redact { field, pattern, slot } => {
                    let (id, field) = (*pattern, image.text(*field));
                    let matching = image.image().patterns.get(id.0 as usize).map_or("", |p| image.text(p.text));
                    if let Some(set) = changes.iter().find(|c| c.field == field && matches!(c.what, What::Set(_))) {
                        return Ok(Err(both(set.rule, rule, field)));
                    }
                    if changes.iter().any(|c| c.field == field && matches!(c.what, What::Redact { matching: m } if m == matching)) {
                        continue;
                    }
                    let Some(pattern) = image.pattern(id) else { return Err(Fault("a pattern is not in the image".into())) };
                    if let Some(text) = redacted_text(&mut redacted, field, *slot, image, work) {
                        *text = pattern.replace_all(text, REDACTED).into_owned();
                    }
                    gathered.list.push(Obligation::Redact { field: field.to_owned(), matching: Some(matching.to_owned()), finding: Vec::new() });
                    changes.push(Change { field, rule, what: What::Redact { matching } });
                }
            }
        }
    }
    if target.is_some() && !changes.is_empty() {
        gathered.args = changed(args.unwrap_or("{}"), &changes, &redacted)?;
    }
    Ok(Ok(gathered))
}

/// What stands where something was removed.
const REDACTED: &str = "[redacted]";

/// Returns the text of an argument with what was removed so far; none for an absent one.
fn redacted_text<'r, 'i>(
    redacted: &'r mut Vec<(&'i str, Option<String>)>,
    field: &'i str,
    slot: Slot,
    image: &VerifiedImage,
    work: &Work,
) -> Option<&'r mut String> {
    let index = redacted.iter().position(|(f, _)| *f == field).unwrap_or(redacted.len());
    if index == redacted.len() {
        let text = match work.step.slots.get(slot.0 as usize) {
            Some(Value::Text(s)) => Some(work.view(image).text(*s).to_owned()),
            _ => None,
        };
        redacted.push((field, text));
    }
    redacted.get_mut(index)?.1.as_mut()
}

/// Removes what any of the detectors finds. Pieces that touch or overlap are removed as one.
fn conceal(text: &str, detectors: &[Detector]) -> String {
    let mut found = Vec::new();
    for detector in detectors {
        detector.find(text, &mut |range| {
            found.push((range.start, range.end));
            true
        });
    }
    found.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut behind = 0;
    for (start, end) in found {
        if start > behind || (start == behind && behind == 0) {
            out.push_str(text.get(behind..start).unwrap_or(""));
            out.push_str(REDACTED);
        }
        behind = behind.max(end);
    }
    out.push_str(text.get(behind..).unwrap_or(""));
    out
}

fn both(a: &str, b: &str, field: &str) -> Conflict {
    Conflict(format!("`{a}` and `{b}` change `args.{field}` in different ways: one sets it, one redacts it"))
}

/// Returns the arguments with the changes; none if nothing is different.
fn changed(args: &str, changes: &[Change<'_>], redacted: &[(&str, Option<String>)]) -> Result<Option<Box<RawValue>>, Fault> {
    let mut new: Vec<(&str, String)> = Vec::new();
    for change in changes {
        match &change.what {
            What::Set(value) => new.push((change.field, value.clone())),
            What::Redact { .. } | What::Conceal(_) => {
                if let Some((_, Some(text))) = redacted.iter().find(|(f, _)| *f == change.field)
                    && !new.iter().any(|(f, _)| *f == change.field)
                {
                    let mut quoted = String::new();
                    push_string(&mut quoted, text);
                    new.push((change.field, quoted));
                }
            }
        }
    }
    let mut out = String::from("{");
    let mut place = |key: &str, value: &str| {
        if out.len() > 1 {
            out.push(',');
        }
        push_string(&mut out, key);
        out.push(':');
        out.push_str(value);
    };
    let mut used = vec![false; new.len()];
    top_level(args, |key, value| {
        match new.iter().position(|(field, _)| *field == key) {
            Some(index) => {
                if let (Some((_, value)), Some(used)) = (new.get(index), used.get_mut(index)) {
                    place(key, value);
                    *used = true;
                }
            }
            None => place(key, value),
        }
        true
    });
    for ((field, value), used) in new.iter().zip(&used) {
        if !used && value != "null" {
            place(field, value);
        }
    }
    out.push('}');
    Ok(Some(raw(&out)?))
}

fn raw(json: &str) -> Result<Box<RawValue>, Fault> {
    RawValue::from_string(json.to_owned()).map_err(|e| Fault(format!("arguments that are no JSON: {e}")))
}
