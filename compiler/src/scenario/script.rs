//! A session while it is written: the clock, the identities of steps, and which of them wait for an answer.

use std::collections::{HashMap, HashSet};

use reach_codes::table::{name, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, Name, TestItem, TestItemKind};
use reach_values::time;

use super::Player;
use super::json::{separated, text_to};
use crate::ir::{self, Const, Type};

/// 2026-01-01T00:00:00Z, where every test starts, in nanoseconds.
const START: i128 = 1_767_225_600 * time::SECOND_NS;

/// The events so far.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) items: Vec<ir::TestItem>,
    /// The time of the next event, in nanoseconds.
    next: i128,
    /// The time of the last event.
    last: Option<i128>,
    /// Whether the clock was moved since the last event.
    moved: bool,
    started: bool,
    /// Steps by identity: the place of a name, if it was given one, and the index among `steps`.
    ids: HashMap<String, (Option<Span>, usize)>,
    steps: Vec<Step>,
    /// Steps that may wait for an answer, the last on top; some are answered already.
    open: Vec<usize>,
    /// Names that the items give, so that numbered identities avoid them.
    reserved: HashSet<String>,
    numbered: usize,
}

#[derive(Clone, Debug)]
struct Step {
    id: String,
    answered: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: START,
            last: None,
            moved: false,
            started: false,
            ids: HashMap::new(),
            steps: Vec::new(),
            open: Vec::new(),
            reserved: HashSet::new(),
            numbered: 0,
        }
    }
}

