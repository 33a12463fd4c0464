//! Approvals: what a person is asked, and what becomes of the answer.
//!
//! An answer is bound to the very step: the line of it is kept, and decided again when the answer comes, on the state then. An
//! answer for the session holds for equal steps of the same agent.

use std::sync::Arc;

use reach_codes::table::event as codes;
use reach_evaluator::VerifiedImage;
use reach_evaluator::image::{Form, Phase, StepKind, TypeDesc};
use reach_evaluator::value::Value;
use reach_values::{email, time};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::judge::asks;
use super::step::look;
use super::{Outcome, Progress, Session};
use crate::compose::rule_of;
use crate::decision::{Decision, Effect};
use crate::intake::problems::quoted;
use crate::intake::{Event, EventKind};
use crate::memory::agents::MAIN;
use crate::memory::key::Key;
use crate::memory::watch::Moment;
use crate::work::{Fault, Work};

/// How long an `ask` without `expires` may be answered, in nanoseconds.
pub(crate) const DEFAULT_EXPIRY: i128 = 3_600 * time::SECOND_NS;
/// What follows when an answer is not taken.
const NOT_ANSWERED: &str = "the step stays as it was decided";

/// A step that a person is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ask {
    /// The step's line.
    pub line: String,
    /// The `ask` rules of the decision that was shown.
    pub rules: Vec<u32>,
    /// The digest of its values.
    pub digest: [u8; 32],
    /// Until when it may be answered.
    pub until: i128,
    /// The number of the event by which it is asked.
    pub pos: u64,
}

/// An answer that holds for the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub digest: [u8; 32],
    pub rules: Vec<u32>,
    pub by: String,
    pub until: i128,
}

impl Session {
    /// Keeps what a person is asked, as long as there is room; what is dropped can't be answered.
    pub(super) fn keep_ask(&mut self, line: &str, event: &Event<'_>, kind: StepKind, decision: &Decision, rules: Vec<u32>) {
        let image = Arc::clone(&self.image);
        let expiry = rules.iter().filter_map(|rule| image.image().rules.get(*rule as usize)).map(|rule| rule.expires().unwrap_or(DEFAULT_EXPIRY)).min();
        let until = self.work.memory.now.saturating_add(expiry.unwrap_or(DEFAULT_EXPIRY));
        self.asked_bytes += line.len();
        let digest = digest(&self.work, &image, line, event, kind);
        let pos = self.moment().pos;
        self.asks.insert(decision.id.clone(), Ask { line: line.to_owned(), rules, digest, until, pos });
        self.ask_order.insert(pos, decision.id.clone());
        while self.asked_bytes > self.options.limits.waiting_bytes {
            let Some((_, oldest)) = self.ask_order.pop_first() else { break };
            self.drop_ask(&oldest);
        }
    }

    /// Forgets what was asked about a step.
    pub(super) fn drop_ask(&mut self, id: &str) {
        if let Some(ask) = self.asks.remove(id) {
            self.asked_bytes = self.asked_bytes.saturating_sub(ask.line.len());
            self.ask_order.remove(&ask.pos);
        }
    }

    /// Returns who agreed, for the session, to a step like the one at hand.
    pub(super) fn standing_approval(
        &mut self,
        image: &VerifiedImage,
        line: &str,
        event: &Event<'_>,
        kind: StepKind,
        asks: &[u32],
    ) -> Result<Option<String>, Fault> {
        if let Some(by) = self.answering.clone() {
            return Ok(Some(by));
        }
        let now = self.work.memory.now;
        self.standing.retain(|standing| standing.until >= now);
        if self.standing.is_empty() {
            return Ok(None);
        }
        let digest = digest(&self.work, image, line, event, kind);
        let found: Vec<Standing> = self.standing.iter().filter(|s| s.digest == digest && asks.iter().all(|rule| s.rules.contains(rule))).cloned().collect();
        for standing in found {
            if accepts(&mut self.work, image, asks, &standing.by)? {
                return Ok(Some(standing.by));
            }
        }
        Ok(None)
    }

