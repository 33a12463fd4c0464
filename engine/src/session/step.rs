//! Steps: what must hold before rules are looked at, the rules, and the decision.

use std::sync::Arc;

use reach_evaluator::image::{Effect as RuleEffect, RuleRef, StepKind};
use reach_evaluator::value::{Space, Str, Value};
use reach_evaluator::{MAIN_AGENT, Pass, VerifiedImage};
use reach_values::json::Lies;

use super::context::{names, problem};
use super::judge::asks;
use super::read::stop_reason;
use super::{Progress, Session, Verdict};
use crate::compose::{Step, step_name};
use crate::decide::{By, Looked, Tri, decide, needs_otherwise};
use crate::decision::{ArgumentProblem, Decision};
use crate::explain::{ExplainError, Explanation};
use crate::intake::problems::Flaw;
use crate::intake::stop::Excess;
use crate::intake::{Event, EventKind, is_unread, slot_mut};
use crate::memory::agents::MAIN;
use crate::memory::trace::Taken;
use crate::reserved::Reserved;
use crate::work::{Fault, Work, operand};

impl Session {
    /// Decides a step and keeps what became of it.
    pub(super) fn step(&mut self, line: &str, event: &mut Event<'_>, kind: StepKind) -> Decision {
        let id = self.piece(line, event.id());
        if let Err(reserved) = self.prepare(line, event, kind) {
            self.fold_refused(event, kind, &id);
            return self.forbid(id, &reserved);
        }
        let judged = self.judge(line, event, kind, &id);
        let moment = self.moment();
        self.fold_decided(line, event, kind, judged, moment, false)
    }

    /// Keeps that a step was not permitted, unless another step has that `id`.
    pub(super) fn hold(&mut self, id: &str) {
        if !id.is_empty() && self.steps.len() < self.options.limits.steps && !self.steps.contains_key(id) {
            self.keep_step(id, Progress::Held, self.entries.saturating_sub(1), None);
        }
    }

    /// Decides without reasons and without keeping anything.
    pub(super) fn verdict(&mut self, line: &str) -> Verdict {
        self.aside(|session| session.verdict_of(line)).unwrap_or(Verdict::FORBID)
    }

