//! From an effect to a decision: reasons, messages, errors, obligations.

use reach_evaluator::image::{self, MessagePart, StepKind};
use reach_evaluator::print::message_text;
use reach_evaluator::value::Value;
use reach_evaluator::{RuleRow, VariantRow, VerifiedImage};

use crate::decide::{By, Looked, Tri};
use crate::decision::{AdvisoryEffect, AdvisoryReason, Decision, Effect, Reason, RuleError};
use crate::limits::Limits;
use crate::obligations::{Conflict, gather};
use crate::place::{detail, spot_of};
use crate::reserved::Reserved;
use crate::work::{Fault, Work};

/// The step that a decision is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    pub kind: StepKind,
    /// The declared step that covers it.
    pub target: Option<usize>,
    /// Its arguments as they came.
    pub args: Option<&'a str>,
    /// Who agreed to it, where it was asked.
    pub approved_by: Option<&'a str>,
}

/// Completes a decision to which nothing was added yet.
pub(crate) fn compose(work: &mut Work, image: &VerifiedImage, by: By, step: Step<'_>, blank: Decision, limits: &Limits) -> Result<Decision, Fault> {
    let looked = std::mem::take(&mut work.looked);
    let done = compose_from(work, image, &looked, by, step, blank, limits);
    work.looked = looked;
    done
}

fn compose_from(
    work: &mut Work,
    image: &VerifiedImage,
    looked: &[Looked],
    by: By,
    step: Step<'_>,
    blank: Decision,
    limits: &Limits,
) -> Result<Decision, Fault> {
    let approved = matches!(by, By::Asks | By::Otherwise).then_some(step.approved_by).flatten();
    let effect = if approved.is_some() { Effect::Permit } else { by.effect() };
    let mut decision = Decision { effect, ..blank };
    match by {
        By::Default => decision.rules.push(Reserved::Default { step: step_name(image, work, step.kind) }.reason(limits)),
        By::Undeclared => decision.rules.push(Reserved::Undeclared { step: step_name(image, work, step.kind) }.reason(limits)),
        By::Forbids | By::Asks | By::Permits | By::Otherwise => {
            for rule in looked.iter().filter(|l| by.includes(l)) {
                let approved_by = approved.map(str::to_owned);
                decision.rules.push(Reason { approved_by, ..reason(work, image, rule)? });
            }
        }
    }
    for rule in looked.iter().filter(|l| l.advisory && l.matches()) {
        let Some((def, _)) = rule_of(image, rule) else { continue };
        decision.advisory.push(AdvisoryReason { effect: advisory_effect(def.effect), reason: reason(work, image, rule)? });
    }
    for rule in looked.iter().filter(|l| l.tri == Tri::None) {
        let counts = by.includes(rule) || by.obliges(rule) || (rule.advisory && rule.matches());
        let Some((def, variant)) = rule_of(image, rule).filter(|_| counts) else { continue };
        if let Some(lost) = work.lost(image, variant.plain)? {
            decision.errors.push(RuleError { rule: image.text(def.name).to_owned(), detail: detail(image, lost) });
        }
    }
    if matches!(decision.effect, Effect::Forbid) {
        return Ok(decision);
    }
    match gather(work, image, looked, by, step.target, step.args)? {
        Ok(obligations) => {
            decision.obligations = obligations.list;
            decision.args = obligations.args;
        }
        Err(Conflict(why)) => {
            decision.effect = Effect::Forbid;
            decision.rules = vec![Reserved::Obligation(why).reason(limits)];
        }
    }
    Ok(decision)
}

/// Returns kind and name of a step, in backticks.
pub(crate) fn step_name(image: &VerifiedImage, work: &Work, kind: StepKind) -> String {
    let name = match work.step.slots.first() {
        Some(Value::Text(s)) => work.view(image).text(*s).chars().take(100).collect(),
        _ => String::new(),
    };
    format!("`{} {name}`", kind.word()).replace(" `", "`")
}

/// Returns a rule and the variant that was looked at.
pub(crate) fn rule_of<'i>(image: &'i VerifiedImage, looked: &Looked) -> Option<(&'i RuleRow, &'i VariantRow)> {
    let tables = image.image();
    Some((tables.rules.get(looked.at.rule as usize)?, tables.variant(looked.at)?))
}

fn reason(work: &mut Work, image: &VerifiedImage, looked: &Looked) -> Result<Reason, Fault> {
    let Some((def, variant)) = rule_of(image, looked) else { return Err(Fault("a rule is not in the image".into())) };
    let at = spot_of(image, def.at);
    let parts = image.image().message(variant);
    Ok(Reason {
        rule: image.text(def.name).to_owned(),
        file: Some(at.file.to_owned()),
        line: Some(at.line),
        column: Some(at.column),
        message: if parts.is_empty() { None } else { Some(message(work, image, parts)?) },
        severity: def.severity().map(|s| image.text(s).to_owned()),
        approved_by: None,
        problems: Vec::new(),
    })
}

/// Writes a message with its values.
fn message(work: &mut Work, image: &VerifiedImage, parts: &[MessagePart]) -> Result<String, Fault> {
    let mut out = String::new();
    for part in parts {
        match part {
            MessagePart::Text(id) => out.push_str(image.text(*id)),
            MessagePart::Value(region, ty) => {
                let value = work.run(image, *region)?;
                out.push_str(&message_text(work.view(image), *ty, value));
            }
        }
    }
    Ok(out)
}

pub(crate) const fn advisory_effect(effect: image::Effect) -> AdvisoryEffect {
    match effect {
        image::Effect::Permit => AdvisoryEffect::Permit,
        image::Effect::Ask => AdvisoryEffect::Ask,
        image::Effect::Forbid => AdvisoryEffect::Forbid,
        image::Effect::OtherwiseAsk => AdvisoryEffect::OtherwiseAsk,
        image::Effect::Oblige => AdvisoryEffect::Oblige,
    }
}
