//! What becomes of steps: their permits, results and usage.

use std::sync::Arc;

use reach_codes::table::event as codes;
use reach_evaluator::image::{AT_SLOT, Effect as RuleEffect, Feeds, OK_SLOT, ObligationDef, OriginDef, Phase, ResultFormat, StepKind, TEXT_SLOT, WatchDef};
use reach_evaluator::op::Slot;
use reach_evaluator::value::{Atom, Cause, Space, Str, Value};
use reach_evaluator::{StepRow, VerifiedImage};
use reach_values::json::Reader;

use super::judge::Judged;
use super::step::variant_obligations;
use super::{Outcome, Progress, Session, StepState, Waiting};
use crate::decide::Tri;
use crate::decision::{Decision, Effect};
use crate::intake::problems::{Problems, quoted};
use crate::intake::value::Sink;
use crate::intake::{Event, missing};
use crate::memory::agents::{Collected, MAIN, NOBODY};
use crate::memory::content::Content;
use crate::memory::kept::Kept;
use crate::memory::watch::{Moment, Opened, texts_of};
use crate::work::Fault;

/// What follows when nothing rests on an observation.
pub(super) const NOTHING: &str = "nothing changes";
/// What follows when the host reports what it should not.
const DOUBTED: &str = "its labels count, and what rests on it has no value";

impl Session {
    /// Returns the moment of the event at hand.
    pub(super) fn moment(&self) -> Moment {
        let pos = self.entries.saturating_sub(1);
        Moment { pos, asked: pos, time: self.work.memory.now }
    }

    /// Folds a step that was decided, and keeps what became of it.
    pub(super) fn fold_decided(&mut self, line: &str, event: &Event<'_>, kind: StepKind, judged: Judged, moment: Moment, answered: bool) -> Decision {
        let image = Arc::clone(&self.image);
        let target = event.target.and_then(|t| image.image().targets.get(t));
        let Judged { decision, charges, asks, rights, .. } = judged;
        let watches = target.map_or(&[][..], |t| &t.watches[..]);
        self.trace_step(decision.id.as_str(), event, kind, moment.asked);
        let mut attempted = Vec::new();
        if answered {
            attempted.extend(self.work.reopen(&image, watches, moment).unwrap_or_default());
        } else {
            attempted.extend(self.feed((watches, event.target), Phase::Attempted, moment));
        }
        if decision.effect != Effect::Permit {
            // What isn't taken has no result to wait for.
            self.work.close(&image, &attempted, moment.asked, moment.pos);
        }
        let id = decision.id.as_str();
        match decision.effect {
            Effect::Permit => {
                let mut opened = self.feed((watches, event.target), Phase::Permitted, moment);
                opened.append(&mut attempted);
                if decision.rules.iter().any(|rule| rule.approved_by.is_some()) {
                    self.clear_labels(&image);
                }
                let (returns, kept) = self.expect_result(&image, event.target, target);
                self.work.reserve(&image, &charges, moment.asked);
                if kind == StepKind::Spawn {
                    let name = target.map_or("", |t| image.text(t.name));
                    self.work.memory.changed(13, 0, id.as_bytes());
                    self.work.memory.agents.spawn(self.work.memory.agent, id, name, event.target.and_then(|t| u32::try_from(t).ok()), rights);
                }
                let room = self.options.limits.waiting_bytes.saturating_sub(self.waiting_bytes);
                let kept = kept.filter(|kept| kept.bytes() <= room);
                self.waiting_bytes += kept.as_ref().map_or(0, Kept::bytes);
                let waiting = Waiting { target: event.target, kept, returns, opened, budgets: charges.into_keys().collect() };
                self.keep_step(id, Progress::Permitted, moment.asked, Some(Box::new(waiting)));
            }
            Effect::Ask => {
                self.keep_step(id, Progress::Asked, moment.asked, None);
                self.keep_ask(line, event, kind, &decision, asks);
            }
            Effect::Forbid => {
                self.feed((watches, event.target), Phase::Denied, moment);
                self.keep_step(id, Progress::Held, moment.asked, None);
            }
        }
        decision
    }

    /// Lets a step feed what watches for it; where the engine fails at that, it isn't known what it would have fed.
    pub(super) fn feed(&mut self, (watches, of): (&[WatchDef], Option<usize>), phase: Phase, moment: Moment) -> Vec<Opened> {
        let image = Arc::clone(&self.image);
        self.work.watch(&image, (watches, of), phase, moment, None).unwrap_or_else(|Fault(_)| {
            self.work.doubt_all(&image, watches, phase, moment);
            Vec::new()
        })
    }