    /// Takes a person's answer. The step is decided again if it is granted.
    pub(super) fn approval(&mut self, line: &str, event: &Event<'_>) -> Outcome {
        let id = self.piece(line, event.step());
        let by = self.piece(line, event.by());
        let session_scope = event.scope().is_some_and(|p| p.text(line, &self.work.step.scratch) == "session");
        let shown = quoted(&id, 60);
        match self.steps.get(id.as_str()).map(|step| step.progress) {
            None => return self.reject(codes::APPROVAL_OF_UNKNOWN_STEP, format!("there is no step {shown} in this session"), NOT_ANSWERED),
            Some(Progress::Asked) => {}
            Some(_) => return self.reject(codes::APPROVAL_NOT_ASKED, format!("nobody waits for an answer about the step {shown}"), NOT_ANSWERED),
        }
        let Some(ask) = self.asks.get(&id).cloned() else {
            return self.reject(codes::APPROVAL_LAPSED, format!("what was asked about the step {shown} is no longer known"), NOT_ANSWERED);
        };
        if self.work.memory.now > ask.until {
            self.hold_asked(&id);
            let until = time::format_time(ask.until);
            return self.reject(codes::APPROVAL_LAPSED, format!("the step {shown} could be answered until {until}"), NOT_ANSWERED);
        }
        if event.granted != Some(true) {
            let agent = self.steps.get(id.as_str()).map_or(MAIN, |step| step.agent as usize);
            self.hold_asked(&id);
            self.refused_by_person(&ask.line, agent);
            return Outcome::Observed;
        }
        self.answer(&id, &ask, &by, session_scope)
    }

    /// Ends what was asked about a step: it is not permitted.
    fn hold_asked(&mut self, id: &str) {
        self.drop_ask(id);
        if let Some(step) = self.steps.get_mut(id) {
            step.progress = Progress::Held;
        }
    }

    /// Reads the step of an agent that was asked about again, as it stands now.
    fn reread<'l>(&mut self, line: &'l str, agent: usize) -> Option<(Event<'l>, StepKind)> {
        let mut event = Event::empty();
        let now = self.work.memory.now;
        self.work.memory.agent = agent;
        self.read(line, &mut event).ok()?;
        let Some(EventKind::Step(kind)) = event.kind else { return None };
        event.at = Some(now);
        self.rereading = true;
        let prepared = self.prepare(line, &mut event, kind);
        self.rereading = false;
        self.work.memory.now = now;
        prepared.ok()?;
        Some((event, kind))
    }

    fn refused_by_person(&mut self, line: &str, agent: usize) {
        let moment = self.moment();
        let image = Arc::clone(&self.image);
        if let Some((event, kind)) = self.reread(line, agent)
            && let Some(target) = event.target.and_then(|t| image.image().targets.get(t))
        {
            let id = self.piece(line, event.id());
            self.trace_step(&id, &event, kind, moment.asked);
            self.feed((&target.watches, event.target), Phase::Denied, moment);
        }
    }

    fn answer(&mut self, id: &str, ask: &Ask, by: &str, session_scope: bool) -> Outcome {
        let image = Arc::clone(&self.image);
        let moment = self.moment();
        let asked = self.steps.get(id).map_or(moment.pos, |step| step.pos);
        let agent = self.steps.get(id).map_or(0, |step| step.agent as usize);
        let shown = quoted(id, 60);
        let alive = self.work.memory.agents.get(agent).is_some_and(|agent| agent.alive);
        let Some((event, kind)) = self.reread(&ask.line, agent).filter(|_| alive) else {
            self.hold_asked(id);
            return self.reject(
                codes::APPROVAL_LAPSED,
                format!("the step {shown} can no longer be taken: its agent is gone, or it doesn't fit any more"),
                NOT_ANSWERED,
            );
        };
        if digest(&self.work, &image, &ask.line, &event, kind) != ask.digest {
            self.hold_asked(id);
            return self.reject(codes::APPROVAL_LAPSED, format!("the step {shown} is read otherwise now than when it was asked about"), NOT_ANSWERED);
        }
        let accepted = look(&mut self.work, &image, event.target).and_then(|decider| {
            let asked = asks(&self.work.looked, decider);
            let answered = asked.iter().all(|rule| ask.rules.contains(rule));
            Ok((answered, accepts(&mut self.work, &image, &asked, by)?))
        });
        match accepted {
            Ok((_, false)) => {
                return self.reject(codes::APPROVER_NOT_ACCEPTED, format!("{} may not answer about the step {shown}", quoted(by, 60)), NOT_ANSWERED);
            }
            Ok((answered, true)) => self.answering = answered.then(|| by.to_owned()),
            Err(_) => self.answering = None,
        }
        let line = ask.line.clone();
        let judged = self.judge(&line, &event, kind, id);
        self.answering = None;
        if judged.decision.effect == Effect::Permit && session_scope {
            self.standing.push(Standing { digest: ask.digest, rules: ask.rules.clone(), by: by.to_owned(), until: ask.until });
            if self.standing.len() > MOST_STANDING {
                self.standing.remove(0);
            }
        }
        self.drop_ask(id);
        let decision = self.fold_decided(&line, &event, kind, judged, Moment { asked, ..moment }, true);
        Outcome::Decision(Box::new(decision))
    }
}

