//! The lines of a test: context, prompts, results and the clock. Steps, approvals, usage and agents have files of their own.

use reach_codes::table::{name, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, Name, TestItem, TestItemKind};
use reach_values::time;

use super::Player;
use super::json::{separated, text_to};
use super::script::{START, Script};
use crate::ir::{self, Const, Type};

impl<'a> Player<'_, 'a> {
    /// Plays one item. None: what is wrong was reported.
    pub(super) fn play(&mut self, script: &mut Script<'a>, item: &'a TestItem) -> Option<()> {
        match &item.kind {
            TestItemKind::Context(bindings) => self.context(script, bindings, item.span),
            TestItemKind::Entities(all) => self.entities(script, all),
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
        script.set_answered(step);
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