    /// Folds a step that could not be read: which tool it was of, and which agent, isn't known.
    pub(super) fn fold_unread(&mut self) {
        let image = Arc::clone(&self.image);
        let moment = self.moment();
        self.work.memory.agent = NOBODY;
        self.work.doubt_any(&image, image.doubted_steps(), moment, false);
    }

    /// Folds a step that was refused before its arguments were known.
    pub(super) fn fold_refused(&mut self, event: &Event<'_>, kind: StepKind, id: &str) {
        let image = Arc::clone(&self.image);
        let moment = self.moment();
        self.trace_step(id, event, kind, moment.asked);
        if let Some(target) = event.target.and_then(|t| image.image().targets.get(t)) {
            for phase in [Phase::Attempted, Phase::Denied] {
                for watch in target.watches.iter().filter(|watch| watch.phase == phase) {
                    let asks_nothing = watch.guard.is_none() && watch.keys.is_empty() && watch.value.is_none() && watch.captures.is_empty();
                    let per_agent = match watch.feeds {
                        Feeds::Monitor(id) | Feeds::Since(id) => image.image().monitors.get(id as usize).is_some_and(|m| m.per_agent),
                        Feeds::Origin(_) => false,
                    };
                    let whose = !per_agent || self.work.memory.agent != NOBODY;
                    let one = std::slice::from_ref(watch);
                    let fed = (asks_nothing && whose).then(|| self.work.watch(&image, (one, None), phase, moment, None));
                    if let Some(Ok(opened)) = fed {
                        // What is refused has no result to wait for.
                        self.work.close(&image, &opened, moment.asked, moment.pos);
                    } else {
                        self.work.doubt_all(&image, one, phase, moment);
                    }
                }
            }
        }
        self.hold(id);
    }

    pub(super) fn keep_step(&mut self, id: &str, progress: Progress, pos: u64, waiting: Option<Box<Waiting>>) {
        let agent = u32::try_from(self.work.memory.agent).unwrap_or(u32::MAX);
        self.steps.insert(id.into(), StepState { progress, agent, pos, waiting });
    }

    /// Attaches the labels of a step that was permitted, and keeps what its result will be read with.
    fn expect_result(&mut self, image: &VerifiedImage, number: Option<usize>, target: Option<&StepRow>) -> (Vec<(u32, bool)>, Option<Kept>) {
        let Some((number, target)) = number.zip(target) else { return (Vec::new(), None) };
        let mut returns = Vec::new();
        for (at, returned) in (0u32..).zip(&target.returns) {
            let sure = match returned.when.map(|when| self.work.condition(image, when)) {
                None | Some(Ok(Tri::True)) => true,
                Some(Ok(Tri::False)) => continue,
                Some(Ok(Tri::None) | Err(_)) => false,
            };
            self.work.memory.changed(11, returned.label, &[u8::from(sure)]);
            self.work.memory.agents.collect(self.work.memory.agent, returned.label, if sure { Collected::Yes } else { Collected::Perhaps });
            returns.push((at, sure));
        }
        let slots = image.kept(number);
        let values = slots.iter().map(|slot| self.work.step.slots.get(usize::from(slot.0)).copied().unwrap_or(missing(Cause::Unsure)));
        let kept = (!slots.is_empty()).then(|| Kept::of(self.work.view(image), values));
        (returns, kept)
    }

    /// Takes the labels off the agent that an approved step clears.
    fn clear_labels(&mut self, image: &VerifiedImage) {
        let agent = self.work.memory.agent;
        let mut cleared = Vec::new();
        for looked in self.work.looked.iter().filter(|l| !l.advisory && l.tri == Tri::True && matches!(l.effect, RuleEffect::Ask | RuleEffect::OtherwiseAsk)) {
            for obligation in variant_obligations(image, looked) {
                if let ObligationDef::Clear(label) = obligation {
                    cleared.push(*label);
                }
            }
        }
        for label in cleared {
            self.work.memory.changed(12, label, &[]);
            self.work.memory.agents.clear(agent, label);
        }
    }

