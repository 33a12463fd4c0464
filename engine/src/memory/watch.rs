//! What an event does to monitors and origins.

use reach_evaluator::data::View;
use reach_evaluator::image::{CaptureDef, Feeds, FoldDef, ITEM_SLOT, Phase, TypeDesc, TypeId, WatchDef};
use reach_evaluator::value::{Cause, Cells, Space, Value};
use reach_evaluator::{Doubt, VerifiedImage};
use reach_state::tracker::At;
use reach_values::{decimal, time};

use super::agents::NOBODY;
use super::content::Content;
use super::kept::Kept;
use super::key::Key;
use super::{Memory, Monitor};
use crate::decide::Tri;
use crate::intake::missing;
use crate::work::{Fault, Work};

/// When an event is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Its number in the session.
    pub pos: u64,
    /// The number of the step that it answers; its own of a step.
    pub asked: u64,
    /// Its time, in nanoseconds.
    pub time: i128,
}

/// A step that `since` names, or perhaps does, and that waits for its result.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub monitor: u32,
    /// What it is joined by; none when that isn't known.
    pub key: Option<Key>,
    pub sure: bool,
}

/// Returns whether a step that `since` names must come to its end before results count.
fn waits(image: &VerifiedImage, monitor: u32, phase: Phase) -> bool {
    matches!(phase, Phase::Permitted | Phase::Attempted) && image.image().monitors.get(monitor as usize).is_some_and(|def| def.results && def.since_steps)
}

impl Monitor {
    /// Notes an event that `since` names.
    fn mark(&mut self, key: &Key, moment: Moment) {
        self.since_beginnings.note(key, At { pos: moment.pos, time: moment.time });
        if let Some(marks) = &mut self.since {
            marks.mark(&key.bytes, moment.pos);
        }
    }

    /// Notes that a step which `since` names, or perhaps does, waits for its result.
    fn open(&mut self, key: Option<&Key>, sure: bool, asked: u64) {
        if let Some(key) = key {
            self.since_beginnings.note(key, At { pos: asked, time: i128::MIN });
            self.since_beginnings.wait(key, true);
        }
        let Some(marks) = &mut self.since else { return };
        match key {
            Some(key) if sure => marks.open(&key.bytes, asked),
            key => marks.open_unsure(key.map(|key| key.bytes.as_slice()), asked),
        }
    }

    /// Notes that such a step has come to its end.
    fn close(&mut self, key: Option<&Key>, sure: bool, asked: u64, pos: u64) {
        if let Some(key) = key {
            self.since_beginnings.note(key, At { pos, time: i128::MIN });
            self.since_beginnings.wait(key, false);
        }
        let Some(marks) = &mut self.since else { return };
        match key {
            Some(key) if sure => marks.close(&key.bytes, asked, pos),
            key => marks.close_unsure(key.map(|key| key.bytes.as_slice()), asked, pos),
        }
    }
}

/// Whose an event is of which not all is known.
enum Whose {
    Key(Key),
    Agent,
    Anybody,
}

impl Memory {
    /// Notes as a change that it isn't known whether an event feeds something.
    fn doubted(&mut self, feeds: Feeds, key: Option<&Key>) {
        let (what, number) = match feeds {
            Feeds::Monitor(id) => (2, id),
            Feeds::Since(id) => (3, id),
            Feeds::Origin(id) => (4, id),
        };
        self.changed(what, number, key.map_or(&[][..], |key| &key.bytes));
    }
}

