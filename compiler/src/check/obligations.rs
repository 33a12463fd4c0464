//! Obligations: what goes with a permitted step.

use std::sync::Arc;

use reach_codes::table::{name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, Name, ObligationKind};

use super::names::{did_you_mean, there_are};
use super::rules::inner;
use super::view::View;
use super::{Checker, Env};
use crate::ir::{Detector, Effect, Obligation, PatternKind, Type};

impl<'a> Checker<'a> {
    pub(super) fn check_obligations(&mut self, env: &mut Env<'a>, rule: &'a ast::Rule, effect: Effect, view: &Arc<View>) -> Vec<Obligation> {
        rule.with.iter().filter_map(|o| self.check_obligation(env, o, effect, view)).collect()
    }

    fn check_obligation(&mut self, env: &mut Env<'a>, obligation: &'a ast::Obligation, effect: Effect, view: &Arc<View>) -> Option<Obligation> {
        match &obligation.kind {
            ObligationKind::Notify(who) => Some(Obligation::Notify(who.value.to_string())),
            ObligationKind::Require(what) => Some(Obligation::Require(what.value.to_string())),
            ObligationKind::Clear(label) => self.clear(label, effect, obligation.span),
            ObligationKind::Set { path, value } => {
                let target = self.argument_at(path, view, "set");
                let Some((field, ty)) = target else {
                    self.infer(env, value, None);
                    return None;
                };
                let value = self.fits(env, value, inner(&ty))?;
                Some(Obligation::Set { field, value })
            }
            ObligationKind::Redact { path, matching, finding } => {
                let (field, ty) = self.argument_at(path, view, "redact")?;
                if *inner(&ty) != Type::Text {
                    let span = path.last().map_or(obligation.span, |n| n.span);
                    let d = Diagnostic::new(codes::NOT_OBLIGABLE, span, format!("`redact` changes texts, and this is {}", super::describe::a(&ty)))
                        .note("what a pattern finds in a text is replaced by `[redacted]`")
                        .help("forbid the step, or `set` the argument");
                    self.report(d);
                    return None;
                }
                if !finding.is_empty() {
                    return self.conceal(field, matching.as_ref(), finding);
                }
                let Some(pattern) = matching else {
                    let d = Diagnostic::new(codes::NOT_OBLIGABLE, obligation.span, "this `redact` does not say what to remove")
                        .help("add what to find or a pattern: `redact args.body finding card, secret` or `redact args.body matching re\"…\"`");
                    self.report(d);
                    return None;
                };
                if pattern.kind == ast::PatternKind::Glob {
                    let d = Diagnostic::new(codes::NOT_OBLIGABLE, pattern.span, "`redact` takes a regular expression, not a glob")
                        .note("a glob is about the whole text, so that it could only remove all of it")
                        .help("write `re\"…\"`");
                    self.report(d);
                    return None;
                }
                let pattern = self.pattern(pattern, &Type::Text, false)?;
                debug_assert_eq!(pattern.kind, PatternKind::Regex, "globs were refused");
                Some(Obligation::Redact { field, pattern })
            }
        }
    }

    /// `clear secret`.
    fn clear(&mut self, label: &Name, effect: Effect, span: Span) -> Option<Obligation> {
        let index = self.known_label(label);
        // In rules without obligations it was said that they don't go there.
        if matches!(effect, Effect::Permit | Effect::Oblige) {
            let d = Diagnostic::new(codes::NOT_OBLIGABLE, span, "only an `ask` that was approved clears a label")
                .note("without a person who looked, an agent could clear what it has collected by a step that is permitted anyway")
                .help("put it into an `ask`");
            self.report(d);
            return None;
        }
        Some(Obligation::Clear(index?))
    }

    /// `redact args.body finding card, iban`.
    fn conceal(&mut self, field: String, matching: Option<&ast::Pattern>, finding: &'a [Name]) -> Option<Obligation> {
        if let Some(pattern) = matching {
            let d = Diagnostic::new(codes::NOT_OBLIGABLE, pattern.span, "one `redact` takes a pattern or things to find, not both")
                .help("write two obligations, one below the other");
            self.report(d);
            return None;
        }
        let mut detectors = Vec::with_capacity(finding.len());
        for word in finding {
            let Some(detector) = Detector::from_word(&word.text) else {
                let known = || Detector::ALL.iter().map(|detector| detector.word());
                let near = self.nearest(&word.text, known());
                let d = Diagnostic::new(names::UNKNOWN_NAME, word.span, format!("there is nothing called `{}` to find", word.text));
                self.report(did_you_mean(d, word.span, near, || there_are("there are", known())));
                return None;
            };
            detectors.push(detector);
        }
        detectors.sort_unstable();
        detectors.dedup();
        Some(Obligation::Conceal { field, detectors })
    }

    /// Returns the argument that an obligation is about.
    fn argument_at(&mut self, path: &'a [Name], view: &Arc<View>, word: &str) -> Option<(String, Type)> {
        let (root, rest) = path.split_first()?;
        let whole = root.span.to(path.last().map_or(root.span, |n| n.span));
        if root.text != "args" || rest.is_empty() {
            return self.not_obligable(whole, word, "only arguments of the step can be changed", "name one: `args.field`");
        }
        if let Some(star) = rest.iter().find(|n| n.text == "**" && !n.quoted) {
            return self.unsupported(star.span, "`args.**`".to_owned(), "name each argument");
        }
        let [name] = rest else {
            return self.unsupported(whole, format!("`{word}` on a field inside of an argument"), "change the whole argument, or forbid the step");
        };
        if let Some((_, Some(class))) = view.targets.iter().find(|(_, class)| class.is_some()) {
            let class = self.table.classes.get(*class as usize).map(|c| c.ast.name.text.clone()).unwrap_or_default();
            let note = format!("the fields of the class `{class}` are computed from the arguments, and are no arguments themselves");
            return self.not_obligable(whole, word, &note, "name the tools instead of the class");
        }
        match view.args.get(&name.text) {
            Some(ty) => Some((name.text.to_string(), ty.clone()?)),
            None => {
                if !view.poisoned {
                    self.unknown_argument(view, name);
                }
                None
            }
        }
    }

    fn not_obligable<T>(&mut self, span: Span, word: &str, note: &str, help: &str) -> Option<T> {
        let text = self.source_line(span);
        let d = Diagnostic::new(codes::NOT_OBLIGABLE, span, format!("`{word}` can't change `{text}`")).note(note).help(help);
        self.report(d);
        None
    }
}