/// How many answers for the session are kept.
const MOST_STANDING: usize = 1_000;

/// Returns what tells a step from every other: who takes it, what it is, its arguments and facts, and the bundle.
fn digest(work: &Work, image: &VerifiedImage, line: &str, event: &Event<'_>, kind: StepKind) -> [u8; 32] {
    let mut key = Key::of_agent(Some(work.memory.agent));
    key.bytes.push(kind as u8);
    let view = work.view(image);
    if let Some(Value::Text(name)) = work.step.slots.first() {
        key.bytes.extend_from_slice(view.text(*name).as_bytes());
        key.bytes.push(0);
    }
    if let Some(target) = event.target.and_then(|t| image.image().targets.get(t)) {
        for field in target.args.iter().chain(&target.facts) {
            let value = work.step.slots.get(usize::from(field.slot.0)).copied().unwrap_or(Value::Absent);
            key.push(view, field.ty, value);
        }
    }
    if event.target.is_none() {
        // Nothing says what the arguments of an undeclared step mean, so they must be written alike.
        let args = event.args_range.and_then(|(start, end)| line.get(start..end)).unwrap_or("");
        key.bytes.extend_from_slice(args.as_bytes());
    }
    let mut hash = Sha256::new();
    hash.update(image.digest().as_bytes());
    hash.update(&key.bytes);
    hash.finalize().into()
}

/// Returns whether every `ask` rule lets a person answer. One whose `by` has no value lets nobody.
fn accepts(work: &mut Work, image: &VerifiedImage, asks: &[u32], by: &str) -> Result<bool, Fault> {
    let looked: Vec<_> = work.looked.iter().filter(|l| asks.contains(&l.at.rule)).copied().collect();
    for rule in &looked {
        let Some((_, variant)) = rule_of(image, rule) else { continue };
        let Some(approver) = variant.approver else { continue };
        let value = work.run(image, approver.who)?;
        let view = work.view(image);
        let (of, members) = match (image.ty(approver.ty), value) {
            (TypeDesc::List(of) | TypeDesc::Set(of), Value::List(cells)) => (image.ty(*of), view.cells(cells).to_vec()),
            (desc, value @ Value::Text(_)) => (desc, vec![value]),
            _ => return Ok(false),
        };
        let is_email = matches!(of, TypeDesc::Form(Form::Email));
        let person = if is_email {
            let Ok(normal) = email::normalize(by) else { return Ok(false) };
            normal.into_owned()
        } else {
            by.to_owned()
        };
        let same = |member: &Value| match member {
            // Whoever writes a name otherwise is no second person.
            Value::Text(text) if approver.one_of => view.text(*text) == person,
            Value::Text(text) => view.text(*text).trim().to_lowercase() == person.trim().to_lowercase(),
            _ => !approver.one_of,
        };
        if members.iter().any(same) != approver.one_of {
            return Ok(false);
        }
    }
    Ok(true)
}
