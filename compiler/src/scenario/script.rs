//! A session while it is written: the clock, the identities of steps, which agent is at work, and which steps wait for
//! an answer.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use reach_codes::table::{name, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, Name, TestItem, TestItemKind};
use reach_values::time;

use super::Player;
use super::json::{separated, text_to};
use super::step::Declared;
use crate::ir::{self, Const, StepKind, Type};

/// 2026-01-01T00:00:00Z, where every test starts, in nanoseconds.
const START: i128 = 1_767_225_600 * time::SECOND_NS;

/// An agent: the index of the step that spawned it; none for `main`.
pub(super) type Agent = Option<usize>;

/// The events so far.
#[derive(Clone, Debug)]
pub(super) struct Script<'a> {
    pub(super) items: Vec<ir::TestItem>,
    /// The time of the next event, in nanoseconds.
    next: i128,
    /// The time of the last event.
    last: Option<i128>,
    /// Whether the clock was moved since the last event.
    moved: bool,
    started: bool,
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
            next: START,
            last: None,
            moved: false,
            started: false,
            ids: HashMap::new(),
            steps: Vec::new(),
            agent: None,
            waiting: HashMap::new(),
            spawned: HashMap::new(),
            spawned_by_any: HashMap::new(),
            reserved: HashSet::new(),
            numbered: 0,
        }
    }
}

impl<'a> Script<'a> {
    /// Keeps names from being given as numbered identities.
    pub(super) fn reserve(&mut self, items: &[TestItem]) {
        for item in items {
            match &item.kind {
                TestItemKind::Step(step) => self.reserved.extend(step.alias.iter().map(|alias| alias.text.clone())),
                TestItemKind::Agent(_, items) => self.reserve(items),
                _ => {}
            }
        }
    }