    /// Looks at an event as if it came now, and leaves the session as it was.
    pub(super) fn aside<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let (last_at, unnamed) = (self.last_at, self.id.is_empty());
        self.entries += 1;
        let (agent, now, began) = (self.work.memory.agent, self.work.memory.now, self.work.memory.began);
        self.work.memory.begin_aside();
        let seen = look(self);
        self.entries -= 1;
        self.last_at = last_at;
        self.work.memory.end_aside();
        (self.work.memory.agent, self.work.memory.now, self.work.memory.began) = (agent, now, began);
        if unnamed {
            self.id.clear();
        }
        seen
    }

    fn verdict_of(&mut self, line: &str) -> Option<Verdict> {
        let mut event = Event::empty();
        let kind = self.read_step(line, &mut event)?;
        self.verdict_by_rules(line, &event, kind)
    }

    /// Reads a step that fits.
    pub(super) fn read_step<'l>(&mut self, line: &'l str, event: &mut Event<'l>) -> Option<StepKind> {
        self.read(line, event).ok()?;
        let Some(EventKind::Step(kind)) = event.kind else { return None };
        self.prepare(line, event, kind).ok()?;
        Some(kind)
    }

    /// Decides a step that was read.
    pub(super) fn verdict_by_rules(&mut self, line: &str, event: &Event<'_>, kind: StepKind) -> Option<Verdict> {
        if let Some(verdict) = self.verdict_by_rules_alone(event, kind)? {
            return Some(verdict);
        }
        let decision = self.judge(line, event, kind, "").decision;
        let rules = decision.rules.iter().filter(|r| r.file.is_some()).count();
        Some(Verdict { effect: decision.effect, rules: u32::try_from(rules).unwrap_or(u32::MAX) })
    }

    /// Decides a step that was read, where nothing else counts than what rules come to: `Some(None)` where more does.
    pub(super) fn verdict_by_rules_alone(&mut self, event: &Event<'_>, kind: StepKind) -> Option<Option<Verdict>> {
        if !self.is_plain(&self.image, event, kind) {
            return Some(None);
        }
        let by = look(&mut self.work, &self.image, event.target).ok()?;
        let obliges = self.work.looked.iter().any(|l| by.obliges(l) && !variant_obligations(&self.image, l).is_empty());
        if obliges || !asks(&self.work.looked, by).is_empty() {
            return Some(None);
        }
        let rules = self.work.looked.iter().filter(|l| by.includes(l)).count();
        Some(Some(Verdict { effect: by.effect(), rules: u32::try_from(rules).unwrap_or(u32::MAX) }))
    }

    /// Returns whether nothing but rules decides on a step: no budget, no grants, no child.
    fn is_plain(&self, image: &VerifiedImage, event: &Event<'_>, kind: StepKind) -> bool {
        let charged = event.target.and_then(|t| image.image().targets.get(t)).is_some_and(|t| !t.charges.is_empty());
        self.work.memory.agent == MAIN && !charged && kind != StepKind::Spawn
    }

    pub(super) fn explain_step(&mut self, line: &str) -> Result<Explanation, ExplainError> {
        self.aside(|session| session.explain_event(line))
    }

    fn explain_event(&mut self, line: &str) -> Result<Explanation, ExplainError> {
        let image = Arc::clone(&self.image);
        let mut event = Event::empty();
        let closed = |session: &Self, id: String, reserved: &Reserved, step: String| {
            Ok(Explanation { decision: session.forbid(id, reserved), step, rules: Vec::new(), nearest: None })
        };
        if let Err(stop) = self.read(line, &mut event) {
            let seen = crate::intake::peek::glimpse(line);
            seen.step_kind().ok_or(ExplainError::NotAStep)?;
            return closed(self, seen.id.unwrap_or_default(), &stop_reason(&stop), String::new());
        }
        let Some(EventKind::Step(kind)) = event.kind else { return Err(ExplainError::NotAStep) };
        let id = self.piece(line, event.id());
        if let Err(reserved) = self.prepare(line, &mut event, kind) {
            let name = self.piece(line, event.name());
            return closed(self, id, &reserved, format!("{} {name}", kind.word()).trim_end().to_owned());
        }
        let step = step_text(&image, &self.work, kind, event.target);
        let judged = self.judge(line, &event, kind, &id);
        let by = judged.by;
        let decided = crate::explain::explain(&mut self.work, &image, by, rules_of(&image, event.target), judged.decision, step.clone());
        decided.or_else(|Fault(why)| closed(self, id, &Reserved::Internal(why), step))
    }

    /// Does everything that comes before rules: limits, envelope, arguments, refinements, definition, class fields.
    pub(super) fn prepare(&mut self, line: &str, event: &mut Event<'_>, kind: StepKind) -> Result<(), Reserved> {
        let limits = self.options.limits;
        if !self.rereading {
            self.check_envelope(line, event);
            self.check_id(line, event);
            self.check_agent(line, event);
        }
        self.work.pointer.clear();
        {
            let (mut sink, slots) = self.work.step_sink(&self.image, &limits, line);
            event.read_step(&mut sink, slots).map_err(|stop| stop_reason(&stop))?;
        }
        if let Some(ending) = &self.ended {
            let problem = ArgumentProblem {
                pointer: "/session".into(),
                expected: "a session that goes on".into(),
                actual: format!("one that ended at entry {}: {}", ending.entry, ending.why),
            };
            return Err(Reserved::InvalidArguments(vec![problem], 1));
        }
        if let Some(why) = &self.unrecorded {
            return Err(Reserved::Unrecorded(format!("one before it could not be ({why})")));
        }
        self.invalid()?;
        if self.steps.len() >= limits.steps {
            return Err(Reserved::Limit(Excess::Steps));
        }
        self.fill_system(line, event, kind);
        let Some(target) = event.target.and_then(|t| self.image.image().targets.get(t)) else { return Ok(()) };
        let (pinned, derive) = (target.pinned, target.derive);
        if !target.checks.is_empty() {
            self.check_arguments(event.target)?;
            self.invalid()?;
        }
        if let Some(pinned) = pinned {
            let pinned = self.image.text(pinned);
            let actual = event.definition().map(|p| p.text(line, &self.work.step.scratch));
            if actual != Some(pinned) {
                return Err(Reserved::Definition { pinned: pinned.to_owned(), actual: actual.map(|a| a.chars().take(100).collect()) });
            }
        }
        if let Some(region) = derive {
            self.work.run(&self.image, region).map_err(|Fault(why)| Reserved::Internal(why))?;
            self.work.step.seal();
        }
        #[cfg(test)]
        if self.sabotaged {
            self.work.step.slots.fill(Value::Bool(true));
        }
        Ok(())
    }

    /// Refuses the step if anything doesn't fit so far.
    fn invalid(&self) -> Result<(), Reserved> {
        let problems = &self.work.problems;
        if problems.is_empty() { Ok(()) } else { Err(Reserved::InvalidArguments(problems.shown(), problems.count)) }
    }

    fn check_id(&mut self, line: &str, event: &Event<'_>) {
        let Some(piece) = event.id() else { return };
        let id = piece.text(line, &self.work.step.scratch);
        // A child is named by the step that spawned it.
        let taken = id == "main" && matches!(event.kind, Some(EventKind::Step(StepKind::Spawn)));
        if taken || self.steps.contains_key(id) {
            let limits = self.options.limits;
            self.flaw(line, &limits, "id", Flaw::Duplicate, "an `id` that no step of the session has", |input, scratch| {
                format!("text {}", crate::intake::problems::quoted(piece.text(input, scratch), 60))
            });
        }
    }

    fn fill_system(&mut self, line: &str, event: &Event<'_>, kind: StepKind) {
        let step = &mut self.work.step;
        step.input.push_str(line);
        let name = match event.name() {
            Some(p) => {
                let space = if p.lies == Lies::Scratch { Space::Scratch } else { Space::Input };
                let atom = match event.target.and_then(|t| self.image.image().targets.get(t)) {
                    // It was found by its name.
                    Some(target) if matches!(kind, StepKind::Call | StepKind::Spawn | StepKind::Model) => self.image.pool_str(target.name).atom,
                    _ => self.image.atom_of(p.text(line, &step.scratch)),
                };
                Str { space, start: u32::try_from(p.start).unwrap_or(u32::MAX), len: u32::try_from(p.len).unwrap_or(0), atom }
            }
            None => Str { space: Space::Input, start: 0, len: 0, atom: self.image.atom_of("") },
        };
        let agent = self.work.memory.agents.get(self.work.memory.agent);
        let (depth, children) = agent.map_or((0, 0), |agent| (agent.depth, agent.live_children));
        let agent = {
            let name = agent.map_or(MAIN_AGENT, |agent| agent.name.as_str());
            let start = u32::try_from(step.scratch.len()).unwrap_or(u32::MAX);
            step.scratch.push_str(name);
            let atom = if name == MAIN_AGENT { self.image.main_agent() } else { self.image.atom_of(name) };
            Str { space: Space::Scratch, start, len: u32::try_from(name.len()).unwrap_or(0), atom }
        };
        let values = [
            Value::Text(name),
            Value::Num(i128::from(kind as u8)),
            Value::Num(event.at.unwrap_or_default()),
            Value::Text(agent),
            Value::Num(i128::from(depth)),
            Value::Num(i128::from(children)),
        ];
        for (slot, value) in step.slots.iter_mut().zip(values) {
            *slot = value;
        }
        step.seal();
    }

    /// Asks the refinements of a step's arguments and facts.
    fn check_arguments(&mut self, target: Option<usize>) -> Result<(), Reserved> {
        let image = Arc::clone(&self.image);
        let image = image.as_ref();
        let Some(target) = target.and_then(|t| image.image().targets.get(t)) else { return Ok(()) };
        for check in &target.checks {
            if self.work.condition(image, check.region).map_err(|Fault(why)| Reserved::Internal(why))? == Tri::True {
                continue;
            }
            let args = target.args.iter().find(|f| names(image, check, "args", image.text(f.name)));
            let field = args.or_else(|| target.facts.iter().find(|f| names(image, check, "facts", image.text(f.name))));
            // A fact that the host did not send has no value where a rule reads it; there is nothing that could not fit.
            if field.and_then(|f| slot_mut(&mut self.work.step.slots, f.slot)).is_some_and(|value| matches!(value, Value::None(_))) {
                continue;
            }
            let actual = match field {
                Some(field) => {
                    let value = slot_mut(&mut self.work.step.slots, field.slot).copied().unwrap_or(Value::Absent);
                    operand(self.work.view(image), field.ty, value)
                }
                None => "something else".to_owned(),
            };
            self.work.problems.add(Flaw::Type, false, || problem(image, check, actual));
        }
        Ok(())
    }
}