    /// Takes the result of a step.
    pub(super) fn result(&mut self, line: &str, event: &Event<'_>) -> Outcome {
        let id = self.piece(line, event.step());
        let recorded = self.options.recorded;
        let shown = quoted(&id, 60);
        let json = event.content_range.and_then(|(start, end)| line.get(start..end)).unwrap_or("").trim().to_owned();
        let content = Content::new(&json);
        let Some(step) = self.steps.get_mut(id.as_str()) else {
            self.doubt_result(None, Some(&content));
            return self.reject(codes::RESULT_OF_UNKNOWN_STEP, format!("there is no step {shown} in this session"), DOUBTED);
        };
        match step.progress {
            Progress::Permitted => {
                step.progress = Progress::Answered;
                let waiting = step.waiting.take();
                let (agent, asked) = (step.agent as usize, step.pos);
                self.work.memory.agent = agent;
                let moment = Moment { asked, ..self.moment() };
                if let Some(waiting) = waiting {
                    self.fold_result(&id, *waiting, event.ok == Some(true), &content, moment);
                }
                Outcome::Observed
            }
            Progress::Held | Progress::Asked => {
                let asked = step.progress == Progress::Asked;
                step.progress = Progress::HeldAnswered;
                if asked {
                    self.drop_ask(&id);
                }
                if recorded {
                    let message = format!("the step {shown} is not permitted now, so its result is left out");
                    return Outcome::LeftOut(Box::new(self.error(codes::RESULT_LEFT_OUT, message, Vec::new(), NOTHING)));
                }
                self.doubt_result(Some(&id), Some(&content));
                self.reject(codes::RESULT_OF_REFUSED_STEP, format!("the step {shown} was not permitted, and still has a result"), DOUBTED)
            }
            Progress::Answered | Progress::HeldAnswered => {
                self.doubt_result(Some(&id), Some(&content));
                self.reject(codes::RESULT_ALREADY_GIVEN, format!("the step {shown} has a result already"), DOUBTED)
            }
        }
    }

    /// Folds the result of a step that was permitted.
    fn fold_result(&mut self, id: &str, waiting: Waiting, ok: bool, content: &Content<'_>, moment: Moment) {
        let image = Arc::clone(&self.image);
        self.finish(id, &waiting, ok, moment);
        let Some((number, target)) = waiting.target.and_then(|t| Some((t, image.image().targets.get(t)?))) else { return };
        if target.watches.is_empty() && waiting.returns.is_empty() {
            return;
        }
        let slots = image.kept(number);
        let known = slots.is_empty() || waiting.kept.is_some();
        self.load(slots, waiting.kept.as_ref());
        self.read_result(&image, target, ok, content, moment);
        if !self.work.memory.observes(content.len(), &self.options.limits) {
            self.lose_texts(&image, target, &waiting.returns, moment);
            if !known {
                self.work.doubt_all(&image, &target.watches, Phase::Result, moment);
            }
            return;
        }
        self.label_texts(&image, target, &waiting.returns, content);
        let fed = known && self.work.watch(&image, (&target.watches, Some(number)), Phase::Result, moment, Some(content)).is_ok();
        if !fed {
            self.work.doubt_all(&image, &target.watches, Phase::Result, moment);
        }
    }

    /// Ends what a step that was permitted held until its result: its budgets, what it opened, and the agent that it began.
    fn finish(&mut self, id: &str, waiting: &Waiting, ok: bool, moment: Moment) {
        let image = Arc::clone(&self.image);
        self.work.memory.trace_at(Phase::Result, moment);
        self.work.settle(&image, &waiting.budgets, moment.asked, ok);
        self.work.close(&image, &waiting.opened, moment.asked, moment.pos);
        self.release(waiting);
        self.end_child(id);
    }

    /// Gives back the room of what was kept of a step.
    fn release(&mut self, waiting: &Waiting) {
        self.waiting_bytes = self.waiting_bytes.saturating_sub(waiting.kept.as_ref().map_or(0, Kept::bytes));
    }

    /// Ends the agent that a step began.
    fn end_child(&mut self, id: &str) {
        if let Some(child) = self.work.memory.agents.find(id).filter(|child| *child != MAIN) {
            self.work.memory.agents.end(child);
        }
    }

    /// Empties the slots, since an event that is no step has none of a step's values.
    fn empty_slots(&mut self) {
        self.work.step.slots.clear();
        self.work.step.slots.resize(usize::from(self.image.image().slots), missing(Cause::Unsure));
    }

    /// Puts the kept values of a step back into their slots.
    fn load(&mut self, slots: &[Slot], kept: Option<&Kept>) {
        self.empty_slots();
        let values = kept.map(|kept| kept.load(&mut self.work.step)).unwrap_or_default();
        for (slot, value) in slots.iter().zip(values) {
            self.work.set_slot(*slot, value);
        }
    }