    /// Returns how many bytes the events have.
    pub(super) fn bytes(&self) -> usize {
        self.items.iter().map(|item| item.event.len()).sum()
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
    fn last_open(&mut self) -> Option<usize> {
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

impl<'a> Player<'_, 'a> {
    /// Plays one item. None: what is wrong was reported.
    pub(super) fn play(&mut self, script: &mut Script<'a>, item: &'a TestItem) -> Option<()> {
        match &item.kind {
            TestItemKind::Context(bindings) => self.context(script, bindings, item.span),
            TestItemKind::Prompt(text) => {
                let Const::Text(text) = self.constant(text, &Type::Text)? else { return None };
                let mut middle = script.middle(script.agent);
                middle.push_str("\"text\":");
                text_to(&text, &mut middle);
                middle.push(',');
                self.add(script, "prompt", &middle, None, item.span)
            }
            TestItemKind::Step(step) => self.step(script, step, item.span),
            TestItemKind::Result { of, content } => self.answer(script, of.as_ref(), true, Some(content), item.span),
            TestItemKind::Fails { of, content } => self.answer(script, of.as_ref(), false, content.as_ref(), item.span),
            TestItemKind::After(duration) => self.after(script, duration),
            TestItemKind::At(time) => self.at(script, time),
            TestItemKind::Approval { granted, of, by, session, expect } => {
                let answer = super::approval::Answer { granted: *granted, of: of.as_ref(), by, session: *session, expect: expect.as_deref() };
                self.approval(script, &answer, item.span)
            }
            TestItemKind::Usage { of, charges } => self.usage(script, of.as_ref(), charges, item.span),
            TestItemKind::End => self.end(script, item.span),
            TestItemKind::Agent(name, items) => self.agent(script, name, items),
        }
    }

    /// Adds an event, if there is room for it.
    pub(super) fn add(&mut self, script: &mut Script<'a>, kind: &str, middle: &str, expect: Option<ir::Expect>, span: Span) -> Option<()> {
        if !time::is_time(script.next) {
            self.report(Diagnostic::new(codes::CLOCK_OF_TEST, span, "the clock of this test has left the years 0000 to 9999").help("move it less far"));
            script.next = START;
            return None;
        }
        let event = script.event(kind, middle);
        if self.take(1, event.len(), span) {
            script.items.push(ir::TestItem { event, expect, span });
            return Some(());
        }
        None
    }

    /// `context { … }`: the start of the session, later a change of it.
    fn context(&mut self, script: &mut Script<'a>, bindings: &'a [ast::Binding], span: Span) -> Option<()> {
        let declared = self.context_fields();
        let fields = self.typed_fields(bindings, &declared, &super::step::Whose::Context)?;
        let mut middle = script.middle(script.agent);
        middle.push_str("\"context\":");
        separated(&mut middle, ['{', '}'], fields.iter(), |out, (name, value)| {
            text_to(name, out);
            out.push(':');
            out.push_str(value);
        });
        middle.push(',');
        let kind = if std::mem::replace(&mut script.started, true) { "context" } else { "start" };
        self.add(script, kind, &middle, None, span)
    }

    /// `result …` and `fails …`.
    fn answer(&mut self, script: &mut Script<'a>, of: Option<&'a Name>, ok: bool, content: Option<&'a ast::Expr>, span: Span) -> Option<()> {
        let mut value = None;
        if let Some(content) = content {
            let mut text = String::new();
            self.literal(content, &mut text)?;
            value = Some(text);
        }
        let word = if ok { "result" } else { "fails" };
        let step = match of {
            Some(named) => self.step_named(script, named)?,
            None => match script.last_open() {
                Some(step) => step,
                None => {
                    let d = Diagnostic::new(codes::NOTHING_TO_ANSWER, span, format!("there is no step that this `{word}` could answer"))
                        .note(format!(
                            "it answers {} before it that is expected to be permitted, or of which nothing is expected, and that has no answer yet",
                            script.whose_last()
                        ))
                        .help(format!("put it behind such a step, or name the step: `call … as c`, then `{word} of c`"));
                    self.report(d);
                    return None;
                }
            },
        };
        if let Some(step) = script.steps.get_mut(step) {
            step.answered = true;
        }
        let mut middle = script.middle_about(step);
        middle.push_str(if ok { "\"ok\":true," } else { "\"ok\":false," });
        if let Some(value) = value {
            middle.push_str("\"content\":");
            middle.push_str(&value);
            middle.push(',');
        }
        self.add(script, "result", &middle, None, span)
    }

    /// Returns the step of a name; reports an unknown one with the nearest.
    pub(super) fn step_named(&mut self, script: &Script<'a>, named: &Name) -> Option<usize> {
        if let Some(step) = script.named(&named.text) {
            return Some(step);
        }
        let near = self.checker.nearest(&named.text, script.aliases(|_| true));
        let d = Diagnostic::new(name::UNKNOWN_STEP, named.span, format!("no step before this is called `{}`", named.text));
        let d = match near {
            Some(near) => d.help(format!("did you mean `{near}`?")).fix(named.span, near),
            None => d.help(format!("name the step that is meant: `call … as {}`", named.text)),
        };
        self.report(d);
        None
    }

    /// Reports a name that another step has.
    pub(super) fn named_twice(&mut self, script: &Script<'_>, alias: &Name) -> bool {
        let Some(first) = script.named(&alias.text).and_then(|index| script.step(index)) else { return false };
        let d = Diagnostic::new(name::DUPLICATE_STEP, alias.span, format!("another step of this test is called `{}`", alias.text)).help("choose another name");
        let d = match first.named {
            Some(first) => d.other(first, "first used here"),
            None => d.note("steps without a name are called `c0`, `c1` and so on"),
        };
        self.report(d);
        true
    }

    fn after(&mut self, script: &mut Script<'a>, duration: &'a ast::Expr) -> Option<()> {
        let Const::Num(ns) = self.constant(duration, &Type::Duration)? else { return None };
        if ns < 0 {
            self.backwards(duration.span);
            return None;
        }
        let from = if script.moved { script.next } else { script.last.unwrap_or(script.next) };
        script.next = from.saturating_add(ns);
        script.moved = true;
        Some(())
    }

    fn at(&mut self, script: &mut Script<'a>, time: &'a ast::Expr) -> Option<()> {
        let Const::Num(ns) = self.constant(time, &Type::Time)? else { return None };
        if script.last.is_some_and(|last| ns < last) {
            self.backwards(time.span);
            return None;
        }
        script.next = ns;
        script.moved = true;
        Some(())
    }

    fn backwards(&mut self, span: Span) {
        let d = Diagnostic::new(codes::CLOCK_OF_TEST, span, "this turns the clock of the test back")
            .note("a session's events are in the order of their times; a test starts at 2026-01-01T00:00:00Z, with one second between events")
            .help("give a later time, or put the steps in the order in which they happen");
        self.report(d);
    }
}