impl Session {
    /// Notes for explanations what a step is.
    pub(super) fn trace_step(&mut self, id: &str, event: &Event<'_>, kind: StepKind, asked: u64) {
        if self.work.memory.trace.is_none() {
            return;
        }
        let shown = short_step(&self.image, &self.work, event.target);
        if let Some(trace) = &mut self.work.memory.trace {
            trace.step(asked, Taken { id: id.to_owned(), kind: kind.word(), shown });
        }
    }
}

/// The longest argument in the short form of a step, in characters.
const SHORT: usize = 60;

/// Returns the name of a step with its first argument.
fn short_step(image: &VerifiedImage, work: &Work, target: Option<usize>) -> String {
    let view = work.view(image);
    let target = target.and_then(|t| image.image().targets.get(t));
    // What was refused before its arguments were known has no values.
    let Some(Value::Text(name)) = work.step.slots.first() else { return target.map_or("", |t| image.text(t.name)).to_owned() };
    let mut out = view.text(*name).to_owned();
    let args = target.map_or(&[][..], |t| &t.args);
    let values = args.iter().map(|field| (field.ty, work.step.slots.get(usize::from(field.slot.0)).copied().unwrap_or(Value::Absent)));
    let first = values.into_iter().find(|(_, value)| !is_unread(value) && !matches!(value, Value::Absent | Value::None(_)));
    if let Some((ty, value)) = first {
        let shown = operand(view, ty, value);
        out.push(' ');
        match shown.char_indices().nth(SHORT) {
            Some((end, _)) => {
                out.push_str(shown.get(..end).unwrap_or(""));
                out.push('…');
            }
            None => out.push_str(&shown),
        }
    }
    out
}

