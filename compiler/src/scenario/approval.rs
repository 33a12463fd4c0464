//! `approve` and `refuse`: what a person answers, and what is expected of the step then.

use reach_codes::table::types as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{Expectation, Expr, Name};

use super::Player;
use super::json::text_to;
use super::script::{Script, Stage};
use crate::ir::{Const, Type};

/// A person's answer, as it is written.
pub(super) struct Answer<'a> {
    pub(super) granted: bool,
    pub(super) of: Option<&'a Name>,
    pub(super) by: &'a Expr,
    pub(super) session: bool,
    pub(super) expect: Option<&'a Expectation>,
}

impl Answer<'_> {
    const fn word(&self) -> &'static str {
        if self.granted { "approve" } else { "refuse" }
    }
}

impl<'a> Player<'_, 'a> {
    pub(super) fn approval(&mut self, script: &mut Script<'a>, answer: &Answer<'a>, span: Span) -> Option<()> {
        let by = self.constant(answer.by, &Type::Text);
        let step = match answer.of {
            Some(named) => self.asked(script, answer, named),
            None => self.last_asked(script, answer, span),
        }?;
        let expect = match answer.expect {
            Some(expect) => {
                // What the arguments must be is typed as those of the step that is answered.
                let (declared, name) = script.step(step).map(|step| (step.declared.clone(), step.name))?;
                Some(self.expectation(expect, declared.as_deref(), name))
            }
            None => None,
        };
        let stage = match (expect.as_ref().map(|e| Stage::expected(e.as_ref())), answer.granted) {
            (Some(Stage::Asked), _) => Stage::Asked,
            (Some(Stage::Permitted), _) | (None | Some(Stage::Unknown), true) => Stage::Approved,
            _ => Stage::Refused,
        };
        script.set_stage(step, stage);
        let expect = match expect {
            Some(expect) => Some(expect?),
            None => None,
        };
        let Const::Text(by) = by? else { return None };
        let mut middle = script.middle_about(step);
        middle.push_str(if answer.granted { "\"granted\":true,\"by\":" } else { "\"granted\":false,\"by\":" });
        text_to(&by, &mut middle);
        middle.push_str(if answer.session { ",\"scope\":\"session\"," } else { ",\"scope\":\"once\"," });
        self.add(script, "approval", &middle, expect, span)
    }

    /// Returns the last step that waits for a person.
    fn last_asked(&mut self, script: &mut Script<'a>, answer: &Answer<'a>, span: Span) -> Option<usize> {
        let found = script.last_asked();
        if found.is_none() {
            let word = answer.word();
            let d = Diagnostic::new(codes::NOTHING_TO_APPROVE, span, format!("there is no step that this `{word}` could answer"))
                .note(format!(
                    "it answers {} before it that is expected to be asked, or of which nothing is expected, and that nobody has answered yet",
                    script.whose_last()
                ))
                .help(format!("put it behind such a step, or name the step: `call … as c => ask`, then `{word} c by …`"));
            self.report(d);
        }
        found
    }

    /// Returns the step of a name, if it waits for a person.
    fn asked(&mut self, script: &Script<'a>, answer: &Answer<'a>, named: &Name) -> Option<usize> {
        let index = self.step_named(script, named)?;
        let step = script.step(index)?;
        let (name, word) = (&step.id, answer.word());
        let wrong = match step.stage {
            Stage::Unknown | Stage::Asked if !step.answered => return Some(index),
            Stage::Unknown | Stage::Asked => format!("the step `{name}` has its result, so nobody is asked any more"),
            Stage::Permitted => format!("the step `{name}` is expected to be permitted, so nobody is asked"),
            Stage::Forbidden => format!("the step `{name}` is expected to be forbidden, and no answer changes that"),
            Stage::Approved | Stage::Refused => format!("a person has answered the step `{name}` already"),
        };
        let help = match step.stage {
            Stage::Permitted | Stage::Forbidden => format!("expect `ask` of it, or leave this `{word}` out"),
            _ => format!("leave this `{word}` out"),
        };
        self.report(Diagnostic::new(codes::NOTHING_TO_APPROVE, named.span, wrong).help(help));
        None
    }
}
