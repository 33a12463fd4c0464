//! `usage`: what a step cost.

use crate::maps::HashSet;

use reach_codes::table::{name, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{Binding, Name};

use super::Player;
use super::json::{self, separated, text_to};
use super::script::Script;
use super::step::entry;
use crate::ir::Type;

impl<'a> Player<'_, 'a> {
    pub(super) fn usage(&mut self, script: &mut Script<'a>, of: Option<&'a Name>, charges: &'a [Binding], span: Span) -> Option<()> {
        let amounts = self.amounts(charges);
        let step = match of {
            Some(named) => self.step_named(script, named)?,
            None => match script.last_taken() {
                Some(step) => step,
                None => {
                    let d = Diagnostic::new(codes::NOTHING_TO_ANSWER, span, "there is no step that this `usage` could be of")
                        .note(format!("it is of {} before it that is expected to be permitted, or of which nothing is expected", script.whose_last()))
                        .help("put it behind such a step, or name the step: `call … as c`, then `usage of c { … }`");
                    self.report(d);
                    return None;
                }
            },
        };
        let mut middle = script.middle_about(step);
        middle.push_str("\"charges\":");
        separated(&mut middle, ['{', '}'], amounts?.iter(), |out, (name, amount)| entry(out, &(name.as_str(), amount.clone())));
        middle.push(',');
        self.add(script, "usage", &middle, None, span)
    }

    /// Writes amounts as exact text, so that no reader of JSON rounds them.
    fn amounts(&mut self, charges: &'a [Binding]) -> Option<Vec<(String, String)>> {
        let mut out = Vec::new();
        let mut whole = Some(());
        let mut seen = HashSet::default();
        for Binding { name: budget, value } in charges {
            let full_name = self.checker.budget_named(&budget.text);
            if !seen.insert(full_name.clone()) {
                let d = Diagnostic::new(name::DUPLICATE_ARGUMENT, budget.span, format!("`{}` is given twice", budget.text)).help("leave one of them out");
                self.report(d);
                whole = None;
                continue;
            }
            match self.amount(value) {
                Some(amount) => {
                    let mut text = String::new();
                    text_to(&amount, &mut text);
                    out.push((full_name, text));
                }
                None => whole = None,
            }
        }
        whole.map(|()| out)
    }

    /// Returns an `int` or a `decimal`, as it is written.
    fn amount(&mut self, value: &'a reach_grammar::ast::Expr) -> Option<String> {
        let found = self.checker.inferred_constant(self.row.as_ref(), value);
        self.wrong |= found.is_none();
        let (ty, found) = found?;
        let mut out = String::new();
        match ty {
            Type::Int | Type::Decimal => json::write(&ty, &found, &mut out),
            // Reports that it is none.
            _ => json::write(&Type::Decimal, &self.constant(value, &Type::Decimal)?, &mut out),
        }
        Some(out)
    }
}