impl Work {
    /// Lets an event, whose slots are those of the step, feed what watches for it. Where these are all watches of a declared step, those whose
    /// guards are surely false are not asked. Returns the steps that `since` names by it.
    pub fn watch(
        &mut self,
        image: &VerifiedImage,
        (watches, of): (&[WatchDef], Option<usize>),
        phase: Phase,
        moment: Moment,
        content: Option<&Content<'_>>,
    ) -> Result<Vec<Opened>, Fault> {
        let mut opened = Vec::new();
        self.memory.trace_at(phase, moment);
        let mut found = std::mem::take(&mut self.found);
        let some = of.map_or(Ok(false), |target| self.machine.find_watches(image, (target, phase), &mut self.step, &self.context, &mut found));
        let looking = || watches.iter().filter(|watch| watch.phase == phase);
        let fed = match some {
            Ok(true) => {
                let mut next = found.iter().copied().peekable();
                let asked = (0u32..).zip(looking()).filter(|(at, _)| next.next_if_eq(at).is_some()).map(|(_, watch)| watch);
                self.watch_each(image, asked, moment, content, &mut opened)
            }
            Ok(false) => self.watch_each(image, looking(), moment, content, &mut opened),
            Err(trap) => Err(Fault(trap.to_string())),
        };
        self.found = found;
        fed.map(|()| opened)
    }

