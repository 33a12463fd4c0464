//! What a step comes to: rights, rules, approvals, obligations, budgets.

use std::sync::Arc;

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{Effect as RuleEffect, GrantDef, StepKind};
use reach_evaluator::value::Value;

use super::Session;
use super::step::{look, step_of};
use crate::compose::{compose, rule_of, step_name};
use crate::decide::{By, Looked, Tri};
use crate::decision::{Decision, Effect};
use crate::intake::Event;
use crate::intake::stop::Excess;
use crate::memory::agents::Rights;
use crate::memory::budgets::Charges;
use crate::reserved::Reserved;
use crate::work::{Fault, Work};

/// What a step came to.
pub(super) struct Judged {
    pub decision: Decision,
    /// What it takes from budgets.
    pub charges: Charges,
    /// Who decided.
    pub by: By,
    /// The `ask` rules, where it is asked.
    pub asks: Vec<u32>,
    /// What a child gets, where it is spawned.
    pub rights: Rights,
}

impl Session {
    /// Decides a step whose arguments fit. `id` is its identity.
    pub(super) fn judge(&mut self, line: &str, event: &Event<'_>, kind: StepKind, id: &str) -> Judged {
        let image = Arc::clone(&self.image);
        let refused = |session: &Self, reserved: &Reserved| Judged {
            decision: session.forbid(id.to_owned(), reserved),
            charges: Charges::new(),
            by: By::Default,
            asks: Vec::new(),
            rights: Rights::default(),
        };
        if let Err(reserved) = self.entitled(&image, event, kind) {
            return refused(self, &reserved);
        }
        match self.judge_by_rules(&image, line, event, kind, id) {
            Ok(Ok(judged)) => judged,
            Ok(Err(reserved)) => refused(self, &reserved),
            Err(Fault(why)) => refused(self, &Reserved::Internal(why)),
        }
    }

    fn judge_by_rules(&mut self, image: &VerifiedImage, line: &str, event: &Event<'_>, kind: StepKind, id: &str) -> Result<Result<Judged, Reserved>, Fault> {
        if let Some(seen) = &mut self.work.seen {
            seen.begin();
        }
        let by = look(&mut self.work, image, event.target)?;
        let judged = self.judge_looked(image, line, event, kind, id, by)?;
        if let Some(seen) = &mut self.work.seen {
            match &judged {
                Ok(judged) => seen.end(by, &judged.decision),
                Err(_) => seen.refused(),
            }
        }
        Ok(judged)
    }

    /// Decides by the rules that were looked at.
    fn judge_looked(
        &mut self,
        image: &VerifiedImage,
        line: &str,
        event: &Event<'_>,
        kind: StepKind,
        id: &str,
        by: By,
    ) -> Result<Result<Judged, Reserved>, Fault> {
        let asks = asks(&self.work.looked, by);
        let approver = if asks.is_empty() { None } else { self.standing_approval(image, line, event, kind, &asks)? };
        let step = crate::compose::Step { approved_by: approver.as_deref(), ..step_of(line, event, kind) };
        let blank = self.blank(id.to_owned());
        let decision = compose(&mut self.work, image, by, step, blank, &self.options.limits)?;
        let mut judged = Judged { decision, charges: Charges::new(), by, asks, rights: Rights::default() };
        if judged.decision.effect == Effect::Forbid {
            return Ok(Ok(judged));
        }
        if let Some(target) = event.target.and_then(|t| image.image().targets.get(t))
            && !target.charges.is_empty()
        {
            match self.work.charges(image, &target.charges)? {
                Ok(charges) => judged.charges = charges,
                Err(why) => return Ok(Err(Reserved::Budget(why))),
            }
            if let Err(why) = self.work.afford(image, &judged.charges)? {
                return Ok(Err(Reserved::Budget(why)));
            }
        }
        if kind == StepKind::Spawn {
            match rights(&mut self.work, image)? {
                Ok(rights) => judged.rights = rights,
                Err(why) => return Ok(Err(Reserved::Budget(why))),
            }
        }
        Ok(Ok(judged))
    }

    /// Looks at what must hold for an agent's step before rules do: room for a child, and what its ancestors were granted.
    fn entitled(&mut self, image: &VerifiedImage, event: &Event<'_>, kind: StepKind) -> Result<(), Reserved> {
        let limits = self.options.limits;
        let agent = self.work.memory.agent;
        if kind == StepKind::Spawn {
            if self.work.memory.agents.len() >= limits.agents {
                return Err(Reserved::Limit(Excess::Agents));
            }
            if self.work.memory.agents.get(agent).is_none_or(|a| a.depth >= limits.spawn_depth) {
                return Err(Reserved::Limit(Excess::SpawnDepth));
            }
        }
        let Some(target) = event.target.and_then(|t| u32::try_from(t).ok()) else { return Ok(()) };
        let granted = match self.work.memory.agents.conditions(image, agent, target) {
            None => false,
            Some(all) => {
                let mut granted = true;
                for alternatives in all {
                    let mut some = false;
                    for region in alternatives {
                        some |= self.work.condition(image, region).map_err(|Fault(why)| Reserved::Internal(why))? == Tri::True;
                    }
                    granted &= some;
                }
                granted
            }
        };
        if granted {
            return Ok(());
        }
        let name = self.work.memory.agents.get(agent).map(|a| a.id.clone()).unwrap_or_default();
        Err(Reserved::NotGranted { step: step_name(image, &self.work, kind), agent: name })
    }
}

/// Returns the `ask` rules that decided.
pub(super) fn asks(looked: &[Looked], by: By) -> Vec<u32> {
    match by {
        By::Asks | By::Otherwise => looked.iter().filter(|l| by.includes(l)).map(|l| l.at.rule).collect(),
        _ => Vec::new(),
    }
}

/// Computes what the permits that match give to a child. Each of them must let it take a step.
fn rights(work: &mut Work, image: &VerifiedImage) -> Result<Result<Rights, String>, Fault> {
    let mut rights = Rights::default();
    let permits: Vec<Looked> = work.looked.iter().filter(|l| !l.advisory && l.effect == RuleEffect::Permit && l.tri == Tri::True).copied().collect();
    for permit in &permits {
        let Some((_, variant)) = rule_of(image, permit) else { continue };
        let Some(grants) = &variant.grants else { continue };
        for grant in grants {
            if let GrantDef::Budget { budget, amount } = grant {
                let Value::Num(amount) = work.run(image, *amount)? else {
                    return Ok(Err("an amount that the agent would be granted has no value".into()));
                };
                let cap = rights.caps.entry(*budget).or_insert(amount);
                *cap = amount.min(*cap);
            }
        }
        rights.grants.push(permit.at.rule);
    }
    Ok(Ok(rights))
}