impl Script {
    /// Keeps names from being given as numbered identities.
    pub(super) fn reserve(&mut self, names: impl Iterator<Item = String>) {
        self.reserved.extend(names);
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

    /// Enters a step; `open` when a result may answer it.
    pub(super) fn enter(&mut self, id: String, named: Option<Span>, open: bool) {
        let index = self.steps.len();
        self.ids.insert(id.clone(), (named, index));
        self.steps.push(Step { id, answered: false });
        if open {
            self.open.push(index);
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

    /// Answers a step: the last that waits for it.
    fn answer_last(&mut self) -> Option<String> {
        while let Some(index) = self.open.pop() {
            if let Some(step) = self.steps.get_mut(index).filter(|step| !step.answered) {
                step.answered = true;
                return Some(step.id.clone());
            }
        }
        None
    }

    fn answer_named(&mut self, id: &str) -> Option<String> {
        let (_, index) = self.ids.get(id)?;
        let step = self.steps.get_mut(*index)?;
        step.answered = true;
        Some(step.id.clone())
    }
}

/// Returns the names that items give to steps.
pub(super) fn aliases(items: &[TestItem]) -> impl Iterator<Item = String> {
    items.iter().filter_map(|item| match &item.kind {
        TestItemKind::Step(step) => step.alias.as_ref().map(|alias| alias.text.clone()),
        _ => None,
    })
}

impl<'a> Player<'_, 'a> {
    /// Plays one item. None: what is wrong was reported.
    pub(super) fn play(&mut self, script: &mut Script, item: &'a TestItem) -> Option<()> {
        match &item.kind {
            TestItemKind::Context(bindings) => self.context(script, bindings, item.span),
            TestItemKind::Prompt(text) => {
                let Const::Text(text) = self.constant(text, &Type::Text)? else { return None };
                let mut middle = String::from("\"text\":");
                text_to(&text, &mut middle);
                middle.push(',');
                self.add(script, "prompt", &middle, None, item.span)
            }
            TestItemKind::Step(step) => self.step(script, step, item.span),
            TestItemKind::Result { of, content } => self.answer(script, of.as_ref(), true, Some(content), item.span),
            TestItemKind::Fails { of, content } => self.answer(script, of.as_ref(), false, content.as_ref(), item.span),
            TestItemKind::After(duration) => self.after(script, duration),
            TestItemKind::At(time) => self.at(script, time),
            TestItemKind::Approval { granted, .. } => {
                let word = if *granted { "approve" } else { "refuse" };
                self.unsupported(item.span, word, "end the test at the `ask`, and test the permitted step in another")
            }
            TestItemKind::Usage { .. } => self.unsupported(item.span, "usage", "leave it out: nothing is charged yet"),
            TestItemKind::End => self.unsupported(item.span, "end", "leave it out: a test ends with its last line"),
            TestItemKind::Agent(..) => self.unsupported(item.span, "agent", "test what the main agent does"),
        }
    }

    fn unsupported(&mut self, span: Span, word: &str, instead: &str) -> Option<()> {
        self.wrong = true;
        self.checker.unsupported(span, format!("`{word}` in a test"), instead)
    }

    /// Adds an event, if there is room for it.
    pub(super) fn add(&mut self, script: &mut Script, kind: &str, middle: &str, expect: Option<ir::Expect>, span: Span) -> Option<()> {
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
    fn context(&mut self, script: &mut Script, bindings: &'a [ast::Binding], span: Span) -> Option<()> {
        let declared = self.context_fields();
        let fields = self.typed_fields(bindings, &declared, &super::step::Whose::Context)?;
        let mut middle = String::from("\"context\":");
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
    fn answer(&mut self, script: &mut Script, of: Option<&'a Name>, ok: bool, content: Option<&'a ast::Expr>, span: Span) -> Option<()> {
        let mut value = None;
        if let Some(content) = content {
            let mut text = String::new();
            self.literal(content, &mut text)?;
            value = Some(text);
        }
        let word = if ok { "result" } else { "fails" };
        let step = match of {
            Some(named) => match script.answer_named(&named.text) {
                Some(id) => id,
                None => return self.unknown_step(script, named),
            },
            None => {
                match script.answer_last() {
                    Some(id) => id,
                    None => {
                        let d = Diagnostic::new(codes::NOTHING_TO_ANSWER, span, format!("there is no step that this `{word}` could answer"))
                        .note("it answers the last step before it that is expected to be permitted, or of which nothing is expected, and that has no answer yet")
                        .help(format!("put it behind such a step, or name the step: `call … as c`, then `{word} of c`"));
                        self.report(d);
                        return None;
                    }
                }
            }
        };
        let mut middle = String::from("\"step\":");
        text_to(&step, &mut middle);
        middle.push_str(if ok { ",\"ok\":true," } else { ",\"ok\":false," });
        if let Some(value) = value {
            middle.push_str("\"content\":");
            middle.push_str(&value);
            middle.push(',');
        }
        self.add(script, "result", &middle, None, span)
    }

    fn unknown_step(&mut self, script: &Script, named: &Name) -> Option<()> {
        // In the order of the steps, so that of equally near names the same one is found every time.
        let names = script.steps.iter().map(|step| step.id.as_str()).filter(|id| script.ids.get(*id).is_some_and(|(named, _)| named.is_some()));
        let near = self.checker.nearest(&named.text, names);
        let d = Diagnostic::new(name::UNKNOWN_STEP, named.span, format!("no step before this is called `{}`", named.text));
        let d = match near {
            Some(near) => d.help(format!("did you mean `{near}`?")).fix(named.span, near),
            None => d.help(format!("name the step that it answers: `call … as {}`", named.text)),
        };
        self.report(d);
        None
    }

    /// Reports a name that another step has.
    pub(super) fn named_twice(&mut self, script: &Script, alias: &Name) -> bool {
        let Some((first, _)) = script.ids.get(&alias.text) else { return false };
        let d = Diagnostic::new(name::DUPLICATE_STEP, alias.span, format!("another step of this test is called `{}`", alias.text)).help("choose another name");
        let d = match first {
            Some(first) => d.other(*first, "first used here"),
            None => d.note("steps without a name are called `c0`, `c1` and so on"),
        };
        self.report(d);
        true
    }

    fn after(&mut self, script: &mut Script, duration: &'a ast::Expr) -> Option<()> {
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

    fn at(&mut self, script: &mut Script, time: &'a ast::Expr) -> Option<()> {
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