/// Returns the rules that can match a step.
fn rules_of(image: &VerifiedImage, target: Option<usize>) -> &[RuleRef] {
    match target {
        Some(t) => image.image().targets.get(t).map_or(&[], |t| &t.rules),
        None => &image.image().undeclared,
    }
}

/// Looks at the rules and decides. Allocates nothing once the buffers have grown.
pub(super) fn look(work: &mut Work, image: &VerifiedImage, target: Option<usize>) -> Result<By, Fault> {
    work.looked.clear();
    let rules = rules_of(image, target);
    if work.is_watched() {
        return look_at_all(work, image, target, rules);
    }
    work.find(image, target)?;
    let found = std::mem::take(&mut work.found);
    let by = look_at_found(work, image, target, rules, &found);
    work.found = found;
    by
}

/// Looks at the rules that were found, in the order in which they can make others idle.
fn look_at_found(work: &mut Work, image: &VerifiedImage, target: Option<usize>, rules: &[RuleRef], found: &[u32]) -> Result<By, Fault> {
    let stops = image.passes().has(Pass::Stop);
    let found = || found.iter().filter_map(|at| rules.get(*at as usize));
    // Most steps have few rules of few effects: a round that has nothing to look at is left out.
    let (mut forbids, mut others, mut otherwise) = (false, false, false);
    for rule in found().filter_map(|at| image.image().rules.get(at.rule as usize)) {
        match (rule.effect, rule.advisory) {
            (RuleEffect::Forbid, false) => forbids = true,
            (RuleEffect::OtherwiseAsk, false) => otherwise = true,
            _ => others = true,
        }
    }
    if forbids {
        look_at(work, image, found(), |effect, advisory| effect == RuleEffect::Forbid && !advisory)?;
    }
    // Where a forbid matches, no other rule counts, and advisory ones are reported all the same.
    let decided = stops && !work.looked.is_empty();
    if others {
        look_at(work, image, found(), |effect, advisory| advisory || !(decided || effect == RuleEffect::Forbid || effect == RuleEffect::OtherwiseAsk))?;
    }
    if otherwise && target.is_some() && needs_otherwise(&work.looked) {
        look_at(work, image, found(), |effect, advisory| effect == RuleEffect::OtherwiseAsk && !advisory)?;
    }
    work.looked.sort_unstable_by_key(|l| l.at.rule);
    Ok(decide(&work.looked, target.is_some()))
}

