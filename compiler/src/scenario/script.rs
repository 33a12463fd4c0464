//! A session while it is written: the clock, the identities of steps, which agent is at work, and which steps wait for
//! an answer.

use crate::maps::{HashMap, HashSet};
use std::rc::Rc;

use reach_codes::Span;
use reach_grammar::ast::{TestItem, TestItemKind};
use reach_values::time;

use super::json::text_to;
use super::step::Declared;
use crate::ir::{self, StepKind};

/// 2026-01-01T00:00:00Z, where every test starts, in nanoseconds.
pub(super) const START: i128 = 1_767_225_600 * time::SECOND_NS;

/// An agent: the index of the step that spawned it; none for `main`.
pub(super) type Agent = Option<usize>;

/// The events so far.
#[derive(Clone, Debug)]
pub(super) struct Script<'a> {
    pub(super) items: Vec<ir::TestItem>,
    /// What the host knows of entities, one a line; they are there from the beginning, wherever they are written.
    pub(super) entities: String,
    /// The time of the next event, in nanoseconds.
    pub(super) next: i128,
    /// The time of the last event.
    pub(super) last: Option<i128>,
    /// Whether the clock was moved since the last event.
    pub(super) moved: bool,
    pub(super) started: bool,
    /// Steps by identity, as indices of `steps`.
    ids: HashMap<String, usize>,
    steps: Vec<Step<'a>>,
    /// Whose events are written.
    pub(super) agent: Agent,
    waiting: HashMap<Agent, Waiting>,
    /// Of each agent the last `spawn` of a name that came to run; where none did, the first.
    spawned: HashMap<(Agent, &'a str), usize>,
    /// The last `spawn` of a name by any agent.
    spawned_by_any: HashMap<&'a str, usize>,
    /// Names that the items give, so that numbered identities avoid them.
    reserved: HashSet<String>,
    numbered: usize,
}

/// A step that was taken.
#[derive(Clone, Debug)]
pub(super) struct Step<'a> {
    pub(super) id: String,
    /// Where it was given its name, if it was.
    pub(super) named: Option<Span>,
    pub(super) kind: StepKind,
    /// The name of the tool, agent, model or resource.
    pub(super) name: &'a str,
    pub(super) declared: Option<Rc<Declared>>,
    /// The agent that takes it.
    pub(super) agent: Agent,
    pub(super) stage: Stage,
    /// Whether it has a result.
    pub(super) answered: bool,
}

/// What became of a step, as far as the test says what it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing is expected, so it can be anything.
    Unknown,
    Permitted,
    Asked,
    Forbidden,
    /// A person has agreed.
    Approved,
    /// A person was asked, and it is not to be taken.
    Refused,
}

impl Stage {
    /// Returns what becomes of a step of which that is expected.
    pub(super) fn expected(expect: Option<&ir::Expect>) -> Self {
        match expect.map(|e| e.effect.as_str()) {
            None => Self::Unknown,
            Some("permit") => Self::Permitted,
            Some("ask") => Self::Asked,
            Some(_) => Self::Forbidden,
        }
    }

    /// Returns whether the step is taken, as far as is known.
    pub(super) const fn runs(self) -> bool {
        matches!(self, Self::Unknown | Self::Permitted | Self::Approved)
    }

    /// Returns whether a person can be asked.
    pub(super) const fn waits_for_person(self) -> bool {
        matches!(self, Self::Unknown | Self::Asked)
    }
}

/// Steps of one agent that may wait for something, the last on top. Some don't wait any more.
#[derive(Clone, Debug, Default)]
struct Waiting {
    results: Vec<usize>,
    approvals: Vec<usize>,
    /// Those that may be charged: a result doesn't end that.
    usage: Vec<usize>,
}

impl Default for Script<'_> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            entities: String::new(),
            next: START,
            last: None,
            moved: false,
            started: false,
            ids: HashMap::default(),
            steps: Vec::new(),
            agent: None,
            waiting: HashMap::default(),
            spawned: HashMap::default(),
            spawned_by_any: HashMap::default(),
            reserved: HashSet::default(),
            numbered: 0,
        }
    }
}

impl<'a> Script<'a> {
    /// Keeps names from being given as numbered identities.
    pub(super) fn reserve(&mut self, items: &[TestItem]) {
        for item in items {
            match &item.kind {
                TestItemKind::Step(step) => self.reserved.extend(step.alias.iter().map(|alias| alias.text.to_string())),
                TestItemKind::Agent(_, items) => self.reserve(items),
                _ => {}
            }
        }
    }

    /// Returns the host's data, if there is some.
    pub(super) fn data(&self) -> Option<String> {
        (!self.entities.is_empty()).then(|| self.entities.clone())
    }

    /// Returns how many bytes the events and the data have.
    pub(super) fn bytes(&self) -> usize {
        self.items.iter().map(|item| item.event.len()).sum::<usize>() + self.entities.len()
    }

    /// Returns an identity that nothing else has.
    pub(super) fn fresh_id(&mut self) -> String {
        loop {
            let id = format!("c{}", self.numbered);
            self.numbered += 1;
            if !self.reserved.contains(&id) && !self.ids.contains_key(&id) {
                return id;
            }
        }
    }

