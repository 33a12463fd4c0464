//! Which events a session's answers rest on: for explanations alone, and kept only where [`crate::Options`] ask for it.
//!
//! Nothing that is decided depends on it, it is no part of a saved state, and of each kind no more notes are kept than
//! [`crate::Limits`] say.

use std::collections::BTreeMap;

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::Phase;
use reach_state::provenance::{Form, Index, Words};

use super::agents::{Agents, Collected};
use super::key::Key;
use super::watch::Moment;
use super::{INDEX_BYTES, Origin};

/// The event that is folded, or was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// Its number.
    pub entry: u64,
    /// The number of the step that it is about.
    pub asked: u64,
    /// What happened; none at the end of an agent.
    pub phase: Option<Phase>,
    pub time: i128,
}

/// A step.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub id: String,
    pub kind: &'static str,
    /// Its name and its first argument.
    pub shown: String,
}

/// An event that fed a monitor, or perhaps did.
#[derive(Clone, Debug)]
pub(crate) struct Fed {
    pub seen: Seen,
    /// Its place in the order of the monitor.
    pub pos: u64,
    /// What it is joined by; none when that isn't known.
    pub key: Option<Key>,
    /// The only agent whose questions it may count for.
    pub agent: Option<usize>,
    pub sure: bool,
}

/// What an event added to an origin.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub seen: Seen,
    pub sure: bool,
    /// Its texts by form; none when they are not known.
    pub indexes: Option<BTreeMap<Form, Index>>,
}

/// A label that an agent got, or lost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brought {
    pub seen: Seen,
    pub agent: usize,
    pub label: u32,
    pub now: Collected,
    /// The child that gave it back, or the parent that a child has it from.
    pub from: Option<usize>,
}

/// Notes of one kind.
#[derive(Debug)]
pub(crate) struct Notes<T> {
    pub list: Vec<T>,
    /// Whether there was one too many.
    pub full: bool,
}

impl<T> Default for Notes<T> {
    fn default() -> Self {
        Self { list: Vec::new(), full: false }
    }
}

impl<T> Notes<T> {
    fn push(&mut self, note: T, room: &mut usize) {
        match room.checked_sub(1) {
            Some(left) => {
                *room = left;
                self.list.push(note);
            }
            None => self.full = true,
        }
    }
}

/// How many more notes of a kind may be kept.
#[derive(Debug)]
struct Room {
    steps: usize,
    monitors: usize,
    origins: usize,
    prompts: usize,
    labels: usize,
}

/// What was noted.
#[derive(Debug)]
pub(crate) struct Trace {
    now: Option<Seen>,
    /// By the number of their event.
    pub steps: BTreeMap<u64, Taken>,
    /// By monitor.
    pub monitors: Vec<Notes<Fed>>,
    /// By origin.
    pub origins: Vec<Notes<Heard>>,
    pub prompts: Notes<(Seen, Option<Words>)>,
    pub labels: Notes<Brought>,
    /// By agent: whether it was alive, and its labels.
    held: Vec<(bool, Vec<Collected>)>,
    room: Room,
    /// The first event that could be noted.
    pub begun: u64,
}

impl Trace {
    /// Returns no notes, of which so many of each kind may be kept. The next event is `begun`.
    pub fn new(image: &VerifiedImage, most: usize, begun: u64, agents: &Agents) -> Self {
        let tables = image.image();
        Self {
            now: None,
            steps: BTreeMap::new(),
            monitors: tables.monitors.iter().map(|_| Notes::default()).collect(),
            origins: tables.origins.iter().map(|_| Notes::default()).collect(),
            prompts: Notes::default(),
            labels: Notes::default(),
            held: held(agents),
            room: Room { steps: most, monitors: most, origins: most, prompts: most, labels: most },
            begun,
        }
    }

    /// Notes which event is folded.
    pub fn at(&mut self, phase: Phase, moment: Moment) {
        self.now = Some(Seen { entry: moment.pos, asked: moment.asked, phase: Some(phase), time: moment.time });
    }