/// Looks at every rule, for somebody who watches.
fn look_at_all(work: &mut Work, image: &VerifiedImage, target: Option<usize>, rules: &[RuleRef]) -> Result<By, Fault> {
    look_at(work, image, rules.iter(), |effect, advisory| effect != RuleEffect::OtherwiseAsk || advisory)?;
    if target.is_some() && needs_otherwise(&work.looked) {
        look_at(work, image, rules.iter(), |effect, advisory| effect == RuleEffect::OtherwiseAsk && !advisory)?;
        work.looked.sort_unstable_by_key(|l| l.at.rule);
    }
    if cfg!(debug_assertions) {
        work.find(image, target)?;
        let found: Vec<RuleRef> = work.found.iter().filter_map(|at| rules.get(*at as usize)).copied().collect();
        debug_assert!(work.looked.iter().all(|looked| found.contains(&looked.at)), "a rule that isn't false is found");
    }
    Ok(decide(&work.looked, target.is_some()))
}

fn look_at<'r>(
    work: &mut Work,
    image: &VerifiedImage,
    rules: impl Iterator<Item = &'r RuleRef>,
    wanted: impl Fn(RuleEffect, bool) -> bool,
) -> Result<(), Fault> {
    for at in rules {
        let Some(rule) = image.image().rules.get(at.rule as usize) else { continue };
        if !wanted(rule.effect, rule.advisory) {
            continue;
        }
        let Some(variant) = image.image().variant(*at) else { continue };
        let tri = work.rule(image, *at, rule, variant)?;
        if tri != Tri::False {
            work.looked.push(Looked { at: *at, effect: rule.effect, advisory: rule.advisory, tri });
        }
    }
    Ok(())
}

pub(crate) fn variant_obligations<'i>(image: &'i VerifiedImage, looked: &Looked) -> &'i [reach_evaluator::image::ObligationDef] {
    image.image().variant(looked.at).map_or(&[], |v| &v.obligations)
}

/// Returns what a decision says of a step.
pub(super) fn step_of<'l>(line: &'l str, event: &Event<'_>, kind: StepKind) -> Step<'l> {
    Step { kind, target: event.target, args: event.args_range.and_then(|(start, end)| line.get(start..end)), approved_by: None }
}

/// Returns a step on one line, with its arguments and facts.
fn step_text(image: &VerifiedImage, work: &Work, kind: StepKind, target: Option<usize>) -> String {
    let mut out = step_name(image, work, kind).trim_matches('`').to_owned();
    let Some(target) = target.and_then(|t| image.image().targets.get(t)) else { return out };
    let fields = target.args.iter().map(|f| ("", f)).chain(target.facts.iter().map(|f| ("facts.", f)));
    let mut first = true;
    out.push('(');
    for (prefix, field) in fields {
        let value = work.step.slots.get(field.slot.0 as usize).copied().unwrap_or(Value::Absent);
        if matches!(value, Value::Absent) {
            continue;
        }
        out.push_str(if first { "" } else { ", " });
        first = false;
        out.push_str(prefix);
        out.push_str(image.text(field.name));
        out.push_str(": ");
        out.push_str(&operand(work.view(image), field.ty, value));
    }
    out.push(')');
    out
}
