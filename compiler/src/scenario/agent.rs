//! `agent a { … }` and `end`: what sub-agents do, each by the identity of the step that spawned it.

use reach_codes::table::name as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{Name, TestItem};

use super::Player;
use super::script::{Script, Stage};
use crate::ir::StepKind;

impl<'a> Player<'_, 'a> {
    /// Plays what a child does. The clock goes on through.
    pub(super) fn agent(&mut self, script: &mut Script<'a>, name: &'a Name, items: &'a [TestItem]) -> Option<()> {
        let found = self.spawned(script, name);
        // What an unknown agent does is looked at too.
        let agent = match found {
            Some(index) => index,
            None => {
                let id = script.fresh_id();
                script.enter(id, None, StepKind::Spawn, "", None, Stage::Forbidden)
            }
        };
        let outer = script.agent.replace(agent);
        self.play_all(script, items);
        script.agent = outer;
        found.map(|_| ())
    }

    /// `end`: the agent has finished.
    pub(super) fn end(&mut self, script: &mut Script<'a>, span: Span) -> Option<()> {
        let mut middle = script.middle(script.agent);
        if middle.is_empty() {
            middle.push_str("\"agent\":\"main\",");
        }
        middle.push_str("\"ok\":true,");
        self.add(script, "end", &middle, None, span)
    }

    /// Returns the step that spawned an agent: one called so, else one that names its declaration.
    fn spawned(&mut self, script: &Script<'a>, name: &Name) -> Option<usize> {
        let called = script.named(&name.text);
        let is_spawn = |index: &usize| script.step(*index).is_some_and(|step| step.kind == StepKind::Spawn);
        let Some(index) = called.filter(is_spawn).or_else(|| script.spawned(&name.text)) else {
            self.not_spawned(script, name, called);
            return None;
        };
        let id = &name.text;
        let d = |message: String, help: String| Diagnostic::new(codes::AGENT_NOT_SPAWNED, name.span, message).help(help);
        let d = match script.step(index)?.stage {
            Stage::Unknown | Stage::Permitted | Stage::Approved => return Some(index),
            Stage::Asked => {
                d(format!("the agent `{id}` waits for an approval, so it takes no steps"), format!("approve its `spawn` first: `approve {id} by …`"))
            }
            Stage::Forbidden => {
                d(format!("the agent `{id}` is expected to be forbidden, so it takes no steps"), "expect `permit` of its `spawn`, or leave this out".to_owned())
            }
            Stage::Refused => d(format!("a person has refused the agent `{id}`, so it takes no steps"), "leave this out".to_owned()),
        };
        self.report(d);
        None
    }

    fn not_spawned(&mut self, script: &Script<'a>, name: &Name, called: Option<usize>) {
        let text = &name.text;
        if let Some(step) = called.and_then(|index| script.step(index)) {
            let message = format!("the step `{text}` is a `{}`, so it spawned no agent", step.kind.word());
            self.report(Diagnostic::new(codes::AGENT_NOT_SPAWNED, name.span, message).help("spawn one: `spawn … as b`, then `agent b { … }`"));
            return;
        }
        let near = self.checker.nearest(text, script.aliases(|step| step.kind == StepKind::Spawn).chain(script.spawned_names()));
        let d = Diagnostic::new(codes::AGENT_NOT_SPAWNED, name.span, format!("no step before this spawns an agent `{text}`"));
        let d = match near {
            Some(near) => d.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None if text == "main" => d.help("what stands outside of `agent` is what the main agent does"),
            None => d.help(format!("spawn it first: `spawn … as {text}`")),
        };
        self.report(d);
    }
}