    pub fn step(&mut self, asked: u64, taken: Taken) {
        if let Some(left) = self.room.steps.checked_sub(1) {
            self.room.steps = left;
            self.steps.insert(asked, taken);
        }
    }

    pub fn fed(&mut self, monitor: u32, pos: u64, key: Option<Key>, agent: Option<usize>, sure: bool) {
        let (Some(seen), Some(notes)) = (self.now, self.monitors.get_mut(monitor as usize)) else { return };
        notes.push(Fed { seen, pos, key, agent, sure }, &mut self.room.monitors);
    }

    /// Notes the texts that an event added to an origin, which is kept in these forms.
    pub fn heard(&mut self, at: usize, origin: &Origin, texts: &[String], sure: bool) {
        let (Some(seen), Some(notes)) = (self.now, self.origins.get_mut(at)) else { return };
        let same = notes.list.last_mut().filter(|last| last.seen.entry == seen.entry && last.sure == sure);
        if let Some(Heard { indexes: Some(indexes), .. }) = same {
            indexes.values_mut().for_each(|index| texts.iter().for_each(|text| index.add(text)));
            return;
        }
        let mut indexes: BTreeMap<Form, Index> = origin.indexes.keys().map(|form| (*form, Index::bounded(*form, INDEX_BYTES))).collect();
        indexes.values_mut().for_each(|index| texts.iter().for_each(|text| index.add(text)));
        notes.push(Heard { seen, sure, indexes: Some(indexes) }, &mut self.room.origins);
    }

    /// Notes that it isn't known what an event added to an origin.
    pub fn lost(&mut self, at: usize) {
        let (Some(seen), Some(notes)) = (self.now, self.origins.get_mut(at)) else { return };
        notes.push(Heard { seen, sure: false, indexes: None }, &mut self.room.origins);
    }

    /// Notes the words of a prompt; without a text, they are not known.
    pub fn prompt(&mut self, text: Option<&str>) {
        let Some(seen) = self.now else { return };
        let words = text.map(|text| {
            let mut words = Words::bounded(INDEX_BYTES);
            words.add(text);
            words
        });
        self.prompts.push((seen, words), &mut self.room.prompts);
    }

    /// Notes what the event that came at this moment changed in the labels of agents.
    pub fn labels(&mut self, agents: &Agents, moment: Moment) {
        let after = held(agents);
        let here = Seen { entry: moment.pos, asked: moment.asked, phase: None, time: moment.time };
        let seen = self.now.filter(|seen| seen.entry == moment.pos).unwrap_or(here);
        // Children stand behind their parents: what they got themselves is noted before they give it back.
        for (agent, (_, labels)) in after.iter().enumerate().rev() {
            let before = self.held.get(agent);
            for (label, now) in (0u32..).zip(labels) {
                let was = before.and_then(|(_, labels)| labels.get(label as usize)).copied().unwrap_or_default();
                if was == *now {
                    continue;
                }
                let from = match before {
                    None => agents.get(agent).and_then(|a| a.parent),
                    Some(_) => self.giver(agents, &after, agent, label, *now),
                };
                self.labels.push(Brought { seen, agent, label, now: *now, from }, &mut self.room.labels);
            }
        }
        self.held = after;
    }

    /// Returns the child that has just ended, and had a label that its parent has now.
    fn giver(&self, agents: &Agents, after: &[(bool, Vec<Collected>)], parent: usize, label: u32, now: Collected) -> Option<usize> {
        after.iter().enumerate().find_map(|(child, (alive, labels))| {
            let ended = !alive && self.held.get(child).is_some_and(|(alive, _)| *alive);
            let of = agents.get(child).and_then(|a| a.parent) == Some(parent);
            (ended && of && labels.get(label as usize).is_some_and(|has| *has >= now)).then_some(child)
        })
    }
}

fn held(agents: &Agents) -> Vec<(bool, Vec<Collected>)> {
    (0..agents.len()).filter_map(|at| agents.get(at)).map(|agent| (agent.alive, agent.labels.clone())).collect()
}