    /// Puts what came back into its slots.
    fn read_result(&mut self, image: &VerifiedImage, target: &StepRow, ok: bool, content: &Content<'_>, moment: Moment) {
        self.work.set_slot(OK_SLOT, Value::Bool(ok));
        self.work.set_slot(AT_SLOT, Value::Num(moment.time));
        let text = content.text();
        self.set_text(&text);
        let Some(result) = target.result else { return };
        let parsed = result.format.is_some();
        let structured = match result.format {
            Some(ResultFormat::Yaml) => crate::memory::yaml::to_json(&text),
            _ => Some(content.structured(parsed)),
        };
        let value = structured.and_then(|json| {
            let mut problems = Problems { silent: true, ..Problems::default() };
            let (mut stack, mut pointer) = (Vec::new(), Vec::new());
            let step = &mut self.work.step;
            let mut sink = Sink {
                image,
                limits: &self.options.limits,
                context: Some(&self.work.context),
                entities: &self.work.context.entities,
                input: &json,
                borrow: false,
                space: Space::Scratch,
                text: &mut step.scratch,
                cells: &mut step.cells,
                stack: &mut stack,
                pointer: &mut pointer,
                problems: &mut problems,
                depth: 1,
                open: true,
            };
            let mut reader = Reader::new(&json);
            let value = sink.value(&mut reader, result.ty, false).ok()?;
            reader.end().ok()?;
            problems.is_empty().then_some(value)
        });
        self.work.set_slot(result.slot, value.unwrap_or(missing(Cause::Unsure)));
        self.work.step.seal();
    }

    /// Sets the slot of `text`.
    pub(super) fn set_text(&mut self, text: &str) {
        let step = &mut self.work.step;
        let start = u32::try_from(step.scratch.len()).unwrap_or(u32::MAX);
        step.scratch.push_str(text);
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.work.set_slot(TEXT_SLOT, Value::Text(Str { space: Space::Scratch, start, len, atom: Atom::UNKNOWN }));
        self.work.step.seal();
    }

    /// Feeds the origins of labels with what carries them.
    fn label_texts(&mut self, image: &VerifiedImage, target: &StepRow, returns: &[(u32, bool)], content: &Content<'_>) {
        for (at, sure) in returns {
            let Some(returned) = target.returns.get(*at as usize) else { continue };
            let mut texts = Vec::new();
            let mut lost = false;
            match returned.part {
                None => content.leaves(&mut |text| texts.push(text.to_owned())),
                Some((region, ty)) => match self.work.run(image, region) {
                    Ok(Value::None(_)) | Err(_) => {
                        // What isn't read as declared may be that part.
                        lost = true;
                        content.leaves(&mut |text| texts.push(text.to_owned()));
                    }
                    Ok(value) => texts_of(self.work.view(image), ty, value, &mut |text| texts.push(text.to_owned())),
                },
            }
            let (of, sure) = (OriginDef::Label(returned.label), *sure && !lost);
            self.work.memory.each_origin(image, of, |origin| texts.iter().for_each(|text| origin.add(text, sure)));
            self.work.memory.trace_texts(image, of, Some(&texts), sure);
        }
    }

    /// Notes that the texts of a result are not known.
    fn lose_texts(&mut self, image: &VerifiedImage, target: &StepRow, returns: &[(u32, bool)], moment: Moment) {
        for (at, _) in returns {
            if let Some(returned) = target.returns.get(*at as usize) {
                let of = OriginDef::Label(returned.label);
                self.work.memory.each_origin(image, of, |origin| origin.lost = true);
                self.work.memory.trace_texts(image, of, None, false);
            }
        }
        let origins = target.watches.iter().filter(|w| w.phase == Phase::Result && matches!(w.feeds, Feeds::Origin(_)));
        for watch in origins {
            self.work.doubt_all(image, std::slice::from_ref(watch), Phase::Result, moment);
        }
    }

    /// Folds a result that should not be: of a step that was refused, answered already, or never taken. Its labels count, and whatever
    /// could rest on it has no value.
    fn doubt_result(&mut self, id: Option<&str>, content: Option<&Content<'_>>) {
        let image = Arc::clone(&self.image);
        let state = id.and_then(|id| self.steps.get(id)).map(|step| (step.agent as usize, step.pos));
        let moment = Moment { asked: state.map_or(self.moment().pos, |(_, pos)| pos), ..self.moment() };
        let agent = state.map_or(self.work.memory.agent, |(agent, _)| agent);
        // What an agent did that there never was falls back on the main one.
        let agent = if agent < self.work.memory.agents.len() { agent } else { MAIN };
        self.work.memory.agent = agent;
        // Which tool it was of isn't kept for such steps, so it may be any.
        for label in 0..u32::try_from(image.image().labels.len()).unwrap_or(0) {
            self.work.memory.agents.collect(agent, label, Collected::Perhaps);
        }
        let observed = content.is_some_and(|content| self.work.memory.observes(content.len(), &self.options.limits));
        for (origin, def) in self.work.memory.origins.iter_mut().zip(&image.image().origins) {
            if matches!(def, OriginDef::User) {
                continue;
            }
            origin.lost |= !observed;
            if let Some(content) = content.filter(|_| observed) {
                content.leaves(&mut |text| origin.add(text, false));
            }
        }
        self.work.memory.trace_at(Phase::Result, moment);
        if self.work.memory.trace.is_some() {
            let mut texts = Vec::new();
            content.into_iter().for_each(|content| content.leaves(&mut |text| texts.push(text.to_owned())));
            self.work.memory.trace_results(&image, observed.then_some(&texts));
        }
        self.work.doubt_any(&image, image.doubted_results(), moment, state.is_none());
    }

