//! `spawn` and `spend` of a manifest's permissions.

use std::collections::BTreeMap;

use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{Expr, ExprKind};
use reach_statement::{Amount, Spawn};

use super::Reading;
use crate::item::{ItemKind, shown};
use crate::nearest::nearest;

impl Reading<'_> {
    /// Reads `spawn: { children: 2, depth: 1 }`.
    pub(super) fn spawn(&mut self, value: &Expr, example: &str) {
        let Some(entries) = self.reader.block(value, "`spawn`", "a block of `children` and `depth`", example) else { return };
        let mut found: BTreeMap<&str, (Span, Option<u32>)> = BTreeMap::new();
        for binding in entries {
            let name = match binding.name.text.as_str() {
                "children" => "children",
                "depth" => "depth",
                other => {
                    let d = Diagnostic::new(codes::UNKNOWN_ENTRY, binding.name.span, format!("`spawn` has no entry `{}`", shown(other)));
                    self.reader.report(match nearest(other, ["children", "depth"].into_iter()) {
                        Some(near) => d.help(format!("did you mean `{near}`?")).fix(binding.name.span, near),
                        None => d.help(format!("write it like `{example}`")),
                    });
                    continue;
                }
            };
            if let Some((first, _)) = found.get(name) {
                let d = Diagnostic::new(codes::REPEATED_ENTRY, binding.name.span, format!("`{name}` is there already")).other(*first, "here");
                self.reader.report(d.help("take one of them out"));
                continue;
            }
            let number = self.whole(&binding.value, name, example);
            found.insert(name, (binding.name.span, number));
        }
        for missing in ["children", "depth"].into_iter().filter(|name| !found.contains_key(name)) {
            let d = Diagnostic::new(codes::MISSING_ENTRY, value.span, format!("`spawn` doesn't say its `{missing}`"));
            self.reader.report(d.help(format!("write it like `{example}`")));
        }
        let number = |name: &str| found.get(name).and_then(|(_, number)| *number);
        if let (Some(children), Some(depth)) = (number("children"), number("depth")) {
            self.draft.spawn = Some((Spawn { children, depth }, value.span));
        }
    }

    /// Reads a whole number of at least one.
    fn whole(&mut self, value: &Expr, name: &str, example: &str) -> Option<u32> {
        let what = format!("`{name}` of `spawn`");
        let ExprKind::Number(digits) = &value.kind else { return self.number(value, &what, "a whole number", example) };
        match digits.parse::<u32>() {
            Ok(0) => {
                let d = Diagnostic::new(codes::BAD_AMOUNT, value.span, format!("{what} of 0 gives no right"));
                self.reader.report(d.help("leave `spawn` out where nothing may be spawned"));
                None
            }
            Ok(number) => Some(number),
            Err(_) => {
                let why = if digits.bytes().all(|b| b.is_ascii_digit()) { "it is too large" } else { "it is no whole number" };
                let d = Diagnostic::new(codes::BAD_AMOUNT, value.span, format!("{what} can't be `{}`: {why}", shown(digits)));
                self.reader.report(d.help(format!("write it like `{example}`")));
                None
            }
        }
    }

    /// Says what is wrong with what stands in a number's place.
    fn number<T>(&mut self, value: &Expr, what: &str, takes: &str, example: &str) -> Option<T> {
        if let ExprKind::Negate(inner) = &value.kind
            && matches!(inner.kind, ExprKind::Number(_))
        {
            let d = Diagnostic::new(codes::BAD_AMOUNT, value.span, format!("{what} can't be negative"));
            self.reader.report(d.help("leave it out where there is no right"));
            return None;
        }
        self.reader.wrong(value, what, takes, example)
    }

    /// Reads `spend: { usd: 10.00 }`.
    pub(super) fn spend(&mut self, value: &Expr, takes: &str, example: &str) {
        let Some(entries) = self.reader.block(value, "`spend`", takes, example) else { return };
        for binding in entries {
            let text = &binding.name.text;
            let of = match ItemKind::Word.read(text) {
                Ok(of) => of,
                Err(refused) => {
                    self.reader.report(refused.at(binding.name.span, "name of a budget", text));
                    continue;
                }
            };
            if let Some((_, first)) = self.draft.spend.get(&of) {
                let d = Diagnostic::new(codes::REPEATED_ITEM, binding.name.span, format!("`{of}` is in `spend` already")).other(*first, "here");
                self.reader.report(d.help("take one of them out"));
                continue;
            }
            let what = format!("`{of}` of `spend`");
            let amount = match &binding.value.kind {
                ExprKind::Number(digits) => match Amount::read(digits) {
                    Ok(amount) => Some(amount),
                    Err(error) => {
                        let d = Diagnostic::new(codes::BAD_AMOUNT, binding.value.span, format!("{what} can't be `{}`: {error}", shown(digits)));
                        self.reader.report(d.note("amounts are compared exactly, in decimal").help(format!("write it like `{example}`")));
                        None
                    }
                },
                _ => self.number(&binding.value, &what, "an amount", example),
            };
            if let Some(amount) = amount {
                self.draft.spend.insert(of, (amount, binding.name.span));
            }
        }
    }
}