    /// Lets an event feed some watches.
    fn watch_each<'w>(
        &mut self,
        image: &VerifiedImage,
        watches: impl Iterator<Item = &'w WatchDef>,
        moment: Moment,
        content: Option<&Content<'_>>,
        opened: &mut Vec<Opened>,
    ) -> Result<(), Fault> {
        for watch in watches {
            let Some((region, _)) = watch.each else {
                self.feed(image, watch, moment, content, opened)?;
                continue;
            };
            match self.run(image, region)? {
                Value::List(cells) => {
                    // The items must outlive what is run for each of them.
                    self.step.seal();
                    for at in 0..cells.len {
                        let item = self.view(image).cells(cells).get(at as usize).copied().unwrap_or(Value::Absent);
                        self.set_slot(ITEM_SLOT, item);
                        self.feed(image, watch, moment, content, opened)?;
                    }
                    self.set_slot(ITEM_SLOT, missing(Cause::MissingFact));
                }
                Value::Absent => {}
                Value::None(_) => self.doubt(image, watch.feeds, None, moment, false),
                _ => return Err(Fault("the items of an event are no list".into())),
            }
        }
        Ok(())
    }

    /// Notes that it isn't known what an event would have fed.
    pub fn doubt_all(&mut self, image: &VerifiedImage, watches: &[WatchDef], phase: Phase, moment: Moment) {
        self.memory.trace_at(phase, moment);
        for watch in watches.iter().filter(|watch| watch.phase == phase) {
            self.doubt(image, watch.feeds, None, moment, false);
        }
    }

    /// Notes that it isn't known what an event would have fed of which even the step isn't known.
    ///
    /// `everybody`: it may be of any agent.
    pub fn doubt_any(&mut self, image: &VerifiedImage, doubts: &[Doubt], moment: Moment, everybody: bool) {
        for doubt in doubts {
            self.memory.trace_at(doubt.phase, moment);
            if doubt.again {
                // Once is enough, but each step's own is part of what the event changed.
                self.memory.doubted(doubt.feeds, None);
            } else {
                self.doubt(image, doubt.feeds, None, moment, everybody);
            }
        }
    }

    /// Returns whether it is sure that an event is one that is watched for; none when it surely isn't.
    fn applies(&mut self, image: &VerifiedImage, watch: &WatchDef) -> Result<Option<bool>, Fault> {
        let Some(region) = watch.guard else { return Ok(Some(true)) };
        Ok(match self.condition(image, region)? {
            Tri::True => Some(true),
            Tri::None => Some(false),
            Tri::False => None,
        })
    }

    fn feed(&mut self, image: &VerifiedImage, watch: &WatchDef, moment: Moment, content: Option<&Content<'_>>, opened: &mut Vec<Opened>) -> Result<(), Fault> {
        let Some(sure) = self.applies(image, watch)? else { return Ok(()) };
        if let Feeds::Origin(origin) = watch.feeds {
            return self.feed_origin(image, watch, origin, content, sure);
        }
        let key = match self.key(image, watch)? {
            Some(key) if sure => key,
            key => {
                self.doubt(image, watch.feeds, key.as_ref(), moment, false);
                opened.extend(self.perhaps_opened(image, watch, key, moment));
                return Ok(());
            }
        };
        match watch.feeds {
            Feeds::Monitor(id) => self.feed_monitor(image, watch, id, key, moment),
            Feeds::Since(id) => {
                let waits = waits(image, id, watch.phase);
                self.memory.changed(5, id, &key.bytes);
                let Some(monitor) = self.memory.monitor_mut(image, id) else { return Ok(()) };
                monitor.mark(&key, moment);
                if waits {
                    monitor.open(Some(&key), true, moment.asked);
                    opened.push(Opened { monitor: id, key: Some(key), sure: true });
                }
                Ok(())
            }
            Feeds::Origin(_) => Ok(()),
        }
    }

    /// Notes a step that `since` perhaps names, until its result comes.
    fn perhaps_opened(&mut self, image: &VerifiedImage, watch: &WatchDef, key: Option<Key>, moment: Moment) -> Option<Opened> {
        let Feeds::Since(id) = watch.feeds else { return None };
        if !waits(image, id, watch.phase) {
            return None;
        }
        self.memory.monitor_mut(image, id)?.open(key.as_ref(), false, moment.asked);
        Some(Opened { monitor: id, key, sure: false })
    }

    /// Opens again what a step opened when it was asked for, now that it is taken after all.
    pub fn reopen(&mut self, image: &VerifiedImage, watches: &[WatchDef], moment: Moment) -> Result<Vec<Opened>, Fault> {
        let mut opened = Vec::new();
        for watch in watches.iter().filter(|watch| watch.phase == Phase::Attempted) {
            let Feeds::Since(id) = watch.feeds else { continue };
            if !waits(image, id, watch.phase) {
                continue;
            }
            let Some(sure) = self.applies(image, watch)? else { continue };
            let key = self.key(image, watch)?;
            let sure = sure && key.is_some();
            let Some(monitor) = self.memory.monitor_mut(image, id) else { continue };
            monitor.open(key.as_ref(), sure, moment.asked);
            opened.push(Opened { monitor: id, key, sure });
        }
        Ok(opened)
    }

    /// Ends what a step opened, with its result.
    pub fn close(&mut self, image: &VerifiedImage, opened: &[Opened], asked: u64, pos: u64) {
        for one in opened {
            if let Some(monitor) = self.memory.monitor_mut(image, one.monitor) {
                monitor.close(one.key.as_ref(), one.sure, asked, pos);
            }
        }
    }

    /// Computes the event's sides of the joins; none when one has no value.
    fn key(&mut self, image: &VerifiedImage, watch: &WatchDef) -> Result<Option<Key>, Fault> {
        let (Feeds::Monitor(id) | Feeds::Since(id)) = watch.feeds else { return Ok(None) };
        let per_agent = image.image().monitors.get(id as usize).is_some_and(|m| m.per_agent);
        let mut key = Key::of_agent(per_agent.then_some(self.memory.agent));
        key.reserve_for(watch.keys.len());
        for (region, ty) in &watch.keys {
            let value = self.run(image, *region)?;
            if matches!(value, Value::None(_)) {
                return Ok(None);
            }
            key.push(self.view(image), *ty, value);
        }
        Ok(Some(key))
    }

    fn feed_monitor(&mut self, image: &VerifiedImage, watch: &WatchDef, id: u32, key: Key, moment: Moment) -> Result<(), Fault> {
        let Some(def) = image.image().monitors.get(id as usize) else { return Ok(()) };
        let at = At { pos: if def.results { moment.asked } else { moment.pos }, time: moment.time };
        let sum = match watch.value {
            Some((region, _)) => match self.run(image, region)? {
                Value::Num(n) => Some(n),
                _ => {
                    self.doubt(image, watch.feeds, Some(&key), moment, false);
                    return Ok(());
                }
            },
            None => None,
        };
        let kept = matches!(def.fold, FoldDef::Latest(_)).then(|| self.capture(image, &watch.captures));
        self.memory.changed(1, id, &key.bytes);
        if let Some(trace) = &mut self.memory.trace {
            trace.fed(id, at.pos, Some(key.clone()), None, true);
        }
        if let Some(n) = sum {
            self.memory.changes.extend_from_slice(&n.to_le_bytes());
        }
        let Some(monitor) = self.memory.monitor_mut(image, id) else { return Ok(()) };
        monitor.beginnings.note(&key, at);
        match (sum, kept) {
            (Some(n), _) => monitor.tracker.add(&key.bytes, at, n),
            (None, Some(kept)) => {
                let bytes = kept.bytes();
                monitor.tracker.keep(&key.bytes, at, (at.pos, kept), bytes);
            }
            (None, None) => monitor.tracker.count(&key.bytes, at),
        }
        Ok(())
    }

    /// Copies the record of `latest`.
    fn capture(&mut self, image: &VerifiedImage, captures: &[CaptureDef]) -> Kept {
        let slot = |work: &Self, slot: reach_evaluator::op::Slot| work.step.slots.get(usize::from(slot.0)).copied().unwrap_or(missing(Cause::Unsure));
        let mut fields = Vec::with_capacity(captures.len());
        for capture in captures {
            fields.push(match capture {
                CaptureDef::Value(at) => slot(self, *at),
                CaptureDef::Record(slots) => {
                    let members: Vec<Value> = slots.iter().map(|at| slot(self, *at)).collect();
                    self.record(&members)
                }
                CaptureDef::Unused => missing(Cause::Unsure),
            });
        }
        let whole = self.record(&fields);
        Kept::of(self.view(image), std::iter::once(whole))
    }

    fn record(&mut self, members: &[Value]) -> Value {
        let at = u32::try_from(self.step.cells.len()).unwrap_or(u32::MAX);
        self.step.cells.extend_from_slice(members);
        Value::Record(Cells { space: Space::Scratch, at, len: u32::try_from(members.len()).unwrap_or(0) })
    }

    fn feed_origin(&mut self, image: &VerifiedImage, watch: &WatchDef, origin: u32, content: Option<&Content<'_>>, sure: bool) -> Result<(), Fault> {
        let mut texts = Vec::new();
        let mut lost = false;
        match watch.value {
            Some((region, ty)) => match self.run(image, region)? {
                Value::None(_) => lost = true,
                value => texts_of(self.view(image), ty, value, &mut |text| texts.push(text.to_owned())),
            },
            None => content.into_iter().for_each(|content| content.leaves(&mut |text| texts.push(text.to_owned()))),
        }
        let at = origin as usize;
        let Some(origin) = self.memory.origins.get_mut(at) else { return Ok(()) };
        origin.lost |= lost;
        texts.iter().for_each(|text| origin.add(text, sure));
        if let Some(trace) = &mut self.memory.trace {
            if lost { trace.lost(at) } else { trace.heard(at, origin, &texts, sure) }
        }
        Ok(())
    }

    /// Notes that it isn't known whether an event feeds something.
    ///
    /// `everybody`: it may be of any agent.
    fn doubt(&mut self, image: &VerifiedImage, feeds: Feeds, key: Option<&Key>, moment: Moment, everybody: bool) {
        self.memory.doubted(feeds, key);
        let results = |id: u32| image.image().monitors.get(id as usize).is_some_and(|m| m.results);
        let def = |id: u32| image.image().monitors.get(id as usize);
        // Of an event that is refused before its values are known, the agent is known all the same.
        let agent = self.memory.agent;
        let whose = |id: u32, joins: bool| match key {
            Some(key) => Whose::Key(key.clone()),
            // Whose an event is whose agent there never was isn't known.
            None if everybody || agent == NOBODY || !def(id).is_some_and(|m| m.per_agent) => Whose::Anybody,
            None if joins => Whose::Agent,
            None => Whose::Key(Key::of_agent(Some(agent))),
        };
        match feeds {
            Feeds::Monitor(id) => {
                let at = At { pos: if results(id) { moment.asked } else { moment.pos }, time: moment.time };
                let whose = whose(id, def(id).is_some_and(|m| !m.keys.is_empty()));
                if let Some(trace) = &mut self.memory.trace {
                    let (key, agent) = match &whose {
                        Whose::Key(key) => (Some(key.clone()), None),
                        Whose::Agent => (None, Some(agent)),
                        Whose::Anybody => (None, None),
                    };
                    trace.fed(id, at.pos, key, agent, false);
                }
                let Some(monitor) = self.memory.monitor_mut(image, id) else { return };
                match whose {
                    Whose::Key(key) => {
                        monitor.beginnings.note(&key, at);
                        monitor.tracker.unsure(Some(&key.bytes), at);
                    }
                    Whose::Agent => monitor.doubt_agent(agent, at),
                    Whose::Anybody => monitor.tracker.unsure(None, at),
                }
            }
            Feeds::Since(id) => {
                let whose = whose(id, def(id).is_some_and(|m| m.since.as_ref().is_some_and(|keys| !keys.is_empty())));
                let Some(monitor) = self.memory.monitor_mut(image, id) else { return };
                let Some(marks) = monitor.since.as_mut() else { return };
                match whose {
                    Whose::Key(key) => {
                        monitor.since_beginnings.note(&key, At { pos: moment.pos, time: moment.time });
                        marks.unsure(Some(&key.bytes), moment.pos);
                    }
                    Whose::Agent => {
                        let latest = monitor.since_unsure_of.entry(agent).or_insert(moment.pos);
                        *latest = moment.pos.max(*latest);
                    }
                    Whose::Anybody => marks.unsure(None, moment.pos),
                }
            }
            Feeds::Origin(id) => {
                if let Some(origin) = self.memory.origins.get_mut(id as usize) {
                    origin.lost = true;
                }
                if let Some(trace) = &mut self.memory.trace {
                    trace.lost(id as usize);
                }
            }
        }
    }

    pub(crate) fn set_slot(&mut self, slot: reach_evaluator::op::Slot, value: Value) {
        if let Some(place) = self.step.slots.get_mut(usize::from(slot.0)) {
            *place = value;
        }
    }
}