    /// Folds a result that is ill-typed or beyond a limit: the step counts as answered, and what came back is unknown.
    pub(super) fn miss_result(&mut self, id: &str) {
        let image = Arc::clone(&self.image);
        let recorded = self.options.recorded;
        let Some(step) = self.steps.get_mut(id).filter(|step| step.progress == Progress::Permitted) else {
            let held = self.steps.get(id).is_some_and(|step| matches!(step.progress, Progress::Held | Progress::Asked));
            if let Some(step) = self.steps.get_mut(id).filter(|_| held) {
                step.progress = Progress::HeldAnswered;
            }
            if !(recorded && held) {
                let known = self.steps.contains_key(id);
                self.doubt_result(known.then_some(id), None);
            }
            self.drop_ask(id);
            return;
        };
        step.progress = Progress::Answered;
        let (agent, asked) = (step.agent as usize, step.pos);
        let Some(waiting) = step.waiting.take() else { return };
        self.work.memory.agent = agent;
        let moment = Moment { asked, ..self.moment() };
        self.finish(id, &waiting, true, moment);
        if let Some(target) = waiting.target.and_then(|t| image.image().targets.get(t)) {
            self.lose_texts(&image, target, &waiting.returns, moment);
            self.work.doubt_all(&image, &target.watches, Phase::Result, moment);
        }
    }

    /// Takes what the user said.
    pub(super) fn prompt(&mut self, line: &str, event: &Event<'_>) -> Outcome {
        let image = Arc::clone(&self.image);
        let text = self.piece(line, event.text());
        let moment = self.moment();
        self.empty_slots();
        self.work.set_slot(AT_SLOT, Value::Num(moment.time));
        self.set_text(&text);
        self.feed((&image.image().prompts, None), Phase::Prompt, moment);
        if self.work.memory.agent == MAIN {
            let observed = self.work.memory.observes(text.len(), &self.options.limits);
            self.said(observed.then_some(text.as_str()));
        }
        Outcome::Observed
    }

    /// Feeds what rests on the user's words; without a text, it isn't known what they were.
    pub(super) fn said(&mut self, text: Option<&str>) {
        let image = Arc::clone(&self.image);
        self.work.memory.each_origin(&image, OriginDef::User, |origin| match text {
            Some(text) => origin.add(text, true),
            None => origin.lost = true,
        });
        let moment = self.moment();
        self.work.memory.trace_at(Phase::Prompt, moment);
        let texts = text.map(|text| vec![text.to_owned()]);
        self.work.memory.trace_texts(&image, OriginDef::User, texts.as_deref(), true);
        if let Some(trace) = &mut self.work.memory.trace {
            trace.prompt(text);
        }
        match text {
            Some(text) => self.work.memory.words.add(text),
            None => self.work.memory.words_lost = true,
        }
    }

    /// Notes that a prompt came of which nothing is known.
    pub(super) fn doubt_prompt(&mut self) {
        let image = Arc::clone(&self.image);
        let moment = self.moment();
        self.work.doubt_all(&image, &image.image().prompts, Phase::Prompt, moment);
    }

    /// Takes back a permit that could not be recorded: the step will not be taken.
    pub(super) fn revoke(&mut self, id: &str) {
        let image = Arc::clone(&self.image);
        self.drop_ask(id);
        let Some(step) = self.steps.get_mut(id) else { return };
        if !matches!(step.progress, Progress::Permitted | Progress::Asked) {
            return;
        }
        step.progress = Progress::Held;
        let (agent, pos) = (step.agent as usize, step.pos);
        if let Some(waiting) = step.waiting.take() {
            self.work.memory.agent = agent;
            self.work.settle(&image, &waiting.budgets, pos, false);
            self.release(&waiting);
        }
        self.end_child(id);
    }
}