    /// Enters a step of the agent that is at work.
    pub(super) fn enter(&mut self, id: String, named: Option<Span>, kind: StepKind, name: &'a str, declared: Option<Rc<Declared>>, stage: Stage) -> usize {
        let index = self.steps.len();
        self.ids.insert(id.clone(), index);
        self.steps.push(Step { id, named, kind, name, declared, agent: self.agent, stage, answered: false });
        self.set_stage(index, stage);
        index
    }

    /// Says what became of a step, and so what it waits for.
    pub(super) fn set_stage(&mut self, index: usize, stage: Stage) {
        let Some(step) = self.steps.get_mut(index) else { return };
        step.stage = stage;
        let waiting = self.waiting.entry(step.agent).or_default();
        if stage.runs() {
            waiting.results.push(index);
            waiting.usage.push(index);
        }
        if stage.waits_for_person() {
            waiting.approvals.push(index);
        }
        if step.kind == StepKind::Spawn {
            let last = self.spawned.entry((step.agent, step.name)).or_insert(index);
            if stage.runs() {
                *last = index;
            }
            self.spawned_by_any.insert(step.name, index);
        }
    }

    /// Makes a whole event of its middle (fields, each with a comma behind it) and moves the clock on.
    pub(super) fn event(&mut self, kind: &str, middle: &str) -> String {
        let at = time::format_time(self.next);
        self.last = Some(self.next);
        self.next += time::SECOND_NS;
        self.moved = false;
        format!(r#"{{"session":"test","type":"{kind}",{middle}"at":"{at}"}}"#)
    }

    /// Begins the middle of an event: with the agent, unless it is `main`.
    pub(super) fn middle(&self, agent: Agent) -> String {
        let mut middle = String::new();
        if let Some(spawn) = agent.and_then(|index| self.step(index)) {
            middle.push_str("\"agent\":");
            text_to(&spawn.id, &mut middle);
            middle.push(',');
        }
        middle
    }

    /// Begins the middle of an event about a step, which is its agent's.
    pub(super) fn middle_about(&self, step: usize) -> String {
        let Some(step) = self.step(step) else { return String::new() };
        let mut middle = self.middle(step.agent);
        middle.push_str("\"step\":");
        text_to(&step.id, &mut middle);
        middle.push(',');
        middle
    }

    /// Says that a step has a result.
    pub(super) fn set_answered(&mut self, index: usize) {
        if let Some(step) = self.steps.get_mut(index) {
            step.answered = true;
        }
    }

    pub(super) fn step(&self, index: usize) -> Option<&Step<'a>> {
        self.steps.get(index)
    }

    pub(super) fn named(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// Returns the steps that were given a name and are such, in order: of equally near names the same is found every time.
    pub(super) fn aliases(&self, such: impl Fn(&Step<'a>) -> bool) -> impl Iterator<Item = &str> {
        self.steps.iter().filter(move |step| step.named.is_some() && such(step)).map(|step| step.id.as_str())
    }

    /// Returns the names under which agents were spawned, in order.
    pub(super) fn spawned_names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter(|step| step.kind == StepKind::Spawn && !step.name.is_empty()).map(|step| step.name)
    }

    /// Returns the last step of the agent at work that waits for a result.
    pub(super) fn last_open(&mut self) -> Option<usize> {
        let stack = &mut self.waiting.get_mut(&self.agent)?.results;
        last_such(stack, &self.steps, |step| step.stage.runs() && !step.answered)
    }

    /// Returns the last step of the agent at work that waits for a person.
    pub(super) fn last_asked(&mut self) -> Option<usize> {
        let stack = &mut self.waiting.get_mut(&self.agent)?.approvals;
        last_such(stack, &self.steps, |step| step.stage.waits_for_person() && !step.answered)
    }

    /// Returns the last step of the agent at work that is taken.
    pub(super) fn last_taken(&mut self) -> Option<usize> {
        let stack = &mut self.waiting.get_mut(&self.agent)?.usage;
        last_such(stack, &self.steps, |step| step.stage.runs())
    }

    /// Returns the step that spawned an agent of that declared name: rather by the agent at work than by another.
    pub(super) fn spawned(&self, name: &str) -> Option<usize> {
        let own = self.spawned.get(&(self.agent, name)).copied();
        own.or_else(|| self.spawned_by_any.get(name).copied())
    }

    /// Returns whose last step is meant, for messages.
    pub(super) const fn whose_last(&self) -> &'static str {
        if self.agent.is_some() { "this agent's last step" } else { "the last step" }
    }
}

/// Returns the last step of a stack that is such, and takes those above it away.
fn last_such<'a>(stack: &mut Vec<usize>, steps: &[Step<'a>], such: impl Fn(&Step<'a>) -> bool) -> Option<usize> {
    while let Some(index) = stack.last() {
        if steps.get(*index).is_some_and(&such) {
            return Some(*index);
        }
        stack.pop();
    }
    None
}