/// Calls `each` with every text and number of a value.
pub(crate) fn texts_of(view: View<'_>, ty: TypeId, value: Value, each: &mut dyn FnMut(&str)) {
    let desc = match view.image.ty(ty) {
        TypeDesc::Optional(of) | TypeDesc::Read(of, _) => view.image.ty(*of),
        desc => desc,
    };
    match (desc, value) {
        (_, Value::Text(text) | Value::Number(text)) => each(view.text(text)),
        (TypeDesc::Int, Value::Num(n)) => each(&n.to_string()),
        (TypeDesc::Decimal | TypeDesc::Any, Value::Num(n)) => each(&decimal::format(n)),
        (TypeDesc::Date, Value::Num(n)) => each(&time::format_date(n)),
        // The text of a command line or query is its first cell.
        (TypeDesc::Form(_), Value::Record(cells)) => {
            if let Some(Value::Text(text)) = view.cells(cells).first() {
                each(view.text(*text));
            }
        }
        (TypeDesc::Record(fields), Value::Record(cells)) => {
            for ((_, ty), member) in fields.iter().zip(view.cells(cells)) {
                texts_of(view, *ty, *member, each);
            }
        }
        (TypeDesc::List(of) | TypeDesc::ListFromText(of) | TypeDesc::Set(of) | TypeDesc::Map(of), Value::List(cells) | Value::Map(cells)) => {
            view.cells(cells).iter().for_each(|member| texts_of(view, *of, *member, each));
        }
        (TypeDesc::Any, Value::List(cells) | Value::Map(cells)) => view.cells(cells).iter().for_each(|member| texts_of(view, ty, *member, each)),
        _ => {}
    }
}
